"""Zero yields from Svensson parameters, as the Federal Reserve Board publishes them.

Source
------
Gurkaynak, Sack and Wright (2006), "The U.S. Treasury Yield Curve: 1961 to the Present", FEDS 2006-28, and (2008),
"The TIPS Yield Curve and Inflation Compensation", FEDS 2008-05.
"""

import numpy as np

from haven.analytics.arrays import FloatArray


def zero_yields(parameters: FloatArray, maturities: FloatArray) -> FloatArray:
    """Continuously compounded zero yields; real ones from the parameters of a TIPS curve.

    Parameters
    ----------
    parameters : (..., 6) array
        beta0..beta3 as decimals, tau1 and tau2 in years. A NaN tau2 (before 1980) drops the second hump.
    maturities : array
        Years, > 0, broadcast against the leading axes of ``parameters``.

    Returns
    -------
    array
        Decimals: one yield a curve for maturities of the curves' shape, a table for ``parameters[:, None]``.
    """
    level, slope, hump, second_hump, tau, second_tau = np.moveaxis(parameters, -1, 0)
    loading, curvature = _loadings(maturities / tau)
    single = np.isnan(second_tau)
    _, second = _loadings(maturities / np.where(single, 1.0, second_tau))
    yields: FloatArray = level + slope * loading + hump * curvature + np.where(single, 0.0, second_hump * second)
    return yields


def _loadings(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Slope and curvature loadings at scaled maturities ``x``."""
    decay = np.exp(-x)
    slope = (1.0 - decay) / x
    return slope, slope - decay
