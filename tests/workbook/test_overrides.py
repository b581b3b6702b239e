"""Overrides: a figure typed over on the Data sheet wins in that workbook only, until its cell is emptied."""

import openpyxl
import pytest

from haven.errors import HavenError
from haven.functions import call
from haven.market.snapshot import current
from haven.workbook.areas import area_values
from haven.workbook.cells import change_cells
from haven.workbook.compute import compute
from haven.workbook.package import Package
from haven.workbook.refresh import refresh_workbook
from tests.conftest import NOW
from tests.workbook.books import needs_libreoffice, recalculate

DATE = "2025-04-11"
STORED, OWN = 3.94, 4.1
"""The ten-year swap rate of the sample on that date, and a trader's own, in percent."""


def row_of(path, series):
    """The number of a series' row on the Data sheet and what it holds."""
    rows = openpyxl.load_workbook(path, data_only=True)["Data"]["B6:H235"]
    return next((row[0].row, [cell.value for cell in row]) for row in rows if row[0].value == series)


def type_over(path, series, figure):
    number, _ = row_of(path, series)
    path.write_bytes(change_cells(Package.open(path), {"Data": {f"D{number}": figure}}))


def shown(path, sheet, cell):
    return openpyxl.load_workbook(path, data_only=True)[sheet][cell].value


def listed(path):
    return [row for row in area_values(Package.open(path), "Status_overrides") if row[0]]


def test_override_satisfies_winning_in_its_workbook_only(desk, haven_home):
    before = shown(desk, "Desk", "B8")
    type_over(desk, "SWAP.10Y", OWN)
    refresh_workbook(desk, NOW)
    assert shown(desk, "Desk", "B8") == pytest.approx(before + 100 * (OWN - STORED), abs=1e-9)
    _, row = row_of(desk, "SWAP.10Y")
    assert row[2] == OWN
    assert (row[4].date().isoformat(), row[5], row[6]) == (DATE, "override", STORED)
    assert call("HV_SWAPRATE", ["10Y", DATE]) == pytest.approx(STORED / 100, abs=1e-12)
    assert not current().overrides
    assert not list(haven_home.glob("*.sqlite"))


def test_override_satisfies_standing_until_its_cell_is_emptied(desk):
    original = desk.read_bytes()
    type_over(desk, "SWAP.10Y", OWN)
    for _ in range(2):
        refresh_workbook(desk, NOW)
        assert [(row[0], row[3]) for row in listed(desk)] == [("SWAP.10Y", OWN)]
        assert f"the store has {STORED}" in listed(desk)[0][1]
    assert area_values(Package.open(desk), "Data_overrides") == [[f"SWAP.10Y {DATE} {OWN / 100!r}"]]
    again = desk.read_bytes()
    refresh_workbook(desk, NOW)
    assert desk.read_bytes() == again
    type_over(desk, "SWAP.10Y", None)
    refresh_workbook(desk, NOW)
    assert listed(desk)[0] == ["none", None, None, None]
    assert area_values(Package.open(desk), "Data_overrides") == [[None]]
    assert row_of(desk, "SWAP.10Y")[1][2:] == row_of_bytes(original, desk, "SWAP.10Y")[1][2:]


def row_of_bytes(data, path, series):
    other = path.with_name("original.xlsx")
    other.write_bytes(data)
    return row_of(other, series)


def test_override_satisfies_keeping_its_date_when_the_desk_moves_on(desk):
    type_over(desk, "SWAP.10Y", OWN)
    refresh_workbook(desk, NOW)
    for date in (None, 45700.0, 45740.0):
        desk.write_bytes(change_cells(Package.open(desk), {"Desk": {"C5": date}}))
        refresh_workbook(desk, NOW)
        _, row = row_of(desk, "SWAP.10Y")
        assert (row[2], row[4].date().isoformat(), row[5]) == (OWN, DATE, "override")


def test_override_satisfies_the_label_of_illustrative_data(desk):
    type_over(desk, "SWAP.10Y", OWN)
    refresh_workbook(desk, NOW)
    assert "ILLUSTRATIVE" in shown(desk, "Desk", "B2")


def test_compute_satisfies_the_overrides_of_its_workbook(desk, tmp_path):
    type_over(desk, "SWAP.10Y", OWN)
    out = tmp_path / "out.xlsx"
    before = shown(desk, "Desk", "B8")
    compute(desk, out)
    assert shown(out, "Desk", "B8") == pytest.approx(before + 100 * (OWN - STORED), abs=1e-9)


@pytest.mark.parametrize("figure", ["n/a", True, 4000.0, -80.0])
def test_refresh_refuses_an_override_that_can_be_no_quote(desk, figure):
    type_over(desk, "SWAP.10Y", figure)
    before = desk.read_bytes()
    with pytest.raises(HavenError, match=r"override of SWAP\.10Y must be a number from"):
        refresh_workbook(desk, NOW)
    assert desk.read_bytes() == before


@needs_libreoffice
def test_override_satisfies_surviving_libreoffice(desk, tmp_path):
    type_over(desk, "SWAP.10Y", OWN)
    saved = recalculate(desk, tmp_path)
    refresh_workbook(saved, NOW)
    assert [row[0] for row in listed(saved)] == ["SWAP.10Y"]
