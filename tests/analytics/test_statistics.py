"""Statistics of a level against pandas."""

import numpy as np
import pandas as pd
import pytest

from haven.analytics.statistics import summary


def test_summary_matches_pandas():
    days = pd.bdate_range("2023-01-02", "2025-04-11")
    series = pd.Series(np.random.default_rng(7).normal(size=days.size).cumsum() / 1e4 + 0.04, days)
    day = np.datetime64("2025-04-11")
    found = dict(zip(*summary(days.to_numpy("M8[D]"), series.to_numpy(), day, series.iloc[-1], 1.0, 1e4), strict=True))
    window = series["2024-04-12":]
    assert found["change 1d"] == pytest.approx(1e4 * (series.iloc[-1] - series.iloc[-2]))
    assert found["change 1w"] == pytest.approx(1e4 * (series.iloc[-1] - series["2025-04-04"]))
    assert found["change 1m"] == pytest.approx(1e4 * (series.iloc[-1] - series["2025-03-12"]))
    assert found["mean"] == pytest.approx(window.mean())
    assert found["sd"] == pytest.approx(window.std())
    assert found["z-score"] == pytest.approx((series.iloc[-1] - window.mean()) / window.std())
    assert found["percentile"] == pytest.approx(window.rank(pct=True).iloc[-1])
    assert (found["low"], found["high"]) == (window.min(), window.max())


@pytest.mark.parametrize("level", [5.0, 0.044, 0.0015])
def test_summary_of_a_constant_satisfies_no_surprise(level):
    """The mean of 58 times 0.044 is not 0.044, by a bit."""
    days = np.arange(np.datetime64("2025-01-01"), np.datetime64("2025-02-28"))
    found = dict(zip(*summary(days, np.full(days.size, level), days[-1], level, 1.0, 1.0), strict=True))
    assert (found["z-score"], found["sd"], found["change 1m"], found["percentile"]) == (0, 0, 0, 1)
