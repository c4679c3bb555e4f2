"""Published series as plotly figures: gaps stay gaps, and nothing is joined across the counting change."""

import pandas as pd

from portique.reading import labels
from portique.reading.exhibits.exhibit import Exhibit
from portique.showing import theme
from portique.showing.charts import LABEL, Figure, framed, plain_values, quiet_axis


def years(exhibit: Exhibit) -> Figure:
    """A published series by year: a line on each side of the counting change, an empty band where nothing is known."""
    rows = exhibit.table
    figure = framed(exhibit, [_side(rows, before) for before in (True, False)], rows, height=400)
    figure["layout"]["yaxis"] = quiet_axis(exhibit.measure.label, range=[0, 1.12 * rows["amount"].max()])
    _mark_gaps(figure, rows, "y domain")
    return figure


def drones(exhibit: Exhibit) -> Figure:
    """Deliveries above, overflights below, each on its own scale, over the same years."""
    parts = [rows for _, rows in exhibit.table.groupby("series", sort=False)]
    data = [
        _side(rows, before) | {"yaxis": f"y{rank}"} for rank, rows in enumerate(parts, 1) for before in (True, False)
    ]
    figure = framed(exhibit, data, parts[0], height=480)
    for rank, (rows, domain) in enumerate(zip(parts, ([0.56, 1], [0, 0.44]), strict=True), 1):
        name = "yaxis" if rank == 1 else f"yaxis{rank}"
        figure["layout"][name] = quiet_axis(
            rows["thing"].iloc[0].lower(), domain=domain, anchor="x", range=[0, 1.25 * rows["amount"].max()]
        )
        _mark_gaps(figure, rows, f"y{'' if rank == 1 else rank} domain")
    figure["layout"]["xaxis"]["anchor"] = "y2"
    return figure


def _side(rows: pd.DataFrame, before: bool) -> Figure:
    """The years of one side of the counting change, never joined to the other; a ring where the number is not exact."""
    held = rows["amount"].where(rows["before"].eq(before))
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": list(range(len(rows))),
        "y": plain_values(held),
        "text": _every_second(rows["short"].where(held.notna(), "").tolist()),
        "textposition": ["top center"] + ["top left"] * (len(rows) - 1),
        "textfont": LABEL,
        "cliponaxis": False,
        "connectgaps": False,
        "line": {"color": theme.AMOUNT, "width": 2.2},
        "marker": {
            "size": 9,
            "color": theme.AMOUNT,
            "symbol": ["circle" if q == "exact" else "circle-open" for q in rows["qualifier"]],
        },
        "customdata": [f"{name} : {words}" for name, words in zip(rows["name"], rows["words"], strict=True)],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _every_second(texts: list[str]) -> list[str]:
    """The texts of each unbroken run: its first, its last and every second from there, to fit a narrow one.

    What is left out becomes a space: plotly may drop a neighbour of an empty text.
    """
    kept, alternate = list(texts), False
    for place in range(len(texts) - 1, -1, -1):
        alternate = bool(texts[place]) and not alternate
        if not alternate and place and texts[place - 1]:
            kept[place] = labels.WIDE
    return kept


def _mark_gaps(figure: Figure, rows: pd.DataFrame, over: str) -> None:
    """Grey bands over the years without a figure, and a line where counting changed."""
    missing = rows["amount"].isna().to_numpy()
    runs = (missing[1:] != missing[:-1]).cumsum()
    bands: dict[int, list[int]] = {}
    for place, run in enumerate([0, *runs]):
        if missing[place]:
            bands.setdefault(int(run), []).append(place)
    across = {"yref": over, "y0": 0, "y1": 1, "layer": "below"}
    for places in bands.values():
        shape = {"type": "rect", "x0": places[0] - 0.5, "x1": places[-1] + 0.5, "fillcolor": "#EEF0F2"}
        figure["layout"]["shapes"].append(shape | across | {"line": {"width": 0}})
        gap = _said("non publié", sum(places) / len(places), over, 0.42)
        figure["layout"]["annotations"].append(gap | {"textangle": -90})  # upright, it fits a year on a telephone
    change = int(rows["before"].sum()) - 0.5
    line = {"type": "line", "x0": change, "x1": change, "line": {"color": theme.INK, "width": 1, "dash": "dot"}}
    figure["layout"]["shapes"].append(line | across)
    figure["layout"]["annotations"].append(_said("comptage changé", change, over, 1))
    figure["layout"]["xaxis"]["zeroline"] = False


def _said(words: str, place: float, over: str, height: float) -> Figure:
    font = {"size": 12, "color": theme.QUIET}
    return {"text": words, "x": place, "yref": over, "y": height, "yanchor": "bottom", "showarrow": False, "font": font}
