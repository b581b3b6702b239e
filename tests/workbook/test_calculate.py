import datetime as dt

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from haven.errors import HavenError
from haven.functions.answer import CellError
from haven.functions.kinds import MISSING
from haven.workbook.calculate import Problem, calculate
from haven.workbook.cells import change_cells
from haven.workbook.package import Package
from tests.workbook.books import book, needs_libreoffice, raw_book, recalculate, sheet_xml

FUNCTIONS = {
    "HV_TEST": lambda tenor, number=0.0: float(tenor.rstrip("Y")) + (number or 0.0),
    "HV_TESTTABLE": lambda: [["tenor", "bp"], ["10Y", -56.0], ["30Y", CellError("#N/A", "no quote")]],
    "HV_TESTDATE": lambda: dt.date(2025, 4, 11),
    "HV_TESTFAIL": lambda: CellError("#N/A", "no data for that date"),
}


def filled(cells, names=None, **sheets):
    """A workbook with cells by address on the sheet Desk, and more sheets by name."""

    def fill(workbook):
        workbook.active.title = "Desk"
        for sheet, content in {"Desk": cells, **sheets}.items():
            target = workbook[sheet] if sheet in workbook.sheetnames else workbook.create_sheet(sheet)
            for address, value in content.items():
                target[address] = value
        for name, text in (names or {}).items():
            workbook.defined_names[name] = DefinedName(name, attr_text=text)

    return Package(book(fill))


def calculated(cells, **kwargs):
    """Values of the Desk sheet and reasons by address."""
    result = calculate(filled(cells, **kwargs), FUNCTIONS)
    return dict(result.values["Desk"]), {problem.address: problem.why for problem in result.problems}


def cell(address, formula, value=None, attributes="", kind=""):
    """The markup of a formula cell with the value last calculated."""
    stored = "" if value is None else f"<v>{value}</v>"
    return f'<c r="{address}"{kind}><f{attributes}>{formula}</f>{stored}</c>'


def raw(*cells, **kwargs):
    """A workbook of one sheet S made of cell markup, each in a row of its own."""
    rows = "".join(f"<row>{markup}</row>" for markup in cells)
    return Package(raw_book({"S": sheet_xml(rows)}, **kwargs))


def test_calculate_satisfies_our_functions_through_sheets_names_and_whole_columns():
    values, problems = calculated(
        {
            "A1": "10Y", "B1": "=HV_TEST(A1)", "B2": "=hv_test(A1,Other!B1)", "B3": "=SUM(B1:B2)*scale",
            "B4": "=SUM('My Sheet'!A:A)", "B5": '=IFERROR(HV_TESTFAIL(),"none")', "B6": "=HV_TESTDATE()+1",
            "B7": "=twice", "B8": "=HV_TESTFAIL()+1",
        },
        Other={"B1": 0.5}, **{"My Sheet": {"A1": 1, "A7": "=Desk!B1"}},
        names={"scale": "Other!$B$1*2", "twice": "HV_TEST(Desk!$A$1)*2"},
    )  # fmt: skip
    assert values == {"B1": 10.0, "B2": 10.5, "B3": 20.5, "B4": 11.0, "B5": "none", "B6": 45759.0, "B7": 20.0,
                      "B8": CellError("#N/A", "no data for that date")}  # fmt: skip
    assert problems == {}


def test_calculate_satisfies_giving_functions_plain_values():
    seen = []
    formula = '=HV_TEST(A1,A2,A3,A4,A5,A6,"10Y",,-3%,A1:B2,{1,2;"x",TRUE},A1+1,)'
    cells = {"A1": 1.5, "A2": "text", "A3": True, "A5": "#N/A", "A6": "=1/0", "B2": 3, "D1": formula}
    calculate(filled(cells), {"HV_TEST": lambda *arguments: seen.append(arguments) or 1.0})
    codes = [argument.code if isinstance(argument, CellError) else argument for argument in seen[0]]
    assert codes == [1.5, "text", True, None, "#N/A", "#DIV/0!", "10Y", MISSING, -0.03, [[1.5, None], ["text", 3.0]],
                     [[1.0, 2.0], ["x", True]], 2.5, MISSING]  # fmt: skip
    assert codes[2] is True


def test_calculate_satisfies_recalculating_only_what_is_stale():
    package = raw(
        cell("A1", "1+1", 99),
        cell("A2", "A1+1", 98),
        cell("A3", 'HV_TEST("10Y")', 0),
        cell("A4", "A3+A1", 0),
        cell("A5", "A2*2"),
        cell("A6", "A7+1", 0),
        '<c r="A7"><v>5</v></c>',
        cell("A8", "A6+1", 0),
        cell("A9", "TODAY()", 1),
    )
    assert set(calculate(package, FUNCTIONS).values["S"]) == {"A3", "A4", "A5", "A9"}
    result = calculate(package, FUNCTIONS, {"s": {"A7": 6, "A1": 50}})
    values = result.values["S"]
    assert {address: values[address] for address in values if address != "A9"} == {
        "A2": 51.0, "A3": 10.0, "A4": 60.0, "A5": 102.0, "A6": 7.0, "A8": 8.0
    }  # fmt: skip
    assert result.problems == []


def test_calculate_satisfies_filling_the_range_of_an_array_formula():
    values, problems = calculated(
        {
            "A1": ArrayFormula("A1:C4", "=HV_TESTTABLE()"), "E1": ArrayFormula("E1:E3", "={1;2}*2"),
            "F1": ArrayFormula("F1:G2", "={1,2}"), "H1": ArrayFormula("H1:H2", '=HV_TEST("5Y")'),
            "I1": "=HV_TESTTABLE()", "J1": "=SUM(E1:E2)",
        }
    )  # fmt: skip
    missing = CellError("#N/A", "no value there")
    quote = CellError("#N/A", "no quote")
    rows = [["tenor", "bp", missing], ["10Y", -56.0, missing], ["30Y", quote, missing], [missing] * 3]
    assert [[values[f"{column}{row}"] for column in "ABC"] for row in range(1, 5)] == rows
    assert [values[f"E{row}"] for row in (1, 2, 3)] == [2.0, 4.0, missing]
    assert [values[address] for address in ("F1", "G1", "F2", "G2")] == [1.0, 2.0, 1.0, 2.0]
    assert (values["H1"], values["H2"], values["I1"], values["J1"]) == (5.0, 5.0, "tenor", 6.0)
    assert problems == {}


def test_calculate_satisfies_reporting_a_spilled_range_that_has_changed_its_size():
    array = '<c r="A1" cm="1"><f t="array" ref="A1:B2">HV_TESTTABLE()</f><v>0</v></c>'
    result = calculate(raw(array), FUNCTIONS)
    why = "it answers 3 x 2 cells, its range has 2 x 2; Excel will spill it anew"
    assert result.problems == [Problem("S", "A1", why)]
    assert result.values["S"] == {"A1": "tenor", "B1": "bp", "A2": "10Y", "B2": -56.0}


def test_calculate_satisfies_shared_formulas_with_their_references_moved():
    package = raw(
        '<c r="A1"><v>1</v></c>'
        + cell("B1", "HV_TEST(&quot;1Y&quot;,$A$1+A1)", None, ' t="shared" ref="B1:B3" si="4"'),
        '<c r="A2"><v>2</v></c>' + cell("B2", "", None, ' t="shared" si="4"'),
        '<c r="A3"><v>3</v></c>' + cell("B3", "", None, ' t="shared" si="4"'),
    )
    assert calculate(package, FUNCTIONS).values["S"] == {"B1": 3.0, "B2": 4.0, "B3": 5.0}


def test_calculate_satisfies_a_relative_name_from_where_it_is_used():
    names = (
        '<definedName name="left_of">S!XFD1</definedName><definedName name="left_of" localSheetId="1">7</definedName>'
    )
    one = sheet_xml(
        f"<row><c><v>5</v></c>{cell('B1', 'left_of*2')}</row><row><c><v>6</v></c>{cell('B2', 'left_of')}</row>"
    )
    two = sheet_xml(f"<row>{cell('A1', 'left_of+T!left_of+S!left_of')}</row>")
    result = calculate(Package(raw_book({"S": one, "T": two}, names=names)), FUNCTIONS)
    assert result.values["S"] == {"B1": 10.0, "B2": 6.0}
    assert result.values["T"] == {"A1": 14.0}


def test_calculate_satisfies_reporting_what_it_can_not_compute():
    values, problems = calculated(
        {
            "A1": '=HV_TEST("10Y")', "A2": "=Rates[x]", "A3": "=OFFSET(A1,1,0)", "A4": '=INDIRECT("A1")',
            "A5": "=[1]Other!A1", "A6": "=A7", "A7": "=A8+A1", "A8": "=A6", "A9": "=A9+1", "A10": "=BESSELI(1,2)",
            "A11": "=nobody", "A12": "=Nowhere!A1", "A13": "=A22:A24*2", "A14": "=A6+1", "A15": "=A1+1",
            "A16": "=SUM(A1#)", "A17": "=1/1/2025+1", "A18": '="1/2/2025"+1', "A19": "=IF(1,2,3,4)",
            "A20": '=TEXT(1,"[Red]0")', "A21": "=circle",
        },
        names={"circle": "circle+1"},
    )  # fmt: skip
    assert values == {"A1": 10.0, "A15": 11.0, "A17": pytest.approx(1 / 2025 + 1)}
    assert {address: why[:30] for address, why in problems.items()} == {
        "A2": "structured references, other w",
        "A3": "OFFSET is not among the functi",
        "A4": "INDIRECT is not among the func",
        "A5": "structured references, other w",
        "A6": "the formula depends on itself,",
        "A7": "the formula depends on itself,",
        "A8": "the formula depends on itself,",
        "A9": "the formula depends on itself,",
        "A10": "BESSELI is not among the funct",
        "A11": "there is no name 'nobody'",
        "A12": "sheet must be one of Desk, got",
        "A13": "it answers 3 x 1 cells but is ",
        "A14": "it needs Desk!A6, which has no",
        "A16": "a spilled range (A1#) can't be",
        "A18": "text that may be a date can't ",
        "A19": "IF can't take 4 arguments",
        "A20": "the layout '[Red]0' can't be c",
        "A21": "the formula is nested too deep",
    }


def test_calculate_satisfies_using_the_value_a_cell_had_where_it_can_not_compute_it():
    package = raw(
        cell("A1", "HV_TEST(&quot;1Y&quot;,A2)", 0), cell("A2", "Rates[x]", 7), cell("A3", "OFFSET(A1,0,0)", 5)
    )
    result = calculate(package, FUNCTIONS)
    assert result.values["S"] == {"A1": 8.0}
    assert [problem.address for problem in result.problems] == ["A2", "A3"]


def test_calculate_refuses_a_workbook_that_counts_from_1904():
    with pytest.raises(HavenError, match="counts dates from 1904"):
        calculate(raw(properties='<workbookPr date1904="1"/>'), FUNCTIONS)


@pytest.mark.parametrize("tab", ["7", "x"])
def test_calculate_refuses_a_name_of_no_sheet(tab):
    with pytest.raises(HavenError, match="a name belongs to sheet"):
        calculate(raw(names=f'<definedName name="n" localSheetId="{tab}">1</definedName>'), FUNCTIONS)


def test_calculate_refuses_to_read_areas_without_end():
    package = raw(cell("A1", "SUM(B1:XFC1048575)"), cell("A2", "1", None, ' t="array" ref="A2:XFD1048576"'))
    assert [problem.why for problem in calculate(package, FUNCTIONS).problems] == [
        "an area must have at most 2,000,000 cells, got A2:XFD1048576",
        "an area must have at most 2,000,000 cells, got B1:XFC1048575",
    ]


def test_calculate_satisfies_keeping_a_function_that_raises_to_its_cell():
    def failing():
        raise HavenError("#N/A", "not today")

    package = filled({"A1": "=HV_TESTRAISE()", "A2": "=1+1"})
    result = calculate(package, {"HV_TESTRAISE": failing})
    assert result.values["Desk"] == {"A2": 2.0}
    assert result.problems == [Problem("Desk", "A1", "not today")]


@needs_libreoffice
def test_calculated_book_matches_what_libreoffice_shows(tmp_path):
    package = filled({"A1": 2, "A2": "=A1*3", "A3": '=HV_TEST("10Y",A2)', "A4": '=A3&" bp"'})
    path = tmp_path / "desk.xlsx"
    path.write_bytes(change_cells(package, calculate(package, FUNCTIONS).values))
    stored = openpyxl.load_workbook(path, data_only=True)["Desk"]
    assert [stored[address].value for address in ("A2", "A3", "A4")] == [6, 16, "16 bp"]
    formulas = openpyxl.load_workbook(path)["Desk"]
    assert formulas["A3"].value == '=HV_TEST("10Y",A2)'
    shown = openpyxl.load_workbook(recalculate(path, tmp_path), data_only=True)["Desk"]
    assert shown["A2"].value == 6
