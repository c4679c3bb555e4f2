"""Exhibits of the register's history: its versions, what differs between two, its lines and every change by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from portique.reading import labels, words
from portique.reading.definitions import Measure
from portique.reading.exhibits.exhibit import Column, Exhibit, each, source
from portique.reading.view import View, whole_register
from portique.register.history import By
from portique.register.lake import Version
from portique.register.schema import COUNTED_STATES

WAYS: dict[By, str] = {"establishment": "Établissement", "month": "Mois", "item_type": "Type d’objet"}
COUNTS = {
    "quantity": "Objets",
    "lines": "Lignes comptées",
    "lines_left_out": "Lignes écartées",
    "searches": "Fouilles",
    "cells_searched": "Cellules fouillées",
}
_WHEN = {"before": "avant", "after": "après", "change": "écart"}
STATES = {code: labels.sentence(label) for code, label in words.codes("review_state").items()}


def way(code: str) -> By:
    """The way to compare that a code names; by establishment if it names none."""
    return next((by for by in WAYS if by == code), "establishment")


def _told(label: str, definition: str) -> Measure:
    return Measure("", label, label, "", (), definition, "", "")


VERSIONS = _told(
    "versions du registre", "Chaque import, annulation, rétablissement, revue, correction ou note en fait une."
)
CHANGES = _told("changements à la main", "Chaque valeur changée garde l’ancienne, son auteur et son motif.")
LINES = _told(
    "lignes du registre", "Une ligne : un type d’objet dans une saisie. Seules celles en vigueur sont montrées."
)
DIFFERENCE = _told(
    "objets, lignes et fouilles",
    "Objets : somme des quantités des lignes comptées, tous types ensemble. Lignes écartées : doublons et lignes à ne "
    "pas compter. Une ligne compte au mois où sa période commence.",
)


def versions(view: View, listed: Sequence[Version], imported: pd.DataFrame) -> Exhibit:
    """One row per version, the newest first: number, when, author, what, message, counts.

    Beyond the displayed columns: `newest`, and of an import `import_id` (0: none) and `turn`: undo, redo or empty.
    """
    undone = {row.import_id: row.undone_at is not pd.NaT for row in each(imported)}
    rows = [_version(version, undone, newest=version is listed[0]) for version in listed]
    count = labels.counted(len(listed), "version", "versions")
    return _exhibit(
        view,
        listed[0],
        "versions",
        VERSIONS,
        title=f"{labels.sentence(count)} du registre, la dernière du {labels.moment(listed[0].committed_at)}",
        scope="aucune n’est jamais effacée",
        period=(listed[-1].committed_at.date(), listed[0].committed_at.date() + timedelta(days=1)),
        table=pd.DataFrame(rows),
        columns=(
            Column("number", "Version"),
            Column("when", "Quand"),
            Column("author", "Par qui"),
            Column("what", "Quoi"),
            Column("counts", "Combien de lignes"),
            Column("message", "Message"),
        ),
    )


def _version(version: Version, undone: Mapping[int, bool], *, newest: bool) -> dict[str, Any]:
    told = version.detail
    number = int(told.get("import_id", 0)) if told.get("action") == "import" else 0
    return {
        "number": version.number,
        "when": labels.moment(version.committed_at),
        "author": version.author or "—",
        "what": what(version),
        "counts": _counts(told),
        "message": version.message or "—",
        "newest": newest,
        "import_id": number,
        "turn": "" if number not in undone else "redo" if undone[number] else "undo",
    }


def what(version: Version) -> str:
    """What made a version, in a few words."""
    told = version.detail
    number = labels.number(told.get("import_id", 0))
    match told.get("action"):
        case "import":
            return f"Import {number}"
        case "undo":
            return f"Annulation de l’import {number}"
        case "redo":
            return f"Rétablissement de l’import {number}"
        case "review":
            return "Revue"
        case "edit":
            return "Correction"
        case "note":
            return "Note"
        case "append":
            return "Ajout"
        case _:
            return "Création du registre"


def _counts(told: Mapping[str, Any]) -> str:
    if told.get("action") == "import":
        return ", ".join(
            labels.counted(told[name], one, many)
            for name, one, many in (
                ("read", "lue", "lues"),
                ("new", "nouvelle", "nouvelles"),
                ("already_there", "déjà présente", "déjà présentes"),
                ("refused", "refusée", "refusées"),
            )
        )
    return labels.counted(told["lines"], "ligne changée", "lignes changées") if "lines" in told else "—"


def difference(view: View, newest: Version, compared: pd.DataFrame, before: int, after: int, by: By) -> Exhibit:
    """One row per establishment, month or type that differs between two versions (`register.history.compare`).

    Of each of COUNTS: `<name>_before`, `<name>_after`, `<name>_change`.
    """
    table = compared.assign(label=[_place(view, by, code) for code in compared["code"]])
    moved = [
        f"{labels.signed(table[f'{name}_change'].sum())}{labels.WIDE}{label.lower()}"
        for name, label in COUNTS.items()
        if table[f"{name}_change"].any()
    ]
    numbers = f"De la version {labels.number(before)} à la version {labels.number(after)}"
    return _exhibit(
        view,
        newest,
        f"difference-{by}-{before}-{after}",
        DIFFERENCE,
        title=f"{numbers} : {', '.join(moved) or 'rien ne diffère'}",
        scope=f"par {WAYS[by].lower()}, ce qui diffère seulement",
        period=whole_register(view.register),
        table=table,
        columns=(
            Column("label", WAYS[by]),
            *(
                Column(f"{name}_{code}", f"{label}, {when}", "count")
                for name, label in COUNTS.items()
                for code, when in _WHEN.items()
            ),
        ),
    )


def _place(view: View, by: By, code: object) -> str:
    if not isinstance(code, str):
        return {"establishment": "Établissement non précisé", "month": "—", "item_type": "Fouilles"}[by]
    if by == "establishment":
        return view.label("establishments", code)
    if by == "month":
        return labels.month(date.fromisoformat(f"{code}-01"))
    return labels.sentence(words.codes("item_type").get(code, code))


def left_out(states: Mapping[str, int]) -> str:
    """How many lines count and how many the review leaves out, in one sentence."""
    counted, out = (
        {code: n for code, n in states.items() if (code in COUNTED_STATES) == kept} for kept in (True, False)
    )

    def told(held: Mapping[str, int]) -> str:
        return ", ".join(f"{STATES[code].lower()} : {labels.number(number)}" for code, number in held.items())

    some = labels.counted(sum(counted.values()), "ligne comptée", "lignes comptées")
    others = labels.counted(sum(out.values()), "ligne écartée", "lignes écartées")
    return labels.typeset(f"{some} ({told(counted)}) ; {others} par la revue ({told(out)}).")


def lines(view: View, newest: Version, rows: pd.DataFrame, states: Mapping[str, int], most: int) -> Exhibit:
    """One row per item line that stands (`register.corrections.lines`), in words; a list cut at `most` says so."""
    table = pd.DataFrame([_line(view, row) for row in each(rows)], columns=[column.name for column in _LINE])
    count = labels.counted(len(rows), "ligne", "lignes")
    notes = [left_out(states)]
    if len(rows) == most:
        notes.append(f"Les {labels.number(most)} dernières seulement : resserrez le choix pour voir les autres.")
    return _exhibit(
        view,
        newest,
        "lignes",
        LINES,
        title=labels.sentence(count) if len(rows) else "Aucune ligne ici",
        scope="celles du choix ci-dessus",
        period=whole_register(view.register),
        table=table,
        columns=_LINE,
        notes=notes,
    )


_LINE = (
    Column("line", "Ligne"),
    Column("when", "Quand"),
    Column("where", "Où"),
    Column("item", "Quoi"),
    Column("quantity", "Quantité"),
    Column("state", "État"),
    Column("place", "Lieu de découverte"),
    Column("route", "Voie"),
    Column("search", "Fouille"),
    Column("supplier", "Fournisseur"),
    Column("edits", "Corrections", "count"),
    Column("notes", "Notes", "count"),
)


def _line(view: View, row: Any) -> dict[str, Any]:
    names = ("item_type", "review_state", "place", "route", "search_kind", "supplier")
    said = {name: words.value(name, getattr(row, name), {}) for name in names}
    model = f", {row.model}" if isinstance(row.model, str) else ""
    return {
        "line": words.line(row.line_key),
        "when": labels.period(row.period_start.date(), row.period_end.date()),
        "where": words.value("establishment_id", row.establishment_id, view.choices["establishments"]),
        "item": said["item_type"] + model,
        "quantity": quantity(row.quantity_min, row.quantity_qualifier),
        "state": said["review_state"],
        "place": said["place"],
        "route": said["route"],
        "search": said["search_kind"] if isinstance(row.search_kind, str) else "—",
        "supplier": said["supplier"],
        "edits": row.edits,
        "notes": row.notes,
    }


def quantity(least: int, qualifier: str) -> str:
    """« 3 », « au moins 3 », « inconnue »."""
    return {"exact": "", "at_least": "au moins "}.get(qualifier, "inconnue, comptée ") + labels.number(least)


def changes(view: View, newest: Version, edits: pd.DataFrame, notes: pd.DataFrame) -> Exhibit:
    """One row per value changed by hand and per note, the newest first."""
    rows = [_edit(view, row) for row in each(edits)] + [_note(row) for row in each(notes)]
    rows.sort(key=lambda row: row["at"], reverse=True)
    columns = (
        Column("when", "Quand"),
        Column("author", "Par qui"),
        Column("line", "Ligne"),
        Column("field", "Champ"),
        Column("old", "Avant"),
        Column("new", "Après"),
        Column("reason", "Motif ou note"),
    )
    count = labels.counted(len(rows), "changement à la main", "changements à la main")
    return _exhibit(
        view,
        newest,
        "changements",
        CHANGES,
        title=labels.sentence(count) if rows else "Aucun changement à la main",
        scope="corrections, revues et notes, tous imports",
        period=whole_register(view.register),
        table=pd.DataFrame(rows, columns=[column.name for column in columns] + ["at"]),
        columns=columns,
    )


def _edit(view: View, row: Any) -> dict[str, Any]:
    places = view.choices["establishments"]
    return {
        "at": row.edited_at,
        "when": labels.moment(row.edited_at),
        "author": row.author,
        "line": words.line(row.line_key, row.subject),
        "field": words.FIELDS.get(row.field, row.field),
        "old": words.value(row.field, row.old_value, places),
        "new": words.value(row.field, row.new_value, places),
        "reason": row.reason or "—",
    }


def _note(row: Any) -> dict[str, Any]:
    told = {"field": "note", "old": "—", "new": "—", "reason": row.note, "author": row.author}
    when = {"at": row.written_at, "when": labels.moment(row.written_at)}
    return when | told | {"line": words.line(row.line_key, row.subject)}


def _exhibit(
    view: View,
    newest: Version,
    key: str,
    measure: Measure,
    *,
    title: str,
    scope: str,
    period: tuple[date, date],
    table: pd.DataFrame,
    columns: Sequence[Column],
    notes: Sequence[str] = (),
) -> Exhibit:
    """An exhibit of the newest version of the register, whichever the page looks back at."""
    when = pd.Timestamp(newest.committed_at).tz_convert("UTC").tz_localize(None)
    register = replace(view.register, version=newest.number, committed_at=when)
    return Exhibit(
        key=key,
        title=labels.typeset(title),
        sentence=labels.typeset(f"{title}."),
        measure=measure,
        status=view.status,
        period=period,
        scope=scope,
        source=source(register),
        register=register,
        link=view.link,
        table=table,
        columns=tuple(columns),
        notes=tuple(notes),
    )
