"""Pages of real workbooks: places, formats, charts, rules, header and refusals."""

import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.chart import LineChart, Reference
from openpyxl.styles import Font, PatternFill

from haven.errors import HavenError
from haven.workbook.client.brand import Brand, Rounding
from haven.workbook.client.file import client_file
from haven.workbook.package import Package
from haven.workbook.pictures import cleaned
from tests.workbook.books import book, needs_libreoffice, raw_book, recalculate, sheet_xml
from tests.workbook.poisoned import holds
from tests.workbook.test_pixels import png


def made(data, sheets=("Own",), brand=None, **options):
    options.setdefault("date", "11 April 2025")
    return client_file(Package(data), sheets, "=Evil Fund", brand or Brand(), **options)


def sheet_of(file, name="Own"):
    return openpyxl.load_workbook(io.BytesIO(file.content))[name]


def own(workbook):
    """A page of a user's own with hidden parts, a merge, formats and a chart."""
    sheet = workbook.active
    sheet.title = "Own"
    for row in range(1, 9):
        for column in range(1, 7):
            sheet.cell(row, column).value = 10.0 * row + column
    sheet["B2"].font, sheet["B2"].fill = Font(bold=True, color="FFD55E00"), PatternFill("solid", fgColor="FFF2F5F8")
    sheet["B2"].number_format = "0.00%"
    sheet["A1"] = "=1+1 in words"
    sheet["A1"].data_type = "s"
    sheet["E5"] = "#N/A"
    sheet.row_dimensions[3].hidden = sheet.column_dimensions["C"].hidden = True
    sheet.row_dimensions[2].height = 33
    sheet.column_dimensions["B"].width = 21
    sheet.merge_cells("D4:E5")
    chart = LineChart()
    chart.add_data(Reference(sheet, range_string="Own!B1:B6"))
    sheet.add_chart(chart, "A9")


@pytest.fixture(scope="module")
def page():
    return made(book(own))


def test_shown_cells_match_without_hidden_rows_and_columns(page):
    rows = [[cell.value for cell in row] for row in sheet_of(page).iter_rows(min_row=4, max_row=10, max_col=5)]
    assert rows[1] == [21, 22, 24, 25, 26]
    assert rows[2][:3] == [41, 42, 44]
    assert {33, 23}.isdisjoint(value for row in rows for value in row)


def test_formats_sizes_and_merges_match(page):
    sheet = sheet_of(page)
    cell = sheet["B5"]
    assert (cell.font.b, cell.font.color.rgb, cell.fill.fgColor.rgb) == (True, "FFD55E00", "FFF2F5F8")
    assert cell.number_format == "0.00%"
    assert sheet.row_dimensions[5].height == 33
    assert sheet.column_dimensions["B"].width == 21
    assert "C6:D7" in {str(area) for area in sheet.merged_cells.ranges}
    assert sheet["D7"].value is None


def test_text_like_a_formula_satisfies_staying_text(page):
    sheet = sheet_of(page)
    assert (sheet["A4"].value, sheet["A4"].data_type, sheet["A4"].quotePrefix) == ("=1+1 in words", "s", True)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert sheet["A2"].value == "Prepared for =Evil Fund  ·  market of 11 April 2025"


def test_a_chart_matches_the_cells_where_they_now_stand(page):
    chart = sheet_of(page)._charts[0]
    assert chart.ser[0].val.numRef.f == "'Own'!$B$4:$B$8"
    assert [point.v for point in chart.ser[0].val.numRef.numCache.pt] == [12, 22, 42, 52, 62]


def test_sources_and_disclaimer_satisfy_standing_below_what_is_drawn(page):
    sheet = sheet_of(page)
    anchor = sheet._charts[0].anchor
    below = anchor._from.row + anchor.ext.height / 12_700 / 15
    assert sheet.max_row - 1 > below
    assert sheet.cell(sheet.max_row, 1).value.startswith("Indicative levels")


def test_a_row_of_no_height_of_its_own_satisfies_growing_with_its_text(page):
    heights = sheet_of(page).row_dimensions
    assert heights[5].height == 33 and heights[6].height is None


def test_pages_satisfy_ending_where_their_author_ends_them():
    def long(workbook):
        sheet = workbook.active
        sheet.title = "Own"
        for row in range(1, 31):
            sheet.cell(row, 1).value = row
        sheet.row_breaks.append(openpyxl.worksheet.pagebreak.Break(id=20))

    assert [brk.id for brk in sheet_of(made(book(long))).row_breaks.brk] == [23]


def test_the_header_and_a_number_satisfy_standing_on_every_printed_page(page):
    sheet = sheet_of(page)
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.oddFooter.right.text == "Page &P of &N"
    titled = book(lambda workbook: setattr(workbook.active, "title", "Ann's & Bo's") or workbook.active.append([1]))
    assert sheet_of(made(titled, ["Ann's & Bo's"]), "Ann's & Bo's").print_title_rows == "$1:$3"


def test_chosen_ranges_match_and_drop_the_rest():
    file = made(book(own), ranges=["A1:B2", "F8"])
    sheet = sheet_of(file)
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=6, max_col=3)] == [
        ["=1+1 in words", 12, None], [21, 22, None], [None, None, 86],
    ]  # fmt: skip
    assert sheet._charts == []


def test_rounding_rules_match_in_cells_and_in_chart_copies():
    rules = Rounding(areas=((((1, 2), (1, 2)), Decimal(5)), (((1, 1), (8, 6)), Decimal(4))))
    file = made(book(own), brand=Brand(rounding=rules))
    sheet = sheet_of(file)
    assert [sheet[place].value for place in ("B4", "A5", "B6")] == [10, 20, 44]
    assert [point.v for point in sheet._charts[0].ser[0].val.numRef.numCache.pt][:3] == [10, 22, 44]


def test_the_same_page_satisfies_the_same_bytes(page):
    assert made(book(own)).content == page.content


def test_no_program_or_person_satisfies_absence(page):
    names = zipfile.ZipFile(io.BytesIO(page.content)).namelist()
    assert not any(name.startswith(("docProps", "customXml")) for name in names)
    assert not holds(page.content, "openpyxl") and not holds(page.content, "haven")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"sheets": ["Absent"]}, "sheet must be one of Own, got 'Absent'"),
        ({"ranges": ["A1:?"]}, "cell must be an address"),
        ({"ranges": ["C1:C8"]}, "of Own nothing is shown in C1:C8"),
        ({"ranges": ["A1:ZZ9999"]}, "a page must have at most 200,000 cells"),
        ({"date": ""}, "does not say its market date: give --as-of"),
    ],
)
def test_a_page_that_can_not_be_sent_is_refused(options, why):
    with pytest.raises(HavenError, match=why):
        made(book(own), **options)


def test_a_formula_without_value_is_refused():
    data = raw_book({"Own": sheet_xml('<row r="1"><c r="A1"><f>1+1</f></c></row>')})
    with pytest.raises(HavenError, match="has no value in Own!A1; run haven compute first"):
        made(data)


def test_text_that_is_a_leak_of_itself_is_refused():
    def told(workbook):
        workbook.active.title = "Own"
        workbook.active["B2"] = r"from C:\desk\positions.xlsx"

    with pytest.raises(HavenError, match=r"nothing was written.*path: Own!B5: C:\\desk"):
        made(book(told))


@pytest.mark.parametrize("style", ["99999", "-1"])
def test_absurd_styles_satisfy_a_plain_cell(style):
    row = f'<row r="1"><c r="A1" s="{style}"><v>1.5</v></c></row>'
    assert sheet_of(made(raw_book({"Own": sheet_xml(row)})))["A4"].value == 1.5


@pytest.mark.parametrize("markup", ['<row r="1" ht="x"/>', '<row r="1"><c r="A1" s="x"><v>1</v></c></row>'])
def test_damaged_attributes_are_refused(markup):
    with pytest.raises(HavenError, match="is damaged"):
        made(raw_book({"Own": sheet_xml(markup)}))


def test_the_client_page_of_the_desk_workbook_satisfies_being_whole(built_desk):
    file = made(built_desk, ["Client"], date="")
    sheet = sheet_of(file, "Client")
    texts = {cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert file.left_out == []
    assert len(sheet._charts) == 2
    assert sheet["A2"].value.endswith("market of 11 April 2025")
    assert "ILLUSTRATIVE swap rates: demonstration data, not quotes." in texts
    assert any(text.startswith("Sources: US Treasury; illustrative swap rates") for text in texts)
    assert not holds(file.content, "HV_")
    source = openpyxl.load_workbook(io.BytesIO(built_desk), data_only=True)["Client"]
    assert sheet["B9"].value == round(source["B6"].value, 1) == -54.0


def test_every_page_of_the_desk_workbook_but_functions_satisfies_being_sent(built_desk):
    names = [name for name in Package(built_desk).sheets if name not in ("Functions", "Status")]
    assert openpyxl.load_workbook(io.BytesIO(made(built_desk, names, date="").content)).sheetnames == names


@needs_libreoffice
def test_a_workbook_that_libreoffice_saved_satisfies_its_charts(built_desk, tmp_path):
    (tmp_path / "desk.xlsx").write_bytes(built_desk)
    file = made(recalculate(tmp_path / "desk.xlsx", tmp_path).read_bytes(), ["Client"], date="")
    assert file.left_out == []
    chart = next(chart for chart in sheet_of(file, "Client")._charts if len(chart.ser) == 2)
    assert [series.tx.v for series in chart.ser] == ["Swap spread", "Break-even"]


def test_columns_upon_one_another_are_refused():
    columns = '<cols><col min="1" max="999999999" width="5"/><col min="2" max="3" width="9"/></cols>'
    with pytest.raises(HavenError, match="columns of Own lie upon one another"):
        made(raw_book({"Own": sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>', before=columns)}))


def test_merged_cells_upon_one_another_are_refused():
    merges = '<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="B2:C3"/></mergeCells>'
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="C3"><v>2</v></c></row>'
    with pytest.raises(HavenError, match="lie upon one another"):
        made(raw_book({"Own": sheet_xml(rows, after=merges)}))


@needs_libreoffice
def test_a_client_sheet_matches_in_libreoffice(built_desk, tmp_path):
    file = made(built_desk, ["Client"], date="")
    (tmp_path / "client.xlsx").write_bytes(file.content)
    again = openpyxl.load_workbook(recalculate(tmp_path / "client.xlsx", tmp_path))["Client"]
    assert [[cell.value for cell in row] for row in again.iter_rows(min_row=1, max_row=20, max_col=8)] == [
        [cell.value for cell in row] for row in sheet_of(file, "Client").iter_rows(min_row=1, max_row=20, max_col=8)
    ]
    assert len(again._charts) == 2


def test_a_merged_heading_satisfies_staying_where_its_first_column_is_hidden():
    def page(workbook):
        sheet = workbook.active
        sheet.title = "Own"
        sheet["A1"], sheet["A2"], sheet["C2"] = "heading", "hidden", 1
        sheet.merge_cells("A1:C1")
        sheet.column_dimensions["A"].hidden = True

    file = made(book(page))
    assert sheet_of(file)["A4"].value == "heading"
    assert "A4:B4" in sheet_of(file).merged_cells
    assert not holds(file.content, "hidden<")


def test_a_merged_text_that_is_partly_on_the_page_satisfies_filling_its_part():
    def page(workbook):
        sheet = workbook.active
        sheet.title, sheet["A1"] = "Own", "text over many columns"
        sheet.merge_cells("A1:H2")

    sheet = sheet_of(made(book(page), ranges=["A1:C1"]))
    assert "A4:C4" in sheet.merged_cells and sheet["A4"].value == "text over many columns"


def test_a_logo_on_a_narrow_page_satisfies_leaving_room_to_the_name():
    def page(workbook):
        workbook.active.title, workbook.active["A1"] = "Own", 1
        workbook.active.column_dimensions["A"].width = 10

    logo = cleaned(png(200, 20, 8, 0, (b"\0" + bytes(200)) * 20))
    (picture,) = sheet_of(made(book(page), brand=Brand(name="Firm", logo=logo)))._images
    assert picture.anchor.ext.width == 35 * 9525


def test_dates_from_1904_are_refused():
    def page(workbook):
        workbook.active.title, workbook.active["A1"] = "Own", 1
        workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    with pytest.raises(HavenError, match="counts dates from 1904"):
        made(book(page))
