"""The pages as people use them: on a screen, on paper, and in the cells that are theirs to change."""

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

from haven.functions import call
from haven.functions.models import MODELS
from haven.market.rules import banks
from haven.market.scenarios import scenarios
from haven.workbook.template import PAGES
from haven.workbook.template.look import INPUT

PAPERS = {"A4": (297, 210), "Letter": (279.4, 215.9)}
INCH, MM = 72.0, 72 / 25.4
"""Points."""
GRID_PAGES = ("Desk", "Curve", "Balance sheet", "Term premium", "Scenarios", "Status")
DATE = "2025-04-11"


@pytest.fixture(scope="module")
def path(built_desk, tmp_path_factory):
    path = tmp_path_factory.mktemp("pages") / "desk.xlsx"
    path.write_bytes(built_desk)
    return path


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def values(path):
    return openpyxl.load_workbook(path, data_only=True)


SCREENS = {"Excel": (7.0, 5.0, 1280 - 50), "LibreOffice": (7.8, 0.0, 1280 - 37 - 62)}
"""Pixels of a digit of Calibri 11 and beside it, and what a window of 1280 leaves for cells."""


def pixels(sheet, last, digit=7.0, beside=5.0):
    """Width on the screen at 100 % of the columns up to one."""
    return sum(round(digit * sheet.column_dimensions[get_column_letter(c)].width + beside) for c in range(1, last + 1))


def points(sheet, first, last):
    """Height of rows, both included."""
    rows = (sheet.row_dimensions[row].height for row in range(first, last + 1))
    return sum(height or sheet.sheet_format.defaultRowHeight for height in rows)


def test_status_satisfies_rows_of_one_height(book):
    assert {book["Status"].row_dimensions[row].height for row in range(5, 236)} == {13.8}


def charts(sheet):
    """First and last row that each chart covers."""
    return [(chart.anchor._from.row + 1, chart.anchor.to.row) for chart in sheet._charts]


@pytest.mark.parametrize("program", SCREENS)
@pytest.mark.parametrize("page", GRID_PAGES)
def test_page_satisfies_fitting_a_screen_of_1280(book, page, program):
    digit, beside, room = SCREENS[program]
    assert 0.9 * room <= pixels(book[page], 15, digit, beside) <= room


@pytest.mark.parametrize("page", [page for page in PAGES if page != "Client"])
def test_page_satisfies_one_width_in_print_and_its_titles_on_every_sheet(book, page):
    sheet = book[page]
    assert (sheet.page_setup.fitToWidth, sheet.sheet_properties.pageSetUpPr.fitToPage) == (1, True)
    assert sheet.print_title_rows.startswith("$1:")
    assert sheet.freeze_panes


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("page", ["Desk", "Balance sheet", "Scenarios"])
def test_page_break_satisfies_cutting_no_chart(book, page, paper):
    """Rows between two breaks fit one sheet of paper as far as the last chart on them."""
    sheet = book[page]
    _, _, last_column, last_row = range_boundaries(sheet.print_area.split("!")[-1])
    width, height = (MM * size for size in PAPERS[paper])
    margins = sheet.page_margins
    scale = min(1.0, (width - INCH * (margins.left + margins.right)) / (0.75 * pixels(sheet, last_column)))
    room = (height - INCH * (margins.top + margins.bottom)) / scale
    breaks = [0, *(row.id for row in sheet.row_breaks.brk), last_row]
    for first, last in charts(sheet):
        after = max(row for row in breaks if row < first)
        assert last <= min(row for row in breaks if row >= first)
        titles = points(sheet, 1, 2) if after else 0.0
        assert titles + points(sheet, after + 1, last) <= room


@pytest.mark.parametrize("page", PAGES)
def test_charts_satisfy_covering_no_cell_and_no_other_chart(book, page):
    areas = []
    for chart in book[page]._charts:
        left, right = chart.anchor._from.col + 1, chart.anchor.to.col
        top, bottom = chart.anchor._from.row + 1, chart.anchor.to.row
        covered = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
        assert not [cell for cell in covered if book[page].cell(*cell).value is not None]
        assert not any(covered & other for other in areas)
        areas.append(covered)


def choices(sheet, place):
    """What the drop-down of a cell offers."""
    (found,) = [rule for rule in sheet.data_validations.dataValidation if place in rule.sqref]
    return tuple(found.formula1.strip('"').split(",")), found.showErrorMessage


def test_choices_match_what_the_functions_take(book):
    assert choices(book["Desk"], "G5") == (MODELS, True)
    assert choices(book["Balance sheet"], "C9") == (banks(), True)
    assert choices(book["Scenarios"], "J5") == (tuple(scenarios()), True)
    tenors, refuses = choices(book["Desk"], "E5")
    assert refuses
    for tenor in tenors:
        assert isinstance(call("HV_SWAPSPREAD", [tenor, DATE]), float)


@pytest.mark.parametrize(("key", "low", "high"), [("tax", 0, 1), ("mpor_days", 1, 250), ("hurdle", -0.5, 1)])
def test_inputs_match_the_limits_of_the_functions(book, key, low, high):
    sheet = book["Balance sheet"]
    (place,) = [f"C{row}" for row in range(8, 40) if sheet[f"B{row}"].value == key]
    (rule,) = [rule for rule in sheet.data_validations.dataValidation if place in rule.sqref]
    assert (float(rule.formula1), float(rule.formula2)) == (low, high)


@pytest.mark.parametrize("page", PAGES)
def test_inputs_satisfy_being_checked(book, page):
    """Every cell that looks like an input has a rule, but for names and the axes of the grid."""
    sheet = book[page]
    free = {f"I{row}" for row in range(34, 42)} | {f"{c}46" for c in "CDEFG"} | {f"B{row}" for row in range(47, 55)}
    inputs = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == f"00{INPUT}"} - (
        free if page == "Scenarios" else set()
    )
    checked = {
        place for place in inputs for rule in sheet.data_validations.dataValidation if place in rule.sqref
    }  # fmt: skip
    assert inputs - checked == set()


def test_own_scenarios_and_grid_match_the_functions(values):
    sheet = values["Scenarios"]
    terms = {"bank": "JPM"}
    base = call("HV_BREAKEVEN", ["10Y", DATE, terms])
    dearer, hurdle, both = (sheet[f"J{row}"].value for row in (34, 35, 36))
    assert hurdle == pytest.approx(call("HV_BREAKEVEN", ["10Y", DATE, {"hurdle": 0.12}]), abs=1e-9)
    assert both == pytest.approx(
        call("HV_BREAKEVEN", ["10Y", DATE, {"hurdle": 0.12, "leverage_ratio": 0.04}]), abs=1e-9
    )
    assert dearer == pytest.approx(call("HV_BREAKEVEN", ["10Y", DATE, {"repo_spread": 15}]), abs=1e-9)
    assert sheet["K35"].value == pytest.approx(hurdle - base, abs=1e-9)
    assert sheet["J37"].value == "–"
    for column, ratio_row in (("C", 47), ("G", 54)):
        options = {"hurdle": sheet[f"{column}46"].value, "leverage_ratio": sheet[f"B{ratio_row}"].value}
        expected = call("HV_BREAKEVEN", ["10Y", DATE, options])
        assert sheet[f"{column}{ratio_row}"].value == pytest.approx(expected, abs=1e-9)


def test_scenario_by_tenor_matches_the_function(values):
    sheet = values["Scenarios"]
    for row, tenor in ((7, "1Y"), (12, "10Y"), (14, "30Y")):
        expected = call("HV_BREAKEVEN", [tenor, DATE, {"treasuries_excluded": 1}])
        assert sheet[f"L{row}"].value == pytest.approx(expected, abs=1e-9)


def test_curve_satisfies_discounting_to_its_zero_and_forward_rates(values):
    sheet = values["Curve"]
    for row, tenor in ((7, "2Y"), (11, "10Y"), (13, "30Y")):
        assert sheet[f"J{row}"].value == pytest.approx(call("HV_ZERORATE", [tenor, DATE]), rel=1e-12)
    assert sheet["L7"].value == pytest.approx(call("HV_FORWARDRATE", ["1Y", "2Y", DATE]), rel=1e-12)
    cuts = [sheet[f"E{row}"].value for row in range(32, 44)]
    changes = [sheet[f"D{row}"].value for row in range(32, 44)]
    assert cuts == pytest.approx([-sum(changes[: place + 1]) for place in range(12)], abs=1e-6)
