"""Effort and yield, shares, displacement, circulation, concentration, power: by hand, as published, and by coverage."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from portique.reading.statistics.circulation import Assumed, Estimated, Multiplied, chao, multiplied, two_lists
from portique.reading.statistics.concentration import Concentration, concentration, gini, lorenz, top_share
from portique.reading.statistics.displacement import Displacement, displacement
from portique.reading.statistics.effort_yield import EffortYield, decompose
from portique.reading.statistics.power import in_funnel, of_interruption, of_two_rates
from portique.reading.statistics.reasons import CannotSay
from portique.reading.statistics.shares import lot_effect, shares

REGISTERS = 2000


def within(held: float) -> bool:
    """Whether a coverage is that of a 95 % interval."""
    return 0.93 <= held <= 0.97


# Effort and yield


def split(*arguments: float) -> EffortYield:
    held = decompose(*arguments)
    assert isinstance(held, EffortYield)
    return held


def test_twice_the_searching_at_the_same_yield_is_effort() -> None:
    held = split(100, 500, 200, 1000)
    assert (held.effort, held.yields, held.change) == (100, 0, 100)
    assert (held.effort_reading, held.yield_reading) == ("more", "cannot_say")


def test_a_change_by_hand() -> None:
    """100 on 500 cells, then 240 on 800: yields 0.2 and 0.3; 300 × 0.25 = 75 of effort, 0.1 × 650 = 65 of yield."""
    held = split(100, 500, 240, 800)
    assert (held.effort, held.yields) == pytest.approx((75, 65))
    assert held.effort + held.yields == pytest.approx(held.change)
    assert (held.effort_reading, held.yield_reading) == ("more", "rises")
    back = split(240, 800, 100, 500)
    assert (back.effort, back.effort_low, back.effort_high) == pytest.approx((-75, -held.effort_high, -held.effort_low))
    assert (back.yields, back.yields_low, back.yields_high) == pytest.approx((-65, -held.yields_high, -held.yields_low))
    assert (back.effort_reading, back.yield_reading) == ("less", "falls")


def test_finding_nothing_any_more_is_taken_apart_too() -> None:
    held = split(30, 100, 0, 104)
    assert held.effort + held.yields == pytest.approx(-30)
    assert (held.effort_reading, held.yield_reading) == ("same", "falls")


def test_the_parts_are_covered_in_2000_registers() -> None:
    random = np.random.default_rng(1955)
    counts = random.poisson([60, 120], (REGISTERS, 2))
    held = [split(float(before), 300, float(after), 400) for before, after in counts]
    effort, yields = 100 * (0.2 + 0.3) / 2, 0.1 * 350
    assert within(np.mean([each.effort_low <= effort <= each.effort_high for each in held]))
    assert within(np.mean([each.yields_low <= yields <= each.yields_high for each in held]))


@pytest.mark.parametrize(
    ("figures", "reason"),
    [((5, 0, 5, 10), "no_exposure"), ((5, 10, 5, 0), "no_exposure"), ((0, 9, 0, 9), "nothing_found")],
)
def test_changes_that_cannot_be_taken_apart(figures: tuple[float, ...], reason: str) -> None:
    held = decompose(*figures)
    assert isinstance(held, CannotSay)
    assert held.reason == reason


# Shares


def test_a_share_by_hand() -> None:
    """Two codes: Perks' prior is Jeffreys', whose interval statsmodels has too."""
    from statsmodels.stats.proportion import proportion_confint

    table = shares(pd.DataFrame({"a": [8], "b": [12]}), pd.Series([0]))
    assert table.loc[0, ["code", "share", "state"]].tolist() == ["a", 0.4, "value"]
    assert table.loc[0, ["low", "high"]].tolist() == pytest.approx(proportion_confint(8, 20, method="jeffreys"))


def test_what_is_unknown_widens_a_share_both_ways() -> None:
    known = shares(pd.DataFrame({"a": [8], "b": [12]}), pd.Series([0])).loc[0]
    open_ = shares(pd.DataFrame({"a": [8], "b": [12]}), pd.Series([20])).loc[0]
    assert open_["share"] == known["share"]
    assert open_["low"] < 0.2 < 0.7 < open_["high"]  # 8 of 40 to 28 of 40, and chance


def test_one_huge_seizure_weighs_as_one_purchase() -> None:
    assert lot_effect([1, 1, 1]) == 1
    assert lot_effect([3, 1]) == 2.5
    assert lot_effect([]) == 1
    counts, none = pd.DataFrame({"a": [120], "b": [80]}), pd.Series([0])
    plain, lots = shares(counts, none).loc[0], shares(counts, none, lot_effect([100, *[1] * 100])).loc[0]
    assert lots["high"] - lots["low"] > 3 * (plain["high"] - plain["low"])


def test_months_without_shares_keep_their_lines() -> None:
    months = ["2025-01", "2025-02", "2025-03", "2025-04"]
    counts = pd.DataFrame({"a": [3, 0, 0, None], "b": [1, 0, 0, None]}, index=months)
    table = shares(counts, pd.Series([0, 5, 0, None], index=months))
    assert table["period"].tolist() == [month for month in months for _ in "ab"]
    assert table["state"].tolist()[::2] == ["value", "all_unknown", "nothing_found", "not_reported"]
    assert table.loc[table["state"] != "value", ["share", "low", "high"]].isna().all(axis=None)


def test_the_ends_of_a_share() -> None:
    table = shares(pd.DataFrame({"a": [0], "b": [6]}), pd.Series([0]))
    assert table["low"].tolist()[0] == 0
    assert table["high"].tolist()[1] == 1


def test_shares_are_covered_in_2000_registers() -> None:
    """The share of all items, whether known or not: a third of the items lose their code, one code more than others."""
    random = np.random.default_rng(1965)
    drawn = random.multinomial(150, [0.5, 0.3, 0.2], REGISTERS)
    known = shares(pd.DataFrame(drawn), pd.Series(np.zeros(REGISTERS)))
    for code, truth in enumerate([0.5, 0.3, 0.2]):
        rows = known[known["code"] == code]
        assert within(((rows["low"] <= truth) & (truth <= rows["high"])).mean())
    lost = random.binomial(drawn, [0.6, 0.1, 0.1])
    hidden = shares(pd.DataFrame(drawn - lost), pd.Series(lost.sum(axis=1)))
    rows = hidden[hidden["code"] == 0]
    assert ((rows["low"] <= 0.5) & (rows["high"] >= 0.5)).mean() >= 0.95


# Displacement


def moved(*arguments: object, **named: object) -> Displacement:
    held = displacement(*arguments, **named)  # type: ignore[arg-type]
    assert isinstance(held, Displacement)
    return held


def test_the_displacement_of_the_paper() -> None:
    """Wheeler and Ratcliffe (2018), and the tests of their R package ptools (tests/testthat/test-wdd.R)."""
    held = moved((207, 110), (308, 318), (178, 157), (150, 140))
    assert (held.total, round(held.error**2), round(held.low), round(held.high)) == (-118, 1568, -196, -40)
    assert round(held.total / held.error, 2) == -2.98
    assert held.verdict == "falls"


def test_periods_and_areas_of_another_size() -> None:
    """The same tests: −20 with variance 115; −99.69444444, 35.4280755, −169.1321965, −30.25669241."""
    held = moved((80, 20), (100, 50), periods=(2, 1))
    assert (held.total, held.error**2) == pytest.approx((-20, 115))
    held = moved((207, 110), (308, 318), (178, 157), (150, 140), areas=(1.2, 0.9, 1.5, 1.6))
    assert held.total == pytest.approx(-99.69444444)
    assert (held.error, held.low, held.high) == pytest.approx((35.4280755, -169.1321965, -30.25669241))


def test_displacement_is_covered_in_2000_registers() -> None:
    random = np.random.default_rng(2018)
    drawn = random.poisson([60, 40, 55, 50, 30, 35, 28, 28], (REGISTERS, 8)).astype(float)
    held = [moved((a, b), (c, d), (e, f), (g, h)) for a, b, c, d, e, f, g, h in drawn]
    assert within(np.mean([each.low <= -20 + 5 + 5 <= each.high for each in held]))


def test_too_little_to_see_anything_move() -> None:
    held = displacement((2, 1), (3, 2))
    assert isinstance(held, CannotSay)
    assert (held.reason, held.found, held.needed) == ("too_few_counted", 8, 10)
    assert isinstance(displacement((20, 10), (30, 20), periods=(0, 1)), CannotSay)


# Circulation

FOUND = Assumed("found", 0.1, 0.25, 0.5, "hypothèse")
KEPT = Assumed("kept", 1, 1, 2, "hypothèse", "multiplies")


def test_a_range_by_hand() -> None:
    held = multiplied(164, [FOUND, KEPT])
    assert isinstance(held, Multiplied)
    assert (held.low, held.likely, held.high) == pytest.approx((328, 656, 3280))
    middle, low, high = held.middle
    assert held.low < low < middle < high < held.high
    assert sum(held.weights.values()) == pytest.approx(1)
    assert held.weights["found"] == pytest.approx(np.log(5) / np.log(10))
    assert held == multiplied(164, [FOUND, KEPT])  # one seed


def test_a_factor_that_is_sure_leaves_no_range() -> None:
    held = multiplied(10, [Assumed("found", 0.5, 0.5, 0.5, "essai")])
    assert isinstance(held, Multiplied)
    assert (held.low, held.high, held.middle) == (20, 20, (20, 20, 20))
    assert held.weights == {"found": 0}
    assert isinstance(multiplied(0, [FOUND]), CannotSay)


@pytest.mark.parametrize("ends", [(0, 0.1, 0.2), (0.3, 0.2, 0.4), (0.1, 0.5, 0.4)])
def test_a_range_that_is_none_is_refused(ends: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="low ≤ likely ≤ high"):
        Assumed("found", *ends, "essai")


def known(held: Estimated | CannotSay) -> Estimated:
    assert isinstance(held, Estimated)
    return held


# R's vegan, `example(specpool)`: estimateR(BCI[1:5,]) prints S.obs, S.chao1 and se.chao1 of five plots; the numbers of
# species seen once and twice are those that these values imply.
@pytest.mark.parametrize(
    ("seen", "once", "twice", "printed", "error"),
    [(93, 31, 18, 117.473684, 11.583785), (84, 31, 13, 117.214286, 15.918953)],
)
def test_chao_as_vegan_prints_it(seen: int, once: int, twice: int, printed: float, error: float) -> None:
    held = known(chao([1] * once + [2] * twice + [7] * (seen - once - twice)))
    assert held.estimate == pytest.approx(printed, abs=5e-7)
    assert held.error == pytest.approx(error, rel=3e-4)
    assert held.seen < held.low < held.estimate < held.high


def test_chao_by_hand() -> None:
    held = known(chao([1, 1, 1, 2, 3, 0, None]))
    assert (held.seen, held.estimate) == (5, 5 + 3 * 2 / (2 * 2))
    assert known(chao([2, 3, 4])).high == 3  # all found twice or more: none is missing that this can see
    assert isinstance(chao([1, 1, 1]), CannotSay)
    assert isinstance(chao([]), CannotSay)


def test_two_lists_by_hand() -> None:
    """10 marked, 15 caught, 5 of them marked: 11 × 16 / 6 − 1 = 28.3, and by the transformed logit 22 to 65."""
    held = known(two_lists(10, 15, 5))
    assert held.estimate == pytest.approx(28.333, abs=1e-3)
    assert (round(held.low), round(held.high)) == (22, 65)
    assert isinstance(two_lists(10, 15, 0), CannotSay)
    assert isinstance(two_lists(0, 15, 0), CannotSay)
    with pytest.raises(ValueError, match="in common"):
        two_lists(3, 15, 4)


def test_hidden_numbers_are_covered_in_2000_registers() -> None:
    """400 holders found as chance has it (Chao), or on two independent lists (Chapman)."""
    random = np.random.default_rng(1987)
    times = random.poisson(1.2, (REGISTERS, 400))
    held = [known(chao(row)) for row in times[:500]]
    assert within(np.mean([each.low <= 400 <= each.high for each in held]))
    first, second = random.random((2, REGISTERS, 400)) < np.array([0.5, 0.4])[:, None, None]
    lists = zip(first.sum(axis=1), second.sum(axis=1), (first & second).sum(axis=1), strict=True)
    both = [known(two_lists(int(a), int(b), int(c))) for a, b, c in lists]
    assert within(np.mean([each.low <= 400 <= each.high for each in both]))


# Concentration


def concentrated(*arguments: object) -> Concentration:
    held = concentration(*arguments)
    assert isinstance(held, Concentration)
    return held


def test_lorenz_and_gini_by_hand() -> None:
    """1, 2, 3, 4: shares 0.1, 0.3, 0.6, 1; area (0.05 + 0.2 + 0.45 + 0.8)/4 = 0.375; Gini 1 − 2 × 0.375 = 0.25."""
    assert lorenz([4, 1, 3, 2]).tolist() == pytest.approx([0, 0.1, 0.3, 0.6, 1])
    assert gini([4, 1, 3, 2]) == pytest.approx(0.25)
    assert gini([5, 5, 5]) == pytest.approx(0)
    assert gini([0, 0, 0, 9]) == pytest.approx(0.75)
    assert top_share(lorenz([1, 1, 1, 1, 6])) == pytest.approx(0.6)
    assert top_share(lorenz([1, 1, 1, 7])) == pytest.approx(0.7 * 0.8)  # four fifths of the largest of four


def test_fewer_finds_than_places_are_not_concentrated_by_that_alone() -> None:
    """Bernasco and Steenbeek: one find in each of 5 of 50 prisons is as even as it can be."""
    held = concentrated([1] * 5 + [0] * 45, [1] * 50)
    assert held.gini == pytest.approx(0.9)
    assert held.generalised == pytest.approx(0)
    assert held.p_value > 0.5
    assert concentrated([5] + [0] * 49, [1] * 50).generalised == pytest.approx(1 - 1 / 5)


def test_concentration_beside_chance() -> None:
    counts = [60, 30, 10, 10, 5, 5, 5, 5, 5, 5]
    held = concentrated([*counts, None], [*[1] * 10, 1])
    assert held.p_value < 0.01
    assert held.gini > held.gini_by_chance[2] > held.gini_by_chance[0] > held.gini_by_chance[1]
    assert held.top_share == pytest.approx(90 / 140)
    assert (held.places, held.not_counted) == (10, 1)
    assert concentrated(counts, counts).p_value > 0.5  # as often as each was searched
    assert len(held.curve) == 11
    assert (held.curve["low"] <= held.curve["high"]).all()


def test_prisons_alike_are_seldom_concentrated() -> None:
    random = np.random.default_rng(1905)
    drawn = random.multinomial(200, [1 / 40] * 40, 200)
    assert sum(concentrated(row, np.ones(40)).p_value <= 0.05 for row in drawn) <= 20  # P(more) < 0.3 %


@pytest.mark.parametrize(
    ("counts", "exposures", "reason"),
    [([3], [1], "one_place"), ([0, 0], [1, 1], "nothing_found"), ([3, 4], [0, 0], "no_exposure")],
)
def test_concentrations_that_cannot_be_said(counts: list[int], exposures: list[int], reason: str) -> None:
    held = concentration(counts, exposures)
    assert isinstance(held, CannotSay)
    assert held.reason == reason


# Power


def test_what_a_funnel_notices() -> None:
    """Expected 10: noticed from 18 on and at 3 or less (tables of Poisson's law), four times in five."""
    down, up = in_funnel(10)
    assert poisson.sf(17, 10 * up) == pytest.approx(0.8)
    assert poisson.cdf(3, 10 * down) == pytest.approx(0.8)
    assert in_funnel(2.5)[0] == 0  # not even nothing found would be noticed
    assert in_funnel(10, factor=2)[1] > up


def test_what_two_rates_notice() -> None:
    """Drawn at the ratio said, the exact test of the log ratio rejects four times in five."""
    low, high = of_two_rates(80, 60)
    random = np.random.default_rng(80)
    for ratio in (low, high):
        first, second = random.poisson(80 * ratio, 20_000), random.poisson(60, 20_000)
        z = np.log(first / 80 / (second / 60)) / np.sqrt(1 / first + 1 / second)
        assert np.mean(np.abs(z) > 1.96) == pytest.approx(0.8, abs=0.03)
    assert of_two_rates(1, 1)[0] == 0
    assert of_two_rates(80, 60, phi=2)[1] > high


def test_what_an_interrupted_series_notices() -> None:
    low, high = of_interruption(36, 12, 60)
    assert low == pytest.approx(1 / high)
    assert of_interruption(36, 12, 240)[1] == pytest.approx(np.exp(np.log(high) / 2))  # four times the count: half
    assert of_interruption(12, 12, 60)[1] > high
    assert of_interruption(36, 12, 60, phi=2)[1] > high


@pytest.mark.parametrize(
    "refused", [lambda: in_funnel(0), lambda: of_two_rates(0, 5), lambda: of_interruption(1, 3, 9)]
)
def test_nothing_expected_no_power(refused: object) -> None:
    with pytest.raises(ValueError, match="not"):
        refused()  # type: ignore[operator]
