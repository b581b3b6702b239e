"""The calculation against LibreOffice, formula by formula, and against what Excel documents where the two differ."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from haven.functions.answer import CellError
from haven.workbook.calculate import calculate
from haven.workbook.library import KNOWN, VOLATILE
from haven.workbook.package import Package
from tests.workbook.books import book, needs_libreoffice, recalculate

ROWS = [
    (1, 4.25, "bond", 45749, "5"),
    (2, -3.5, "bend", 45777, True),
    (3, 1.75, "swap", 46037, 2),
    (4, 2.1, "Bond"),
    (5, 9.9, "b nd"),
    (None, 0.3, "basis"),
    ("t", 1e-3, "bond"),
    (7, 12.5, "note"),
]
TABLE = [("tenor", "rate", "x"), ("10Y", 4.2, 1), ("30Y", 4.6, 2)]

FORMULAS = (Path(__file__).parent / "formulas.txt").read_text().splitlines()

ARRAYS = {
    "J1:K2": "TRANSPOSE(A1:B2)",
    "J4:K5": "MMULT(A1:B2,A2:B3)",
    "J7:J9": "A1:A3*2",
    "J11:K13": "{1,2}+A1:A3",
    "J15:J18": "IF(A1:A4>2,A1:A4,0)",
    "J20:K23": "{1;2}",
    "M1:M3": "IFERROR(1/(A1:A3-2),0)",
    "M5:N6": "ROUND(B1:B2*{1,2},1)",
    "M8:M10": "INDEX(A1:B8,0,2)",
    "M12:M12": "INDEX(C1:C8,MATCH(1,(A1:A5>2)*(B1:B5<3),0))",
    "M14:O14": "COLUMN(A1:C1)",
    "M16:M18": 'COUNTIF(C1:C8,{"bond";"swap";"zz"})',
}

EXCEL = {
    # https://support.microsoft.com/office/xlookup-function: exact match, if_not_found, next smaller, next larger
    'XLOOKUP("swap",C1:C8,A1:A8)': 3.0,
    'XLOOKUP("zz",C1:C8,A1:A8)': "#N/A",
    'XLOOKUP("zz",C1:C8,A1:A8,"none")': "none",
    "XLOOKUP(3.5,A1:A5,C1:C5,,-1)": "swap",
    "XLOOKUP(3.5,A1:A5,C1:C5,,1)": "Bond",
    "XLOOKUP(99,A1:A5,C1:C5,,1)": "#N/A",
    # https://support.microsoft.com/office/xmatch-function: position, next smaller
    'XMATCH("SWAP",C1:C8)': 3.0,
    "XMATCH(3.5,A1:A5,-1)": 3.0,
    'SUM(FILTER(A1:A5,C1:C5="bond"))': 5.0,
    "COUNTA(UNIQUE(A1:A3))": 3.0,
    # text and truth values in ranges count for nothing in SUM and its kin, written into the call they count
    "SUM(E1:E3)": 2.0,
    "COUNT(E1:E3)": 1.0,
    "AVERAGE(E1:E3)": 2.0,
    "MEDIAN(E1:E3)": 2.0,
    'SUM(A1,"3",TRUE)': 5.0,
    # truth values come after text; a root of a negative number is #NUM!, also by a power
    'TRUE>"z"': True,
    "(-8)^(1/3)": "#NUM!",
    "POWER(-8,1/3)": "#NUM!",
    "SQRT(-1)": "#NUM!",
    "LN(0)": "#NUM!",
    "LARGE(A1:A8,9)": "#NUM!",
    "0^0": "#NUM!",
    "0^-1": "#DIV/0!",
    "INDEX(A1:C8,20,1)": "#REF!",
    'CODE("")': "#VALUE!",
    'LEFT(C1,0)&REPT("ab",0)': "",
    '1E+20&""': "1E+20",
    # day 1 is the first of January 1900
    "DATE(1900,1,1)": 1.0,
}
_NEWER = {
    "CONCAT", "DAYS", "FILTER", "IFNA", "IFS", "MAXIFS", "MINIFS", "NORM.S.DIST", "NORM.S.INV", "STDEV.P",
    "STDEV.S", "SWITCH", "TEXTJOIN", "UNIQUE", "VAR.P", "VAR.S", "XLOOKUP", "XMATCH", "XOR",
}  # fmt: skip


def sheet_of(formulas, arrays):
    """The bytes of a workbook with the data, the formulas down column H and the array formulas in their ranges."""

    def fill(workbook):
        sheet = workbook.active
        for number, row in enumerate([*ROWS, *[()] * 5, *TABLE], start=1):
            for column, value in enumerate(row, start=1):
                sheet.cell(number, column, value)
        for name, values in {"Other": [(11,), (12,), (13,)], "My Sheet": [(), (None, 21), (None, 22)]}.items():
            other = workbook.create_sheet(name)
            for number, row in enumerate(values, start=1):
                for column, value in enumerate(row, start=1):
                    other.cell(number, column, value)
        workbook.defined_names["rate"] = DefinedName("rate", attr_text="Other!$A$2")
        for number, formula in enumerate(formulas, start=1):
            function = formula.partition("(")[0]
            sheet.cell(number, 8, f"={'_xlfn.' * (function in _NEWER)}{formula}")
        for area, formula in arrays.items():
            sheet[area.partition(":")[0]] = ArrayFormula(area, f"={formula}")

    return book(fill)


def plain(value):
    """A value as both sides can show it: errors by code, dates and times as serial numbers, empty text as nothing."""
    if isinstance(value, CellError):
        return value.code
    if isinstance(value, dt.datetime):
        return (value - dt.datetime(1899, 12, 30)).total_seconds() / 86400
    if isinstance(value, dt.time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    return None if value == "" else value


def same(one, other):
    if type(one) is not float or isinstance(other, (bool, str, type(None))):
        return type(one) is type(other) and one == other
    return one == pytest.approx(other, rel=1e-12, abs=1e-12)


@needs_libreoffice
def test_calculate_matches_libreoffice(tmp_path):
    data = sheet_of(FORMULAS, ARRAYS)
    path = tmp_path / "formulas.xlsx"
    path.write_bytes(data)
    expected = openpyxl.load_workbook(recalculate(path, tmp_path), data_only=True).active
    result = calculate(Package(data), {})
    assert result.problems == []
    values = result.values["Sheet"]
    filled = [cell.coordinate for area in ARRAYS for row in expected[area] for cell in row]
    cells = [f"H{number}" for number in range(1, len(FORMULAS) + 1)] + filled
    shown = {address: (plain(values[address]), plain(expected[address].value)) for address in cells}
    assert {address: pair for address, pair in shown.items() if not same(*pair)} == {}


def test_calculate_matches_what_excel_documents():
    result = calculate(Package(sheet_of(EXCEL, {})), {})
    assert result.problems == []
    values = {formula: result.values["Sheet"][f"H{number}"] for number, formula in enumerate(EXCEL, start=1)}
    assert {formula: value for formula, value in values.items() if not same(plain(value), plain(EXCEL[formula]))} == {}


def test_today_and_now_satisfy_the_clock():
    epoch = dt.datetime(1899, 12, 30)
    before = dt.datetime.now() - epoch  # noqa: DTZ005
    values = calculate(Package(sheet_of(["NOW()", "TODAY()"], {})), {}).values["Sheet"]
    after = dt.datetime.now() - epoch  # noqa: DTZ005
    assert before.total_seconds() - 1 <= values["H1"] * 86400 <= after.total_seconds() + 1
    assert before.days <= values["H2"] <= after.days


def test_comparison_satisfies_every_known_function():
    everything = " ".join([*FORMULAS, *ARRAYS.values(), *EXCEL])
    assert {name for name in KNOWN - VOLATILE if f"{name}(" not in everything} == set()
