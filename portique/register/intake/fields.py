"""The fields that a file can fill: what each is; the mapping, the template and the schema are made from this."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from portique.register.intake import codes, dates, quantities
from portique.register.intake.names import key

Kind = Literal["date", "establishment", "area", "code", "context", "quantity", "cells", "open", "number"]


@dataclass(frozen=True)
class Field:
    """A field: its code in English, its French heading, its kind, what it says, the list that holds its codes."""

    code: str
    heading: str
    kind: Kind
    description: str
    example: str = ""
    list_name: str = ""
    required: bool = False


FIELDS = (
    Field(
        "found_on",
        "date_saisie",
        "date",
        f"Jour de la saisie ou de la fouille : {dates.EXPECTED}.",
        example="2025-05-20",
        required=True,
    ),
    Field(
        "found_until",
        "date_fin",
        "date",
        "Dernier jour compris, quand la ligne couvre une période ; sinon vide.",
    ),
    Field(
        "establishment",
        "etablissement",
        "establishment",
        "Nom, nom court ou identifiant de l’établissement ; « non précisé » si la source ne le dit pas.",
        example="Centre pénitentiaire de Fresnes",
        required=True,
    ),
    Field(
        "region",
        "region",
        "area",
        "Région ou DISP : sert seulement à vérifier l’établissement, n’est pas enregistrée.",
        example="Île-de-France",
    ),
    Field(
        "item_type",
        "type_objet",
        "code",
        "Type d’objet, dans la liste.",
        example="mini-téléphone",
        list_name="item_types",
        required=True,
    ),
    Field(
        "model",
        "modele",
        "open",
        "Marque et modèle, s’ils sont connus.",
        example="L8STAR BM70",
    ),
    Field(
        "quantity",
        "quantite",
        "quantity",
        f"Nombre d’objets : {quantities.EXPECTED}.",
        example="1",
        required=True,
    ),
    Field(
        "context",
        "contexte_decouverte",
        "context",
        "Circonstances : lieu, voie ou nature de la fouille, mêlés. Mieux : les trois colonnes suivantes.",
    ),
    Field(
        "place",
        "lieu",
        "code",
        "Lieu de découverte, dans la liste.",
        example="cellule",
        list_name="places",
    ),
    Field(
        "route",
        "voie",
        "code",
        "Voie d’introduction, dans la liste.",
        example="projection",
        list_name="routes",
    ),
    Field(
        "search_kind",
        "nature_fouille",
        "code",
        "Nature de la fouille, dans la liste ; vide si rien n’a été trouvé par une fouille.",
        example="fouille de cellule",
        list_name="search_kinds",
    ),
    Field(
        "cells_searched",
        "cellules_fouillees",
        "cells",
        f"Cellules fouillées : {quantities.EXPECTED_CELLS}.",
        example="12",
    ),
    Field(
        "supplier",
        "fournisseur",
        "open",
        "Fournisseur présumé, s’il est connu.",
        list_name="suppliers",
    ),
    Field(
        "channel",
        "canal",
        "open",
        "Canal de vente présumé, s’il est connu.",
        list_name="channels",
    ),
    Field(
        "confidence",
        "confiance",
        "code",
        "Confiance dans le rattachement au fournisseur et au canal.",
        list_name="confidences",
    ),
    Field(
        "operation",
        "operation",
        "open",
        "Opération nommée, s’il y en a une.",
        list_name="operations",
    ),
    Field(
        "line_number",
        "numero_ligne",
        "number",
        "Numéro de la ligne dans votre fichier, unique ; il l’identifie.",
        example="1",
    ),
    Field(
        "find_number",
        "numero_saisie",
        "number",
        "Numéro de la saisie : les lignes trouvées ensemble, au même lieu, le partagent.",
    ),
    Field(
        "search_number",
        "numero_fouille",
        "number",
        "Numéro de la fouille : ses lignes le partagent.",
    ),
    Field(
        "review_state",
        "etat",
        "code",
        "État de revue ; vide : à vérifier.",
        list_name="review_states",
    ),
    Field(
        "reference",
        "reference",
        "open",
        "Référence de la source (dossier, procès-verbal), sans nom de personne.",
    ),
)

# The headings that the file of refused lines adds (a reason's is followed by its column's); they are never stored.
REASON, ORIGIN = "motif_refus", "ligne_d_origine"


@cache
def by_code() -> dict[str, Field]:
    """Every field by its code, in the order of the template."""
    return {field.code: field for field in FIELDS}


@cache
def headings() -> dict[str, str]:
    """Folded heading → the field that it names, `never_stored` or `personal`."""
    known = {key(name): field.code for field in FIELDS for name in (field.heading, field.code)}
    return known | {key(word): code for code, word in codes.synonyms_of("headings")}


def added(heading: str) -> bool:
    """Whether the file of refused lines added this column."""
    return key(heading).startswith(key(REASON)) or key(heading) == key(ORIGIN)
