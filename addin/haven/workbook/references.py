"""Cell addresses and areas: `B12` as row 12, column 2, and back."""

import re
from functools import cache
from typing import TypeAlias

from haven.errors import HavenError, Reason

Address: TypeAlias = tuple[int, int]
"""Row and column, both counted from 1."""
Corners: TypeAlias = tuple[Address, Address]
"""First and last cell of an area."""

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384
MAX_CELLS = 2_000_000
"""The largest area that is read or filled as one."""
MAX_HELD = 800_000
"""The most rows and cells that are read of a workbook, and the most cells that its array formulas fill."""
MAX_FORMULAS = 250_000
"""The most formulas that are calculated of a workbook; more would take more than a gigabyte."""
MAX_STEPS = 20_000_000
"""How many cells the formulas of a workbook may read together, and how often one of them may compare two cells."""
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


def parse_address(text: str) -> Address:
    """Row and column of an address such as ``B12`` or ``$B$12``.

    Raises
    ------
    HavenError
        INVALID when it is not the address of one cell of a worksheet.
    """
    match = _ADDRESS.fullmatch(text)
    if match:
        row, column = int(match[2]), column_number(match[1].upper())
        if row <= MAX_ROW and column <= MAX_COLUMN:
            return row, column
    raise HavenError(Reason.INVALID, f"cell must be an address such as B12, got {text!r}")


def parse_area(text: str) -> Corners:
    """First and last cell of an area such as ``A1:C3``, or of a single cell."""
    first, _, last = text.partition(":")
    return parse_address(first), parse_address(last or first)


def covers(area: Corners, address: Address) -> bool:
    """Whether a cell is in an area."""
    (top, left), (bottom, right) = area
    return top <= address[0] <= bottom and left <= address[1] <= right


def count_cells(area: Corners) -> int:
    """How many cells an area has."""
    (top, left), (bottom, right) = area
    return (bottom - top + 1) * (right - left + 1)


def lowered(area: Corners, rows: int) -> Corners:
    """An area so many rows further down."""
    (top, left), (bottom, right) = area
    return (top + rows, left), (bottom + rows, right)


def check_size(first: Address, last: Address) -> None:
    """Refuse an area of more than :data:`MAX_CELLS`.

    Raises
    ------
    HavenError
        INVALID, naming the area.
    """
    area = (first, last)
    if count_cells(area) > MAX_CELLS:
        raise HavenError(Reason.INVALID, f"an area must have at most {MAX_CELLS:,} cells, got {format_area(area)}")


def format_address(address: Address) -> str:
    """An address as text: row 12, column 2 is ``B12``."""
    row, column = address
    return f"{column_letters(column)}{row}"


def format_area(area: Corners) -> str:
    """An area as text, such as ``A1:C3``."""
    return f"{format_address(area[0])}:{format_address(area[1])}"


@cache
def column_letters(number: int) -> str:
    """Letters of a column: 28 is ``AB``."""
    number, last = divmod(number - 1, 26)
    return (column_letters(number) if number else "") + chr(ord("A") + last)


@cache
def column_number(letters: str) -> int:
    """Number of a column given in capitals: ``AB`` is 28."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number
