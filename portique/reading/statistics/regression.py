"""A negative binomial regression of counts on exposure, with standard errors that survive autocorrelation."""

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.stats import t as student

from portique.reading.statistics.rates import CONFIDENCE, Numbers

ROUNDS = 25


@dataclass(frozen=True)
class Fit:
    """Coefficients on the log scale, their two covariance matrices (model, Newey–West), and the over-dispersion."""

    params: Numbers
    model: Numbers
    robust: Numbers
    alpha: float  # variance = mean + alpha × mean²; 0: Poisson
    freedom: int  # periods less coefficients
    memory: float  # autocorrelation of neighbouring periods, 0 at least

    @property
    def reach(self) -> float:
        """How many standard errors the interval goes each way (Student's t)."""
        return float(student.ppf((1 + CONFIDENCE) / 2, self.freedom))

    def error(self, contrast: Numbers) -> float:
        """The standard error of a contrast of coefficients: the larger of the model's and Newey and West's.

        The model's is widened by what neighbouring months share, as if each led to the next: Newey and West's alone is
        too small on series as short as ours.
        """
        shared = (1 + self.memory) / (1 - self.memory)
        return math.sqrt(max(contrast @ self.model @ contrast * shared, contrast @ self.robust @ contrast))

    def interval(self, contrast: Numbers) -> tuple[float, float, float]:
        """A contrast as a ratio: e to its value, and the two ends of its interval."""
        value, error = float(contrast @ self.params), self.reach * self.error(contrast)
        return math.exp(value), math.exp(value - error), math.exp(value + error)


def fit(counts: Numbers, design: Numbers, exposures: Numbers, lags: int) -> Fit | None:
    """The fit of counts on a design, offset by log exposure; None where it does not settle.

    Over-dispersion by moments (Pearson's sum equals the degrees of freedom: Breslow 1984, doi 10.2307/2347661), in
    turn with the coefficients. statsmodels is loaded here, and nowhere else.
    """
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    offset, freedom, alpha, start = np.log(exposures), len(counts) - design.shape[1], 0.0, None
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", PerfectSeparationWarning)  # a series without any spread
        for _ in range(ROUNDS):
            family = families.NegativeBinomial(alpha=alpha) if alpha else families.Poisson()
            model = GLM(counts, design, family=family, offset=offset)
            fitted = model.fit(start_params=start, scale=1.0)
            start, before = fitted.params, alpha
            alpha = _alpha(counts, fitted.mu, freedom)
            if abs(alpha - before) <= 1e-6 + 1e-4 * before:
                break
        robust = model.fit(start_params=start, scale=1.0, cov_type="HAC", cov_kwds={"maxlags": lags})
    held = np.asarray(fitted.cov_params()), np.asarray(robust.cov_params()) * len(counts) / freedom
    memory = _memory(counts, np.asarray(fitted.mu), before, design, held[0])
    settled = fitted.converged and all(np.isfinite(values).all() for values in (*held, fitted.params))
    return Fit(np.asarray(fitted.params), *held, before, freedom, memory) if settled else None


def _memory(counts: Numbers, means: Numbers, alpha: float, design: Numbers, model: Numbers) -> float:
    """The autocorrelation of neighbouring residuals, less what the fit itself makes of it; from 0 to 0.9.

    Residuals of a regression lean against each other: by the hat matrix, neighbours by the sum beside its diagonal.
    """
    weights = means / (1 + alpha * means)
    residuals, scaled = (counts - means) / means * np.sqrt(weights), design * np.sqrt(weights)[:, None]
    power = float((residuals**2).sum())
    lean = float(((scaled[1:] @ model) * scaled[:-1]).sum()) / (len(counts) - design.shape[1])
    return min(max(float((residuals[1:] * residuals[:-1]).sum()) / power + lean, 0.0), 0.9) if power > 1e-9 else 0.0


def _alpha(counts: Numbers, means: Any, freedom: int) -> float:
    """The over-dispersion at which Pearson's sum is as large as its degrees of freedom; 0 where Poisson is enough."""

    def excess(alpha: float) -> float:
        return float(((counts - means) ** 2 / (means + alpha * means**2)).sum()) - freedom

    if excess(0.0) <= 0:
        return 0.0
    high = 1.0
    while excess(high) > 0 and high < 1e6:
        high *= 4
    return float(brentq(excess, 0.0, high)) if excess(high) <= 0 else high
