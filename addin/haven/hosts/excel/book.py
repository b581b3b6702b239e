"""A workbook open in Excel, through xlwings: its named areas, its Haven formulas, and quiet while they change."""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import xlwings
import xlwings._xlwindows

from haven.errors import HavenError, Reason
from haven.functions import CellError
from haven.workbook.areas import fitted
from haven.workbook.blocks import Block
from haven.workbook.references import Address, format_address
from haven.workbook.tables import Rows
from haven.workbook.values import Value

OURS: Final = re.compile(r"\bHV_[A-Z]+", re.IGNORECASE)
_ELSEWHERE: Final = re.compile(
    r"(?:(?:'[^']*haven[^']*\.xlam'|\[?haven\.xlam\]?)!|org\.haven\.functions\.)(?=HV_)", re.IGNORECASE
)
"""What stands before our names in a workbook of another PC, or one saved by LibreOffice 7."""
MAX_REFERENCE: Final = 255
"""The longest text that names cells to Excel."""
_NAME_ERROR: Final = -2146826259


def excel(found: Any) -> "xlwings.App":
    """The Excel behind a COM object or a window's number."""
    return xlwings.App(impl=xlwings._xlwindows.App(xl=found))


def open_book(app: "xlwings.App", name: str) -> "xlwings.Book":
    """A workbook by name.

    Raises
    ------
    HavenError
        INVALID when it has been closed.
    """
    for book in app.books:
        if book.name == name:
            return book
    raise HavenError(Reason.INVALID, f"{name} has been closed; nothing was written into it")


class OpenBook:
    """What a refresh needs of a workbook, done in Excel."""

    def __init__(self, book: "xlwings.Book") -> None:
        self._book = book

    def first_value(self, name: str) -> Value:
        """What the first cell of a name holds; None for a blank and for a name that is gone."""
        area = self._area(name)
        value: Value = area[0, 0].raw_value if area is not None else None
        return value

    def values(self, name: str) -> list[list[Any]]:
        """What the cells of a name hold, row by row, dates as such; nothing for a name that is gone."""
        area = self._area(name)
        if area is None:
            return []
        held = area.raw_value
        rows = held if isinstance(held, (list, tuple)) else [[held]]
        return [list(row) for row in rows]

    def write(self, tables: Mapping[str, Rows]) -> None:
        """Write tables into the named areas the workbook has, each in one block.

        Raises
        ------
        HavenError
            INVALID when a sheet is protected; nothing of any table is then written.
        """
        areas = {name: area for name in tables if (area := self._area(name)) is not None}
        for area in areas.values():
            if area.sheet.api.ProtectContents:
                raise HavenError(
                    Reason.INVALID, f"sheet {area.sheet.name} is protected; unprotect it, then refresh again"
                )
        written = {name: tables[name] for name in areas}  # all made before the first is written
        for name, area in areas.items():
            height, width = area.shape
            area.raw_value = [[as_typed(value) for value in row] for row in fitted(written[name], height, width)]

    def calculate(self) -> int:
        """Have Excel calculate every Haven formula of the workbook anew, and what depends on them; how many."""
        count = 0
        self._book.api.Activate()
        for sheet in self._book.sheets:
            cells = haven_cells(sheet)
            if cells:
                sheet.api.Activate()  # Excel dirties cells of the active sheet, whichever is named
                for reference in _references(list(cells)):
                    sheet.range(reference).api.Dirty()
            count += len(cells)
        self._book.app.calculate()
        return count

    def repair(self) -> int:
        """Enter anew the Haven formulas that show ``#NAME?`` or name another place of the add-in; how many."""
        count = 0
        for sheet in self._book.sheets:
            for address, formula in haven_cells(sheet).items():
                cell = sheet.range(address)
                if _ELSEWHERE.search(formula) or cell.raw_value == _NAME_ERROR:
                    enter(cell, _ELSEWHERE.sub("", formula))
                    count += 1
        return count

    def _area(self, name: str) -> "xlwings.Range | None":
        names = self._book.names
        if name not in names or "#REF!" in (names[name].refers_to or "#REF!"):
            return None
        return names[name].refers_to_range


def haven_cells(sheet: "xlwings.Sheet") -> dict[Address, str]:
    """The cells of a sheet whose formulas call Haven."""
    used = sheet.used_range
    formulas = used.formula
    rows = formulas if isinstance(formulas, (list, tuple)) else ((formulas,),)
    return {
        (used.row + down, used.column + right): formula
        for down, row in enumerate(rows)
        for right, formula in enumerate(row)
        if isinstance(formula, str) and formula.startswith("=") and OURS.search(formula)
    }


def write_block(sheet: "xlwings.Sheet", block: Block) -> None:
    """Write a block of cells where nothing stands yet.

    Raises
    ------
    HavenError
        INVALID, naming a cell that is not empty; nothing is then written.
    """
    addresses = block.addresses()
    first, last = (tuple(pick(axis) for axis in zip(*addresses, strict=True)) for pick in (min, max))
    area = sheet.range(first, last)
    held = area.formula
    rows = held if isinstance(held, (list, tuple)) else ((held,),)
    for row, column in sorted(addresses):
        if rows[row - first[0]][column - first[1]] not in ("", None):
            raise HavenError(
                Reason.INVALID, f"the block needs empty cells, but {format_address((row, column))} is in use"
            )
    for address, value in block.cells.items():
        sheet.range(address).raw_value = as_typed(value)
    enter(sheet.range(block.result), block.formula, block.size)
    for address, number_format in block.formats.items():
        sheet.range(address).number_format = number_format


def enter(cell: "xlwings.Range", formula: str, size: tuple[int, int] = (1, 1)) -> None:
    """Enter a formula that spills; Excel before dynamic arrays is given an array formula of the answer's size."""
    if cell.api.HasArray:
        cell.api.CurrentArray.FormulaArray = formula
    elif hasattr(cell.api, "Formula2"):
        cell.formula2 = formula
    elif size == (1, 1):
        cell.formula = formula
    else:
        cell.resize(*size).formula_array = formula


def as_typed(value: Any) -> Any:
    """A value as it is handed to Excel, which reads text as if typed: as a formula, a date, a number."""
    if isinstance(value, CellError):
        return value.code
    if isinstance(value, str) and value:
        return f"'{value}"
    return "" if value is None else value


@contextmanager
def quiet(app: "xlwings.App") -> Iterator[None]:
    """Let Excel neither draw nor calculate meanwhile; all is put back whatever happens, the selection too."""
    with ExitStack() as back:
        back.callback(setattr, app, "screen_updating", app.screen_updating)
        app.screen_updating = False
        back.callback(setattr, app, "calculation", app.calculation)
        app.calculation = "manual"
        if app.selection is not None:
            back.callback(app.selection.api.Select)
        for shown in (app.api.ActiveSheet, app.api.ActiveWorkbook):
            if shown is not None:
                back.callback(shown.Activate)
        yield


def _references(addresses: list[Address]) -> Iterator[str]:
    """Addresses as comma-separated references that Excel takes."""
    reference = ""
    for address in addresses:
        text = format_address(address)
        if reference and len(reference) + 1 + len(text) > MAX_REFERENCE:
            yield reference
            reference = ""
        reference = f"{reference},{text}" if reference else text
    if reference:
        yield reference
