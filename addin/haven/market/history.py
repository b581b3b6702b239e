"""One series through time, and how a question about a date is answered from it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache, reduce
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haven.analytics.arrays import BoolArray, DateArray, FloatArray
from haven.errors import HavenError, Reason, refuse

NO_DATES: Final = np.empty(0, "M8[D]")


@dataclass(frozen=True, slots=True)
class Figures:
    """Canonical figures of one series that may enter the store, by ascending date, one a date.

    ``suspects`` are those of the dates whose figure is kept but should be looked at.
    """

    series: str
    dates: DateArray
    values: FloatArray
    suspects: DateArray = field(default_factory=lambda: NO_DATES)


@dataclass(frozen=True, slots=True)
class History:
    """A series' canonical figures by ascending date, with the source of each.

    A daily series has ``max_age_days`` 0 and answers only for its own dates; others carry forward. ``suspects``
    are those of the dates whose figure should be looked at.
    """

    name: str
    dates: DateArray
    values: FloatArray
    sources: NDArray[np.str_]
    max_age_days: int = 0
    suspects: DateArray = field(default_factory=lambda: NO_DATES)

    def find(self, dates: DateArray) -> tuple[NDArray[np.intp], BoolArray]:
        """For each date the row that answers it, and whether that row is young enough to answer."""
        rows = np.searchsorted(self.dates, dates, side="right") - 1
        if not self.dates.size:
            return rows, np.zeros(dates.shape, dtype=bool)
        if self.max_age_days == 0:
            return rows, (self.dates[rows] == dates) & (rows >= 0)
        age = dates - self.dates[rows]
        return rows, (rows >= 0) & (age <= np.timedelta64(self.max_age_days, "D"))

    def at(self, dates: DateArray) -> FloatArray:
        """The figures of the dates.

        Raises
        ------
        HavenError
            NO_DATA for the dates that have none, naming the last date before that has.
        """
        rows, found = self.find(dates)
        refuse(~found, Reason.NO_DATA, lambda i: self.explain(dates[i]))
        return self.values[rows]

    def explain(self, date: np.datetime64) -> str:
        """Why there is no figure for a date."""
        if not self.dates.size:
            return f"{self.name} has no figures; load them with haven import or haven refresh"
        if date < self.dates[0]:
            return f"{self.name} begins on {self.dates[0]}, asked for {date}"
        row = int(np.searchsorted(self.dates, date, side="right")) - 1
        day = date.astype(dt.date).strftime("%A")
        return f"{self.name} has no figure for {day} {date}; the last before it is of {self.dates[row]}"


def empty(name: str, max_age_days: int = 0) -> History:
    """The history of a series that has no figures."""
    return History(name, NO_DATES, np.empty(0), np.empty(0, dtype=str), max_age_days)


def latest(histories: Iterable[History]) -> np.datetime64:
    """The latest date on which every history answers.

    Raises
    ------
    HavenError
        NO_DATA when one of them is empty or they have no date in common.
    """
    histories = list(histories)
    for history in histories:
        if not history.dates.size:
            raise HavenError(Reason.NO_DATA, history.explain(np.datetime64("NaT", "D")))
    daily = [history.dates for history in histories if history.max_age_days == 0]
    common = reduce(np.intersect1d, daily) if daily else min((h.dates for h in histories), key=lambda dates: dates[-1])
    for history in histories:
        common = common[history.find(common)[1]]
    if not common.size:
        raise HavenError(Reason.NO_DATA, "no date is common to " + ", ".join(history.name for history in histories))
    newest: np.datetime64 = common[-1]
    return newest


class Merger:
    """Lays histories over one another; those with the dates of the pair before are woven as that was."""

    def __init__(self) -> None:
        self._weave = _Weave(NO_DATES, NO_DATES)

    def merge(self, older: History, newer: History) -> History:
        """Both histories in one; where they share a date the newer one speaks."""
        if not (older.dates.size and newer.dates.size):
            return newer if newer.dates.size else replace(older, name=newer.name, max_age_days=newer.max_age_days)
        if not self._weave.fits(older.dates, newer.dates):
            self._weave = _Weave(older.dates, newer.dates)
        weave = self._weave
        if weave.covered:
            return newer
        if _held_once(older.sources) and _held_once(newer.sources) and older.sources[0] == newer.sources[0]:
            sources = one_source(str(newer.sources[0]), weave.dates.size)
        else:
            width = np.result_type(older.sources, newer.sources)
            sources = weave.joined(older.sources.astype(width), newer.sources.astype(width))
        suspects = newer.suspects
        if older.suspects.size:
            suspects = np.union1d(suspects, np.setdiff1d(older.suspects, newer.dates))
        values = weave.joined(older.values, newer.values)
        return History(newer.name, weave.dates, values, sources, newer.max_age_days, suspects)


def merge(older: History, newer: History) -> History:
    """Both histories in one; where they share a date the newer one speaks."""
    return Merger().merge(older, newer)


class _Weave:
    """How what stands at some dates goes with what stands at newer ones."""

    def __init__(self, older: DateArray, newer: DateArray) -> None:
        self._older, self._newer = older, newer
        self._start = int(older.searchsorted(newer[:1])[0]) if newer.size else 0
        self._end = int(older.searchsorted(newer[-1:], side="right")[0]) if newer.size else 0
        between = older[self._start : self._end]
        rows = newer.searchsorted(between)
        self._kept = newer[rows] != between
        self._rows = rows[self._kept]
        self.covered = not self._start and self._end == older.size and not self._rows.size
        self.dates = self.joined(older, newer)

    def fits(self, older: DateArray, newer: DateArray) -> bool:
        """Whether these are the dates."""
        return (older is self._older or np.array_equal(older, self._older)) and (
            newer is self._newer or np.array_equal(newer, self._newer)
        )

    def joined(self, those: NDArray[Any], these: NDArray[Any]) -> NDArray[Any]:
        """What stands before, between and after the newer dates, and all that stands at them."""
        if self._rows.size:
            these = np.insert(these, self._rows, those[self._start : self._end][self._kept])
        if self._start or self._end < those.size:
            these = np.concatenate((those[: self._start], these, those[self._end :]))
        return these


def _held_once(sources: NDArray[np.str_]) -> bool:
    return sources.size > 0 and sources.strides == (0,)


def one_source(source: str, count: int) -> NDArray[np.str_]:
    """The sources of figures that all have the same one, which is held once."""
    name = _held(source)
    return np.ndarray(count, name.dtype, name, strides=(0,))


@cache
def _held(source: str) -> NDArray[np.str_]:
    name = np.array(source)
    name.flags.writeable = False
    return name
