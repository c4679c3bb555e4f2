"""Funnels against tables of Poisson's law, published adjustments, and registers in which all prisons are alike."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control, poisson

from portique.reading.statistics.funnel import Funnel, beside_peers, curve, funnel, limits, most_similar
from portique.reading.statistics.reasons import CannotSay


def drawn(*arguments: object, **named: object) -> Funnel:
    held = funnel(*arguments, **named)  # type: ignore[arg-type]
    assert isinstance(held, Funnel)
    return held


# Cumulative Poisson probabilities of mean 10, as statistical tables print them: P(X ≤ 3) = 0.0103, P(X ≤ 4) = 0.0293,
# P(X ≤ 16) = 0.9730, P(X ≤ 17) = 0.9857. So 4 and 17 are inside at 95 %, 3 and 18 outside.
@pytest.mark.parametrize(("count", "state"), [(3, "below_95"), (4, "inside"), (17, "inside"), (18, "above_95")])
def test_limits_of_a_mean_of_ten_as_tables_print_them(count: int, state: str) -> None:
    held = drawn([count], [10.0], target=1.0, spread="none")
    assert held.table["state"].tolist() == [state]


@pytest.mark.parametrize("mean", [0.4, 1.0, 2.5, 7.0, 10.0, 63.0, 400.0])
def test_a_count_is_outside_just_where_its_tail_is_rarer_than_said(mean: float) -> None:
    counts = np.arange(int(mean + 12 * math.sqrt(mean)) + 8)
    table = drawn(counts, np.full(len(counts), mean), target=1.0, spread="none").table
    drawn_limits = limits([mean], 1.0).loc[0] * mean
    for name, tail in (("95", 0.025), ("998", 0.001)):
        above, below = poisson.sf(counts - 1, mean) <= tail, poisson.cdf(counts, mean) <= tail
        assert ((counts >= drawn_limits[f"high_{name}"] - 1e-9) == above).all()
        assert ((counts <= drawn_limits[f"low_{name}"] + 1e-9) & (drawn_limits[f"low_{name}"] > 0) == below).sum() >= (
            len(counts) - 1
        )
        assert (table["state"].isin(["above_998"] if name == "998" else ["above_95", "above_998"]) == above).all()


def test_limits_come_near_the_normal_ones_where_much_is_expected() -> None:
    """Spiegelhalter (2005), section 2: θ ± z√(θ/n), 1.96 and 3.09 standard errors."""
    held = limits([10_000.0], 1.0).loc[0]
    assert held["high_95"] == pytest.approx(1 + 1.96 / 100, abs=2e-4)
    assert held["low_998"] == pytest.approx(1 - 3.09 / 100, abs=2e-4)


def test_over_dispersion_by_hand() -> None:
    """Expected 100 each; z = −2, −1, 0, 1, 2: φ = 10/5, limits √2 as far away as Poisson's."""
    counts, exposures = [80, 90, 100, 110, 120], [100.0] * 5
    held, chance = drawn(counts, exposures, winsorised=0), drawn(counts, exposures, spread="none")
    assert held.phi == pytest.approx(2)
    assert held.widening
    assert not chance.widening
    for name in ("high_95", "low_998"):
        assert held.table[name][0] - 1 == pytest.approx(math.sqrt(2) * (chance.table[name][0] - 1))
    assert held.table["z"].tolist() == pytest.approx([value / math.sqrt(2) for value in (-2, -1, 0, 1, 2)])
    assert chance.outside == {"95": 1, "998": 0}  # P(X ≥ 120) = 0.0282 is inside, P(X ≤ 80) = 0.0226 is not
    assert held.outside == {"95": 0, "998": 0}
    assert held.expected_outside == {"95": 0.25, "998": 0.01}


def test_the_additive_spread_by_hand() -> None:
    """Five places alike: τ² = (Iφ − (I − 1))/(Σw − Σw²/Σw) = (10 − 4)/(500 − 100)."""
    held = drawn([80, 90, 100, 110, 120], [100.0] * 5, spread="additive", winsorised=0)
    assert held.tau == pytest.approx(math.sqrt(6 / 400))
    assert held.table["z"].iloc[4] == pytest.approx(2 / math.sqrt(1 + 6 / 400 * 100))


def test_winsorising_keeps_one_huge_seizure_from_widening_all() -> None:
    counts, exposures = [10] * 19 + [500], [100.0] * 20
    held = drawn(counts, exposures, target=0.1)
    assert held.phi < 3 < drawn(counts, exposures, target=0.1, winsorised=0).phi
    assert held.table["state"].iloc[-1] == "above_998"
    assert held.dominant == 19


def test_the_published_adjustment_of_p_values() -> None:
    """Benjamini and Hochberg (1995), doi 10.1111/j.2517-6161.1995.tb02031.x, section 4: four of fifteen at 5 %."""
    published = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719]
    published += [0.6528, 0.7590, 1.0000]
    assert (false_discovery_control(published) <= 0.05).sum() == 4
    random = np.random.default_rng(4)
    table = drawn(random.poisson(random.gamma(4, 1, 80)), np.ones(80), spread="none").table
    assert table["adjusted"].tolist() == pytest.approx(false_discovery_control(table["p_value"]).tolist())
    assert (table["stands_out"] == (table["adjusted"] <= 0.05)).all()


def test_prisons_alike_stand_out_no_more_often_than_said() -> None:
    """Registers of 180 prisons at one rate, small ones too: at most 5 % outside, at most 5 % with a discovery."""
    random = np.random.default_rng(2005)
    outside, discoveries, registers = {"95": 0, "998": 0}, 0, 400
    for _ in range(registers):
        exposures = random.lognormal(3, 1, 180)
        held = drawn(random.poisson(0.05 * exposures), exposures)
        outside = {name: count + held.outside[name] for name, count in outside.items()}
        discoveries += bool(held.table["stands_out"].any())
    assert outside["95"] / (180 * registers) <= 0.05
    assert outside["998"] / (180 * registers) <= 0.002
    assert discoveries / registers <= 0.05


def test_the_curve_passes_through_the_limits_of_the_places() -> None:
    held = drawn([3, 40, 10, 90], [30, 300, 150, 480])
    along = curve(held, 50)
    assert along["exposure"].iloc[[0, -1]].tolist() == pytest.approx([30, 480])
    assert along["high_998"].iloc[-1] == pytest.approx(held.table["high_998"].iloc[3])
    assert along[["low_95", "high_95", "low_998", "high_998"]].notna().all(axis=None)


def test_what_is_not_reported_is_not_zero_and_is_not_dropped() -> None:
    held = drawn(
        pd.Series([4, None, 0, 5, 9], list("abcde")), pd.Series([40, 30, 50, 0, 70], list("abcde")), spread="none"
    )
    assert held.table["state"].to_dict() == {
        "a": "inside",
        "b": "not_reported",
        "c": "below_95",  # 13/160 × 50 = 4.06 expected: none is found with probability 0.017
        "d": "no_exposure",
        "e": "inside",
    }
    assert held.compared == 3
    assert not held.table.loc[["b", "d"], "stands_out"].any()


@pytest.mark.parametrize(
    ("counts", "exposures", "reason"),
    [
        ([], [], "no_exposure"),
        ([5, 3], [0, 0], "no_exposure"),
        ([None, None], [9, 9], "no_exposure"),
        ([5], [10], "one_place"),
        ([0, 0, 0], [1, 2, 3], "nothing_found"),
    ],
)
def test_funnels_that_cannot_be_drawn_say_why(counts: list[float], exposures: list[float], reason: str) -> None:
    held = funnel(counts, exposures)
    assert isinstance(held, CannotSay)
    assert held.reason == reason


PLACES = pd.DataFrame(
    {
        "kind": ["MA", "MA", "MA", "MA", "CD", "CD", "MC", "MA"],
        "size": [100, 110, 400, 420, 100, 500, 90, None],
        "occupancy": [1.5, 1.4, 1.2, 1.3, 0.9, 0.8, 0.9, 1.0],
    },
    index=list("abcdefgh"),
)


def test_the_most_similar_are_of_one_kind_and_nearest() -> None:
    peers = most_similar(PLACES["kind"], PLACES["size"], PLACES["occupancy"], count=2)
    nearest = peers[peers["rank"] == 1].set_index("place")["peer"].to_dict()
    assert nearest == {"a": "b", "b": "a", "c": "d", "d": "c", "e": "f", "f": "e"}
    assert set(peers["place"]).isdisjoint({"g", "h"})  # alone of its kind; size not known
    assert (peers.groupby("place")["distance"].apply(lambda held: held.is_monotonic_increasing)).all()


def test_a_place_beside_its_peers() -> None:
    peers = pd.DataFrame({"place": ["a", "a", "b"], "peer": ["b", "c", "c"], "rank": [1, 2, 1], "distance": [0, 1, 1]})
    counts, exposures = pd.Series([11, 15, 6], list("abc")), pd.Series([800, 2000, 1011], list("abc"))
    held = beside_peers(counts, exposures, peers)
    # R's manual page of `poisson.test`: 11 in 800 against 21 in 3011.
    assert tuple(held.loc["a", ["ratio", "low", "high"]]) == pytest.approx((1.971488, 0.8584264, 4.2772659), rel=1e-6)
    assert held.loc["a", "peers"] == 2
    assert beside_peers(counts.replace(11, None), exposures, peers).loc["a"].isna().sum() == 5
