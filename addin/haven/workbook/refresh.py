"""Refresh a workbook: write the market into its named areas, recalculate, and touch nothing else."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from haven.errors import HavenError, Reason
from haven.functions import CellError
from haven.functions.kinds import DATE, is_blank
from haven.market.atomic import atomic_write
from haven.market.sample import WORKED_CASE
from haven.market.snapshot import Snapshot, refresh, using
from haven.workbook import overrides, tables
from haven.workbook.answers import functions
from haven.workbook.areas import area_values, first_value, values_for
from haven.workbook.calculate import Calculation, Problem, calculate
from haven.workbook.cells import change_cells
from haven.workbook.corrections import MEANT
from haven.workbook.files import check_replaceable
from haven.workbook.overrides import overridden
from haven.workbook.package import Package
from haven.workbook.values import Value

MOVE_BUSINESS_DAYS: Final = 7
"""How far back the move on the Desk page starts: from 11 back to 2 April 2025 in the worked case."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A refreshed workbook: its market date and move, what was computed and what was not.

    ``errors`` are cells whose formula answers an error it did not ask for, ``problems`` cells that keep what they had.
    """

    as_of: np.datetime64
    move: tuple[np.datetime64, np.datetime64]
    computed: int
    errors: list[Problem]
    problems: list[Problem]


def build_desk(path: Path, date: np.datetime64 | None, since: np.datetime64 | None, now: dt.datetime) -> Refreshed:
    """Write a new desk workbook.

    Parameters
    ----------
    path
        The file to write; an existing one is replaced.
    date, since
        The market date and the start of the move; None means the latest, in demonstration mode the worked case.
    now
        In UTC.
    """
    if path.suffix.lower() != ".xlsx":
        raise HavenError(Reason.INVALID, f"a new workbook must be named .xlsx, got {path.name}")
    check_replaceable(path)
    from haven.workbook.template import new_workbook

    with using(refresh()) as market:
        return _refresh(Package(new_workbook(_inputs(market, date, since))), path, market, now)


def check_workbook(path: Path) -> None:
    """Refuse a workbook that could not be refreshed now.

    Raises
    ------
    HavenError
        INVALID when the file can't be read or replaced.
    """
    Package.open(path)
    check_replaceable(path)


def refresh_workbook(path: Path, now: dt.datetime) -> Refreshed:
    """Refresh an existing workbook in place; it need not be ours, any workbook with our formulas will do.

    Raises
    ------
    HavenError
        INVALID when the file can't be read or replaced; it is then as it was.
    """
    package = Package.open(path)
    check_replaceable(path)
    with using(overridden(refresh(), area_values(package, overrides.AREA))) as market:
        return _refresh(package, path, market, now)


def _inputs(market: Snapshot, date: np.datetime64 | None, since: np.datetime64 | None) -> dict[str, object]:
    """What stands in the input cells of a new workbook."""
    if date is None and market.is_demo:
        date = np.datetime64(WORKED_CASE[1], "D")
    spread = market.history("SPREAD.10Y")
    end = date if date is not None else _last_with_model(market)
    spread.at(np.array([end]))
    row = int(np.searchsorted(spread.dates, end))
    start = since if since is not None else spread.dates[max(row - MOVE_BUSINESS_DAYS, 0)]
    return {"Desk_date": date.item() if date is not None else None, "Move_start": start.item(), "Move_end": end.item()}


def _last_with_model(market: Snapshot) -> np.datetime64:
    """The latest date with a swap spread, if possible one with a zero curve too: to it a move can be taken apart."""
    spread = market.history("SPREAD.10Y").dates
    common = spread[market.history("GSW.BETA0").find(spread)[1]]
    latest: np.datetime64 = (common if common.size else spread)[-1]
    return latest


def _refresh(package: Package, path: Path, market: Snapshot, now: dt.datetime) -> Refreshed:
    as_of = tables.desk_date(market, first_value(package, "Desk_date"))
    written = values_for(package, tables.market_tables(market, as_of))
    calculation = calculate(package, functions(), written)
    problems = [(f"{problem.sheet}!{problem.address}", problem.why) for problem in calculation.problems]
    status = values_for(package, tables.status_tables(market, as_of, now, problems))
    content = change_cells(package, _merged(calculation.values, written, status))
    with atomic_write(path) as file:
        file.write(content)
    return Refreshed(
        as_of=as_of,
        move=(_date_in(package, "Move_start", as_of), _date_in(package, "Move_end", as_of)),
        computed=sum(map(len, calculation.values.values())),
        errors=_errors(calculation),
        problems=calculation.problems,
    )


def _merged(*parts: dict[str, dict[str, Value]]) -> dict[str, dict[str, Value]]:
    """Values by address by sheet, later parts speaking for earlier ones."""
    merged: dict[str, dict[str, Value]] = defaultdict(dict)
    for part in parts:
        for sheet, values in part.items():
            merged[sheet].update(values)
    return merged


def _errors(calculation: Calculation) -> list[Problem]:
    """The errors nobody asked for."""
    return [
        Problem(sheet, address, value.why)
        for sheet, values in calculation.values.items()
        for address, value in values.items()
        if isinstance(value, CellError) and value != MEANT
    ]


def _date_in(package: Package, name: str, otherwise: np.datetime64) -> np.datetime64:
    """The date in a named input cell; another where the cell is empty or gone."""
    value = first_value(package, name)
    if is_blank(value):
        return otherwise
    day: np.datetime64 = DATE.read(name, value)
    return day
