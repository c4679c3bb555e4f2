"""A u chart: which periods are out of what the others lead to expect, and how often chance alone says so."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from portique.reading.statistics.rates import Numbers, generator, index_of, numbers
from portique.reading.statistics.reasons import CannotSay

# Western Electric (1956), Statistical Quality Control Handbook: so many of the last so many periods, on one side of the
# centre, so many standard deviations away.
RULES = {
    "beyond_limit": (1, 1, 3.0),
    "two_of_three": (2, 3, 2.0),
    "four_of_five": (4, 5, 1.0),
    "eight_in_a_row": (8, 8, 0.0),
}
LEAST_PERIODS = 12
# Mean moving range of two over the standard deviation, for normal values (Montgomery, appendix VI).
D2 = 1.128
SIMULATIONS = 2000


@dataclass(frozen=True)
class ControlChart:
    """Rates over time with their limits: one row per period, in the order and with the index given.

    Columns: `count`, `exposure`, `rate`, `low`, `high` (three standard deviations, `low` 0 at least), `z`, `rules` (the
    codes that the period completes, separated by a space; empty: none), `state`: `inside`, `signal`, `no_exposure`,
    `not_reported`.
    """

    table: pd.DataFrame
    rate: float  # the centre line
    sigma: float  # Laney's: what multiplies the limits' distance; 1 for Poisson counts
    rules: tuple[str, ...]
    baseline: int  # periods that made the centre line
    false_alarms_a_year: float  # periods signalled by chance alone, simulated at these exposures


def control_chart(
    counts: Any,
    exposures: Any,
    rules: tuple[str, ...] = tuple(RULES),
    baseline: int | None = None,
    laney: bool = True,
    periods_a_year: int = 12,
) -> ControlChart | CannotSay:
    """The u chart of counts over exposures, its centre from the first `baseline` periods (all of them if None).

    With `laney`, limits are as wide as the periods vary beyond Poisson: Laney (2002), doi 10.1081/QEN-120006555; never
    narrower than Poisson.
    """
    table = pd.DataFrame({"count": numbers(counts), "exposure": numbers(exposures)}, index=index_of(counts))
    usable = ((table["exposure"] > 0) & (table["count"] >= 0)).to_numpy()
    first = np.flatnonzero(usable)
    first = first[first < (len(table) if baseline is None else baseline)]
    if len(first) < LEAST_PERIODS:
        return CannotSay("too_few_periods", len(first), LEAST_PERIODS)
    counted, exposed = table["count"].to_numpy(), np.where(usable, table["exposure"], np.nan)
    rate = float(counted[first].sum() / exposed[first].sum())
    if not rate:
        return CannotSay("nothing_found")
    plain = (counted - rate * exposed) / np.sqrt(rate * exposed)
    sigma = max(float(np.abs(np.diff(plain[first])).mean() / D2), 1.0) if laney else 1.0
    fired = signals(plain / sigma, rules)
    reach = 3 * sigma * np.sqrt(rate / exposed)
    told = table.assign(
        rate=counted / exposed,
        low=np.maximum(rate - reach, 0),
        high=rate + reach,
        z=plain / sigma,
        rules=[" ".join(rule for rule in rules if fired[rule][i]) for i in range(len(table))],
    )
    told["state"] = _states(told, usable)
    alarms = _false_alarms(rate * exposed[usable], sigma, rules) * periods_a_year
    return ControlChart(told, rate, sigma, rules, len(first), alarms)


def signals(z: Numbers, rules: tuple[str, ...]) -> dict[str, npt.NDArray[np.bool_]]:
    """For each rule, whether a period completes it; z-scores run along the last axis, nan breaks a run."""
    fired = {}
    for rule in rules:
        needed, among, away = RULES[rule]
        held = np.zeros(z.shape, dtype=bool)
        for beyond in (z > away, z < -away):
            sums = np.cumsum(beyond, axis=-1)
            before = np.concatenate([np.zeros_like(sums[..., :among]), sums[..., :-among]], axis=-1)
            held |= beyond & (sums - before[..., : z.shape[-1]] >= needed)
        fired[rule] = held
    return fired


def _states(told: pd.DataFrame, usable: npt.NDArray[np.bool_]) -> Any:
    missing = np.where(told["count"].isna(), "not_reported", "no_exposure")
    return np.where(usable, np.where(told["rules"] == "", "inside", "signal"), missing)


def _false_alarms(means: Numbers, sigma: float, rules: tuple[str, ...]) -> float:
    """The share of periods that chance alone signals: Poisson counts, or gamma-Poisson ones as wide as sigma says."""
    random = generator()
    size = (SIMULATIONS, len(means))
    if sigma > 1:
        drawn = random.poisson(random.gamma(means / (sigma**2 - 1), sigma**2 - 1, size))
    else:
        drawn = random.poisson(means, size)
    z = (drawn - means) / (np.sqrt(means) * sigma)
    return float(np.any(list(signals(z, rules).values()), axis=0).mean())
