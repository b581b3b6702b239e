"""The term-premium model against the New York Fed's own estimates and an independent implementation."""

import warnings

import numpy as np
import pandas as pd
import pytest

from haven.analytics import acm
from haven.analytics.svensson import zero_yields
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared
YEARS = np.arange(12, 121, 12)


@pytest.fixture(scope="module")
def parameters():
    frame = pd.read_csv(SHARED / "data/gsw/gsw_params_daily_1961_2025-10-03.csv", parse_dates=["Date"])
    return frame[frame.Date != "2021-05-06"].reset_index(drop=True)


@pytest.fixture(scope="module")
def panel(parameters):
    """Month-end dates, yields by month to 120, and the funds rate of the month; decimals."""
    dates = parameters.Date.to_numpy("M8[D]")
    columns = parameters[["BETA0", "BETA1", "BETA2", "BETA3", "TAU1", "TAU2"]].to_numpy(float) / [100] * 1
    columns[:, 4:] *= 100
    chosen = acm.month_ends(dates)
    funds = pd.read_csv(SHARED / "data/fred/FEDFUNDS.csv", parse_dates=["date"], index_col="date")["value"] / 100
    monthly = funds[dates[chosen].astype("M8[M]").astype("M8[ns]")].to_numpy()
    return dates[chosen], zero_yields(columns[chosen, None], acm.MATURITIES / 12), monthly


@pytest.fixture(scope="module")
def official(panel):
    """Published fitted yields and premia, decimals, on the panel's months."""
    file = SHARED / "data/acm/ACM_official_monthly_1961_2025-10_vintage_2025-11.csv"
    table = pd.read_csv(file, parse_dates=["DATE"])
    rows = np.searchsorted(table.DATE.to_numpy("M8[M]"), panel[0].astype("M8[M]"))
    return tuple(table[[f"{kind}{n:02d}" for n in range(1, 11)]].to_numpy()[rows] / 100 for kind in ("ACMY", "ACMTP"))


def premium(dates, yields, short):
    fitted, neutral = acm.decompose(acm.estimate(dates, yields, short), yields, YEARS)
    return fitted, fitted - neutral


def rmse(difference):
    return 1e4 * np.sqrt(np.mean(difference**2, axis=0))


def test_premium_matches_the_new_york_fed(panel, official):
    dates, yields, funds = panel
    fitted, tp = premium(dates, yields, acm.short_rate(dates, yields[:, 0], funds))
    assert dates.size == 772
    assert (dates[0], dates[-1]) == (np.datetime64("1961-06-30"), np.datetime64("2025-09-30"))
    assert rmse(fitted - official[0]).max() == pytest.approx(0.0, abs=0.2)
    assert rmse(tp - official[1]).max() == pytest.approx(0.0, abs=0.3)
    assert rmse(tp - official[1])[-1] == pytest.approx(0.0, abs=0.25)
    assert 1e4 * np.abs(tp - official[1])[:, -1].max() == pytest.approx(0.0, abs=2.0)


@pytest.mark.parametrize("mistake", ["no short-rate patch", "sample from 1990"])
def test_known_mistakes_satisfy_not_being_in_force(panel, official, mistake):
    dates, yields, funds = panel
    short = acm.short_rate(dates, yields[:, 0], funds)
    if mistake == "no short-rate patch":
        short, kept = yields[:, 0], slice(None)
    else:
        kept = dates >= np.datetime64("1990-01-01")
    _, tp = premium(dates[kept], yields[kept], short[kept])
    assert rmse(tp - official[1][kept])[-1] > 10


@pytest.mark.parametrize("factors", [3, 4, 6])
def test_other_numbers_of_factors_satisfy_not_being_in_force(panel, official, factors):
    dates, yields, funds = panel
    model = acm.estimate(dates, yields, acm.short_rate(dates, yields[:, 0], funds), factors)
    fitted, neutral = acm.decompose(model, yields, YEARS)
    assert rmse(fitted - neutral - official[1])[-1] > 4


def test_monthly_averages_satisfy_not_being_in_force(parameters, panel, official):
    dates, _, funds = panel
    columns = parameters[["BETA0", "BETA1", "BETA2", "BETA3", "TAU1", "TAU2"]].to_numpy(float)
    columns[:, :4] /= 100
    months = parameters.Date.to_numpy("M8[M]")
    daily = pd.DataFrame(zero_yields(columns[:, None], acm.MATURITIES / 12)).groupby(months).mean()
    averages = daily.loc[dates.astype("M8[M]")].to_numpy()
    _, tp = premium(dates, averages, acm.short_rate(dates, averages[:, 0], funds))
    assert rmse(tp - official[1])[-1] > 10


def test_zero_drift_satisfies_being_in_force(panel, official):
    """With the estimated drift of the factors risk-neutral yields are further from the published ones."""
    dates, yields, funds = panel
    model = acm.estimate(dates, yields, acm.short_rate(dates, yields[:, 0], funds))
    _, neutral = acm.decompose(model, yields, YEARS)
    published = official[0] - official[1]
    assert rmse(neutral - published)[-1] == pytest.approx(0.0, abs=0.3)
    ones = np.ones((dates.size - 1, 1))
    drift = np.linalg.lstsq(np.hstack([ones, model.factors[:-1]]), model.factors[1:], rcond=None)[0][0]
    a, b = acm._recursion(drift, model.phi, model.sigma, model.variance, model.rate, acm.LONGEST)
    with_drift = -12 / YEARS * (a[YEARS] + model.factors @ b[YEARS].T)
    assert rmse(with_drift - published)[-1] > 1.2 * rmse(neutral - published)[-1]


@pytest.fixture(scope="module")
def model(panel):
    dates, yields, funds = panel
    return acm.estimate(dates, yields, acm.short_rate(dates, yields[:, 0], funds))


def test_statistics_match_those_measured_with_other_code(model):
    """Variance explained, %, largest eigenvalues, and convexity of risk-neutral yields at 2, 5 and 10 years, bp."""
    assert 100 * np.cumsum(model.explained) == pytest.approx([98.30, 99.88, 99.98, 99.996, 99.999], abs=0.006)
    assert acm.roots(model.phi)[0] == pytest.approx(0.9915, abs=5e-5)
    assert acm.roots(model.pricing)[0] == pytest.approx(0.9998, abs=5e-5)
    assert 1e4 * acm.convexity(model, np.array([24, 60, 120])) == pytest.approx([-1.3, -6.3, -17.2], abs=0.05)


def test_convexity_satisfies_being_what_the_average_expected_rate_leaves(panel, model):
    _, neutral = acm.decompose(model, panel[1][-1:], YEARS)
    x, rates = acm.project(model, panel[1][-1:])[0], []
    for _ in range(acm.LONGEST):
        rates.append(12 * (model.rate[0] + model.rate[1:] @ x))
        x = model.phi @ x
    averages = np.array([np.mean(rates[:n]) for n in YEARS])
    assert neutral[0] - averages == pytest.approx(acm.convexity(model, YEARS), abs=1e-12)


def test_loadings_satisfy_the_variance_of_yields(panel, model):
    """Factors are uncorrelated and of unit variance, so the squares of a yield's loadings sum to its variance."""
    for yields, loadings in zip(acm.decompose(model, panel[1], YEARS), acm.loadings(model, YEARS), strict=True):
        assert (loadings**2).sum(axis=1) == pytest.approx(yields.var(axis=0, ddof=1), rel=1e-9)


def test_premium_matches_pyacm(panel):
    pyacm = pytest.importorskip("pyacm")
    dates, yields, funds = panel
    short = acm.short_rate(dates, yields[:, 0], funds)
    curve = pd.DataFrame(np.column_stack([short, yields[:, 1:]]), pd.DatetimeIndex(dates), acm.MATURITIES)

    class Oracle(pyacm.NominalACM):
        """Without the check of the index's frequency, which knows the names of older pandas only."""

        @staticmethod
        def _assertions(*_):
            return None

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        oracle = Oracle(curve=curve, curve_m=curve, n_factors=5, selected_maturities=list(acm.RETURN_MATURITIES))
    _, tp = premium(dates, yields, short)
    assert 1e4 * np.abs(tp - oracle.tp[YEARS].to_numpy()).max() == pytest.approx(0.0, abs=1e-6)


def test_month_ends_satisfy_leaving_out_a_month_that_has_not_ended():
    dates = np.array(["2025-08-28", "2025-08-29", "2025-09-30", "2025-10-03"], "M8[D]")
    assert acm.month_ends(dates).tolist() == [1, 2]
    assert acm.month_ends(dates[:3]).tolist() == [1, 2]
    assert acm.month_ends(np.array(["2025-08-29", "2025-09-29"], "M8[D]")).tolist() == [0]
