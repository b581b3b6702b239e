"""Zero yields from par yields, for a nowcast before the day's zero curve is published."""

from typing import Final

import numpy as np

from haven.analytics.arrays import FloatArray

HALF_YEARS: Final = np.arange(0.5, 10.01, 0.5)


def zeros_from_par(tenors: FloatArray, par: FloatArray, months: np.ndarray) -> FloatArray:
    """Continuously compounded zero yields of semi-annual par yields.

    Parameters
    ----------
    tenors : (k,) array
        Years, ascending; the longest at least ten. Shorter than the first, par yields are taken as flat.
    par : (d, k) array
        Par yields by date, decimals.
    months : (m,) array of int
        Maturities of the result, 1 to 120.

    Returns
    -------
    (d, m) array
        Straight lines between half-years.
    """
    coupons = np.array([np.interp(HALF_YEARS, tenors, row) for row in par]) / 2.0
    discount = np.empty_like(coupons)
    annuity = np.zeros(par.shape[0])
    for place in range(HALF_YEARS.size):
        discount[:, place] = (1.0 - coupons[:, place] * annuity) / (1.0 + coupons[:, place])
        annuity = annuity + discount[:, place]
    zeros = -np.log(discount) / HALF_YEARS
    return np.array([np.interp(months / 12.0, HALF_YEARS, row) for row in zeros])
