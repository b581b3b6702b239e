"""How old a figure may be, in business days, before its series is stale."""

import datetime as dt

import numpy as np
import pytest

from haven.market.history import History
from haven.market.settings import load_settings
from haven.market.status import FRESH, STALE, SUSPECT, clock_note, series_status
from haven.market.store import Load

FRIDAY = dt.date(2026, 11, 27)
"""After Thanksgiving, which is no business day."""


def row(series, date, source, suspect=False, remark=""):
    dates = np.array([date], "M8[D]")
    history = History(series, dates, np.array([0.04]), np.array([source]), suspects=dates[: int(suspect)])
    (found,) = series_status([series], lambda _: history, load_settings(), FRIDAY, {series: remark})
    return found


def status(series, date, source):
    found = row(series, date, source)
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


@pytest.mark.parametrize(
    ("remark", "told"),
    [
        ("", "allowed: 1 business day; suspect"),
        ("suspect, of a holiday: 2026-11-24", "allowed: 1 business day; suspect, of a holiday: 2026-11-24"),
        ("eris failed", "allowed: 1 business day; suspect; eris failed"),
    ],
)
def test_a_stale_suspect_satisfies_being_called_so_once(remark, told):
    assert row("SWAP.10Y", "2026-11-24", "file", suspect=True, remark=remark).remark == told


MORNING = dt.datetime(2026, 11, 10, 14)


def loaded(at):
    return Load(1, "eris", "eris", at)


@pytest.mark.parametrize(
    ("dates", "load", "note"),
    [
        ([dt.date(2026, 11, 10), None], MORNING, ""),
        ([], dt.datetime(2026, 11, 10, 14, 59), ""),
        (
            [dt.date(2026, 11, 20), dt.date(2026, 11, 9)],
            MORNING,
            "this machine's clock says 2026-11-10, the store has figures of 2026-11-20",
        ),
        (
            [dt.date(2026, 11, 10)],
            dt.datetime(2026, 11, 10, 15, 1),
            "this machine's clock says 2026-11-10 14:00 UTC, the store has a load of 2026-11-10 15:01 UTC",
        ),
    ],
)
def test_a_clock_set_back_satisfies_a_line(dates, load, note):
    assert clock_note(dates, [loaded(load)], MORNING) == note


def test_a_figure_of_a_day_to_come_refuses_to_be_fresh():
    found = row("SWAP.10Y", "2026-11-30", "eris")
    assert (found.status, found.remark) == (SUSPECT, "of a day to come by this machine's clock")
