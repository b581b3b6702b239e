"""Inspection of Excel workbooks: what is clean, what is hidden in unusual ways, what is refused."""

import io
import zipfile

import pytest

from haven.errors import HavenError
from haven.workbook.inspect import inspect, inspect_package
from haven.workbook.inspect.leak import marks, names_other_sheet
from haven.workbook.package import Package
from tests.workbook.books import foreign_book, raw_book, sheet_xml


def kinds(data):
    return {leak.kind for leak in inspect_package(Package(data))}


def test_a_foreign_workbook_matches_what_only_excel_puts_in():
    hidden = {"part that nothing refers to", "bytes outside the parts", "unused shared string"}
    assert kinds(foreign_book()) == {"formula", *hidden}


@pytest.mark.parametrize(
    ("sheet", "kind"),
    [
        (sheet_xml('<row r="1" ht="0"/>'), "hidden row"),
        (sheet_xml("", before='<sheetFormatPr zeroHeight="1"/>'), "hidden row"),
        (sheet_xml("", before='<cols><col min="2" max="3" width="0"/></cols>'), "hidden column"),
        (sheet_xml("", after='<hyperlinks><hyperlink ref="A1" location="S!A1"/></hyperlinks>'), "link"),
        (sheet_xml("", after="<headerFooter><firstFooter>x</firstFooter></headerFooter>"), "header or footer"),
        (sheet_xml("", after="<customSheetViews/>"), "custom view"),
        (sheet_xml("", after="<protectedRanges/>"), "protected range"),
    ],
)
def test_what_a_sheet_hides_satisfies_being_found(sheet, kind):
    assert kind in kinds(raw_book({"S": sheet}))


def test_a_rule_on_its_own_sheet_satisfies_being_no_leak():
    rules = "<dataValidations><dataValidation sqref='A1'><formula1>S!$A$1:$A$3</formula1></dataValidation>"
    found = kinds(raw_book({"S": sheet_xml("", after=f"{rules}</dataValidations>")}))
    assert "data validation that names another sheet" not in found


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("Other!A1", True),
        ("'My Sheet'!$A$1:$B$2", True),
        ("'[1]My Sheet'!A1", True),
        ("S!A1+'S'!B2", False),
        ('A1&"Other!A1"', False),
        ("A1>0", False),
        ("$Other.$A$1", True),
        ("1.5*A1", False),
    ],
)
def test_a_reference_to_another_sheet_matches(formula, expected):
    assert names_other_sheet(formula, "S") is expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (r"C:\Users\me\x.xlsx", "path"),
        (r"\\server\share\x", "path"),
        ("file:///home/me/x", "path"),
        ("/Users/me/x", "path"),
        ("=Haven.xlam!X()", "add-in name"),
        ("hv_swaprate(1)", "add-in name"),
        ("an and/or price of 3:30", None),
        ("https://www.newyorkfed.org/markets", None),
        ("ratio a:b\\c", None),
    ],
)
def test_paths_and_add_ins_match(text, kind):
    assert [leak.kind for leak in marks(text, "S!A1")] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("name", "data"),
    [("book.txt", b"x"), ("book.xlsx", b"PK"), ("book.xlsx", foreign_book()[:-900]), ("book.ods", foreign_book())],
)
def test_what_can_not_be_read_is_refused(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(HavenError):
        inspect(tmp_path / name)


def test_markup_nested_deeply_satisfies_an_answer():
    deep = "<a>" * 100_000 + "</a>" * 100_000
    data = raw_book({"S": sheet_xml("", after=f"<extLst>{deep}<headerFooter>x</headerFooter></extLst>")})
    assert "header or footer" in kinds(data)


def test_bytes_before_the_first_part_satisfy_being_found():
    data = raw_book({"S": sheet_xml("")})
    assert "bytes outside the parts" in kinds(b"secret" * 9 + data)
    plain = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(plain, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    assert "bytes outside the parts" not in kinds(plain.getvalue())
