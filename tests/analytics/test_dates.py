"""Month arithmetic, tenors, IMM dates and FOMC meetings."""

import csv

import numpy as np
import QuantLib

from haven.analytics import fomc
from haven.analytics.dates import add_months, imm_dates, is_month_end, month_number, on_day, split_tenors
from tests.analytics.quantlib_dates import from_quantlib, to_quantlib
from tests.shared import SHARED, needs_shared


def test_month_arithmetic_matches_quantlib():
    rng = np.random.default_rng(1)
    days = rng.choice(np.arange("1990-01-01", "2100-01-01", dtype="M8[D]"), 2000)
    months = rng.integers(-600, 600, days.size)
    theirs = [
        from_quantlib(to_quantlib(d) + QuantLib.Period(int(m), QuantLib.Months))
        for d, m in zip(days, months, strict=True)
    ]
    assert (add_months(days, months) == theirs).all()


def test_the_31st_of_a_short_month_is_its_last_day():
    months = month_number(np.array(["2023-02", "2024-02", "2024-04", "2024-05"], "M8[M]"))
    ends = on_day(months, 31)
    assert ends.astype(str).tolist() == ["2023-02-28", "2024-02-29", "2024-04-30", "2024-05-31"]
    assert is_month_end(ends).all()
    assert not is_month_end(ends - 1).any()


def test_a_tenor_is_whole_months_or_else_days():
    months, days = split_tenors(np.array([1 / 365, 7 / 365, 1 / 12, 0.25, 1.5, 10.0, 50.0]))
    assert months.tolist() == [0, 0, 1, 3, 18, 120, 600]
    assert days.tolist() == [1, 7, 0, 0, 0, 0, 0]


def test_imm_dates_match_quantlib():
    months = np.arange("1990-01", "2100-01", dtype="M8[M]").astype(np.int64)
    theirs = [
        from_quantlib(QuantLib.IMM.nextDate(to_quantlib(m.astype("M8[D]") - 1), False)) for m in months.astype("M8[M]")
    ]
    assert (imm_dates(months) == theirs).all()


def test_the_fomc_schedule_has_eight_meetings_a_year():
    years, counts = np.unique(fomc.DECISIONS.astype("M8[Y]"), return_counts=True)
    assert dict(zip(years.astype(str).tolist(), counts.tolist(), strict=True)) == {
        **{str(year): 8 for year in range(2015, 2028)},
        "2028": 1,
    }


@needs_shared
def test_the_target_range_moved_only_on_effective_dates():
    with (SHARED / "data/fred/DFEDTARU.csv").open() as file:
        rows = list(csv.reader(file))[1:]
    days = np.array([row[0] for row in rows], "M8[D]")
    target = np.array([float(row[1]) for row in rows])
    moved = days[1:][np.diff(target) != 0.0]
    moved = moved[moved >= fomc.EFFECTIVE[0]]
    unscheduled = np.setdiff1d(moved, fomc.EFFECTIVE).astype(str).tolist()
    assert moved.size > 25
    # FRED dates the rises of 2015 and 2016 by their announcement; those of March 2020 were not scheduled.
    assert unscheduled == ["2015-12-16", "2016-12-14", "2020-03-04", "2020-03-16"]


def test_a_meeting_counts_until_its_decision_is_in_force():
    decisions, effective = fomc.meetings_after(np.datetime64("2025-05-07"))
    assert (str(decisions[0]), str(effective[0])) == ("2025-05-07", "2025-05-08")
    assert str(fomc.meetings_after(np.datetime64("2025-05-08"))[0][0]) == "2025-06-18"
