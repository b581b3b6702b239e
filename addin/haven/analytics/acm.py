"""The term-premium model of Adrian, Crump and Moench, as the New York Fed estimates it.

Yields are decimal, continuously compounded; maturities are in months; prices are ``p(n) = -n/12 y(n)``.

Source
------
Adrian, Crump and Moench (2013), "Pricing the term structure with linear regressions", JFE 110(1). Two steps are
not in its text but in the published estimates: yields of one month before 1982 are fitted from the federal
funds rate, and the risk-neutral recursion sets the intercept of the factors' VAR to zero.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray

FACTORS: Final = 5
LONGEST: Final = 120
"""Months. The risk-neutral root is too close to one to extrapolate further."""
MATURITIES: Final = np.arange(1, LONGEST + 1)
FIRST_FACTOR_COLUMN: Final = 2
"""Yields of 3 months and more give the factors; shorter ones are extrapolations of the zero curve."""
RETURN_MATURITIES: Final = np.array([6, *range(12, LONGEST + 1, 12)])
SHORT_RATE_FROM: Final = np.datetime64("1982-01")
"""The first month whose one-month yield is taken from the zero curve."""
SHORTEST_SAMPLE: Final = 60
"""Months: below, five factors' dynamics can't be told from noise."""


@dataclass(frozen=True, slots=True)
class AcmModel:
    """An estimated model. ``fitted_*`` and ``neutral_*`` give log prices ``a[n] + b[n] @ factors`` for n months.

    ``start`` and ``end`` are the first and last month-end of the sample it was estimated on, ``explained`` the share of
    the yields' variance each factor has. ``phi`` are the factors' monthly dynamics, ``pricing`` those prices go by.
    """

    start: np.datetime64
    end: np.datetime64
    means: FloatArray
    weights: FloatArray
    factors: FloatArray
    explained: FloatArray
    phi: FloatArray
    pricing: FloatArray
    sigma: FloatArray
    variance: float
    rate: FloatArray
    fitted_a: FloatArray
    fitted_b: FloatArray
    neutral_a: FloatArray
    neutral_b: FloatArray

    @property
    def longest(self) -> int:
        """The longest maturity of the model, months."""
        return self.fitted_a.size - 1


def month_ends(dates: DateArray) -> np.ndarray:
    """Rows that are the last of a completed month: a month counts once a later one has begun or it has run out."""
    months = dates.astype("M8[M]")
    last = np.append(months[1:] != months[:-1], False)
    next_business_day = np.busday_offset(dates[-1], 1)
    last[-1] = next_business_day.astype("M8[M]") > months[-1]
    return np.flatnonzero(last)


def short_rate(dates: DateArray, one_month: FloatArray, fed_funds: FloatArray) -> FloatArray:
    """One-month yields, those before 1982 replaced by their fit on the monthly average fed funds rate.

    Parameters
    ----------
    dates, one_month, fed_funds : (t,) arrays
        Month-ends, the zero curve's one-month yields, and the funds rate of the month; decimals.
    """
    early = dates.astype("M8[M]") < SHORT_RATE_FROM
    regressors = np.column_stack([np.ones(dates.size), fed_funds])
    fit = _ols(regressors[~early], one_month[~early])
    return np.where(early, regressors @ fit, one_month)


def estimate(dates: DateArray, yields: FloatArray, short: FloatArray, factors: int = FACTORS) -> AcmModel:
    """Estimate the model by its three regressions.

    Parameters
    ----------
    dates : (t,) array
        Month-ends, ascending.
    yields : (t, n) array
        ``[i, m-1]`` is the zero yield of month-end i at m months, up to n, at most 120.
    short : (t,) array
        One-month yields as :func:`short_rate` gives them.
    factors : int
        Number of principal components that price the curve.
    """
    longest = yields.shape[1]
    sold_at = RETURN_MATURITIES[longest >= RETURN_MATURITIES]
    means, weights, explained = _principal_components(yields[:, FIRST_FACTOR_COLUMN:], factors)
    x = (yields[:, FIRST_FACTOR_COLUMN:] - means) @ weights
    ones = np.ones((dates.size, 1))

    transition = _ols(np.hstack([ones, x])[:-1], x[1:])
    mu, phi = transition[0], transition[1:].T
    shocks = x[1:] - np.hstack([ones, x])[:-1] @ transition
    sigma = np.cov(shocks, rowvar=False)

    prices = -MATURITIES[:longest] / 12.0 * np.column_stack([short, yields[:, 1:]])
    excess = prices[1:, sold_at - 2] - prices[:-1, sold_at - 1] - short[:-1, None] / 12.0
    fit = _ols(np.hstack([ones[1:], x[:-1], shocks]), excess)
    alpha, c, beta = fit[0], fit[1 : factors + 1].T, fit[factors + 1 :].T
    variance = float(np.var(excess - np.hstack([ones[1:], x[:-1], shocks]) @ fit))

    convexity = 0.5 * (np.einsum("ij,jk,ik->i", beta, sigma, beta) + variance)
    lambda0, lambda1 = _ols(beta, alpha + convexity), _ols(beta, c)
    rate = _ols(np.hstack([ones, x]), short / 12.0)

    fitted_a, fitted_b = _recursion(mu - lambda0, phi - lambda1, sigma, variance, rate, longest)
    neutral_a, neutral_b = _recursion(np.zeros(factors), phi, sigma, variance, rate, longest)
    return AcmModel(
        start=dates[0], end=dates[-1], means=means, weights=weights, factors=x, explained=explained,
        phi=phi, pricing=phi - lambda1, sigma=sigma, variance=variance, rate=rate,
        fitted_a=fitted_a, fitted_b=fitted_b, neutral_a=neutral_a, neutral_b=neutral_b,
    )  # fmt: skip


def decompose(model: AcmModel, yields: FloatArray, months: np.ndarray) -> tuple[FloatArray, FloatArray]:
    """Fitted and risk-neutral zero yields; their difference is the term premium.

    Parameters
    ----------
    yields : (d, n) array
        Zero yields by date and month, as :func:`estimate` takes them.
    months : (m,) array of int
        Maturities, from 1 to the model's longest.

    Returns
    -------
    fitted, risk_neutral : (d, m) arrays
        Decimals, ``[i, j]`` for date i and maturity j. The risk-neutral yield keeps its convexity.
    """
    x = project(model, yields)
    scale = -12.0 / months
    fitted = scale * (model.fitted_a[months] + x @ model.fitted_b[months].T)
    neutral = scale * (model.neutral_a[months] + x @ model.neutral_b[months].T)
    return fitted, neutral


def project(model: AcmModel, yields: FloatArray) -> FloatArray:
    """The factors of zero yields by date and month: any curve, seen with the model's loadings."""
    return (yields[:, FIRST_FACTOR_COLUMN:] - model.means) @ model.weights


def loadings(model: AcmModel, months: np.ndarray) -> tuple[FloatArray, FloatArray]:
    """What a factor one standard deviation higher adds to fitted and risk-neutral yields: two (m, factors) arrays."""
    scale = -12.0 / months[:, None]
    return scale * model.fitted_b[months], scale * model.neutral_b[months]


def convexity(model: AcmModel, months: np.ndarray) -> FloatArray:
    """Risk-neutral yields less the average expected short rates, decimal: below zero and the same on every date."""
    gap: FloatArray = -12.0 * (model.neutral_a[months] / months + model.rate[0])
    return gap


def fit_errors(model: AcmModel, yields: FloatArray, months: np.ndarray) -> FloatArray:
    """Root mean square, over the dates of ``yields``, of observed less fitted yields: one a maturity, decimal."""
    fitted, _ = decompose(model, yields, months)
    errors: FloatArray = np.sqrt(np.mean((yields[:, months - 1] - fitted) ** 2, axis=0))
    return errors


def roots(dynamics: FloatArray) -> FloatArray:
    """Moduli of the eigenvalues of monthly dynamics, largest first: one is a shock that never fades."""
    moduli: FloatArray = np.sort(np.abs(np.linalg.eigvals(dynamics)))[::-1]
    return moduli


def premium_error(
    model: AcmModel, yields: FloatArray, months: np.ndarray, draws: int, rng: np.random.Generator
) -> FloatArray:
    """Standard error of the term premium from not knowing how fast the factors revert, decimal.

    A bootstrap: the factors' shocks are drawn again, their dynamics estimated again, and the risk-neutral yields
    recomputed; fitted yields hardly depend on those dynamics and are kept.

    Parameters
    ----------
    yields : (d, n) array
        Zero yields by date and month, as :func:`estimate` takes them.
    months : (m,) array of int
        Maturities, from 1 to the model's longest.
    draws
        Samples of the bootstrap, at least two.
    rng
        Where they are drawn from: the same seed gives the same error.

    Returns
    -------
    (d, m) array
        As :func:`decompose` takes dates and maturities.
    """
    shocks = model.factors[1:] - model.factors[:-1] @ model.phi.T
    shocks = shocks - shocks.mean(axis=0)
    count, size = shocks.shape
    drawn = shocks[rng.integers(0, count, (draws, count))]
    paths = np.empty((draws, count + 1, size))
    paths[:, 0] = model.factors[rng.integers(0, count + 1, draws)]
    for t in range(count):
        paths[:, t + 1] = paths[:, t] @ model.phi.T + drawn[:, t]
    before, after = paths[:, :-1], paths[:, 1:]
    before = before - before.mean(axis=1, keepdims=True)
    after = after - after.mean(axis=1, keepdims=True)
    moments = np.swapaxes(before, 1, 2)
    phis = np.swapaxes(np.linalg.solve(moments @ before, moments @ after), 1, 2)
    x = project(model, yields)
    a, b = _recursion(np.zeros(size), phis, model.sigma, model.variance, model.rate, int(months.max()))
    neutral = -12.0 / months * (a[months].T[:, np.newaxis] + x @ b[months].transpose(1, 2, 0))
    error: FloatArray = np.std(neutral, axis=0, ddof=1)
    return error


def _principal_components(yields: FloatArray, factors: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Means, weights and shares of variance: ``(yields - means) @ weights`` has unit standard deviation by factor."""
    means = yields.mean(axis=0)
    centred = yields - means
    variances, vectors = np.linalg.eigh(np.cov(centred, rowvar=False))
    weights: FloatArray = vectors[:, : -factors - 1 : -1]
    weights = weights * np.sign(weights.mean(axis=0))
    scaled: FloatArray = weights / (centred @ weights).std(axis=0, ddof=1)
    return means, scaled, variances[: -factors - 1 : -1] / variances.sum()


def _recursion(
    drift: FloatArray, dynamics: FloatArray, sigma: FloatArray, variance: float, rate: FloatArray, longest: int
) -> tuple[FloatArray, FloatArray]:
    """Log-price coefficients for no to ``longest`` months, first axis; ``dynamics`` may have draws before its own."""
    a = np.zeros((longest + 1, *dynamics.shape[:-2]))
    b = np.zeros((longest + 1, *dynamics.shape[:-1]))
    for n in range(1, longest + 1):
        previous = b[n - 1]
        noise = np.sum(previous @ sigma * previous, axis=-1) + variance if n > 1 else 0.0
        a[n] = a[n - 1] + previous @ drift + 0.5 * noise - rate[0]
        b[n] = (previous[..., np.newaxis, :] @ dynamics)[..., 0, :] - rate[1:]
    return a, b


def _ols(regressors: FloatArray, targets: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.lstsq(regressors, targets, rcond=None)[0], dtype=np.float64)
