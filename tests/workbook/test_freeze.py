"""Haven formulas become values, and nothing else of a workbook changes."""

import io
import re
import zipfile

import openpyxl
import pytest

from haven.errors import HavenError
from haven.workbook.freeze import freeze, frozen
from haven.workbook.package import Package
from tests.workbook.books import _relations, members, needs_libreoffice, raw_book, recalculate, sheet_xml

ROWS = """<row r="1"><c r="A1" s="0"><f>HV_SWAPRATE("10Y")</f><v>0.0394</v></c>
<c r="B1" t="str"><f>"say HV_SWAPRATE("&amp;1</f><v>say</v></c><c r="C1"><f>A1*2</f><v>0.0788</v></c>
<c r="D1" t="e"><f>HV_SWAPRATE("10X")</f><v>#VALUE!</v></c>
<c r="E1" t="str"><f>[1]!hv_reading("10Y")</f><v>=1+1 &amp; so</v></c></row>
<row r="2"><c r="A2" cm="1"><f t="array" ref="A2:B3">HV_HISTORY("SPREAD.10Y")</f><v>45755</v></c>
<c r="B2"><v>-56</v></c></row>
<row r="3"><c r="A3"><v>45756</v></c><c r="B3"><v>-50</v></c><c r="C3" t="b"><f>HV_QUOTE("A")&gt;0</f><v>1</v></c></row>
<row r="4"><c r="A4"><f t="shared" ref="A4:A5" si="0">HV_USTYIELD(B4)</f><v>0.04</v></c>
<c r="B4"><f t="shared" ref="B4:B5" si="1">A4*2</f><v>0.08</v></c></row>
<row r="5"><c r="A5"><f t="shared" si="0"/><v>0.05</v></c><c r="B5"><f t="shared" si="1"/><v>0.1</v></c></row>
<row r="6"><c r="A6"><f>My.Rate+1</f><v>1.04</v></c><c r="B6"><f>My.Rate2</f><v>7</v></c></row>"""
NAMES = '<definedName name="My.Rate">HV_SWAPRATE("2Y")</definedName><definedName name="My.Rate2">S!$A$1</definedName>'


def book(rows=ROWS, extra=None):
    return raw_book(
        {"S": sheet_xml(rows), "T": sheet_xml('<row r="1"><c r="A1"><f>S!A1</f><v>1</v></c></row>')},
        names=NAMES,
        extra=extra,
    )


def formulas(data):
    sheet = openpyxl.load_workbook(io.BytesIO(data))["S"]
    return {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}


def values(data):
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["S"]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_frozen_cells_match_the_values_they_showed():
    data, count = frozen(Package(book()))
    assert count == 8
    assert values(data) == values(book())
    assert openpyxl.load_workbook(io.BytesIO(data))["S"]["D1"].data_type == "e"


def test_other_formulas_satisfy_staying():
    data, _ = frozen(Package(book()))
    assert formulas(data) == {"B1", "C1", "B4", "B5", "B6"}


def test_text_like_a_formula_satisfies_staying_text():
    data, _ = frozen(Package(book()))
    assert openpyxl.load_workbook(io.BytesIO(data))["S"]["E1"].data_type in {"s", "inlineStr"}
    assert b"cm=" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")


def test_all_other_bytes_satisfy_staying():
    before, after = book(), frozen(Package(book()))[0]
    old, new = members(before), members(after)
    assert {name for name in old if old[name] != new[name]} == {"xl/worksheets/sheet1.xml"}
    content = zipfile.ZipFile(io.BytesIO(after)).read("xl/worksheets/sheet1.xml").decode()
    for untouched in re.findall(r'<c r="(?:B1|C1|B2|A3|B3|B4|B5|B6)".*?</c>', ROWS):
        assert untouched in content


def test_a_calculation_chain_satisfies_going_with_its_cells():
    chain = '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A1" i="1"/></calcChain>'
    data = raw_book({"S": sheet_xml(ROWS)}, names=NAMES, extra={
        "xl/calcChain.xml": chain,
        "xl/_rels/workbook.xml.rels": _relations({
            "rId1": ("worksheet", "worksheets/sheet1.xml"), "rId9": ("calcChain", "calcChain.xml"),
            "rId90": ("sharedStrings", "sharedStrings.xml"),
        }),
    })  # fmt: skip
    after = zipfile.ZipFile(io.BytesIO(frozen(Package(data))[0]))
    assert "xl/calcChain.xml" not in after.namelist()
    assert b"calcChain" not in after.read("xl/_rels/workbook.xml.rels")
    assert b"rId90" in after.read("xl/_rels/workbook.xml.rels")


def test_a_workbook_without_our_formulas_satisfies_the_same_bytes():
    data = raw_book({"S": sheet_xml('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>')})
    assert frozen(Package(data)) == (data, 0)


def test_a_formula_without_a_value_is_refused(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(book('<row r="1"><c r="A1"><f>HV_SWAPRATE("10Y")</f></c></row>'))
    with pytest.raises(HavenError, match=r"without a value: S!A1; run haven compute first"):
        freeze(path, tmp_path / "out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()


def test_another_ending_is_refused(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(book())
    with pytest.raises(HavenError, match=r"out must be named \.xlsx"):
        freeze(path, tmp_path / "out.xlsm")


@needs_libreoffice
def test_a_frozen_workbook_matches_in_libreoffice(tmp_path):
    (tmp_path / "book.xlsx").write_bytes(frozen(Package(book()))[0])
    found = values(recalculate(tmp_path / "book.xlsx", tmp_path).read_bytes())
    assert found[0] == [0.0394, "say HV_SWAPRATE(1", 0.0788, "#VALUE!", "=1+1 & so"]
    assert [row[:2] for row in found[1:3]] == [[45755, -56], [45756, -50]]
