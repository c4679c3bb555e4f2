"""A Chromium that times changes: from the choice of an option to the last part of the page that is right."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright

HERE = Path(__file__).parent
PROJECT = HERE.parent
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


@dataclass(frozen=True)
class Timing:
    """Milliseconds to each part, and what the server sent meanwhile (bytes, messages)."""

    parts: dict[str, float]
    sent: int
    messages: int

    @property
    def last(self) -> float:
        return max(self.parts.values())


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser that paints WebGL without a GPU."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def open_page(browser: Browser, url: str) -> Page:
    """A page with the recorder in it, once its script has run."""
    context = browser.new_context(viewport={"width": 1400, "height": 1400}, locale="fr-FR")
    context.add_init_script(path=HERE / "recorder.js")
    page = context.new_page()
    page.goto(url)
    idle(page)
    return page


def idle(page: Page) -> None:
    """Wait until the page's script has run."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=60_000)


def time_choice(page: Page, option: str, views: dict[str, dict[str, Any]]) -> Timing:
    """The time from pressing an option of an open list to the last expected view."""
    page.get_by_role("option", name=option, exact=True).wait_for()
    page.wait_for_timeout(200)  # the list has opened: what follows is timed
    page.evaluate("views => window.__portique.arm(views)", views)
    page.get_by_role("option", name=option, exact=True).click()
    try:
        page.wait_for_function("() => window.__portique.done()", timeout=20_000)
    except TimeoutError:
        right = page.evaluate("Object.keys(window.__portique.seen)")
        sys.exit(f"{option} : jamais juste : {sorted(set(views) - set(right))} (attendu : {views})")
    idle(page)
    page.wait_for_timeout(150)
    held = page.evaluate(
        "({seen: window.__portique.seen, bytes: window.__portique.bytes, messages: window.__portique.messages})"
    )
    return Timing(held["seen"], held["bytes"], held["messages"])


@contextmanager
def server(
    command: list[str], port: int, environment: dict[str, str], folder: Path = PROJECT
) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers on a port, started in a folder, stopped in the end."""
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=environment, cwd=folder, **silent)
    try:
        _wait_for(port)
        yield process
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def resident_megabytes(process: subprocess.Popen[bytes]) -> float:
    """The resident memory of a server."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _wait_for(port: int) -> None:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).read()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"nothing answers on port {port}")
