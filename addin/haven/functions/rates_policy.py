"""The policy path in cells: the rate after each FOMC meeting, from futures or the swap curve, whichever there is."""

from typing import Any, Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray, IntArray, to_bp
from haven.analytics.conventions import SOFR_SWAPS, Conventions
from haven.analytics.dates import imm_dates, month_number
from haven.analytics.policy_path import (
    MOVE_BP,
    PolicyPath,
    path_from_curve,
    path_from_fed_funds,
    path_from_sofr_futures,
)
from haven.analytics.schedules import end_of_tenor
from haven.analytics.sofr_curve import build_curve
from haven.errors import HavenError, Reason, refuse
from haven.functions.catalogue import spreadsheet_function
from haven.functions.dates import by_date, last_fixing
from haven.functions.kinds import Date, Moment, moment_dates, optional
from haven.functions.units import BASIS_POINTS, DATE, FACTOR, RATE, TEXT, Column
from haven.market.history import History
from haven.market.snapshot import current

_STEPS: Final = Conventions(interpolation="meeting steps")
_OVERNIGHT: Final = 1 / 365
_MONTH: Final = 1 / 12 + 1e-9
_DAY: Final = np.timedelta64(1, "D")
_DAYS_OF_MONTH: Final = np.timedelta64(30, "D")


@spreadsheet_function(
    "Rates",
    BASIS_POINTS,
    columns=(
        Column("meeting", DATE),
        Column("rate after", RATE),
        Column("change bp", BASIS_POINTS),
        Column("cuts priced bp", BASIS_POINTS),
        Column("cuts of 25 bp", FACTOR),
        Column("from", TEXT),
    ),
    example=("2025-04-11",),
)
def HV_POLICYPATH(date: Date = optional()) -> list[Any]:
    """The overnight rate priced after each FOMC meeting, and the cuts priced up to it; rises are negative cuts.

    Parameters
    ----------
    date
        Market date; empty means the latest.

    Notes
    -----
    From fed-funds futures where the store has them for the date, else three-month SOFR futures, else the SOFR swap
    curve with forwards that step at meetings. The rate now is the latest EFFR for fed funds, otherwise the median of a
    month of SOFR fixings, each moved with the target since: a dear or cheap day of repo prices no cut. A swap curve
    without a quote up to a month begins with it.
    """
    path, source = priced_path(_or_latest(date)[0])
    change = to_bp(np.diff(path.rates, prepend=path.start))
    return [path.decisions, path.rates, change, path.cuts, path.cuts / MOVE_BP, [source] * path.rates.size]


@spreadsheet_function("Rates", BASIS_POINTS, example=("1Y", "2025-04-11"))
def HV_CUTSPRICED(horizon: Moment = optional("1Y"), date: Date = optional()) -> FloatArray:
    """Policy cuts priced between a date and a horizon, bp: positive for cuts, negative for rises.

    Parameters
    ----------
    horizon
        A date, or a tenor from the market date; empty means 1Y.
    date
        Market date; empty means the latest.

    Notes
    -----
    From the rate in force, as in HV_POLICYPATH, to the one in force at the horizon.
    """
    date = _or_latest(date)
    until = moment_dates(horizon, end_of_tenor(date, np.where(horizon <= 100.0, horizon, 1.0), SOFR_SWAPS))
    refuse(until < date, Reason.NO_SOLUTION, lambda i: f"horizon must not be before date {date[i]}, got {until[i]}")
    return by_date(date, lambda day, at: priced_path(day)[0].cuts_by(until[at]))


def _or_latest(dates: DateArray) -> DateArray:
    """The dates, each empty one replaced by the latest that has futures or swaps."""
    if not np.isnat(dates).any():
        return dates
    last = [history.dates[-1] for prefix in ("FF", "SR3") for history in _contracts(prefix).values()]
    newest = max([*last, current().curve("SWAP").latest()])
    filled: DateArray = np.where(np.isnat(dates), newest, dates)
    return filled


def priced_path(date: np.datetime64) -> tuple[PolicyPath, str]:
    """The path of a date and what it is from, worked out once a snapshot."""
    known = current().derived
    name = f"policy path {date}"
    if name not in known:
        known[name] = _find_path(date)
    found = known[name]
    assert isinstance(found, tuple)
    return found


def _find_path(date: np.datetime64) -> tuple[PolicyPath, str]:
    months, prices = _quoted("FF", date)
    later = months > month_number(np.asarray(date))
    if later.any():
        effr = _in_force("EFFR", date, _DAY)
        return path_from_fed_funds(date, effr, months[later], prices[later]), "fed-funds futures"
    sofr = _in_force("SOFR", date, _DAYS_OF_MONTH)
    months, prices = _quoted("SR3", date)
    later = imm_dates(months) >= date
    if later.any():
        return path_from_sofr_futures(date, sofr, months[later], prices[later]), "SOFR futures"
    tenors, rates = current().curve("SWAP").quoted(date)
    if tenors[0] > _MONTH:
        tenors, rates = np.append(_OVERNIGHT, tenors), np.append(sofr, rates)
    source = "SOFR swaps, illustrative" if current().is_illustrative("SWAP.10Y") else "SOFR swaps"
    return path_from_curve(build_curve(date, tenors, rates, _STEPS), sofr), source


def _contracts(prefix: str) -> dict[int, History]:
    """Histories of a future's contracts by month, counted from January 1970."""
    names = [name for name in current().ids() if name.startswith(f"{prefix}.")]
    months = [np.datetime64(name.removeprefix(f"{prefix}.").replace("M", "-"), "M") for name in names]
    return {int(month.astype(int)): current().history(name) for month, name in zip(months, names, strict=True)}


def _quoted(prefix: str, date: np.datetime64) -> tuple[IntArray, FloatArray]:
    """Contract months and prices of a date, earliest first."""
    day = np.array([date])
    prices = {
        month: history.at(day)[0] for month, history in sorted(_contracts(prefix).items()) if history.find(day)[1][0]
    }
    return np.array(list(prices), np.int64), np.array(list(prices.values()), np.float64)


def _in_force(name: str, date: np.datetime64, over: np.timedelta64) -> float:
    """The overnight rate in force: the median of the fixings up to the newest, each moved with the target since.

    NO_DATA where the newest is over a week old.
    """
    (rate,), (fixed,) = last_fixing(name, np.array([date]))
    if np.isnan(rate):
        raise HavenError(Reason.NO_DATA, f"{name} must have a figure in the week to {date}")
    history, target = current().history(name), current().history("TARGET.UPPER")
    used = (history.dates > fixed - over) & (history.dates <= fixed)
    fixings = history.values[used]
    row, known = target.find(np.append(history.dates[used], date))
    if known.all():
        fixings = fixings + target.values[row[-1]] - target.values[row[:-1]]
    return float(np.median(fixings))
