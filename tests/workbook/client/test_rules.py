"""Conditional formats become plain formats of the cells they hold for; the rules themselves stay behind."""

import io

import openpyxl
import pytest
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule, DataBarRule, FormulaRule, Rule
from openpyxl.styles import Border, Color, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle

from haven.workbook.client.brand import Brand
from haven.workbook.client.file import client_file
from haven.workbook.package import Package
from tests.workbook.books import book
from tests.workbook.poisoned import holds

RED = PatternFill("solid", bgColor="FFFF0000")
LOOK = DifferentialStyle(fill=RED)
ABOVE = 3
"""Rows of the header before the page."""


def sent(rules, values=((1,), (2,), (3,), (4,), (None,), ("word",)), *, ranges=(), prepare=lambda book: None):
    """The client sheet of a page with rules, as (area, rule), and what was left out."""

    def page(workbook):
        sheet = workbook.active
        sheet.title = "Own"
        for row in values:
            sheet.append(row)
        for area, rule in rules:
            sheet.conditional_formatting.add(area, rule)
        prepare(workbook)

    file = client_file(Package(book(page)), ["Own"], "A Fund", Brand(), date="11 April 2025", ranges=ranges)
    return openpyxl.load_workbook(io.BytesIO(file.content))["Own"], file


def filled(sheet, colour="FFFF0000"):
    """The cells of the page, as it was, with a fill."""
    return {
        f"{cell.column_letter}{cell.row - ABOVE}"
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb == colour
    }


def of_values(kind, **options):
    return Rule(type=kind, dxf=LOOK, **options)


def written(kind, formula):
    return Rule(type=kind, dxf=LOOK, formula=[formula])


@pytest.mark.parametrize(
    ("rule", "cells"),
    [
        (FormulaRule(["A1>2"], fill=RED), {"A3", "A4", "A6"}),
        (FormulaRule(["$A$1=1"], fill=RED), {"A1", "A2", "A3", "A4", "A5", "A6"}),
        (FormulaRule(["MOD(ROW(),2)=0"], fill=RED), {"A2", "A4", "A6"}),
        (FormulaRule(["A1"], fill=RED), {"A1", "A2", "A3", "A4"}),
        (FormulaRule(["1/0"], fill=RED), set()),
        (FormulaRule(["A1>Limit"], fill=RED), {"A3", "A4", "A6"}),
        (FormulaRule(["A1>Other!$A$1"], fill=RED), {"A3", "A4", "A6"}),
        (CellIsRule(operator="greaterThan", formula=["3"], fill=RED), {"A4", "A6"}),
        (CellIsRule(operator="lessThan", formula=["2"], fill=RED), {"A1", "A5"}),
        (CellIsRule(operator="between", formula=["3", "2"], fill=RED), {"A2", "A3"}),
        (CellIsRule(operator="notBetween", formula=["0", "3"], fill=RED), {"A4", "A6"}),
        (CellIsRule(operator="equal", formula=['"WORD"'], fill=RED), {"A6"}),
        (of_values("top10", rank=2), {"A3", "A4"}),
        (of_values("top10", rank=50, percent=True, bottom=True), {"A1", "A2"}),
        (of_values("aboveAverage"), {"A3", "A4"}),
        (of_values("aboveAverage", aboveAverage=False), {"A1", "A2"}),
        (of_values("uniqueValues"), {"A1", "A2", "A3", "A4", "A6"}),
        (written("containsText", 'NOT(ISERROR(SEARCH("OR",A1)))'), {"A6"}),
        (written("beginsWith", 'LEFT(A1,1)="w"'), {"A6"}),
        (written("containsBlanks", "LEN(TRIM(A1))=0"), {"A5"}),
        (written("notContainsErrors", "NOT(ISERROR(A1))"), {"A1", "A2", "A3", "A4", "A5", "A6"}),
    ],
)
def test_a_rule_matches_the_cells_it_holds_for(rule, cells):
    def others(workbook):
        workbook.create_sheet("Other")["A1"] = 2
        workbook.defined_names["Limit"] = openpyxl.workbook.defined_name.DefinedName("Limit", attr_text="2")

    sheet, file = sent([("A1:A6", rule)], prepare=others)
    assert filled(sheet) == cells
    assert file.left_out == []
    assert list(sheet.conditional_formatting) == []


def test_duplicates_match_in_any_capitals_and_count_no_blank():
    sheet, _ = sent([("A1:A6", of_values("duplicateValues"))], [["one"], ["ONE"], [1], [None], [None], [2]])
    assert filled(sheet) == {"A1", "A2"}


def test_the_first_rule_matches_where_several_hold():
    blue = FormulaRule(["TRUE"], fill=PatternFill("solid", bgColor="FF0000FF"), font=Font(bold=True))
    red = FormulaRule(["A1=2"], fill=RED, border=Border(bottom=Side("thin")))
    sheet, _ = sent([("A1:A2", red), ("A1:A2", blue)], [[1], [2]])
    assert filled(sheet) == {"A2"}
    assert filled(sheet, "FF0000FF") == {"A1"}
    assert [sheet[f"A{row + ABOVE}"].font.b for row in (1, 2)] == [True, True]
    assert [sheet[f"A{row + ABOVE}"].border.bottom.style for row in (1, 2)] == [None, "thin"]


def test_a_rule_that_stops_matches_before_the_others():
    sheet, _ = sent([("A1:A2", FormulaRule(["A1=2"], stopIfTrue=True)), ("A1:A2", FormulaRule(["TRUE"], fill=RED))])
    assert filled(sheet) == {"A1"}


def test_a_number_format_of_a_rule_matches_what_leaves():
    look = DifferentialStyle(numFmt=openpyxl.styles.numbers.NumberFormat(numFmtId=170, formatCode="0.0"))
    sheet, file = sent([("A1", Rule(type="expression", dxf=look, formula=["A1>1"]))], [[1.23456789]])
    assert sheet["A4"].value == 1.2
    assert not holds(file.content, "1.2345")


def test_a_colour_scale_matches_its_mixtures():
    scale = ColorScaleRule(
        start_type="min", start_color="0000FF", mid_type="num", mid_value=2, mid_color=Color(theme=0),
        end_type="formula", end_value="Other!$A$1", end_color="FF0000",
    )  # fmt: skip
    sheet, file = sent(
        [("A1:A5", scale)], [[0], [1], [2], [3], [4]], prepare=lambda book: book.create_sheet("Other").append([4])
    )
    colours = [sheet.cell(row + ABOVE, 1).fill.fgColor.rgb for row in range(1, 6)]
    assert colours == ["FF0000FF", "FF8080FF", "FFFFFFFF", "FFFF8080", "FFFF0000"]
    assert file.left_out == [] and not holds(file.content, "Other")


def test_bars_satisfy_staying_only_where_all_their_cells_are():
    bar = DataBarRule(start_type="min", end_type="max", color="0B5D9E")
    kept, file = sent([("A1:A4", bar)])
    assert [str(area.sqref) for area in kept.conditional_formatting] == ["A4:A7"] and file.left_out == []
    cut, file = sent([("A1:A4", bar)], ranges=["A1:A3"])
    assert list(cut.conditional_formatting) == []
    why = "its bars or icons compare with cells that are not on the page"
    assert file.left_out == [f"a conditional format of Own in A1:A4: {why}"]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (FormulaRule(["HV_QUOTE(A1)>0"]), "HV_QUOTE is not among the functions that can be computed here"),
        (FormulaRule(["Absent!A1>0"]), "sheet must be one of Own, got 'Absent'"),
        (FormulaRule(["[1]Sheet!A1>0"]), "other workbooks"),
        (of_values("aboveAverage", stdDev=1), "standard deviations can't be tried"),
        (of_values("cellIs"), "type cellIs can't be tried"),
        (DataBarRule(start_type="formula", start_value="A1", end_type="max", color="0B5D9E"), "points are formulas"),
    ],
)
def test_a_rule_that_can_not_be_tried_satisfies_being_named(rule, why):
    _, file = sent([("A1:A4", rule)])
    assert len(file.left_out) == 1
    assert file.left_out[0].startswith("a conditional format of Own in A1:A4: ") and why in file.left_out[0]


@pytest.mark.parametrize(
    ("bound", "why"),
    [
        ("MAX_AREAS", "the conditional formats of Own: they are for more than 3 areas"),
        ("MAX_CELLS", "in A3:A6: the rules of the page are for more than 3 cells together"),
        ("MAX_TESTS", "in A3:A6: its formulas would be computed more than 3 times"),
    ],
)
def test_rules_without_end_satisfy_a_bound(monkeypatch, bound, why):
    monkeypatch.setattr(f"haven.workbook.client.rules.{bound}", 3)
    _, file = sent([("A1", FormulaRule(["A1"]))] * 3 + [("A3:A6", FormulaRule(["A3"]))])
    assert len(file.left_out) == 1 and why in file.left_out[0]


def test_a_rule_excel_keeps_apart_matches_the_cells_it_holds_for():
    def other(workbook):
        workbook.create_sheet("Other")["A1"] = 2

    def page(workbook):
        workbook.active.title = "Own"
        for row in ([1], [2], [3]):
            workbook.active.append(row)
        other(workbook)

    ext = (
        '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" uri="x">'
        '<x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        '<x14:cfRule type="expression" priority="1" id="{1}"><xm:f>A1&gt;Other!$A$1</xm:f><x14:dxf><fill><patternFill>'
        '<bgColor rgb="FFFF0000"/></patternFill></fill></x14:dxf></x14:cfRule><xm:sqref>A1:A3</xm:sqref>'
        "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst></worksheet>"
    )
    package = Package(book(page))
    part = package.sheets["Own"]
    data = package.replace_parts({part: package.part(part).replace(b"</worksheet>", ext.encode())})
    file = client_file(Package(data), ["Own"], "A Fund", Brand(), date="11 April 2025")
    sheet = openpyxl.load_workbook(io.BytesIO(file.content))["Own"]
    assert filled(sheet) == {"A3"} and file.left_out == []
    assert not holds(file.content, "Other")
