"""How often each 95 % interval holds the truth, in 2,000 made-up registers: `python -m benchmarks.coverage`."""

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from portique.reading.statistics.breaks import breaks
from portique.reading.statistics.circulation import chao, two_lists
from portique.reading.statistics.displacement import displacement
from portique.reading.statistics.effort_yield import decompose
from portique.reading.statistics.funnel import funnel
from portique.reading.statistics.interrupted import interrupted
from portique.reading.statistics.rates import empirical_bayes, poisson_interval, rate_difference, rate_ratio
from portique.reading.statistics.reasons import CannotSay
from portique.reading.statistics.shares import shares

Random = np.random.Generator
EFFECT = 0.8


def main() -> None:
    """Print a line per estimator: how often its interval held the truth, or how often it raised a false alarm."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage")
    parser.add_argument("--registers", type=int, default=2000, help="registers drawn for each (%(default)s)")
    parser.add_argument("--only", default="", help="those whose name begins so")
    chosen = parser.parse_args()
    for name, drawn in ESTIMATORS.items():
        if not name.startswith(chosen.only):
            continue
        random = np.random.default_rng(2005)
        held = pd.DataFrame([drawn(random) for _ in range(chosen.registers)])
        for column, share in held.mean().items():
            print(f"| {name}{f', {column}' if len(held.columns) > 1 else ''} | {100 * share:.1f} % |")


def _rate(random: Random) -> dict[str, bool]:
    low, high = poisson_interval(float(random.poisson(60)), 30)
    return {"": low <= 2 <= high}


def _two_rates(random: Random) -> dict[str, bool]:
    first, second = (float(random.poisson(mean)) for mean in (60, 80))
    return {
        "ratio": _holds(rate_ratio(first, 30, second, 50)[1:], 2 / 1.6),
        "difference": _holds(rate_difference(first, 30, second, 50)[1:], 0.4),
    }


def _leaning(random: Random) -> dict[str, float]:
    exposures = random.lognormal(5, 1, 180)
    truth = random.gamma(4, 0.1 / 4, 180)
    table = _answer(empirical_bayes(random.poisson(truth * exposures), exposures)).table
    return {"": float(((table["low"] <= truth) & (truth <= table["high"])).mean())}


def _split(random: Random) -> dict[str, bool]:
    held = _answer(decompose(float(random.poisson(60)), 300, float(random.poisson(120)), 400))
    return {
        "effort": held.effort_low <= 25 <= held.effort_high,
        "yield": held.yields_low <= 35 <= held.yields_high,
    }


def _shares(random: Random) -> dict[str, bool]:
    truth = [0.5, 0.3, 0.2]
    drawn = random.multinomial(150, truth)
    table = shares(pd.DataFrame([drawn]), pd.Series([0]))
    lost = random.binomial(drawn, [0.6, 0.1, 0.1])
    hidden = shares(pd.DataFrame([drawn - lost]), pd.Series([lost.sum()]))
    return {
        "all known": _holds(table.loc[0, ["low", "high"]], 0.5),
        "a third unknown, one code more than others": _holds(hidden.loc[0, ["low", "high"]], 0.5),
    }


def _moved(random: Random) -> dict[str, bool]:
    drawn = random.poisson([60, 40, 55, 50, 30, 35, 28, 28]).reshape(4, 2).astype(float)
    held = _answer(displacement(*map(tuple, drawn)))
    return {"": held.low <= -10 <= held.high}


def _hidden(random: Random) -> dict[str, bool]:
    alike, unlike = random.poisson(1.2, 400), random.poisson(random.gamma(1, 1.2, 400))
    first, second = random.random(400) < 0.5, random.random(400) < 0.4
    lists = _answer(two_lists(int(first.sum()), int(second.sum()), int((first & second).sum())))
    equal, lower = _answer(chao(alike)), _answer(chao(unlike))
    return {
        "Chao, equal chances": equal.low <= 400 <= equal.high,
        "Chao, unequal chances (low end below the truth)": lower.low <= 400,
        "Chapman, two lists": lists.low <= 400 <= lists.high,
    }


def series(random: Random, effect: float, periods: int = 48, memory: float = 0.0) -> tuple[Any, Any]:
    """Counts of months and their exposures: trend, season, over-dispersion; `memory`: months that follow each other."""
    since, noise = np.arange(periods), random.normal(0, 0.15, periods)
    for month in range(1, periods):
        noise[month] = memory * noise[month - 1] + np.sqrt(1 - memory**2) * noise[month]
    exposures = random.uniform(0.7, 1.3, periods)
    means = 60 * exposures * np.exp(0.004 * since + 0.15 * np.sin(2 * np.pi * since / 12) + noise)
    return random.poisson(means * np.where(since >= 36, effect, 1)), exposures


def _interrupted(memory: float, periods: int) -> Callable[[Random], dict[str, bool]]:
    def drawn(random: Random) -> dict[str, bool]:
        held = _answer(interrupted(*series(random, EFFECT, periods, memory), 36))
        return {
            "effect": _holds(held.effect[1:], EFFECT),
            "level": _holds(held.level[1:], EFFECT),
            "slope": _holds(held.slope[1:], 1),
        }

    return drawn


def _beside(random: Random) -> dict[str, bool]:
    held = _answer(interrupted(*series(random, EFFECT * 0.9), 36, control=series(random, 0.9)))
    return {"": _holds(held.beside_control[1:], EFFECT)}


def _alike(random: Random) -> dict[str, float]:
    exposures = random.lognormal(3, 1, 180)
    held = _answer(funnel(random.poisson(0.05 * exposures), exposures))
    return {
        "outside 95": held.outside["95"] / 180,
        "outside 99.8": held.outside["998"] / 180,
        "registers with a prison that stands out": bool(held.table["stands_out"].any()),
    }


def _unbroken(random: Random) -> dict[str, bool]:
    return {"": bool(_answer(breaks(random.negative_binomial(10, 10 / 40, 48), np.ones(48))).found)}


def _holds(ends: Any, truth: float) -> bool:
    low, high = ends
    return bool(low <= truth <= high)


def _answer(held: Any) -> Any:
    assert not isinstance(held, CannotSay), held
    return held


ESTIMATORS: dict[str, Callable[[Random], dict[str, Any]]] = {
    "rate": _rate,
    "two rates": _two_rates,
    "rate leaning on 180 others": _leaning,
    "change": _split,
    "share": _shares,
    "displacement": _moved,
    "hidden number": _hidden,
    "interrupted, 36 + 12 months": _interrupted(0.0, 48),
    "interrupted, 36 + 24 months": _interrupted(0.0, 60),
    "interrupted, 36 + 24 months that follow each other (noise 0.4)": _interrupted(0.4, 60),
    "interrupted, 36 + 24 months that follow each other (noise 0.7)": _interrupted(0.7, 60),
    "interrupted beside a control, 36 + 12": _beside,
    "false alarms, 180 prisons alike": _alike,
    "false alarms, 48 months without a break": _unbroken,
}


if __name__ == "__main__":
    main()
