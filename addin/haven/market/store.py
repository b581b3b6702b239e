"""The store: every figure ever loaded, append-only, in any database SQLAlchemy speaks to.

A *vintage* is one load: what came, from where and when. Nothing is updated or deleted, so what was known at
any time can be asked for. A load is one transaction: it is there whole or not at all.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from haven.errors import HavenError, Reason
from haven.market.history import History
from haven.market.series import Series

FILE: Final = "file"
"""The source of a desk's own files, which beat live sources for the same series and date."""
LOCK_SECONDS: Final = 5

_tables = sa.MetaData()
_vintage = sa.Table(
    "vintage",
    _tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.String(32), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("fetched_at", sa.DateTime, nullable=False),
)
_observation = sa.Table(
    "observation",
    _tables,
    sa.Column("series", sa.String(32), primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("vintage", sa.Integer, sa.ForeignKey("vintage.id"), primary_key=True, autoincrement=False),
    sa.Column("value", sa.Float(53), nullable=False),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True, slots=True)
class Observation:
    """One canonical figure of a series on a date."""

    series: str
    date: np.datetime64
    value: float


@dataclass(frozen=True, slots=True)
class Load:
    """One vintage as the store lists it."""

    id: int
    source: str
    name: str
    fetched_at: dt.datetime


class Store:
    """Observations by series, date and vintage, at a database URL."""

    def __init__(self, url: str) -> None:
        options: dict[str, Any] = {"connect_args": {"timeout": LOCK_SECONDS}} if url.startswith("sqlite") else {}
        try:
            self._url = make_url(url)
            self._engine = sa.create_engine(self._url, **options)
        except (ImportError, sa.exc.ArgumentError):
            # The URL may hold a password, so neither it nor the library's message is passed on.
            rule = (
                "HAVEN_STORE must be a database URL whose driver is installed, such as sqlite:///C:/desk/store.sqlite"
            )
            raise HavenError(Reason.INVALID, rule) from None

    def __str__(self) -> str:
        """The URL without its password."""
        return self._url.render_as_string(hide_password=True)

    def create(self) -> None:
        """Make the tables if they are not there; readers go on while one writer writes."""
        if self._url.get_backend_name() == "sqlite" and self._url.database:
            from pathlib import Path

            Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
            with self._connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        with self._connect() as connection:
            _tables.create_all(connection)
            connection.commit()

    def append(self, observations: Sequence[Observation], source: str, name: str, fetched_at: dt.datetime) -> int:
        """Add one vintage, whole or not at all, and return its id.

        ``fetched_at`` is in UTC; ``name`` says where within the source the figures came from.
        """
        with self._connect() as connection, connection.begin():
            added = connection.execute(sa.insert(_vintage).values(source=source, name=name, fetched_at=fetched_at))
            vintage = int(added.inserted_primary_key[0])  # type: ignore[index]
            connection.execute(
                sa.insert(_observation),
                [
                    {"series": row.series, "day": int(row.date.astype(int)), "vintage": vintage, "value": row.value}
                    for row in observations
                ],
            )
        return vintage

    def version(self) -> int:
        """The id of the newest vintage; 0 in an empty store."""
        with self._connect() as connection:
            return connection.execute(sa.select(sa.func.max(_vintage.c.id))).scalar() or 0

    def held(self) -> frozenset[str]:
        """The ids of the series that have at least one figure."""
        with self._connect() as connection:
            return frozenset(connection.execute(sa.select(_observation.c.series).distinct()).scalars())

    def history(self, series: Series) -> History:
        """What the store knows of a series: for each date a desk's file first, then the newest vintage."""
        rank = sa.case((_vintage.c.source == FILE, 1), else_=0)
        query = (
            sa.select(_observation.c.day, _observation.c.value, _vintage.c.source)
            .join(_vintage, _observation.c.vintage == _vintage.c.id)
            .where(_observation.c.series == series.id)
            .order_by(_observation.c.day, rank, _observation.c.vintage)
        )
        with self._connect() as connection:
            rows = connection.execute(query).all()
        days, values, sources = zip(*rows, strict=True) if rows else ((), (), ())
        dates = np.array(days, dtype=np.int64).view("M8[D]")
        last = np.append(dates[1:] != dates[:-1], True) if rows else np.zeros(0, dtype=bool)
        return History(
            series.id,
            dates[last],
            np.array(values, dtype=float)[last],
            np.array(sources, dtype=str)[last],
            series.max_age_days,
        )

    def loads(self, limit: int = 20) -> list[Load]:
        """The newest vintages, newest first."""
        query = sa.select(_vintage).order_by(_vintage.c.id.desc()).limit(limit)
        with self._connect() as connection:
            return [Load(*row) for row in connection.execute(query)]

    @contextmanager
    def _connect(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as failure:
            raise HavenError(Reason.NO_DATA, f"store {self}: {_plainly(failure)}") from failure


def _plainly(failure: sa.exc.SQLAlchemyError) -> str:
    """A database failure in a sentence that says what to do."""
    cause = str(getattr(failure, "orig", None) or failure).splitlines()[0]
    if "locked" in cause or "busy" in cause:
        return f"another process has held it for {LOCK_SECONDS} s; try again when that has finished"
    if "full" in cause:
        return "the disk is full; nothing was written"
    if "not a database" in cause or "malformed" in cause:
        return f"it is damaged or not a Haven store ({cause}); restore a copy or set HAVEN_STORE"
    return cause
