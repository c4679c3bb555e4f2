"""Exhibits as plotly figures: plain specifications, direct labels, French axes, dated events, the stamp inside."""

import math
from typing import Any

import pandas as pd

from portique.reading import labels
from portique.reading.exhibits.exhibit import Exhibit, each
from portique.reading.exhibits.over_time import event_marks
from portique.reading.exhibits.places import STATES
from portique.reading.exhibits.territories import RATE_OF_MEASURE
from portique.showing import theme

Figure = dict[str, Any]

CONFIG = {"displayModeBar": False, "showTips": False, "scrollZoom": False, "locale": "fr"}
LABEL = {"size": 13, "color": theme.INK, "family": theme.FONT}
MOST_TICKS = 9


def over_time(exhibit: Exhibit, effort: Exhibit) -> Figure:
    """Series over time above, searches and phones per cell searched below, on one time axis with the dated events."""
    rows, searched = exhibit.table, effort.table
    names = list(dict.fromkeys(rows["series"]))
    colours = theme.series_colours(names)
    data = [_line(rows[rows["series"] == name], colours[name], exhibit) for name in names]
    for further in data[len(theme.SERIES) :]:  # the hues come round again: dashes tell the second round apart
        further["line"]["dash"] = "dash"
    if len(names) == 1 and rows["year_before"].notna().any():
        data.insert(0, _year_before(rows, exhibit))
    data += [_effort_bars(searched), _effort_rate(searched)]
    first = rows[rows["series"] == names[0]] if names else rows
    figure = framed(exhibit, data, first, height=620, events=True, legend=len(names) > 1)
    figure["layout"] |= {
        "yaxis": quiet_axis(exhibit.measure.label, domain=[0.46, 1]),
        "yaxis2": quiet_axis("cellules fouillées", domain=[0.23, 0.38], anchor="x"),
        "yaxis3": quiet_axis("téléphones par cellule", domain=[0, 0.15], anchor="x"),
    }
    figure["layout"]["xaxis"]["anchor"] = "y3"
    return figure


def share_history(exhibit: Exhibit) -> Figure:
    """Stacked shares that always reach the whole, the unknown in grey on top."""
    rows = exhibit.table
    names = list(dict.fromkeys(rows["series"]))
    colours = theme.series_colours(names)
    data = []
    for name in names:
        held = rows[rows["series"] == name]
        data.append(
            {
                "type": "bar",
                "name": _plain(held["label"].iloc[0]),
                "x": list(range(len(held))),
                "y": plain_values(held["share"]),
                "marker": {"color": colours[name], "line": {"color": "#fff", "width": 0.5}},
                "customdata": [
                    f"{when} : {labels.number(value)}" for when, value in zip(held["name"], held["value"], strict=True)
                ],
                "hovertemplate": "%{customdata} (%{y:.0%})<extra>%{fullData.name}</extra>",
            }
        )
    first = rows[rows["series"] == names[0]] if names else rows
    figure = framed(exhibit, data, first, height=360, events=True, legend=True)
    figure["layout"] |= {
        "barmode": "stack",
        "bargap": 0.05,
        "yaxis": quiet_axis("part", tickformat=".0%", range=[0, 1]),
    }
    return figure


def before_after(exhibit: Exhibit) -> Figure:
    """A row per supplier: its share before as a ring, after as a disc, joined by a line, both written out."""
    rows, colours = exhibit.table, theme.series_colours(list(exhibit.table["code"]))
    data = [_dumbbell(row, colours[row.code]) for row in each(rows.iloc[::-1])]
    figure = framed(exhibit, data, rows.head(0), height=120 + 64 * len(rows))
    figure["layout"]["xaxis"] = quiet_axis("part des objets saisis", tickformat=".0%", range=[0, 1.08])
    figure["layout"]["yaxis"] = {
        "fixedrange": True,
        "automargin": True,
        "tickfont": LABEL,
        "ticklabelstandoff": 8,
    }
    return figure


def _dumbbell(row: Any, colour: str) -> Figure:
    ends = [row.share_before, row.share_after]
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": ends,
        "y": [_plain(row.label)] * 2,
        "text": [f"avant {labels.percent(ends[0])}", f"après {labels.percent(ends[1])}"],
        "textposition": ["top center", "bottom center"],
        "textfont": LABEL,
        "cliponaxis": False,
        "line": {"color": colour, "width": 3},
        "marker": {"size": 12, "symbol": ["circle-open", "circle"], "color": colour, "line": {"width": 2.5}},
        "hovertext": [f"{labels.number(row.value_before)} avant", f"{labels.number(row.value_after)} après"],
        "hoverinfo": "text",
    }


def intervals(exhibit: Exhibit) -> Figure:
    """A row per territory in the table's order: a dot, its interval as whiskers, the value; a line for the whole."""
    rows, rate = exhibit.table, RATE_OF_MEASURE[exhibit.measure.code]
    edge = 1.3 * (max(rows[["high", "whole"]].max().dropna(), default=0.0) or 1.0)
    figure = framed(
        exhibit, [_whiskers(exhibit), _values_aside(exhibit, edge)], rows.head(0), height=110 + 26 * len(rows)
    )
    figure["layout"]["xaxis"] = quiet_axis(exhibit.measure.label, range=[0, edge], tickformat=None)
    figure["layout"]["yaxis"] = {
        "tickvals": list(range(len(rows))),
        "ticktext": [_plain(label) for label in rows["label"]],
        "range": [len(rows) - 0.4, -0.6],
        "tickfont": LABEL,
        "fixedrange": True,
        "automargin": True,
        "showgrid": False,
        "zeroline": False,
    }
    whole = rows["whole"].iloc[0] if len(rows) else math.nan
    if not math.isnan(whole):
        line = {"color": theme.INK, "width": 1.4, "dash": "dot"}
        figure["layout"]["shapes"] = [
            {
                "type": "line",
                "layer": "below",
                "x0": whole,
                "x1": whole,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": line,
            }
        ]
        note = {"text": f"Ensemble{labels.WIDE}: {rate.text(whole)}", "x": whole, "yref": "paper", "y": 1}
        figure["layout"]["annotations"].append(note | {"yanchor": "bottom", "showarrow": False, "font": LABEL})
    return figure


def _whiskers(exhibit: Exhibit) -> Figure:
    rows, rate = exhibit.table, RATE_OF_MEASURE[exhibit.measure.code]
    colours = [theme.ACCENT if highlighted else theme.AMOUNT for highlighted in rows["highlighted"]]
    said = [
        f"{_plain(row.label)} : {rate.text(row.value)} ({rate.interval(row.low, row.high)})"
        if row.value == row.value  # a missing value is not equal to itself
        else ""
        for row in each(rows)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": plain_values(rows["value"]),
        "y": list(range(len(rows))),
        "marker": {"size": 9, "color": colours},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": plain_values(rows["high"] - rows["value"]),
            "arrayminus": plain_values(rows["value"] - rows["low"]),
            "color": theme.QUIET,
            "thickness": 1.8,
            "width": 5,
        },
        "customdata": said,
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _values_aside(exhibit: Exhibit, edge: float) -> Figure:
    """The values in a column at the right edge, clear of every whisker; at zero the words of what has none."""
    rows, rate = exhibit.table, RATE_OF_MEASURE[exhibit.measure.code]
    known = list(rows["value"].notna())
    texts = [rate.text(row.value) if held else STATES[row.state] for row, held in zip(each(rows), known, strict=True)]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [edge if held else 0.0 for held in known],
        "y": list(range(len(rows))),
        "text": [text if held else f"{labels.WIDE}{text}" for text, held in zip(texts, known, strict=True)],
        "textposition": ["middle left" if held else "middle right" for held in known],
        "textfont": {**LABEL, "color": [theme.INK if held else theme.QUIET for held in known]},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def flow(exhibit: Exhibit) -> Figure:
    """Supplier, channel, region: bands as wide as the counts, the unknown drawn in grey with the others."""
    rows = exhibit.table
    stages = [("supplier", "supplier_label"), ("channel", "channel_label"), ("region_code", "region_label")]
    nodes: dict[tuple[str, str], int] = {}
    names: list[str] = []
    for code, label in stages:
        for value, text in dict(zip(rows[code], rows[label], strict=True)).items():
            nodes[code, value] = len(names)
            names.append(_plain(text))
    colours = theme.series_colours(list(dict.fromkeys(rows["supplier"])))
    links = pd.concat([_links(rows, nodes, "supplier", "channel"), _links(rows, nodes, "channel", "region_code")])
    sankey = {
        "type": "sankey",
        "arrangement": "snap",
        "textfont": LABEL,
        "node": {"label": names, "color": theme.QUIET, "pad": 14, "thickness": 12, "line": {"width": 0}},
        "link": {
            "source": links["source"].tolist(),
            "target": links["target"].tolist(),
            "value": links["value"].tolist(),
            "color": [_faded(colours[supplier]) for supplier in links["supplier"]],
        },
        "hoverinfo": "none",
    }
    return framed(exhibit, [sankey], rows.head(0), height=620)


def bar_colours(exhibit: Exhibit) -> dict[str, str]:
    """The colour of each code of a table of shares: suppliers keep theirs everywhere, other lists have one hue."""
    codes = list(exhibit.table["code"])
    return theme.series_colours(codes) if exhibit.key == "parts-supplier" else theme.single_hue(codes)


def _links(rows: pd.DataFrame, nodes: dict[tuple[str, str], int], start: str, end: str) -> pd.DataFrame:
    """One band per pair of neighbouring stages; it takes the hue of the supplier that gives it most."""
    links = rows.groupby([start, end], sort=False)["value"].sum().reset_index()
    most = rows.sort_values("value", ascending=False).drop_duplicates(start).set_index(start)
    suppliers = links[start] if start == "supplier" else most["supplier"].reindex(links[start])
    return pd.DataFrame(
        {
            "source": [nodes[start, value] for value in links[start]],
            "target": [nodes[end, value] for value in links[end]],
            "value": links["value"],
            "supplier": suppliers.to_numpy(),
        }
    )


def _line(rows: pd.DataFrame, colour: str, exhibit: Exhibit) -> Figure:
    name = _plain(rows["label"].iloc[0])
    return {
        "type": "scatter",
        "mode": "lines" if len(rows) > 60 else "lines+markers",
        "name": name,
        "x": list(range(len(rows))),
        "y": plain_values(rows["value"]),
        "line": {"color": colour, "width": 2.2},
        "marker": {"size": 5},
        "connectgaps": False,
        "customdata": list(rows["name"]),
        "hovertemplate": f"%{{customdata}} : %{{y:,.{_decimals(exhibit)}f}}<extra>{name}</extra>",
    }


def _year_before(rows: pd.DataFrame, exhibit: Exhibit) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Un an plus tôt",
        "x": list(range(len(rows))),
        "y": plain_values(rows["year_before"]),
        "line": {"color": theme.UNKNOWN, "width": 1.6, "dash": "dot"},
        "connectgaps": False,
        "hovertemplate": f"un an plus tôt : %{{y:,.{_decimals(exhibit)}f}}<extra></extra>",
    }


def _effort_bars(rows: pd.DataFrame) -> Figure:
    return {
        "type": "bar",
        "name": "Cellules fouillées",
        "x": list(range(len(rows))),
        "y": plain_values(rows["cells_searched"]),
        "yaxis": "y2",
        "marker": {"color": theme.AMOUNT_PALE},
        "showlegend": False,
        "customdata": list(rows["name"]),
        "hovertemplate": "%{customdata} : %{y:,.0f} cellules<extra></extra>",
    }


def _effort_rate(rows: pd.DataFrame) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Téléphones par cellule fouillée",
        "x": list(range(len(rows))),
        "y": plain_values(rows["value"]),
        "yaxis": "y3",
        "line": {"color": theme.INK, "width": 1.6},
        "connectgaps": False,
        "showlegend": False,
        "customdata": list(rows["name"]),
        "hovertemplate": "%{customdata} : %{y:,.2f}<extra></extra>",
    }


def framed(
    exhibit: Exhibit,
    data: list[Figure],
    bins: pd.DataFrame,
    *,
    height: int,
    events: bool = False,
    legend: bool = False,
) -> Figure:
    """A figure on the common ground: quiet axes, bins by rank with French ticks, events, the stamp."""
    shapes, notes = _events(exhibit, bins) if events and len(bins) else ([], [])
    return {
        "data": data,
        "layout": {
            "height": height,
            "margin": {"l": 56, "r": 16, "t": 72 if legend else 48, "b": 32},
            "font": {"family": theme.FONT, "size": 13, "color": theme.QUIET},
            "separators": f",{labels.THIN}",
            "showlegend": legend,
            "legend": {
                "orientation": "h",
                "y": 1.02,
                "yanchor": "bottom",
                "x": 0,
                "font": LABEL,
                "traceorder": "normal",
            },
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "hovermode": "closest",
            "dragmode": False,
            "bargap": 0.18,
            "xaxis": _ticks(bins),
            "yaxis": quiet_axis(""),
            "shapes": shapes,
            "annotations": [*notes, *_stamp(exhibit)],
        },
    }


def quiet_axis(title: str, **more: Any) -> Figure:
    axis = {
        "rangemode": "tozero",
        "gridcolor": theme.RULE,
        "zerolinecolor": theme.QUIET,
        "nticks": 5,
        "fixedrange": True,
        "tickformat": ",",
    }
    return axis | ({"title": {"text": title, "font": {"size": 12}, "standoff": 6}} if title else {}) | more


def _ticks(bins: pd.DataFrame) -> Figure:
    """At most nine ticks in French, at even steps of the bins."""
    axis: Figure = {"showgrid": False, "fixedrange": True, "ticks": "outside", "tickcolor": theme.RULE}
    if not len(bins):
        return axis
    step = -(-len(bins) // MOST_TICKS)
    places = list(range(0, len(bins), step))
    return axis | {
        "tickvals": places,
        "ticktext": [_tick(bins, place) for place in places],
        "range": [-0.6, len(bins) - 0.4],
    }


def _tick(bins: pd.DataFrame, place: int) -> str:
    start, name = pd.Timestamp(bins["bin"].iloc[place]), str(bins["name"].iloc[place])
    if name == str(start.year) or "trim." in name:
        return name
    return labels.short_month(start) if name == labels.month(start) else f"{start.day} {labels.short_month(start)}"


def _events(exhibit: Exhibit, bins: pd.DataFrame) -> tuple[list[Figure], list[Figure]]:
    """A thin line and a number for each dated event inside the drawn bins; a list under the chart explains them."""
    line, font = {"color": theme.QUIET, "width": 1, "dash": "dot"}, {"size": 12, "color": theme.INK}
    shapes, notes = [], []
    for place, numbers in event_marks(pd.DatetimeIndex(bins["bin"]), exhibit).items():
        shapes.append({"type": "line", "x0": place, "x1": place, "yref": "paper", "y0": 0, "y1": 1, "line": line})
        at_top = {"yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False}
        notes.append({"text": f"<b>{numbers}</b>", "x": place, "font": font} | at_top)
    return shapes, notes


def _stamp(exhibit: Exhibit) -> list[Figure]:
    """The words across the picture's corner, so that a screenshot carries them."""
    if not exhibit.is_demonstration:
        return []
    return [
        {
            "text": labels.STATUS["demonstration"].upper(),
            "xref": "paper",
            "yref": "paper",
            "x": 1,
            "y": 1,
            "yshift": 20,
            "xanchor": "right",
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"size": 11, "color": theme.STAMP},
            "bordercolor": theme.STAMP,
        }
    ]


def plain_values(column: "pd.Series[float]") -> list[float | None]:
    """Plain numbers for JSON; what is missing stays missing, so that a line breaks instead of touching zero."""
    return [None if pd.isna(value) else round(float(value), 4) for value in column]


def _decimals(exhibit: Exhibit) -> int:
    return 2 if exhibit.measure.is_rate else 0


def _faded(colour: str) -> str:
    red, green, blue, _ = theme.rgba(colour)
    return f"rgba({red},{green},{blue},0.45)"


def _plain(text: str) -> str:
    """A name, capitalised, as plotly must write it, not run it: it knows a few tags, links and %{} fields."""
    return labels.sentence(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("%{", "% {")
