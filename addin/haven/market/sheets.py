"""Sheets of legacy Excel files (.xls) as rows of values."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from haven.errors import HavenError, Reason


def read_sheet(file: Path | BinaryIO, name: str | None = None) -> list[list[Any]]:
    """The rows of a sheet, of the first one if none is named: text, numbers, dates, and ``""`` for nothing.

    Raises
    ------
    HavenError
        INVALID when the file is damaged, no Excel file, or lacks the sheet; the message begins with a verb.
    """
    from python_calamine import CalamineError, load_workbook

    try:
        with load_workbook(file) as book:
            names = book.sheet_names
            if name is not None and name not in names:
                raise no_sheet(name, names)
            return book.get_sheet_by_name(name if name is not None else names[0]).to_python(skip_empty_area=False)
    except (CalamineError, OSError, IndexError) as failure:
        raise HavenError(Reason.INVALID, f"is damaged or no Excel file: {failure}") from failure
    except BaseException as failure:
        # The reader is written in Rust: some damage ends in a panic, which is no Exception and has no public name.
        if type(failure).__name__ != "PanicException":
            raise
        raise HavenError(Reason.INVALID, "is damaged: it breaks off") from failure


def no_sheet(name: str, names: Sequence[str]) -> HavenError:
    """What to raise for a sheet that is not there."""
    return HavenError(Reason.INVALID, f"must have a sheet {name!r}, it has {', '.join(names)[:120]}")
