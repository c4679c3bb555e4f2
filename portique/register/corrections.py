"""Review and correction of the rows that stand: each change leaves the old value, its author and its reason behind."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import duckdb
import pandas as pd
import pyarrow as pa

from portique.errors import CorrectionRefused
from portique.register import engine
from portique.register.claims import now
from portique.register.lake import Lake, insist
from portique.register.rows import require_rules, store
from portique.register.schema import REVIEW_STATES, SEARCH, SEIZURE

Subject = Literal["search", "seizure"]
Value = str | int | date | None

KEY = {"search": "wording_id", "seizure": "seizure_id"}
_FIXED = ("search_id", "seizure_id", "find_id", "provenance", "source_reference", "review_state")
FIELDS = {
    "search": tuple(field for field in SEARCH if field not in _FIXED),
    "seizure": tuple(field for field in SEIZURE if field not in _FIXED),
}
# What the lines of a find share, and what they share with the search that found them.
OF_A_FIND = ("period_start", "period_end", "establishment_id", "place", "route", "operation")
OF_A_SEARCH = ("period_start", "period_end", "establishment_id")


def review(lake: Lake, lines: Sequence[int], state: str, *, author: str, reason: str = "") -> int:
    """Give item lines (their seizure_id) a review state, as one version; raises CorrectionRefused if none changes."""
    if state not in REVIEW_STATES:
        raise CorrectionRefused(f"État « {state} » : inconnu ; attendu : {', '.join(REVIEW_STATES)}.")
    changes = [("seizure", line, "review_state", state) for line in lines]
    return _write(lake, "review", author, reason, lambda connection: changes)


def edit(lake: Lake, subject: Subject, row: int, values: Mapping[str, Value], *, author: str, reason: str) -> int:
    """Correct fields of a search (wording_id) or of an item line (seizure_id), as one version.

    What a find has (period, place…) changes on all its lines; the day and the establishment of a search change on all
    that it found. Raises CorrectionRefused, or RowsRefused when a rule of the register would be broken.
    """
    unknown = [field for field in values if field not in FIELDS[subject]]
    if unknown:
        raise CorrectionRefused(
            f"« {', '.join(unknown)} » ne se corrige pas ; champs possibles : {', '.join(FIELDS[subject])}."
        )
    if not reason.strip():
        raise CorrectionRefused("Une correction a besoin d’un motif ; écrivez pourquoi la valeur change.")
    texts = {field: _text(subject, field, value) for field, value in values.items()}
    spread = _of_a_search if subject == "search" else _of_a_line
    return _write(lake, "edit", author, reason, lambda connection: list(spread(connection, row, texts)))


def note(lake: Lake, subject: Subject, row: int, text: str, *, author: str) -> int:
    """Attach a note to a search or a line, as a version of its own."""
    if not text.strip():
        raise CorrectionRefused("La note est vide ; écrivez-la.")

    def write() -> int:
        with lake.writing(author, "Note", {"action": "note"}) as connection:
            _require_row(connection, subject, row)
            connection.execute(
                "INSERT INTO lake.note VALUES (?, ?, ?, ?, ?)", [subject, row, text.strip(), author, now()]
            )
        return lake.version_number()

    return insist(write)


def lines(
    lake: Lake,
    *,
    import_id: int | None = None,
    establishment_id: str | None = None,
    review_state: str | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    most: int = 500,
) -> pd.DataFrame:
    """The item lines that stand, the latest first, with their search, and how many edits and notes each has."""
    params = {
        "import_id": import_id,
        "establishment_id": establishment_id,
        "review_state": review_state,
        "first_day": first_day,
        "last_day": last_day,
        "most": most,
    }
    with lake.attached() as connection:
        store(connection)
        return connection.execute(engine.statement("register/lines"), params).df()


def states(lake: Lake) -> dict[str, int]:
    """How many of the item lines that stand are in each review state, all of them named."""
    asked = "SELECT review_state, count(*) FROM seizure GROUP BY review_state"
    with lake.attached() as connection:
        store(connection)
        return dict.fromkeys(REVIEW_STATES, 0) | dict(connection.execute(asked).fetchall())


def edits(lake: Lake) -> pd.DataFrame:
    """Every change made by hand, the newest first: the columns of the register's `edit`, and `line_key`."""
    return _told(lake, "edit", "edited_at")


def notes(lake: Lake) -> pd.DataFrame:
    """Every note, the newest first: the columns of the register's `note`, and `line_key`."""
    return _told(lake, "note", "written_at")


def _told(lake: Lake, table: str, time: str) -> pd.DataFrame:
    asked = f"""
        SELECT t.*, coalesce(s.line_key, f.line_key) AS line_key FROM lake.{table} AS t
        LEFT JOIN lake.seizure AS s ON t.subject = 'seizure' AND s.seizure_id = t.wording_id
        LEFT JOIN lake.search AS f ON t.subject = 'search' AND f.wording_id = t.wording_id
        ORDER BY {time} DESC, t.wording_id
    """  # noqa: S608 - names of our own tables
    with lake.attached() as connection:
        return connection.execute(asked).df()


Change = tuple[str, int, str, str | None]
_CHANGE = pa.schema(
    [("subject", pa.string()), ("wording_id", pa.int64()), ("field", pa.string()), ("new_value", pa.string())]
)


def _of_a_line(connection: duckdb.DuckDBPyConnection, row: int, texts: Mapping[str, str | None]) -> Iterable[Change]:
    """The changes on a line and, for what its find has, on the other lines of its find."""
    _require_row(connection, "seizure", row)
    if set(texts) & set(OF_A_SEARCH):
        _require_no_search(connection, row)
    asked = "SELECT seizure_id FROM seizure WHERE find_id IN (SELECT find_id FROM seizure WHERE seizure_id = ?)"
    lines = [line for (line,) in connection.execute(asked, [row]).fetchall()]
    for field, text in texts.items():
        yield from (("seizure", line, field, text) for line in (lines if field in OF_A_FIND else [row]))


def _of_a_search(connection: duckdb.DuckDBPyConnection, row: int, texts: Mapping[str, str | None]) -> Iterable[Change]:
    """The changes on a search and, for its establishment and its day, on the lines that it found."""
    _require_row(connection, "search", row)
    yield from (("search", row, field, text) for field, text in texts.items())
    asked = """
        SELECT seizure_id, period_start = searched_on AND period_end = searched_on + 1 AS on_the_day
        FROM seizure JOIN (SELECT search_id, searched_on FROM search WHERE wording_id = ?) USING (search_id)
    """
    for line, on_the_day in connection.execute(asked, [row]).fetchall():
        if "establishment_id" in texts:
            yield "seizure", line, "establishment_id", texts["establishment_id"]
        day = texts.get("searched_on")
        if day is not None and on_the_day:
            yield "seizure", line, "period_start", day
            yield "seizure", line, "period_end", date.fromordinal(date.fromisoformat(day).toordinal() + 1).isoformat()


def _require_row(connection: duckdb.DuckDBPyConnection, subject: Subject, row: int) -> None:
    found = connection.execute(f"SELECT 1 FROM {subject} WHERE {KEY[subject]} = ?", [row]).fetchone()  # noqa: S608
    if found is None:
        raise CorrectionRefused(f"Ligne {row} : elle n’est pas dans le registre, ou son import a été annulé.")


def _require_no_search(connection: duckdb.DuckDBPyConnection, row: int) -> None:
    asked = "SELECT f.search_ref FROM seizure AS s JOIN search AS f USING (search_id) WHERE s.seizure_id = ?"
    found = connection.execute(asked, [row]).fetchone()
    if found is not None:
        raise CorrectionRefused(
            f"La date et l’établissement de cette ligne sont ceux de la fouille {found[0]} ; corrigez la fouille, ses "
            "saisies suivront."
        )


def _text(subject: Subject, field: str, value: Value) -> str | None:
    """A value as the register writes it; raises CorrectionRefused when it is not of the field's type."""
    kind = (SEARCH if subject == "search" else SEIZURE)[field]
    expected = {"DATE": date, "INTEGER": int, "VARCHAR": str}[kind]
    if value is None:
        return None
    if not isinstance(value, expected) or isinstance(value, bool):
        words = {"DATE": "une date", "INTEGER": "un nombre entier", "VARCHAR": "un texte"}[kind]
        raise CorrectionRefused(f"{field} : « {value} » n’est pas {words}.")
    return value.isoformat() if isinstance(value, date) else str(value)


def _write(
    lake: Lake,
    action: str,
    author: str,
    reason: str,
    asked: Callable[[duckdb.DuckDBPyConnection], Sequence[Change]],
) -> int:
    def write() -> int:
        detail: dict[str, Any] = {"action": action}
        with lake.writing(author, reason or "Revue", detail) as connection:
            rows = dict(
                zip(("subject", "wording_id", "field", "new_value"), zip(*asked(connection), strict=True), strict=False)
            )
            connection.register("given_change", pa.table(rows, schema=_CHANGE) if rows else _CHANGE.empty_table())
            detail.update(lines=_apply(connection, author, reason))
        return lake.version_number()

    return insist(write)


def _apply(connection: duckdb.DuckDBPyConnection, author: str, reason: str) -> int:
    """Log and write the changes of `given_change`, hold them to the rules, and count the rows that change."""
    connection.execute(engine.statement("register/changes"))
    count, fields = connection.execute(
        "SELECT count(DISTINCT wording_id), list(DISTINCT (subject, field)) FROM change"
    ).fetchall()[0]
    if not count:
        raise CorrectionRefused("Rien à changer : ces lignes ont déjà ces valeurs, ou ne sont pas dans le registre.")
    for subject, field in fields:
        kind = (SEARCH if subject == "search" else SEIZURE)[field]
        connection.execute(
            f"UPDATE lake.{subject} SET {field} = c.new_value::{kind} FROM change AS c "  # noqa: S608 - names of our own
            f"WHERE c.subject = '{subject}' AND c.field = '{field}' AND c.wording_id = {subject}.{KEY[subject]}"
        )
    connection.execute("INSERT INTO lake.edit SELECT *, ?, ?, ? FROM change", [reason, author, now()])
    connection.execute(engine.statement("register/changed"))
    require_rules(connection)
    return int(count)
