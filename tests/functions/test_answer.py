"""Calls as a cell makes them: broadcasting, failures, blanks."""

import pytest

from haven.functions import MISSING, CellError, call

DATE = "2025-04-08"


def codes(rows):
    return [[cell.code if isinstance(cell, CellError) else cell for cell in row] for row in rows]


def test_scalar_call_matches_the_anchor_of_8_april():
    assert call("HV_SWAPSPREAD", ["10Y", DATE]) == -56.0


def test_row_and_column_satisfy_the_calls_one_by_one():
    tenors, dates = ["2Y", "10Y", "30Y"], ["2025-04-02", DATE, "2025-04-11"]
    grid = call("HV_SWAPSPREAD", [tenors, [[date] for date in dates]])
    assert grid == [[call("HV_SWAPSPREAD", [tenor, date]) for tenor in tenors] for date in dates]


def test_one_bad_element_satisfies_spoiling_only_itself():
    rows = call("HV_SWAPSPREAD", [["2Y", "10X", None, 40.0, CellError("#N/A", "upstream")], DATE])
    assert codes(rows) == [[-25.0, "#VALUE!", "#VALUE!", "#N/A", "#N/A"]]
    assert rows[0][2].why == "tenor is blank"
    assert "error cell" in rows[0][4].why


def test_words_in_an_array_satisfy_the_calls_one_by_one():
    rows = call("HV_SWAPSPREAD", ["10Y", DATE, [["headline"], ["converted"], ["nonsense"]]])
    assert rows[:2] == [[call("HV_SWAPSPREAD", ["10Y", DATE, word])] for word in ("headline", "converted")]
    assert rows[2][0].code == "#VALUE!"


def test_series_in_an_array_satisfy_the_calls_one_by_one():
    names = ["UST.10Y", "NONSENSE", "SPREAD.10Y"]
    rows = call("HV_QUOTE", [[names], [DATE]])
    assert rows[0][::2] == [call("HV_QUOTE", [name, DATE]) for name in names[::2]]
    assert rows[0][1].code == "#VALUE!"


@pytest.mark.parametrize("blank", [None, MISSING, "", "  "])
def test_blank_date_satisfies_the_latest(blank):
    latest = call("HV_ASOF", [])
    assert call("HV_SWAPSPREAD", ["10Y", blank]) == call("HV_SWAPSPREAD", ["10Y", latest])


@pytest.mark.parametrize(
    ("name", "args", "code", "why"),
    [
        ("HV_SWAPSPREAD", ["10X"], "#VALUE!", "tenor must be like 10Y, 18M or 1W, up to 100 years, got '10X'"),
        ("HV_SWAPSPREAD", [], "#VALUE!", "tenor is missing"),
        ("HV_SWAPSPREAD", ["10Y", "2025-04-12"], "#N/A", "Saturday 2025-04-12; the last before it is of 2025-04-11"),
        ("HV_SWAPSPREAD", ["10Y", "2025-04-18"], "#N/A", "Friday 2025-04-18; the last before it is of 2025-04-17"),
        ("HV_SWAPSPREAD", ["10Y", "1950-01-03"], "#N/A", "begins on"),
        ("HV_SWAPSPREAD", ["40Y", DATE], "#N/A", "tenor must be between the quoted ones, SWAP.1Y to SWAP.30Y"),
        ("HV_SWAPSPREAD", ["10Y", DATE, "mean"], "#VALUE!", "measure must be one of headline, converted"),
        ("HV_SWAPSPREAD", ["10Y", DATE, "headline", 1.0], "#VALUE!", "takes 3 arguments, got 4"),
        ("HV_SWAPSPREAD", [{"a": 1}, DATE], "#VALUE!", "tenor must be"),
        ("HV_SWAPSPREAD", [["1Y", "2Y"], ["2025-04-08"] * 3], "#VALUE!", "ranges must fit one another"),
        ("HV_SWAPSPREAD", [[["1Y", "2Y"], ["3Y"]], DATE], "#VALUE!", "rows of a range must be of one length"),
        ("HV_SWAPSPRED", ["10Y"], "#VALUE!", "did you mean 'HV_SWAPSPREAD'?"),
        ("HV_WHY", ["B7"], "#VALUE!", "cell of an open workbook"),
        ("HV_DECOMPOSE", [["2Y", "10Y"], DATE], "#VALUE!", "tenor must be one value, not a range"),
        ("HV_TERMPREMIUM", ["30Y", DATE], "#NUM!", "whole months from 1M to 10Y for model ACM"),
        ("HV_BREAKEVEN", ["10Y", DATE, {"haircut": 1.0}], "#NUM!", "haircut must be a decimal from 0 to below 1"),
        ("HV_BREAKEVEN", ["10Y", DATE, {"bank": "Lehman"}], "#VALUE!", "bank must be one of JPM"),
        ("HV_BREAKEVEN", ["10Y", DATE, [["hurdle"]]], "#VALUE!", "options must be two columns, key and value, got 1"),
        ("HV_HISTORY", ["UST.10Y", None, "1950-01-03"], "#N/A", "UST.10Y has no figures to 1950-01-03"),
        ("HV_TERMPREMIUMCURVE", [None, "SURVEY"], "#N/A", "model SURVEY has no figures; see HV_SERIES"),
        ("HV_BONDPRICE", [4.26, 0.04625, "2035-02-15", DATE], "#NUM!", "yield must be a decimal such as 0.0425"),
        ("HV_CTD", ["TY", DATE, 110.0, [[0.04, "2035-02-15"]], DATE, 0.04], "#VALUE!", "got [0.04, '2035-02-15']"),
        ("HV_QUOTE", ["UST.10Z"], "#VALUE!", "did you mean UST.10Y"),
        ("HV_QUOTE", ["UST.10Y - SPREAD.10Y"], "#VALUE!", "one unit"),
    ],
)
def test_call_refuses(name, args, code, why):
    answer = call(name, args)
    assert isinstance(answer, CellError)
    assert (answer.code, why in answer.why) == (code, True), answer.why


def test_a_bug_satisfies_staying_out_of_the_cell(monkeypatch, caplog):
    monkeypatch.setattr("haven.functions.answer._answer", lambda *_: 1 / 0)
    answer = call("HV_VERSION", [])
    assert answer == CellError("#VALUE!", "internal error, see log")
    assert "ZeroDivisionError" in caplog.text


def test_hostile_cells_satisfy_an_answer():
    for cell in (1e308, float("nan"), float("inf"), "=cmd|' /C calc'!A0", "x" * 100_000, [[]], [], b"bytes", object()):
        assert isinstance(call("HV_SWAPSPREAD", [cell, DATE]), (CellError, list))
