"""The generated VBA, run: real errors, one server, one retry, nothing volatile."""

import re

import pytest

from haven.functions import CATALOGUE, call
from haven.hosts.excel.wrappers import wrappers
from tests.hosts.excel.vba import Server, enter, source, workbook

GOLDEN = """Public Function HV_SACCR(notional As Variant, tenor As Variant, Optional mpor_days As Variant, \
Optional options As Variant) As Variant
    HV_SACCR = HavenCall("HV_SACCR", Array(notional, tenor, mpor_days, options))
End Function
"""
GONE = -2147023174


def value(app, address):
    return app.sheet(1).value(address)


def caught(app, **expressions):
    """What IFERROR and ISNA make of the cells."""
    enter(app, **expressions)
    for place, address in enumerate(expressions, start=1):
        app.sheet(1).set_value(f"Y{place}", f'=IF(ISNA({address}),"N/A",IFERROR({address},"error"))')
    return [value(app, f"Y{place}") for place, _ in enumerate(expressions, start=1)]


def test_a_wrapper_matches_the_agreed_text():
    assert GOLDEN in wrappers()


def test_wrappers_satisfy_one_for_each_function():
    names = re.findall(r"^Public Function (\w+)", wrappers(), re.MULTILINE)
    assert sorted(names) == sorted([*CATALOGUE, "HV_WHY"])


def test_nothing_in_the_add_in_satisfies_volatility():
    assert "Volatile" not in wrappers() + source("HavenCalls") + source("HavenExcel") + source("HavenRibbon")


def test_a_scalar_matches_the_function_itself():
    app = workbook()
    enter(app, B1='HV_SWAPSPREAD("10Y", "2025-04-08")')
    assert value(app, "B1") == pytest.approx(call("HV_SWAPSPREAD", ["10Y", "2025-04-08"]), abs=1e-9)


def test_a_range_matches_the_function_itself():
    app = workbook()
    for row, tenor in enumerate(("2Y", "5Y", "10Y"), start=1):
        app.sheet(1).set_value(f"A{row}", tenor)
    app.add_module(
        'Sub Block()\n    Range("B1:B3").Value = HV_SWAPSPREAD(Range("A1:A3"), "2025-04-08")\nEnd Sub\n', name="Block"
    )
    app.run("Block")
    expected = call("HV_SWAPSPREAD", [[["2Y"], ["5Y"], ["10Y"]], "2025-04-08"])
    assert [value(app, f"B{row}") for row in (1, 2, 3)] == pytest.approx([row[0] for row in expected], abs=1e-9)


def test_failures_satisfy_real_errors():
    app = workbook()
    found = caught(
        app,
        B1='HV_SWAPRATE("10Y", "2025-04-12")',
        B2='HV_SWAPRATE("10X")',
        B3='HV_SWAPSPREAD("10Y", "2025-04-08")',
    )
    assert found[:2] == ["N/A", "error"]
    assert found[2] == pytest.approx(call("HV_SWAPSPREAD", ["10Y", "2025-04-08"]), abs=1e-9)


def test_a_failure_inside_an_array_satisfies_spoiling_only_itself():
    app = workbook()
    app.sheet(1).set_value("A1", "10Y")
    app.sheet(1).set_value("A2", "10X")
    app.add_module(
        'Sub Block()\n    Range("B1:B2").Value = HV_SWAPSPREAD(Range("A1:A2"), "2025-04-08")\n'
        '    Range("C1").Formula = "=IFERROR(B1,""bad"")"\n    Range("C2").Formula = "=IFERROR(B2,""bad"")"\nEnd Sub\n',
        name="Block",
    )
    app.run("Block")
    assert isinstance(value(app, "C1"), float)
    assert value(app, "C2") == "bad"


def test_an_error_cell_as_argument_satisfies_passing_it_on():
    app = workbook()
    app.sheet(1).set_value("A1", "=NA()")
    assert caught(app, B1='HV_SWAPRATE(Range("A1"))') == ["N/A"]


def test_a_blank_cell_satisfies_the_default():
    app = workbook()
    assert caught(app, B1='HV_SWAPRATE("10Y", Range("Z9"))') == [pytest.approx(call("HV_SWAPRATE", ["10Y"]))]


def test_overrides_of_the_calling_workbook_satisfy_reaching_its_functions():
    app = workbook()
    app.run("UseOverrides", "SWAP.10Y 2025-04-08 0.05; UST.10Y 2025-04-08 0.04")
    enter(app, B1='HV_SWAPSPREAD("10Y", "2025-04-08")', B2='HV_SWAPRATE("10Y")', B3="HV_VERSION()")
    assert value(app, "B1") == pytest.approx(100.0, abs=1e-9)
    assert value(app, "B2") == pytest.approx(call("HV_SWAPRATE", ["10Y"]), abs=1e-12)
    assert value(app, "B3") == call("HV_VERSION", [])
    app.run("UseOverrides", "")
    enter(app, B1='HV_SWAPSPREAD("10Y", "2025-04-08")')
    assert value(app, "B1") == pytest.approx(call("HV_SWAPSPREAD", ["10Y", "2025-04-08"]), abs=1e-9)


@pytest.mark.parametrize("text", ["SWAP.10Y", "SWAP.10Y 2025-04-08 nan", "SWAP.99Y 2025-04-08 0.04", "x;y;z"])
def test_overrides_that_can_not_be_read_satisfy_an_error(text):
    app = workbook()
    app.run("UseOverrides", text)
    assert caught(app, B1='HV_SWAPRATE("10Y")') == ["error"]


def test_one_server_satisfies_all_calls():
    app = workbook()
    enter(app, B1="HV_VERSION()", B2='HV_SWAPRATE("10Y")', B3='HV_SWAPRATE("10X")')
    assert app.run("CountStarts") == 1


def test_a_server_that_died_satisfies_one_retry():
    server = Server(GONE)
    app = workbook(server)
    enter(app, B1="HV_VERSION()")
    assert value(app, "B1") == call("HV_VERSION", [])
    assert (app.run("CountStarts"), len(server.calls)) == (2, 2)


def test_a_server_that_dies_again_satisfies_an_error_and_no_third_try():
    server = Server(GONE, GONE)
    app = workbook(server)
    assert caught(app, B1="HV_VERSION()") == ["error"]
    assert len(server.calls) == 2


def test_a_server_that_does_not_start_satisfies_one_try_for_many_cells():
    app = workbook()
    app.add_module("Sub NoServer()\n    UseServer Nothing\nEnd Sub\n", name="NoServer")
    app.run("NoServer")
    assert caught(app, B1="HV_VERSION()", B2="HV_VERSION()", B3="HV_VERSION()") == ["error"] * 3
    assert app.run("CountStarts") == 1


def test_another_failure_satisfies_no_retry():
    server = Server(13)
    app = workbook(server)
    assert caught(app, B1="HV_VERSION()") == ["error"]
    assert len(server.calls) == 1


def test_the_wizard_satisfies_no_call_and_no_zero():
    server = Server()
    app = workbook(server)
    app.run("UseWizard", True)
    enter(app, B1='HV_SWAPRATE("10Y")')
    assert value(app, "B1") == "calculated on OK"
    assert server.calls == []


@pytest.mark.parametrize("name", ["HavenCalls", "HavenRibbon", "HavenExcel"])
def test_sources_satisfy_the_code_page_of_vba(name):
    source(name).encode("ascii")
    wrappers().encode("ascii")
