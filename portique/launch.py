"""Serve the dashboard once everything it needs is there; what is missing is one French sentence."""

import errno
import importlib.metadata
import importlib.util
import os
import re
import runpy
import socket
import sys
import tempfile
from pathlib import Path

from portique.config import PROJECT, settings
from portique.errors import PortiqueError

REPAIR = "Supprimez le dossier .venv, puis relancez : make run"


class LaunchError(PortiqueError):
    """Something that the dashboard needs before it can be served is missing."""


def main() -> None:
    """Check, say where, then serve until stopped; a missing thing is a sentence and exit status 1."""
    try:
        address, port = address_and_port()
        check_modules()
        check_port(address, port)
        check_writable(settings().register_folder)
        sys.stderr.write(f"Portique : {url(address, port)} (pour arrêter : Ctrl+C)\n")
        serve(address, port)
    except PortiqueError as error:
        sys.exit(str(error))


def address_and_port() -> tuple[str, int]:
    """`PORTIQUE_ADDRESS` and `PORTIQUE_PORT`; this machine alone, port 8501, unless told otherwise."""
    address = os.environ.get("PORTIQUE_ADDRESS") or "127.0.0.1"
    port = os.environ.get("PORTIQUE_PORT") or "8501"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise LaunchError(f"PORTIQUE_PORT : « {port} » n’est pas un numéro de port ; choisissez de 1024 à 65535.")
    return address, int(port)


def check_modules() -> None:
    """Every locked distribution is installed as locked, and every direct dependency can be found."""
    for line in (PROJECT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if pin := re.fullmatch(r"([\w.-]+)==(\S+) \\", line):  # a line with a marker may not concern this machine
            check_distribution(*pin.groups())
    for requirement in importlib.metadata.requires("portique") or []:
        module = re.split(r"[^\w-]", requirement)[0].replace("-", "_")
        if importlib.util.find_spec(module) is None:
            raise LaunchError(f"Il manque le module Python « {module} ». {REPAIR}")


def check_distribution(name: str, expected: str) -> None:
    """A Python package is installed in the version expected."""
    try:
        found = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError as error:
        raise LaunchError(f"Il manque le module Python « {name} ». {REPAIR}") from error
    if found != expected:
        raise LaunchError(f"Module Python « {name} » : version {found} au lieu de {expected}. {REPAIR}")


def check_port(address: str, port: int) -> None:
    """The port is free for us on that address."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        raise LaunchError(why_not_bound(error, address, port)) from error


def why_not_bound(error: OSError, address: str, port: int) -> str:
    """The sentence for a port that could not be taken."""
    another = f"Choisissez-en un autre, par exemple : make run PORTIQUE_PORT={8502 if port < 8502 else port + 1}"
    if error.errno == errno.EADDRINUSE:
        return f"Le port {port} est déjà pris, peut-être par un autre Portique. {another}"
    if error.errno == errno.EACCES:
        return f"Le port {port} est réservé au système. {another}"
    wrong = f"PORTIQUE_ADDRESS : « {address} » n’est pas une adresse de cette machine"
    return f"{wrong} ; écrivez 127.0.0.1, ou 0.0.0.0 pour l’ouvrir à tout le réseau."


def check_writable(folder: Path) -> None:
    """A file can be made in the folder, which is made if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise LaunchError(
            f"Le dossier du registre, {folder}, n’est pas accessible en écriture ({error.strerror}). "
            "Donnez-vous-en le droit, ou indiquez-en un autre : make run PORTIQUE_REGISTER=/chemin/du/dossier"
        ) from error


def is_loopback(address: str) -> bool:
    """Only this machine can reach it."""
    return address in ("localhost", "::1") or address.startswith("127.")


def url(address: str, port: int) -> str:
    """What to type into a browser on this machine."""
    everywhere = address in ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to
    host = "localhost" if everywhere or is_loopback(address) else address
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(address: str, port: int) -> None:
    """Hand this process over to Streamlit, which reads `.streamlit/config.toml` where it is started."""
    os.chdir(PROJECT)
    sys.argv = ["streamlit", "run", "app.py", "--server.address", address, "--server.port", str(port)]
    if not is_loopback(address) and "STREAMLIT_SERVER_ALLOWED_HOSTS" not in os.environ:
        sys.argv += [
            "--server.allowedHosts",
            "*",
        ]  # the names that others give this machine are not known here
    try:
        _leave_navigation_to_the_app()
        runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
    except ModuleNotFoundError as error:
        raise LaunchError(f"Il manque le module Python « {error.name} ». {REPAIR}") from error


def _leave_navigation_to_the_app() -> None:
    """Otherwise the first address asked runs its file of pages/ alone, without app.py, its menu and its errors."""
    pages_manager = importlib.import_module("streamlit.runtime.pages_manager")
    pages_manager.PagesManager.uses_pages_directory = False


if __name__ == "__main__":
    main()
