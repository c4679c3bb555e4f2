"""What share of finds each code has, over time, with what is not known left open."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import betaincinv

from portique.reading.statistics.rates import CONFIDENCE, numbers


def lot_effect(sizes: Any) -> float:
    """How many items of lots say as much as one item alone: Σs²/Σs, 1 where each lot is one item.

    Kish's design effect of whole clusters that share one code, Kish (1965), Survey Sampling, section 5.4: one huge
    seizure weighs as one purchase, not as so many.
    """
    held = numbers(sizes)
    held = held[held > 0]
    return float((held**2).sum() / held.sum()) if len(held) else 1.0


def shares(counts: pd.DataFrame, unknown: pd.Series, effect: Any = 1.0, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """The share of each code in each period: one row per period and code, in the order of the table's rows and columns.

    `counts`: a row per period, a column per code; `unknown`: items of each period whose code is not known; `effect`:
    the lot effect, one or one per period, by which items are divided before chance is judged.
    Columns: `period`, `code`, `count`, `unknown`, `share` (of the known), `low`, `high`, `state`: `value`,
    `all_unknown`, `nothing_found`, `not_reported`; figures are nan in the last three.
    The interval is that of a Dirichlet-multinomial (Perks' prior, 1 over the number of codes), its low end as if no
    unknown item were of the code, its high end as if all were: it holds the share of all items, whoever they are.
    """
    known = counts.sum(axis=1, min_count=1)
    total = known + unknown
    deflated = pd.Series(effect, index=counts.index, dtype=float).clip(lower=1)
    rows = [
        pd.DataFrame(
            {
                "period": counts.index,
                "code": code,
                "count": counts[code].to_numpy(dtype=float),
                "unknown": unknown.to_numpy(dtype=float),
                "share": (counts[code] / known.where(known > 0)).to_numpy(dtype=float),
                **_ends(counts[code], unknown, total, deflated, len(counts.columns), confidence),
                "state": np.select(
                    [total.isna(), total == 0, known == 0], ["not_reported", "nothing_found", "all_unknown"], "value"
                ),
                "order": np.arange(len(counts)),
            }
        )
        for code in counts.columns
    ]
    told = pd.concat(rows).sort_values("order", kind="stable").drop(columns="order").reset_index(drop=True)
    told.loc[told["state"] != "value", ["share", "low", "high"]] = np.nan
    return told


def _ends(
    count: pd.Series, unknown: pd.Series, total: pd.Series, effect: pd.Series, codes: int, confidence: float
) -> dict[str, Any]:
    """The two ends of a share; exactly 0 or 1 where all items say so and chance could not say less or more."""
    prior, tail = 1 / codes, (1 - confidence) / 2
    least, most, all_of_them = count / effect, (count + unknown) / effect, total / effect
    low = betaincinv(least + prior, all_of_them - least + 1 - prior, tail) if codes > 1 else np.ones(len(count))
    high = betaincinv(most + prior, all_of_them - most + 1 - prior, 1 - tail) if codes > 1 else np.ones(len(count))
    return {"low": np.where(least > 0, low, 0.0), "high": np.where(most < all_of_them, high, 1.0)}
