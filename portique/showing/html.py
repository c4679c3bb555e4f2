"""Small pieces of HTML made from exhibits: titles, tiles, bars, legends; every text of the data is escaped here."""

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any
from urllib.parse import quote, urlsplit

import pandas as pd

from portique.reading import labels, meanings
from portique.reading.definitions import Measure
from portique.reading.exhibits.exhibit import Column, Exhibit, each
from portique.reading.exhibits.places import STATES
from portique.reading.exhibits.territories import RATES
from portique.showing import theme

SPARKLINE = (96, 26)  # pixels


def stamp(exhibit: Exhibit) -> str:
    """What the figures are worth, in words: the stamp of the demonstration, or where they come from."""
    if exhibit.is_demonstration:
        return '<span class="p-stamp">Données de démonstration</span>'
    text = (
        exhibit.register.name if exhibit.register and exhibit.status == "registered" else labels.STATUS[exhibit.status]
    )
    return f'<span class="p-status">{escape(text)}</span>'


def heading(exhibit: Exhibit, level: int = 3) -> str:
    """The title that says what is seen, its stamp, and what is counted, for whom and when."""
    return (
        f'<div class="p-head"><h{level}>{escape(exhibit.title)}</h{level}>{stamp(exhibit)}'
        f'<p class="p-sub">{escape(exhibit.subtitle)}</p></div>'
    )


def table_heading(exhibit: Exhibit) -> str:
    """The title of an exhibit's table where it stands apart from its picture."""
    title = f"Tableau{labels.WIDE}: {escape(exhibit.title)}"
    return f'<div class="p-head"><h2>{title}</h2>{stamp(exhibit)}<p class="p-sub">{escape(exhibit.subtitle)}</p></div>'


def footing(exhibit: Exhibit) -> str:
    """Source, definition and what must be said beside the figure."""
    notes = "".join(f'<li class="p-note">{escape(note)}</li>' for note in exhibit.notes)
    listed = f"<ul>{notes}</ul>" if notes else ""
    return f'<div class="p-foot"><p>Source{labels.WIDE}: {escape(exhibit.source)}.</p>{listed}</div>'


def tiles(exhibit: Exhibit) -> str:
    """The key figures as tiles: value, unit, change against the period before, months as a sparkline."""
    return f'<div class="p-tiles">{"".join(_tile(row) for row in exhibit.table.to_dict("records"))}</div>'


def bars(exhibit: Exhibit, colours: dict[str, str], *, pressable: bool = True, most: int = 14) -> str:
    """Horizontal bars with share and count, as buttons where they can be pressed; « inconnu » stands last."""
    rows = exhibit.table.to_dict("records")[:most]
    if not rows:
        return nothing()
    widest = max(row["share"] for row in rows) or 1.0
    return f'<ul class="p-bars">{"".join(_bar(row, colours, widest, pressable) for row in rows)}</ul>'


def events(rows: pd.DataFrame, outside: pd.DataFrame) -> str:
    """The numbered events of a chart: day, what happened, who says so; then those outside its period, unnumbered."""
    numbered = [f"<b>{rank}</b> · {_event(row)}" for rank, row in enumerate(each(rows), start=1)]
    entries = [*numbered, *(f"Hors de la période · {_event(row)}" for row in each(outside))]
    items = "".join(f"<li>{entry}</li>" for entry in entries)
    return f'<ul class="p-events">{items}</ul>' if items else ""


def _event(row: Any) -> str:
    said = f"{escape(labels.day(row.event_date))}{labels.WIDE}: {escape(row.label)}"
    return f"{said} ({_source(row.source_publisher, row.source_url)})"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A small table of texts."""
    return _table(headings, ([escape(cell) for cell in row] for row in rows))


def reading_table(exhibit: Exhibit) -> str:
    """An exhibit's table as running text: cells wrap, addresses are links, numbers are French."""
    rows = exhibit.table[[column.name for column in exhibit.columns]].itertuples(index=False, name=None)
    cells = ([_cell(value, column) for value, column in zip(row, exhibit.columns, strict=True)] for row in rows)
    return _table([column.label for column in exhibit.columns], cells)


def definitions(exhibit: Exhibit) -> str:
    """Every measure under its own name, each at an address that stays: « methode#mesure-phones »."""
    return "".join(
        f'<div id="{escape(row["anchor"], quote=True)}" class="p-measure"><h3>{escape(row["label"])}</h3>'
        f"{_definition(row)}</div>"
        for row in exhibit.table.to_dict("records")
    )


def meaning(measure: Measure) -> str:
    """« Que veut dire ce chiffre ? »: a measure's definition, what it holds, what it may not be compared with."""
    return _definition(meanings.row(measure)) if measure.code else f"<p>{escape(measure.definition)}</p>"


def _definition(row: dict[Any, Any]) -> str:
    pairs = [("Définition", row["definition"]), ("Objets comptés", row["contents"]), ("Calcul", row["exposure"])]
    source = f"<dt>Source</dt><dd>{_source(row['source'], row['url'])}</dd>"
    stated = "".join(f"<dt>{escape(name)}</dt><dd>{escape(said)}</dd>" for name, said in pairs if said)
    cautions = "".join(f"<li>{escape(caution)}</li>" for caution in row["cautions"].split("\n"))
    listed = f"<dt>Ne pas confondre, ajouter, comparer</dt><dd><ul>{cautions}</ul></dd>"
    return f'<dl class="p-facts">{stated}{listed}{source}</dl>'


def territories(exhibit: Exhibit) -> str:
    """A line per territory: its figures, each rate with its interval under it, and its months where there are some."""
    texts = [column for column in exhibit.columns if column.name in ("label", "when")]
    counts = [column for column in exhibit.columns if column.kind == "count"]
    months = [column for column in exhibit.columns if column.name == "monthly"]
    rates = [labels.sentence(rate.measure.label) for rate in RATES.values()]
    headings = [*(column.label for column in (*texts, *counts)), *rates, *(column.label for column in months)]
    rows = (
        [
            *(_named(row, column) for column in texts),
            *(_cell(row[column.name], column) for column in counts),
            *(_with_interval(row, code) for code in RATES),
            *(sparkline(row["months"]) for _ in months),
        ]
        for row in exhibit.table.to_dict("records")
    )
    return _table(headings, rows)


def readings(exhibit: Exhibit) -> str:
    """What may be concluded from each row, in sentences."""
    return "".join(f'<p class="p-lead">{escape(row.reading)}</p>' for row in each(exhibit.table))


def _named(row: dict[Any, Any], column: Column) -> str:
    name = escape(str(row[column.name]))
    return f"<b>{name}</b>" if column.name == "label" and row.get("highlighted") else name


def _with_interval(row: dict[Any, Any], code: str) -> str:
    rate, value = RATES[code], row[f"{code}_value"]
    if math.isnan(value):
        return f"<small>{escape(STATES[row[f'{code}_state']])}</small>"
    between = rate.interval(row[f"{code}_low"], row[f"{code}_high"])
    return f"<b>{rate.text(value)}</b> <small>{between}</small>"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    scrolled = f'<table class="p-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="p-scroll" tabindex="0">{scrolled}</div>'


def _cell(value: Any, column: Column) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "—"
    match column.kind:
        case "count":
            return labels.number(value)
        case "decimal":
            return labels.number(value, 2)
        case "percent":
            return labels.percent(value)
        case "link":
            return " ".join(_source(_host(address), address) for address in str(value).split())
        case _:
            return escape(str(value))


def _source(publisher: object, url: object) -> str:
    """A publisher's name, linked when an address is known and is one of the web."""
    name = escape(str(publisher)) if isinstance(publisher, str) else "source non précisée"
    if isinstance(url, str) and url.startswith(("https://", "http://")):
        return f'<a href="{escape(url, quote=True)}" target="_blank" rel="noopener noreferrer">{name}</a>'
    return name


def _host(address: str) -> str:
    return urlsplit(address).netloc.removeprefix("www.") or address


def nothing() -> str:
    """What stands in the place of an empty picture."""
    return '<p class="p-none">Rien à montrer pour cette sélection.</p>'


def key(entries: Iterable[tuple[str, str]]) -> str:
    """A legend: each entry a mark's inline style and its French words."""
    marks = "".join(f'<li><i style="{style}"></i>{escape(words)}</li>' for style, words in entries)
    return f'<ul class="p-key">{marks}</ul>'


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """A definition list of headings and texts."""
    rows = "".join(f"<dt>{escape(heading)}</dt><dd>{escape(text)}</dd>" for heading, text in pairs)
    return f'<dl class="p-facts">{rows}</dl>'


def items(texts: Iterable[str]) -> str:
    """A list of texts; nothing when there are none."""
    rows = "".join(f'<li class="p-note">{escape(entry)}</li>' for entry in texts)
    return f'<div class="p-foot"><ul>{rows}</ul></div>' if rows else ""


def note(words: str) -> str:
    """A quiet sentence."""
    return f'<p class="p-foot">{escape(words)}</p>'


def text(words: object) -> str:
    """A text as HTML shows it."""
    return escape(str(words))


def sparkline(values: Sequence[float]) -> str:
    """The months as a small line, decorative: the values stand in the table beside it."""
    known = [value for value in values if not math.isnan(value)]
    if len(known) < 2:
        return ""
    width, height = SPARKLINE
    top = max(known) or 1.0
    places = [
        (i * (width - 4) / (len(values) - 1) + 2, height - 3 - value * (height - 6) / top)
        for i, value in enumerate(values)
    ]
    drawn = [f"{x:.0f},{y:.0f}" for (x, y), value in zip(places, values, strict=True) if not math.isnan(value)]
    end_x, end_y = drawn[-1].split(",")
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<polyline points="{" ".join(drawn)}" fill="none" stroke="{theme.AMOUNT}" stroke-width="1.6"/>'
        f'<circle cx="{end_x}" cy="{end_y}" r="2.6" fill="{theme.AMOUNT}"/></svg>'
    )
    return f'<img class="p-spark" alt="" width="{width}" height="{height}" src="data:image/svg+xml,{quote(svg)}">'


def _tile(row: dict[Any, Any]) -> str:
    floor = '<small class="p-floor">au moins</small> ' if row["at_least"] else ""
    change = f'<span class="p-change">{escape(_arrow(row["change"]))}</span>' if row["change"] else ""
    detail = f"<small>{escape(row['detail'])}</small>" if row["detail"] else ""
    return (
        f'<div class="p-tile"><span class="p-label">{escape(labels.sentence(row["label"]))}</span>'
        f"<strong>{floor}{escape(row['text'])}</strong>{change}{sparkline(row['months'])}{detail}</div>"
    )


def _arrow(change: str) -> str:
    """The change with the arrow of its direction; words alone stay as they are."""
    direction = {"+": "▲ ", labels.MINUS: "▼ "}.get(change[0], "")
    return direction + change


def _bar(row: dict[Any, Any], colours: dict[str, str], widest: float, pressable: bool) -> str:
    inside = (
        f'<span class="p-name">{escape(labels.sentence(str(row["label"])))}</span>'
        f'<span class="p-value">{labels.number(row["value"])} · {labels.percent(row["share"])}</span>'
        f'<i style="width:{100 * row["share"] / widest:.1f}%;background:{colours[row["code"]]}"></i>'
    )
    if not pressable:
        return f'<li><div class="p-bar">{inside}</div></li>'
    pressed, code = "true" if row["chosen"] else "false", escape(row["code"], quote=True)
    return f'<li><button type="button" class="p-bar" data-code="{code}" aria-pressed="{pressed}">{inside}</button></li>'
