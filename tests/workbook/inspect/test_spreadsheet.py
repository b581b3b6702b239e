"""Inspection of Excel workbooks: what is clean, what is hidden in unusual ways, what is refused."""

import io
import zipfile

import pytest

from haven.cli import main
from haven.errors import HavenError
from haven.workbook.inspect import inspect, inspect_package
from haven.workbook.inspect.leak import marks, names_other_sheet
from haven.workbook.package import Package
from tests.workbook.books import foreign_book, raw_book, sheet_xml

SECOND = (
    '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>1</v></c><c r="C2"><v>2</v></c><c r="D2"><v>1</v></c>'
    '<c r="E2" t="str"><v>secret</v></c><c r="F2"><v>1</v></c></row><row r="4"><c r="B4"/><c r="C4"><v>7</v></c></row>'
    '<row r="5"><c r="B5"><v>1</v></c></row>'
)


def kinds(data):
    return {leak.kind for leak in inspect_package(Package(data))}


def test_a_foreign_workbook_matches_what_only_excel_puts_in():
    hidden = {"part that nothing refers to", "bytes outside the parts", "unused shared string", "comment in the markup"}
    assert kinds(foreign_book()) == {"formula", *hidden}


@pytest.mark.parametrize(
    ("sheet", "kind"),
    [
        (sheet_xml('<row r="1" ht="0"/>'), "hidden row"),
        (sheet_xml("", before='<sheetFormatPr zeroHeight="1"/>'), "hidden row"),
        (sheet_xml("", before='<cols><col min="2" max="3" width="0"/></cols>'), "hidden column"),
        (sheet_xml("", after='<hyperlinks><hyperlink ref="A1" location="S!A1"/></hyperlinks>'), "link"),
        (sheet_xml("", after="<headerFooter><firstFooter>x</firstFooter></headerFooter>"), "header or footer"),
        (sheet_xml("", after='<customSheetViews><customSheetView guid="x"/></customSheetViews>'), "custom view"),
        (sheet_xml("", after='<protectedRanges><protectedRange name="x"/></protectedRanges>'), "protected range"),
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
        ("feed FFOIS.1Y with haven import", "add-in name"),
        ("safe-haven refreshment", None),
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


@pytest.mark.parametrize(("name", "what"), [("book.xlsb", "a binary workbook"), ("book.XLS", "in the old .xls format")])
def test_a_format_that_can_not_be_inspected_is_refused(tmp_path, name, what):
    with pytest.raises(HavenError, match=f"{name} is {what}; save it as .xlsx first"):
        inspect(tmp_path / name)


@pytest.mark.parametrize("failure", [MemoryError(), OSError(5, "no such disk"), RuntimeError("a bug")])
def test_a_failure_to_inspect_satisfies_exit_code_2(tmp_path, monkeypatch, capsys, failure):
    def fail(_):
        raise failure

    monkeypatch.setattr("haven.workbook.inspect.inspect", fail)
    assert main(["inspect", str(tmp_path / "book.xlsx")]) == 2
    assert capsys.readouterr().err.startswith("haven: ")


def test_markup_nested_too_deeply_is_refused():
    deep = "<a>" * 100_000 + "</a>" * 100_000
    data = raw_book({"S": sheet_xml("", after=f"<extLst>{deep}<headerFooter>x</headerFooter></extLst>")})
    with pytest.raises(HavenError, match="more than 250 deep at xl/worksheets/sheet1"):
        kinds(data)


@pytest.mark.parametrize("rows", [SECOND, f'<row r="1"><c r="C1"><v>1</v></c></row>{SECOND}'])
def test_values_under_merged_cells_satisfy_being_found(rows):
    merges = '<mergeCells><mergeCell ref="B2:C4"/><mergeCell ref="D2:E2"/><mergeCell ref="A9:B9"/></mergeCells>'
    leaks = inspect_package(Package(raw_book({"S": sheet_xml(rows, after=merges)})))
    found = [(leak.place, leak.what) for leak in leaks if leak.kind == "cell under a merged one"]
    assert found == [("S!C2", "2.0"), ("S!E2", "secret"), ("S!C4", "7.0")]


def test_a_text_with_marks_satisfies_being_found_wherever_it_stands():
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n % 2}</v></c></row>' for n in range(1, 5))
    data = raw_book({"S": sheet_xml(cells)}, strings=["<t>plain</t>", "<t>C:\\desk\\x</t>"])
    assert [leak.place for leak in inspect_package(Package(data)) if leak.kind == "path"] == ["S!A1", "S!A3"]


def test_leaks_beyond_the_most_listed_satisfy_being_told(monkeypatch):
    monkeypatch.setattr("haven.workbook.inspect.MAX_LEAKS", 5)
    rows = "".join(f'<row r="{n}"><c r="A{n}"><f>1+{n}</f><v>1</v></c></row>' for n in range(1, 99))
    leaks = inspect_package(Package(raw_book({"S": sheet_xml(rows)})))
    assert len(leaks) == 6
    assert str(leaks[-1]) == "more leaks: the file: only the first 5 are listed"


def test_bytes_before_the_first_part_satisfy_being_found():
    data = raw_book({"S": sheet_xml("")})
    assert "bytes outside the parts" in kinds(b"secret" * 9 + data)
    plain = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(plain, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    assert "bytes outside the parts" not in kinds(plain.getvalue())
