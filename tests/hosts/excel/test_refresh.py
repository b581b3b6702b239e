"""One specification of a refresh, kept by a workbook in a file and by one open in Excel."""

import datetime as dt
import shutil

import openpyxl
import pytest

from haven.errors import HavenError
from haven.functions import call
from haven.hosts.excel.book import OpenBook, excel, quiet
from haven.hosts.excel.refresh import refresh_book
from haven.market.snapshot import current
from haven.workbook import tables
from haven.workbook.history import weeks
from haven.workbook.refresh import refresh_workbook
from tests.hosts.excel import excel_com

NOW = dt.datetime(2026, 11, 20, 12, 0)


class InFile:
    """A workbook refreshed in its file."""

    def __init__(self, path):
        self.path = path

    def edit(self, sheet, address, value):
        book = openpyxl.load_workbook(self.path)
        book[sheet][address] = value
        book.save(self.path)

    def drop_name(self, name):
        book = openpyxl.load_workbook(self.path)
        del book.defined_names[name]
        book.save(self.path)

    def refresh(self):
        refresh_workbook(self.path, NOW)

    def value(self, sheet, address):
        return openpyxl.load_workbook(self.path, data_only=True)[sheet][address].value

    def formula(self, sheet, address):
        return openpyxl.load_workbook(self.path)[sheet][address].value


class InExcel:
    """A workbook refreshed while Excel has it open."""

    def __init__(self, path):
        self.model, com = excel_com.excel(str(path))
        self.app = excel(com)
        self.book = self.app.books.active

    def edit(self, sheet, address, value):
        cell = self.book.sheets[sheet].range(address)
        if isinstance(value, str) and value.startswith("="):
            cell.formula = value
        else:
            cell.value = value

    def drop_name(self, name):
        self.book.names[name].delete()

    def refresh(self):
        with quiet(self.app):
            refresh_book(OpenBook(self.book), NOW)

    def value(self, sheet, address):
        return self.book.sheets[sheet].range(address).raw_value

    def formula(self, sheet, address):
        return self.book.sheets[sheet].range(address).formula


@pytest.fixture(params=[InFile, InExcel])
def workbook(request, desk, tmp_path):
    return request.param(shutil.copy(desk, tmp_path / "open.xlsx"))


@pytest.fixture
def in_excel(desk, tmp_path):
    return InExcel(shutil.copy(desk, tmp_path / "open.xlsx"))


def place(desk, name):
    """Sheet and range of a name."""
    book = openpyxl.load_workbook(desk)
    ((sheet, area),) = book.defined_names[name].destinations
    return sheet, area.replace("$", "")


def test_an_area_matches_the_market(workbook, desk):
    sheet, area = place(desk, "Data_series")
    first = area.partition(":")[0]
    workbook.edit(sheet, first, "stale")
    workbook.refresh()
    assert workbook.value(sheet, first) == "UST.1Y"


def test_the_history_matches_the_functions(workbook, desk):
    sheet, area = place(desk, "Data_history")
    top = int(area.partition(":")[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    week = weeks(current()).tolist().index(dt.date(2025, 4, 11))
    workbook.edit(sheet, f"J{top + week}", "stale")
    workbook.refresh()
    assert workbook.value(sheet, f"J{top + week}") == pytest.approx(call("HV_SWAPSPREAD", ["10Y", "2025-04-11"]))


def test_what_a_table_leaves_free_satisfies_being_cleared(workbook, desk):
    sheet, area = place(desk, "Data_series")
    last = area.partition(":")[2]
    workbook.edit(sheet, last, "left over")
    workbook.refresh()
    assert workbook.value(sheet, last) in (None, "")


def test_cells_elsewhere_satisfy_staying(workbook):
    workbook.edit("Desk", "Z50", "mine")
    workbook.edit("Desk", "Z51", "=1+1")
    workbook.refresh()
    assert workbook.value("Desk", "Z50") == "mine"
    assert workbook.formula("Desk", "Z51") == "=1+1"


def test_an_override_satisfies_standing_until_cleared(workbook, desk):
    sheet, _ = place(desk, "Data_series")
    listed = openpyxl.load_workbook(desk)[sheet]["B6:B200"]
    row = next(cell.row for (cell,) in listed if cell.value == "SWAP.10Y")
    told = place(desk, "Status_overrides")[1].partition(":")[0]
    stored = workbook.value(sheet, f"D{row}")
    workbook.edit(sheet, f"D{row}", 4.2)
    workbook.refresh()
    assert workbook.value(sheet, f"D{row}") == 4.2
    assert (workbook.value(sheet, f"G{row}"), workbook.value(sheet, f"H{row}")) == ("override", stored)
    assert workbook.value("Status", told) == "SWAP.10Y"
    workbook.edit(sheet, f"D{row}", None)
    workbook.refresh()
    assert workbook.value(sheet, f"D{row}") == stored
    assert workbook.value("Status", told) == "none"


def test_the_date_of_the_desk_satisfies_the_status(workbook, desk):
    sheet, area = place(desk, "Desk_date")
    workbook.edit(sheet, area.partition(":")[0], dt.datetime(2025, 4, 8))
    workbook.refresh()
    sheet, area = place(desk, "Status_facts")
    top = int(area.partition(":")[0][1:])
    facts = {workbook.value(sheet, f"K{row}"): workbook.value(sheet, f"L{row}") for row in range(top, top + 9)}
    assert str(facts["Market date"]).startswith("2025-04-08")


def test_a_name_that_is_gone_satisfies_no_failure(workbook):
    workbook.drop_name("Data_series")
    workbook.refresh()


def test_text_like_a_formula_satisfies_staying_text(workbook, desk, monkeypatch):
    planted = "=HYPERLINK(1)"
    monkeypatch.setattr(tables, "market_tables", lambda *_: {"Data_note": [[planted]]})
    workbook.refresh()
    sheet, area = place(desk, "Data_note")
    assert workbook.value(sheet, area.partition(":")[0]) == planted


def test_excel_satisfies_being_as_before(in_excel):
    book = in_excel.book
    book.sheets["Curve"].api.Activate()
    book.sheets["Curve"].range("C3").api.Select()
    in_excel.refresh()
    assert in_excel.app.screen_updating is True
    assert in_excel.app.calculation == "automatic"
    assert in_excel.app.selection.address == "$C$3"
    assert in_excel.app.api.ActiveSheet.Name == "Curve"


def test_excel_satisfies_being_as_before_after_a_failure(in_excel, monkeypatch):
    def broken(*_):
        raise HavenError("#N/A", "no market today")

    monkeypatch.setattr(tables, "market_tables", broken)
    with pytest.raises(HavenError, match="no market today"):
        in_excel.refresh()
    assert in_excel.app.screen_updating is True
    assert in_excel.app.calculation == "automatic"


def test_haven_cells_satisfy_being_dirtied_once(in_excel, desk):
    in_excel.refresh()
    dirtied = [cell for kind, cells in in_excel.app.api.log if kind == "Dirty" for cell in cells.split(",")]
    book = openpyxl.load_workbook(desk)
    ours = [
        cell.coordinate
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=") and "HV_" in cell.value
    ]
    assert sorted(cell.replace("$", "") for cell in dirtied) == sorted(ours)


def test_a_protected_sheet_is_refused_and_nothing_written(in_excel, desk):
    sheet, area = place(desk, "Data_series")
    first = area.partition(":")[0]
    in_excel.edit(sheet, first, "before")
    in_excel.app.api.log.append(("protect", "Status"))
    in_excel.app.api.log.append(("protect", sheet))
    with pytest.raises(HavenError, match=f"sheet {sheet} is protected; unprotect it"):
        in_excel.refresh()
    assert in_excel.value(sheet, first) == "before"
