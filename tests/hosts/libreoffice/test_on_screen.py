"""LibreOffice as a person sees it: workbooks opened, the menu clicked, a function typed."""

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from haven.functions import call
from tests.hosts.libreoffice.offices import needs_screen, office

pytestmark = needs_screen
WEEKEND = '=HV_SWAPSPREAD("10Y";"2025-04-12")'


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with office(tmp_path_factory.mktemp("home"), on_screen=True) as running:
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


def test_clicked_functions_satisfies_the_wizard(running):
    assert "Function Wizard" in running.take("clicked", "Functions")["told"]


def test_a_typed_name_satisfies_its_completion(running):
    assert running.take("typed", "=HV_BREAKE", '"10Y"').endswith('HV_BREAKEVEN("10Y")')
