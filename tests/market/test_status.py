"""How old a figure may be, in business days, before its series is stale."""

import datetime as dt

import numpy as np
import pytest

from haven.market.history import History
from haven.market.settings import load_settings
from haven.market.status import FRESH, STALE, series_status

FRIDAY = dt.date(2026, 11, 27)
"""After Thanksgiving, which is no business day."""


def status(series, date, source):
    history = History(series, np.array([date], "M8[D]"), np.array([0.04]), np.array([source]))
    (found,) = series_status([series], lambda _: history, load_settings(), FRIDAY)
    return found.age, found.status


@pytest.mark.parametrize(
    ("series", "source", "date", "age", "expected"),
    [
        ("SWAP.10Y", "file", "2026-11-25", 1, FRESH),
        ("SWAP.10Y", "file", "2026-11-24", 2, STALE),
        ("SWAP.10Y", "eris", "2026-11-24", 2, FRESH),
        ("SWAP.10Y", "eris", "2026-11-23", 3, STALE),
        ("MORTGAGE.30Y", "file", "2026-11-12", 10, FRESH),
        ("MORTGAGE.30Y", "bloomberg", "2026-11-10", 11, STALE),
        ("MORTGAGE.30Y", "fred", "2026-11-18", 6, FRESH),
        ("MORTGAGE.30Y", "fred", "2026-11-17", 7, STALE),
        ("SURVEY.10Y", "file", "2026-10-01", 38, FRESH),
        ("SURVEY.10Y", "sql", "2026-09-01", 59, STALE),
    ],
)
def test_a_figure_satisfies_the_age_its_source_and_frequency_allow(series, source, date, age, expected):
    assert status(series, date, source) == (age, expected)
