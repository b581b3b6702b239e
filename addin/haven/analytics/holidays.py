"""Holidays of the US government securities market, of SOFR and of the Federal Reserve, 1990 to 2100.

Rules give the regular holidays; the closings and openings no rule foresees stand here by date.

Source
------
SIFMA holiday recommendations (government securities); New York Fed, "Additional information about reference
rates" (no SOFR on Good Friday); Federal Reserve Bank Services holiday schedules (a Saturday holiday is not
moved). Proclamations: 11 June 2004, funeral of President Reagan; 5 December 2018, funeral of President Bush;
11 and 12 September 2001, attack on New York; 30 October 2012, hurricane Sandy.
"""

from typing import Final

import numpy as np

from haven.analytics.arrays import DateArray, IntArray
from haven.analytics.dates import day_of_month, on_day, weekday

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100

EXTRA_CLOSINGS: Final = ("2001-09-11", "2001-09-12", "2004-06-11", "2012-10-30", "2018-12-05")
"""Whole days on which the government securities market was closed without a rule."""

_MONDAY: Final = 0
_THURSDAY: Final = 3
_YEARS: Final = np.arange(FIRST_YEAR, LAST_YEAR + 1)


def government_securities() -> DateArray:
    """Weekdays on which SIFMA recommends a full close of the government securities market."""
    good_friday = _easter(_YEARS) - 2
    # Since 1996 the market opens for the morning where payrolls come out: the first Friday of April.
    early_close = (_YEARS >= 1996) & (day_of_month(good_friday) <= 7)
    saturday_to_friday = [_fixed(7, 4), _since(2022, _fixed(6, 19)), _fixed(12, 25)]
    return _on_weekdays(
        _floating(),
        good_friday[~early_close],
        *(_observed(dates, saturday_to_friday=True) for dates in saturday_to_friday),
        *(_observed(dates) for dates in (_fixed(1, 1), _fixed(11, 11))),
        np.array(EXTRA_CLOSINGS, "M8[D]"),
    )


def sofr_fixing() -> DateArray:
    """Weekdays without a SOFR: the market's full closes and every Good Friday."""
    return np.union1d(government_securities(), _easter(_YEARS) - 2)


def federal_reserve() -> DateArray:
    """Weekdays on which the Federal Reserve Banks are closed: a Sunday holiday moves, a Saturday one does not."""
    fixed = [_fixed(1, 1), _since(2022, _fixed(6, 19)), _fixed(7, 4), _fixed(11, 11), _fixed(12, 25)]
    return _on_weekdays(_floating(), *(_observed(dates) for dates in fixed))


def _floating() -> DateArray:
    """The holidays all three calendars share, each always on the same weekday."""
    return np.concatenate(
        [
            _nth_weekday(1, 3, _MONDAY),  # Martin Luther King
            _nth_weekday(2, 3, _MONDAY),  # Washington
            _nth_weekday(6, 1, _MONDAY) - 7,  # Memorial Day, the Monday before the first one of June
            _nth_weekday(9, 1, _MONDAY),  # Labor Day
            _nth_weekday(10, 2, _MONDAY),  # Columbus
            _nth_weekday(11, 4, _THURSDAY),  # Thanksgiving
        ]
    )


def _fixed(month: int, day: int) -> DateArray:
    """One day of every year."""
    return on_day(12 * (_YEARS - 1970) + month - 1, day)


def _nth_weekday(month: int, n: int, day: int) -> DateArray:
    first = _fixed(month, 1)
    return first + (day - weekday(first)) % 7 + 7 * (n - 1)


def _since(year: int, dates: DateArray) -> DateArray:
    return dates[year - FIRST_YEAR :]


def _observed(dates: DateArray, *, saturday_to_friday: bool = False) -> DateArray:
    """Sundays moved to Monday and, where it is the custom, Saturdays to Friday."""
    day = weekday(dates)
    moved: DateArray = dates + ((day == 6).astype(np.int64) - ((day == 5) & saturday_to_friday))
    return moved


def _on_weekdays(*holidays: DateArray) -> DateArray:
    dates = np.unique(np.concatenate(holidays))
    return dates[weekday(dates) < 5]


def _easter(years: IntArray) -> DateArray:
    """Easter Sundays by the Gregorian computus (Butcher, 1876)."""
    century, year_of_century = years // 100, years % 100
    moon = (19 * (years % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (year_of_century // 4) - moon - year_of_century % 4) % 7
    late = (years % 19 + 11 * moon + 22 * sunday) // 451
    days = moon + sunday - 7 * late + 114
    return on_day(12 * (years - 1970) + days // 31 - 1, days % 31 + 1)
