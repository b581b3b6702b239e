"""The cross-section of swap spreads: a level and a term-funding premium, and what they leave unexplained."""

from dataclasses import dataclass

import numpy as np

from haven.analytics.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class SpreadFit:
    """``spread = level - premium x duration + residual``; spreads in bp, premium in bp per year of duration."""

    level: float
    premium: float
    baseline: FloatArray
    residual: FloatArray
    score: FloatArray
    """Residuals over their standard error; zero where the fit is exact."""


def fit_spreads(spreads: FloatArray, durations: FloatArray) -> SpreadFit:
    """Fit the cross-section by least squares.

    Parameters
    ----------
    spreads, durations : (n,) arrays
        Swap spreads in bp and modified durations in years, at least three of which differ.

    Source
    ------
    The form of term-funding premium used by dealers' research since 2021: matched-maturity spreads regressed on
    duration.
    """
    regressors = np.column_stack([np.ones(durations.size), -durations])
    (level, premium), *_ = np.linalg.lstsq(regressors, spreads, rcond=None)
    baseline = regressors @ (level, premium)
    residual = spreads - baseline
    error = np.sqrt(residual @ residual / (spreads.size - 2))
    score = residual / error if error > 1e-9 else np.zeros(spreads.size)
    return SpreadFit(float(level), float(premium), baseline, residual, score)


def shadow_cost_bounds(
    repo_spread: FloatArray, lending_spread: FloatArray, shadow_cost: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Swap spreads at which a constrained dealer holds Treasuries long, and short: a band around financing.

    Parameters
    ----------
    repo_spread, lending_spread, shadow_cost
        Repo and securities lending over SOFR, and the shadow cost of balance sheet; bp.

    Returns
    -------
    net_long, net_short
        Swap spreads, bp: at or below the first dealers are paid to be long, at or above the second to be short.

    Source
    ------
    Du, Hebert and Li, "Intermediary balance sheets and the Treasury yield curve", JFE 2023, in schematic form.
    """
    return -(repo_spread + shadow_cost), -(lending_spread - shadow_cost)
