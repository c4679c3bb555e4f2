"""The Table Schema of a file to import, after the conventions of schema.data.gouv.fr; made from `fields`."""

import json
import sys
from importlib.metadata import version
from typing import Any

from portique.register.intake import fields, template
from portique.register.intake.fields import Field

# A date may be a month, a quantity « > 20 »: they are texts with rules, which their descriptions say.
_TYPES = {"cells": "integer"}


def schema() -> dict[str, Any]:
    """The schema as JSON values, one field per column of the template, in its order."""
    return {
        "$schema": "https://frictionlessdata.io/schemas/table-schema.json",
        "name": "registre-fouilles-saisies",
        "title": "Registre des fouilles et des saisies en détention",
        "description": (
            "Une ligne par type d’objet saisi, ou par fouille sans saisie. "
            "Le registre ne contient rien sur une personne."
        ),
        "countryCode": "FR",
        "created": "2026-11-25",
        "lastModified": "2026-11-25",
        "version": version("portique"),
        "contributors": [{"title": "Portique", "role": "author"}],
        "missingValues": [""],
        "fields": [_field(field) for field in fields.FIELDS],
    }


def _field(field: Field) -> dict[str, Any]:
    held: dict[str, Any] = {
        "name": field.heading,
        "title": field.description.split(" :")[0].split(",")[0].rstrip("."),
        "description": field.description,
        "type": _TYPES.get(field.kind, "string"),
    }
    if field.example:
        held["example"] = field.example
    held["constraints"] = _constraints(field)
    return held


def _constraints(field: Field) -> dict[str, Any]:
    held: dict[str, Any] = {"required": field.code in ("found_on", "establishment")}
    if field.kind == "code":
        held["enum"] = template.choices(field)
    if field.kind == "cells":
        held["minimum"] = 0
    return held


def text() -> str:
    """The content of `schema.json`."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
