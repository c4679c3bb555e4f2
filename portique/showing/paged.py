"""Published figures a part at a time, with what leads to the other parts."""

from dataclasses import replace

from portique.reading import labels, parts
from portique.reading.exhibits.exhibit import Exhibit
from portique.showing import html

PART = "partie"


def figures(exhibit: Exhibit, marked: str, asked: str) -> str:
    """One part of the figures under their place; the marked one stands out, and is in it where no part is asked for."""
    table = exhibit.table
    bounds = parts.split(table["fact"].tolist())
    if len(bounds) < 2:
        return html.figures(exhibit, marked)
    at = table.index[table["figure_id"] == marked].tolist()
    rank = parts.chosen(bounds, asked, at[0] if at else None)
    start, end = bounds[rank]
    pager = _pager(bounds, rank, len(table))
    return pager + html.figures(replace(exhibit, table=table.iloc[start:end]), marked) + pager


def _pager(bounds: list[tuple[int, int]], rank: int, total: int) -> str:
    start, end = bounds[rank]
    said = f"Chiffres {labels.number(start + 1)} à {labels.number(end)} sur {labels.number(total)}"
    before, after = _button("Les précédents", rank), _button("Les suivants", rank + 2)
    back, on = before if rank else "", after if rank + 1 < len(bounds) else ""
    return f'<div class="p-pager"><span>{said}</span>{back}{on}</div>'


def _button(words: str, part: int) -> str:
    return f'<button type="button" class="p-more" data-code="{PART}={part}">{words}</button>'
