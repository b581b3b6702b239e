"""A desk's own rows as quotes: what the sources with whatever the settings name have in common."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haven.analytics.arrays import DateArray, FloatArray
from haven.errors import HavenError, Reason
from haven.market.exports import ExportMap, build_map
from haven.market.files import Rows
from haven.market.series import Series, find_series
from haven.market.sources.source import Quotes
from haven.market.sources.tables import refusal

Kind = tuple[str, str]
"""A series and the unit of its figures."""
Dated = tuple[DateArray, FloatArray]
Places = NDArray[np.intp]
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
_NO_DAY: Final = int(np.datetime64("NaT", "D").astype(np.int64))


def from_rows(tables: Iterable[tuple[str, Rows]], wanted: Iterable[Series], source: str) -> list[Quotes]:
    """The wanted series of some tables, each with a name; where two tables differ the later one speaks.

    Raises
    ------
    HavenError
        NO_DATA, naming table and row, for a row of an unknown series, without a date or a figure, or that gainsays
        another of its table.
    """
    ids = frozenset(series.id for series in wanted)
    found: dict[Kind, list[Dated]] = defaultdict(list)
    for name, rows in tables:
        for kind, dated in _Table(source, name, rows).read(ids).items():
            found[kind].append(dated)
    return [Quotes(series, *_latest(parts), unit) for (series, unit), parts in found.items()]


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows of one table, read a column at a time, and whom a refusal of one of them names."""

    source: str
    name: str
    rows: Rows

    def read(self, ids: frozenset[str]) -> dict[Kind, Dated]:
        """Dates and figures of the wanted series."""
        written = list(zip(self.rows.series, self.rows.units, strict=True))
        meant = {pair: self._kind(*pair) for pair in dict.fromkeys(written)}
        kinds = [kind for kind in dict.fromkeys(meant.values()) if kind[0] in ids]
        if not kinds:
            return {}
        numbers = {pair: kinds.index(kind) if kind in kinds else -1 for pair, kind in meant.items()}
        number = np.array([numbers[pair] for pair in written])
        places = np.flatnonzero(number >= 0)
        number = number[places]
        dates = _dates([self.rows.dates[place] for place in places.tolist()])
        values = _values([self.rows.values[place] for place in places.tolist()])
        self._refuse_unread(places, dates, values)
        series = list(dict.fromkeys(one for one, _ in kinds))
        self._refuse_at_odds(places, np.array([series.index(one) for one, _ in kinds])[number], dates, values)
        of_each = [number == one for one in range(len(kinds))]
        return {kind: (dates[mine], values[mine]) for kind, mine in zip(kinds, of_each, strict=True)}

    def _kind(self, written: str, unit: str) -> Kind:
        try:
            series = find_series(written)
        except HavenError as failure:
            raise self._refusal(self.rows.series.index(written), f": {failure.message}") from failure
        return series.id, unit.lower() or series.unit

    def _refuse_unread(self, places: Places, dates: DateArray, values: FloatArray) -> None:
        """Refuse the first row without a date or a figure."""
        undated = np.isnat(dates)
        wrong = np.flatnonzero(undated | ~np.isfinite(values))
        if wrong.size:
            place = int(places[wrong[0]])
            if undated[wrong[0]]:
                why = f"date must be ISO like 2025-04-08, got {self.rows.dates[place][:40]!r}"
            else:
                why = f"value must be a finite number, got {self.rows.values[place][:40]!r}"
            raise self._refusal(place, f", {self._series(place)}: {why}")

    def _refuse_at_odds(self, places: Places, series: Places, dates: DateArray, values: FloatArray) -> None:
        """Refuse the first row whose figure is another than that of an earlier row of its series and date."""
        order = np.lexsort((dates, series))
        new = (np.diff(series[order]) != 0) | (np.diff(dates[order]) != np.timedelta64(0))
        groups = np.append(0, np.cumsum(new))
        leading = order[np.searchsorted(groups, groups)]
        wrong = np.flatnonzero(values[order] != values[leading])
        if wrong.size:
            at = wrong[np.argmin(order[wrong])]
            place, other = int(places[order[at]]), int(places[leading[at]])
            what = f"{self._series(place)} on {dates[order[at]]} disagrees with row {self.rows.lines[other]}"
            raise self._refusal(place, f": {what}")

    def _series(self, place: int) -> str:
        return find_series(self.rows.series[place]).id

    def _refusal(self, place: int, why: str) -> HavenError:
        return refusal(self.source, f"{self.name} row {self.rows.lines[place]}{why}")


def settings_map(settings: Mapping[str, Any], source: str) -> ExportMap:
    """How a source's table is to be read: the tables ``columns``, ``format`` and ``series`` of its settings."""

    def blame(table: str, key: str, why: str) -> HavenError:
        return HavenError(Reason.INVALID, f"settings.toml: sources.{source}.{table}{f'.{key}' if key else ''}: {why}")

    tables = {name: settings[name] for name in ("columns", "format") if name in settings}
    theirs = {code: series for series, code in settings.get("series", {}).items()}
    return build_map(
        {"columns": {name: name for name in ("series", "date", "value")}, **tables, "series": theirs}, blame
    )


def setting(settings: Mapping[str, Any], name: str, source: str) -> str:
    """A text that must be in a source's settings."""
    if not settings.get(name):
        raise HavenError(Reason.INVALID, f"settings.toml: sources.{source} must have {name}")
    return str(settings[name])


def _latest(parts: Sequence[Dated]) -> Dated:
    """One figure a date, the last given of it."""
    dates, values = (np.concatenate(column)[::-1] for column in zip(*parts, strict=True))
    days, last = np.unique(dates, return_index=True)
    return days, values[last]


def _dates(texts: Sequence[str]) -> DateArray:
    """The dates of ISO texts, each of which is read once; NaT for others."""
    days = {text: _day(text) for text in dict.fromkeys(texts)}
    return np.array([days[text] for text in texts], np.int64).astype("M8[D]")


def _day(text: str) -> int:
    """The day of an ISO text as numpy counts it."""
    try:
        return dt.datetime.fromisoformat(text).toordinal() - _EPOCH
    except ValueError:
        return _NO_DAY


def _values(texts: Sequence[str]) -> FloatArray:
    """The figures of texts; NaN for what is no number."""
    try:
        return np.array(list(map(float, texts)))
    except ValueError:
        return np.array(list(map(_value, texts)))


def _value(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
