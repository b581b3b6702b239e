"""A desk's own files: tables of series, date, value and, if need be, unit, as CSV, Excel or Parquet."""

import csv
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Final, NamedTuple

from haven.errors import HavenError, Reason
from haven.market.archive import check_archive
from haven.market.sheets import no_sheet, read_sheet

MAX_BYTES: Final = 64_000_000
MAX_COLUMNS: Final = 1000
COLUMNS: Final = ("series", "date", "value")
UNIT: Final = "unit"


class Row(NamedTuple):
    """One figure as written, with the number its row has in its file."""

    line: int
    series: str
    date: str
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Figures as written, in columns: a list of rows has Python look through all of them again and again."""

    lines: list[int] = field(default_factory=list)
    series: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)

    @property
    def columns(self) -> tuple[list[Any], ...]:
        """The columns, in the order of the parts of a row."""
        return self.lines, self.series, self.dates, self.values, self.units

    def append(self, row: Row) -> None:
        """Add one row."""
        for column, part in zip(self.columns, row, strict=True):
            column.append(part)

    def extend(self, rows: "Rows") -> None:
        """Add others' rows."""
        for column, more in zip(self.columns, rows.columns, strict=True):
            column.extend(more)

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[Row]:
        return map(Row, *self.columns)


@dataclass(frozen=True, slots=True)
class Layout:
    """How the table stands in a file; ``header`` is the number of the row with the names of the columns."""

    sheet: str | None = None
    header: int = 1
    separator: str = ","
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Table:
    """The names of the columns, the number in the file of each row under them, and their cells by column."""

    header: list[str]
    lines: list[int]
    columns: list[list[Any]]


def read_file(path: Path) -> Rows:
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
    nothing = [""] * len(table.lines)
    cells = [table.columns[header.index(name)] if name in header else nothing for name in (*COLUMNS, UNIT)]
    return Rows(table.lines, *(list(map(text, column)) for column in cells))


def read_table(path: Path, layout: Layout) -> Table:
    """The table of a file; rows without anything in them are left out.

    Raises
    ------
    HavenError
        INVALID when the file is not there, empty, too large, not of a kind that can be read, or has no rows.
    """
    reader = _reader(path)
    header: list[str] = []
    lines: list[int] = []
    columns: list[list[Any]] = []
    for line, cells in _read(path, layout, reader):
        if line < layout.header or not any(map(text, cells)):
            continue
        if line == layout.header:
            header = [text(name) for name in cells]
            _check_separator(path, header)
            columns = [[] for _ in header]
            continue
        if header and any(map(text, cells[len(header) :])):
            raise HavenError(
                Reason.INVALID,
                f"{path} row {line} has more cells than row {layout.header} names; a map says in which row the header "
                "stands, what separates cells and whether figures have a decimal comma (haven import --map)",
            )
        lines.append(line)
        for column, cell in zip(columns, chain(cells, repeat("")), strict=False):
            column.append(cell)
    if not header or not lines:
        what = "no rows under its header" if header else f"no header in row {layout.header}"
        raise HavenError(Reason.INVALID, f"{path} has {what}")
    return Table(header, lines, columns)


def _check_separator(path: Path, header: Sequence[str]) -> None:
    """Refuse a header in one piece, with what parts it."""
    for mark, called, written in ((";", "semicolons", '";"'), ("\t", "tabs", r'"\t"')):
        if len(header) == 1 and mark in header[0]:
            raise HavenError(
                Reason.INVALID,
                f"{path} has {called} between its cells; a map with separator = {written} under [file], and decimal = "
                '"," under [format] if its figures have a decimal comma, reads it (haven import --map)',
            )


def _reader(path: Path) -> "Reader":
    """What reads a file that is there, not too large and of a known kind."""
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
    return reader


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
        yield from reader(path, layout)
        return
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


Numbered = Iterator[tuple[int, Sequence[Any]]]
Reader = Callable[[Path, Layout], Numbered]


def _csv(path: Path, layout: Layout) -> Numbered:
    encoding = "utf-8-sig" if layout.encoding == "utf-8" else layout.encoding
    with path.open(encoding=encoding, newline="") as lines:
        reader = csv.reader(lines, delimiter=layout.separator, skipinitialspace=True, strict=True)
        line = 1
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1


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
        for line, cells in enumerate(rows, start=1):
            if cells.count(None) < len(cells):
                yield line, cells
    finally:
        book.close()


def _xls(path: Path, layout: Layout) -> Numbered:
    return enumerate(read_sheet(path, layout.sheet), start=1)


def _parquet(path: Path, _: Layout) -> Numbered:
    import pandas as pd

    table = pd.read_parquet(path)
    if not isinstance(table.index, pd.RangeIndex):
        table = table.reset_index()
    yield 1, [str(name) for name in table.columns]
    yield from enumerate(zip(*(table[name].tolist() for name in table.columns), strict=True), start=2)


READERS: Final[dict[str, Reader]] = {
    ".csv": _csv,
    ".xlsx": _excel,
    ".xlsm": _excel,
    ".xls": _xls,
    ".parquet": _parquet,
}
