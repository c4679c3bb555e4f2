"""The commands that take or give a file: `portique import`, `template`, `schema` and `export`."""

import argparse
import getpass
import json
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

from portique.config import settings
from portique.errors import FileRefused, PortiqueError, RegisterMissing
from portique.reading import labels
from portique.register import export, importing, registers
from portique.register.importing import Examined
from portique.register.intake import reading, refused, report, table_schema, template
from portique.register.intake.decisions import Decisions

KINDS = ("both", "searches", "seizures")
MOST_REASONS = 10
REFUSED = 2

Commands = Any  # argparse has no public name for what `add_subparsers` returns


def parsers(commands: Commands) -> None:
    """Add the commands to those of `portique`."""
    _import_parser(commands.add_parser("import", help="importe un fichier dans le registre"))
    for name, words, run in (
        ("template", "écrit un classeur à remplir", lambda chosen: _write(chosen.file, template.workbook())),
        ("schema", "écrit le schéma des colonnes (Table Schema)", lambda chosen: _write(chosen.file, _schema())),
        ("export", "écrit le registre en CSV ou en XLSX, à importer de nouveau", _export),
    ):
        parser = commands.add_parser(name, help=words)
        parser.add_argument("file", type=Path, metavar="FICHIER")
        parser.set_defaults(run=run)


def _import_parser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FICHIER", help="CSV, XLSX, ODS ou Parquet")
    parser.add_argument(
        "--kind", choices=KINDS, help="ce qui en est pris : fouilles, saisies, ou les deux (comme la dernière fois)"
    )
    parser.add_argument("--mapping", type=Path, metavar="JSON", help="les correspondances confirmées")
    parser.add_argument("--author", default=getpass.getuser(), help="qui importe (%(default)s)")
    parser.add_argument("--message", default="", help="ce que dit l’historique ; sinon le nom du fichier")
    parser.add_argument("--dry-run", action="store_true", help="dit ce qui serait fait, n’écrit rien dans le registre")
    parser.add_argument("--report", type=Path, metavar="JSON", help="où écrire le compte rendu")
    parser.add_argument("--refused", type=Path, metavar="XLSX", help="où écrire les lignes refusées, à corriger")
    parser.set_defaults(run=_import)


def _import(chosen: argparse.Namespace) -> int:
    """Import one file: exit status 0 whole, 1 in part, 2 when nothing could be imported."""
    started = time.monotonic()
    try:
        examined = _imported(chosen)
    except PortiqueError as error:
        print(error, file=sys.stderr)
        told = report.refused_file(chosen.file.name, str(error), time.monotonic() - started)
        _write_report(chosen.report, told)
        return REFUSED
    _write_report(chosen.report, examined.report(time.monotonic() - started))
    if chosen.refused and examined.checked.refused:
        _write(chosen.refused, refused.workbook(examined.checked))
    return examined.status


def _imported(chosen: argparse.Namespace) -> Examined:
    lake = registers.own(settings().register_folder)
    _say("Lecture du fichier…")
    source = reading.read(chosen.file)
    _say(f"Vérification de {source.file_name}…")
    decided = importing.remembered(lake, source) if chosen.mapping is None else _decisions(chosen.mapping)
    if chosen.kind:
        decided = decided.with_kind(chosen.kind)
    checked = importing.checks(lake, source, decided)
    if chosen.dry_run or checked.prepared is None:
        examined = importing.compare(lake, checked)
        _tell(examined, "Essai : rien n’a été écrit." if checked.prepared else importing.refusal(examined))
        return examined
    try:
        examined, outcome = importing.commit(
            lake, checked, author=chosen.author, message=chosen.message, progress=_progress
        )
    except FileRefused:
        examined = importing.compare(lake, checked)
        _tell(examined, importing.refusal(examined))
        return examined
    _tell(examined, str(outcome))
    return examined


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _progress(share: float) -> None:
    print(f"\rÉcriture : {labels.percent(share)} ", end="\n" if share == 1 else "", file=sys.stderr, flush=True)


def _counted(count: int, one: str, many: str) -> str:
    """Plain spaces: a terminal's text is searched and piped."""
    return f"{labels.number(count)} {labels.plural(count, one, many)}"


def _tell(examined: Examined, outcome: str) -> None:
    """What was read and what became of it, on the standard output."""
    checked, counts = examined.checked, examined.counts
    accepted = checked.accepted - counts.already_there
    parts = ((accepted, "acceptée"), (checked.refused, "refusée"), (counts.already_there, "déjà présente"))
    became = " + ".join(_counted(count, word, f"{word}s") for count, word in parts)
    print(f"{checked.source.file_name} : {_counted(checked.read, 'ligne lue', 'lignes lues')} = {became}.")
    for note in checked.notes:
        print(f"  {note}")
    for each in islice(checked.reasons(), MOST_REASONS):
        print(f"  ligne {each.row}, « {each.column} » : trouvé {each.found} ; attendu : {each.expected}")
    if checked.refused > MOST_REASONS:
        print("  … toutes les raisons : --report, ou --refused pour un classeur à corriger.")
    print(outcome)


def _decisions(path: Path) -> Decisions:
    """The decisions of a JSON file; raises FileRefused when they cannot be read as such."""
    try:
        return Decisions.from_json(dict(json.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise FileRefused(
            f"{path} : ce n’est pas un fichier de correspondances ({error}) ; attendu : un objet JSON, par exemple "
            '{"columns": {"Nb": "quantity"}}. Rien n’a été importé.'
        ) from error


def _write_report(path: Path | None, told: dict[str, Any]) -> None:
    if path is not None:
        _write(path, (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode(), said=False)


def _schema() -> bytes:
    return table_schema.text().encode()


def _export(chosen: argparse.Namespace) -> None:
    writers = {".csv": export.as_csv, ".xlsx": export.as_xlsx}
    lake = registers.own(settings().register_folder)
    if chosen.file.suffix.lower() not in writers:
        raise FileRefused(f"{chosen.file} : un export finit par .csv ou .xlsx ; rien n’a été écrit.")
    if not lake.exists():
        raise RegisterMissing(
            f"{lake.folder} : aucun registre à exporter ; la démonstration n’en est pas un. "
            "« portique import » en crée un."
        )
    _write(chosen.file, writers[chosen.file.suffix.lower()](export.rows(lake)))


def _write(path: Path, content: bytes, *, said: bool = True) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise FileRefused(f"{path} : écriture impossible ({error.strerror}) ; choisissez un autre fichier.") from error
    if said:
        print(f"{path} est écrit.")
