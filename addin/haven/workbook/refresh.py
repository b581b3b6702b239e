"""Refresh a workbook: write the market into its named areas, recalculate, and touch nothing else."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from haven.errors import HavenError, Reason
from haven.functions import CATALOGUE, CellError, call
from haven.functions.kinds import DATE, is_blank
from haven.market.sample import WORKED_CASE
from haven.market.snapshot import Snapshot, refresh, using
from haven.workbook import tables
from haven.workbook.book import Address, Book
from haven.workbook.calculate import Calculation, calculate
from haven.workbook.files import check_replaceable, write_atomically
from haven.workbook.formula import Area, area_of
from haven.workbook.package import Package
from haven.workbook.sheet_xml import Value
from haven.workbook.template import new_workbook

MOVE_BUSINESS_DAYS: Final = 7
"""How far back the move on the Desk page starts: from 11 back to 2 April 2025 in the worked case."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A refreshed workbook: its bytes, its market date, what was computed and what was not."""

    content: bytes
    as_of: np.datetime64
    move: tuple[np.datetime64, np.datetime64]
    """The dates between which the Desk page takes the move apart."""
    computed: int
    errors: dict[Address, str]
    """Cells whose formula answers an error, with the reason."""
    kept: dict[Address, str]
    """Cells that could not be computed and keep what they had."""


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
    check_replaceable(path)
    market = refresh()
    with using(market):
        book = Book(Package(new_workbook(_inputs(market, date, since))))
        done = _refreshed(book, market, now)
    write_atomically(path, done.content)
    return done


def refresh_workbook(path: Path, now: dt.datetime) -> Refreshed:
    """Refresh an existing workbook in place; it need not be ours, any workbook with our formulas will do.

    Raises
    ------
    HavenError
        INVALID when the file can't be read or replaced; it is then as it was.
    """
    check_replaceable(path)
    book = Book.read(path)
    market = refresh()
    with using(market):
        done = _refreshed(book, market, now)
    write_atomically(path, done.content)
    return done


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
    """The latest date with a swap spread and a zero curve, to which a move can be taken apart."""
    spread = market.history("SPREAD.10Y").dates
    common = spread[market.history("GSW.BETA0").find(spread)[1]]
    if not common.size:
        raise HavenError(Reason.NO_DATA, "there is no date with a swap spread and a zero curve")
    latest: np.datetime64 = common[-1]
    return latest


def _refreshed(book: Book, market: Snapshot, now: dt.datetime) -> Refreshed:
    newest: np.datetime64 = market.history("SPREAD.10Y").dates[-1]
    as_of = _date_in(book, "Desk_date", newest)
    functions = {name: partial(_answer, name) for name in CATALOGUE}
    written = _written(book, _market_tables(market, as_of))
    calculation = calculate(book, functions, written)
    status = _written(book, _status_tables(market, as_of, now, calculation))
    values = {**calculation.values, **written, **status}
    errors = {address: value.why for address, value in calculation.values.items() if isinstance(value, CellError)}
    move = (_date_in(book, "Move_start", as_of), _date_in(book, "Move_end", as_of))
    return Refreshed(book.with_values(values), as_of, move, len(calculation.values), errors, calculation.kept)


def _answer(name: str, *args: object) -> object:
    return call(name, args)


def _date_in(book: Book, name: str, otherwise: np.datetime64) -> np.datetime64:
    """The date in a named input cell; another where the cell is empty or gone."""
    area = _area(book, name)
    value = book.values.get(Address(area.sheet, area.top, area.left)) if area else None
    if is_blank(value):
        return otherwise
    day: np.datetime64 = DATE.read(name, value)
    return day


def _market_tables(market: Snapshot, as_of: np.datetime64) -> dict[str, tables.Rows]:
    note: tables.Rows = [[tables.data_note(market)]]
    return {
        "Data_note": note,
        "Data_note_2": note,
        "Data_series": tables.series_rows(market, as_of),
        "Data_history": tables.history_rows(market, as_of),
    }


def _status_tables(
    market: Snapshot, as_of: np.datetime64, now: dt.datetime, calculation: Calculation
) -> dict[str, tables.Rows]:
    return {
        "Status_facts": tables.fact_rows(market, as_of, now, len(calculation.kept)),
        "Status_loads": tables.load_rows(market.loads()),
        "Status_kept": tables.kept_rows(calculation.kept),
    }


def _written(book: Book, areas: Mapping[str, tables.Rows]) -> dict[Address, Value]:
    """The cells of the named areas the workbook has; what a table leaves free is cleared."""
    values: dict[Address, Value] = {}
    for name, rows in areas.items():
        area = _area(book, name)
        if area is None:
            continue
        for row in range(area.top, area.bottom + 1):
            cells = rows[row - area.top] if row - area.top < len(rows) else ()
            for column in range(area.left, area.right + 1):
                place = column - area.left
                values[Address(area.sheet, row, column)] = cells[place] if place < len(cells) else None
    return values


def _area(book: Book, name: str) -> Area | None:
    """The cells of a defined name, wherever the user has moved or renamed them; None if the name is gone."""
    for defined in book.names:
        if defined.name == name and not defined.sheet:
            area = area_of(defined.refers_to)
            return area if area is not None and area.sheet in book.sheets else None
    return None
