"""Build `.venv` from the pinned, hashed requirement files; what is missing is said in one French sentence.

Runs with the system's Python before anything is installed, hence without Portique and in syntax that an
old Python still reads.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LOG = ENVIRONMENT / "installation.log"
OLDEST, NEWEST = (3, 11), (3, 14)
VENV_MISSING = (
    f"Il manque à « {sys.executable} » son module venv. Installez-le : apt-get install python3-venv "
    "(ou python{}.{}-venv).".format(*sys.version_info[:2])
)

# No resolution (the lock is complete), no build from source, no byte code ahead of need: half of pip's time.
LOCKED = ("--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile", "--requirement")
# flit_core, already installed, puts the `portique` command in place; the checkout itself stays the package.
EDITABLE = ("--no-index", "--no-deps", "--no-build-isolation", "--editable")


class SetUpFailed(Exception):
    """What is missing and what to do, in French."""


def main(arguments):
    """Exit status for the shell: 0 when `.venv` is complete."""
    try:
        with one_at_a_time():
            set_up(development="--development" in arguments)
    except SetUpFailed as failure:
        say(str(failure))
        return 1
    except OSError as error:
        say(f"{error.filename or ROOT} : {error.strerror}. Portique doit pouvoir écrire dans {ROOT}.")
        return 1
    except KeyboardInterrupt:
        say("Installation interrompue ; la même commande la reprendra.")
        return 130
    return 0


def set_up(development):
    """Do the steps that are not done yet; a step is done when its stamp matches its file."""
    started = time.monotonic()
    steps = [("requirements.txt", LOCKED), ("pyproject.toml", EDITABLE)]
    if development:
        steps.append(("requirements-dev.txt", LOCKED))
    if not (is_done("requirements.txt") and works()):
        check_python()
        check_writable()
        say("Portique : installation, une à deux minutes selon le réseau…")
        create_environment()
    missing = [step for step in steps if not is_done(step[0])]
    for name, options in missing:
        if name == "requirements-dev.txt":
            say("Portique : installation des outils de développement…")
        install(name, options)
    if missing:
        say(f"Portique : installation terminée en {time.monotonic() - started:.0f} s.")


def check_python():
    """Refuse a Python of another age, or one that Debian shipped without its venv module."""
    found = sys.version_info[:2]
    if not OLDEST <= found <= NEWEST:
        raise SetUpFailed(
            "Portique a besoin de Python 3.11 à 3.14 ; « {} » est un Python {}.{}. "
            "Indiquez-en un autre, par exemple : make run PYTHON=python3.12".format(sys.executable, *found)
        )
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise SetUpFailed(VENV_MISSING)


def check_writable():
    """Refuse a checkout in which `.venv` cannot be made."""
    if not os.access(str(ROOT), os.W_OK):
        raise SetUpFailed(f"Le dossier {ROOT} n’est pas accessible en écriture ; Portique y crée « .venv ».")


@contextlib.contextmanager
def one_at_a_time():
    """Wait for another set-up of this checkout to end; the lock falls with its process, however that ends."""
    folder = os.open(str(ROOT), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def stamp(name):
    return ENVIRONMENT / f"{name}.done"


def fingerprint(name):
    """Of a file and of this folder: scripts and links in `.venv` do not survive a move."""
    return hashlib.sha256(str(ROOT).encode() + (ROOT / name).read_bytes()).hexdigest()


def is_done(name):
    return stamp(name).is_file() and stamp(name).read_text() == fingerprint(name)


def works():
    """False once the Python under `.venv` was removed or replaced by another version."""
    if not PYTHON.exists():
        return False
    return subprocess.call([str(PYTHON), "-I", "-c", "import flit_core"], stderr=subprocess.DEVNULL) == 0


def create_environment():
    """An empty `.venv` with pip, in place of whatever a run that was cut short left there."""
    command = [sys.executable, "-I", "-m", "venv", "--clear", str(ENVIRONMENT)]
    if subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) != 0:
        raise SetUpFailed(VENV_MISSING)


def install(name, options):
    """Install what a file names, then stamp it."""
    target = ROOT if options is EDITABLE else ROOT / name
    command = [str(PYTHON), "-m", "pip", "install", "--no-input", *options, str(target)]
    environment = {**os.environ, "PIP_USER": "0"}  # `user = true` in pip's own settings breaks in a venv
    with LOG.open("wb") as log:
        status = subprocess.call(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment
        )
    if status != 0:
        raise SetUpFailed(explain(LOG.read_text(errors="replace")))
    stamp(name).write_text(fingerprint(name))


def explain(log):
    """The likely cause of pip's failure, from its own words."""
    if "DO NOT MATCH THE HASHES" in log:
        cause = "un paquet reçu n’est pas celui qui est attendu (empreinte différente) : rien n’en a été gardé"
    elif "No space left on device" in log:
        cause = "il n’y a plus de place sur le disque"
    elif "Retrying (" in log or "ConnectionError" in log or "ConnectTimeout" in log:
        cause = "le registre de paquets ne répond pas ; vérifiez le réseau et les réglages de pip"
    elif "No matching distribution" in log:
        cause = "le registre de paquets n’a pas l’un d’eux pour cette machine et ce Python"
    else:
        cause = "pip a échoué"
    return f"Les dépendances n’ont pas pu être installées : {cause}. Détail : {LOG}"


def say(sentence):
    print(sentence, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
