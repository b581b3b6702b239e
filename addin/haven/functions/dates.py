"""How an empty date becomes the latest one on which every input exists."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray, IntArray
from haven.errors import HavenError, at_places, refuse
from haven.market.history import History, latest
from haven.market.snapshot import current

_OLDEST_FIXING: Final = np.timedelta64(7, "D")


def or_latest(dates: DateArray, *inputs: str) -> DateArray:
    """The dates, each empty one replaced by the latest on which all the series named have figures."""
    return fill_latest(dates, np.zeros(dates.shape), lambda _: [current().history(name) for name in inputs])


def or_latest_quote(dates: DateArray, tenors: FloatArray, *curves: str) -> DateArray:
    """The dates, each empty one replaced by the latest on which all the curves are quoted at its tenor."""
    return fill_latest(dates, tenors, lambda tenor: [h for name in curves for h in current().curve(name).needed(tenor)])


def fill_latest(dates: DateArray, keys: FloatArray, inputs: Callable[[float], list[History]]) -> DateArray:
    """The dates, each empty one replaced by the latest on which all the inputs of its key have figures."""
    empty = np.isnat(dates)
    if not np.count_nonzero(empty):
        return dates
    filled = dates.copy()
    for key in np.unique(keys[empty]):
        chosen = empty & (keys == key)
        try:
            filled[chosen] = latest(inputs(float(key)))
        except HavenError as failure:
            why = failure.message
            refuse(chosen, failure.reason, lambda _, why=why: why)  # type: ignore[misc]
    return filled


def one_day(date: DateArray, tenors: FloatArray, *curves: str) -> DateArray:
    """The date of a table, once a tenor; if empty the latest on which the curves are quoted at all its tenors.

    A tenor that the curves don't have is left to its own row to explain.
    """
    inputs = []
    for tenor in tenors.tolist() if np.isnat(date[0]) else []:
        with suppress(HavenError):
            inputs += [h for name in curves for h in current().curve(name).needed(tenor)]
    return np.repeat(latest(inputs) if inputs else date, tenors.size)


def last_fixing(name: str, dates: DateArray) -> tuple[FloatArray, DateArray]:
    """The newest figure up to each date of a rate that is published a day late, and its day; NaN if over a week old."""
    history = current().history(name)
    if not history.dates.size:
        return np.full(dates.shape, np.nan), dates
    row = np.maximum(np.searchsorted(history.dates, dates, side="right") - 1, 0)
    age = dates - history.dates[row]
    known = (age >= np.timedelta64(0, "D")) & (age <= _OLDEST_FIXING)
    return np.where(known, history.values[row], np.nan), history.dates[row]


def by_date(dates: DateArray, figures: Callable[[np.datetime64, IntArray], FloatArray]) -> FloatArray:
    """One figure an element, worked out for the elements of one date at a time: ``figures`` of a date and places."""
    result = np.empty(dates.shape)
    for day in np.unique(dates):
        places = np.flatnonzero(dates == day)
        with at_places(places):
            result[places] = figures(day, places)
    return result
