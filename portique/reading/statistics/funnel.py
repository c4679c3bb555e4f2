"""Which rates lie further from that of all than chance, or than the usual spread between places, would put them."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.special import gammainc, gammaincc, pdtrik
from scipy.stats import false_discovery_control

from portique.reading.statistics.rates import Numbers, index_of, numbers, rate_ratio
from portique.reading.statistics.reasons import CannotSay

# The two pairs of limits of a funnel plot: two and three standard deviations, as tails in total.
LIMITS = {"95": 0.05, "998": 0.002}
# The share of establishments drawn in at each end before the spread is measured, as Spiegelhalter proposes.
WINSORISED = 0.1
FALSE_DISCOVERIES = 0.05

Spread = Literal["multiplicative", "additive", "none"]


@dataclass(frozen=True)
class Funnel:
    """Rates against exposure: one row per place, in the order and with the index given, and what all of them say.

    Columns: `count`, `exposure`, `rate`, `expected` (count at the common rate), `z`, `low_95`, `high_95`, `low_998`,
    `high_998` (limits of the rate at that exposure), `p_value` (two-sided), `adjusted` (p-value after Benjamini and
    Hochberg 1995), `stands_out` (adjusted ≤ 5 %), `state`: `inside`, `above_95`, `below_95`, `above_998`,
    `below_998`, `no_exposure` (nothing to divide by), `not_reported` (no count). The last two have nan figures.
    A rate on a limit is outside it: with whole numbers, a place is outside by chance at most as often as said.
    """

    table: pd.DataFrame
    rate: float  # the common rate, or the target
    compared: int
    spread: Spread
    phi: float  # mean squared z after winsorising; 1: chance alone
    tau: float  # additive: standard deviation of the true rates between places
    widening: bool  # whether the limits are wider than chance alone makes them
    winsorised: float
    outside: dict[str, int]  # of each pair of limits
    expected_outside: dict[str, float]  # that chance alone puts there at most
    dominant: Any  # the index of a place that holds more than half of all that was counted, else None


def funnel(
    counts: Any,
    exposures: Any,
    target: float | None = None,
    spread: Spread = "multiplicative",
    winsorised: float = WINSORISED,
) -> Funnel | CannotSay:
    """The funnel of counts over exposures; a missing count is « not reported », never zero.

    Spiegelhalter, D. J. (2005), doi 10.1002/sim.1970: exact Poisson limits around the common rate, their distance to it
    multiplied by √φ (multiplicative) or by √(1 + τ²/variance) (additive, DerSimonian and Laird) where φ exceeds 1.
    """
    table = pd.DataFrame({"count": numbers(counts), "exposure": numbers(exposures)}, index=index_of(counts))
    used = table[(table["exposure"] > 0) & (table["count"] >= 0)]
    if used.empty:
        return CannotSay("no_exposure")
    if len(used) < 2 and target is None:
        return CannotSay("one_place", len(used), 2)
    total = used["count"].sum()
    rate = float(total / used["exposure"].sum()) if target is None else target
    if not rate > 0:
        return CannotSay("nothing_found")
    return _drawn(table, used, rate, spread, winsorised)


def limits(exposures: Any, rate: float, factor: Any = 1.0) -> pd.DataFrame:
    """The limits of a rate at each exposure: `low_95`, `high_95`, `low_998`, `high_998`; a low limit is 0 at least.

    Exact Poisson limits of the count, drawn as the curve on which the probability of a count so far out is just the
    tail; the factor multiplies their distance to the rate.
    """
    exposed = numbers(exposures)
    expected, held = rate * exposed, {}
    for name, tail in LIMITS.items():
        reachable = np.exp(-expected) <= tail / 2  # else even a count of zero is not unusual
        low = np.where(reachable, pdtrik(tail / 2, expected), 0.0)
        high = pdtrik(1 - tail / 2, expected) + 1
        held[f"low_{name}"] = np.maximum(expected - factor * (expected - low), 0.0) / exposed
        held[f"high_{name}"] = (expected + factor * (high - expected)) / exposed
    return pd.DataFrame(held)


def curve(held: Funnel, points: int = 200) -> pd.DataFrame:
    """The limits along the exposures of a funnel, evenly in √exposure: `exposure` and the columns of `limits`."""
    exposures = held.table.loc[held.table["rate"].notna(), "exposure"]
    ends = np.sqrt(exposures.min()), np.sqrt(exposures.max())
    along = np.linspace(*ends, points) ** 2
    return limits(along, held.rate, widen(along, held.rate, held.spread, held.phi, held.tau)).assign(exposure=along)


def dispersion(z: Any, winsorised: float = WINSORISED) -> float:
    """φ: the mean of squared z-scores, the outermost drawn in to the quantiles; about 1 if chance alone acts."""
    scores = numbers(z)
    low, high = np.quantile(scores, [winsorised, 1 - winsorised])
    return float(np.mean(np.clip(scores, low, high) ** 2))


def widen(exposures: Numbers, rate: float, spread: Spread, phi: float, tau: float) -> Numbers:
    """What multiplies the limits' distance to the rate at each exposure; 1 where chance alone explains the spread."""
    if spread == "none" or phi <= 1:
        return np.ones(len(exposures))
    if spread == "multiplicative":
        return np.full(len(exposures), np.sqrt(phi))
    return np.sqrt(1 + tau**2 * exposures / rate)


def most_similar(kinds: Any, sizes: Any, occupancies: Any, count: int = 8) -> pd.DataFrame:
    """The establishments most like each: one row per pair, nearest first.

    Within one kind, the nearest in standardised log size and occupancy (Euclidean), in the manner of the « most similar
    groups » of HMICFRS. Columns: `place`, `peer` (index of the kinds), `rank` (from 1), `distance`. A place whose size
    or occupancy is not known has no peers and is nobody's.
    """
    held = pd.DataFrame({"kind": pd.Series(kinds), "size": numbers(sizes), "occupancy": numbers(occupancies)})
    held.index = index_of(kinds)
    held = held[(held["size"] > 0) & held["occupancy"].notna() & held["kind"].notna()]
    where = np.column_stack([_standard(np.log(held["size"])), _standard(held["occupancy"])])
    names, pairs = list(held.index), list[tuple[Any, Any, int, float]]()
    for _, rows in pd.Series(range(len(held))).groupby(held["kind"].to_numpy()):
        spots = rows.to_numpy()
        apart = np.linalg.norm(where[spots][:, None] - where[spots][None], axis=2)
        np.fill_diagonal(apart, np.inf)
        for spot, distances in zip(spots, apart, strict=True):
            nearest = np.argsort(distances, kind="stable")[: min(count, len(spots) - 1)]
            pairs += [(names[spot], names[spots[n]], i, distances[n]) for i, n in enumerate(nearest, 1)]
    return pd.DataFrame(pairs, columns=["place", "peer", "rank", "distance"])


def beside_peers(counts: pd.Series, exposures: pd.Series, peers: pd.DataFrame) -> pd.DataFrame:
    """Each place's rate over that of its peers together: one row per place that has peers, by its index.

    Columns: `peers` (how many have a rate), `rate`, `peers_rate`, `ratio`, `low`, `high` (exact, chance alone; nan
    where the place or its peers lack a count or an exposure, `low` 0 and `high` inf where chance leaves all open).
    """
    usable = (exposures > 0) & (counts >= 0)
    rows = {}
    for place, names in peers.groupby("place", sort=False)["peer"]:
        others = [name for name in names if usable[name]]
        if not usable[place] or not others:
            rows[place] = (len(others), np.nan, np.nan, np.nan, np.nan, np.nan)
            continue
        own, lived = float(counts[place]), float(exposures[place])
        theirs, longer = float(counts[others].sum()), float(exposures[others].sum())
        rows[place] = (len(others), own / lived, theirs / longer, *rate_ratio(own, lived, theirs, longer))
    columns = ["peers", "rate", "peers_rate", "ratio", "low", "high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _drawn(table: pd.DataFrame, used: pd.DataFrame, rate: float, spread: Spread, winsorised: float) -> Funnel:
    """The funnel of the places that can be compared, with the others kept beside them."""
    exposures, total = used["exposure"].to_numpy(), used["count"].sum()
    phi = dispersion((used["count"] - rate * exposures) / np.sqrt(rate * exposures), winsorised)
    tau = _between(phi, rate, exposures) if spread == "additive" else 0.0
    factor = widen(exposures, rate, spread, phi, tau)
    judged = _judged(used, rate, factor)
    told = table.join(judged.drop(columns=["count", "exposure"]))
    apart = pd.Series(np.where(table["count"].isna(), "not_reported", "no_exposure"), index=table.index)
    over = used["count"] > total / 2
    return Funnel(
        told.assign(
            state=told["state"].fillna(apart),
            stands_out=judged["stands_out"].reindex(table.index, fill_value=False).astype(bool),
        ),
        rate,
        len(used),
        spread,
        phi,
        tau,
        bool((factor > 1).any()),
        winsorised,
        _outside(judged["state"]),
        {name: tail * len(used) for name, tail in LIMITS.items()},
        used.index[over][0] if over.any() and len(used) > 2 else None,
    )


def _judged(used: pd.DataFrame, rate: float, factor: Numbers) -> pd.DataFrame:
    """The places with their limits, z-scores, p-values and states."""
    expected = rate * used["exposure"].to_numpy()
    drawn = expected + (used["count"].to_numpy() - expected) / factor  # as a count that chance alone would make
    below, above = gammaincc(drawn + 1, expected), gammainc(drawn, expected)
    p_value = np.minimum(2 * np.minimum(below, above), 1.0)
    adjusted = false_discovery_control(p_value)
    side = np.where(drawn > expected, "above", "below")
    state = np.full(len(used), "inside")
    for name, tail in LIMITS.items():
        out = p_value <= tail
        state = np.where(out, np.char.add(side, f"_{name}"), state)
    return used.join(limits(used["exposure"], rate, factor).set_index(used.index)).assign(
        rate=used["count"] / used["exposure"],
        expected=expected,
        z=(used["count"] - expected) / (np.sqrt(expected) * factor),
        p_value=p_value,
        adjusted=adjusted,
        stands_out=adjusted <= FALSE_DISCOVERIES,
        state=state,
    )


def _between(phi: float, rate: float, exposures: Numbers) -> float:
    """τ: the standard deviation of the true rates between places, by DerSimonian and Laird's moments."""
    weight, places = exposures / rate, len(exposures)
    room = weight.sum() - (weight**2).sum() / weight.sum()
    return float(np.sqrt(max(places * phi - (places - 1), 0.0) / room)) if room else 0.0


def _outside(states: "pd.Series[Any]") -> dict[str, int]:
    """How many places lie outside each pair of limits; those outside the outer one are outside the inner one."""
    outer = states.isin(["above_998", "below_998"]).sum()
    inner = states.isin(["above_95", "below_95"]).sum()
    return {"95": int(inner + outer), "998": int(outer)}


def _standard(values: pd.Series) -> Numbers:
    """Values less their mean over their standard deviation; all 0 where they do not vary."""
    spread = values.std()
    return ((values - values.mean()) / (spread if spread > 0 else 1.0)).to_numpy(dtype=float)
