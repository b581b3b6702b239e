"""Zero curves from Svensson parameters against the yields the Federal Reserve Board publishes with them."""

import numpy as np
import pandas as pd
import pytest

from haven.analytics.svensson import zero_yields
from tests.shared import SHARED, needs_shared

PARAMETERS = ["BETA0", "BETA1", "BETA2", "BETA3", "TAU1", "TAU2"]
TIPS = "data/gsw/feds200805_tips_2022-10_2025-10.parquet"
REVISED = ["2022-11-01", "2023-03-16", "2023-03-24", "2023-07-28", "2024-05-10"]
"""Days whose published breakevens come from other nominal parameters than those published since."""


@needs_shared
def test_real_yields_match_the_published_tips_curve():
    table = pd.read_parquet(SHARED / TIPS)
    years = np.arange(2, 21)
    found = zero_yields(table[PARAMETERS].to_numpy(float)[:, None], years)
    published = table[[f"TIPSY{n:02d}" for n in years]].to_numpy(float)
    assert found.shape == published.shape == (779, 19)
    # Published to a hundredth of a basis point.
    assert np.nanmax(np.abs(found - published)) == pytest.approx(0.0, abs=0.51e-4)


@needs_shared
def test_gap_of_nominal_and_real_yields_matches_published_breakevens():
    tips = pd.read_parquet(SHARED / TIPS)
    nominal = pd.read_csv(SHARED / "data/gsw/gsw_params_daily_1961_2025-10-03.csv", parse_dates=["Date"])
    both = nominal.merge(tips, left_on="Date", right_on="date", suffixes=("", "_real"))
    both = both[~both.Date.isin(pd.to_datetime(REVISED))]
    years = np.arange(2, 21)
    found = zero_yields(both[PARAMETERS].to_numpy(float)[:, None], years) - zero_yields(
        both[[f"{name}_real" for name in PARAMETERS]].to_numpy(float)[:, None], years
    )
    published = both[[f"BKEVEN{n:02d}" for n in years]].to_numpy(float)
    assert np.nanmax(np.abs(found - published)) == pytest.approx(0.0, abs=0.51e-4)


@needs_shared
def test_zero_yields_match_the_formula_spelled_out():
    row = pd.read_csv(SHARED / "data/gsw/gsw_params_daily_1961_2025-10-03.csv").iloc[-1]
    x, z = 10 / row.TAU1, 10 / row.TAU2
    slope, hump = (1 - np.exp(-x)) / x, (1 - np.exp(-x)) / x - np.exp(-x)
    second = (1 - np.exp(-z)) / z - np.exp(-z)
    expected = row.BETA0 + row.BETA1 * slope + row.BETA2 * hump + row.BETA3 * second
    assert zero_yields(row[PARAMETERS].to_numpy(float), np.array(10.0)) == pytest.approx(expected, rel=1e-14)


def test_zero_yields_satisfy_dropping_a_missing_second_hump():
    with_gap = np.array([0.04, -0.01, 0.005, 0.02, 1.5, np.nan])
    without = np.array([0.04, -0.01, 0.005, 0.0, 1.5, 9.0])
    maturities = np.array([0.25, 2.0, 10.0])
    assert zero_yields(with_gap, maturities) == pytest.approx(zero_yields(without, maturities), rel=1e-15)


def test_zero_yields_of_one_curve_each_satisfy_the_diagonal_of_the_table():
    curves = np.array([[0.04, -0.01, 0.005, 0.02, 1.5, 9.0], [0.03, 0.01, -0.005, 0.01, 2.5, 11.0]])
    maturities = np.array([2.0, 10.0])
    table = zero_yields(curves[:, None], maturities)
    assert zero_yields(curves, maturities).tolist() == table.diagonal().tolist()
