"""A desk's own rows as quotes: what the sources with whatever the settings name have in common."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from haven.errors import HavenError, Reason
from haven.market.exports import ExportMap, build_map
from haven.market.files import Row
from haven.market.series import Series, find_series
from haven.market.sources.source import Quotes
from haven.market.sources.tables import refusal


def from_rows(tables: Iterable[tuple[str, Iterable[Row]]], wanted: Iterable[Series], source: str) -> list[Quotes]:
    """The wanted series of some tables, each with a name; where two tables differ the later one speaks.

    Raises
    ------
    HavenError
        NO_DATA, naming table and row, for a row without a date or a figure, or that gainsays another of its table.
    """
    ids = {series.id for series in wanted}
    found: dict[tuple[str, str], dict[np.datetime64, float]] = {}
    for name, rows in tables:
        seen: dict[tuple[str, np.datetime64], tuple[Row, float]] = {}
        for row in rows:
            series = find_series(row.series)
            if series.id not in ids:
                continue
            try:
                date, value = _date(row.date), _value(row.value)
            except ValueError as failure:
                raise refusal(source, f"{name} row {row.line}, {series.id}: {failure}") from failure
            first, earlier = seen.setdefault((series.id, date), (row, value))
            if earlier != value:
                raise refusal(source, f"{name} row {row.line}: {series.id} on {date} disagrees with row {first.line}")
            found.setdefault((series.id, row.unit.lower() or series.unit), {})[date] = value
    return [
        Quotes(series, np.array(list(dated), "M8[D]"), np.array(list(dated.values())), unit)
        for (series, unit), dated in found.items()
    ]


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


def _date(written: str) -> np.datetime64:
    try:
        return np.datetime64(dt.datetime.fromisoformat(written).date(), "D")
    except ValueError:
        raise ValueError(f"date must be ISO like 2025-04-08, got {written[:40]!r}") from None


def _value(written: str) -> float:
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"value must be a finite number, got {written[:40]!r}")
    return value
