"""The store's tables, and the steps that bring an older store up to them.

A few tables and ordered steps in place of a migration tool: the steps are few, run by themselves when a store is
opened, and must hold the database against another process doing the same, which tools leave to their user.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import groupby
from operator import attrgetter
from typing import Final

import numpy as np
import sqlalchemy as sa

from haven.errors import HavenError, Reason
from haven.market.blocks import DAY, MANY, VALUE, block, calendar, pack, unblock
from haven.market.history import Figures

_MIGRATING: Final = 0x48415645
"""The advisory lock, known to PostgreSQL by a number alone, that one process at a time holds while migrating."""

tables: Final = sa.MetaData()
version_table: Final = sa.Table("schema_version", tables, sa.Column("version", sa.Integer, nullable=False))
vintage_table: Final = sa.Table(
    "vintage",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.String(32), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("fetched_at", sa.DateTime, nullable=False),
)
calendar_table: Final = sa.Table(
    "calendar",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("days", sa.LargeBinary, nullable=False),
)
block_table: Final = sa.Table(
    "block",
    tables,
    sa.Column("series", sa.String(32), primary_key=True),
    sa.Column("vintage", sa.Integer, sa.ForeignKey("vintage.id"), primary_key=True, autoincrement=False),
    sa.Column("calendar", sa.Integer, sa.ForeignKey("calendar.id"), nullable=False),
    sa.Column("figures", sa.LargeBinary, nullable=False),
    sa.Column("suspects", sa.LargeBinary, nullable=False),
)
"""What one vintage brought of one series of which it brought much, as ``blocks`` says."""
roster_table: Final = sa.Table(
    "roster",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("names", sa.Text, nullable=False),
)
"""The series of a pack; most days bring the same."""
pack_table: Final = sa.Table(
    "pack",
    tables,
    sa.Column("vintage", sa.Integer, sa.ForeignKey("vintage.id"), primary_key=True, autoincrement=False),
    sa.Column("roster", sa.Integer, sa.ForeignKey("roster.id"), nullable=False),
    sa.Column("counts", sa.LargeBinary, nullable=False),
    sa.Column("days", sa.LargeBinary, nullable=False),
    sa.Column("figures", sa.LargeBinary, nullable=False),
    sa.Column("suspects", sa.LargeBinary, nullable=False),
)
"""What one vintage brought of all other series."""


def migrate(connection: sa.Connection) -> None:
    """Bring a store up to date, whole or not at all.

    Raises
    ------
    HavenError
        INVALID for a store made by a later Haven.
    """
    if version(connection) == len(_STEPS):
        return
    connection.rollback()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")  # readers go on while one writer writes
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATING)))
    found = version(connection)  # again: another process may have been faster
    if found > len(_STEPS):
        raise HavenError(Reason.INVALID, f"the store has schema {found}, this Haven knows {len(_STEPS)}; update Haven")
    for step in _STEPS[found:]:
        step(connection)
    connection.execute(sa.delete(version_table))
    connection.execute(sa.insert(version_table).values(version=len(_STEPS)))
    connection.commit()


def add_figures(connection: sa.Connection, figures: Iterable[Figures], vintage: int) -> None:
    """Add what a vintage brought, in a transaction that keeps other writers out."""
    figures = list(figures)
    own = [each for each in figures if each.dates.size >= MANY]
    roster, parts = pack(each for each in figures if each.dates.size < MANY)
    _add_blocks(connection, ((each.series, *block(each)) for each in own), vintage)
    if roster:
        number = connection.execute(sa.select(roster_table.c.id).where(roster_table.c.names == roster)).scalar()
        if number is None:
            added = connection.execute(sa.insert(roster_table).values(names=roster))
            number = added.inserted_primary_key[0]  # type: ignore[index]
        connection.execute(sa.insert(pack_table).values(vintage=vintage, roster=number, **parts))


def _add_blocks(connection: sa.Connection, blocks: Iterable[tuple[str, bytes, dict[str, bytes]]], vintage: int) -> None:
    """Add blocks of a vintage, each a series, the days of its calendar and its parts."""
    numbers: dict[bytes, int] = {}
    rows = []
    for series, days, parts in blocks:
        if days not in numbers:
            added = connection.execute(sa.insert(calendar_table).values(days=days))
            numbers[days] = added.inserted_primary_key[0]  # type: ignore[index]
        rows.append({"series": series, "vintage": vintage, "calendar": numbers[days], **parts})
    if rows:
        connection.execute(sa.insert(block_table), rows)


def version(connection: sa.Connection) -> int:
    """How many of the steps a store has behind it; 0 when it is new."""
    there = sa.inspect(connection).get_table_names()
    if version_table.name in there:
        return connection.execute(sa.select(version_table.c.version)).scalar() or 0
    return 1 if vintage_table.name in there else 0


def _rows(connection: sa.Connection) -> None:
    """Schema 1: a row a figure."""
    vintage_table.create(connection)
    _observation.create(connection)


def _blocks(connection: sa.Connection) -> None:
    """Schema 2: a block a series and vintage. A history is read whole, and rows took a hundred times as long."""
    version_table.create(connection)
    _dated_block.create(connection)
    rows = connection.execute(sa.select(_observation).order_by(_observation.c.series, _observation.c.day))
    blocks: dict[tuple[str, int], list[tuple[int, float]]] = defaultdict(list)
    for series, day, vintage, value in rows:
        blocks[series, vintage].append((day, value))
    if blocks:
        connection.execute(
            sa.insert(_dated_block),
            [
                {
                    "series": series,
                    "vintage": vintage,
                    "days": np.array([day for day, _ in figures], DAY).tobytes(),
                    "figures": np.array([value for _, value in figures], VALUE).tobytes(),
                    "suspects": b"",
                }
                for (series, vintage), figures in blocks.items()
            ],
        )
    _observation.drop(connection)


def _packs(connection: sa.Connection) -> None:
    """Schema 3: a pack a vintage for its small blocks. Daily refreshes had left a block a series and day.

    A damaged block stays what it is, and is refused when it is read.
    """
    roster_table.create(connection)
    pack_table.create(connection)
    small = sa.func.length(_dated_block.c.figures) < MANY * VALUE.itemsize
    rows = connection.execute(sa.select(_dated_block).where(small).order_by(_dated_block.c.vintage)).all()
    for vintage, group in groupby(rows, key=attrgetter("vintage")):
        whole = [figures for row in group if (figures := unblock(row, calendar(row.days)))]
        add_figures(connection, whole, vintage)
        packed = _dated_block.c.series.in_([each.series for each in whole])
        connection.execute(sa.delete(_dated_block).where(_dated_block.c.vintage == vintage, packed))


def _calendars(connection: sa.Connection) -> None:
    """Schema 4: a calendar for the series of a load that have the same days, which each block had held."""
    connection.execute(sa.text("ALTER TABLE block RENAME TO dated_block"))
    calendar_table.create(connection)
    block_table.create(connection)
    old = sa.table("dated_block", *(sa.column(column.name, column.type) for column in _dated_block.c))
    vintages = connection.execute(sa.select(old.c.vintage).distinct().order_by(old.c.vintage)).scalars().all()
    for vintage in vintages:  # each read by itself: a store may hold more than fits in memory
        rows = connection.execute(sa.select(old).where(old.c.vintage == vintage))
        parts = ((row.series, row.days, {"figures": row.figures, "suspects": row.suspects}) for row in rows)
        _add_blocks(connection, parts, vintage)
    connection.execute(sa.text("DROP TABLE dated_block"))


_observation: Final = sa.Table(
    "observation",
    sa.MetaData(),
    sa.Column("series", sa.String(32), primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("vintage", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("value", sa.Float(53), nullable=False),
)
_dated_block: Final = sa.Table(
    "block",
    sa.MetaData(),
    sa.Column("series", sa.String(32), primary_key=True),
    sa.Column("vintage", sa.Integer, sa.ForeignKey(vintage_table.c.id), primary_key=True, autoincrement=False),
    sa.Column("days", sa.LargeBinary, nullable=False),
    sa.Column("figures", sa.LargeBinary, nullable=False),
    sa.Column("suspects", sa.LargeBinary, nullable=False),
)
_STEPS: Final[tuple[Callable[[sa.Connection], None], ...]] = (_rows, _blocks, _packs, _calendars)
