"""A desk's own files: long tables of series, date, value and, if need be, unit, as CSV, Excel or Parquet."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haven.errors import HavenError, Reason

if TYPE_CHECKING:
    import pandas as pd

MAX_BYTES: Final = 64_000_000
COLUMNS: Final = ("series", "date", "value")
UNIT: Final = "unit"


@dataclass(frozen=True, slots=True)
class Row:
    """One row as written, with the number it has in its file."""

    line: int
    series: str
    date: str
    value: str
    unit: str


def read_file(path: Path) -> list[Row]:
    """The rows of a desk file, as text and not yet believed.

    Raises
    ------
    HavenError
        INVALID when the file is not there, empty, too large, not of a kind that can be read, or lacks a column.
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
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise HavenError(Reason.INVALID, f"{path} must end in {', '.join(_READERS)}, got {path.suffix!r}")
    return _rows(path, _read(path, reader))


def _read(path: Path, reader: Callable[[Path], "pd.DataFrame"]) -> "pd.DataFrame":
    """The table of a file, whatever the reader's library has to say about a broken one."""
    try:
        return reader(path)
    except UnicodeDecodeError as failure:
        raise HavenError(Reason.INVALID, f"{path} must be UTF-8 text, byte {failure.start} is not") from failure
    except HavenError:
        raise
    except OSError as failure:
        raise HavenError(Reason.INVALID, f"{path} can't be read: {failure.strerror or failure}") from failure
    except Exception as failure:  # the readers' libraries share no base class for a broken file
        what = str(failure).splitlines()[0] if str(failure) else type(failure).__name__
        raise HavenError(Reason.INVALID, f"{path} is damaged or not what its name says: {what}") from failure


def _rows(path: Path, table: "pd.DataFrame") -> list[Row]:
    table.columns = [str(name).strip().lower() for name in table.columns]
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        found = ", ".join(list(table.columns)[:8])
        raise HavenError(
            Reason.INVALID, f"{path} must have columns series, date, value; {missing} missing in {found!r}"
        )
    if table.empty:
        raise HavenError(Reason.INVALID, f"{path} has no rows under its header")
    units = table[UNIT] if UNIT in table.columns else [""] * len(table)
    columns = [[_text(cell) for cell in column] for column in (*(table[name] for name in COLUMNS), units)]
    return [Row(line, *cells) for line, cells in enumerate(zip(*columns, strict=True), start=2)]


def _text(cell: object) -> str:
    """A cell as text: nothing for a missing one, ISO for a date."""
    import pandas as pd

    if isinstance(cell, str):
        return cell.strip()
    if cell is None or (isinstance(cell, float) and math.isnan(cell)) or cell is pd.NaT:
        return ""
    isoformat = getattr(cell, "isoformat", None)
    return isoformat() if isoformat else str(cell)


def _csv(path: Path) -> "pd.DataFrame":
    import pandas as pd

    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig", skipinitialspace=True)
    if not isinstance(table.index, pd.RangeIndex):
        raise HavenError(Reason.INVALID, f"{path} has rows with more cells than its header names")
    return table


def _excel(path: Path) -> "pd.DataFrame":
    import pandas as pd

    return pd.read_excel(path, dtype=object, keep_default_na=False, engine="openpyxl")


def _parquet(path: Path) -> "pd.DataFrame":
    import pandas as pd

    return pd.read_parquet(path)


_READERS: Final = {".csv": _csv, ".xlsx": _excel, ".parquet": _parquet}
