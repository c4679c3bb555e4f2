"""The result of the checks as the JSON that `--report` writes."""

from typing import Any

from portique.register.intake.checked import Checked


def report(checked: Checked, seconds: float, already_there: int = 0) -> dict[str, Any]:
    """JSON values: rows = accepted + refused + already_there, always; `already_there` is what the register found."""
    return {
        "file": checked.source.file_name,
        "verdict": checked.verdict,
        "rows": checked.read,
        "accepted": checked.accepted - already_there,
        "refused": checked.refused,
        "already_there": already_there,
        "quantity_sum": checked.quantity_sum,
        "reasons": [
            {
                "row": each.row,
                "column": each.column,
                "value": each.value,
                "found": each.found,
                "expected": each.expected,
            }
            for each in checked.reasons()
        ]
        or [_obstacle(text) for text in checked.obstacles],
        "seconds": round(seconds, 3),
    }


def refused_file(file_name: str, sentence: str, seconds: float) -> dict[str, Any]:
    """The report of a file that could not be read at all."""
    return {
        "file": file_name,
        "verdict": "reject_file",
        "rows": 0,
        "accepted": 0,
        "refused": 0,
        "already_there": 0,
        "quantity_sum": 0,
        "reasons": [_obstacle(sentence)],
        "seconds": round(seconds, 3),
    }


def _obstacle(sentence: str) -> dict[str, Any]:
    return {"row": None, "column": None, "value": None, "found": sentence, "expected": None}
