"""What is said of series: control charts, interrupted series, break dates; published data and made-up ones."""

import numpy as np
import pandas as pd
import pytest

from portique.reading.statistics.breaks import Breaks, breaks
from portique.reading.statistics.control_chart import RULES, ControlChart, control_chart, signals
from portique.reading.statistics.interrupted import Interrupted, interrupted, placebos
from portique.reading.statistics.reasons import CannotSay

# Acute coronary events in Sicily and age-standardised population, by month from January 2002 to November 2006; smoking
# ban in January 2005. Lopez Bernal, Cummins and Gasparrini (2017), doi 10.1093/ije/dyw098; file sicily.csv of
# github.com/gasparrini/2017_lopezbernal_IJE_codedata.
SICILY = """
728 379875.3|659 376495.5|791 377040.8|734 377116.4|757 377383.4|726 374113.1|760 379513.3|740 376295.5|720 374653.2
814 378485.6|795 375955.5|858 378349.7|887 376762.4|766 379032.3|851 379360.4|769 376162|781 377972.4|756 381830.7
766 379888.6|752 380872.2|765 380966.9|831 381240.4|879 382104.9|928 381802.7|914 381656.3|808 383680|937 383503.2
840 386462.9|916 383783.1|828 380836.8|845 383483|818 380906.2|860 382926.8|839 384052.4|887 384449.6|886 383428.4
831 388153.2|796 388373.2|833 386470.1|820 386033.2|877 383686.4|758 385509.3|767 385901.9|738 386516.6|781 388436.5
843 383255.2|850 390148.7|908 385874.9|1021 391613.6|859 391750.4|976 394005.6|888 391364.9|962 391664.6|838 389022.3
810 391878.5|876 388575.3|843 392989|936 390018.8|912 390712.3
""".replace("383503.2", "383504.2")
EVENTS, PEOPLE = np.array([pair.split() for line in SICILY.split("\n") if line for pair in line.split("|")], float).T


def told(*arguments: object, **named: object) -> Interrupted:
    held = interrupted(*arguments, **named)  # type: ignore[arg-type]
    assert isinstance(held, Interrupted), held
    return held


def series(effect: float, seed: int = 1, periods: int = 48, event: int = 36, mean: float = 60.0) -> tuple:
    """Counts with trend, season and over-dispersion, and their exposures; the rate is multiplied at the event."""
    random, since = np.random.default_rng(seed), np.arange(periods)
    exposures = random.uniform(0.7, 1.3, periods)
    means = mean * exposures * np.exp(0.004 * since + 0.15 * np.sin(2 * np.pi * since / 12))
    means *= np.where(since >= event, effect, 1)
    return random.poisson(random.gamma(40, means / 40)), exposures


def test_the_smoking_ban_of_the_tutorial() -> None:
    """Fewer events after the ban, as the tutorial's own step model (quasi-Poisson, two harmonics) finds: 0.885."""
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM

    held, months = told(EVENTS, PEOPLE, 36), np.arange(1, 60)
    waves = [wave(2 * np.pi * k * months / 12) for k in (1, 2) for wave in (np.sin, np.cos)]
    design = np.column_stack([np.ones(59), months > 36, months, *waves])
    step = GLM(EVENTS, design, family=families.Poisson(), offset=np.log(PEOPLE)).fit(scale="X2")
    assert np.exp(step.params[1]) == pytest.approx(0.885, abs=5e-4)
    assert held.verdict == "falls"
    assert held.seasonal
    assert (held.before, held.after) == (36, 23)
    assert held.effect[1] < np.exp(step.params[1]) < held.effect[2]
    assert held.effect[0] == pytest.approx(np.exp(step.params[1]), abs=0.01)
    assert held.slope[1] < 1 < held.slope[2]


def test_the_regression_is_that_of_statsmodels_at_the_same_over_dispersion() -> None:
    """A full likelihood fit (statsmodels' NegativeBinomial) of the same design gives the same ratios."""
    from statsmodels.discrete.discrete_model import NegativeBinomial

    from portique.reading.statistics.interrupted import _design

    design = _design(59, 36, 12, True)
    full = NegativeBinomial(EVENTS, design, offset=np.log(PEOPLE)).fit(disp=0, maxiter=500, start_params=None)
    held = told(EVENTS, PEOPLE, 36)
    assert np.exp(full.params[2]) == pytest.approx(held.level[0], rel=2e-3)
    assert np.exp(full.params[3]) == pytest.approx(held.slope[0], rel=2e-3)


def test_the_path_holds_every_period_and_the_excess_adds_up() -> None:
    held = told(EVENTS, PEOPLE, 36)
    after = held.path[held.path["state"] == "after"]
    assert len(held.path) == 59
    assert (held.path["low"] <= held.path["expected"]).all()
    assert (held.path["expected"] <= held.path["high"]).all()
    assert held.excess[0] == pytest.approx((after["count"] - after["expected"] * after["exposure"]).sum())
    assert held.excess[1] < held.excess[0] < held.excess[2] < 0


@pytest.mark.parametrize(("effect", "verdict"), [(0.5, "falls"), (2.0, "rises"), (1.0, "cannot_say")])
def test_a_change_is_told_from_none(effect: float, verdict: str) -> None:
    held = told(*series(effect, seed=3), 36)
    assert held.verdict == verdict
    assert held.effect[1] < effect < held.effect[2]


def test_what_the_event_itself_finds_is_left_out() -> None:
    counts, exposures = series(1.0, seed=5)
    counts[36] = 4000
    skipped = np.arange(48) == 36
    assert told(counts, exposures, 36).effect[0] > 1.2
    held = told(counts, exposures, 36, left_out=skipped)
    assert held.verdict == "cannot_say"
    assert held.path["state"].tolist().count("left_out") == held.left_out == 1


def test_a_month_not_reported_is_no_zero() -> None:
    counts, exposures = series(1.0, seed=7)
    missing = pd.Series(counts, dtype=float)
    missing[[4, 20, 40]] = np.nan
    held = told(missing, exposures, 36)
    assert held.path["state"].value_counts()["not_reported"] == 3
    assert (held.before, held.after) == (34, 11)
    assert np.isfinite([*held.effect, *held.level, *held.slope, *held.excess]).all()


def test_a_change_that_the_control_made_too_is_none() -> None:
    held = told(*series(0.6, seed=11, mean=150), 36, control=series(0.6, seed=13, mean=150))
    assert held.effect[2] < 1
    assert held.control is not None
    assert held.beside_control is not None
    assert held.beside_control[0] == pytest.approx(held.effect[0] / held.control[0])
    assert held.verdict == "cannot_say"


def test_dates_when_nothing_happened() -> None:
    counts, exposures = series(0.4, seed=17, mean=120)
    held = told(counts, exposures, 36)
    none = placebos(counts, exposures, 36, held.effect[0])
    assert len(none.effects) == 36 - 6 - 12 + 1
    assert none.as_large == 0
    assert none.share == pytest.approx(1 / 20)


@pytest.mark.parametrize(
    ("counts", "exposures", "event", "reason", "found"),
    [
        ([9] * 20, [1] * 20, 8, "too_few_periods_before", 8),
        ([9] * 20, [1] * 20, 16, "too_few_periods_after", 4),
        ([9] * 15 + [0] * 9, [1] * 24, 15, "too_few_counted", 0),
        ([0] * 24, [1] * 24, 15, "too_few_counted", 0),
        ([9] * 24, [0] * 24, 15, "too_few_periods_before", 0),
        ([None] * 24, [1] * 24, 15, "too_few_periods_before", 0),
    ],
)
def test_too_little_for_a_series_says_why(
    counts: list[float], exposures: list[float], event: int, reason: str, found: float
) -> None:
    held = interrupted(counts, exposures, event)
    assert isinstance(held, CannotSay)
    assert (held.reason, held.found) == (reason, found)
    assert held.needed > held.found


def test_a_series_without_any_spread_is_answered() -> None:
    held = told([20] * 36, [1.0] * 36, 24)
    assert held.effect[0] == pytest.approx(1)
    assert held.verdict == "cannot_say"
    assert held.alpha == 0


def test_effects_are_covered() -> None:
    """Forty registers here; 2,000 in `python -m benchmarks.coverage`, whose table stands in decision 18."""
    held = [told(*series(0.8, seed), 36).effect for seed in range(40)]
    assert sum(low <= 0.8 <= high for _, low, high in held) >= 34  # P(fewer) < 0.4 % at 95 %


# NIST/SEMATECH e-Handbook of Statistical Methods, section 6.3.3.1: defects on 25 wafers, 400 in all; centre 16,
# upper limit 28, lower limit 4.
WAFERS = [16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14, 16, 15, 13, 14, 16, 11, 20, 11, 19, 16, 31, 13]


def chart(*arguments: object, **named: object) -> ControlChart:
    held = control_chart(*arguments, **named)  # type: ignore[arg-type]
    assert isinstance(held, ControlChart)
    return held


def test_the_wafers_of_the_handbook() -> None:
    held = chart(WAFERS, [1] * 25, laney=False)
    assert held.rate == 16
    assert held.table[["low", "high"]].iloc[0].tolist() == [4, 28]
    assert held.table.index[held.table["rules"].str.contains("beyond_limit")].tolist() == [23]


def test_each_rule_by_hand() -> None:
    nothing = [0.5, -0.5] * 4
    z = np.array([*nothing, 3.5, *nothing, 2.5, 0.0, 2.5, *nothing, 1.5, 1.5, -1, 1.5, 1.5, *nothing, *[0.4] * 8])
    fired = {rule: np.flatnonzero(held).tolist() for rule, held in signals(z, tuple(RULES)).items()}
    assert fired == {"beyond_limit": [8], "two_of_three": [19], "four_of_five": [32], "eight_in_a_row": [48]}
    assert not signals(np.where(np.arange(len(z)) == 44, np.nan, z), ("eight_in_a_row",))["eight_in_a_row"].any()


def test_false_alarms_are_those_that_tables_give() -> None:
    """Montgomery: three-sigma limits of a normal mean alarm once in 370 periods; all four rules once in 91.75."""
    many = [100_000.0] * 40
    assert chart(many, [1] * 40, ("beyond_limit",)).false_alarms_a_year == pytest.approx(12 / 370.4, rel=0.15)
    # Champ and Woodall (1987), doi 10.2307/1270022, give the run length to the first alarm; a signal lasts longer.
    assert 12 / 91.75 < chart(many, [1] * 40).false_alarms_a_year < 3 * 12 / 91.75


def test_a_chart_widens_with_months_that_vary_beyond_poisson() -> None:
    counts = np.random.default_rng(8).negative_binomial(5, 5 / 105, 48)
    held, plain = chart(counts, np.ones(48)), chart(counts, np.ones(48), laney=False)
    assert held.sigma > 2 > 1 == plain.sigma
    assert (held.table["state"] == "signal").sum() < (plain.table["state"] == "signal").sum()


def test_a_chart_keeps_months_without_a_count_or_searches() -> None:
    held = chart([*WAFERS, None, 5], [*[1] * 25, 1, 0])
    assert held.table["state"].tolist()[-2:] == ["not_reported", "no_exposure"]
    assert held.baseline == 25


@pytest.mark.parametrize(("counts", "reason"), [([5] * 8, "too_few_periods"), ([0] * 20, "nothing_found")])
def test_charts_that_cannot_be_drawn_say_why(counts: list[int], reason: str) -> None:
    held = control_chart(counts, [1] * len(counts))
    assert isinstance(held, CannotSay)
    assert held.reason == reason
    other = breaks(counts, [1] * len(counts))
    assert isinstance(other, CannotSay)
    assert other.reason == reason


def test_a_date_is_found_where_the_rate_changed() -> None:
    random = np.random.default_rng(21)
    counts = random.poisson([40] * 24 + [75] * 24)
    held = breaks(pd.Series(counts, index=pd.period_range("2022-01", periods=48, freq="M")), [1] * 48)
    assert isinstance(held, Breaks)
    assert [str(found.at) for found in held.found] == ["2024-01"]
    assert held.found[0].before < 45 < 70 < held.found[0].after
    assert held.found[0].p_value < 0.01


# The annual flow of the Nile at Aswan (1871–1970), on which change-point methods are tried: the drop of 1898/99 is what
# Cobb (1978), doi 10.1093/biomet/65.2.243, and the R package strucchange's examples find (« breakpoint 28 »: 1898).
NILE = """
1120 1160 963 1210 1160 1160 813 1230 1370 1140 995 935 1110 994 1020 960 1180 799 958 1140 1100 1210 1150 1250
1260 1220 1030 1100 774 840 874 694 940 833 701 916 692 1020 1050 969 831 726 456 824 702 1120 1100 832 764 821 768 845
864 862 698 845 744 796 1040 759 781 865 845 944 984 897 822 1010 771 676 649 846 812 742 801 1040 860 874 848 890 744
749 838 1050 918 986 797 923 975 815 1020 906 901 1170 912 746 919 718 714 740"""


def test_the_drop_of_the_nile() -> None:
    flow = pd.Series([float(value) for value in NILE.split()], index=range(1871, 1971))
    held = breaks(flow, np.ones(100))
    assert isinstance(held, Breaks)
    assert [found.at for found in held.found] == [1899]


def test_no_date_is_found_where_nothing_changed() -> None:
    """At most 5 % of over-dispersed series without a change are given a date (100 series: at most 11, P < 0.5 %)."""
    random = np.random.default_rng(34)
    drawn = [breaks(random.negative_binomial(10, 10 / 40, 48), np.ones(48)) for _ in range(100)]
    assert sum(isinstance(held, Breaks) and bool(held.found) for held in drawn) <= 11
