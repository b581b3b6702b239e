"""A desk's own files: tables of series, date, value and, if need be, unit, as CSV, Excel or Parquet."""

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from haven.errors import HavenError, Reason
from haven.market.archive import check_archive
from haven.market.sheets import no_sheet, read_sheet

MAX_BYTES: Final = 64_000_000
MAX_COLUMNS: Final = 1000
COLUMNS: Final = ("series", "date", "value")
UNIT: Final = "unit"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure as written, with the number its row has in its file."""

    line: int
    series: str
    date: str
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Layout:
    """How the table stands in a file; ``header`` is the number of the row with the names of the columns."""

    sheet: str | None = None
    header: int = 1
    separator: str = ","
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Table:
    """The names of the columns, and the rows under them, each with its number in the file."""

    header: list[str]
    rows: list[tuple[int, list[Any]]]


def read_file(path: Path) -> list[Row]:
    """The rows of a desk file, as text and not yet believed.

    Raises
    ------
    HavenError
        INVALID when the file is not there, empty, too large, not of a kind that can be read, or lacks a column.
    """
    table = read_table(path, Layout())
    header = [name.lower() for name in table.header]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        found = ", ".join(f"{name:.20}" for name in header[:8])
        raise HavenError(
            Reason.INVALID,
            f"{path} must have columns series, date, value; {', '.join(missing)} missing in {found!r}; "
            "a map says how another layout is read (haven import --map)",
        )
    series, date, value = (header.index(name) for name in COLUMNS)
    unit = header.index(UNIT) if UNIT in header else None
    return [
        Row(line, text(cells[series]), text(cells[date]), text(cells[value]), "" if unit is None else text(cells[unit]))
        for line, cells in table.rows
    ]


def read_table(path: Path, layout: Layout) -> Table:
    """The table of a file; rows without anything in them are left out.

    Raises
    ------
    HavenError
        INVALID when the file is not there, empty, too large, not of a kind that can be read, or has no rows.
    """
    if not path.is_file():
        raise HavenError(Reason.INVALID, f"{path} is not a file")
    size = path.stat().st_size
    if size == 0:
        raise HavenError(Reason.INVALID, f"{path} is empty")
    if size > MAX_BYTES:
        raise HavenError(
            Reason.INVALID, f"{path} has {size / 1e6:,.0f} MB, the limit is {MAX_BYTES / 1e6:.0f} MB; split it"
        )
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise HavenError(Reason.INVALID, f"{path} must end in {', '.join(READERS)}, got {path.suffix!r}")
    numbered = [(line, cells) for line, cells in _read(path, layout, reader) if any(map(text, cells))]
    header = next((cells for line, cells in numbered if line == layout.header), None)
    rows = [(line, cells) for line, cells in numbered if line > layout.header]
    if header is None or not rows:
        what = "no rows under its header" if header is not None else f"no header in row {layout.header}"
        raise HavenError(Reason.INVALID, f"{path} has {what}")
    return _squared(path, [text(name) for name in header], rows)


def text(cell: object) -> str:
    """A cell as text: nothing for a missing one, ISO for a date."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    isoformat = getattr(cell, "isoformat", None)
    written = isoformat() if isoformat else str(cell)
    return "" if written == "NaT" else written


def _read(path: Path, layout: Layout, reader: "Reader") -> "Numbered":
    """The rows of a file, whatever the reader's library has to say about a broken one."""
    try:
        return reader(path, layout)
    except UnicodeDecodeError as failure:
        why = f"must be {layout.encoding.upper()} text, byte {failure.start} is not"
    except HavenError as failure:
        why = failure.message
    except OSError as failure:
        why = f"can't be read: {failure.strerror or failure}"
    except Exception as failure:  # noqa: BLE001 - the readers' libraries share no base class for a broken file
        what = str(failure).splitlines()[0][:200] if str(failure) else type(failure).__name__
        why = f"is damaged or not what its name says: {what}"
    raise HavenError(Reason.INVALID, f"{path} {why}")


def _squared(path: Path, header: list[str], rows: "Numbered") -> Table:
    """The table with as many cells in each row as its header has names."""
    width = len(header)
    for line, cells in rows:
        if any(map(text, cells[width:])):
            raise HavenError(Reason.INVALID, f"{path} row {line} has more cells than its header names")
        cells[width:] = [""] * (width - len(cells))
    return Table(header, rows)


Numbered = list[tuple[int, list[Any]]]
Reader = Callable[[Path, Layout], Numbered]


def _csv(path: Path, layout: Layout) -> Numbered:
    encoding = "utf-8-sig" if layout.encoding == "utf-8" else layout.encoding
    with path.open(encoding=encoding, newline="") as lines:
        reader = csv.reader(lines, delimiter=layout.separator, skipinitialspace=True, strict=True)
        numbered, line = [], 1
        for cells in reader:
            numbered.append((line, cells))
            line = reader.line_num + 1
    return numbered


def _excel(path: Path, layout: Layout) -> Numbered:
    """Read cell by cell, so that an error such as #N/A is seen for what it is."""
    import openpyxl

    check_archive(path)
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        if layout.sheet is not None and layout.sheet not in book.sheetnames:
            raise no_sheet(layout.sheet, book.sheetnames)
        sheet = book[layout.sheet or book.sheetnames[0]]
        sheet.reset_dimensions()  # what a vendor's program says of them is often wrong
        rows = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
        return [(line, list(cells)) for line, cells in enumerate(rows, start=1) if cells.count(None) < len(cells)]
    finally:
        book.close()


def _xls(path: Path, layout: Layout) -> Numbered:
    return list(enumerate(read_sheet(path, layout.sheet), start=1))


def _parquet(path: Path, _: Layout) -> Numbered:
    import pandas as pd

    table = pd.read_parquet(path)
    if not isinstance(table.index, pd.RangeIndex):
        table = table.reset_index()
    columns = [table[name].tolist() for name in table.columns]
    rows = [list(cells) for cells in zip(*columns, strict=True)]
    return [(1, [str(name) for name in table.columns]), *enumerate(rows, start=2)]


READERS: Final[dict[str, Reader]] = {
    ".csv": _csv,
    ".xlsx": _excel,
    ".xlsm": _excel,
    ".xls": _xls,
    ".parquet": _parquet,
}
