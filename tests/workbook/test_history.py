"""Ten years behind the charts: one row a week, the yield adding up, and the rules where they changed."""

import datetime as dt
import itertools

import numpy as np
import pytest

from haven.errors import Reason
from haven.functions import CellError, call
from haven.functions.kinds import EXCEL_EPOCH
from haven.market.snapshot import current
from haven.workbook.history import history_rows, mark_rows, serial, weeks


@pytest.fixture
def history():
    return history_rows(weeks(current()))


def on(date):
    return (dt.date.fromisoformat(date) - EXCEL_EPOCH).days


def test_weeks_satisfy_one_date_each_the_last_of_its_week(history):
    dates = [EXCEL_EPOCH + dt.timedelta(days=row[0]) for row in history]
    assert len({date.isocalendar()[:2] for date in dates}) == len(dates) > 400
    assert sum(date.weekday() == 4 for date in dates) > 0.9 * len(dates)
    assert all(before < after for before, after in itertools.pairwise(dates))
    assert dates[-1] == current().history("SPREAD.10Y").dates[-1].item()


def test_ten_year_yield_satisfies_adding_up(history):
    row = next(row for row in history if row[0] == on("2025-04-11"))
    _, spread, breakeven, treasury, swap, expected, premium, less_spread, model, low, high, kim_wright = row
    assert (spread, treasury) == (-54.0, pytest.approx(0.0448, rel=1e-12))
    assert breakeven == pytest.approx(call("HV_BREAKEVEN", ["10Y", "2025-04-11"]), abs=1e-9)
    assert 1e4 * expected + premium + less_spread == pytest.approx(1e4 * treasury, abs=1e-8)
    assert 1e4 * swap == pytest.approx(1e4 * treasury + spread, abs=1e-8)
    assert model == pytest.approx(1e4 * call("HV_TERMPREMIUM", ["10Y", "2025-04-11", "ACM"]), abs=1e-9)
    assert kim_wright == pytest.approx(1e4 * call("HV_TERMPREMIUM", ["10Y", "2025-04-11", "KW"]), abs=1e-9)
    curve = call("HV_TERMPREMIUMCURVE", ["2025-04-11", "ACM"])
    error = 1e4 * next(line[6] for line in curve[1:] if line[0] == 10)
    assert (model - low, high - model) == (pytest.approx(error, abs=1e-6), pytest.approx(error, abs=1e-6))


def test_a_week_without_a_model_satisfies_a_gap(history):
    """The package's zero curve ends before its swap rates."""
    last = history[-1]
    assert all(isinstance(cell, float) for cell in (*last[:5], last[7]))
    assert list(last[5:7]) + list(last[8:11]) == [None] * 5


def test_history_rows_satisfy_showing_a_failure_that_is_no_gap(monkeypatch):
    failure = CellError(Reason.INVALID, "broken")
    monkeypatch.setattr("haven.workbook.history.call", lambda *_: failure)
    (row,) = history_rows(np.array(["2025-04-11"], "M8[D]"))
    assert row[1:] == [failure] * 11


def test_marks_match_the_rules_of_the_note(history):
    """The exclusion of April 2020 to March 2021, and the enhanced ratio of 1 April 2026."""
    marks = mark_rows(history, np.datetime64("2025-04-11"))
    outline, ratio, today = marks[:4], marks[4:6], marks[9:11]
    assert [row[1] for row in outline] == [on("2020-04-01")] * 2 + [on("2021-03-31")] * 2
    assert [row[1] for row in ratio] == [on("2026-04-01")] * 2
    assert [row[1] for row in today] == [on("2025-04-11")] * 2
    assert "4.25%" in ratio[0][0]
    levels = [cell for row in history for cell in row[1:3]]
    for low, high in ((outline[0], outline[1]), (outline[3], outline[2]), ratio, today):
        assert low[2] <= min(levels) < max(levels) <= high[2]


def test_marks_outside_the_history_satisfy_being_left_out(history):
    early = [row for row in history if row[0] < on("2020-01-01")]
    marks = mark_rows(early, np.datetime64("2025-04-11"))
    assert not any(marks)


def test_serial_matches_the_spreadsheets_count():
    assert serial(np.datetime64("2025-04-11")) == 45758
