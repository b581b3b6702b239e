"""Runs of text in cells, shared or inline, with a prefix or without."""

import pytest

from haven.errors import HavenError
from haven.workbook.package import Package
from haven.workbook.richtext import RichTexts
from haven.workbook.worksheet import read_worksheet
from tests.workbook.books import raw_book, sheet_xml

RUNS = '<t>a</t><r><rPr><color rgb="FFFFFFFF"/></rPr><t>b_x0041_</t></r><r><t>c</t></r><rPh><t>hint</t></rPh>'


def runs(cell, strings=()):
    package = Package(raw_book({"S": sheet_xml(f'<row r="1">{cell}</row>')}, strings=strings))
    worksheet = read_worksheet(package, "S")
    return [
        (run.text, run.font is None) for run in RichTexts(package).runs(worksheet.rows[0].cells[0], worksheet.content)
    ]


def test_runs_match_what_is_stored():
    expected = [("a", True), ("bA", False), ("c", True)]
    assert runs('<c r="A1" t="s"><v> 01 </v></c>', ["<t>plain</t>", RUNS]) == expected
    assert runs(f'<c r="A1" t="inlineStr"><is>{RUNS}</is></c>') == expected


@pytest.mark.parametrize("cell", ['<c r="A1"><v>1</v></c>', '<c r="A1" t="inlineStr"><is><r><t>x</t></r></is></c>'])
def test_a_cell_of_one_format_satisfies_no_runs(cell):
    assert runs(cell, [RUNS]) == []


def test_a_prefix_that_is_declared_elsewhere_is_refused():
    with pytest.raises(HavenError, match="a text in runs is damaged"):
        runs('<c r="A1" t="inlineStr" xmlns:z="z"><is><r><z:rPr/><t>x</t></r></is></c>')
