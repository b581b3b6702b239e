"""The desk workbook: a number in every cell, and refreshes that touch nothing of the user's."""

import datetime as dt
import shutil
import signal
import subprocess
import sys
import zipfile

import openpyxl
import pytest
from openpyxl.chart import BarChart, LineChart, ScatterChart
from openpyxl.workbook.defined_name import DefinedName

from haven.functions import CATALOGUE, call
from haven.market.load import load_files
from haven.market.snapshot import refresh
from haven.workbook import tables
from haven.workbook.answers import functions
from haven.workbook.calculate import calculate
from haven.workbook.cells import change_cells
from haven.workbook.model import Model
from haven.workbook.package import Package
from haven.workbook.refresh import build_desk, refresh_workbook
from haven.workbook.template import PAGES
from tests.conftest import NOW
from tests.dying import Command
from tests.workbook.books import foreign_book, members, raw_book, sheet_xml


def shown(path, sheet):
    return openpyxl.load_workbook(path, data_only=True)[sheet]


def formula_values(path):
    """The result of each formula cell, by sheet and address."""
    model = Model(Package.open(path), {})
    return {(f.sheet, cell): model.sheets[f.sheet].values[cell] for f in model.formulas for cell in f.cells()}


def test_every_formula_cell_satisfies_holding_a_result(desk):
    results = formula_values(desk)
    assert len(results) > 700
    for where, value in results.items():
        assert isinstance(value, (float, str, bool)), where
        assert value != "" or where[0] in {"Data", "Balance sheet", "Status"} or where == ("Desk", (77, 6)), where


def test_tiles_match_the_functions(desk):
    page = shown(desk, "Desk")
    assert page["C5"].value == dt.datetime(2025, 4, 11)
    assert page["B8"].value == call("HV_SWAPSPREAD", ["10Y", "2025-04-11"]) == -54.0
    assert page["D8"].value == pytest.approx(call("HV_BREAKEVEN", ["10Y", "2025-04-11"]), rel=1e-15)
    assert page["F8"].value == pytest.approx(page["B8"].value - page["D8"].value, rel=1e-15)
    assert page["I8"].value == pytest.approx(0.0448, rel=1e-14)
    assert page["K8"].value == pytest.approx(1e4 * call("HV_TERMPREMIUM", ["10Y", "2025-04-11"]), rel=1e-14)
    assert page["M8"].value == pytest.approx(call("HV_CUTSPRICED", ["1Y", "2025-04-11"]), rel=1e-15)


def test_tiles_satisfy_changes_from_the_day_and_the_week_before(desk):
    page = shown(desk, "Desk")
    assert [page[f"{column}10"].value for column in "BDFIKM"] == [dt.datetime(2025, 4, 11)] * 6
    for place, function, scale in (("B", "HV_SWAPSPREAD", 1), ("D", "HV_BREAKEVEN", 1), ("K", "HV_TERMPREMIUM", 1e4)):
        now, day, week = (scale * call(function, ["10Y", f"2025-04-{date}"]) for date in ("11", "10", "04"))
        assert page[f"{place}9"].value == pytest.approx(now - day, abs=1e-9)
        assert page[chr(ord(place) + 1) + "9"].value == pytest.approx(now - week, abs=1e-9)
        start, end = (scale * call(function, ["10Y", f"2025-04-{date}"]) for date in ("02", "11"))
        assert page[f"{place}11"].value == pytest.approx(end - start, abs=1e-9)
    assert 3.0 < page["M11"].value < 9.0  # more cuts, as the one-year swap's fall of 6 bp says
    assert page["F9"].value == pytest.approx(page["B9"].value - page["D9"].value, abs=1e-9)


def test_day_before_satisfies_skipping_a_holiday(desk):
    """Monday 21 April 2025 follows Good Friday, on which there is no figure."""
    desk.write_bytes(change_cells(Package.open(desk), {"Desk": {"C5": 45768}}))
    refresh_workbook(desk, NOW)
    dates = shown(desk, "Status")
    assert dates["L19"].value == dt.datetime(2025, 4, 21)
    assert dates["M19"].value == dt.datetime(2025, 4, 17)
    assert dates["N19"].value == dt.datetime(2025, 4, 14)


def test_move_satisfies_adding_up_in_the_sheet(desk):
    page = shown(desk, "Desk")
    for column in "KLN":
        parts = sum(page[f"{column}{row}"].value for row in (31, 32, 33))
        assert page[f"{column}34"].value == pytest.approx(parts, abs=1e-9)
    assert page["L34"].value == pytest.approx(28.0, abs=1e-9)


def test_client_page_satisfies_one_window_for_words_table_and_chart(desk):
    page = shown(desk, "Client")
    move = [page[f"D{row}"].value for row in range(23, 27)]
    parts = dict(call("HV_YIELDMOVE", ["10Y", "2025-04-04", "2025-04-11"])[1:])
    names = ("Expected short rate", "Swap term premium", "Minus swap spread", "Treasury yield")
    assert move == pytest.approx([parts[name] for name in names], abs=1e-9)
    assert page["B34"].value.startswith("From 2025-04-04 to 2025-04-11 the 10Y Treasury yield rose 47 bp")
    assert page["J21"].value == "What moved the yield from 2025-04-04 to 2025-04-11, bp"
    assert [move[3], page["G7"].value] == pytest.approx([47.0, 47.0], abs=1e-9)


def serial(day):
    return (dt.date.fromisoformat(day) - dt.date(1899, 12, 30)).days


def errors(book):
    """Cells that show an error, but for those behind the charts."""
    return [
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "e" and sheet.title != "Data"
    ]


def with_inputs(path, **inputs):
    """The Desk and other pages with input cells, by name of their page and place, set to values, then refreshed."""
    changes = {page.replace("_", " "): cells for page, cells in inputs.items()}
    path.write_bytes(change_cells(Package.open(path), changes))
    done = refresh_workbook(path, NOW)
    assert done.errors == []  # a gap of a line is meant
    return openpyxl.load_workbook(path, data_only=True)


@pytest.mark.parametrize(("bank", "day"), [("JPM", "2025-04-11"), ("C", "2026-04-10"), ("MS", "2020-06-30")])
def test_rules_match_the_bank_and_the_date_chosen(desk, bank, day):
    sheet = with_inputs(desk, Desk={"C5": serial(day), "G5": "KW"}, Balance_sheet={"C9": bank})["Balance sheet"]
    (top,) = [row for row in range(1, 90) if sheet[f"B{row}"].value == "Rule"]
    assert sheet[f"B{top - 1}"].value == f"Rules in force on {day}, for {bank} and for all banks"
    shown = [tuple(sheet[f"{column}{row}"].value for column in "BFEIJ") for row in range(top + 1, top + 41)]
    expected = [(rule[0], rule[1], rule[2], rule[7], rule[6]) for rule in call("HV_RULES", [day, bank])[1:]]
    assert [row for row in shown if row[0]] == expected
    assert bank in {row[1] for row in expected}


@pytest.mark.parametrize("model", ["SURVEY", "ACM.NYFED"])
def test_a_model_without_figures_satisfies_dashes_and_a_reason(desk, model):
    book = with_inputs(desk, Desk={"G5": model})
    page, status = book["Desk"], book["Status"]
    assert [page[place].value for place in ("K8", "K9", "L9", "K10", "K31", "L34", "M34")] == ["–"] * 7
    assert page["C12"].value == f"No figures of {model} for both dates: see Status"
    assert page["B8"].value == -54.0
    assert {row[0].value: row[1].value for row in status["K25:L30"]}[model] == "not in the store"
    assert [book["Data"][f"AF{row}"].value for row in range(6, 10)] == [0, 0, 0, 0]


def test_a_date_beyond_the_model_satisfies_gaps_in_the_charts(desk):
    """In a chart a dash would be a zero."""
    book = with_inputs(desk, Desk={"C5": 46122})
    assert [row[0].value for row in book["Term premium"]["C6:C15"]] == ["–"] * 10
    chart = openpyxl.load_workbook(desk)["Term premium"]._charts[0]
    drawn = [series.yVal.numRef.f.replace("'", "").split("!") for series in chart.series]
    assert {sheet for sheet, _ in drawn} == {"Data"}
    model, *_, nowcast = ([row[0].value for row in book["Data"][area.replace("$", "")]] for _, area in drawn)
    assert model == ["#N/A"] * 10
    assert nowcast == [row[0].value for row in book["Term premium"]["G6:G15"]]
    assert all(isinstance(figure, float) for figure in nowcast)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2025-04-18", "No swap spread of 10Y on 2025-04-18; the last before it is of 2025-04-17. "),
        ("2025-04-12", "No swap spread of 10Y on 2025-04-12; the last before it is of 2025-04-11. "),
        ("2030-01-02", "No swap spread of 10Y on 2030-01-02; the latest is of 2026-07-22. "),
        ("1950-01-03", "No swap spread of 10Y on 1950-01-03; the latest is of 2026-07-22. "),
    ],
)
def test_a_date_without_figures_satisfies_dashes_and_a_reason(desk, day, told):
    book = with_inputs(desk, Desk={"C5": serial(day)})
    page = book["Desk"]
    assert errors(book) == []
    assert [page[f"{column}{row}"].value for row in (8, 9) for column in "BDFIKM"] == ["–"] * 12
    assert [page[f"{column}31"].value for column in "CDEFG"] == ["–"] * 5
    assert page["C13"].value == told
    assert page["F7"].value == "Gap, bp"
    assert all(book[sheet]["B2"].value.startswith(f"{told}ILLUSTRATIVE") for sheet in ("Curve", "Scenarios", "Data"))


def test_fewer_meetings_than_rows_satisfy_dashes(desk):
    """The Federal Reserve announces its meetings a year or two ahead."""
    tenors = ("1M", "3M", "6M", "1Y", "2Y", "3Y", "5Y", "7Y", "10Y", "20Y", "30Y")
    quotes = desk.with_suffix(".csv")
    rows = ["SOFR,2026-11-19,3.9", *(f"{curve}.{t},2026-11-19,3.9" for curve in ("SWAP", "UST") for t in tenors)]
    quotes.write_text("\n".join(["series,date,value", *rows]))
    load_files([quotes], NOW)
    desk.write_bytes(change_cells(Package.open(desk), {"Desk": {"C5": serial("2026-11-19")}}))
    assert "Curve" not in {error.sheet for error in refresh_workbook(desk, NOW).errors}
    page = openpyxl.load_workbook(desk, data_only=True)["Curve"]
    shown = [[cell.value for cell in row] for row in page["B32:F43"]]
    assert [str(row[0].date()) for row in shown[:9:8]] == ["2026-12-09", "2027-12-08"]
    assert shown[9:] == [["–"] * 5] * 3


def test_the_first_date_satisfies_dashes_for_its_changes(desk):
    book = with_inputs(desk, Desk={"C5": serial("2018-04-03")})
    page = book["Desk"]
    assert errors(book) == []
    assert page["B8"].value == call("HV_SWAPSPREAD", ["10Y", "2018-04-03"])
    assert [page[f"{column}9"].value for column in "BCDEFGIJMN"] == ["–"] * 10
    assert page["C13"].value.startswith("No reading: ")
    assert page["E15"].value == "it takes figures of the date and of seven business days before"


def test_a_line_satisfies_passing_over_a_dash(desk):
    """Every line of every page, the client's columns apart, reads cells in which a dash is #N/A."""
    with_inputs(desk, Desk={"C5": serial("2025-04-18")})
    book, values = openpyxl.load_workbook(desk), openpyxl.load_workbook(desk, data_only=True)
    for title in ("Desk", "Curve", "Balance sheet", "Scenarios", "Term premium"):
        for chart in book[title]._charts:
            if isinstance(chart, BarChart):
                continue
            for series in chart.series:
                source = (series.yVal if isinstance(chart, ScatterChart) else series.val).numRef.f
                sheet, area = source.replace("'", "").replace("$", "").split("!")
                assert not [row for row in values[sheet][area] if row[0].value == "–"], source
            assert isinstance(chart, ScatterChart) or chart.display_blanks == "span"


def test_figures_of_an_empty_date_satisfy_one_date(desk):
    """A Treasury newer than the newest swap is not shown under the swap's date."""
    quotes = desk.with_name("quotes.csv")
    quotes.write_text("series,date,value\nUST.10Y,2026-07-24,9.99\n")
    load_files([quotes], NOW)
    page = with_inputs(desk, Desk={"C5": None})["Desk"]
    assert call("HV_USTYIELD", ["10Y", None]) == pytest.approx(0.0999)
    assert page["I10"].value == page["B10"].value == dt.datetime(2026, 7, 22)
    assert page["I8"].value == call("HV_USTYIELD", ["10Y", "2026-07-22"])
    assert page["I30"].value == f"Level of {page['K10'].value:%Y-%m-%d}"


def test_a_grid_with_an_empty_axis_cell_satisfies_figures_under_their_own_labels(desk):
    before = openpyxl.load_workbook(desk, data_only=True)["Scenarios"]
    whole = [[cell.value for cell in row] for row in before["C47:G54"]]
    sheet = with_inputs(desk, Scenarios={"D46": None, "B48": None})["Scenarios"]
    now = [[cell.value for cell in row] for row in sheet["C47:G54"]]
    for place, row in enumerate(whole):
        row[1] = "–"
        assert now[place] == (["–"] * 5 if place == 1 else row)


def test_an_own_scenario_whose_key_is_gone_refuses_to_leave_it_out(desk):
    """Otherwise the row would be named 4 % and be something else."""
    desk.write_bytes(change_cells(Package.open(desk), {"Scenarios": {"C33": None}}))
    refresh_workbook(desk, NOW)
    sheet = shown(desk, "Scenarios")
    assert sheet["J36"].value == "#VALUE!"
    assert sheet["J35"].value == pytest.approx(call("HV_BREAKEVEN", ["10Y", "2025-04-11", {"hurdle": 0.12}]), abs=1e-9)


def test_watch_list_satisfies_naming_its_date_until_the_next_refresh(desk):
    assert shown(desk, "Desk")["D77"].value == dt.datetime(2025, 4, 11)
    package, changes = Package.open(desk), {"Desk": {"C5": serial("2025-04-08")}}
    told = calculate(package, functions(), changes).values["Desk"]["F77"]
    assert told == "refresh the workbook to have it of 2025-04-08"
    page = with_inputs(desk, **changes)["Desk"]
    assert (page["D77"].value, page["F77"].value or "") == (dt.datetime(2025, 4, 8), "")


FEW = [(day, tenor) for day in ("2026-11-16", "2026-11-18", "2026-11-19") for tenor in ("2Y", "5Y", "10Y")]


@pytest.fixture
def few_quotes(tmp_path):
    """The path of a desk workbook built on three days of a desk's own quotes, in a week of their own."""
    rows = [f"{family}.{tenor},{day},{rate}\n" for family, rate in (("SWAP", 4.0), ("UST", 4.3)) for day, tenor in FEW]
    (tmp_path / "quotes.csv").write_text(f"series,date,value\n{''.join(rows)}")
    load_files([tmp_path / "quotes.csv"], NOW)
    refresh()
    build_desk(tmp_path / "few.xlsx", None, None, NOW)
    return tmp_path / "few.xlsx"


def test_few_quotes_satisfy_dashes_where_there_are_none(few_quotes):
    book = openpyxl.load_workbook(few_quotes, data_only=True)
    page = book["Desk"]
    assert errors(book) == []
    assert [page[f"{column}{row}"].value for row in (8, 9) for column in "BC"] == [-30, None, 0, "–"]
    assert book["Status"]["M19"].value == dt.datetime(2026, 11, 18)
    assert [book["Status"][f"{column}19"].value for column in "LN"] == [dt.datetime(2026, 11, 19), "–"]
    assert [row[0].value for row in page["E31:E38"]] == ["–", -30, "–", -30, "–", -30, "–", "–"]
    assert page["C12"].value == "No figures of ACM for both dates: see Status"


def test_few_quotes_satisfy_naming_the_swaps_that_are_illustrative(few_quotes):
    book = with_inputs(few_quotes, Desk={"C5": serial("2025-04-11"), "E5": "3Y"})
    assert book["Desk"]["B8"].value == -30.0
    for page in ("Desk", "Curve", "Scenarios"):
        assert "ILLUSTRATIVE swap rates of 1Y, 3Y, 7Y, 20Y, 30Y: " in book[page]["B2"].value
    status = {row[0].value: row[1].value for row in book["Status"]["K6:L15"]}
    assert status["Swap rates"] == "real quotes; of 1Y, 3Y, 7Y, 20Y, 30Y ILLUSTRATIVE"


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ({"J5": None}, "Give both dates of the move"),
        ({"J5": None, "L5": None}, "Give both dates of the move"),
        ({"L5": serial("2025-04-12")}, "No swap spread of 10Y on 2025-04-12"),
        ({"J5": serial("2015-01-02")}, "No swap spread of 10Y on 2015-01-02"),
        ({"L5": serial("2026-07-20")}, "No figures of ACM for both dates: see Status"),
    ],
)
def test_a_move_without_figures_satisfies_dashes_and_a_reason(desk, dates, told):
    book = with_inputs(desk, Desk=dates)
    assert errors(book) == []
    assert [book["Desk"][f"L{row}"].value for row in range(31, 37)] == ["–"] * 6
    assert book["Desk"]["C12"].value == told
    assert [book["Data"][f"AF{row}"].value for row in range(6, 10)] == [0, 0, 0, 0]


def test_a_move_of_no_days_satisfies_an_unchanged_spread(desk):
    page = with_inputs(desk, Desk={"J5": serial("2025-04-11")})["Desk"]
    assert page["C12"].value.endswith("swap term premium 0.0, unchanged swap spread 0.0 (ACM); 1Y swap 0.0.")


def test_no_scenario_satisfies_the_page_as_it_is(desk):
    sheet = with_inputs(desk, Scenarios={"J5": None})["Scenarios"]
    assert [row[0].value for row in sheet["L7:L14"]] == [row[0].value for row in sheet["K7:K14"]]
    assert [row[0].value for row in sheet["M7:M14"]] == [0] * 8


def test_a_failure_satisfies_staying_an_error(desk):
    desk.write_bytes(change_cells(Package.open(desk), {"Desk": {"G5": "no such model"}}))
    refresh_workbook(desk, NOW)
    assert shown(desk, "Desk")["K8"].value == "#VALUE!"


@pytest.mark.parametrize(
    ("tenor", "start", "end"), [("5Y", "2025-04-02", "2025-04-04"), ("10Y", "2025-04-11", "2025-04-02")]
)
def test_a_falling_yield_satisfies_its_sentence_and_bars_below_zero(desk, tenor, start, end):
    book = with_inputs(desk, Desk={"E5": tenor, "J5": serial(start), "L5": serial(end)})
    moved = [row[1] for row in call("HV_YIELDMOVE", [tenor, start, end, "ACM"])[1:5]]
    page, data = book["Desk"], book["Data"]
    assert [page[f"L{row}"].value for row in (34, 31, 32, 33)] == pytest.approx(moved, abs=1e-9)
    assert moved[0] < 0
    assert page["C12"].value.startswith(f"{tenor} Treasury {moved[0]:+.1f} bp from {start} to {end}: ")
    assert (data["AF9"].value, data["AJ9"].value) == (0, pytest.approx(moved[0], abs=1e-9))


def test_tiles_satisfy_one_shade(desk):
    page = openpyxl.load_workbook(desk)["Desk"]
    merged = {place for area in page.merged_cells.ranges for row in list(area.cells)[1:] for place in [row]}
    fills = {
        page.cell(row, column).fill.fgColor.rgb
        for row in range(7, 11)
        for column in (*range(2, 8), *range(9, 15))
        if (row, column) not in merged
    }
    assert len(fills) == 1


def test_the_page_satisfies_one_spread_everywhere(desk):
    book = openpyxl.load_workbook(desk, data_only=True)
    page, sheet = book["Desk"], book["Balance sheet"]
    spread, breakeven = page["B8"].value, page["D8"].value
    assert [page["E36"].value, sheet["J11"].value, book["Curve"]["E11"].value] == [spread] * 3
    assert page["F36"].value == sheet["L38"].value == breakeven
    assert page["K33"].value == pytest.approx(-spread, abs=1e-9)
    watched = {row[0].value: row[2].value for row in page["B79:D102"]}
    assert watched["Swap spread 10Y"] == pytest.approx(spread, abs=1e-9)
    assert watched["Gap 10Y to break-even"] == pytest.approx(page["F8"].value, abs=1e-9)
    assert page["C13"].value.endswith("than a dealer's break-even of -51 bp (illustrative swap rates).")


def test_illustrative_data_satisfies_its_label_on_every_page(desk):
    for page in PAGES:
        assert "ILLUSTRATIVE" in shown(desk, page)["B1" if page == "Client" else "B2"].value
    status = {row[0].value: row[1].value for row in shown(desk, "Status")["K6:L15"]}
    assert "ILLUSTRATIVE" in status["Swap rates"]
    sources = {row[0].value: row[5].value for row in shown(desk, "Data")["B6:G60"]}
    assert "ILLUSTRATIVE" in sources["SWAP.10Y"]
    assert "ILLUSTRATIVE" not in sources["UST.10Y"]


def test_function_list_satisfies_the_catalogue(desk):
    names = {row[0].value for row in shown(desk, "Functions")["B5:B200"]}
    assert set(CATALOGUE) <= names


def test_charts_satisfy_being_native(desk):
    charts = {sheet.title: [type(chart) for chart in sheet._charts] for sheet in openpyxl.load_workbook(desk)}
    assert charts["Desk"] == [LineChart, BarChart, ScatterChart, ScatterChart, ScatterChart]
    assert charts["Term premium"] == [ScatterChart, BarChart, ScatterChart]
    assert [len(charts[page]) for page in ("Curve", "Balance sheet", "Scenarios")] == [3, 2, 3]


def test_empty_date_satisfies_the_latest_of_each_figure(desk):
    desk.write_bytes(change_cells(Package.open(desk), {"Desk": {"C5": None}}))
    refresh_workbook(desk, NOW)
    page = shown(desk, "Desk")
    assert page["B8"].value == call("HV_SWAPSPREAD", ["10Y", None]) == -50.0
    assert page["K8"].value == pytest.approx(1e4 * call("HV_TERMPREMIUM", ["10Y", None]), rel=1e-14)


def test_file_satisfies_naming_no_machine_and_no_person(desk, tmp_path):
    with zipfile.ZipFile(desk) as parts:
        content = b"".join(parts.read(name) for name in parts.namelist())
    for secret in (str(tmp_path), "sqlite", "HAVEN_HOME"):
        assert secret.encode() not in content


def rename_sheet(path, old, new):
    """Rename a sheet as a spreadsheet program does: names, formulas and charts follow."""
    source = zipfile.ZipFile(path)
    parts = {name: source.read(name).replace(f"'{old}'!".encode(), f"'{new}'!".encode()) for name in source.namelist()}
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(f'name="{old}"'.encode(), f'name="{new}"'.encode())
    with zipfile.ZipFile(path, "w") as out:
        for name, content in parts.items():
            out.writestr(name, content)


def test_refresh_satisfies_changing_nothing_of_the_users(desk):
    book = openpyxl.load_workbook(desk)
    mine = book.create_sheet("Mine", 0)
    mine["A1"], mine["A2"], mine["A3"] = "note", "='My desk'!B8*2", "=SUM(A4:A5)"
    mine["A4"], mine["A5"] = 1, 2
    book.save(desk)
    rename_sheet(desk, "Desk", "My desk")
    before = {name: zipfile.ZipFile(desk).read(name) for name in zipfile.ZipFile(desk).namelist()}
    done = refresh_workbook(desk, NOW)
    assert not done.problems
    with zipfile.ZipFile(desk) as after:
        assert after.namelist() == list(before)
        changed = [name for name in before if after.read(name) != before[name]]
    assert all(name.startswith("xl/worksheets/sheet") for name in changed)
    assert shown(desk, "Mine")["A2"].value == pytest.approx(2 * -54.0)
    assert shown(desk, "My desk")["B8"].value == -54.0
    again = desk.read_bytes()
    refresh_workbook(desk, NOW)
    assert desk.read_bytes() == again


def test_refresh_satisfies_a_workbook_that_is_not_ours(tmp_path):
    path = tmp_path / "own.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"], book.active["C1"] = (
        "10Y",
        '=HV_SWAPSPREAD(A1,"2025-04-08")',
        "=OFFSET(A1,0,0)",
    )
    book.save(path)
    done = refresh_workbook(path, NOW)
    assert shown(path, "Sheet")["B1"].value == -56.0
    assert [(problem.sheet, problem.address) for problem in done.problems] == [("Sheet", "C1")]


def test_errors_satisfy_being_listed_with_their_reason(tmp_path):
    path = tmp_path / "own.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = '=HV_SWAPSPREAD("10Y","2025-04-12")'
    book.active["A2"] = '=INDEX(HV_DECOMPOSE("10Y","2025-04-12"),2,2)'
    book.save(path)
    done = refresh_workbook(path, NOW)
    assert [shown(path, "Sheet")[cell].value for cell in ("A1", "A2")] == ["#N/A", "#N/A"]
    assert [error.address for error in done.errors] == ["A1", "A2"]
    assert all("Saturday" in error.why for error in done.errors)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_results_match_what_libreoffice_shows(desk, tmp_path):
    """LibreOffice without our functions shows the results the file brings, and computes the rest to the same."""
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), str(desk)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    command[4:7] = ["xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "back")]
    command[-1] = str(tmp_path / "desk.ods")
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    ours, theirs = formula_values(desk), formula_values(tmp_path / "back" / "desk.xlsx")
    assert len(ours) > 700
    for where, mine in ours.items():
        assert theirs[where] == (pytest.approx(mine, rel=1e-9) if isinstance(mine, float) else mine), where


def test_refresh_satisfies_leaving_a_foreign_workbook_byte_for_byte(tmp_path):
    """A text box, a sparkline, a control, macros, comments: only the cell that calls us changes."""
    rows = '<row r="1"><c r="A1" s="0"><f>HV_SWAPSPREAD("10Y","2025-04-08")</f><v>1</v></c><c r="B1"><v>7</v></c></row>'
    before = foreign_book()
    path = tmp_path / "foreign.xlsm"
    path.write_bytes(raw_book({"Mine": sheet_xml(rows)}, extra={"xl/drawings/drawing1.xml": "<mine/>"}))
    old = members(path.read_bytes())
    refresh_workbook(path, NOW)
    new = members(path.read_bytes())
    assert list(new) == list(old)
    assert [name for name in old if new[name] != old[name]] == ["xl/worksheets/sheet1.xml"]
    assert shown(path, "Mine")["A1"].value == -56
    path.write_bytes(before)
    refresh_workbook(path, NOW)
    assert path.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_refresh_killed_at_every_write_satisfies_the_old_file_or_the_new(desk):
    desk.write_bytes(change_cells(Package.open(desk), {"Desk": {"E5": "5Y"}}))
    before, spread = desk.read_bytes(), call("HV_SWAPSPREAD", ["5Y", "2025-04-11"])
    kept = []
    with Command("refresh", "--quiet", "--offline", desk) as command:
        ended, doors, _ = command.run()
        assert (ended, shown(desk, "Desk")["B8"].value) == (0, spread)
        for door in range(1, len(doors) + 1):
            desk.write_bytes(before)
            assert command.run(door=door)[0] == -signal.SIGKILL
            kept.append(desk.read_bytes() == before)
            assert kept[-1] or shown(desk, "Desk")["B8"].value == spread
            assert [path.name for path in desk.parent.glob("*.xlsx")] == [desk.name]
    assert kept[0] and not kept[-1]
    assert kept == sorted(kept, reverse=True)


def test_refresh_satisfies_making_only_what_the_workbook_has(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(tables, "history_rows", made.append)
    book = openpyxl.Workbook()
    book.active["A1"] = '=HV_SWAPSPREAD("10Y","2025-04-08")'
    book.defined_names["Data_note"] = DefinedName("Data_note", attr_text="'Sheet'!$B$2")
    book.save(tmp_path / "own.xlsx")
    refresh_workbook(tmp_path / "own.xlsx", NOW)
    assert made == []
    assert "ILLUSTRATIVE" in shown(tmp_path / "own.xlsx", "Sheet")["B2"].value
