"""LibreOffice as a person sees it: workbooks opened, the menu clicked, a function typed."""

import re
import threading

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula
from werkzeug import Response

from haven.functions import call
from haven.hosts.share import write_client
from haven.market.load import load_files
from haven.workbook.inspect import inspect
from haven.workbook.inspect.report import report
from haven.workbook.refresh import build_desk
from tests.conftest import NOW
from tests.hosts.libreoffice.offices import needs_screen, office

pytestmark = needs_screen
WEEKEND = '=HV_SWAPSPREAD("10Y";"2025-04-12")'


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def running(home):
    with office(home, on_screen=True) as running:
        yield running


@pytest.fixture
def book(tmp_path):
    """A workbook without results: a call, what depends on it, an array formula, and all of it protected."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = '=HV_SWAPSPREAD("10Y","2025-04-08")'
    sheet["A2"] = "=A1+1"
    sheet["A3"] = ArrayFormula("A3:B4", '=HV_SWAPSPREADCURVE("2025-04-08")')
    sheet.protection.sheet = True
    book.save(tmp_path / "opened.xlsx")
    return tmp_path / "opened.xlsx"


SHOWN = {"cells": ["-56", "-55", "tenor", "1"], "to_save": False, "to_undo": False, "title": "opened.xlsx"}


def test_an_opened_workbook_satisfies_its_formulas_every_time(running, book):
    assert running.take("opened", book, 4) == [SHOWN] * 4


def test_a_workbook_opened_by_hand_satisfies_its_formulas(running, book):
    running.start(str(book)).wait(60)
    assert running.take("opened_by_hand", book.name) == SHOWN


def test_a_clicked_scenario_table_matches_the_function(running):
    done = running.take("clicked", "Scenario table")
    assert done["cells"][0][:3] == ["functions", "HV_BREAKEVEN", "HV_SPREADROE"]
    assert done["cells"][8][0].endswith("HV_SCENARIOTABLE(B1:C1;A4:D7;A2:B2)}")
    assert done["told"] == []


def test_a_clicked_scenario_table_refuses_cells_in_use(running):
    told = running.take("clicked", "Scenario table", "=1")["told"]
    assert "The table needs empty cells; not all of Sheet1.A1:E15 are." in told


def test_clicked_why_satisfies_the_reason(running):
    told = running.take("clicked", "Why this cell", WEEKEND)["told"]
    assert f"#N/A  {call('HV_SWAPSPREAD', ['10Y', '2025-04-12']).why}" in told


def test_clicked_desk_workbook_satisfies_an_open_workbook(running):
    running.take("clicked", "Desk workbook")
    assert running.take("opened_by_hand", "haven-desk.xlsx")["title"] == "haven-desk.xlsx"


def test_clicked_refresh_satisfies_new_figures_an_override_and_text_that_stays_text(running, home, monkeypatch):
    """10Y swap 4.10 % typed over, 10Y Treasury 4.60 % from the desk's file: a spread of -50 bp."""
    monkeypatch.setenv("HAVEN_HOME", str(home))
    quotes, loaded, desk = home / "quotes.csv", home / "=2+3.csv", home / "clicked.xlsx"
    (home / "settings.toml").write_text(
        f"[feeds]\n'*' = []\n'UST.10Y' = ['file']\n[sources.file]\npath = {str(quotes)!r}\nseries = ['UST.10Y']\n"
    )
    build_desk(desk, None, None, NOW)
    loaded.write_text("series,date,value\nUST.5Y,2025-04-11,4.2\n")
    load_files([loaded], NOW)

    failed = running.take("refreshed", desk)
    assert f"file: {quotes} is not a file" in failed["told"][2]
    assert failed["desk"][0] == pytest.approx(-54.0, abs=1e-9)
    assert failed["areas"]["Status_overrides"][0][0] == "none"

    quotes.write_text("series,date,value\nUST.10Y,2025-04-11,4.6\n")
    done = running.take("refreshed", desk, "SWAP.10Y", 4.1)
    assert done["told"] == [] and done["undo"] == "Haven: refresh"
    assert (done["desk"][0], done["desk"][7]) == (pytest.approx(-50.0, abs=1e-9), pytest.approx(0.046, abs=1e-12))
    rows = {row[0]: row for row in done["areas"]["Data_series"]}
    assert (rows["UST.10Y"][2], rows["UST.10Y"][5]) == ("4.6", "desk file")
    assert (rows["SWAP.10Y"][2], rows["SWAP.10Y"][5], rows["SWAP.10Y"][6]) == ("4.1", "override", "3.94")
    assert done["areas"]["Status_overrides"][0] == [
        "SWAP.10Y",
        "typed over in this workbook; the store has 3.94",
        "45758",
        "4.1",
    ]
    assert [row[1] for row in done["areas"]["Status_loads"] if "2+3" in row[1]] == ["=2+3.csv"]
    assert [row[1] for row in done["areas"]["Status_refreshes"]][:2] == ["complete", "failed"]


def test_clicked_stop_satisfies_an_office_free_while_it_fetches(running, home, server):
    going = threading.Event()
    server.expect_request(re.compile("/.*")).respond_with_handler(lambda _: Response(str(going.wait(60))))
    (home / "settings.toml").write_text(
        f"[feeds]\n'*' = []\nSOFR = ['nyfed']\n[sources.nyfed]\nbase_url = '{server.url_for('')}'\n"
    )
    told = running.take("stopped")
    going.set()
    assert "stopped; nothing was half-written" in told


def test_clicked_inspect_satisfies_the_report_of_the_file(running, built_desk, tmp_path):
    """An opened desk workbook, whose charts are drawn anew, has no changes to save."""
    desk = tmp_path / "inspected.xlsx"
    desk.write_bytes(built_desk)
    leaks = inspect(desk)
    done = running.take("inspected", desk)
    assert f"{desk}: {len(leaks):,} leaks" in done["told"]
    assert done["lines"] == [f"{desk}: {len(leaks):,} leaks", "", *report(leaks)][:-1]
    assert not done["changed"] and desk.read_bytes() == built_desk


def test_clicked_inspect_satisfies_telling_unsaved_changes_and_a_clean_file(running, built_desk, tmp_path):
    desk, page = tmp_path / "desk.xlsx", tmp_path / "page.xlsx"
    desk.write_bytes(built_desk)
    write_client(desk, ["Client"], "Example Fund", page)
    done = running.take("inspected", page, "changed")
    changed = "page.xlsx has changes that are not saved; this is the file as it was last saved, without them."
    assert f"{page}: no leaks\n{changed}" in done["told"]
    assert done["lines"] == []


def test_clicked_inspect_refuses_a_document_never_saved(running):
    told = running.take("clicked", "Inspect")["told"]
    assert any("must be saved first: what is inspected is the file" in line for line in told)


@pytest.mark.parametrize(
    ("entry", "why"),
    [("Status", "ILLUSTRATIVE swap rates, not quotes"), ("Log", "nothing has been logged in"), ("About", "\nPython 3")],
)
def test_clicked_help_satisfies_saying_something(running, entry, why):
    assert any(why in line for line in running.take("clicked", entry)["told"])


def test_clicked_functions_satisfies_the_wizard(running):
    assert "Function Wizard" in running.take("clicked", "Functions")["told"]


def test_a_typed_name_satisfies_its_completion(running):
    assert running.take("typed", "=HV_BREAKE", '"10Y"').endswith('HV_BREAKEVEN("10Y")')
