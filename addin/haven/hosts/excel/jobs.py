"""Long work for the ribbon, in a process of its own: ``python -I -m haven.hosts.excel.jobs WORD HWND BOOK ABOUT``.

It speaks to the Excel that asked, shows progress in the status bar, and stops between steps when told to.
"""

import logging
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haven.errors import HavenError, Reason
from haven.hosts.clock import utc_now
from haven.hosts.leaving import leave
from haven.market.home import home
from haven.market.log import log_path, log_to_file

if TYPE_CHECKING:
    import xlwings

log = logging.getLogger("haven")
BUSY: Final = "Excel is busy or a cell is being edited; press Enter or Esc, then try again"
ATTEMPTS: Final = 2000
"""How often a call into a busy Excel is tried; xlwings tries for ever."""
DONE: Final = "'Haven.xlam'!HavenDone"


def stop_flag(process: int) -> Path:
    """The file whose presence tells a job to stop."""
    return home() / f"stop-{process}"


def run(app: "xlwings.App", word: str, book: str, about: str) -> None:
    """Do a job and tell Excel its end."""
    label, message = "", ""
    try:
        label, message = JOBS[word](app, book, about)
    except HavenError as failure:
        message = failure.message
    except Exception as failure:
        log.exception("the ribbon's %s failed", word)
        busy = type(failure).__name__ in ("com_error", "ExcelBusyError")
        message = BUSY if busy else f"internal error, see the log {log_path()}"
    finally:
        stop_flag(os.getpid()).unlink(missing_ok=True)
    try:
        app.macro(DONE)(label, message)
    except Exception:
        log.exception("Excel has gone; %s had ended with %s", word, message or label)


def _step(app: "xlwings.App", text: str) -> None:
    """Show what is being done; stop here if told to."""
    if stop_flag(os.getpid()).exists():
        raise HavenError(Reason.INVALID, "stopped; nothing was half-written")
    app.status_bar = f"Haven: {text}"


def _refresh(app: "xlwings.App", book: str, about: str) -> tuple[str, str]:
    """Fetch, from all sources or the one named, store, write into the workbook and calculate."""
    from haven.hosts.excel.book import OpenBook, open_book, quiet
    from haven.hosts.excel.refresh import refresh_book
    from haven.market.refresh import Order, refresh_store
    from haven.market.settings import load_settings

    report = refresh_store(
        load_settings(),
        utc_now(),
        Order(source=about),
        tell=lambda done, of, text: _step(app, f"{done} of {of} sources, {text}"),
        stopped=stop_flag(os.getpid()).exists,
    )
    if not book:
        return "", report.told
    _step(app, f"writing into {book}")
    with quiet(app):
        return refresh_book(OpenBook(open_book(app, book)), utc_now()), report.told


def _desk(app: "xlwings.App", book: str, about: str) -> tuple[str, str]:  # noqa: ARG001
    """Build a desk workbook and open it."""
    from haven.workbook.refresh import build_desk

    path = Path.home() / f"haven-desk-{utc_now():%Y%m%d-%H%M%S}.xlsx"
    _step(app, f"building {path.name}")
    build_desk(path, None, None, utc_now())
    app.books.open(str(path))
    return "", ""


def _freeze(app: "xlwings.App", book: str, about: str) -> tuple[str, str]:  # noqa: ARG001
    """Open a copy whose Haven formulas are values."""
    from haven.hosts.excel.sharing import freeze_book

    _step(app, f"freezing a copy of {book}")
    return "", freeze_book(app, book, utc_now())


def _client(app: "xlwings.App", book: str, about: str) -> tuple[str, str]:
    """Open the active sheet as a client may have it, as a workbook or as PDF."""
    from haven.hosts.excel.sharing import client_sheet

    _step(app, f"writing a client sheet of {book}")
    return "", client_sheet(app, book, utc_now(), as_pdf=about == "pdf")


def _inspect(app: "xlwings.App", book: str, about: str) -> tuple[str, str]:  # noqa: ARG001
    """Tell what the file of a workbook would give away."""
    from haven.hosts.excel.sharing import inspect_book

    _step(app, f"inspecting {book}")
    return "", inspect_book(app, book)


JOBS: Final[Mapping[str, Callable[["xlwings.App", str, str], tuple[str, str]]]] = {
    "refresh": _refresh,
    "desk": _desk,
    "freeze": _freeze,
    "client": _client,
    "inspect": _inspect,
}
"""By the ribbon's word; each answers what the ribbon shows of the data, and what to tell."""


def main(arguments: list[str]) -> None:
    """Attach to the Excel that asked, and do the job."""
    log_to_file()
    from haven.hosts.excel.server import load_xlwings

    load_xlwings()
    import xlwings._xlwindows

    from haven.hosts.excel.book import excel

    xlwings._xlwindows.N_COM_ATTEMPTS = ATTEMPTS
    word, handle, book, about = arguments
    run(excel(int(handle)), word, book, about)


if __name__ == "__main__":
    main(sys.argv[1:])
    leave(0)
