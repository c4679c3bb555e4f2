"""The page of one's own register: what it holds, a file brought to it, what an import would do, and doing it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import quote

import streamlit as st

from portique.reading import imported as effects
from portique.reading import labels
from portique.reading.exhibits import places
from portique.reading.view import View, whole_register
from portique.register import export, reference
from portique.register.importing import Examined, refusal
from portique.register.intake import fields, layout, refused, table_schema, template
from portique.register.intake.checked import Checked
from portique.showing import html, imported
from portique.showing.imported import section
from portique.showing.ui import intake
from portique.showing.ui.blocks import block
from portique.showing.ui.controls import dispatch
from portique.showing.ui.establishment import ask_establishment, start_establishment
from portique.showing.ui.layout import put
from portique.showing.ui.text import as_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {"both": "Fouilles et saisies", "seizures": "Saisies seulement", "searches": "Fouilles seulement"}
ORDERS = {"": "Selon la colonne", "day": "Jour/mois/année", "month": "Mois/jour/année"}
UNFOLD = {"": "Selon le tableau", "yes": "Déplier en périodes", "no": "Ne pas déplier"}
SEARCHES = {"": "Une fouille par jour, lieu et nature", "yes": "Une fouille par ligne"}
CONSTANTS = ("found_on", "establishment", "item_type", "quantity")


def register(view: View) -> None:
    """The whole page, top to bottom."""
    unread = intake.refusal()  # first: another file takes the place of the last result
    _shown(view)
    _result()
    put(lambda: st.html(section("Importer un fichier", "", sub="Rien n’est écrit avant le bouton « Importer ».")))
    put(
        lambda: st.file_uploader(
            f"Votre fichier{labels.WIDE}: CSV, XLSX, ODS ou Parquet, 200{labels.WIDE}Mo au plus",
            key=intake.upload_key(),
        )
    )
    if unread:
        put(lambda: st.error(as_text(unread), icon=":material/error:"))
        return
    held = intake.brought()
    if held is not None and held.examined is not None:
        if not held.examined.checked.obstacles:
            put(section("Ce que l’import fera", imported.equation(held.examined)))
        _understood(held.examined)
        _effect(view, held.examined)
        _confirm(held)


def _shown(view: View) -> None:
    """Whose register is shown, what it holds, and the files to take away."""
    start, end = whole_register(view.register)
    whole = view.selection.without(*(facet.field for facet in view.selection.active))
    totals = places.totals_of(
        places.by_place(replace(view, selection=whole.with_(scope="all", period_start=start, period_end=end)))
    )
    put(imported.register_card(view.register, totals, labels.period(start, end)))
    lake = intake.register()

    def downloads() -> None:
        with st.container(horizontal=True):
            _download("Modèle à remplir (XLSX)", template.workbook, "portique-modele.xlsx", XLSX)
            _download(
                "Schéma des colonnes (JSON)", lambda: table_schema.text().encode(), "schema.json", "application/json"
            )
            if lake.exists():
                _download(
                    "Tout le registre (CSV)", lambda: export.as_csv(export.rows(lake)), "registre.csv", "text/csv"
                )
                _download("Tout le registre (XLSX)", lambda: export.as_xlsx(export.rows(lake)), "registre.xlsx", XLSX)

    put(downloads)


def _download(words: str, make: Callable[[], bytes], name: str, mime: str) -> None:
    st.download_button(words, data=make, file_name=name, mime=mime, key=f"take-{name}", on_click="ignore")


def _result() -> None:
    """What was last done here, with the button that takes it back."""
    last = intake.done()
    if last is None:
        return

    def draw() -> None:
        with st.container(key="import-result"):
            (st.error if last.failure else st.success)(as_text(labels.typeset(last.failure or last.words)))
            with st.container(horizontal=True):
                if last.import_id is not None:
                    word, words = ("redo", "Rétablir cet import") if last.undone else ("undo", "Annuler cet import")
                    st.button(words, key=f"turn-{word}", on_click=intake.ask_turn, args=(word,))
                if last.examined is not None and last.examined.checked.refused:
                    _refused_download(last.examined.checked)

    put(draw)


def _refused_download(checked: Checked) -> None:
    _download(
        "Lignes refusées, à corriger (XLSX)",
        lambda: refused.workbook(checked),
        f"lignes-refusees-{checked.source.file_name.rsplit('.', 1)[0]}.xlsx",
        XLSX,
    )


def _understood(examined: Examined) -> None:
    """What Portique understood, and the lists that correct it."""
    checked = examined.checked
    block(
        section("Ce qui a été compris", imported.reading(checked) + _choices(checked)), "understood", _chosen(checked)
    )
    if checked.matches:
        sub = "Corrigez dans la liste ce qui est mal compris. Ce qui n’est rattaché à rien n’est pas enregistré."
        block(section("Colonnes", imported.columns(checked), sub=sub), "columns", _column_chosen(checked))
    if checked.obstacles:
        put(lambda: st.error(as_text(labels.typeset(refusal(examined))), icon=":material/error:"))
        _constants(checked)
    names = _establishments()
    if checked.questions:
        sub = "Une réponse vaut pour toutes les lignes, et pour les prochains fichiers de mêmes titres."
        block(
            section("À confirmer", imported.questions(checked.questions, names), sub=sub),
            "questions",
            _answered(checked),
        )
        ask_establishment()
    if checked.unclassified:
        sub = "Ces lignes sont acceptées ; le mot y est « non classé » tant qu’il n’est rattaché à rien."
        block(section("Mots non classés", imported.words(checked.unclassified), sub=sub), "words", _word_meant(checked))
    if checked.personal:
        sub = "Trouvées, masquées ici, et laissées de côté : le registre ne contient rien sur une personne."
        put(section("Données personnelles", imported.personal(checked), sub=sub))


def _choices(checked: Checked) -> str:
    """The choices on the file as a whole that it leaves open."""
    decided, filled = checked.decisions, {match.field for match in checked.matches}
    drawn = [html.choice("kind", "Ce que les lignes disent", KINDS, decided.kind)]
    if checked.table is not None and layout.periods(checked.table):
        drawn.append(html.choice("unfold", "Tableau large", UNFOLD, _three(decided.unfold, "yes", "no")))
    if "found_on" in filled:
        drawn.append(html.choice("order", "Ordre des dates", ORDERS, _three(decided.day_first, "day", "month")))
    if checked.searches and "search_number" not in filled:
        drawn.append(
            html.choice("each", "Fouilles sans numéro", SEARCHES, "yes" if decided.one_search_per_line else "")
        )
    if checked.other_sheets and checked.table is not None:
        names = [checked.table.sheet, *(each.name for each in checked.other_sheets)]
        drawn.append(html.choice("sheet", "Feuille", {quote(name): name for name in names}, quote(names[0])))
    again = '<button type="button" class="p-reset" data-code="again">Oublier mes réponses</button>'
    return html.choices(drawn, recentre=False) + again


def _three(value: bool | None, yes: str, no: str) -> str:
    return "" if value is None else yes if value else no


def _chosen(checked: Checked) -> Callable[[str], None]:
    def one_of(values: dict[str, bool | None], name: str) -> Callable[[str], None]:
        return lambda code: intake.decide(**{name: values.get(code)})

    return dispatch(
        {
            "kind": lambda code: intake.decide(kind=code) if code in KINDS else None,
            "unfold": one_of({"yes": True, "no": False}, "unfold"),
            "order": one_of({"day": True, "month": False}, "day_first"),
            "each": lambda code: intake.decide(one_search_per_line=code == "yes"),
            "sheet": lambda code: intake.decide(sheet=code, columns={}),
            "again": lambda _: intake.forget_answers(),
        }
    )


def _column_chosen(checked: Checked) -> Callable[[str], None]:
    known = imported.field_names()

    def take(heading: str, code: str) -> None:
        if code in known:
            intake.answer("columns", heading, code)

    return dispatch({f"col{at}": partial(take, match.heading) for at, match in enumerate(checked.matches)})


def _answered(checked: Checked) -> Callable[[str], None]:
    def take(found: str, list_name: str, code: str) -> None:
        if code == imported.ADD:
            start_establishment(found)
        elif list_name == "item_types":
            intake.answer("words", found, code, under="item_types")
        else:
            intake.answer("establishments", found, code)

    asked = checked.questions[: imported.MOST_ASKED]
    return dispatch({f"q{at}": partial(take, each.found, each.list_name) for at, each in enumerate(asked)})


def _word_meant(checked: Checked) -> Callable[[str], None]:
    def take(word: str, list_name: str, code: str) -> None:
        intake.answer("words", word, code, under=list_name)

    asked = checked.unclassified[: imported.MOST_ASKED]
    return dispatch({f"w{at}": partial(take, each.word, each.list_name) for at, each in enumerate(asked)})


def _establishments() -> dict[str, str]:
    """Identifier → name, in alphabetical order, of all that a text can be answered with."""
    known = reference.labels("establishments", "establishment_id", "name")
    return dict(sorted(known.items(), key=lambda pair: labels.collation(pair[1])))


def _constants(checked: Checked) -> None:
    """A field for each needed column that the file lacks: one value for all its lines."""
    filled = {match.field for match in checked.matches}
    for code in CONSTANTS:
        if checked.table is not None and code not in filled:
            put(partial(_constant, code, str(checked.decisions.constants.get(code, ""))))


def _constant(code: str, value: str) -> None:
    key = f"constant-{code}"
    st.text_input(
        f"« {fields.by_code()[code].heading} » de toutes les lignes",
        value=value,
        key=key,
        on_change=lambda: intake.answer("constants", code, str(st.session_state[key]).strip()),
    )


def _effect(view: View, examined: Examined) -> None:
    """What an import would do: lines, sums, and the key figures before and after."""
    checked = examined.checked
    if checked.obstacles:
        return
    if not examined.effect.empty:
        _before_and_after(view, examined)
    parts = [
        (checked.sums, "Objets acceptés par type", imported.sums),
        (checked.totals, "Totaux écrits dans le fichier", imported.totals),
        (checked.conversions, "Conversions", imported.conversions),
        (checked.new_names, "Noms nouveaux, acceptés tels quels", imported.new_names),
    ]
    for held, title, draw in parts:
        if held:
            put(section(title, draw(checked)))
    if checked.refused:
        sub = "Le classeur à télécharger dit la raison à côté de chaque cellule : corrigez-le, puis importez-le."
        put(section("Lignes refusées", imported.refused(checked), sub=sub))
        put(lambda: _refused_download(checked))


def _before_and_after(view: View, examined: Examined) -> None:
    lake, names = intake.register(), _establishments()
    names |= {each.establishment_id: each.name for each in examined.checked.decisions.extra_establishments}
    figures = effects.key_figures(lake, examined.effect)
    where = effects.establishments(lake, examined.effect, names)
    sub = (
        "Tout le registre, avant et après."
        if lake.exists()
        else (
            "Ce sera votre premier import : les pages montreront votre registre, et plus aucune ligne de démonstration."
        )
    )
    put(section("Chiffres clés", imported.changes(figures, "Chiffre"), sub=sub))
    if where:
        put(section("Objets par établissement", imported.changes(where, "Établissement")))


def _confirm(held: intake.Brought) -> None:
    """Author, message, and the button that writes."""
    examined = held.examined
    if examined is None or examined.verdict == "reject_file":
        return
    counts = examined.counts
    if not counts.new:
        put(lambda: st.info("Toutes les lignes acceptées sont déjà dans le registre : ses chiffres ne changeront pas."))
    words = f"Importer {labels.counted(counts.new, 'ligne', 'lignes')}" if counts.new else "Importer quand même"

    def draw() -> None:
        with st.form("import", border=False):
            st.text_input("Auteur (vous, ou votre service)", key="author", max_chars=80, persist_state="session")
            st.text_input("Message pour l’historique (facultatif)", key="message", max_chars=200)
            if held.failure:
                st.error(as_text(labels.typeset(held.failure)), icon=":material/error:")
            st.form_submit_button(words, type="primary", on_click=intake.ask_commit)

    put(draw)
