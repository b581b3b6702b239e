"""One view of the market for one recalculation: the store's figures over the sample's."""

import datetime as dt
import re
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np

from haven.analytics.arrays import to_bp
from haven.errors import HavenError, Reason
from haven.market import sample
from haven.market.curve import QuotedCurve
from haven.market.history import History, Merger, empty, merge
from haven.market.home import store_exists, store_url
from haven.market.series import Series, catalogue, family, find_series

if TYPE_CHECKING:
    from haven.market.store import Load, Store

SECONDS_BETWEEN_CHECKS: Final = 1.0
_DIFFERENCE = re.compile(r"(.+?)\s+-\s+(.+)")
_SPREADS: Final = {"SPREAD": ("SWAP", "UST"), "SOFRFF": ("SWAP", "FFOIS")}
"""Derived families by tenor, and the two curves they are the difference of."""


class Snapshot:
    """Histories by series id, read when first asked for and kept; they do not change, whatever becomes of the store.

    With ``known_at``, a time in UTC, the market is what the store held by then, and the sample, which came at no
    time, is left out.

    Derived series are ``SPREAD.10Y``, the swap rate minus the Treasury yield, ``SOFRFF.10Y``, the SOFR swap minus
    the fed funds one, and any ``A - B``, such as ``SOFRFF.10Y - SOFRFF.2Y``; all in bp.
    """

    def __init__(self, store: "Store | None" = None, version: int = 0, known_at: dt.datetime | None = None) -> None:
        self.version = version
        self.known_at = known_at
        self._store = store
        self._held = store.held(version, known_at) if store else frozenset[str]()
        self._shipped = frozenset[str]() if known_at else sample.ids()
        self._histories: dict[str, History] = {}
        self._curves: dict[str, QuotedCurve] = {}
        self.base = self
        self.overrides: Mapping[str, History] = {}
        """The figures of :meth:`overridden` by series, and the market as it is without them."""
        self.derived: dict[str, object] = {}
        """What functions computed from this snapshot and may keep with it, such as an estimated model."""

    def history(self, name: str) -> History:
        """A series' history by id or as a difference of two, in canonical units.

        Raises
        ------
        HavenError
            INVALID for an unknown series, or a difference of unlike units.
        """
        found = self._histories.get(name)
        if found is None:
            wanted = name.strip().upper()
            if parts := self._parts(wanted):
                found = self._difference(wanted, *parts)
            else:
                self.read([wanted])
                found = self._histories[wanted]
            self._histories[name] = found
        return found

    def read(self, ids: Iterable[str]) -> None:
        """Read the histories of series of the catalogue that are not yet read, in one query of the store."""
        unread = [find_series(name) for name in ids if name not in self._histories]
        ours = [series for series in unread if series.id in self._held]
        stored = self._store.histories(ours, self.version, self.known_at) if self._store and ours else {}
        merger = Merger()
        for series in unread:
            self._histories[series.id] = self._over_the_sample(series, stored.get(series.id), merger)

    def overridden(self, figures: Mapping[str, History]) -> "Snapshot":
        """The same market with some figures in place of its own; the store keeps what it has."""
        market = Snapshot(self._store, self.version, self.known_at)
        market.base, market.overrides = self, figures
        market._histories = {name: merge(self.history(name), history) for name, history in figures.items()}
        return market

    def unit(self, name: str) -> str:
        """The canonical unit of a series or difference."""
        return "bp" if self._parts(name.strip().upper()) else find_series(name).canonical_unit

    def curve(self, prefix: str) -> QuotedCurve:
        """The quoted curve of a family such as ``SWAP`` or ``UST``: every tenor that has figures."""
        found = self._curves.get(prefix)
        if found is None:
            members = [series for series in family(prefix) if self.holds(series)]
            self.read(series.id for series in members)
            found = QuotedCurve(prefix, [series.years for series in members], [self.history(s.id) for s in members])
            self._curves[prefix] = found
        return found

    def holds(self, series: Series) -> bool:
        """Whether there is any figure of a series of the catalogue."""
        return series.id in self._held or series.id in self._shipped

    def ids(self) -> list[str]:
        """Every series that has figures, in the order of the catalogue; contract months last."""
        listed = [series.id for series in catalogue().values() if self.holds(series)]
        return listed + sorted(self._held.difference(listed))

    @property
    def store_name(self) -> str:
        """The URL of the store without its password; empty while there is none."""
        return str(self._store) if self._store else ""

    def loads(self) -> "list[Load]":
        """The newest loads of the store, newest first."""
        return self._store.loads(known_at=self.known_at) if self._store else []

    def first_load(self) -> dt.datetime | None:
        """When the store's first figures came, in UTC; None where there are none."""
        return self._store.first_load() if self._store else None

    def as_known(self, known_at: dt.datetime) -> "Snapshot":
        """The same store as it was at a time in UTC."""
        return Snapshot(self._store, self.version, known_at)

    def stored(self, ids: Iterable[str]) -> dict[str, History]:
        """What the store alone holds of series of the catalogue."""
        return self._store.histories(map(find_series, ids), self.version, self.known_at) if self._store else {}

    def is_illustrative(self, name: str) -> bool:
        """Whether any figure behind a series is illustrative rather than real."""
        return any(sample.ILLUSTRATIVE in self.base.history(part).sources[-1:] for part in self.made_of(name))

    def made_of(self, name: str) -> list[str]:
        """The series of the catalogue behind a series: itself, unless it is derived."""
        parts = self._parts(name.strip().upper())
        return [leaf for part in parts for leaf in self.made_of(part)] if parts else [name.strip().upper()]

    @property
    def is_demo(self) -> bool:
        """Whether the ten-year swap rate, and with it every headline figure, is illustrative."""
        return self.is_illustrative("SWAP.10Y")

    def illustrative_swaps(self) -> list[str]:
        """The tenors whose swap rate is illustrative, shortest first; the store may have quotes of the others."""
        swaps = [series.id for series in family("SWAP") if self.holds(series)]
        return [name.removeprefix("SWAP.") for name in swaps if self.is_illustrative(name)]

    def _over_the_sample(self, series: Series, stored: History | None, merger: Merger) -> History:
        if series.id not in self._shipped:
            return stored or empty(series.id, series.max_age_days)
        shipped = sample.history(series.id)
        if stored is None:
            return shipped
        if sample.ILLUSTRATIVE in shipped.sources[:1]:
            return stored
        return merger.merge(shipped, stored)

    def _parts(self, name: str) -> tuple[str, str] | None:
        if match := _DIFFERENCE.fullmatch(name):
            return match[1], match[2]
        family, _, tenor = name.partition(".")
        if family not in _SPREADS:
            return None
        left, right = _SPREADS[family]
        return f"{left}.{tenor}", f"{right}.{tenor}"

    def _difference(self, name: str, left: str, right: str) -> History:
        units = {self.unit(left), self.unit(right)}
        if len(units) > 1 or not units <= {"decimal", "bp"}:
            raise HavenError(
                Reason.INVALID,
                f"series {name!r} must subtract rates or spreads of one unit, got {' and '.join(sorted(units))}",
            )
        first, second = self.history(left), self.history(right)
        dates = first.dates[second.find(first.dates)[1]] if first.max_age_days == 0 else second.dates
        dates = dates[first.find(dates)[1]]
        gap = first.at(dates) - second.at(dates)
        lefts, rights = first.sources[first.find(dates)[0]], second.sources[second.find(dates)[0]]
        sources = np.where(rights == sample.ILLUSTRATIVE, rights, lefts)
        values = to_bp(gap) if units == {"decimal"} else gap
        suspects = np.intersect1d(np.union1d(first.suspects, second.suspects), dates)
        return History(name, dates, values, sources, max(first.max_age_days, second.max_age_days), suspects)


class _Current:
    """The snapshot in force in this process, renewed when the store has changed."""

    def __init__(self) -> None:
        self.snapshot: Snapshot | None = None
        self.fixed = False
        self.checked = 0.0
        self.url = ""
        self.store: Store | None = None
        self.lock = threading.Lock()

    def get(self) -> Snapshot:
        now = time.monotonic()
        if self.snapshot is not None and (self.fixed or now - self.checked < SECONDS_BETWEEN_CHECKS):
            return self.snapshot
        with self.lock:
            self.open_store()
            version = self.store.version() if self.store else 0
            if self.snapshot is None or self.snapshot.version != version:
                self.snapshot = Snapshot(self.store, version)
            self.checked = now
            return self.snapshot

    def open_store(self) -> None:
        """Open the store if there is one; without one no database driver is imported."""
        url = store_url()
        if self.store is not None and url == self.url:
            return
        if not store_exists(url):
            self.store = None
            return
        from haven.market.store import Store

        store = Store(url)
        store.create()
        self.store, self.url, self.snapshot = store, url, None


_current = _Current()


def current() -> Snapshot:
    """The snapshot every function reads; the store is looked at once a second at most."""
    return _current.get()


def refresh() -> Snapshot:
    """The snapshot after looking at the store now."""
    _current.checked = -SECONDS_BETWEEN_CHECKS
    return _current.get()


def as_known(known_at: dt.datetime) -> Snapshot:
    """The market as the store knew it at a time in UTC.

    Raises
    ------
    HavenError
        NO_DATA when nothing had been loaded by then.
    """
    market = refresh()
    first = market.first_load()
    if first is None or first > known_at:
        since = f"the store's first load is of {first:%Y-%m-%d %H:%M:%S}" if first else "nothing has been loaded yet"
        raise HavenError(Reason.NO_DATA, f"nothing was known at {known_at:%Y-%m-%d %H:%M:%S} UTC; {since}")
    return market.as_known(known_at)


@contextmanager
def using(snapshot: Snapshot) -> Iterator[Snapshot]:
    """Hold one snapshot in force, whatever becomes of the store: one recalculation sees one market."""
    before = (_current.snapshot, _current.fixed)
    _current.snapshot, _current.fixed = snapshot, True
    try:
        yield snapshot
    finally:
        _current.snapshot, _current.fixed = before
