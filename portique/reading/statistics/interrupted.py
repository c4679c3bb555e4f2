"""Did a series change at a known date? What it would have been without, and how often such a change comes by chance."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from portique.reading.statistics.rates import Numbers, index_of, numbers
from portique.reading.statistics.reasons import CannotSay
from portique.reading.statistics.regression import Fit, fit

# Ours: a year of months before, half a year after, and enough counted on each side for a logarithm to stand.
LEAST_BEFORE = 12
LEAST_AFTER = 6
LEAST_COUNTED = 10
# A season needs two turns of it to be told from a trend.
LEAST_TURNS = 2
HARMONICS = 2

Verdict = Literal["rises", "falls", "cannot_say"]
Marks = npt.NDArray[np.bool_]
Ratio = tuple[float, float, float]


@dataclass(frozen=True)
class Interrupted:
    """What changed at a date: ratios of rates (value, low, high at 95 %) and the path without the change.

    `path`: one row per period, in the order and with the index given. Columns: `count`, `exposure`, `rate`, `fitted`
    (the model's rate), `expected` (its rate without the change), `low`, `high` (of `expected`), `state`: `before`,
    `after`, `left_out`, `not_reported`, `no_exposure`. `fitted` and `expected` are nan where there is no exposure.
    """

    path: pd.DataFrame
    effect: Ratio  # mean over the periods after, with the change over without
    level: Ratio  # at the date
    slope: Ratio  # of the trend, a year (of `season` periods): after over before
    excess: tuple[float, float, float]  # items counted after, beyond what was expected; with its interval
    verdict: Verdict  # of the effect, of `beside_control` where there is one
    before: int
    after: int
    left_out: int
    seasonal: bool  # whether a season was told apart
    alpha: float  # over-dispersion
    memory: float  # autocorrelation of neighbouring periods; from some 0.2 on, intervals are still too narrow
    control: Ratio | None = None  # the control's own effect
    beside_control: Ratio | None = None  # effect over the control's


@dataclass(frozen=True)
class Placebos:
    """The same question asked at dates before the event, when nothing happened."""

    effects: tuple[float, ...]  # one ratio per date, in the order of time
    as_large: int  # how many are as far from 1 as the event's, or further

    @property
    def share(self) -> float:
        """How often chance gives such an effect, the event itself counted as one of the dates."""
        return (1 + self.as_large) / (1 + len(self.effects))


def interrupted(
    counts: Any,
    exposures: Any,
    event: int,
    left_out: Any = None,
    season: int = 12,
    control: tuple[Any, Any] | None = None,
) -> Interrupted | CannotSay:
    """An interrupted series: level and slope change at the event, trend, season, log exposure as offset.

    Lopez Bernal, J., Cummins, S. and Gasparrini, A. (2017), doi 10.1093/ije/dyw098, with a negative binomial family.
    `event`: the position of the first period after; `left_out`: periods marked True are in no fit (those of the event
    itself); a missing count is not reported and in no fit. `control`: counts and exposures of a series where nothing
    was done, over the same periods, taken as independent. `season`: periods a year.
    """
    table = _table(counts, exposures, event, left_out)
    held = _fit(table, event, season)
    if isinstance(held, CannotSay):
        return held
    if control is None:
        return _told(table, *held)
    other = interrupted(*control, event, left_out, season)
    return other if isinstance(other, CannotSay) else _told(table, *held, other.effect)


def placebos(
    counts: Any, exposures: Any, event: int, effect: float, left_out: Any = None, season: int = 12
) -> Placebos:
    """The effect at every date before the event that has enough before and after it, by the same model."""
    table = _table(counts, exposures, event, left_out)
    size = int((table["state"] == "after").sum())
    effects = []
    for date in range(LEAST_BEFORE, event - LEAST_AFTER + 1):
        end = min(event, date + size)
        state = table["state"].iloc[:end].where(np.arange(end) < date, table["state"].replace("before", "after"))
        part = table.iloc[:end].assign(state=state)
        held = _fit(part, date, season)
        if not isinstance(held, CannotSay):
            effects.append(held[0].interval(_mean_change(part, held[1]))[0])
    size_of = abs(np.log(effect)) - 1e-12
    return Placebos(tuple(effects), int(sum(abs(np.log(value)) >= size_of for value in effects)))


def verdict(ratio: Ratio) -> Verdict:
    """Whether an interval of a ratio leaves « no change » out."""
    return "rises" if ratio[1] > 1 else "falls" if ratio[2] < 1 else "cannot_say"


def _told(table: pd.DataFrame, fitted: Fit, design: Numbers, seasonal: bool, other: Ratio | None = None) -> Interrupted:
    """All that a fit says, beside the effect of a control where there is one."""
    effect, states = fitted.interval(_mean_change(table, design)), table["state"].value_counts()
    beside = _beside(effect, other) if other else None
    return Interrupted(
        _path(table, fitted, design),
        effect,
        fitted.interval(_pick(design, 2)),
        fitted.interval(_pick(design, 3)),
        _excess(table, fitted, design),
        verdict(beside or effect),
        int(states["before"]),
        int(states["after"]),
        int(states.get("left_out", 0)),
        seasonal,
        fitted.alpha,
        fitted.memory,
        other,
        beside,
    )


def _table(counts: Any, exposures: Any, event: int, left_out: Any) -> pd.DataFrame:
    """One row per period with its state."""
    table = pd.DataFrame({"count": numbers(counts), "exposure": numbers(exposures)}, index=index_of(counts))
    skipped = np.zeros(len(table), dtype=bool) if left_out is None else np.asarray(left_out, dtype=bool)
    side = np.where(np.arange(len(table)) < event, "before", "after")
    table["state"] = np.select(
        [table["count"].isna(), ~(table["exposure"] > 0), skipped], ["not_reported", "no_exposure", "left_out"], side
    )
    return table.assign(rate=table["count"] / table["exposure"].where(table["exposure"] > 0))


def _fit(table: pd.DataFrame, event: int, season: int) -> tuple[Fit, Numbers, bool] | CannotSay:
    """The fit, the design of every period, and whether it has a season."""
    before, after = (table[table["state"] == side] for side in ("before", "after"))
    for rows, least, reason in (
        (before, LEAST_BEFORE, "too_few_periods_before"),
        (after, LEAST_AFTER, "too_few_periods_after"),
    ):
        if len(rows) < least:
            return CannotSay(reason, len(rows), least)  # type: ignore[arg-type]
    least_counted = float(min(before["count"].sum(), after["count"].sum()))
    if least_counted < LEAST_COUNTED:
        return CannotSay("too_few_counted", least_counted, LEAST_COUNTED)
    seasonal = len(before) + len(after) >= LEAST_TURNS * season
    design, used = _design(len(table), event, season, seasonal), table["state"].isin(["before", "after"]).to_numpy()
    lags = int(4 * (used.sum() / 100) ** (2 / 9)) + 1  # Newey and West (1994)
    found = fit(table["count"].to_numpy()[used], design[used], table["exposure"].to_numpy()[used], lags)
    return (found, design, seasonal) if found else CannotSay("no_convergence")


def _design(periods: int, event: int, season: int, seasonal: bool) -> Numbers:
    """One row per period: 1, years since the event, after or not, years after, harmonics of the season."""
    since = (np.arange(periods) - event) / season
    after = (since >= 0).astype(float)
    turns = [2 * np.pi * k * since for k in range(1, HARMONICS + 1)] if seasonal else []
    waves = [wave for turn in turns for wave in (np.sin(turn), np.cos(turn))]
    return np.column_stack([np.ones(periods), since, after, since * after, *waves])


def _pick(design: Numbers, column: int) -> Numbers:
    chosen = np.zeros(design.shape[1])
    chosen[column] = 1
    return chosen


def _mean_change(table: pd.DataFrame, design: Numbers) -> Numbers:
    """The contrast of the mean change over the periods after."""
    contrast = np.zeros(design.shape[1])
    contrast[2:4] = design[(table["state"] == "after").to_numpy(), 2:4].mean(axis=0)
    return contrast


def _without(design: Numbers) -> Numbers:
    bare = design.copy()
    bare[:, 2:4] = 0
    return bare


def _path(table: pd.DataFrame, fitted: Fit, design: Numbers) -> pd.DataFrame:
    """The table with the model's rates with and without the change."""
    without = np.array([fitted.interval(row) for row in _without(design)])
    exposed = (table["exposure"] > 0).to_numpy()
    told = table.assign(
        fitted=np.where(exposed, np.exp(design @ fitted.params), np.nan),
        **{name: np.where(exposed, without[:, i], np.nan) for i, name in enumerate(("expected", "low", "high"))},
    )
    return told[["count", "exposure", "rate", "fitted", "expected", "low", "high", "state"]]


def _excess(table: pd.DataFrame, fitted: Fit, design: Numbers) -> tuple[float, float, float]:
    """What was counted after less what was expected there; the interval is that of the expected number."""
    after = (table["state"] == "after").to_numpy()
    bare = _without(design)[after]
    expected = np.exp(bare @ fitted.params) * table["exposure"].to_numpy()[after]
    total, counted = expected.sum(), float(table["count"].to_numpy()[after].sum())
    spread = np.exp(fitted.reach * fitted.error(expected @ bare / total))
    return counted - float(total), counted - float(total * spread), counted - float(total / spread)


def _beside(effect: Ratio, other: Ratio) -> Ratio:
    """One ratio over another, both known by their intervals, as if independent."""
    middle = np.log(effect[0] / other[0])
    reach = np.hypot(np.log(effect[2] / effect[0]), np.log(other[2] / other[0]))
    return float(np.exp(middle)), float(np.exp(middle - reach)), float(np.exp(middle + reach))
