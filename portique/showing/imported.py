"""A checked file in HTML: what was understood, what is asked, what an import would do; every text is escaped here."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import islice

import pandas as pd

from portique.reading import labels
from portique.reading.imported import Change
from portique.register import reference
from portique.register.importing import Examined
from portique.register.intake import codes, fields
from portique.register.intake.checked import Checked, Question, Word
from portique.register.intake.establishments import UNSPECIFIED
from portique.register.intake.mapping import Match
from portique.register.served import Register
from portique.showing import html

MOST_ROWS = 40
MOST_ASKED = 30  # lists on one page; the next come once these are answered
ADD = "+"
LEFT_OUT = "non enregistrée"
_HOW = {
    "chosen": "choisie par vous",
    "heading": "par son titre",
    "near": "par un titre proche",
    "content": "par son contenu",
    "period": "une période du tableau large",
    "left_out": "jamais enregistrée",
    "personal": "données personnelles, jamais enregistrées",
    "unknown": "non reconnue",
}
_CONTEXT = ("search_kinds", "places", "routes")


def section(title: str, body: str, *, sub: str = "") -> str:
    """A part of the page under its title."""
    below = f'<p class="p-sub">{text(sub)}</p>' if sub else ""
    return f'<section class="p-part"><div class="p-head"><h2>{text(title)}</h2>{below}</div>{body}</section>'


def text(words: str) -> str:
    """Words of ours or of a file, typeset and escaped."""
    return escape(labels.typeset(words), quote=True)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], spoken: str, total: int | None = None) -> str:
    """A table of HTML cells, the first MOST_ROWS rows; how many more there are is said when `total` is known."""
    shown = list(islice(rows, MOST_ROWS))
    head = "".join(f'<th scope="col">{text(name)}</th>' for name in headings)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in shown)
    more = (total or 0) - len(shown)
    rest = f'<p class="p-sub">… et {labels.number(more)} de plus.</p>' if more > 0 else ""
    return (
        f'<div class="p-scroll" tabindex="0" role="region" aria-label="{text(spoken)}"><table class="p-table">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{rest}"
    )


def _listed(name: str, label: str, values: Mapping[str, str], chosen: str) -> str:
    """A list in a cell, its words typeset."""
    typeset = {code: labels.typeset(words) for code, words in values.items()}
    return html.listed(name, labels.typeset(label), typeset, chosen, spoken_only=True)


def register_card(register: Register, totals: "pd.Series[float]", period: str) -> str:
    """Whose register is shown, its version, and what it holds."""
    own = register.provenance == "registered"
    stamp = (
        f'<span class="p-status">{text(register.name)}</span>'
        if own
        else ('<span class="p-stamp">Données de démonstration</span>')
    )
    counts = " · ".join(
        labels.counted(totals[name], one, many)
        for name, one, many in (
            ("phones", "téléphone", "téléphones"),
            ("finds", "saisie", "saisies"),
            ("searches", "fouille", "fouilles"),
        )
    )
    title = "Registre montré : le vôtre" if own else "Registre montré : la démonstration"
    said = "" if own else "Votre premier import la remplace sur toutes les pages ; rien ne s’y mêle."
    version = f"Version {labels.number(register.version)} du {labels.day(register.committed_at)}."
    return (
        f'<div class="p-head"><h2>{text(title)}</h2>{stamp}<p class="p-sub">{text(counts)} · {text(period)}</p></div>'
        f'<div class="p-foot"><p>{text(version)} {text(said)}</p></div>'
    )


def reading(checked: Checked) -> str:
    """What was understood of the file as a whole: sheet, row of headings, notes."""
    held, facts = checked.table, [("Fichier", checked.source.file_name)]
    if held is not None:
        facts += [("Feuille", held.sheet)] if held.sheet else []
        rows = labels.counted(len(held.rows), "ligne", "lignes")
        size = f"{rows}, {labels.counted(len(held.columns), 'colonne', 'colonnes')}"
        facts.append(
            ("Tableau", f"{size} ; la première est la ligne {held.rows[0]} du fichier" if len(held.rows) else size)
        )
        facts += [("Titre au-dessus", title) for title in held.titles]
        facts += [(f"Remarque, ligne {row}", words) for row, words in held.notes]
    facts += [("Compris", note) for note in checked.notes]
    facts += [
        ("Autre feuille", f"« {each.name} », {labels.counted(each.lines, 'ligne', 'lignes')} : non importée ici")
        for each in checked.other_sheets
    ]
    if checked.duplicates:
        same = labels.counted(checked.duplicates, "ligne égale", "lignes égales")
        facts.append(("Lignes égales", f"{same} à une autre du fichier ; chacune compte"))
    pairs = "".join(f"<dt>{text(name)}</dt><dd>{text(words)}</dd>" for name, words in facts)
    return f'<dl class="p-facts">{pairs}</dl>'


def columns(checked: Checked) -> str:
    """Every column: three of its values, what it is taken for, and the list that corrects that."""
    rows = [
        [
            f"<b>{text(match.heading)}</b>",
            " · ".join(text(sample) for sample in match.samples) or '<span class="p-none">vide</span>',
            _listed(f"col{at}", f"Ce qu’est la colonne {match.heading}", field_names(), match.field),
            f"<small>{text(_HOW[match.how])}{_likeness(match)}</small>",
        ]
        for at, match in enumerate(checked.matches)
    ]
    shown = [row for row, match in zip(rows, checked.matches, strict=True) if match.how != "period"]
    return table(
        ("Colonne", "Trois valeurs", "Devient", "Comment"), shown[:MOST_ROWS], "Colonnes du fichier", len(shown)
    )


def _likeness(match: Match) -> str:
    return f" ({match.likeness}{labels.THIN}%)" if match.how in ("near", "content") and match.likeness < 100 else ""


def field_names() -> dict[str, str]:
    """Field code → what the list of columns calls it; the empty one leaves a column out."""
    return {"": LEFT_OUT} | {field.code: field.heading for field in fields.FIELDS} | {"found_year": "année"}


def questions(asked: Sequence[Question], names: Mapping[str, str]) -> str:
    """The texts that must be settled, each with its list: likely answers first, then all others."""
    rows = [
        [
            f"<b>{text(each.found)}</b><br><small>{text(each.column)}</small>",
            labels.number(each.lines),
            text({"near": "proche", "homonym": "plusieurs possibles", "unknown": "inconnu"}[each.kind]),
            _listed(f"q{at}", f"Ce qu’est {each.found}", answers(each, names), ""),
        ]
        for at, each in enumerate(asked[:MOST_ASKED])
    ]
    return table(("Texte", "Lignes", "Trouvé", "C’est…"), rows, "À confirmer", len(asked))


def answers(question: Question, names: Mapping[str, str]) -> dict[str, str]:
    """Code → words of the possible answers to a question."""
    likely = {
        each.code: f"{each.label}{f' ({_letters(each.distance)})' if each.distance else ''}"
        for each in question.candidates
    }
    if question.list_name == "item_types":
        every = codes.labels("item_types")
    else:
        every = {UNSPECIFIED: "établissement non précisé", ADD: "ajouter un établissement…", **names}
    return (
        {"": "à confirmer : lignes refusées"}
        | likely
        | {code: each for code, each in every.items() if code not in likely}
    )


def _letters(distance: int) -> str:
    return labels.counted(distance, "lettre d’écart", "lettres d’écart")


def words(unclassified: Sequence[Word]) -> str:
    """The words that stay « non classé », each with the list that maps it."""
    rows = [
        [
            f"<b>{text(each.word)}</b><br><small>{text(each.column)}</small>",
            labels.number(each.lines),
            _listed(f"w{at}", f"Ce que veut dire {each.word}", meanings(each), ""),
        ]
        for at, each in enumerate(unclassified[:MOST_ASKED])
    ]
    return table(("Mot", "Lignes", "Veut dire"), rows, "Mots non classés", len(unclassified))


def meanings(word: Word) -> dict[str, str]:
    """Code → words of what an unclassified word may mean, the likeliest first."""
    near = {code: f"{label} (proche)" for code, label, _ in word.near}
    if word.list_name == "context":
        every = {f"{name}.{code}": label for name in _CONTEXT for code, label in codes.labels(name).items()}
    else:
        every = codes.labels(word.list_name)
    return {"": "non classé"} | near | {code: label for code, label in every.items() if code not in near}


def personal(checked: Checked) -> str:
    """The personal data found, masked."""
    rows = [
        [text(each.column), text(each.kind), text(each.shown), labels.number(each.lines)] for each in checked.personal
    ]
    return table(("Colonne", "Nature", "Par exemple", "Lignes"), rows, "Données personnelles", len(rows))


def equation(examined: Examined) -> str:
    """« 120 lignes lues = 100 à importer + 15 refusées + 5 déjà présentes », always."""
    checked, there = examined.checked, examined.counts.already_there
    parts = [
        (checked.accepted - there, "acceptée", "acceptées"),
        (checked.refused, "refusée", "refusées"),
        (there, "déjà présente", "déjà présentes"),
    ]
    became = '<span aria-label="plus">+</span>'.join(_count(*part) for part in parts)
    read = _count(checked.read, "ligne lue", "lignes lues")
    return f'<p class="p-equation">{read}<span aria-label="égale">=</span>{became}</p>'


def _count(count: int, one: str, many: str) -> str:
    return f"<span><b>{labels.number(count)}</b> {labels.plural(count, one, many)}</span>"


def sums(checked: Checked) -> str:
    """Accepted items by type."""
    known = reference.labels("item_types", "item_type", "label_plural")
    ordered = sorted(checked.sums.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = [[text(labels.sentence(known.get(code, code))), labels.number(count)] for code, count in ordered]
    return table(("Type d’objet", "Objets acceptés"), rows, "Objets par type", len(rows))


def totals(checked: Checked) -> str:
    """The totals that the file states beside what its lines add up to."""
    rows = [
        [
            labels.number(each.row),
            text(each.column),
            labels.number(each.stated),
            labels.number(each.counted),
            _agrees(each.agrees),
        ]
        for each in sorted(checked.totals, key=lambda each: each.agrees)
    ]
    return table(("Ligne", "Colonne", "Total écrit", "Somme des lignes", ""), rows, "Totaux du fichier", len(rows))


def _agrees(same: bool) -> str:
    return "d’accord" if same else "<b>en désaccord</b>"


def conversions(checked: Checked) -> str:
    """What was written one way and understood another."""
    rows = (
        [text(each.column), text(each.found), text(each.became), labels.number(each.lines)]
        for each in checked.conversions
    )
    return table(("Colonne", "Écrit", "Compris", "Lignes"), rows, "Conversions", len(checked.conversions))


def new_names(checked: Checked) -> str:
    """Names that no list has yet, accepted as they are."""
    rows = ([text(each.column), text(each.word), labels.number(each.lines)] for each in checked.new_names)
    return table(("Colonne", "Nom nouveau", "Lignes"), rows, "Noms nouveaux", len(checked.new_names))


def refused(checked: Checked) -> str:
    """The refused lines with their reasons."""
    rows = (
        [labels.number(each.row), text(each.column), text(each.found), text(each.expected)]
        for each in checked.reasons()
    )
    total = sum(len(refusal.lines) for refusal in checked.refusals)
    return table(("Ligne", "Colonne", "Trouvé", "Attendu"), rows, "Lignes refusées", total)


def changes(held: Sequence[Change], what: str) -> str:
    """Figures before and after, what does not change in grey."""
    rows = [
        [
            text(labels.sentence(each.label)),
            labels.number(each.before),
            f"<b>{labels.number(each.after)}</b>",
            _more(each),
        ]
        for each in held
    ]
    return table((what, "Avant", "Après", "Différence"), rows, what, len(rows))


def _more(change: Change) -> str:
    more = change.after - change.before
    return f"+{labels.number(more)}" if more else '<span class="p-none">inchangé</span>'
