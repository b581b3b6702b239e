"""Month arithmetic, tenors and IMM dates."""

import numpy as np
import QuantLib

from haven.analytics.dates import add_months, imm_dates, is_month_end, month_number, on_day, split_tenors
from tests.analytics.quantlib_dates import from_quantlib, to_quantlib


def test_month_arithmetic_matches_quantlib():
    rng = np.random.default_rng(1)
    days = rng.choice(np.arange("1990-01-01", "2100-01-01", dtype="M8[D]"), 2000)
    months = rng.integers(-600, 600, days.size)
    theirs = [
        from_quantlib(to_quantlib(d) + QuantLib.Period(int(m), QuantLib.Months))
        for d, m in zip(days, months, strict=True)
    ]
    assert (add_months(days, months) == theirs).all()


def test_the_31st_of_a_short_month_matches_its_last_day():
    months = month_number(np.array(["2023-02", "2024-02", "2024-04", "2024-05"], "M8[M]"))
    ends = on_day(months, 31)
    assert ends.astype(str).tolist() == ["2023-02-28", "2024-02-29", "2024-04-30", "2024-05-31"]
    assert is_month_end(ends).all()
    assert not is_month_end(ends - 1).any()


def test_a_tenor_satisfies_whole_months_or_else_days():
    months, days = split_tenors(np.array([1 / 365, 7 / 365, 1 / 12, 0.25, 1.5, 10.0, 50.0]))
    assert months.tolist() == [0, 0, 1, 3, 18, 120, 600]
    assert days.tolist() == [1, 7, 0, 0, 0, 0, 0]


def test_imm_dates_match_quantlib():
    months = np.arange("1990-01", "2100-01", dtype="M8[M]").astype(np.int64)
    theirs = [
        from_quantlib(QuantLib.IMM.nextDate(to_quantlib(m.astype("M8[D]") - 1), False)) for m in months.astype("M8[M]")
    ]
    assert (imm_dates(months) == theirs).all()
