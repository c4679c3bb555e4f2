"""The `portique` command: serve the dashboard, make the demonstration, keep the register, add a published figure."""

import argparse
import getpass
import sys
from collections.abc import Callable
from pathlib import Path

from portique import file_commands, launch
from portique.config import settings
from portique.errors import PortiqueError, RegisterMissing
from portique.reading import labels
from portique.register import backup, demonstration, figures, imports, registers, served
from portique.register.lake import Lake, Version


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status; our errors become one sentence and status 1."""
    chosen = _parser().parse_args(arguments)
    try:
        status: int | None = chosen.run(chosen)
    except PortiqueError as error:
        print(error, file=sys.stderr)
        return 1
    return status or 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="portique", description="Les téléphones illicites en prison, chiffres en main."
    )
    commands = parser.add_subparsers(required=True, metavar="commande")
    serve = commands.add_parser("serve", help="sert le tableau de bord")
    serve.set_defaults(run=lambda chosen: launch.main())
    demo = commands.add_parser("demo", help="fabrique à nouveau le registre de démonstration")
    demo.add_argument("--items", type=int, default=demonstration.DEFAULT_ITEMS, help="nombre d’objets (%(default)s)")
    demo.add_argument("--seed", type=int, default=demonstration.DEFAULT_SEED, help="graine du hasard (%(default)s)")
    demo.set_defaults(run=_demo)
    versions = commands.add_parser("versions", help="liste les versions du registre montré")
    versions.set_defaults(run=_versions)
    file_commands.parsers(commands)
    _history_parsers(commands)
    _figure_parser(commands.add_parser("figure", help="ajoute un chiffre publié à data/"))
    return parser


def _history_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    for name, run, words in (("undo", imports.undo, "annule un import"), ("redo", imports.redo, "le rétablit")):
        turn = commands.add_parser(name, help=words)
        turn.add_argument(
            "import_id", type=int, metavar="N", help="numéro de l’import, donné par « portique versions »"
        )
        turn.add_argument("--author", default=getpass.getuser(), help="qui le fait (%(default)s)")
        turn.set_defaults(run=lambda chosen, run=run: _turn(chosen, run))
    save = commands.add_parser("backup", help="sauvegarde le registre montré dans un fichier")
    save.add_argument("file", type=Path, metavar="FICHIER")
    save.set_defaults(run=_backup)
    back = commands.add_parser("restore", help="remet en place le registre d’une sauvegarde")
    back.add_argument("file", type=Path, metavar="FICHIER")
    back.add_argument("--replace", action="store_true", help="met de côté le registre qui est en place")
    back.set_defaults(run=_restore)


def _figure_parser(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="action")
    add = actions.add_parser("add", help="ajoute un chiffre, s’il a source, période et définition")
    for column, meaning in figures.COLUMNS.items():
        add.add_argument(f"--{column.replace('_', '-')}", default="", metavar="TEXTE", help=meaning)
    add.set_defaults(run=_add_figure)


def _demo(chosen: argparse.Namespace) -> None:
    def progress(share: float) -> None:
        print(f"\r{labels.percent(share)} ", end="", file=sys.stderr, flush=True)

    lake = registers.install_demonstration(settings().register_folder, chosen.items, chosen.seed, progress)
    copy = served.serve(lake)
    first, last = labels.day(copy.register.first_day), labels.day(copy.register.last_day)
    copy.close()
    print(f"\rRegistre de démonstration prêt dans {lake.home} : du {first} au {last}.")


def _add_figure(chosen: argparse.Namespace) -> None:
    row = figures.add({column: getattr(chosen, column) for column in figures.COLUMNS})
    print(
        f"{row['figure_id']} est ajouté à data/published_figures.csv. Mettez à jour les nombres de "
        "data/README.md et de README.md, notez-le dans CHANGELOG.md, puis lancez « make test »."
    )


def _versions(chosen: argparse.Namespace) -> None:
    for version in _shown().versions():
        said = (labels.day(version.committed_at), version.author or "—", version.message or "—", _detail(version))
        print(version.number, *said, sep="\t")


def _detail(version: Version) -> str:
    """What a version did, in a few words; nothing for those that say it in their message."""
    told = version.detail
    if told.get("action") != "import":
        return labels.number(told["lines"]) + " ligne(s)" if "lines" in told else ""
    counts = ", ".join(
        f"{labels.number(told[name])} {word}"
        for name, word in (("new", "nouvelles"), ("already_there", "déjà présentes"), ("refused", "refusées"))
    )
    return f"import {told['import_id']} : {counts}"


def _turn(chosen: argparse.Namespace, run: Callable[..., int]) -> None:
    version = run(_shown(), chosen.import_id, author=chosen.author)
    done = "annulé" if run is imports.undo else "rétabli"
    print(f"Import {chosen.import_id} {done} : version {version} du registre.")


def _backup(chosen: argparse.Namespace) -> None:
    version = backup.backup(_shown(), chosen.file)
    print(f"Version {version} du registre et toutes celles d’avant, dans {chosen.file}.")


def _restore(chosen: argparse.Namespace) -> None:
    lake = backup.restore(chosen.file, settings().register_folder, replace=chosen.replace)
    print(f"Le {lake.name} est remis en place dans {lake.home} : version {lake.version_number()}.")


def _shown() -> Lake:
    lake = registers.active(settings().register_folder)
    if lake is None:
        raise RegisterMissing(
            f"{settings().register_folder} : aucun registre ici ; « portique demo » en fabrique un de démonstration."
        )
    return lake


if __name__ == "__main__":
    sys.exit(main())
