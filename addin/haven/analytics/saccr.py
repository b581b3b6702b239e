"""Counterparty exposure of interest-rate swaps under SA-CCR.

Source
------
12 CFR 217.132(c) and 217.10(c)(4): supervisory factor 0.5 % at every maturity, alpha 1.4, and for the leverage
ratio a PFE multiplier of one.
"""

from typing import Final

import numpy as np

from haven.analytics.arrays import FloatArray

ALPHA: Final = 1.4
SUPERVISORY_FACTOR: Final = 0.005
BUSINESS_DAYS: Final = 250.0
SHORTEST_YEARS: Final = 10.0 / BUSINESS_DAYS
"""Maturities count as ten business days at least."""
ONE_YEAR, FIVE_YEARS = 1.0, 5.0
"""Where maturity buckets meet: below one year, one to five, above five."""
BUCKET_CORRELATIONS: Final = np.array([[1.0, 0.7, 0.3], [0.7, 1.0, 0.7], [0.3, 0.7, 1.0]])


def supervisory_duration(years: FloatArray) -> FloatArray:
    """Supervisory duration of a swap that starts today: ``(1 - exp(-0.05 T)) / 0.05``, in years."""
    duration: FloatArray = -np.expm1(-0.05 * np.maximum(years, SHORTEST_YEARS)) / 0.05
    return duration


def margined_factor(mpor_days: FloatArray) -> FloatArray:
    """Maturity factor of a margined netting set with a margin period of risk in business days."""
    factor: FloatArray = 1.5 * np.sqrt(mpor_days / BUSINESS_DAYS)
    return factor


def unmargined_factor(years: FloatArray) -> FloatArray:
    """Maturity factor of an unmargined swap: the root of its maturity, at most a year."""
    factor: FloatArray = np.sqrt(np.clip(years, SHORTEST_YEARS, 1.0))
    return factor


def potential_future_exposure(years: FloatArray, maturity_factor: FloatArray) -> FloatArray:
    """PFE of one par swap per unit of notional, multiplier one."""
    return SUPERVISORY_FACTOR * supervisory_duration(years) * maturity_factor


def exposure(pfe: FloatArray, replacement_cost: FloatArray) -> FloatArray:
    """Exposure amount: ``1.4 (RC + PFE)``."""
    return ALPHA * (replacement_cost + pfe)


def book_future_exposure(notionals: FloatArray, years: FloatArray, maturity_factors: FloatArray) -> float:
    """PFE of swaps that net: offsetting fully within a maturity bucket, in part across buckets.

    Parameters
    ----------
    notionals : (n,) array
        Signed: positive pays fixed, negative receives.
    years, maturity_factors : (n,) arrays
        Maturity and maturity factor of each swap.
    """
    adjusted = notionals * supervisory_duration(years) * maturity_factors
    bucket = (years >= ONE_YEAR).astype(np.intp) + (years > FIVE_YEARS)
    buckets = np.bincount(bucket, weights=adjusted, minlength=3)
    return SUPERVISORY_FACTOR * float(np.sqrt(buckets @ BUCKET_CORRELATIONS @ buckets))
