"""A quoted curve through time: rates by date and tenor, straight lines between neighbouring quotes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from haven.analytics.arrays import BoolArray, DateArray, FloatArray
from haven.errors import HavenError, Reason, refuse
from haven.market.history import History

_SAME_TENOR = 1e-9


class QuotedCurve:
    """The quotes of one family of series, such as ``SWAP``, as one table of dates by tenors."""

    def __init__(self, name: str, tenors: Sequence[float], histories: Sequence[History]) -> None:
        self.name = name
        self.tenors = np.array(tenors)
        self._histories = list(histories)
        self._dates = np.unique(np.concatenate([np.empty(0, "M8[D]"), *(history.dates for history in histories)]))
        self._rates = np.full((self._dates.size, self.tenors.size), np.nan)
        for column, history in enumerate(histories):
            self._rates[np.searchsorted(self._dates, history.dates), column] = history.values

    def rates(self, tenors: FloatArray, dates: DateArray) -> FloatArray:
        """Rates of flat, equally long tenors (years) and dates.

        Raises
        ------
        HavenError
            NO_DATA for the elements whose tenor is not between quoted ones, or whose date has no quote.
        """
        column, exact, inside = self._bracket(tenors)
        refuse(~inside, Reason.NO_DATA, lambda i: self._outside(tenors[i]))
        if not self._dates.size:
            raise HavenError(Reason.NO_DATA, f"there are no {self.name} quotes")
        row = np.minimum(np.searchsorted(self._dates, dates), self._dates.size - 1)
        high: FloatArray = self._rates[row, column]
        rates = high
        if not exact.all():
            below = np.where(exact, column, column - 1)
            low = self._rates[row, below]
            span = np.where(exact, 1.0, self.tenors[column] - self.tenors[below])
            weight = np.where(exact, 1.0, (tenors - self.tenors[below]) / span)
            rates = low + weight * (high - low)
        known = (self._dates[row] == dates) & np.isfinite(rates)
        refuse(~known, Reason.NO_DATA, lambda i: self._explain(tenors[i], dates[i]))
        return rates

    def needed(self, tenor: float) -> list[History]:
        """The histories a tenor is read from: its own, or its two neighbours."""
        column, exact, inside = (mark[0] for mark in self._bracket(np.array([tenor])))
        if not inside:
            raise HavenError(Reason.NO_DATA, self._outside(tenor))
        return [self._histories[column]] if exact else self._histories[column - 1 : column + 1]

    def _bracket(self, tenors: FloatArray) -> tuple[NDArray[np.intp], BoolArray, BoolArray]:
        """For each tenor the column at or above it, whether it is that column's own, and whether it is inside."""
        if not self.tenors.size:
            return np.zeros(tenors.shape, int), np.zeros(tenors.shape, bool), np.zeros(tenors.shape, bool)
        column = np.minimum(np.searchsorted(self.tenors, tenors - _SAME_TENOR), self.tenors.size - 1)
        exact = np.abs(self.tenors[column] - tenors) <= _SAME_TENOR
        return column, exact, exact | ((column > 0) & (tenors < self.tenors[column]))

    def _outside(self, tenor: float) -> str:
        if not self.tenors.size:
            return f"there are no {self.name} quotes"
        ends = f"{self._histories[0].name} to {self._histories[-1].name}"
        return f"tenor must be between the quoted ones, {ends}, got {tenor:g} years"

    def _explain(self, tenor: float, date: np.datetime64) -> str:
        for history in self.needed(tenor):
            if not history.find(np.array([date]))[1][0]:
                return history.explain(date)
        return f"{self.name} has no figure for {date}"
