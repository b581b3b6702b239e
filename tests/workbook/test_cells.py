import io
import re
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haven.errors import HavenError
from haven.functions.answer import CellError
from haven.workbook.cells import change_cells
from haven.workbook.package import Package
from haven.workbook.references import format_address
from tests.workbook.books import (
    FOREIGN_ROWS,
    book,
    foreign_book,
    members,
    needs_libreoffice,
    raw_book,
    recalculate,
    sheet_xml,
)

DESK = "xl/worksheets/sheet1.xml"


def part(data, name=DESK):
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


def changed(rows, changes, **parts):
    """The rows of a one-sheet workbook after changes."""
    data = change_cells(Package(raw_book({"S": sheet_xml(rows, **parts)}, strings=["<t>old</t>"])), {"S": changes})
    text = part(data)
    return text[text.index("<sheetData") : text.index("</worksheet>")]


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ('<c r="A1" s="7"><v>1</v></c>', 2.5, '<c r="A1" s="7"><v>2.5</v></c>'),
        ('<c r="A1" s="7"/>', 45758, '<c r="A1" s="7"><v>45758</v></c>'),
        ('<c r="A1" s="7"/>', -0.1, '<c r="A1" s="7"><v>-0.1</v></c>'),
        ('<c r="A1" s="7"/>', 1e-9, '<c r="A1" s="7"><v>1e-09</v></c>'),
        ('<c r="A1" s="7"></c>', True, '<c r="A1" s="7" t="b"><v>1</v></c>'),
        ('<c r="A1" t="s" s="7"><v>0</v></c>', "new", '<c r="A1" s="7" t="inlineStr"><is><t>new</t></is></c>'),
        ('<c r="A1" t="s"><v>0</v></c>', 3, '<c r="A1"><v>3</v></c>'),
        ('<c r="A1" t="s"><v>0</v></c>', None, '<c r="A1"></c>'),
        ('<c r="A1"><f>B1</f></c>', 3, '<c r="A1"><f>B1</f><v>3</v></c>'),
        ('<c r="A1"><f>B1</f><v>2</v></c>', "t", '<c r="A1" t="str"><f>B1</f><v>t</v></c>'),
        ('<c r="A1" t="str"><f>B1</f><v>t</v></c>', CellError("#N/A", ""), '<c r="A1" t="e"><f>B1</f><v>#N/A</v></c>'),
        ('<c r="A1" t="e"><f>B1</f><v>#N/A</v></c>', None, '<c r="A1"><f>B1</f></c>'),
        ('<c r="A1"><f/><v>2</v></c>', 3, '<c r="A1"><f/><v>3</v></c>'),
        ("<c r='A1' t = 'b' ><v>1</v></c>", 0, "<c r='A1'><v>0</v></c>"),
        ('<c r="A1" cm="1" vm="1" t="e"><v>#VALUE!</v></c>', 1, '<c r="A1" cm="1"><v>1</v></c>'),
        ('<c r="A1"><v>1</v><extLst><ext/></extLst></c>', 2, '<c r="A1"><v>2</v><extLst><ext/></extLst></c>'),
    ],
)
def test_change_cells_satisfies_rewriting_only_value_and_type(before, value, after):
    assert f"<row>{after}</row>" in changed(f"<row>{before}</row>", {"A1": value})


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "1", "TRUE", "#N/A", ""])
def test_change_cells_satisfies_keeping_text_text(text):
    data = change_cells(Package(book(lambda _: None)), {"Sheet": {"A1": text}})
    assert "<f" not in part(data)
    assert f"<is><t>{text}</t></is>" in part(data)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        (" a ", '<t xml:space="preserve"> a </t>'),
        ("a\nb", '<t xml:space="preserve">a\nb</t>'),
        ("a<b>&c", "<t>a&lt;b&gt;&amp;c</t>"),
        ("§ 日本", "<t>&#167; &#26085;&#26412;</t>"),
        ("\x0b\r\x00\ud800", '<t xml:space="preserve">_x000B__x000D__x0000__xD800_</t>'),
        ("_x000B_ and _x1", "<t>_x005F_x000B_ and _x1</t>"),
    ],
)
def test_change_cells_matches_ecma_376_escapes(text, stored):
    rows = changed("", {"B2": text})
    assert f"<is>{stored}</is>" in rows
    assert changed(rows.removeprefix("<sheetData>").removesuffix("</sheetData>"), {"B2": text}) == rows


@pytest.mark.parametrize(
    ("rows", "changes", "expected"),
    [
        ("", {"B2": 1, "A2": 2, "C1": None, "D1": 3},
         '<row r="1"><c r="D1"><v>3</v></c></row><row r="2"><c r="A2"><v>2</v></c><c r="B2"><v>1</v></c></row>'),
        ('<row r="2" spans="1:2" ht="9"/>', {"C2": 1}, '<row r="2" ht="9"><c r="C2"><v>1</v></c></row>'),
        ('<row r="5"><c r="B5"/></row>', {"A5": 1, "C5": 2, "A4": 3, "A6": 4},
         '<row r="4"><c r="A4"><v>3</v></c></row>'
         '<row r="5"><c r="A5"><v>1</v></c><c r="B5"/><c r="C5"><v>2</v></c></row>'
         '<row r="6"><c r="A6"><v>4</v></c></row>'),
        ('<row><c/><c/><c r="Z1"/></row><row><c/></row>', {"B1": 1, "AA1": 2, "Y1": 3, "A2": 4},
         '<row><c/><c><v>1</v></c><c r="Y1"><v>3</v></c><c r="Z1"/><c r="AA1"><v>2</v></c></row>'
         "<row><c><v>4</v></c></row>"),
        ('<row r="1" s="4" customFormat="1"/><row r="2" s="4"/>', {"AC1": 1, "AC2": 2, "AD2": 3},
         '<row r="1" s="4" customFormat="1"><c r="AC1" s="4"><v>1</v></c></row>'
         '<row r="2" s="4"><c r="AC2" s="9"><v>2</v></c><c r="AD2"><v>3</v></c></row>'),
    ],
)  # fmt: skip
def test_change_cells_satisfies_new_cells_in_order_in_the_style_of_row_or_column(rows, changes, expected):
    before = '<cols><col min="28" max="29" style="9"/></cols>'
    assert changed(rows, changes, before=before) == f"<sheetData>{expected}</sheetData>"


def test_change_cells_satisfies_opening_an_empty_sheet_and_extending_its_dimension():
    empty = sheet_xml("", dimension="B2").replace("<sheetData></sheetData>", "<sheetData/>")
    data = change_cells(Package(raw_book({"S": empty})), {"S": {"C5": 1}})
    assert '<dimension ref="B2:C5"/><sheetData><row r="5"><c r="C5"><v>1</v></c></row></sheetData>' in part(data)
    assert '<dimension ref="A1:E9"/>' in part(change_cells(Package(foreign_book()), {"Desk": {"E9": 1}}))


def test_change_cells_satisfies_the_namespace_prefix_of_its_sheet():
    sheet = sheet_xml('<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>').replace("sheetData>", "x:sheetData>")
    sheet = sheet.replace("<worksheet xmlns=", "<x:worksheet xmlns:x=").replace("</worksheet>", "</x:worksheet>")
    data = change_cells(Package(raw_book({"S": sheet.replace("<dim", "<x:dim")})), {"S": {"A1": "t", "B2": 2}})
    assert '<x:c r="A1" t="inlineStr"><x:is><x:t>t</x:t></x:is></x:c>' in part(data)
    assert '<x:row r="2"><x:c r="B2"><x:v>2</x:v></x:c></x:row></x:sheetData>' in part(data)


def test_change_cells_satisfies_writing_nothing_where_the_value_is_equal():
    package = Package(foreign_book())
    same = {"A1": 1.5, "B1": "tenor", "D1": "tenorx", "B3": CellError("#VALUE!", "why"), "C3": True, "E3": None,
            "B5": 0, "A9": None}  # fmt: skip
    assert change_cells(package, {"desk": same, "my notes": {}}) is package.data
    assert change_cells(package, {"Desk": {"C3": 1}}) != package.data


def test_change_cells_satisfies_copying_all_else_of_a_foreign_workbook_byte_for_byte():
    before = foreign_book()
    after = change_cells(Package(before), {"Desk": {"A1": 2, "D1": "é", "B3": 4.5, "C3": False, "F9": "end"}})
    old, new = members(before), members(after)
    assert list(new) == list(old)
    assert {name: entry for name, entry in new.items() if name != DESK} == {
        name: entry for name, entry in old.items() if name != DESK
    }
    assert zipfile.ZipFile(io.BytesIO(after)).comment == b"kept"
    rows = FOREIGN_ROWS
    for cell, replacement in (
        ('<c r="A1" s="0"><v>1.5</v></c>', '<c r="A1" s="0"><v>2</v></c>'),
        ("<v>tenorx</v>", "<v>&#233;</v>"),
        ('<c r="B3" vm="2" t="e"><v>#VALUE!</v></c>', '<c r="B3"><v>4.5</v></c>'),
        ('<c t="b"><v>1</v></c>', '<c t="b"><v>0</v></c>'),
        ('customFormat="1"/>', 'customFormat="1"/><row r="9"><c r="F9" t="inlineStr"><is><t>end</t></is></c></row>'),
    ):
        assert rows.count(cell) == 1
        rows = rows.replace(cell, replacement)
    assert part(after) == part(before).replace(FOREIGN_ROWS, rows).replace("A1:E9", "A1:F9")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Nowhere": {}}, "sheet must be one of Desk, Bad, got 'Nowhere'"),
        ({"Desk": {"A0": 1}}, "cell must be an address such as B12, got 'A0'"),
        ({"Desk": {"XFE1": 1}}, "cell must be an address"),
        ({"Bad": {"D9": 1}}, "is damaged at xl/worksheets/sheet2.xml: an attribute is not as it must be"),
        ({"Bad": {"A1": 1}}, "A1 is damaged: 'x' is not of type 'n'"),
        ({"Bad": {"B1": 1}}, "B1 is damaged: '9' is not of type 's'"),
        ({"Desk": {"A1": float("nan")}}, "must be finite, got nan"),
        ({"Desk": {"A1": "x" * 32768}}, "at most 32,767 characters, got 32,768"),
    ],
)
def test_change_cells_refuses_what_can_not_be_meant(changes, message):
    bad = sheet_xml('<row r="1"><c r="A1"><v>x</v></c><c r="B1" t="s"><v>9</v></c></row>', before="<cols><col/></cols>")
    with pytest.raises(HavenError) as failure:
        change_cells(Package(raw_book({"Desk": sheet_xml(""), "Bad": bad})), changes)
    assert message in failure.value.message


_VALUES = st.one_of(
    st.none(), st.booleans(), st.text(max_size=20), st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["#N/A", "#VALUE!", "#NUM!"]).map(
        lambda code: CellError(code, "")),
)  # fmt: skip
_CELLS = st.dictionaries(
    st.builds(lambda row, column: format_address((row, column)), st.integers(1, 12), st.integers(1, 30)), _VALUES
)


def _openpyxl_shows(cell, value):
    """What openpyxl reads where a value was written; it leaves ECMA-376 escapes as they stand."""
    if isinstance(value, CellError):
        return cell.value == value.code and cell.data_type == "e"
    if isinstance(value, str):
        return cell.data_type == "s" and openpyxl.utils.escape.unescape(cell.value or "") == value
    return cell.value == value and isinstance(cell.value, bool) == isinstance(value, bool)


@settings(max_examples=80, deadline=None)
@given(_CELLS, _CELLS)
def test_change_cells_matches_what_openpyxl_reads(first, second):
    filled = change_cells(Package(book(lambda _: None)), {"Sheet": first})
    after = change_cells(Package(filled), {"Sheet": second})
    sheet = openpyxl.load_workbook(io.BytesIO(after)).active
    written = {**first, **second}
    assert [address for address, value in written.items() if not _openpyxl_shows(sheet[address], value)] == []
    shown = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert shown <= {address for address, value in written.items() if value is not None}
    assert change_cells(Package(after), {"Sheet": second}) == after


_MARKUP = st.sampled_from(["<v>1</v>", "<f>A1</f>", "<f>B2*2</f><v>0.5</v>", "", "<v>2</v><extLst><ext/></extLst>"])
_MARKED = st.dictionaries(st.tuples(st.integers(1, 6), st.integers(1, 6)), _MARKUP)
_TOUCHED = st.dictionaries(st.tuples(st.integers(1, 7), st.integers(1, 7)), st.floats(-9, 9) | st.text(max_size=3))


@settings(max_examples=150, deadline=None)
@given(_MARKED, _TOUCHED)
def test_change_cells_satisfies_leaving_every_other_byte_and_the_order_of_cells(present, touched):
    rows = "".join(
        f'<row r="{row}" ht="{row}">'
        + "".join(f'\n<c r="{format_address(a)}" s="{a[1]}">{present[a]}</c>' for a in sorted(present) if a[0] == row)
        + "</row><!-- end -->"
        for row in sorted({row for row, _ in present})
    )
    before = raw_book({"S": sheet_xml(rows, dimension="A1:G7")})
    after = change_cells(Package(before), {"S": {format_address(a): value for a, value in touched.items()}})
    cells = re.compile(r'<c r="([A-Z]+[0-9]+)".*?</c>', re.DOTALL)
    found = {match[1]: match[0] for match in cells.finditer(part(after))}
    assert list(found) == [format_address(address) for address in sorted({*present, *touched})]
    for address in present.keys() - touched.keys():
        assert found[format_address(address)] in part(before)
    new_rows = {row for row, _ in touched} - {row for row, _ in present}
    emptied = re.sub("|".join([f'<row r="{row}"></row>' for row in new_rows] or ["$^"]), "", cells.sub("", part(after)))
    assert emptied.replace("\n", "") == cells.sub("", part(before)).replace("\n", "")
    assert {name: entry for name, entry in members(after).items() if name != DESK} == {
        name: entry for name, entry in members(before).items() if name != DESK
    }


@needs_libreoffice
@pytest.mark.filterwarnings("ignore:Sparkline")
def test_changed_cells_match_what_libreoffice_shows(tmp_path):
    values = {"A1": 2.25, "B1": "=not a formula", "C3": False, "D7": " é日本 ", "E3": CellError("#N/A", "")}
    path = tmp_path / "patched.xlsx"
    path.write_bytes(change_cells(Package(foreign_book()), {"Desk": values}))
    sheet = openpyxl.load_workbook(recalculate(path, tmp_path), data_only=True)["Desk"]
    assert {address: sheet[address].value for address in values} == {**values, "E3": "#N/A"}
    assert sheet["D1"].value == "=not a formulax"
