"""What several tests share: a real Chromium, a served Portique, and the rule that forbids skips."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NO_SKIP = os.environ.get("PORTIQUE_NO_SKIP") == "1"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_MISSING = (
    "no Chromium found: apt-get install chromium, or say where it is with PORTIQUE_CHROMIUM=/path/to/chromium"
)
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--use-gl=angle",  # WebGL without a GPU
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",  # so that every logged request is the page's own
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which anything was skipped, where skips are not allowed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if NO_SKIP and reporter is not None and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why a run without a failed test fails all the same."""
    skipped = len(terminalreporter.stats.get("skipped", []))
    if NO_SKIP and skipped:
        terminalreporter.write_line(f"PORTIQUE_NO_SKIP=1 forbids the {skipped} skipped above.", red=True)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program; tests that need it are skipped where there is none."""
    chosen = os.environ.get("PORTIQUE_CHROMIUM")
    for name in (chosen,) if chosen else CHROMIUM_NAMES:
        if program := shutil.which(name):
            return program
    pytest.skip(CHROMIUM_MISSING)


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str, browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """pytest-playwright's `page` uses the Chromium that is installed, not a download of its own."""
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    """A French reader on a desktop screen."""
    return {
        **browser_context_args,
        "locale": "fr-FR",
        "timezone_id": "Europe/Paris",
        "viewport": {"width": 1400, "height": 900},
    }


def free_port() -> int:
    """A port that nothing on this machine listened to a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Streamlit's own health page says that the server is up."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def wait_until_up(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when the server answers; fail with its log when it ends or takes over a minute."""
    for _ in range(600):
        if answers(port):
            return
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"the server did not start:\n{log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def demonstration_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register folder that holds the demonstration at its default size, made once; to be read only."""
    from portique.register import registers  # a run without the product's own tests has no use for it

    folder = tmp_path_factory.mktemp("demonstration")
    registers.install_demonstration(folder)
    return folder


@pytest.fixture(scope="session")
def server(demonstration_folder: Path) -> Iterator[str]:
    """The address of a Portique served for these tests, on the demonstration register."""
    with served(demonstration_folder) as address:
        yield address


@contextmanager
def served(register: Path) -> Iterator[str]:
    """The address of a Portique of its own over a register folder, while the block lasts."""
    port, log = free_port(), register.parent / f"{register.name}.log"
    started = f"from portique import launch; launch.serve('127.0.0.1', {port})"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", started],
            cwd=ROOT,
            env={**os.environ, "PORTIQUE_REGISTER": str(register)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_up(process, port, log)
        yield f"http://localhost:{port}"
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server, by force when it does not end by itself."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
