"""What a source published, before it is believed."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from haven.errors import HavenError
from haven.market.checks import business_age, check
from haven.market.history import History, empty
from haven.market.series import find_series
from haven.market.sources.source import Quotes
from tests.market.histories import histories
from tests.shared import SHARED, needs_shared

TODAY = dt.date(2025, 4, 11)


def quotes(series, dates, values, unit="percent"):
    return Quotes(series, np.array(dates, "M8[D]"), np.array(values, float), unit)


def believed(asked, held=None):
    return check(asked, held or empty(asked.series), TODAY)


def whys(asked, held=None):
    return [problem.why for problem in believed(asked, held).problems]


def held(series, dates, values):
    return History(series, np.array(dates, "M8[D]"), np.array(values, float), np.full(len(dates), "fred"))


def quiet(series, days, level=0.04, last="2025-04-09", step=0.0002):
    """A history that moves up and down by two basis points a day."""
    dates = np.busday_offset(last, np.arange(1 - days, 1))
    return held(series, dates, level + step * (np.arange(days) % 2))


def test_check_satisfies_canonical_figures_in_order_of_date():
    found = believed(quotes("UST.10Y", ["2025-04-09", "2025-04-08"], [4.34, 4.26]))
    assert found.figures.dates.tolist() == [dt.date(2025, 4, 8), dt.date(2025, 4, 9)]
    assert found.figures.values == pytest.approx([0.0426, 0.0434], rel=1e-15)
    assert (found.believed, found.problems, found.remarks) == (2, (), ())
    assert found.newest == np.datetime64("2025-04-09")


@pytest.mark.parametrize(
    ("series", "unit", "date", "value", "why"),
    [
        (
            "UST.10Y",
            "percent",
            "2025-04-09",
            426,
            "0.35 and 25 percent, got 426; is it in bp rather than percent",
        ),
        ("UST.10Y", "percent", "2025-04-09", 0.0426, "is it in decimal rather than percent"),
        ("UST.10Y", "decimal", "2025-04-09", 4.26, "is it in percent rather than decimal"),
        ("UST.10Y", "percent", "2025-04-09", np.inf, "must be a finite number, got inf"),
        ("UST.10Y", "percent", "2025-04-09", np.nan, "must be a finite number, got nan"),
        ("UST.10Y", "price", "2025-04-09", 4.26, "unit of UST.10Y must be percent or decimal or bp, got 'price'"),
        ("UST.10Y", "percent", "2025-04-12", 4.26, "date must be from 1900-01-01 to today, 2025-04-11, got 2025-04-12"),
        ("UST.10Y", "percent", "NaT", 4.26, "date must be from"),
        ("UST.10Y", "percent", "2025-04-06", 4.26, "no figures of weekends, got one of Sunday 2025-04-06"),
        ("SPX", "index", "2025-04-09", -5, "SPX must be between 50 and 100000 index, got -5"),
    ],
)
def test_check_refuses(series, unit, date, value, why):
    good = {"SPX": 5000, "UST.10Y": 426e-4 if unit == "decimal" else 4.26}[series]
    found = believed(quotes(series, ["2025-04-08", date], [good, value], unit))
    assert why in found.problems[-1].why
    assert found.problems[-1].place == 1
    assert found.believed == (0 if unit == "price" else 1)


def test_figures_that_agree_satisfy_being_taken_once():
    assert believed(quotes("UST.10Y", ["2025-04-08"] * 2, [4.26, 4.26])).figures.values == pytest.approx([0.0426])


def test_figures_that_disagree_refuse_their_date():
    asked = quotes("UST.10Y", ["2025-04-08", "2025-04-09", "2025-04-08"], [4.26, 4.34, 4.27])
    assert whys(asked) == ["UST.10Y on 2025-04-08 is given as 4.26 and as 4.27"]
    assert believed(asked).figures.dates.tolist() == [dt.date(2025, 4, 9)]


def test_rates_that_hold_every_day_satisfy_weekends():
    assert believed(quotes("IORB", ["2025-04-05", "2025-04-06"], [4.4, 4.4])).believed == 2


@pytest.mark.parametrize("bound", [0.35, 25.0])
def test_figures_of_today_and_at_the_bounds_satisfy_being_believed(bound):
    assert believed(quotes("UST.10Y", ["2025-04-10", "2025-04-11"], [bound, bound])).problems == ()


def test_unknown_series_refuses():
    with pytest.raises(HavenError, match=r"did you mean UST\.10Y"):
        believed(quotes("UST.10", ["2025-04-08"], [4.26]))


def test_no_figures_satisfy_nothing_new():
    found = believed(quotes("UST.10Y", [], []))
    assert (found.figures.dates.size, found.believed, found.problems, found.remarks) == (0, 0, (), ())
    assert np.isnat(found.newest)


def test_figures_already_held_satisfy_not_being_stored_again():
    before = held("UST.10Y", ["2025-04-08", "2025-04-09"], [0.0426, 0.0434])
    found = believed(quotes("UST.10Y", ["2025-04-08", "2025-04-09", "2025-04-10"], [4.26, 4.35, 4.40]), before)
    assert found.believed == 3
    assert found.figures.dates.tolist() == [dt.date(2025, 4, 9), dt.date(2025, 4, 10)]
    assert found.remarks == ("corrected by the source: 2025-04-09",)


@pytest.mark.parametrize(("move", "suspect"), [(11, False), (13, True), (-11, False), (-13, True)])
def test_jump_satisfies_six_times_the_recent_moves(move, suspect):
    """Moves of two basis points a day make twelve the limit."""
    before = quiet("UST.10Y", 80)
    asked = quotes("UST.10Y", ["2025-04-10"], [100 * before.values[-1] + move / 100])
    found = believed(asked, before)
    assert (found.figures.suspects.size == 1, found.figures.dates.size, found.problems) == (suspect, 1, ())
    assert found.remarks == (("suspect, out of proportion to recent moves: 2025-04-10",) if suspect else ())


def test_small_move_after_a_quiet_month_satisfies_no_suspicion():
    assert not believed(quotes("UST.10Y", ["2025-04-10"], [4.09]), quiet("UST.10Y", 80, step=0)).figures.suspects.size


def test_way_back_from_a_bad_figure_satisfies_no_suspicion():
    before = quiet("UST.10Y", 80)
    asked = quotes("UST.10Y", ["2025-04-10", "2025-04-11"], [4.62, 4.02])
    assert believed(asked, before).figures.suspects.tolist() == [dt.date(2025, 4, 10)]


def test_correction_of_a_bad_figure_satisfies_no_suspicion():
    before = quiet("UST.10Y", 80)
    before.values[-1] = 0.06
    found = believed(quotes("UST.10Y", [before.dates[-1]], [4.02]), before)
    assert found.remarks == ("corrected by the source: 2025-04-09",)


def test_older_figures_satisfy_the_newest_date_that_is_held():
    found = believed(quotes("UST.10Y", ["2025-04-08"], [4.26]), held("UST.10Y", ["2025-04-09"], [0.0434]))
    assert found.newest == np.datetime64("2025-04-09")


@pytest.mark.parametrize(("days", "suspect"), [(20, False), (21, True)])
def test_jump_satisfies_twenty_moves_before_it(days, suspect):
    found = believed(quotes("UST.10Y", ["2025-04-10"], [6.0]), quiet("UST.10Y", days))
    assert found.figures.suspects.size == suspect


def test_figure_of_a_holiday_satisfies_suspicion():
    found = believed(quotes("UST.10Y", ["2025-02-17", "2025-02-18"], [4.5, 4.5]))
    assert found.figures.suspects.tolist() == [dt.date(2025, 2, 17)]
    assert found.remarks == ("suspect, of a holiday: 2025-02-17",)


def test_remark_satisfies_the_newest_three_and_a_count():
    dates = ["2024-12-25", "2025-01-01", "2025-01-20", "2025-02-17"]
    found = believed(quotes("UST.10Y", dates, [4.5] * 4))
    assert found.remarks == ("suspect, of a holiday: 2025-02-17, 2025-01-20, 2025-01-01 and 1 more",)


@pytest.mark.parametrize(
    ("newest", "age"),
    [("2025-04-11", 0), ("2025-04-10", 1), ("2025-04-04", 5), ("2025-02-14", 39)],
)
def test_age_matches_a_count_by_hand(newest, age):
    """14 February to 11 April 2025: 40 weekdays but Presidents' Day."""
    assert business_age(np.datetime64(newest), TODAY) == age


@needs_shared
def test_sixty_years_of_yields_match_the_days_everybody_remembers():
    """Seven of 16,123 days jump, among them the crash of 1987 and the election of 2016."""
    table = pd.read_csv(SHARED / "data/fred/DGS10.csv", na_values=["."]).dropna()
    asked = quotes("UST.10Y", table.iloc[:, 0].to_list(), table.iloc[:, 1])
    found = check(asked, empty("UST.10Y"), dt.date(2026, 11, 20))
    assert found.problems == ()
    assert found.figures.dates.size == len(table)
    assert {dt.date(1987, 10, 20), dt.date(2016, 11, 9)} <= set(found.figures.suspects.tolist())
    assert found.figures.suspects.size == 7


@needs_shared
def test_every_published_figure_satisfies_being_believed():
    """No rule refuses what a publisher has really printed: 550,200 figures of 143 series since 1961."""
    published = histories()
    assert (len(published), sum(map(len, published.values()))) == (143, 550_200)
    for name, dated in published.items():
        asked = quotes(name, list(dated), list(dated.values()), find_series(name).unit)
        found = check(asked, empty(name), dt.date(2026, 11, 20))
        assert (found.problems, found.believed) == ((), len(dated)), name


@needs_shared
def test_new_bonds_satisfy_no_suspicion():
    """Coupons and maturities of 45 years: they step with each new bond, by months of days and halves of percents."""
    bonds = {name: dated for name, dated in histories().items() if name.startswith(("OTR.COUPON", "OTR.MATURITY"))}
    assert len(bonds) == 14 and sum(map(len, bonds.values())) > 3500
    for name, dated in bonds.items():
        asked = quotes(name, list(dated), list(dated.values()), find_series(name).unit)
        found = check(asked, empty(name), dt.date(2026, 11, 20))
        assert (found.problems, found.remarks, found.believed) == ((), (), len(dated)), name
