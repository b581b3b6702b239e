"""The store: every figure ever loaded, append-only, in SQLite or PostgreSQL.

A *vintage* is one load: what came, from where and when. Nothing is updated or deleted, so what was known at
any time can be asked for. A load is one transaction: it is there whole or not at all.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from haven.errors import HavenError, Reason
from haven.market.blocks import histories
from haven.market.history import Figures, History
from haven.market.schema import (
    add_figures,
    block_table,
    calendar_table,
    migrate,
    pack_table,
    roster_table,
    vintage_table,
)
from haven.market.secrets import secret
from haven.market.series import Series

FILE: Final = "file"
"""The source of a desk's own files, which beat live sources for the same series and date."""
LOCK_SECONDS: Final = 5
NOT_REACHED: Final = "Can't create a connection"
"""What pg8000 says then."""
NO_SERVER: Final = "its server doesn't answer; is it running, and are host and port right?"
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
            self._url = with_driver(make_url(url))
            self._engine = _engine(self._url)
        except (ImportError, ValueError, sa.exc.ArgumentError):
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
        twice = [name for name, times in Counter(each.series for each in figures).items() if times > 1]
        if twice:
            raise HavenError(Reason.INVALID, f"store {self}: a load must bring each series once, got {twice[0]} twice")
        with self._connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                # One writer at a time, as in SQLite, so that ids grow in the order in which vintages are seen.
                connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
                connection.execute(sa.text("LOCK TABLE vintage IN EXCLUSIVE MODE"))
            added = connection.execute(sa.insert(vintage_table).values(source=source, name=name, fetched_at=fetched_at))
            vintage = int(added.inserted_primary_key[0])  # type: ignore[index]
            add_figures(connection, figures, vintage)
        return vintage

    def version(self) -> int:
        """The id of the newest vintage; 0 in an empty store."""
        with self._connect() as connection:
            return connection.execute(_NEWEST).scalar() or 0

    def held(self, version: int | None = None, known_at: dt.datetime | None = None) -> frozenset[str]:
        """The ids of the series that have at least one figure, as of a version and a time."""
        own = _as_of(sa.select(block_table.c.series), block_table, version, known_at)
        rosters = sa.select(roster_table.c.names).join_from(roster_table, pack_table)
        names = sa.union(own, _as_of(rosters, pack_table, version, known_at))
        with self._connect() as connection:
            return frozenset[str]().union(*map(str.split, connection.execute(names).scalars()))

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

        def rows(table: sa.Table, column: "sa.Column[Any]", those: Iterable[object]) -> Sequence[Any]:
            query = _as_of(sa.select(*table.c, vintage_table.c.source, _RANK), table, version, known_at)
            if beside is not None:
                query = query.where(_OF_FILE if beside == FILE else ~_OF_FILE)
            return connection.execute(query.where(column.in_(those))).all()

        with self._connect() as connection:
            if version is None:  # so that all queries see one store
                version = connection.execute(_NEWEST).scalar() or 0
            named = {number: names.split() for number, names in connection.execute(sa.select(roster_table))}
            rosters = {number: names for number, names in named.items() if not wanted.keys().isdisjoint(names)}
            own = rows(block_table, block_table.c.series, wanted)
            numbers = calendar_table.c.id.in_({row.calendar for row in own})
            calendars = dict(map(tuple, connection.execute(sa.select(calendar_table).where(numbers)))) if own else {}
            packed = rows(pack_table, pack_table.c.roster, rosters) if rosters else []
        return histories(wanted, own, calendars, packed, rosters)

    def history(self, series: Series) -> History:
        """What the store knows of one series now."""
        return self.histories([series])[series.id]

    def first_load(self) -> dt.datetime | None:
        """When the store's first figures came, in UTC; None in an empty store."""
        with self._connect() as connection:
            first: dt.datetime | None = connection.execute(sa.select(sa.func.min(vintage_table.c.fetched_at))).scalar()
        return first

    def loads(self, limit: int | None = 20, known_at: dt.datetime | None = None) -> list[Load]:
        """The newest vintages, newest first; None for all of them."""
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
            "it can't be opened for writing ({said}); its folder must be there and be yours to write in, also to read "
            "only: SQLite's readers write beside the file. A store in PostgreSQL, or a copy in a folder of yours, "
            "needs no such right; HAVEN_STORE names either",
        ),
        (
            "password authentication failed",
            "it does not take this user with this password, which HAVEN_STORE_KEY or keyring set haven store gives",
        ),
        (NOT_REACHED, NO_SERVER),
    )
)
"""What databases and drivers say, and what that means to a user."""
_NEWEST: Final = sa.select(sa.func.max(vintage_table.c.id))
_OF_FILE: Final = vintage_table.c.source == FILE
_RANK: Final = sa.case((_OF_FILE, 1), else_=0).label("rank")


def with_driver(url: URL) -> URL:
    """The URL with the driver Haven brings for PostgreSQL, unless it names one."""
    return url.set(drivername="postgresql+pg8000") if url.drivername in {"postgresql", "postgres"} else url


def _engine(url: URL) -> sa.Engine:
    options: dict[str, dict[str, Any]] = {
        # The file is let go after each use, so that it is whole by itself and a copy can be put in its place.
        "sqlite": {"connect_args": {"timeout": LOCK_SECONDS}, "poolclass": sa.NullPool},
        "postgresql+pg8000": {"connect_args": {"timeout": ANSWER_SECONDS}, "pool_pre_ping": True},
    }
    if url.host and url.password is None:
        # Empty where there is none: the driver fails on no password at all without a reason.
        options["postgresql+pg8000"]["connect_args"]["password"] = secret("store") or ""
    engine = sa.create_engine(url, **options.get(url.drivername, {}))
    if engine.dialect.name == "sqlite":
        # Figures are taken from where the operating system has them, in a third of the time of copying each page.
        sa.event.listen(engine, "connect", lambda made, _: made.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}"))
    return engine


def _as_of(
    query: "sa.Select[Any]", table: sa.Table, version: int | None, known_at: dt.datetime | None
) -> "sa.Select[Any]":
    """A query of a table of figures, of the vintages there were."""
    query = query.join(vintage_table, table.c.vintage == vintage_table.c.id)
    if version is not None:
        query = query.where(table.c.vintage <= version)
    return query if known_at is None else query.where(vintage_table.c.fetched_at <= known_at)


def _plainly(failure: sa.exc.SQLAlchemyError) -> str:
    """A database failure in a sentence that says what to do."""
    cause = getattr(failure, "orig", None) or failure
    told = cause.args[0] if cause.args else ""
    said = str(told["M"] if isinstance(told, dict) else cause).splitlines()[0]
    for words, meaning in _MEANINGS:
        if words.search(said):
            return meaning.format(said=said)
    return said
