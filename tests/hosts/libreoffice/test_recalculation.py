"""Every formula of what we ship, recalculated in LibreOffice and compared with our own results."""

import datetime as dt
import html

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from haven.errors import HavenError
from haven.functions import CATALOGUE
from haven.hosts.libreoffice.office import recalculated
from haven.workbook.areas import area_values, find_area
from haven.workbook.cells import change_cells
from haven.workbook.compute import compute
from haven.workbook.package import Package
from haven.workbook.refresh import refresh_workbook
from haven.workbook.template.function_list import as_formula
from haven.workbook.values import stored_value
from haven.workbook.worksheet import read_worksheet
from tests.hosts.libreoffice.offices import needs_office

ERRORS = {32767: "#N/A", 519: "#VALUE!", 503: "#NUM!", 532: "#DIV/0!"}
DESK_FORMULAS = 1500
FUNCTION_FORMULAS = 255
NOW = dt.datetime(2026, 11, 20, 12, 0)


pytestmark = needs_office


def stored(path):
    """Formula cell -> stored value, by sheet and row and column."""
    package = Package.open(path)
    return {
        (sheet, cell.address): stored_value(cell, package.shared_strings)
        for sheet in package.sheets
        for row in read_worksheet(package, sheet).rows
        for cell in row.cells
        if cell.formula
    }


def compare(path, out):
    """The number of formula cells that agree; fails with the list of those that do not."""
    from haven.workbook.references import parse_address

    done = recalculated(path, out)
    theirs = {(cell["sheet"], parse_address(cell["address"])): cell for cell in done.cells}
    ours = stored(path)
    differing = [
        f"{place}: ours {value!r}, LibreOffice {theirs[place]}"
        for place, value in ours.items()
        if not agrees(value, theirs[place])
    ]
    assert not differing, "\n".join(differing[:10])
    return len(ours)


def agrees(ours, cell):
    if cell["error"]:
        return str(ours) == ERRORS.get(cell["error"])
    if isinstance(ours, float):
        return cell["value"] == pytest.approx(ours, rel=1e-9, abs=1e-15)
    return cell["value"] == ours


def test_desk_workbook_matches_libreoffice_in_every_formula(desk, tmp_path, capsys):
    count = compare(desk, tmp_path / "out.xlsx")
    with capsys.disabled():
        print(f"\n{count} formula cells of the desk workbook agree with LibreOffice")
    assert count >= DESK_FORMULAS


@pytest.mark.parametrize(
    "changes",
    [
        {"Desk": {"C5": 46122, "G5": "SURVEY"}, "Balance sheet": {"C9": "C"}},
        {"Desk": {"C5": 45765, "J5": None}, "Scenarios": {"J5": None}},
        {"Desk": {"C5": 18266, "L5": 45759}},
        {"Desk": {"C5": 43193}},
    ],
    ids=["beyond the model", "a holiday", "before the data", "the first date"],
)
def test_what_has_no_figures_matches_in_libreoffice(desk, tmp_path, changes):
    """Dashes there too, and the same reasons."""
    book = openpyxl.load_workbook(desk)  # saved without results, as a person's edit asks for all of them
    for sheet, cells in changes.items():
        for address, value in cells.items():
            book[sheet][address] = value
    book.save(desk)
    refresh_workbook(desk, NOW)
    compare(desk, tmp_path / "out.xlsx")


@pytest.fixture
def every_function(tmp_path):
    """A workbook with every function: its example, and three failures."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row, declaration in enumerate(CATALOGUE.values(), start=1):
        example = [as_formula(argument) for argument in declaration.example]
        sheet.cell(row, 1).value = f"={declaration.name}({','.join(example)})"
        if example:
            rest = example[1:]
            early = ['"1900-01-02"' if argument[1:4] == "202" else argument for argument in example]
            for column, arguments in enumerate([['"no such thing"', *rest], early, ["NA()", *rest]], start=2):
                sheet.cell(row, column).value = f"={declaration.name}({','.join(arguments)})"
    for row, declaration in enumerate((d for d in CATALOGUE.values() if d.is_table and d.example), start=1):
        place = f"J{4 * row}:K{4 * row + 2}"
        call = f"{declaration.name}({','.join(as_formula(argument) for argument in declaration.example)})"
        sheet[f"J{4 * row}"] = ArrayFormula(place, f"={call}")
    book.save(tmp_path / "functions.xlsx")
    compute(tmp_path / "functions.xlsx", tmp_path / "functions.xlsx")
    return tmp_path / "functions.xlsx"


def test_every_function_matches_libreoffice_in_example_and_failures(every_function, tmp_path, capsys):
    count = compare(every_function, tmp_path / "out.ods")
    with capsys.disabled():
        print(f"\n{count} formula cells of {len(CATALOGUE)} functions agree with LibreOffice")
    assert count >= FUNCTION_FORMULAS


def formulas(path):
    """Every formula as a tree, with its area if it is an array formula: spelling and blanks do not count."""
    from haven.workbook.formula import parse_formula

    package = Package.open(path)
    found = {}
    for sheet in package.sheets:
        worksheet = read_worksheet(package, sheet)
        for row in worksheet.rows:
            for cell in row.cells:
                if cell.formula and (text := worksheet.content[cell.formula.inside : cell.formula.close]):
                    tree = parse_formula(html.unescape(text.decode()))
                    found[sheet, cell.address] = (tree, cell.formula.attributes.get("ref"))
    return found


@pytest.mark.parametrize("way", ["xlsx", "ods"])
def test_a_trip_through_libreoffice_satisfies_the_same_formulas_and_values(desk, tmp_path, way):
    there = recalculated(desk, tmp_path / f"there.{way}")
    back = recalculated(tmp_path / f"there.{way}", tmp_path / "back.xlsx")
    assert back.cells == there.cells
    assert formulas(tmp_path / "back.xlsx") == formulas(desk)


@pytest.mark.parametrize("way", ["xlsx", "ods"])
def test_a_trip_through_libreoffice_satisfies_the_same_array_formulas(every_function, tmp_path, way):
    recalculated(every_function, tmp_path / f"there.{way}")
    recalculated(tmp_path / f"there.{way}", tmp_path / "back.xlsx")
    before = formulas(every_function)
    assert sum(area is not None for _, area in before.values()) > 15
    assert formulas(tmp_path / "back.xlsx") == before


def test_overrides_match_in_libreoffice(desk, tmp_path):
    """A quote typed over on the Data sheet: LibreOffice's own calculation sees it, as ours does."""
    package = Package.open(desk)
    place = find_area(package, "Data_series").first[0]
    place += [row[0] for row in area_values(package, "Data_series")].index("SWAP.10Y")
    desk.write_bytes(change_cells(package, {"Data": {f"D{place}": 4.1}}))
    refresh_workbook(desk, NOW)
    assert area_values(Package.open(desk), "Data_overrides") == [[f"SWAP.10Y 2025-04-11 {4.1 / 100!r}"]]
    compare(desk, tmp_path / "out.xlsx")


def test_hv_why_satisfies_a_sentence_for_a_failing_cell(tmp_path):
    """A workbook made for Excel shows no #NAME? here."""
    book = openpyxl.Workbook()
    book.active["A1"] = '=HV_SWAPSPREAD("10Y","2025-04-12")'
    book.active["A2"] = "=HV_WHY(A1)"
    book.save(tmp_path / "why.xlsx")
    cells = recalculated(tmp_path / "why.xlsx", tmp_path / "out.xlsx").cells
    assert cells[0]["error"] == 32767
    assert (cells[1]["error"], cells[1]["value"]) == (0, "Select the cell and choose Haven > Why this cell")


def test_recalculation_satisfies_a_workbook_open_elsewhere(tmp_path):
    """Only its lock is seen, of which a killed office leaves one too."""
    book = openpyxl.Workbook()
    book.active["A1"] = '=HV_SWAPSPREAD("10Y","2025-04-08")'
    book.save(tmp_path / "book.xlsx")
    (tmp_path / ".~lock.book.xlsx#").write_text(",somebody,desk,27.11.2026 08:00,file:///home/somebody;")
    done = recalculated(tmp_path / "book.xlsx", tmp_path / "OUT.XLSX")
    assert [cell["value"] for cell in done.cells] == [-56.0]
    assert list(stored(tmp_path / "OUT.XLSX").values()) == [-56.0]


@pytest.mark.parametrize(
    ("out", "why"),
    [
        ("out.xlsm", "out must be named .xlsx or .ods, got out.xlsm"),
        ("book.xlsx", "book.xlsx is open in LibreOffice"),
        ("out.ods", "it is no workbook that LibreOffice can open"),
    ],
)
def test_recalculation_refuses(tmp_path, out, why):
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / ".~lock.book.xlsx#").touch()
    with pytest.raises(HavenError, match=why):
        recalculated(tmp_path / "book.xlsx", tmp_path / out)
    assert not (tmp_path / "out.ods").exists()
