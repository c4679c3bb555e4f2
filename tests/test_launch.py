"""The launcher: what is missing is one sentence, and only this machine is served."""

import http.client
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portique import launch

TESTS = Path(__file__).resolve().parent


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that something else listens to."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_ends_the_process_with_one_sentence(taken_port: int) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "portique.launch"],
        cwd=TESTS.parent,
        env={**os.environ, "PORTIQUE_PORT": str(taken_port), "PORTIQUE_ADDRESS": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr.startswith(f"Le port {taken_port} est déjà pris")
    assert "make run PORTIQUE_PORT=" in run.stderr
    assert (run.stderr.count("\n"), run.stdout) == (1, "")


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "80 ", "８５０１"])
def test_an_impossible_port_is_named(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTIQUE_PORT", port)
    with pytest.raises(launch.LaunchError, match=f"« {port} » n’est pas un numéro de port"):
        launch.address_and_port()


def test_an_address_of_another_machine_is_named() -> None:
    with pytest.raises(launch.LaunchError, match=r"« 192\.0\.2\.1 » n’est pas une adresse de cette machine"):
        launch.check_port("192.0.2.1", 8501)


def test_a_reserved_port_is_said() -> None:
    assert "réservé au système" in launch.why_not_bound(PermissionError(13, "Permission denied"), "127.0.0.1", 80)


def test_an_unwritable_register_folder_is_named(tmp_path: Path) -> None:
    occupied = tmp_path / "register"
    occupied.write_text("a file where a folder is expected")
    with pytest.raises(launch.LaunchError, match="register, n’est pas accessible en écriture"):
        launch.check_writable(occupied)


def test_a_writable_register_folder_is_made_and_left_empty(tmp_path: Path) -> None:
    launch.check_writable(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_distribution_that_is_missing_or_not_as_locked_is_named() -> None:
    with pytest.raises(launch.LaunchError, match="Il manque le module Python « portique-absent »"):
        launch.check_distribution("portique-absent", "1.0")
    with pytest.raises(launch.LaunchError, match=r"« duckdb » : version .* au lieu de 0\.0\.0"):
        launch.check_distribution("duckdb", "0.0.0")


def test_a_module_that_cannot_be_found_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    launch.check_modules()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pydeck" else name)
    with pytest.raises(launch.LaunchError, match="Il manque le module Python « pydeck »"):
        launch.check_modules()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("127.0.0.1", "http://localhost:8501"),
        ("0.0.0.0", "http://localhost:8501"),
        ("10.1.2.3", "http://10.1.2.3:8501"),
        ("fe80::1", "http://[fe80::1]:8501"),
    ],
)
def test_the_address_shown_can_be_typed_into_a_browser(address: str, shown: str) -> None:
    assert launch.url(address, 8501) == shown


def test_the_served_portique_is_out_of_reach_from_other_addresses(server: str) -> None:
    port = int(server.rsplit(":", 1)[1])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=5)


@pytest.mark.parametrize(("host", "status"), [("localhost", 101), ("attacker.example", 403)])
def test_only_its_own_names_open_a_session(server: str, host: str, status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", int(server.rsplit(":", 1)[1]), timeout=10)
    handshake = {
        "Host": host,
        "Origin": f"http://{host}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    connection.request("GET", "/_stcore/stream", headers=handshake)
    assert connection.getresponse().status == status
    connection.close()


@pytest.mark.parametrize(("no_skip", "status"), [("0", 0), ("1", 1)])
def test_without_a_browser_its_tests_are_skipped_by_name_or_forbidden(
    no_skip: str, status: int, tmp_path: Path
) -> None:
    shutil.copy(TESTS / "conftest.py", tmp_path)
    (tmp_path / "test_one.py").write_text("def test_needs_a_browser(chromium): pass\ndef test_other(): pass\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-rs", "--no-fold-skipped", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PORTIQUE_NO_SKIP": no_skip, "PORTIQUE_CHROMIUM": str(tmp_path / "absent")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == status
    assert "1 passed, 1 skipped" in run.stdout
    assert "test_one.py::test_needs_a_browser" in run.stdout
    assert "apt-get install chromium" in run.stdout
    assert ("forbids the 1 skipped" in run.stdout) == (no_skip == "1")
