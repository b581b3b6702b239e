"""Counterparty exposure of interest-rate swaps under SA-CCR.

Source
------
12 CFR 217.132(c) and 217.10(c)(4): supervisory factor 0.5 % at every maturity, alpha 1.4, and for the leverage
ratio a PFE multiplier of one.
"""

import numpy as np

from haven.analytics.arrays import FloatArray

ALPHA = 1.4
SUPERVISORY_FACTOR = 0.005
BUSINESS_DAYS = 250.0


def supervisory_duration(years: FloatArray) -> FloatArray:
    """Supervisory duration of a swap that starts today: ``(1 - exp(-0.05 T)) / 0.05``, in years."""
    duration: FloatArray = -np.expm1(-0.05 * years) / 0.05
    return duration


def margined_factor(mpor_days: FloatArray) -> FloatArray:
    """Maturity factor of a margined netting set with a margin period of risk in business days."""
    factor: FloatArray = 1.5 * np.sqrt(mpor_days / BUSINESS_DAYS)
    return factor


def potential_future_exposure(years: FloatArray, mpor_days: FloatArray) -> FloatArray:
    """PFE of one margined par swap per unit of notional, multiplier one."""
    return SUPERVISORY_FACTOR * supervisory_duration(years) * margined_factor(mpor_days)
