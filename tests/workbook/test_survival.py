"""A user's edits survive a refresh: only named areas and results of formulas change, whatever else the file holds."""

import io
import json
import re
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from haven.hosts.libreoffice import office
from haven.workbook.refresh import refresh_workbook
from tests.conftest import NOW
from tests.hosts.libreoffice.offices import needs_office
from tests.workbook.books import _SPARKLINE, _TEXT_BOX, needs_libreoffice, recalculate

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
AREAS = ("Data_history", "Data_marks", "Data_note", "Data_series", "Desk_watched", "Desk_watchlist", "Status_facts",
         "Status_kept", "Status_loads", "Status_overrides", "Status_refreshes", "Status_series")  # fmt: skip


# What a user does in a spreadsheet program, by openpyxl.


def add_sheet(book, title):
    sheet = book.create_sheet(title, 0)
    sheet["A1"], sheet["A2"], sheet["A3"] = "my note", "=HV_SWAPSPREAD(Desk_tenor)*2", "=SUM(A4:A5)"
    sheet["A4"], sheet["A5"], sheet["C700"] = 1, 2, "=A2+1"


def add_text_and_formulas(book, title):
    sheet = book[title]
    sheet["BZ7"], sheet["BZ8"], sheet["BZ9"] = "beside", '="a"&1', "=BZ7"


def add_formats(book, title):
    sheet = book[title]
    for row in sheet["A1:F12"]:
        for cell in row:
            cell.font, cell.fill = Font(name="Arial", bold=True), PatternFill("solid", fgColor="AACCEE")
    sheet.row_dimensions[4].height, sheet.column_dimensions["C"].width = 33, 4
    sheet.row_dimensions[9].hidden = True


def add_rules(book, title):
    sheet = book[title]
    sheet.conditional_formatting.add("A1:Z99", CellIsRule("lessThan", ["0"], fill=PatternFill(bgColor="FF0000")))
    choice = DataValidation(type="list", formula1='"a,b"')
    choice.add("CA1")
    sheet.add_data_validation(choice)


def add_comment_and_chart(book, title):
    sheet = book[title]
    sheet["CB3"].comment = Comment("look here", "me")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=9))
    sheet.add_chart(chart, "CC4")


def delete_sheet(book, title):
    if len(book.sheetnames) > 2:
        del book[title]


def move_sheet(book, title):
    book.move_sheet(title, -len(book.sheetnames) + 1)


def hide_sheet(book, title):
    if sum(sheet.sheet_state == "visible" for sheet in book) > 2:
        book[title].sheet_state = "veryHidden"
        book.active = next(place for place, sheet in enumerate(book.worksheets) if sheet.sheet_state == "visible")


def move_area(book, name):
    """A named area now stands on a sheet of the user's, at another place."""
    if name not in book.defined_names:
        return
    where = book.defined_names[name].attr_text.rpartition("!")[2].replace("$", "")
    left, top, right, bottom = range_boundaries(where)
    sheet = book["Moved"] if "Moved" in book.sheetnames else book.create_sheet("Moved")
    row, column = 3 + sheet.max_row, 5
    last = sheet.cell(row + bottom - top, column + right - left)
    last.number_format = "0.000"
    corners = (sheet.cell(row, column), last)
    text = ":".join(f"${cell.column_letter}${cell.row}" for cell in corners)
    book.defined_names[name].attr_text = f"'Moved'!{text}"


def rename_area(book, name):
    if name in book.defined_names:
        old = book.defined_names.pop(name)
        book.defined_names[f"My_{name}"] = DefinedName(f"My_{name}", attr_text=old.attr_text)


# What only a spreadsheet program writes, in the parts themselves.


def first_part(parts):
    return sorted(name for name in parts if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name))[0]


def rename_sheet(parts, title):
    """The names, and formulas of other sheets, follow."""
    old = re.search(r'<sheet [^>]*name="([^"]+)"', parts["xl/workbook.xml"].decode())[1]
    new = f"{title} &amp; co"
    main = parts["xl/workbook.xml"].decode().replace(f'name="{old}"', f'name="{new}"')
    parts["xl/workbook.xml"] = main.replace(f"'{old}'!", f"'{new}'!").encode()


def add_text_box(parts, _):
    """A drawing with a text box on a sheet that has none."""
    for part in sorted(name for name in parts if name.startswith("xl/worksheets/sheet")):
        relations = f"xl/worksheets/_rels/{part.rpartition('/')[2]}.rels"
        if relations not in parts:
            break
    else:
        return
    parts[relations] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/drawing" Target="/xl/drawings/drawing99.xml"/></Relationships>'
    ).encode()
    parts["xl/drawings/drawing99.xml"] = _TEXT_BOX.encode()
    place = re.search(rb"<(legacyDrawing|tableParts|extLst)|</worksheet>", parts[part]).start()
    tag = f'<drawing xmlns:r="{RELATIONS}" r:id="rId1"/>'.encode()
    parts[part] = parts[part][:place] + tag + parts[part][place:]
    kind = b"application/vnd.openxmlformats-officedocument.drawing+xml"
    override = b'<Override PartName="/xl/drawings/drawing99.xml" ContentType="%s"/></Types>' % kind
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", override)


def add_sparkline(parts, _):
    part = first_part(parts)
    if b"<extLst" not in parts[part]:
        parts[part] = parts[part].replace(b"</worksheet>", _SPARKLINE.encode() + b"</worksheet>")


def add_unknown_parts(parts, _):
    parts["customXml/item1.xml"] = b"<mine xmlns='urn:desk'>kept</mine>"
    parts["xl/pivotCache/pivotCacheRecords9.xml"] = b"<pivotCacheRecords/>"
    parts["xl/media/image9.png"] = bytes(range(256)) * 40
    types = b'<Default Extension="png" ContentType="image/png"/></Types>'
    if b'Extension="png"' not in parts["[Content_Types].xml"]:
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", types)


def add_remarks_and_prefix(parts, _):
    """Comments between rows, attributes of other programs, and cells without addresses' usual order of attributes."""
    part = first_part(parts)
    content = parts[part].replace(b"<sheetData>", b"<!-- mine --><sheetData><!-- & yours -->", 1)
    parts[part] = re.sub(rb'<c r="(\w+)" s="(\d+)"', rb"<c  s='\2'  r='\1' ", content, count=50)


BY_OPENPYXL = (
    add_text_and_formulas, add_formats, add_rules, add_comment_and_chart, delete_sheet, move_sheet, hide_sheet,
)  # fmt: skip
IN_PARTS = (rename_sheet, add_text_box, add_sparkline, add_unknown_parts, add_remarks_and_prefix)


def edited(data, edits):
    """The workbook after a list of edits, each a function and what it is about."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for edit, about in edits:
        if (edit in BY_OPENPYXL and about in book.sheetnames) or edit in (add_sheet, move_area, rename_area):
            edit(book, about)
    file = io.BytesIO()
    book.save(file)
    source = zipfile.ZipFile(file)
    parts = {name: source.read(name) for name in source.namelist()}
    for edit, about in edits:
        if edit in IN_PARTS:
            edit(parts, about)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


TITLES = ("Desk", "Curve", "Balance sheet", "Term premium", "Scenarios", "Data", "Functions", "Status", "Mine", "It's")
EDITS = st.one_of(
    st.tuples(st.sampled_from(BY_OPENPYXL), st.sampled_from(TITLES)),
    st.tuples(st.sampled_from((move_area, rename_area)), st.sampled_from(AREAS)),
    st.tuples(st.just(add_sheet), st.sampled_from(("Mine", "It's"))),
    st.tuples(st.sampled_from(IN_PARTS), st.sampled_from(("My desk", "Räte, 10J"))),
)


def refreshed_cells(data):
    """The cells of the areas that a refresh writes, by sheet, as openpyxl reads the names."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = {}
    for name in (*AREAS, "Data_note_2"):
        if name in book.defined_names:
            for sheet, where in book.defined_names[name].destinations:
                left, top, right, bottom = range_boundaries(where)
                corners = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
                cells.setdefault(sheet, set()).update(corners)
    return cells


def sheets_of(data):
    """The markup of each sheet by its title, as a tree."""
    source = zipfile.ZipFile(io.BytesIO(data))
    targets = {item.get("Id"): item.get("Target") for item in ET.fromstring(source.read("xl/_rels/workbook.xml.rels"))}
    book = ET.fromstring(source.read("xl/workbook.xml"))
    for sheet in book.find(f"{MAIN}sheets"):
        part = "xl/" + targets[sheet.get(f"{{{RELATIONS}}}id")].removeprefix("/xl/")
        yield sheet.get("name"), part, ET.fromstring(source.read(part))


def taken_apart(tree):
    """Cells by place as (style, formula, value), rows by number as attributes, and the rest of the sheet."""
    cells, rows = {}, {}
    data = tree.find(f"{MAIN}sheetData")
    for row in data:
        rows[row.get("r")] = {name: value for name, value in row.items() if name != "spans"}
        for cell in row:
            formula = cell.find(f"{MAIN}f")
            others = [child for child in cell if child.tag != f"{MAIN}f"]
            value = (cell.get("t"), [ET.tostring(child) for child in others])
            written = None if formula is None else (formula.text, formula.attrib)
            cells[coordinate_to_tuple(cell.get("r"))] = (cell.get("s"), written, value)
    data.clear()
    if (dimension := tree.find(f"{MAIN}dimension")) is not None:
        dimension.clear()
    return cells, rows, ET.tostring(tree)


def check_survival(before, after):
    """Nothing differs but cells of refreshed areas and results of formulas."""
    old, new = zipfile.ZipFile(io.BytesIO(before)), zipfile.ZipFile(io.BytesIO(after))
    assert old.namelist() == new.namelist()
    parts = {part for _, part, _ in sheets_of(before)}
    assert [name for name in old.namelist() if name not in parts and old.read(name) != new.read(name)] == []
    free = refreshed_cells(before)
    for (title, _, one), (_, _, other) in zip(sheets_of(before), sheets_of(after), strict=True):
        (cells, rows, rest), (new_cells, new_rows, new_rest) = taken_apart(one), taken_apart(other)
        assert new_rest == rest
        assert rows.items() <= new_rows.items()
        assert new_cells.keys() - cells.keys() <= free.get(title, set())
        for place, (style, formula, value) in cells.items():
            new_style, new_formula, new_value = new_cells[place]
            assert new_style == style, (title, place)
            assert new_formula == formula, (title, place)
            if formula is None and place not in free.get(title, set()):
                assert new_value == value or in_array(cells, place), (title, place)


def in_array(cells, place):
    """Whether a cell is filled by an array formula that stands elsewhere."""
    for _, formula, _ in cells.values():
        if formula and "ref" in formula[1]:
            left, top, right, bottom = range_boundaries(formula[1]["ref"])
            if left <= place[1] <= right and top <= place[0] <= bottom:
                return True
    return False


def refreshed(data, folder):
    path = folder / "edited.xlsx"
    path.write_bytes(data)
    refresh_workbook(path, NOW)
    return path.read_bytes()


def over_random_edits(count):
    """Run a test over lists of random edits, the same each time."""
    chosen = settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    return lambda test: chosen(given(edits=st.lists(EDITS, min_size=1, max_size=8))(test))


@over_random_edits(20)
def test_refresh_satisfies_keeping_random_edits(built_desk, tmp_path, edits):
    before = edited(built_desk, edits)
    after = refreshed(before, tmp_path)
    check_survival(before, after)
    openpyxl.load_workbook(io.BytesIO(after))
    assert refreshed(after, tmp_path) == after


# What only a spreadsheet program can do: rows and columns inserted and deleted, all that refers to them following.

MOVING = (
    ("Desk", "insert rows", 2, 3), ("Desk", "insert columns", 1, 1), ("Desk", "insert rows", 60, 2),
    ("Desk", "delete rows", 61, 1), ("Curve", "insert rows", 6, 1), ("Curve", "insert columns", 4, 2),
    ("Balance sheet", "insert columns", 1, 2), ("Term premium", "insert rows", 3, 1),
    ("Scenarios", "insert rows", 4, 2), ("Data", "insert rows", 1, 4), ("Data", "delete rows", 2, 2),
    ("Status", "insert columns", 10, 3), ("Status", "delete columns", 11, 1), ("Status", "insert rows", 62, 1),
)  # fmt: skip
"""Lines inserted between the areas that a refresh writes; some of them deleted again."""
RESIZING = (
    ("Desk", "insert rows", 85, 4), ("Data", "insert rows", 40, 2), ("Data", "delete rows", 300, 7),
    ("Data", "insert columns", 22, 2), ("Status", "delete rows", 50, 3),
)  # fmt: skip
"""Lines inserted into these areas, and deleted from them."""
SHIFTING = Path(__file__).with_name("shifting.py")


def shifted(data, edits, folder):
    """The workbook as LibreOffice saves it after lines were inserted and deleted."""
    (folder / "desk.xlsx").write_bytes(data)
    subprocess.run(
        [office.office_python(), SHIFTING, office.program("soffice"), Path(office.__file__).parent,
         folder / "desk.xlsx", folder / "shifted.xlsx", json.dumps(edits),
         f"-env:UserInstallation=file://{folder}/profile"],
        check=True, timeout=180, env=office.own_environment(),
    )  # fmt: skip
    return (folder / "shifted.xlsx").read_bytes()


@pytest.fixture(scope="module")
def moved_desk(built_desk, tmp_path_factory):
    return shifted(built_desk, MOVING, tmp_path_factory.mktemp("moved"))


def place_after(edits, title, row, column):
    """Where a cell stands after lines were inserted and deleted before it."""
    place = {"rows": row, "columns": column}
    for sheet, edit, start, count in edits:
        kind, lines = edit.split()
        if sheet == title and place[lines] >= start:
            place[lines] += count if kind == "insert" else -count
    return place["rows"], place["columns"]


def area_of(book, name):
    """The sheet of a named area, and its corners."""
    ((sheet, where),) = book.defined_names[name].destinations
    return sheet, range_boundaries(where)


def same(one, other):
    """Whether two cells show the same, for LibreOffice stores a number in another way than it was."""
    if isinstance(one, float) and isinstance(other, int | float):
        return other == pytest.approx(one, rel=1e-12, abs=1e-12)
    return one == other


def values_in(data):
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


@needs_office
def test_rows_and_columns_inserted_between_areas_satisfy_equal_values_at_their_new_places(
    built_desk, moved_desk, tmp_path
):
    after = refreshed(moved_desk, tmp_path)
    check_survival(moved_desk, after)
    expected, found = values_in(refreshed(built_desk, tmp_path)), values_in(after)
    for name in AREAS:
        title, (left, top, right, bottom) = area_of(expected, name)
        corners = [place_after(MOVING, title, *corner) for corner in ((top, left), (bottom, right))]
        sheet, (left, top, right, bottom) = area_of(found, name)
        assert (sheet, corners) == (title, [(top, left), (bottom, right)]), name
    for sheet in expected:
        for row in sheet.iter_rows():
            for cell in row:
                place = place_after(MOVING, sheet.title, cell.row, cell.column)
                assert same(cell.value, found[sheet.title].cell(*place).value), (sheet.title, cell.coordinate)


@needs_office
def test_rows_and_columns_inserted_into_areas_satisfy_tables_written_without_a_gap(built_desk, tmp_path):
    before = shifted(built_desk, RESIZING, tmp_path)
    after = refreshed(before, tmp_path)
    check_survival(before, after)
    expected, found = values_in(refreshed(built_desk, tmp_path)), values_in(after)
    resized = 0
    for name in AREAS:
        title, (left, top, right, bottom) = area_of(expected, name)
        sheet, (new_left, new_top, new_right, new_bottom) = area_of(found, name)
        height, width = bottom - top + 1, right - left + 1
        new_height, new_width = new_bottom - new_top + 1, new_right - new_left + 1
        resized += (height, width) != (new_height, new_width)
        if name == "Status_kept":
            continue  # the cells that could not be computed, of which there are others
        for down in range(min(height, new_height)):
            for across in range(min(width, new_width)):
                one = expected[title].cell(top + down, left + across)
                other = found[sheet].cell(new_top + down, new_left + across)
                assert same(one.value, other.value), (name, one.coordinate, other.coordinate)
    assert resized == 5


@needs_office
@over_random_edits(10)
def test_refresh_satisfies_keeping_random_edits_after_rows_were_inserted(moved_desk, tmp_path, edits):
    before = edited(moved_desk, edits)
    after = refreshed(before, tmp_path)
    check_survival(before, after)
    assert refreshed(after, tmp_path) == after


def every_edit():
    edits = [(add_sheet, "Mine"), (add_sheet, "It's")]
    edits += [(edit, title) for edit in BY_OPENPYXL if edit is not delete_sheet for title in ("Mine", "Data", "Status")]
    edits += [(move_area, name) for name in AREAS[:4]] + [(rename_area, "Status_loads"), (delete_sheet, "Functions")]
    return edits + [(edit, "My desk") for edit in IN_PARTS]


@needs_libreoffice
def test_every_edit_at_once_satisfies_opening_in_libreoffice(built_desk, tmp_path):
    before = edited(built_desk, every_edit())
    after = refreshed(before, tmp_path)
    check_survival(before, after)
    opened = openpyxl.load_workbook(recalculate(tmp_path / "edited.xlsx", tmp_path))
    assert opened.sheetnames == openpyxl.load_workbook(io.BytesIO(before)).sheetnames
    assert b"my note" in zipfile.ZipFile(io.BytesIO(after)).read("xl/drawings/drawing99.xml")
    saved = zipfile.ZipFile(tmp_path / "out" / "edited.xlsx")
    assert any(b"my note" in saved.read(name) for name in saved.namelist() if "drawing" in name)


def test_a_moved_area_satisfies_being_written_where_it_stands_now(built_desk, tmp_path):
    after = refreshed(edited(built_desk, [(move_area, "Data_series"), (move_area, "Status_facts")]), tmp_path)
    sheet = openpyxl.load_workbook(io.BytesIO(after), data_only=True)["Moved"]
    texts = {cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert {"SWAP.10Y", "Market date"} <= texts
