"""What the buttons of the ribbon do, with the real xlwings over a model of Excel."""

import datetime as dt
import os
import sys

import pytest
from xlwings.com_server import XLPython

from haven import __version__
from haven.functions import CATALOGUE
from haven.hosts.excel import actions, jobs
from haven.hosts.excel.book import OpenBook, excel
from haven.workbook.blocks import example_block, scenario_block
from tests.hosts.excel import excel_com

MODULE = "haven.hosts.excel.actions"


@pytest.fixture
def com():
    return excel_com.excel()[1]


@pytest.fixture
def sheet(com):
    return excel(com).books.active.sheets[0]


@pytest.fixture
def started(monkeypatch):
    """The commands of the processes that were started, none of which is."""
    commands = []

    class Process:
        pid = 4242

        def __init__(self, command, **_):
            commands.append([str(part) for part in command])

        def poll(self):
            return None

    monkeypatch.setattr(actions.subprocess, "Popen", Process)
    monkeypatch.setattr(actions, "_running", None)
    return commands


def press(com, command):
    """As the ribbon's VBA does it."""
    return XLPython().CallUDF(MODULE, "press", (com, command))


def held(sheet):
    return {cell.address.replace("$", ""): cell.formula for cell in sheet.used_range if cell.formula not in ("", None)}


@pytest.mark.parametrize("name", [name for name, d in CATALOGUE.items() if d.has_example])
def test_an_example_satisfies_its_place(com, sheet, name):
    sheet.range("C4").api.Select()
    assert press(com, f"insert:{name}") == ""
    block = example_block(name, (4, 3))
    assert sheet.range("C4").raw_value == name
    assert sheet.range(block.result).formula.upper() == block.formula.upper()


def test_an_example_satisfies_its_number_format(com, sheet):
    press(com, "insert:HV_SWAPRATE")
    assert sheet.range(example_block("HV_SWAPRATE", (1, 1)).result).number_format == "0.00%"


def test_text_of_an_example_satisfies_staying_text(com, sheet):
    press(com, "insert:HV_SWAPRATE")
    assert sheet.range("B3").raw_value == "2025-04-08"


def test_a_block_over_cells_in_use_is_refused(com, sheet):
    sheet.range("B2").value = "mine"
    assert "B2 is in use" in press(com, "insert:HV_SWAPRATE")
    assert held(sheet) == {"B2": "mine"}


def test_a_function_without_example_satisfies_saying_what_it_needs(com, sheet):
    name = next(name for name, declaration in CATALOGUE.items() if not declaration.has_example)
    assert "needs data of your own" in press(com, f"insert:{name}")
    assert held(sheet) == {}


def test_a_scenario_table_satisfies_its_formula(com, sheet):
    sheet.range("B2").api.Select()
    assert press(com, "scenario") == ""
    block = scenario_block((2, 2))
    assert sheet.range(block.result).formula == block.formula
    assert sheet.range("D5").raw_value == "+repo_spread"


def test_formats_match_the_units(com, sheet):
    sheet.range("A1").formula = '=HV_SWAPRATE("10Y")'
    sheet.range("A2").formula = '=HV_SWAPSPREAD("10Y")'
    sheet.range("A3").formula = "=1+1"
    sheet.range("A1:A3").api.Select()
    assert press(com, "format") == ""
    assert [sheet.range(f"A{row}").number_format for row in (1, 2, 3)] == ["0.00%", "0.0", "General"]


def test_formats_without_our_formulas_satisfy_saying_so(com):
    assert press(com, "format") == "the selection holds no Haven formula"


@pytest.mark.parametrize(
    "formula",
    [
        r"='C:\Users\Jürgen\AppData\Roaming\Microsoft\Excel\XLSTART\Haven.xlam'!HV_SWAPRATE(" + '"10Y")',
        "='Haven.xlam'!HV_SWAPRATE(" + '"10Y")',
        '=ORG.HAVEN.FUNCTIONS.HV_SWAPRATE("10Y")',
    ],
)
def test_repair_satisfies_the_bare_name(formula):
    from haven.hosts.excel.book import _ELSEWHERE

    assert _ELSEWHERE.sub("", formula) == '=HV_SWAPRATE("10Y")'


def test_repair_satisfies_entering_what_shows_no_name(com, sheet):
    sheet.range("A1").formula = '=HV_SWAPRATE("10Y")'
    sheet.range("A2").formula = "=1+1"
    assert sheet.range("A1").raw_value == -2146826259
    assert press(com, "repair") == "1 formulas entered anew"
    assert sheet.range("A1").formula == '=HV_SWAPRATE("10Y")'


def test_the_date_of_a_desk_workbook_satisfies_being_set(com, sheet):
    sheet.book.names.add("Desk_date", f"='{sheet.name}'!$B$2")
    assert press(com, "as_of:2025-04-08") == ""
    assert sheet.range("B2").raw_value == dt.datetime(2025, 4, 8)
    assert press(com, "as_of:") == ""
    assert sheet.range("B2").raw_value is None


@pytest.mark.parametrize(("date", "why"), [("yesterday", "as of must be"), ("2025-04-08", "has no Desk_date")])
def test_a_date_is_refused(com, date, why):
    assert why in press(com, f"as_of:{date}")


def test_long_work_satisfies_a_process_of_its_own(com, started):
    assert press(com, "refresh:fred") == ""
    expected = [sys.executable, "-I", "-m", "haven.hosts.excel.jobs", "refresh", str(excel_com.WINDOW), "Book1", "fred"]
    assert started == [expected]
    assert "still at work" in press(com, "desk")


def test_cancel_satisfies_a_flag(com, started, haven_home):
    haven_home.mkdir(exist_ok=True)
    assert press(com, "cancel") == "nothing is running"
    press(com, "refresh")
    assert press(com, "cancel") == ""
    assert jobs.stop_flag(4242).exists()


@pytest.mark.parametrize("word", ["status", "doctor", "about", "log"])
def test_help_satisfies_saying_something(com, word):
    assert press(com, word)


def test_about_satisfies_naming_the_versions(com):
    assert f"Haven {__version__}" in press(com, "about")


def test_functions_satisfy_a_workbook_of_them_all(com):
    press(com, "functions")
    sheet = excel(com).books.active.sheets[0]
    names = [cell.raw_value for cell in sheet.range((2, 1), (len(CATALOGUE) + 1, 1))]
    assert sorted(names) == sorted(CATALOGUE)


def test_a_bug_satisfies_a_log_and_no_traceback(com, monkeypatch):
    monkeypatch.setitem(actions.ACTIONS, "about", lambda *_: 1 / 0)
    assert press(com, "about").startswith("internal error, see the log")


class Told:
    """An Excel that only listens."""

    status_bar = False

    def __init__(self):
        self.said = []

    def macro(self, name):
        assert name == "'Haven.xlam'!HavenDone"
        return lambda label, message: self.said.append((label, message))


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (type("com_error", (Exception,), {})(-2147418111, "rejected"), jobs.BUSY),
        (type("ExcelBusyError", (Exception,), {})(), jobs.BUSY),
        (ValueError("a bug"), "internal error, see the log"),
    ],
)
def test_a_job_that_fails_satisfies_telling_excel(monkeypatch, failure, told):
    def broken(*_):
        raise failure

    app = Told()
    monkeypatch.setitem(jobs.JOBS, "refresh", broken)
    jobs.run(app, "refresh", "Book1", "")
    assert app.said[0][0] == ""
    assert app.said[0][1].startswith(told)


def test_a_job_told_to_stop_satisfies_stopping(haven_home):
    haven_home.mkdir(exist_ok=True)
    jobs.stop_flag(os.getpid()).touch()
    app = Told()
    jobs.run(app, "refresh", "Book1", "")
    assert app.said == [("", "stopped; nothing was half-written")]
    assert not jobs.stop_flag(os.getpid()).exists()


def test_an_excel_that_has_gone_satisfies_a_quiet_end(caplog):
    class Gone:
        def __getattr__(self, name):
            raise type("com_error", (Exception,), {})(-2147023174, "the RPC server is unavailable")

    jobs.run(Gone(), "refresh", "Book1", "")


def test_a_refresh_satisfies_telling_date_and_kind_of_data(com, sheet):
    app = excel(com)
    said = []

    class Listening:
        books = app.books
        api = app.api
        status_bar = ""
        screen_updating, calculation = True, "automatic"
        selection = app.selection

        def macro(self, _):
            return lambda *what: said.append(what)

    jobs.run(Listening(), "refresh", "Book1", "")
    assert said[0][0].endswith("DEMO DATA")
    assert said[0][1] == ""


def test_an_open_book_without_our_names_satisfies_blank_answers(sheet):
    assert OpenBook(sheet.book).first_value("Desk_date") is None
