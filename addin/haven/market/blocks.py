"""How the store holds figures as bytes, and how a history is read from them.

A series that brings many figures in one load has a *block* of its own, so that one history is read alone: its figures
(float64), those of the days that are suspect, and the number of its *calendar*, the days since 1970-01-01 (int32),
which most series of a load share. All that the other series of the load bring is one *pack*: the counts of figures
(int32) of the series its *roster* names, then days, figures and a byte a figure, 1 if suspect, of one series after the
other. So a year of daily refreshes is some hundred packs, which are unpacked at once, and not a block a series and day.
All numbers are little-endian.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haven.analytics.arrays import BoolArray, DateArray, FloatArray, IntArray
from haven.errors import HavenError, Reason
from haven.market.history import NO_DATES, Figures, History, Merger, empty, one_source
from haven.market.series import Series

DAY: Final = np.dtype("<i4")
"""Also what counts are."""
VALUE: Final = np.dtype("<f8")
SUSPECT: Final = np.dtype("?")
MANY: Final = 256
"""A series that brings so many figures has a block of its own."""


def block(figures: Figures) -> tuple[bytes, dict[str, bytes]]:
    """The days of a block's calendar, and the parts of the block."""
    parts = {"figures": figures.values.astype(VALUE).tobytes(), "suspects": _days(figures.suspects)}
    return _days(figures.dates), parts


def pack(many: Iterable[Figures]) -> tuple[str, dict[str, bytes]]:
    """The roster of series that have figures, by name so that most loads share one, and the parts of their pack."""
    named = sorted((each for each in many if each.dates.size), key=lambda each: each.series)
    parts = {
        "counts": np.array([each.dates.size for each in named], DAY).tobytes(),
        "days": b"".join(_days(each.dates) for each in named),
        "figures": b"".join(each.values.astype(VALUE).tobytes() for each in named),
        "suspects": b"".join(np.isin(each.dates, each.suspects).tobytes() for each in named),
    }
    return " ".join(each.series for each in named), parts


def calendar(days: bytes) -> DateArray | None:
    """The dates of a calendar, which may not be written in; None for days that were never stored."""
    if len(days) % DAY.itemsize:
        return None
    dates = _dates(days)
    dates.flags.writeable = False
    return dates


def unblock(row: Any, dates: DateArray | None) -> Figures | None:
    """What a block holds of the dates of its calendar; None where its parts have sizes that were never stored."""
    if dates is None or len(row.figures) != dates.size * VALUE.itemsize or len(row.suspects) % DAY.itemsize:
        return None
    suspect = _dates(row.suspects) if row.suspects else NO_DATES
    return Figures(row.series, dates, np.frombuffer(row.figures, VALUE), suspect)


def histories(
    wanted: Mapping[str, Series],
    blocks: Sequence[Any],
    calendars: Mapping[int, bytes],
    packs: Sequence[Any],
    rosters: Mapping[int, Sequence[str]],
) -> dict[str, History]:
    """The history of each series from rows of the store: for each date the figure of the highest rank, then vintage.

    Rows have a ``rank``, ``vintage`` and ``source`` beside their parts; a block a ``series`` and the number of its
    ``calendar``, a pack that of its ``roster``, of which ``rosters`` are the names.
    """
    own: dict[str, list[Any]] = {name: [] for name in wanted}
    for row in sorted(blocks, key=_authority):
        own[row.series].append(row)
    packed = _unpack(packs, rosters, sorted(wanted)) if packs else {}
    dates = {number: calendar(days) for number, days in calendars.items()}
    merger = Merger()
    found = {}
    for name, series in wanted.items():
        layers = [_of_block(series, row, dates.get(row.calendar)) for row in own[name]]
        if name in packed:
            layers = _between(layers, list(map(_authority, own[name])), packed[name], series)
        found[name] = reduce(merger.merge, layers) if layers else empty(name, series.max_age_days)
    return found


@dataclass(frozen=True, slots=True)
class _Packed:
    """Figures from packs, by series and date, one of each: that of the highest authority."""

    dates: DateArray
    values: FloatArray
    suspect: BoolArray
    sources: NDArray[np.str_]
    authority: NDArray[np.int64]

    def __getitem__(self, rows: slice | BoolArray) -> "_Packed":
        return _Packed(
            self.dates[rows], self.values[rows], self.suspect[rows], self.sources[rows], self.authority[rows]
        )

    def history(self, series: Series) -> History:
        """Figures of one series, by ascending date, as its history."""
        sources = self.sources
        if (sources == sources[0]).all():
            sources = one_source(str(sources[0]), sources.size)
        return History(series.id, self.dates, self.values, sources, series.max_age_days, self.dates[self.suspect])


def _authority(row: Any) -> int:
    """Of two figures of one date, that of the row with the higher authority speaks."""
    return int(row.rank << 32 | row.vintage)


def _of_block(series: Series, row: Any, dates: DateArray | None) -> History:
    figures = unblock(row, dates)
    if figures is None:
        raise _damaged(f"{series.id} in load {row.vintage}")
    source = one_source(row.source, figures.dates.size)
    return History(series.id, figures.dates, figures.values, source, series.max_age_days, figures.suspects)


def _between(blocks: list[History], authorities: list[int], packed: _Packed, series: Series) -> list[History]:
    """Blocks of ascending authority, with what came in packs put before, between and behind them."""
    levels = np.searchsorted(authorities, packed.authority)
    layers = []
    for level, count in enumerate(np.bincount(levels, minlength=len(blocks) + 1)):
        if count:
            layers.append(packed[levels == level].history(series))
        layers += blocks[level : level + 1]
    return layers


def _unpack(packs: Sequence[Any], rosters: Mapping[int, Sequence[str]], names: Sequence[str]) -> dict[str, _Packed]:
    """What packs hold of each named series that they have figures of; the names ascend, as those of a roster do."""
    packs = sorted(packs, key=_authority, reverse=True)
    place = {name: number for number, name in enumerate(names)}
    places = {roster: np.array([place.get(name, -1) for name in members]) for roster, members in rosters.items()}
    of = [places[row.roster] for row in packs]
    counts, sizes = _counted(packs, [each.size for each in of])
    series = np.repeat(np.concatenate(of), counts)
    rows = np.flatnonzero(series >= 0)
    days = np.frombuffer(b"".join(row.days for row in packs), DAY)[rows].astype(np.int64)
    first = _first_of_each((series[rows] << 32) + days)
    rows, dates = rows[first], days[first].view("M8[D]")
    values = np.frombuffer(b"".join(row.figures for row in packs), VALUE)[rows]
    suspect = np.frombuffer(b"".join(row.suspects for row in packs), SUSPECT)[rows]
    load = np.repeat(np.arange(len(packs)), sizes)[rows]
    sources, authorities = np.array([row.source for row in packs]), np.array([_authority(row) for row in packs])
    packed = _Packed(dates, values, suspect, sources[load], authorities[load])
    bounds = series[rows].searchsorted(np.arange(len(names) + 1))
    return {name: packed[start:end] for name, (start, end) in zip(names, pairwise(bounds), strict=True) if start < end}


def _counted(packs: Sequence[Any], members: Sequence[int]) -> tuple[IntArray, IntArray]:
    """How many figures each series of each pack has, one pack after the other, and how many each pack."""
    sizes = [len(row.suspects) // SUSPECT.itemsize for row in packs]
    for row, count, size in zip(packs, members, sizes, strict=True):
        parts = (len(row.counts), len(row.days), len(row.figures))
        if not count or parts != (count * DAY.itemsize, size * DAY.itemsize, size * VALUE.itemsize):
            raise _damaged(f"load {row.vintage}")
    counts = np.frombuffer(b"".join(row.counts for row in packs), DAY).astype(np.int64)
    starts = np.cumsum([0, *members[:-1]])
    wrong = (np.add.reduceat(counts, starts) != sizes) | (np.minimum.reduceat(counts, starts) < 1)
    if wrong.any():
        raise _damaged(f"load {packs[int(wrong.argmax())].vintage}")
    return counts, np.array(sizes)


def _first_of_each(keys: IntArray) -> NDArray[np.intp]:
    """Where each key first stands, ascending; a third of the time of ``np.unique`` for sorted runs."""
    order = keys.argsort(kind="stable")
    ordered = keys[order]
    first = np.ones(keys.size, dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return order[first]


def _damaged(what: str) -> HavenError:
    return HavenError(Reason.NO_DATA, f"store: {what} is damaged; restore a copy of the store or set HAVEN_STORE")


def _days(dates: DateArray) -> bytes:
    return dates.astype("M8[D]").astype(np.int64).astype(DAY).tobytes()


def _dates(days: bytes) -> DateArray:
    return np.frombuffer(days, DAY).astype(np.int64).view("M8[D]")
