"""What a reader is told of the leaks of a workbook."""

import pytest

from haven.workbook.inspect import inspect_package
from haven.workbook.inspect.leak import Leak
from haven.workbook.inspect.parts import PARTS
from haven.workbook.inspect.report import MEANINGS, as_ranges, report
from haven.workbook.inspect.tells import DOCUMENT, SPREADSHEET
from haven.workbook.package import Package
from haven.workbook.references import parse_address
from tests.workbook.poisoned import poisoned


@pytest.mark.parametrize(
    ("cells", "ranges"),
    [
        ("A1", "A1"),
        ("A1 A2 A3", "A1:A3"),
        ("A1 B1 A2 B2", "A1:B2"),
        ("A1 A3 A1", "A1 A3"),
        ("A1 B1 B2", "A1 B1:B2"),
        ("Z9 AA9 AC9", "Z9:AA9 AC9"),
    ],
)
def test_cells_match_their_ranges(cells, ranges):
    assert as_ranges([parse_address(cell) for cell in cells.split()]) == ranges.split()


def test_leaks_satisfy_being_told_by_sheet_with_their_meaning():
    formulas = [Leak("formula", f"Desk!B{row}", f"={row}", "Desk") for row in range(2, 9)]
    lines = list(report([*formulas, Leak("hidden row", "Desk!4:4", "", "Desk"), Leak("path", "xl/x.xml", "C:\\a")]))
    assert lines == [
        "The workbook",
        "  Path: folders and names of users or servers",
        "      xl/x.xml  C:\\a",
        "",
        "Desk",
        "  Formula (7): how figures are made",
        "      B2:B8",
        "      B2  =2",
        "  Hidden row: anybody can unhide them",
        "      4:4",
        "",
    ]


def test_many_leaks_satisfy_a_short_report():
    lines = list(report([Leak("defined name", f"name_{n}", "", "") for n in range(5000)]))
    assert len(lines) < 30 and lines[-2] == "      and 4,980 more"


def test_every_kind_satisfies_being_told_in_words():
    told = {tell.kind for table in (SPREADSHEET, DOCUMENT) for tells in table.values() for tell in tells}
    kinds = {*PARTS.values(), *told, *(leak.kind for leak in inspect_package(Package(poisoned())))}
    assert {kind for kind in kinds if kind not in MEANINGS and "that names another sheet" not in kind} == set()
