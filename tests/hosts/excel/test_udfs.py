"""Every function through xlwings' own COM server and conversion, called as Excel calls it."""

import datetime as dt

import pytest
from xlwings.com_server import XLPython

from haven.functions import CATALOGUE, CellError, call
from haven.functions.kinds import EXCEL_EPOCH, BlockKind
from haven.hosts.excel.variants import MARK
from tests.hosts.excel.pywin32 import ERROR_CELLS, MISSING, error_cell

MODULE = "haven.hosts.excel.udfs"
EXAMPLES = [name for name, declaration in CATALOGUE.items() if declaration.has_example]
SCALAR = [
    name
    for name in EXAMPLES
    if not CATALOGUE[name].is_table
    and CATALOGUE[name].arguments
    and not isinstance(CATALOGUE[name].arguments[0].kind, BlockKind)
    and CATALOGUE[name].arguments[0].kind.vector
]


def ask(name, *arguments):
    return XLPython().CallUDF(MODULE, name, arguments)


def as_com(value):
    """A value as Excel passes it: blanks None, ranges tuples of tuples."""
    if isinstance(value, dict):
        return tuple((key, as_com(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        rows = value if value and isinstance(value[0], (list, tuple)) else [value]
        return tuple(tuple(as_com(cell) for cell in row) for row in rows)
    return float(value) if type(value) is int else value


def as_excel(answer):
    """What Excel must be given for an answer, by the rules stated for the host and without its code."""
    if isinstance(answer, CellError):
        return f"{MARK}{ERROR_CELLS[answer.code]}{answer.why}"
    if isinstance(answer, dt.date):
        return float((answer - EXCEL_EPOCH).days)
    if isinstance(answer, str) and len(answer) > 255:
        return answer[:254] + "…"
    return answer


def shaped(answer):
    if not isinstance(answer, list):
        return answer if isinstance(answer, str) else as_excel(answer)
    rows = [[as_excel(cell) for cell in row] for row in answer]
    return rows if len(rows) > 1 else (rows[0] if len(rows[0]) > 1 else rows[0][0])


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_matches_a_direct_call(name):
    example = CATALOGUE[name].example
    expected = shaped(call(name, list(example)))
    assert ask(name, *map(as_com, example)) == expected


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_function_matches_a_direct_call_without_arguments(name):
    count = len(CATALOGUE[name].arguments)
    answer = ask(name, *[MISSING] * count)
    direct = call(name, [])
    assert answer == (as_excel(direct) if isinstance(direct, CellError) else shaped(direct))


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_function_matches_a_direct_call_on_an_error_cell(name):
    arguments = CATALOGUE[name].arguments
    if not arguments:
        pytest.skip("takes no argument")
    rest = [as_com(value) for value in CATALOGUE[name].example[1:]]
    answer = ask(name, error_cell("#DIV/0!"), *rest)
    assert isinstance(answer, str)
    assert answer.startswith(f"{MARK}2015")
    assert "#DIV/0!" in answer


@pytest.mark.parametrize("name", SCALAR)
def test_a_range_with_a_blank_and_an_error_satisfies_elementwise_answers(name):
    first, *rest = map(as_com, CATALOGUE[name].example)
    good = ask(name, first, *rest)
    answer = ask(name, ((first,), (None,), (error_cell("#N/A"),)), *rest)
    assert answer[0][0] == as_excel(good)
    assert answer[2][0].startswith(f"{MARK}2042")
    if not CATALOGUE[name].arguments[0].optional:
        assert answer[1][0].startswith(f"{MARK}2015")


def test_an_omitted_argument_is_told_from_a_blank_pinned():
    assert "tenor is missing" in ask("HV_SWAPRATE", MISSING)
    assert "tenor is blank" in ask("HV_SWAPRATE", None)


def test_dates_as_numbers_match_dates_as_text():
    serial = float((dt.date(2025, 4, 8) - EXCEL_EPOCH).days)
    assert ask("HV_SWAPSPREAD", "10Y", serial, MISSING) == ask("HV_SWAPSPREAD", "10Y", "2025-04-08", MISSING)


@pytest.mark.parametrize("code", ERROR_CELLS)
def test_each_kind_of_error_cell_satisfies_its_name(code):
    assert code in ask("HV_SWAPRATE", error_cell(code), MISSING, MISSING)


def test_long_text_in_an_array_satisfies_the_limit_of_a_cell():
    from haven.hosts.excel.variants import shortened

    assert shortened([["x" * 400, 1.0, f"{MARK}2042{'y' * 400}"]]) == [["x" * 254 + "…", 1.0, f"{MARK}2042{'y' * 400}"]]


def test_text_with_the_mark_satisfies_being_no_error():
    from haven.hosts.excel.variants import to_excel

    assert to_excel(f"{MARK}2042planted") == [["2042planted"]]
