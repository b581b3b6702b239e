"""What must be true of a figure before the store believes it.

Refused, because no market can have printed it: a figure outside its series' plausible range or a slip of unit away
from the figures beside it (the reason then names the unit), of a day that is not yet or is no day of trading, or
contradicted by another of the same load. Kept and flagged *suspect*, because a market may have: a jump out of all
proportion to recent ones, a figure of a holiday.
"""

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haven.analytics.arrays import BoolArray, DateArray, FloatArray
from haven.analytics.calendars import FEDERAL_RESERVE, SIFMA, SOFR_FIXING
from haven.market.history import NO_DATES, Figures, History
from haven.market.series import RATE_UNITS, SCALE, Series, find_series, units_of
from haven.market.slips import CURVE_PARAMETERS, has_slips, slips
from haven.market.sources.source import Quotes

FIRST_DATE: Final = np.datetime64("1900-01-01")
JUMP_WINDOW: Final = 30
"""Changes, six weeks of them, by which a jump is measured. Below the multiple squared, so that a jump counted among
them makes the way back from it no jump."""
JUMP_HISTORY: Final = 20
"""Fewer changes than a month of them say nothing."""
JUMP_MULTIPLE: Final = 6.0
"""Times the root-mean-square change."""
JUMP_FLOOR: Final = {"decimal": 0.0010, "bp": 10.0, "price": 0.10}
"""What moves in any week, in canonical units; without it every move after a quiet month would be a jump."""
OVERNIGHT: Final = ("SOFR", "TGCR", "BGCR", "EFFR", "OBFR", "FEDFUNDS")
OVERNIGHT_FLOOR: Final = 0.0030
"""Overnight rates move by a quarter point when the Federal Reserve does; more in a day is worth a look."""
EVERY_DAY: Final = ("IORB", "TARGET")
"""Rates set by the Federal Reserve: they hold on weekends too, and move by decision."""
BOND_TERMS: Final = ("OTR.COUPON.", "OTR.MATURITY.")
"""They change with the bond that is the newest, whatever the market does."""
CALENDARS: Final = {
    **dict.fromkeys(("UST", "TIPS", "SWAP", "KW", "ACM", "GSW"), SIFMA),
    **dict.fromkeys(("SOFR", "TGCR", "BGCR"), SOFR_FIXING),
    **dict.fromkeys(("EFFR", "OBFR"), FEDERAL_RESERVE),
}
"""By the first word of an id; others, such as equities, have a calendar Haven does not hold."""
FRESH_DAYS: Final = {"daily": 2, "weekly": 10, "monthly": 45}
"""Business days after which a feed is stale unless its source says otherwise: the publisher's day and one in hand."""
SAME: Final = 1e-12
"""Relative difference of figures that are the same but for the last bits of a conversion."""
SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """A figure that can't be true, by its place in what was checked, and why."""

    place: int
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    ``figures`` are new, or other than what the store holds: what remains to be stored of the ``believed`` dates.
    ``problems`` are refused. ``remarks``, on suspects and corrections, are for whoever looks at the feed. ``newest`` is
    the newest believed date, held ones included; NaT where there is none.
    """

    figures: Figures
    believed: int
    problems: tuple[Problem, ...]
    remarks: tuple[str, ...]
    newest: np.datetime64


def check(quotes: Quotes, held: History, today: dt.date, known: History | None = None) -> Checked:
    """Check one series of a source.

    Parameters
    ----------
    held
        What the store holds beside which the figures would stand.
    today
        No figure may be of a later date.
    known
        What tells the unit of the figures; what is held unless given.

    Raises
    ------
    HavenError
        INVALID for a series that is not in the catalogue.
    """
    units = np.full(quotes.dates.size, quotes.unit)
    return check_figures(find_series(quotes.series), quotes.dates, quotes.values, units, held, today, known)


def check_figures(
    series: Series,
    dates: DateArray,
    values: FloatArray,
    units: NDArray[np.str_],
    held: History,
    today: dt.date,
    known: History | None = None,
) -> Checked:
    """Check figures of one series, each in a unit of its own."""
    days = dates.astype("M8[D]")
    quoted = values * _per_quoted(units, series)
    problems: dict[int, str] = {}
    for broken, why in _rules(series, days, values, quoted, units, np.datetime64(today, "D")):
        for place in np.flatnonzero(broken):
            problems.setdefault(int(place), why(int(place)))
    good = np.ones(days.size, dtype=bool)
    good[list(problems)] = False
    places, believed, canonical = _once(series, np.flatnonzero(good), days, quoted, problems)
    if has_slips(series):
        slipped = _slipped(series, Figures(series.id, believed, canonical), units[places], known or held, held)
        problems.update({int(places[row]): why for row, why in slipped.items()})
        good = np.ones(places.size, dtype=bool)
        good[list(slipped)] = False
        believed, canonical = believed[good], canonical[good]

    before = _looked_up(held, believed)
    changed = ~np.isclose(before, canonical, rtol=SAME, atol=0)
    new = Figures(series.id, believed[changed], canonical[changed])
    jumps, holidays = _jumps(series, new, held), _holidays(series, new.dates)
    corrected = new.dates[np.isfinite(before[changed])]
    newest = max([*believed[-1:], *held.dates[-1:]], default=np.datetime64("NaT", "D"))
    remarks = (
        _listed("suspect, out of proportion to recent moves:", jumps),
        _listed("suspect, of a holiday:", holidays),
        _listed("corrected by the source:", corrected),
    )
    new = replace(new, suspects=np.union1d(jumps, holidays))
    problems_in_order = tuple(Problem(place, problems[place]) for place in sorted(problems))
    return Checked(new, believed.size, problems_in_order, tuple(remark for remark in remarks if remark), newest)


def business_age(newest: np.datetime64, today: dt.date) -> int:
    """Business days that have passed since a date."""
    return int(np.busday_count(newest, np.datetime64(today, "D"), busdaycal=SIFMA.days))


def _rules(
    series: Series,
    days: DateArray,
    values: FloatArray,
    quoted: FloatArray,
    units: NDArray[np.str_],
    today: np.datetime64,
) -> list[tuple[BoolArray, Callable[[int], str]]]:
    """Each rule as the figures that break it and the words for one of them."""
    weekend = ~np.is_busday(days) & ~np.isnat(days) if _keeps_weekends(series) else np.zeros(days.size, dtype=bool)
    return [
        (
            np.isnan(quoted) & ~np.isnan(values),
            lambda i: f"unit of {series.id} must be {units_of(series)}, got {str(units[i])!r:.40}",
        ),
        (~np.isfinite(values), lambda i: f"value must be a finite number, got {values[i]}"),
        (
            ~((days >= FIRST_DATE) & (days <= today)),
            lambda i: f"date must be from {FIRST_DATE} to today, {today}, got {days[i]}",
        ),
        (
            ~((quoted >= series.low) & (quoted <= series.high)),
            lambda i: _implausible(float(quoted[i]), str(units[i]), series),
        ),
        (weekend, lambda i: f"{series.id} has no figures of weekends, got one of {_weekday(days[i])} {days[i]}"),
    ]


def _keeps_weekends(series: Series) -> bool:
    return series.frequency == "daily" and _head(series) not in EVERY_DAY


def _head(series: Series) -> str:
    return series.id.partition(".")[0]


def _per_quoted(units: NDArray[np.str_], series: Series) -> FloatArray:
    """What makes each figure one in the series' quoted unit; NaN for a unit that can't."""
    factors = np.full(units.size, np.nan)
    for unit in set(units.tolist()):
        if unit == series.unit:
            factors[units == unit] = 1.0
        elif unit in RATE_UNITS and series.unit in RATE_UNITS:
            factors[units == unit] = RATE_UNITS[series.unit] / RATE_UNITS[unit]
    return factors


def _implausible(quoted: float, unit: str, series: Series) -> str:
    """Why a figure can't be true, with the unit that would make it plausible if there is one."""
    said = f"{series.id} must be between {series.low:g} and {series.high:g} {series.unit}, got {quoted:g}"
    for other, per_one in RATE_UNITS.items():
        scaled = quoted / per_one * RATE_UNITS.get(unit, math.nan)
        if other != unit and series.unit in RATE_UNITS and series.low <= scaled <= series.high:
            return f"{said}; is it in {other} rather than {unit}?"
    return said


def _once(
    series: Series, places: NDArray[np.intp], days: DateArray, quoted: FloatArray, problems: dict[int, str]
) -> tuple[NDArray[np.intp], DateArray, FloatArray]:
    """Places, dates and canonical figures, one a date; a date whose figures disagree is a problem and left out."""
    places = places[np.argsort(days[places], kind="stable")]
    believed, first = np.unique(days[places], return_index=True)
    leading = np.repeat(places[first], np.diff(first, append=places.size))
    at_odds = ~np.isclose(quoted[places], quoted[leading], rtol=SAME, atol=SAME)
    for one, other in zip(leading[at_odds], places[at_odds], strict=True):
        problems[int(other)] = f"{series.id} on {days[one]} is given as {quoted[one]:g} and as {quoted[other]:g}"
    agreed = ~np.isin(believed, days[places[at_odds]])
    kept = places[first][agreed]
    return kept, believed[agreed], series.canonical(quoted[kept])


def _slipped(series: Series, found: Figures, units: NDArray[np.str_], known: History, held: History) -> dict[int, str]:
    """Why of the figures that are a slip of unit, by their place among those found.

    What is held of the same dates would be replaced, so it says nothing; what is held already is believed.
    """
    replaced = np.isin(known.dates, np.intersect1d(found.dates, held.dates))
    known = replace(known, dates=known.dates[~replaced], values=known.values[~replaced])
    new = np.flatnonzero(~np.isclose(_looked_up(held, found.dates), found.values, rtol=SAME, atol=0))
    off, said_by = slips(Figures(series.id, found.dates[new], found.values[new]), known)
    whys = {}
    for power, witness, row in zip(off.tolist(), said_by.tolist(), new.tolist(), strict=True):
        unit = str(units[row])
        meant = [other for other, per in RATE_UNITS.items() if per == RATE_UNITS[unit] * 10.0**power]
        if power and meant:
            quoted = found.values[row] * SCALE[series.unit]
            beside = ""
            if witness >= 0:
                beside = f" beside {known.values[witness] * SCALE[series.unit]:g} of {known.dates[witness]}"
            whys[row] = (
                f"{series.id} of {found.dates[row]} can't be {quoted:g} {series.unit}{beside}; "
                f"is it in {meant[0]} rather than {unit}, {quoted / 10.0**power:g} {series.unit}?"
            )
    return whys


def _looked_up(held: History, dates: DateArray) -> FloatArray:
    """The held figure of each date itself; NaN where there is none."""
    figures = np.full(dates.size, np.nan)
    _, here, there = np.intersect1d(dates, held.dates, assume_unique=True, return_indices=True)
    figures[here] = held.values[there]
    return figures


def _jumps(series: Series, new: Figures, held: History) -> DateArray:
    """Dates of new figures that moved out of all proportion to the moves before, per root business day."""
    if not new.dates.size or _head(series) in EVERY_DAY or series.id.startswith((*CURVE_PARAMETERS, *BOND_TERMS)):
        return NO_DATES
    kept = ~np.isin(held.dates, new.dates)
    dates = np.concatenate([held.dates[kept], new.dates])
    order = np.argsort(dates, kind="stable")
    dates, values = dates[order], np.concatenate([held.values[kept], new.values])[order]
    moves = np.diff(values) / np.sqrt(np.maximum(np.busday_count(dates[:-1], dates[1:]), 1))
    sums = np.concatenate([[0.0], np.cumsum(moves**2)])
    places = np.arange(moves.size)
    begin = np.maximum(places - JUMP_WINDOW, 0)
    typical = np.sqrt(np.maximum(sums[places] - sums[begin], 0.0) / np.maximum(places - begin, 1))
    floor = OVERNIGHT_FLOOR if _head(series) in OVERNIGHT else JUMP_FLOOR.get(series.canonical_unit, 0.0)
    limit = np.maximum(JUMP_MULTIPLE * typical, floor)
    jumped = (np.abs(moves) > limit) & (places >= JUMP_HISTORY)
    return np.intersect1d(dates[1:][jumped], new.dates)


def _holidays(series: Series, dates: DateArray) -> DateArray:
    """Weekdays on which the series' market was closed."""
    calendar = CALENDARS.get(_head(series)) if series.frequency == "daily" else None
    return dates[~calendar.is_business_day(dates)] if calendar else NO_DATES


def _listed(what: str, dates: DateArray) -> str:
    """Dates in words, the newest first; nothing for none."""
    more = f" and {dates.size - SHOWN} more" if dates.size > SHOWN else ""
    return f"{what} {', '.join(map(str, dates[::-1][:SHOWN]))}{more}" if dates.size else ""


def _weekday(day: np.datetime64) -> str:
    return str(day.astype(dt.date).strftime("%A"))
