"""The store's tables, and the steps that bring an older store up to them.

Three tables and ordered steps in place of a migration tool: the steps are few, run by themselves when a store is
opened, and must hold the database against another process doing the same, which tools leave to their user.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Final

import numpy as np
import sqlalchemy as sa

from haven.errors import HavenError, Reason

DAY: Final = np.dtype("<i4")
"""Days since 1970-01-01, as blocks hold them."""
VALUE: Final = np.dtype("<f8")
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
block_table: Final = sa.Table(
    "block",
    tables,
    sa.Column("series", sa.String(32), primary_key=True),
    sa.Column("vintage", sa.Integer, sa.ForeignKey("vintage.id"), primary_key=True, autoincrement=False),
    sa.Column("days", sa.LargeBinary, nullable=False),
    sa.Column("figures", sa.LargeBinary, nullable=False),
    sa.Column("suspects", sa.LargeBinary, nullable=False),
)
"""What one vintage brought of one series: days, their figures, and those of the days that are suspect."""


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
    block_table.create(connection)
    rows = connection.execute(sa.select(_observation).order_by(_observation.c.series, _observation.c.day))
    blocks: dict[tuple[str, int], list[tuple[int, float]]] = defaultdict(list)
    for series, day, vintage, value in rows:
        blocks[series, vintage].append((day, value))
    if blocks:
        connection.execute(
            sa.insert(block_table),
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


_observation: Final = sa.Table(
    "observation",
    sa.MetaData(),
    sa.Column("series", sa.String(32), primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("vintage", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("value", sa.Float(53), nullable=False),
)
_STEPS: Final[tuple[Callable[[sa.Connection], None], ...]] = (_rows, _blocks)
