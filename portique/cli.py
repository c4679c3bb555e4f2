"""The `portique` command: serve the dashboard, make the demonstration, list the versions, add a published figure."""

import argparse
import sys

from portique import launch
from portique.config import settings
from portique.errors import PortiqueError, RegisterMissing
from portique.reading import labels
from portique.register import demonstration, figures, registers, served


def main(arguments: list[str] | None = None) -> int:
    """Run one command; our errors become one sentence and exit status 1."""
    chosen = _parser().parse_args(arguments)
    try:
        chosen.run(chosen)
    except PortiqueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


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
    _figure_parser(commands.add_parser("figure", help="ajoute un chiffre publié à data/"))
    return parser


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
    lake = registers.active(settings().register_folder)
    if lake is None:
        raise RegisterMissing(
            f"{settings().register_folder} : aucun registre ici ; « portique demo » en fabrique un de démonstration."
        )
    for version in lake.versions():
        line = (
            f"{version.number}\t{labels.day(version.committed_at)}\t{version.author or '—'}\t{version.message or '—'}"
        )
        print(line)


if __name__ == "__main__":
    sys.exit(main())
