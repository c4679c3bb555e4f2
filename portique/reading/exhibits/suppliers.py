"""Exhibits of suppliers: shares, models, channels, the flow to regions, before and after, and what was claimed."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from portique.reading import labels
from portique.reading.definitions import Measure, measure
from portique.reading.exhibits.exhibit import Column, Exhibit, make
from portique.reading.exhibits.over_time import over_time
from portique.reading.questions import Answer
from portique.reading.selection import Selection
from portique.reading.view import View, whole_register
from portique.register import reference
from portique.register.served import Register

TAKEDOWN = date(2025, 5, 20)
WINDOW_DAYS = 182

# The dimensions of `queries/by_code.sql`: the facet that names their codes, and the heading of their column.
DIMENSIONS = {
    "supplier": ("suppliers", "Fournisseur"),
    "channel": ("channels", "Canal de vente"),
    "item_type": ("item_types", "Type d’objet"),
    "route": ("routes", "Voie d’introduction"),
    "search_kind": ("search_kinds", "Nature de la fouille"),
    "operation": ("operations", "Opération"),
    "model": ("", "Modèle"),
}
UNNAMED = {"model": "modèle non précisé", "search_kind": "hors fouille", "operation": "hors opération"}
MOST_MODELS = 12

PRESUMPTION = (
    "L’enquête est en cours : les sociétés citées sont visées par l’enquête et présumées innocentes. "
    "Dans la démonstration, les noms sont réels, les quantités et les liens sont inventés."
)


def counted_measure(view: View) -> Measure:
    """The measure that suppliers split: the chosen count of items, else phones."""
    wanted = view.measure
    return wanted if wanted.column == "quantity" and not wanted.is_rate else measure("phones")


def shares(view: View, dimension: str = "supplier") -> Exhibit:
    """One row per code of a dimension that holds something: code, label, value, share (of the total), unknown, chosen.

    The dimension's own filter is left open, so that what is chosen stands among the others.
    """
    wanted, field = counted_measure(view), DIMENSIONS[dimension][0]
    answer = _by_code(view, view.selection.without(field) if field else view.selection, wanted, dimension)
    rows = _shared(view, answer, dimension)
    rows["chosen"] = rows["code"].isin(getattr(view.selection, field)) if field else False
    rows = _longest_first(rows) if dimension == "model" else rows
    title = _share_title(view, rows, wanted, dimension)
    return make(
        view,
        f"parts-{dimension}",
        title=title,
        sentence=title + ".",
        measure=wanted,
        table=rows,
        columns=(
            Column("label", DIMENSIONS[dimension][1]),
            Column("value", labels.sentence(wanted.label), "count"),
            Column("share", "Part", "percent"),
        ),
        answers=[answer],
        left_open=field,
        notes=[PRESUMPTION] if dimension in ("supplier", "channel") else [],
    )


def share_history(view: View, bin_: str) -> Exhibit:
    """One row per bin and supplier: value and share of the bin's total; the unknown share stays in."""
    wanted = counted_measure(view)
    counts = over_time(_measuring(view, wanted), bin_, "supplier")
    rows = counts.table
    rows = rows.assign(
        share=rows["value"] / rows.groupby("bin")["value"].transform("sum").where(lambda total: total > 0)
    )
    title = f"Part de chaque fournisseur dans les {wanted.label} saisis, par {'mois' if bin_ == 'month' else 'période'}"
    return make(
        view,
        "parts-fournisseurs-historique",
        title=title,
        sentence=f"{title}. {counts.sentence}",
        measure=wanted,
        table=rows,
        columns=(
            Column("name", "Période"),
            Column("label", "Fournisseur"),
            Column("value", labels.sentence(wanted.label), "count"),
            Column("share", "Part", "percent"),
        ),
        answers=counts.answers,
        notes=[*counts.notes, PRESUMPTION],
    )


def channels(view: View) -> Exhibit:
    """One row per channel: items attributed to it in the selection, and its status over time with the source."""
    wanted = counted_measure(view)
    answer = _by_code(view, view.selection, wanted, "channel")
    held = answer.table.set_index("code")["quantity"]
    statuses = reference.table("channel_statuses")
    rows = pd.DataFrame(
        [
            {
                "code": code,
                "label": label,
                "value": int(held.get(code, 0)),
                "history": _status_history(statuses[statuses["channel"] == code]),
                "source": " ".join(dict.fromkeys(statuses.loc[statuses["channel"] == code, "source_url"].dropna())),
            }
            for code, label in view.choices["channels"].items()
        ]
    )
    title = "Canaux de vente et leur situation, date par date"
    return make(
        view,
        "canaux",
        title=title,
        sentence=title + ".",
        measure=wanted,
        table=rows,
        columns=(
            Column("label", "Canal de vente"),
            Column("value", f"{labels.sentence(wanted.label)} rattachés", "count"),
            Column("history", "Situation publiée"),
            Column("source", "Source de la situation", "link"),
        ),
        answers=[answer],
        notes=[PRESUMPTION],
    )


def flow(view: View) -> Exhibit:
    """One row per supplier, channel and region: value, with the three names."""
    wanted = counted_measure(view)
    answer = view.ask("flow", items=list(wanted.item_types))
    rows = answer.table.assign(
        supplier_label=[view.label("suppliers", code) for code in answer.table["supplier"]],
        channel_label=[view.label("channels", code) for code in answer.table["channel"]],
        region_label=[view.place_label("region", code) for code in answer.table["region_code"]],
        value=answer.table["quantity"],
    )
    known = rows.loc[rows["supplier"] != "unknown", "value"].sum()
    total = rows["value"].sum()
    share = labels.percent(known / total) if total else "aucune part"
    title = f"Du fournisseur à la région : {share} des {wanted.label} ont un fournisseur présumé"
    return make(
        view,
        "flux-fournisseurs",
        title=title,
        sentence=title + ".",
        measure=wanted,
        table=rows,
        columns=(
            Column("supplier_label", "Fournisseur"),
            Column("channel_label", "Canal de vente"),
            Column("region_label", "Région"),
            Column("value", labels.sentence(wanted.label), "count"),
        ),
        answers=[answer],
        notes=[PRESUMPTION],
    )


def before_after(view: View) -> Exhibit:
    """One row per supplier: items and share over equal windows before and after 20 May 2025, that day left out.

    No row when the register does not cover a day on both sides.
    """
    wanted, days = counted_measure(view), _window(view.register)
    before = view.selection.with_(period_start=TAKEDOWN - timedelta(days=days), period_end=TAKEDOWN)
    start = TAKEDOWN + timedelta(days=1)
    after = view.selection.with_(period_start=start, period_end=start + timedelta(days=days))
    answers = [_by_code(view, selection, wanted, "supplier") for selection in (before, after)]
    rows = _side_by_side(view, *answers)
    title = f"{labels.sentence(wanted.label)} par fournisseur, {days} jours avant et {days} jours après le 20 mai 2025"
    if not days:
        title = "Le registre ne couvre pas les jours d’avant et d’après le 20 mai 2025"
    return make(
        view,
        "avant-apres-20-mai-2025",
        title=title,
        sentence=title + ". Une différence entre deux périodes ne dit pas sa cause.",
        measure=wanted,
        period=(before.period_start, after.period_end),
        table=rows,
        columns=(
            Column("label", "Fournisseur"),
            Column("value_before", "Avant", "count"),
            Column("share_before", "Part avant", "percent"),
            Column("value_after", "Après", "count"),
            Column("share_after", "Part après", "percent"),
        ),
        answers=answers,
        notes=[
            "Le 20 mai 2025 lui-même est laissé de côté. Lecture descriptive, sans conclusion.",
            PRESUMPTION,
        ],
    )


def _side_by_side(view: View, before: Answer, after: Answer) -> pd.DataFrame:
    """One row per supplier of either answer, in the order of display; a supplier that one of them lacks has 0 there."""
    kept = ["code", "label", "value", "share"]
    rows = _shared(view, before, "supplier")[kept].merge(
        _shared(view, after, "supplier")[kept], on=["code", "label"], how="outer", suffixes=("_before", "_after")
    )
    rows = rows.fillna({"value_before": 0, "share_before": 0.0, "value_after": 0, "share_after": 0.0})
    order = list(view.choices["suppliers"])
    return rows.iloc[sorted(range(len(rows)), key=lambda i: order.index(rows["code"].iloc[i]))].reset_index(drop=True)


def _by_code(view: View, selection: Selection, wanted: Measure, dimension: str) -> Answer:
    """The counts by code of a dimension; item types come with those of suppliers, so that both are asked at once."""
    items = list(wanted.item_types)
    if dimension != "item_type":
        return view.ask("by_code", selection, items=items, dimension=dimension)
    answer = view.ask("by_code", selection, by=("item_type",), items=items, dimension="supplier")
    order = list(view.choices["item_types"])
    rows = answer.table.rename(columns={"item_type": "code"})
    ranks = sorted(range(len(rows)), key=[order.index(code) for code in rows["code"]].__getitem__)
    return replace(answer, table=rows.iloc[ranks].reset_index(drop=True))


def _shared(view: View, answer: Answer, dimension: str) -> pd.DataFrame:
    field, rows = DIMENSIONS[dimension][0], answer.table
    names = [code if not field else view.label(field, code) for code in rows["code"]]
    total = rows["quantity"].sum()
    return rows.assign(
        label=[name or UNNAMED.get(dimension, "non précisé") for name in names],
        value=rows["quantity"],
        share=rows["quantity"] / total if total else 0.0,
        unknown=rows["code"].isin(["unknown", ""]),
    )


def _longest_first(rows: pd.DataFrame) -> pd.DataFrame:
    """The most frequent names first, the rest of them added up, what has no name last."""
    named = rows[~rows["unknown"]].sort_values(["value", "label"], ascending=[False, True])
    kept, rest = named.head(MOST_MODELS), named.iloc[MOST_MODELS:]
    parts = [kept, rows[rows["unknown"]]]
    if len(rest):
        label = f"{labels.number(len(rest))} autres modèles"
        sums = {name: rest[name].sum() for name in ("quantity", "open_lines", "lines", "value", "share")}
        parts.insert(1, pd.DataFrame([{"code": "…", "label": label, "unknown": False} | sums]))
    return pd.concat(parts, ignore_index=True)


def _share_title(view: View, rows: pd.DataFrame, wanted: Measure, dimension: str) -> str:
    when = labels.sentence(labels.during(view.selection.period_start, view.selection.period_end))
    if rows.empty or not rows["value"].sum():
        return f"{when}, rien à répartir : aucun objet dans cette sélection"
    unknown = float(rows.loc[rows["unknown"], "share"].sum())
    noun = {"supplier": "fournisseur", "channel": "canal", "route": "voie d’introduction", "model": "modèle"}.get(
        dimension
    )
    if noun is None:
        first = rows.sort_values("value").iloc[-1]
        return f"{when}, {labels.percent(first['share'])} des {wanted.label} saisis sont des {first['label']}"
    agreed = f"{noun} inconnu{'e' if dimension == 'route' else ''}"
    return f"{when}, {agreed} pour {labels.percent(unknown)} des {wanted.label} saisis"


def _status_history(rows: pd.DataFrame) -> str:
    """The published statuses of a channel in the order of time; their labels say the days."""
    return " → ".join(rows.sort_values("valid_from", na_position="first")["label"]) or "aucune information publiée"


def _window(register: Register) -> int:
    """The days of each window: 182, or as many as the register has on both sides of the operation; at least 0."""
    start, end = whole_register(register)
    return max(0, min(WINDOW_DAYS, (end - TAKEDOWN).days - 1, (TAKEDOWN - start).days))


def _measuring(view: View, wanted: Measure) -> View:
    return View(
        view.reader,
        view.selection.with_(measure=wanted.code),
        view.default,
        view.choices,
        view.page,
        view.options,
    )
