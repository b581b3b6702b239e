"""What the ribbon asks for. Short work is done here, in the function server; long work in a process of its own."""

import logging
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

import xlwings
from xlwings.udfs import xlarg, xlfunc, xlret

from haven.errors import HavenError, Reason
from haven.functions import CATALOGUE
from haven.functions.kinds import DATE
from haven.functions.text import described
from haven.hosts.about import store_told, versions
from haven.hosts.excel.book import OURS, OpenBook, excel, haven_cells, quiet, write_block
from haven.hosts.excel.jobs import JOBS, stop_flag
from haven.market.log import log_path
from haven.workbook.blocks import example_block, formats_for, scenario_block

log = logging.getLogger("haven")
_LABELS: Final = ("name", "category", "help", "unit")
_running: "subprocess.Popen[bytes] | None" = None


@xlfunc
@xlarg("application", "raw")
@xlarg("command", "raw")
@xlret("raw")
def press(application: Any, command: str) -> list[list[str]]:
    """Do what a button of the ribbon says and answer what to tell, which may be nothing.

    ``command`` is the button's word, after a colon what it is about.
    """
    word, _, about = command.partition(":")
    try:
        app = excel(application)
        message = _start(app, word, about) if word in JOBS else ACTIONS[word](app, about)
    except HavenError as failure:
        message = failure.message
    except Exception:
        log.exception("the ribbon's %s failed", word)
        message = f"internal error, see the log {log_path()}"
    return [[message]]


def _start(app: "xlwings.App", word: str, about: str) -> str:
    """Start long work; Excel and its cells stay alive meanwhile."""
    global _running  # noqa: PLW0603 - the one process this server may have started
    if _running and _running.poll() is None:
        return "Haven is still at work; Cancel stops it."
    arguments = [word, str(app.hwnd), app.books.active.name if app.books else "", about]
    command = [sys.executable, "-I", "-m", "haven.hosts.excel.jobs", *arguments]
    _running = subprocess.Popen(command, creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0))  # noqa: S603
    return ""


def _cancel(app: "xlwings.App", about: str) -> str:  # noqa: ARG001
    if not _running or _running.poll() is not None:
        return "nothing is running"
    stop_flag(_running.pid).touch()
    return ""


def _as_of(app: "xlwings.App", about: str) -> str:
    """Set the date of the desk workbook and calculate."""
    book = app.books.active
    day = DATE.read("as of", about.strip()).item() if about.strip() else None
    if "Desk_date" not in book.names:
        raise HavenError(Reason.INVALID, f"{book.name} has no Desk_date; this is for a Haven desk workbook")
    book.names["Desk_date"].refers_to_range.value = day
    app.calculate()
    return ""


def _insert(app: "xlwings.App", about: str) -> str:
    at = _selected(app)
    declaration = CATALOGUE[about]
    if not declaration.has_example:
        names = ", ".join(argument.name for argument in declaration.arguments)
        return f"{about} needs data of your own: ={about}({names}). {declaration.help}"
    write_block(at.sheet, example_block(about, (at.row, at.column)))
    return ""


def _scenario(app: "xlwings.App", about: str) -> str:  # noqa: ARG001
    at = _selected(app)
    write_block(at.sheet, scenario_block((at.row, at.column)))
    return ""


def _format(app: "xlwings.App", about: str) -> str:  # noqa: ARG001
    """Number formats of the selected Haven cells; of a spilled table by column."""
    chosen = _selected(app)
    last = chosen.last_cell
    count = 0
    for address, formula in haven_cells(chosen.sheet).items():
        if not (chosen.row <= address[0] <= last.row and chosen.column <= address[1] <= last.column):
            continue
        declaration = CATALOGUE.get(OURS.findall(formula)[0].upper())
        if declaration is None:
            continue
        rows, columns = _answered(chosen.sheet.range(address))
        for place, number_format in formats_for(declaration, address, rows, columns).items():
            chosen.sheet.range(place).number_format = number_format
        count += 1
    return "" if count else "the selection holds no Haven formula"


def _answered(cell: "xlwings.Range") -> tuple[int, int]:
    """How many cells a formula fills."""
    if cell.api.HasArray:
        return cell.api.CurrentArray.Rows.Count, cell.api.CurrentArray.Columns.Count
    if getattr(cell.api, "HasSpill", False):
        return cell.api.SpillingToRange.Rows.Count, cell.api.SpillingToRange.Columns.Count
    return 1, 1


def _repair(app: "xlwings.App", about: str) -> str:  # noqa: ARG001
    with quiet(app):
        count = OpenBook(app.books.active).repair()
    return f"{count} formulas entered anew"


def _functions(app: "xlwings.App", about: str) -> str:  # noqa: ARG001
    """A new workbook with every function, its arguments and help."""
    rows = [["Function", "Category", "What it answers", "Unit", "Arguments"]]
    for function in described():
        names = [f"[{a['name']}]" if a["optional"] else a["name"] for a in function["arguments"]]
        rows.append([*(function[label] for label in _LABELS), ", ".join(names)])
    sheet = app.books.add().sheets[0]
    sheet.range((1, 1), (len(rows), len(rows[0]))).raw_value = rows
    sheet.range((1, 1), (1, len(rows[0]))).font.bold = True
    sheet.autofit("columns")
    return ""


def _status(app: "xlwings.App", about: str) -> str:  # noqa: ARG001
    return store_told()


def _doctor(app: "xlwings.App", about: str) -> str:  # noqa: ARG001
    from haven.hosts.excel.doctor import examine

    return "\n".join(str(finding) for finding in examine())


def _log(app: "xlwings.App", about: str) -> str:  # noqa: ARG001
    if not log_path().exists():
        return f"nothing has been logged in {log_path()}"
    subprocess.Popen(["notepad.exe", log_path()])  # noqa: S603, S607 - a program of Windows
    return ""


def _about(app: "xlwings.App", about: str) -> str:  # noqa: ARG001
    return f"{versions()}\nxlwings {xlwings.__version__}"


def _selected(app: "xlwings.App") -> "xlwings.Range":
    if app.selection is None:
        raise HavenError(Reason.INVALID, "select a cell first")
    return app.selection


ACTIONS: Final[Mapping[str, Callable[["xlwings.App", str], str]]] = {
    "cancel": _cancel,
    "as_of": _as_of,
    "insert": _insert,
    "scenario": _scenario,
    "format": _format,
    "repair": _repair,
    "functions": _functions,
    "status": _status,
    "doctor": _doctor,
    "log": _log,
    "about": _about,
}
