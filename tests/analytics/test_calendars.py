"""Calendars against QuantLib, published days and the dates on which real series have figures."""

import csv
import datetime as dt

import numpy as np
import pytest
import QuantLib

from haven.analytics.calendars import CALENDARS, FEDERAL_RESERVE, SIFMA, SOFR_FIXING
from tests.analytics.quantlib_dates import from_quantlib, to_quantlib
from tests.published import cases
from tests.shared import SHARED, needs_shared

ALL_DAYS = np.arange("1990-01-01", "2101-01-01", dtype="M8[D]")
WEEKDAYS = ALL_DAYS[np.is_busday(ALL_DAYS)]
ATTACK_ON_NEW_YORK = np.array(["2001-09-11", "2001-09-12"], "M8[D]")
MARKETS = {
    "SIFMA": QuantLib.UnitedStates(QuantLib.UnitedStates.GovernmentBond),
    "SOFR": QuantLib.UnitedStates(QuantLib.UnitedStates.SOFR),
    "FED": QuantLib.UnitedStates(QuantLib.UnitedStates.FederalReserve),
}


def weekdays_of(published):
    """The weekdays from the first to the last of ascending dates."""
    first, last = np.searchsorted(WEEKDAYS, published[[0, -1]])
    return WEEKDAYS[first : last + 1]


def dates(texts):
    return np.array(texts, "M8[D]")


@pytest.mark.parametrize("name", MARKETS)
def test_every_weekday_from_1990_to_2100_matches_quantlib(name):
    theirs = MARKETS[name]
    first, last = to_quantlib(ALL_DAYS[0]), to_quantlib(ALL_DAYS[-1])
    closed = {from_quantlib(day) for day in theirs.holidayList(first, last, False)}
    ours = WEEKDAYS[~CALENDARS[name].is_business_day(WEEKDAYS)]
    # QuantLib leaves out the two days the market was shut after 11 September 2001.
    assert {*ours} ^ closed == (set() if name == "FED" else {*ATTACK_ON_NEW_YORK})


@needs_shared
def test_sifma_matches_the_published_closings_of_2004():
    case = cases("quantlib_us_calendars")["cal-gov-2004"]
    year = WEEKDAYS[WEEKDAYS.astype("M8[Y]") == np.datetime64("2004")]
    assert year[~SIFMA.is_business_day(year)].astype(str).tolist() == case["expected"]["holidays"]


@needs_shared
def test_fixing_days_match_published_good_fridays():
    case = cases("quantlib_us_calendars")["cal-sofr-good-friday"]
    assert not SOFR_FIXING.is_business_day(dates(case["inputs"]["dates"])).any()


@needs_shared
def test_federal_reserve_matches_published_juneteenths():
    case = cases("quantlib_us_calendars")["cal-fed-juneteenth"]["inputs"]
    assert not FEDERAL_RESERVE.is_business_day(dates(case["dates"])).any()
    assert FEDERAL_RESERVE.is_business_day(dates(case["not_holiday"])).all()


@needs_shared
def test_fixing_days_match_the_days_of_published_sofr():
    with (SHARED / "data/fred/SOFR.csv").open() as file:
        published = dates([row["date"] for row in csv.DictReader(file) if row["value"] not in {"", "."}])
    span = weekdays_of(published)
    assert (span[SOFR_FIXING.is_business_day(span)] == published).all()


@needs_shared
def test_sifma_days_match_the_days_of_treasury_yields_but_two():
    with (SHARED / "data/treasury/par-yield-curve-rates-1990-2024.csv").open() as file:
        quoted = [dt.datetime.strptime(row["Date"], "%m/%d/%y").replace(tzinfo=dt.UTC) for row in csv.DictReader(file)]
    published = np.unique(dates([day.date() for day in quoted]))
    span = weekdays_of(published)
    differing = np.setxor1d(span[SIFMA.is_business_day(span)], published)
    # 27 April 1994: day of mourning for President Nixon, federal offices shut, market open.
    # 11 October 2010: the file has figures for Columbus Day.
    assert differing.astype(str).tolist() == ["1994-04-27", "2010-10-11"]


def test_good_friday_2026_matches_an_open_market_without_a_sofr():
    good_friday = dates(["2026-04-03"])
    assert SIFMA.is_business_day(good_friday).all()
    assert not SOFR_FIXING.is_business_day(good_friday).any()
    assert FEDERAL_RESERVE.is_business_day(good_friday).all()


def test_rolls_and_shifts_match_quantlib():
    rng = np.random.default_rng(5)
    chosen = rng.choice(ALL_DAYS[:-400], 3000)
    moves = rng.integers(0, 12, chosen.size)
    theirs = MARKETS["SIFMA"]
    # As above: QuantLib trades through these two days.
    away = np.abs(chosen - ATTACK_ON_NEW_YORK[0]) > np.timedelta64(30, "D")
    rolled, shifted = SIFMA.roll(chosen), SIFMA.shift(chosen, moves)
    for i in np.flatnonzero(away):
        day = to_quantlib(chosen[i])
        assert to_quantlib(rolled[i]) == theirs.adjust(day, QuantLib.ModifiedFollowing)
        assert to_quantlib(shifted[i]) == theirs.advance(theirs.adjust(day), int(moves[i]), QuantLib.Days)
