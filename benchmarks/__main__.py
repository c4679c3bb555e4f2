"""Measures what a reader waits for, and what large files cost: `make bench ARGS="--rounds 25"`."""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Any

import pandas as pd
from playwright.sync_api import Browser, Page

from benchmarks import browser as web
from benchmarks import files
from portique.config import PROJECT
from portique.reading import geography, labels, questions, view
from portique.reading.exhibits import over_time, places, suppliers
from portique.reading.questions import Reader, unrestricted
from portique.reading.selection import Selection
from portique.register import registers, served

SIZES = {"265k": 265_026, "10M": 10_000_000}
FOLDER = PROJECT / ".portique" / "bench"
BUDGET = 1.8
HEADLESS = ("--server.headless", "true", "--browser.gatherUsageStats", "false")


def main() -> None:
    """Print one block per size: latency against the floor, questions, memory, bytes, first page; then one per file."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--rounds", type=int, default=25, help="changes timed for each app (%(default)s)")
    parser.add_argument("--sizes", nargs="+", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--lines", type=int, default=1_000_000, help="lines of the imported file (%(default)s)")
    chosen = parser.parse_args()
    with web.chromium() as chromium:
        for name in chosen.sizes:
            _measure(chromium, name, chosen.rounds)
    files.run(chosen.lines)


def _measure(chromium: Browser, name: str, rounds: int) -> None:
    folder = FOLDER / name
    started = time.perf_counter()
    lake = registers.active(folder) or registers.install_demonstration(folder, SIZES[name])
    reader = unrestricted(served.serve(lake))
    print(f"\n== {name} objets (registre et copie prêts en {time.perf_counter() - started:.1f} s)")
    changes = _expected(reader)
    _print_questions(reader, list(changes))
    environment = os.environ | {"PORTIQUE_REGISTER": str(folder)}
    ports = [web.free_port() for _ in range(3)]
    floor = [sys.executable, "-m", "streamlit", "run", str(web.HERE / "floor.py"), *HEADLESS, "--server.port"]
    ours = [sys.executable, "-c", f"from portique import launch; launch.serve('127.0.0.1', {ports[2]})"]
    with (
        web.server([*floor, str(ports[0])], ports[0], environment, web.HERE),  # as Streamlit comes
        web.server([*floor, str(ports[1])], ports[1], environment),  # with Portique's settings
    ):
        begun = time.perf_counter()
        with web.server(ours, ports[2], environment) as process:
            print(f"démarrage du serveur : {time.perf_counter() - begun:.2f} s")
            _print_first_page(chromium, ports[2])
            _print_latency(chromium, ports, changes, rounds)
            print(f"mémoire du serveur : {web.resident_megabytes(process):.0f} Mo")


def _print_questions(reader: Reader, regions: list[str]) -> None:
    """The questions of a page, together: for another region, and for another period over all of them."""
    default, choices = view.default_selection(reader.register), view.choices(reader.served)
    asked: list[float] = []
    original = reader.served.arrays

    def timed(sql: str, params: dict[str, Any]) -> Any:
        begun = time.perf_counter()
        answer = original(sql, params)
        asked.append((time.perf_counter() - begun) * 1000)
        return answer

    def totals(selections: Sequence[Selection], anew: bool) -> list[float]:
        held = []
        for selection in selections:
            asked.clear()
            if anew:
                questions.forget()
            _page(view.View(reader, selection, default, choices))
            held.append(sum(asked))
        return held

    reader.served.arrays = timed  # type: ignore[method-assign]
    start, end = view.whole_register(reader.register)
    first = totals([default] * 10, anew=True)
    count = len(asked)
    months = [default.with_(period_start=month.date()) for month in pd.date_range(start, end, freq="MS")[:-1]]
    other = totals([month for month in months if month.period_start < default.period_end], anew=False)
    same = totals([default.with_(regions=(code,)) for code in regions * 2], anew=False)
    reader.served.arrays = original  # type: ignore[method-assign]
    print(
        f"questions d’une page : {statistics.median(same):.1f} ms pour une autre région, "
        f"{statistics.median(other):.1f} ms pour une autre période de mois entiers, "
        f"{statistics.median(first):.1f} ms pour la première ({count} questions, l’une après l’autre)"
    )


def _page(shown: view.View) -> tuple[Any, ...]:
    """The exhibits of the page « Carte »."""
    answer, trend = places.by_place(shown), over_time.trend(shown)
    figures = places.key_figures(shown, answer, trend)
    return (
        figures,
        trend,
        places.map_of_places(shown, answer),
        suppliers.shares(shown),
        suppliers.shares(shown, "item_type"),
    )


def _expected(reader: Reader) -> dict[str, tuple[str, dict[str, dict[str, Any]]]]:
    """Region code → its label and what each part of the page must show once it is chosen."""
    default, choices = view.default_selection(reader.register), view.choices(reader.served)
    expected = {}
    for code in ("11", "84", "93", "75", "28", "32", "44", "52", "27", "53"):
        figures, trend, where, who, _ = _page(view.View(reader, default.with_(regions=(code,)), default, choices))
        expected[code] = (choices["regions"][code], _views(reader, figures, trend, where, who))
    return expected


def _views(reader: Reader, figures: Any, trend: Any, where: Any, who: Any) -> dict[str, dict[str, Any]]:
    rows = reader.served.establishments.set_index("establishment_id").loc[where.table["place"]]
    symbols = len(rows) + len(geography.enlarged(rows))
    counts = [
        f"{labels.number(value)} · {labels.percent(share)}"
        for value, share in zip(who.table["value"], who.table["share"], strict=True)
    ]
    return {
        "chiffres clés": {"selector": ".p-tiles", "texts": list(figures.table["text"])},
        "carte": {"symbols": symbols},
        "tendance": {"selector": "[data-key=exhibit-tendance-mensuelle]", "sum": float(trend.table["value"].sum())},
        "fournisseurs": {"selector": "[data-key=exhibit-parts-supplier]", "texts": counts},
    }


def _print_latency(
    chromium: Browser, ports: list[int], changes: dict[str, tuple[str, dict[str, Any]]], rounds: int
) -> None:
    """Changes of the two floors and of the page, turn by turn, so that all see the same machine."""
    plain, tuned, page = (web.open_page(chromium, f"http://127.0.0.1:{port}") for port in ports)
    page.wait_for_selector(".p-columns", state="attached")
    floors, tuned_floors, timings, listed = [], [], [], list(changes.values())
    for turn in range(rounds + 2):
        low, lower = _floor_change(plain, turn), _floor_change(tuned, turn)
        timing = _page_change(page, *listed[turn % len(listed)])
        if turn >= 2:  # the first two warm all up
            floors.append(low.last)
            tuned_floors.append(lower.last)
            timings.append(timing)
    base, last = statistics.median(floors), statistics.median(timing.last for timing in timings)
    verdict = "tenu" if last / base <= BUDGET else "dépassé"
    print(
        f"plancher : {base:.0f} ms (p95 {_p95(floors):.0f}) · "
        f"page : {last:.0f} ms (p95 {_p95([timing.last for timing in timings]):.0f})"
    )
    print(f"rapport : {last / base:.2f} (budget {BUDGET}, {verdict}) sur {rounds} changements")
    print(f"plancher avec les réglages de Portique : {statistics.median(tuned_floors):.0f} ms")
    for part in timings[0].parts:
        print(f"  {part} : {statistics.median(timing.parts[part] for timing in timings):.0f} ms")
    print(
        f"envoyé par changement : {statistics.median(t.sent for t in timings) / 1000:.1f} ko, "
        f"{timings[0].messages} messages"
    )


def _floor_change(page: Page, turn: int) -> web.Timing:
    option = f"région {turn % 18 + 1}"
    page.locator('[data-testid="stSelectbox"] input').click()
    texts = {
        f"texte {part}": {"selector": '[data-testid="stMain"]', "texts": [f"partie {part} : {option}"]}
        for part in range(4)
    }
    return web.time_choice(page, option, texts)


def _page_change(page: Page, label: str, views: dict[str, dict[str, Any]]) -> web.Timing:
    """From no region to one."""
    field = page.locator(".st-key-facet-regions")
    if field.locator("[data-tag]").count():
        field.locator("input").press("Backspace")
        page.wait_for_timeout(400)
        web.idle(page)
    field.locator("input").fill(label)  # the list draws only the options in sight
    return web.time_choice(page, label, views)


def _print_first_page(chromium: Browser, port: int) -> None:
    """The first page from a warm server: time to the last part, and bytes that are Portique's and not Streamlit's."""
    web.open_page(chromium, f"http://127.0.0.1:{port}").context.close()
    context = chromium.new_context(viewport={"width": 1400, "height": 1400})
    page, own, all_bytes = context.new_page(), [0], [0]

    def weigh(response: Any) -> None:
        size = len(response.body()) if response.ok else 0
        all_bytes[0] += size
        own[0] += size if "/app/static/" in response.url else 0

    page.on("response", weigh)
    begun = time.perf_counter()
    page.goto(f"http://127.0.0.1:{port}")
    page.wait_for_selector(".p-tiles")
    page.wait_for_selector(".p-columns")
    page.wait_for_selector("#deckgl-overlay, canvas")
    web.idle(page)
    seconds = time.perf_counter() - begun
    print(
        f"première page d’un serveur chaud : {seconds:.2f} s, dont {own[0] / 1000:.0f} ko à Portique, "
        f"{all_bytes[0] / 1e6:.1f} Mo en tout"
    )
    context.close()


def _p95(values: list[float]) -> float:
    return sorted(values)[max(0, int(len(values) * 0.95) - 1)]


if __name__ == "__main__":
    main()
