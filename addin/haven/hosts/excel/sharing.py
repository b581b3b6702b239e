"""What the ribbon's Share group makes of the open workbook: files of values from a copy of it, and an inspection."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haven.errors import HavenError, Reason
from haven.hosts.excel.book import as_typed
from haven.hosts.share import inspect_saved, new_file, write_client

if TYPE_CHECKING:
    import xlwings

_PDF: Final = 0
_TEXT: Final = 2
"""Excel's numbers for PDF and for an answer that is text."""
_ENDINGS: Final = (".xlsx", ".xlsm")


def freeze_book(app: "xlwings.App", book: str, now: dt.datetime) -> str:
    """Open a copy of a workbook whose Haven formulas are values.

    Raises
    ------
    HavenError
        INVALID for a workbook that is neither .xlsx nor .xlsm, or whose Haven formulas have no values yet.
    """
    from haven.workbook.freeze import freeze

    with _copied(app, book) as copy:
        out = new_file(copy.stem, "values", copy.suffix, now)
        count = freeze(copy, out)
    app.books.open(str(out))
    return f"{count} Haven formulas are values in {out}"


def client_sheet(app: "xlwings.App", book: str, now: dt.datetime, *, as_pdf: bool = False) -> str:
    """Open the active sheet as a client may have it; nothing where no client is named.

    Raises
    ------
    HavenError
        INVALID as for :func:`haven.hosts.share.write_client`.
    """
    sheet = app.books[book].sheets.active.name
    client = app.api.InputBox("For whom is this page?", "Haven", Type=_TEXT)
    if not isinstance(client, str) or not client.strip():
        return ""
    with _copied(app, book) as copy:
        out = copy.with_name("client.xlsx") if as_pdf else new_file(sheet, "client", ".xlsx", now)
        left_out = write_client(copy, [sheet], client, out)
        if as_pdf:
            out = _exported(app, out, new_file(sheet, "client", ".pdf", now))
        else:
            app.books.open(str(out))
    return "\n".join([str(out), *(f"left out: {what}" for what in left_out)])


def inspect_book(app: "xlwings.App", book: str) -> str:
    """Tell what a workbook as saved would give away; where it leaks, open a new workbook with the report.

    Raises
    ------
    HavenError
        INVALID as for :func:`haven.hosts.share.inspect_saved`.
    """
    opened = app.books[book].api
    told, lines = inspect_saved(opened.FullName if opened.Path else "", book, changed=not opened.Saved)
    if lines:
        sheet = app.books.add().sheets[0]
        sheet.range((1, 1), (len(lines), 1)).raw_value = [[as_typed(line)] for line in lines]
        for row, line in enumerate(lines, start=1):
            if line and not line.startswith(" "):
                sheet.range((row, 1)).font.bold = True
    return told


def _exported(app: "xlwings.App", file: Path, out: Path) -> Path:
    """The PDF that Excel makes of a file, shown to the user."""
    opened = app.books.open(str(file))
    try:
        opened.api.ExportAsFixedFormat(
            Type=_PDF, Filename=str(out), IncludeDocProperties=False, IgnorePrintAreas=False, OpenAfterPublish=True
        )
    finally:
        opened.close()
    return out


@contextmanager
def _copied(app: "xlwings.App", book: str) -> Iterator[Path]:
    """A copy of a workbook as it is now, saved or not, in a folder that goes again."""
    name = Path(book)
    ending = name.suffix.lower() or ".xlsx"
    if ending not in _ENDINGS:
        raise HavenError(Reason.INVALID, f"{book} must be saved as .xlsx or .xlsm first")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / f"{name.stem}{ending}"
        app.books[book].api.SaveCopyAs(str(copy))
        yield copy
