"""The store: every figure ever loaded, append-only, in SQLite or PostgreSQL.

A *vintage* is one load: what came, from where and when. Nothing is updated or deleted, so what was known at
any time can be asked for. A load is one transaction: it is there whole or not at all.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from haven.analytics.arrays import DateArray
from haven.errors import HavenError, Reason
from haven.market.history import NO_DATES, Figures, History, empty, first_of_each, one_source
from haven.market.schema import DAY, VALUE, block_table, migrate, vintage_table
from haven.market.series import Series

FILE: Final = "file"
"""The source of a desk's own files, which beat live sources for the same series and date."""
LOCK_SECONDS: Final = 5
MAPPED_BYTES: Final = 1 << 28
ANSWER_SECONDS: Final = 60
"""A database server that says nothing for so long has gone."""


@dataclass(frozen=True, slots=True)
class Load:
    """One vintage as the store lists it."""

    id: int
    source: str
    name: str
    fetched_at: dt.datetime


class Store:
    """Figures by series, date and vintage, at a database URL."""

    def __init__(self, url: str) -> None:
        try:
            self._url = _with_driver(make_url(url))
            self._engine = _engine(self._url)
        except (ImportError, sa.exc.ArgumentError):
            # The URL may hold a password, so neither it nor the library's message is passed on.
            rule = (
                "HAVEN_STORE must be a database URL whose driver is installed, such as sqlite:///C:/desk/store.sqlite"
            )
            raise HavenError(Reason.INVALID, rule) from None

        unknown = set(self._url.query) - _OPTIONS.get(self._url.drivername, set(self._url.query))
        if unknown:
            known = ", ".join(sorted(_OPTIONS[self._url.drivername]))
            raise HavenError(
                Reason.INVALID, f"HAVEN_STORE may have the options {known}, got {', '.join(sorted(unknown))}"
            )

    def __str__(self) -> str:
        """The URL without its password, nor its options, which may hold one."""
        return self._url.set(query={}).render_as_string(hide_password=True)

    def create(self) -> None:
        """Make the tables, or bring those of an earlier Haven up to date; for most callers there is nothing to do."""
        if self._url.get_backend_name() == "sqlite" and self._url.database:
            from pathlib import Path

            Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
        with self._connect() as connection:
            migrate(connection)

    def append(self, figures: Sequence[Figures], source: str, name: str, fetched_at: dt.datetime) -> int:
        """Add one vintage of several series, whole or not at all, and return its id.

        ``fetched_at`` is in UTC; ``name`` says where within the source the figures came from.
        """
        with self._connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                # One writer at a time, as in SQLite, so that ids grow in the order in which vintages are seen.
                connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
                connection.execute(sa.text("LOCK TABLE vintage IN EXCLUSIVE MODE"))
            added = connection.execute(sa.insert(vintage_table).values(source=source, name=name, fetched_at=fetched_at))
            vintage = int(added.inserted_primary_key[0])  # type: ignore[index]
            connection.execute(sa.insert(block_table), [_block(each, vintage) for each in figures])
        return vintage

    def version(self) -> int:
        """The id of the newest vintage; 0 in an empty store."""
        with self._connect() as connection:
            return connection.execute(sa.select(sa.func.max(vintage_table.c.id))).scalar() or 0

    def held(self, version: int | None = None, known_at: dt.datetime | None = None) -> frozenset[str]:
        """The ids of the series that have at least one figure, as of a version and a time."""
        query = _as_of(sa.select(block_table.c.series).distinct(), version, known_at)
        with self._connect() as connection:
            return frozenset(connection.execute(query).scalars())

    def histories(
        self,
        series: Iterable[Series],
        version: int | None = None,
        known_at: dt.datetime | None = None,
        *,
        beside: str | None = None,
    ) -> dict[str, History]:
        """What the store knows of each series: for each date a desk's file first, then the newest vintage.

        Parameters
        ----------
        version
            Only vintages up to this one, so that several reads see one store.
        known_at
            Only what was loaded by this time, in UTC.
        beside
            A source: only what its figures would stand beside, those of files or those of live sources.
        """
        wanted = {each.id: each for each in series}
        rank = sa.case((vintage_table.c.source == FILE, 1), else_=0)
        columns = (block_table.c.series, rank, block_table.c.vintage, vintage_table.c.source, *_PARTS)
        query = _as_of(sa.select(*columns), version, known_at).where(block_table.c.series.in_(wanted))
        if beside is not None:
            query = query.where(rank == int(beside == FILE))
        with self._connect() as connection:
            rows = connection.execute(query).all()
        blocks: dict[str, list[Any]] = {name: [] for name in wanted}
        # Sorted here: a database would carry the figures along.
        for row in sorted(rows, key=itemgetter(1, 2), reverse=True):
            blocks[row[0]].append(row)
        calendars = _Calendars()
        return {name: _history(each, blocks[name], calendars) for name, each in wanted.items()}

    def history(self, series: Series) -> History:
        """What the store knows of one series now."""
        return self.histories([series])[series.id]

    def first_load(self) -> dt.datetime | None:
        """When the store's first figures came, in UTC; None in an empty store."""
        with self._connect() as connection:
            first: dt.datetime | None = connection.execute(sa.select(sa.func.min(vintage_table.c.fetched_at))).scalar()
        return first

    def loads(self, limit: int = 20, known_at: dt.datetime | None = None) -> list[Load]:
        """The newest vintages, newest first."""
        query = sa.select(vintage_table).order_by(vintage_table.c.id.desc()).limit(limit)
        if known_at is not None:
            query = query.where(vintage_table.c.fetched_at <= known_at)
        with self._connect() as connection:
            return [Load(*row) for row in connection.execute(query)]

    @contextmanager
    def _connect(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as failure:
            raise HavenError(Reason.NO_DATA, f"store {self}: {_plainly(failure)}") from failure


_OPTIONS: Final = {"postgresql+pg8000": {"application_name", "unix_sock"}}
"""What a URL may say after its question mark, by driver; the driver itself fails on others without a reason."""
_MEANINGS: Final = tuple(
    (re.compile(words), meaning)
    for words, meaning in (
        (
            "locked|busy|lock timeout",
            f"another process has held it for {LOCK_SECONDS} s; try again when that has finished",
        ),
        ("is full", "the disk is full; nothing was written"),
        (
            "not a database|malformed|no such (table|column)|(relation|column) .* does not exist",
            "it is damaged or not a Haven store ({said}); restore a copy or set HAVEN_STORE",
        ),
        (
            "unable to open|readonly database",
            "it can't be opened for writing ({said}); its folder must be there and be yours to write in",
        ),
        (
            "Can't create a connection",
            "its server doesn't answer; is it running, and are host and port right?",
        ),
    )
)
"""What databases and drivers say, and what that means to a user."""
_PARTS: Final = (block_table.c.days, block_table.c.figures, block_table.c.suspects)


def _with_driver(url: URL) -> URL:
    """The URL with the driver Haven brings for PostgreSQL, unless it names one."""
    return url.set(drivername="postgresql+pg8000") if url.drivername in {"postgresql", "postgres"} else url


def _engine(url: URL) -> sa.Engine:
    options: dict[str, dict[str, Any]] = {
        "sqlite": {"connect_args": {"timeout": LOCK_SECONDS}},
        "postgresql+pg8000": {"connect_args": {"timeout": ANSWER_SECONDS}, "pool_pre_ping": True},
    }
    engine = sa.create_engine(url, **options.get(url.drivername, {}))
    if engine.dialect.name == "sqlite":
        # Figures are taken from where the operating system has them, in a third of the time of copying each page.
        sa.event.listen(engine, "connect", lambda made, _: made.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}"))
    return engine


def _as_of(query: "sa.Select[Any]", version: int | None, known_at: dt.datetime | None) -> "sa.Select[Any]":
    """A query of blocks, of the vintages there were."""
    query = query.join(vintage_table, block_table.c.vintage == vintage_table.c.id)
    if version is not None:
        query = query.where(block_table.c.vintage <= version)
    return query if known_at is None else query.where(vintage_table.c.fetched_at <= known_at)


def _block(figures: Figures, vintage: int) -> dict[str, Any]:
    return {
        "series": figures.series,
        "vintage": vintage,
        "days": _days(figures.dates),
        "figures": figures.values.astype(VALUE).tobytes(),
        "suspects": _days(figures.suspects),
    }


def _days(dates: DateArray) -> bytes:
    return dates.astype("M8[D]").astype(np.int64).astype(DAY).tobytes()


def _dates(days: bytes) -> DateArray:
    return np.frombuffer(days, DAY).astype(np.int64).view("M8[D]")


class _Calendars:
    """The dates of one series after the other, decoded once where neighbours have the same."""

    def __init__(self) -> None:
        self._days, self._dates = b"", NO_DATES

    def dates(self, days: bytes) -> DateArray:
        if days != self._days:
            self._days, self._dates = days, _dates(days)
            self._dates.flags.writeable = False
        return self._dates


def _history(series: Series, blocks: Sequence[Any], calendars: _Calendars) -> History:
    """One history of blocks, of which the first speaks where they share a date."""
    if not blocks:
        return empty(series.id, series.max_age_days)
    _, _, vintages, sources, days, figures, suspects = zip(*blocks, strict=True)
    for vintage, *parts in zip(vintages, days, figures, suspects, strict=True):
        _check_whole(series, vintage, *map(len, parts))
    if len(blocks) == 1:  # what most series of a new store are; a tenth of the time
        dates = calendars.dates(days[0])
        source = one_source(sources[0], dates.size)
        suspect_dates = _dates(suspects[0]) if suspects[0] else NO_DATES
        return History(series.id, dates, np.frombuffer(figures[0], VALUE), source, series.max_age_days, suspect_dates)
    dates, values = _dates(b"".join(days)), np.frombuffer(b"".join(figures), VALUE)
    sizes = [len(part) // DAY.itemsize for part in days]
    suspect = np.zeros(dates.size, dtype=bool)
    for part, size, end in zip(suspects, sizes, accumulate(sizes), strict=True):
        if part:
            suspect[end - size : end] = np.isin(dates[end - size : end], _dates(part))
    dates, first = first_of_each(dates)
    source = np.repeat(sources, sizes)[first]
    return History(series.id, dates, values[first], source, series.max_age_days, dates[suspect[first]])


def _check_whole(series: Series, vintage: int, days: int, figures: int, suspects: int) -> None:
    """Refuse a block whose parts have sizes in bytes that were never stored."""
    if days * VALUE.itemsize != figures * DAY.itemsize or figures % VALUE.itemsize or suspects % DAY.itemsize:
        what = f"{series.id} in load {vintage} is damaged; restore a copy of the store or set HAVEN_STORE"
        raise HavenError(Reason.NO_DATA, f"store: {what}")


def _plainly(failure: sa.exc.SQLAlchemyError) -> str:
    """A database failure in a sentence that says what to do."""
    cause = getattr(failure, "orig", None) or failure
    told = cause.args[0] if cause.args else ""
    said = str(told["M"] if isinstance(told, dict) else cause).splitlines()[0]
    for words, meaning in _MEANINGS:
        if words.search(said):
            return meaning.format(said=said)
    return said
