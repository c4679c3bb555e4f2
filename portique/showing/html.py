"""Small pieces of HTML made from exhibits: titles, tiles, bars, legends; every text of the data is escaped here."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from html import escape
from typing import Any
from urllib.parse import quote, urlsplit

import pandas as pd

from portique.reading import labels, meanings
from portique.reading.definitions import Measure, measures
from portique.reading.exhibits.exhibit import Column, Exhibit, each, records
from portique.reading.exhibits.figures import PAGE as FIGURES
from portique.reading.exhibits.over_time import event_marks
from portique.reading.exhibits.places import STATES
from portique.reading.exhibits.territories import RATES
from portique.showing import theme

SPARKLINE = (96, 26)  # pixels
MOST_TICKS = 9
MOST_ROWS = 2000
RECENTRE = "recentre"
MORE = "more"
QUESTION = "Que veut dire ce chiffre ?"
RESET = "reset"


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


def title(words: str) -> str:
    """The title of a page: the question that it answers."""
    return f'<h1 class="p-title">{escape(words)}</h1>'


def group(words: str) -> str:
    """The name of a group of filters."""
    return f'<p class="p-group">{escape(words)}</p>'


def said(words: str, counts: str, link: str) -> str:
    """What is selected, in words and counts, with the way back to the default and the link that opens this view."""
    share = (
        f'<details class="p-share"><summary>Partager</summary><label>Ce lien ouvre exactement cette vue{labels.WIDE}:'
        f'<input readonly value="{escape(link, quote=True)}"></label>'
        '<button type="button" data-copy>Copier le lien</button></details>'
    )
    reset = f'<button type="button" class="p-reset" data-code="{RESET}">Effacer</button>'
    actions = f'<div class="p-actions">{reset}{share}</div>'
    return f'<div class="p-said"><b>{escape(words)}</b><br>{escape(counts)}{actions}</div>'


def back(exhibit: Exhibit) -> str:
    """What stands behind a picture: the definition of its measure, opened in place, and the button for all the rest."""
    words = "Tableau, fichiers, définition, requête"
    spoken = escape(f"{words}{labels.WIDE}: {exhibit.title}", quote=True)
    button = f'<button type="button" class="p-more" data-open aria-label="{spoken}">{words}</button>'
    if not exhibit.measure.code:
        return button
    code = escape(exhibit.measure.code, quote=True)
    asked = f'<button type="button" class="p-more" data-means="{code}" aria-expanded="false">{QUESTION}</button>'
    return f'<div class="p-back">{button}{asked}<div class="p-meaning"></div></div>'


@cache
def all_meanings() -> str:
    """What each measure means, drawn once a page and out of sight: its question brings it to where it is asked."""
    told = "".join(
        f'<div data-meaning="{escape(code, quote=True)}">{meaning(measure)}</div>'
        for code, measure in measures().items()
    )
    return f'<div class="p-meanings" hidden>{told}</div>'


def choice(name: str, label: str, values: Mapping[str, str], chosen: str) -> str:
    """One of several values, as buttons that stand together; pressing one gives « name=value »."""
    pressed = {code: "true" if code == chosen else "false" for code in values}
    buttons = "".join(
        f'<button type="button" data-code="{escape(name)}={escape(code, quote=True)}" aria-pressed="{pressed[code]}">'
        f"{escape(words)}</button>"
        for code, words in values.items()
    )
    spoken = escape(label, quote=True)
    return f'<div class="p-choice" role="group" aria-label="{spoken}"><span>{escape(label)}</span>{buttons}</div>'


def listed(
    name: str, label: str, values: Mapping[str, str], chosen: str, *, blank: str = "", spoken_only: bool = False
) -> str:
    """One of many values, as the browser's own list; choosing one gives « name=value ».

    With `blank`, the list starts with it and nothing is chosen unless `chosen` is one of the values. In a cell of a
    table, whose row and heading say what it is, the label is `spoken_only`.
    """
    offered = {"": blank} | dict(values) if blank else values
    options = "".join(
        f'<option value="{quote(code)}"{" selected" if code == chosen else ""}>{escape(words)}</option>'
        for code, words in offered.items()
    )
    shown, said = (
        ("", f' aria-label="{escape(label, quote=True)}"') if spoken_only else (f"<span>{escape(label)}</span>", "")
    )
    return (
        f'<label class="p-list">{shown}<select{said} data-list="{escape(name, quote=True)}">{options}</select></label>'
    )


def opener(words: str, *, is_open: bool) -> str:
    """The button that opens and closes a group of rare controls; pressing it gives « more »."""
    state = "true" if is_open else "false"
    return f'<button type="button" class="p-opener" data-code="{MORE}" aria-expanded="{state}">{escape(words)}</button>'


def choices(drawn: Iterable[str], note: str = "", *, recentre: bool = False) -> str:
    """Choices in one row, with the button that centres a picture again, and a word on them."""
    again = f'<button type="button" class="p-more" data-code="{RECENTRE}">Recentrer</button>' if recentre else ""
    said = f'<p class="p-foot">{escape(note)}</p>' if note else ""
    return f'<div class="p-choices">{"".join(drawn)}{again}</div>{said}'


def table_heading(exhibit: Exhibit) -> str:
    """The title of an exhibit's table where it stands apart from its picture."""
    return heading(replace(exhibit, title=f"Tableau{labels.WIDE}: {exhibit.title}"), level=2)


def footing(exhibit: Exhibit) -> str:
    """Source, definition and what must be said beside the figure."""
    notes = "".join(f'<li class="p-note">{escape(note)}</li>' for note in exhibit.notes)
    listed = f"<ul>{notes}</ul>" if notes else ""
    return f'<div class="p-foot"><p>Source{labels.WIDE}: {escape(exhibit.source)}.</p>{listed}</div>'


def tiles(exhibit: Exhibit) -> str:
    """The key figures as tiles: value, unit, change against the period before, months as a sparkline."""
    return f'<div class="p-tiles">{"".join(_tile(row) for row in records(exhibit.table))}</div>'


def bars(exhibit: Exhibit, colours: dict[str, str], *, pressable: bool = True, most: int = 14) -> str:
    """Horizontal bars with share and count, as buttons where they can be pressed; « inconnu » stands last."""
    rows = records(exhibit.table.head(most))
    if not rows:
        return nothing()
    widest = max(row["share"] for row in rows) or 1.0
    return f'<ul class="p-bars">{"".join(_bar(row, colours, widest, pressable) for row in rows)}</ul>'


def columns(exhibit: Exhibit) -> str:
    """Months as upright bars, those of the selection in full colour, each with its value; events by their number."""
    rows = records(exhibit.table)
    known = [row["value"] for row in rows if not math.isnan(row["value"])]
    if not known:
        return nothing()
    top, decimals = max(known) or 1.0, 2 if exhibit.measure.is_rate else 0
    marks = event_marks(pd.DatetimeIndex(exhibit.table["bin"]), exhibit)
    step = -(-len(rows) // MOST_TICKS)
    drawn = "".join(
        _column(row, top, decimals, marks.get(rank, ""), labels.short_month(row["bin"]) if rank % step == 0 else "")
        for rank, row in enumerate(rows)
    )
    said = escape(f"{exhibit.sentence} De 0 à {labels.number(top, decimals)}.", quote=True)
    inside = stamp(exhibit) if exhibit.is_demonstration else ""
    scale = f'<span class="p-top">{labels.number(top, decimals)}</span>'
    return f'<div class="p-columns" role="img" aria-label="{said}">{scale}{inside}<div>{drawn}</div></div>'


def _column(row: dict[Any, Any], top: float, decimals: int, mark: str, tick: str) -> str:
    value, name = row["value"], escape(str(row["name"]), quote=True)
    if math.isnan(value):
        amount, height = "non renseigné", ""
    else:
        amount = labels.number(value, decimals)
        height = f' style="--height:{100 * value / top:.1f}%" data-value="{value:.4f}"'
    over = f"<b>{mark}</b>" if mark else ""
    under = f"<small>{tick}</small>" if tick else ""
    kind = ' class="p-on"' if row["selected"] else ""
    said = f'{kind} data-code="{row["bin"]:%Y-%m}" title="{name}{labels.WIDE}: {amount}"{height}'
    return f"<span{said}>{over}{under}</span>"


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


def rows(headings: Sequence[str], cells: Iterable[Sequence[str]]) -> str:
    """A table of HTML cells that were escaped already."""
    return _table(headings, cells)


def reading_table(exhibit: Exhibit) -> str:
    """An exhibit's table as running text: cells wrap, addresses are links, numbers are French."""
    rows = exhibit.table[[column.name for column in exhibit.columns]].itertuples(index=False, name=None)
    cells = ([_cell(value, column) for value, column in zip(row, exhibit.columns, strict=True)] for row in rows)
    return _table([column.label for column in exhibit.columns], cells)


def sortable(exhibit: Exhibit, codes: Sequence[str] = (), chosen: Collection[str] = ()) -> str:
    """An exhibit's table that its reader sorts by pressing a heading; with `codes`, one a row, its first cell presses.

    Closing tags that HTML lets one leave out are left out: the table is sent whole with each change. Beyond MOST_ROWS
    the rest stands in the files.
    """
    if exhibit.table.empty:
        return nothing()
    names = [column.name for column in exhibit.columns]
    lines = exhibit.table[names].head(MOST_ROWS).itertuples(index=False, name=None)
    rows = [[_cell(value, column) for value, column in zip(row, exhibit.columns, strict=True)] for row in lines]
    opened = ["<td>" if _is_text(column) else "<td class=p-n>" for column in exhibit.columns]
    pressed = codes[:MOST_ROWS] or [""] * len(rows)
    body = "".join(_line(opened, cells, code, chosen) for cells, code in zip(rows, pressed, strict=True))
    spoken, head = escape(exhibit.sentence, quote=True), "".join(_sorter(column) for column in exhibit.columns)
    opening = f'<table class="p-table p-sortable" aria-label="{spoken}"><thead><tr>{head}</thead>'
    drawn = f'<div class="p-scroll p-tall" tabindex="0">{opening}<tbody>{body}</tbody></table></div>'
    return drawn + rest(len(exhibit.table) - MOST_ROWS)


def _is_text(column: Column) -> bool:
    return column.kind in ("text", "link")


def _sorter(column: Column) -> str:
    kind, place = ("text", "") if _is_text(column) else (column.kind, " class=p-n")
    return f'<th scope="col"{place}><button type="button" data-sort="{kind}">{escape(column.label)}</button>'


def _line(opened: Sequence[str], cells: Sequence[str], code: str, chosen: Collection[str]) -> str:
    first, on = cells[0], code in chosen
    if code:
        pressed = str(on).lower()
        first = f'<button type="button" data-code="{quote(code)}" aria-pressed="{pressed}">{first}</button>'
    whole = "".join(tag + cell for tag, cell in zip(opened, [first, *cells[1:]], strict=True))
    return f"<tr{' class=p-on' if on else ''}>{whole}"


def first_rows(exhibit: Exhibit, most: int = 50) -> str:
    """The first rows of an exhibit as running text, with a word on those that stand in its table only."""
    if exhibit.table.empty:
        return nothing()
    return reading_table(replace(exhibit, table=exhibit.table.head(most))) + rest(len(exhibit.table) - most)


def rest(more: int) -> str:
    """A word on the rows that stand in an exhibit's table only; nothing where there are none."""
    return note(f"Et {labels.number(more)} de plus, dans le tableau et les fichiers.") if more > 0 else ""


def definitions(exhibit: Exhibit) -> str:
    """Every measure under its own name, each at an address that stays: « methode#mesure-phones »."""
    return "".join(
        f'<div id="{escape(row["anchor"], quote=True)}" class="p-measure"><h3>{escape(row["label"])}</h3>'
        f"{_definition(row)}</div>"
        for row in records(exhibit.table)
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
    if exhibit.table.empty:
        return nothing()
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
        for row in records(exhibit.table)
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
    pressed, code = "true" if row["chosen"] else "false", quote(row["code"], safe="")
    return f'<li><button type="button" class="p-bar" data-code="{code}" aria-pressed="{pressed}">{inside}</button></li>'


def record(exhibit: Exhibit, by: str = "", said: str = "") -> str:
    """Published facts as running text: a source under its publisher's name, a figure linked to its own page.

    `by` names a column whose values stand as headings above their rows, `said` one that says something of each.
    """
    hidden = {by, said, "source_publisher", "amount", "qualified"}  # the words of a value say its number and precision
    columns = [column for column in exhibit.columns if column.name not in hidden]
    parts = exhibit.table.groupby(by, sort=False) if by else [("", exhibit.table)]
    groups = []
    for name, rows in parts:
        note = str(rows[said].iloc[0]) if said else ""
        groups.append((str(name), note, [("", [_fact(row, column) for column in columns]) for row in each(rows)]))
    return _groups([column.label for column in columns], groups)


def sheet(exhibit: Exhibit) -> str:
    """All that is known of one thing as a list of headings and texts; an address is a link."""
    rows = "".join(
        f"<dt>{escape(row.what)}</dt><dd>{_source(row.words, row.words)}</dd>" for row in each(exhibit.table)
    )
    return f'<dl class="p-facts">{rows}</dl>'


def stages(exhibit: Exhibit) -> str:
    """Published figures side by side, a column per stage: value, what is counted, and who says so."""
    columns = [
        f"<div><h3>{escape(str(name))}</h3><ul>{''.join(_staged(row) for row in each(rows))}</ul></div>"
        for name, rows in exhibit.table.groupby("stage", sort=False)
    ]
    return f'<div class="p-stages">{"".join(columns)}</div>'


def _staged(row: Any) -> str:
    said = f"{_source(row.source_publisher, row.source_url)} · {_figure_link(row.figure_id)}"
    what = f"{escape(row.what)}<small>{escape(row.definition_note)}</small>"
    return f"<li><strong>{escape(row.words)}</strong> {what}<small>{said}</small></li>"


def _fact(row: Any, column: Column) -> str:
    """A cell of a published fact."""
    value = getattr(row, column.name)
    match column.name:
        case "source_url":
            return _source(row.source_publisher, value)
        case "figure_id":
            return _figure_link(value) if isinstance(value, str) else "—"
        case _:
            return _cell(value, column)


def _figure_link(figure_id: str) -> str:
    """The link that opens a figure on the page of published figures, from any page."""
    address = f"{FIGURES}?chiffre={quote(figure_id)}"
    return f'<a href="{escape(address, quote=True)}" target="_self">{escape(figure_id)}</a>'


def figures(exhibit: Exhibit, marked: str = "") -> str:
    """Published figures under their place, the values of one fact together; the marked one stands out."""
    if exhibit.table.empty:
        return nothing()
    groups = [
        (str(where), "", [(_figure_row(row, marked), _figure_cells(row)) for row in each(rows)])
        for where, rows in exhibit.table.groupby("where", sort=False)
    ]
    headings = ("Chiffre", "Ce qui est compté", "Période", "À citer ?", "Source", "Lien")
    return f'<div class="p-figures">{_groups(headings, groups)}</div>'


def _figure_row(row: Any, marked: str) -> str:
    """The attributes of a figure's row: its identifier, and whether it is marked or another value of the fact above."""
    kinds = [
        name for name, held in (("p-marked", row.figure_id == marked), ("p-second", row.standing == "other")) if held
    ]
    return f' id="{escape(row.figure_id, quote=True)}" class="{" ".join(kinds)}"'


def _figure_cells(row: Any) -> list[str]:
    checks = " · ".join((row.published, row.trust, row.verified))
    note = f"<small>{escape(row.note)}</small>" if isinstance(row.note, str) else ""
    return [
        f"<strong>{escape(row.words)}</strong>",
        f"{escape(row.what)}<small>{escape(row.definition_note)}</small>{note}",
        escape(row.when),
        f"{escape(row.standing_words)}<small>{escape(row.reason)}</small>",
        f"{_source(row.source_publisher, row.source_url)}<small>{escape(row.source_title)}</small>"
        f"<small>{escape(checks)}</small>",
        _figure_link(row.figure_id),
    ]


def _groups(headings: Sequence[str], groups: Iterable[tuple[str, str, list[tuple[str, list[str]]]]]) -> str:
    """A table whose rows stand in groups: each a heading, what is said of it, and rows with their attributes."""
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    bodies = ""
    for name, said, rows in groups:
        note = f"<small>{escape(said)}</small>" if said else ""
        title = f'<tr><th scope="rowgroup" colspan="{len(headings)}">{escape(name)}{note}</th></tr>' if name else ""
        lines = "".join(f"<tr{held}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>" for held, cells in rows)
        bodies += f"<tbody>{title}{lines}</tbody>"
    table_ = f'<table class="p-table p-groups"><thead><tr>{head}</tr></thead>{bodies}</table>'
    return f'<div class="p-scroll" tabindex="0">{table_}</div>'
