"""A quoted curve through time: rates by date and tenor, straight lines between neighbouring quotes."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.errors import HavenError, Reason, refuse
from haven.market.history import History, latest

_SAME_TENOR: Final = 1e-9


class QuotedCurve:
    """The quotes of one family of series, such as ``SWAP``, as one table of dates by tenors."""

    def __init__(self, name: str, tenors: Sequence[float], histories: Sequence[History]) -> None:
        self.name = name
        self.tenors = list(tenors)
        self._histories = list(histories)
        dates = np.unique(np.concatenate([np.empty(0, "M8[D]"), *(history.dates for history in histories)]))
        self._rates = np.full((dates.size + 1, len(self.tenors)), np.nan)
        for column, history in enumerate(histories):
            self._rates[np.searchsorted(dates, history.dates), column] = history.values
        # The row of each day, one before the first and one after the last included; the last row has no quotes.
        days = dates.astype(np.int64)
        self._first = int(days[0]) if days.size else 0
        self._row = np.full(int(days[-1]) - self._first + 3 if days.size else 2, dates.size)
        self._row[days - self._first + 1] = np.arange(dates.size)
        self._brackets: dict[float, tuple[int, int, float]] = {}

    def rates(self, tenors: FloatArray, dates: DateArray) -> FloatArray:
        """Rates of flat, equally long tenors (years) and dates.

        Raises
        ------
        HavenError
            NO_DATA for the elements whose tenor is not between quoted ones, or whose date has no quote.
        """
        below, above, weight = self._columns(tenors)
        day = dates.astype(np.int64) - (self._first - 1)
        row = self._row[np.minimum(np.maximum(day, 0), self._row.size - 1)]
        rates: FloatArray = self._rates[row, above]
        if np.count_nonzero(below != above):
            rates = weight * rates + (1.0 - weight) * self._rates[row, below]
        refuse(np.isnan(rates), Reason.NO_DATA, lambda i: self._explain(tenors[i], dates[i]))
        return rates

    def quoted(self, date: np.datetime64) -> tuple[FloatArray, FloatArray]:
        """Tenors and rates of all quotes of one date.

        Raises
        ------
        HavenError
            NO_DATA when the date has none.
        """
        if not self.tenors:
            raise HavenError(Reason.NO_DATA, f"there are no {self.name} quotes")
        day = int(date.astype(np.int64)) - (self._first - 1)
        rates = self._rates[self._row[min(max(day, 0), self._row.size - 1)]]
        held = ~np.isnan(rates)
        if not held.any():
            raise HavenError(Reason.NO_DATA, self._histories[0].explain(date))
        return np.array(self.tenors)[held], rates[held]

    def latest(self) -> np.datetime64:
        """The latest date on which every tenor is quoted."""
        return latest(self._histories)

    def needed(self, tenor: float) -> list[History]:
        """The histories a tenor is read from: its own, or its two neighbours.

        Raises
        ------
        HavenError
            NO_DATA when the tenor is not between quoted ones.
        """
        below, above, _ = self._bracket(tenor)
        return self._histories[below : above + 1]

    def _columns(self, tenors: FloatArray) -> tuple[Any, Any, Any]:
        """The columns the tenors lie between and the weight of the upper one; one answer where all are the same."""
        first = tenors[0]
        if tenors.size == 1 or (tenors == first).all():
            return self._bracket(float(first))
        distinct, place = np.unique(tenors, return_inverse=True)
        brackets = []
        for index, tenor in enumerate(distinct.tolist()):
            try:
                brackets.append(self._bracket(tenor))
            except HavenError as failure:
                why = failure.message
                refuse(place == index, failure.reason, lambda _, why=why: why)  # type: ignore[misc]
        below, above, weight = (np.array(column)[place] for column in zip(*brackets, strict=True))
        return below, above, weight

    def _bracket(self, tenor: float) -> tuple[int, int, float]:
        found = self._brackets.get(tenor)
        if found is None:
            found = self._brackets[tenor] = self._find_bracket(tenor)
        return found

    def _find_bracket(self, tenor: float) -> tuple[int, int, float]:
        if not self.tenors:
            raise HavenError(Reason.NO_DATA, f"there are no {self.name} quotes")
        above = min(bisect_left(self.tenors, tenor - _SAME_TENOR), len(self.tenors) - 1)
        if abs(self.tenors[above] - tenor) <= _SAME_TENOR:
            return above, above, 1.0
        if above == 0 or tenor > self.tenors[above]:
            ends = f"{self._histories[0].name} to {self._histories[-1].name}"
            raise HavenError(Reason.NO_DATA, f"tenor must be between the quoted ones, {ends}, got {tenor:g} years")
        below = above - 1
        return below, above, (tenor - self.tenors[below]) / (self.tenors[above] - self.tenors[below])

    def _explain(self, tenor: float, date: np.datetime64) -> str:
        for history in self.needed(tenor):
            if not history.find(np.array([date]))[1][0]:
                return history.explain(date)
        return f"{self.name} has no figure for {date}"
