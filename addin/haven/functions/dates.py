"""How an empty date becomes the latest one on which every input exists."""

from collections.abc import Callable

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray, IntArray
from haven.errors import HavenError, at_places, refuse
from haven.market.history import History, latest
from haven.market.snapshot import current


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


def by_date(dates: DateArray, figures: Callable[[np.datetime64, IntArray], FloatArray]) -> FloatArray:
    """One figure an element, worked out for the elements of one date at a time: ``figures`` of a date and places."""
    result = np.empty(dates.shape)
    for day in np.unique(dates):
        places = np.flatnonzero(dates == day)
        with at_places(places):
            result[places] = figures(day, places)
    return result
