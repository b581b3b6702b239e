"""Scenarios and grids satisfy the options they stand for, one by one."""

import pytest

from haven.functions import CellError, call
from tests.functions.test_balance_sheet import DATE, table

OPTIONS = {"tenor": "10Y", "date": DATE}


def test_empty_scenario_satisfies_changing_nothing():
    base = call("HV_BREAKEVEN", ["10Y", DATE])
    assert call("HV_SCENARIO", ["HV_BREAKEVEN", [["leverage_ratio", None]], OPTIONS]) == pytest.approx(base, rel=1e-15)


@pytest.mark.parametrize(
    ("scenario", "same"),
    [
        ({"leverage_ratio": 0.03}, {"leverage_ratio": 0.03}),
        ({"+leverage_ratio": -0.01}, {"leverage_ratio": 0.04}),
        ({"+repo_spread": 25}, {"repo_spread": 30}),
        ({"+hurdle": 0.02, "tax": 0}, {"hurdle": 0.12, "tax": 0}),
        ("eSLR 2026", {"leverage_ratio": 0.0425}),
        ("quarter-end repo spike", {"repo_spread": 25}),
        ([["SLR carve-out"]], {"treasuries_excluded": 1}),
    ],
)
def test_scenario_satisfies_the_options_it_stands_for(scenario, same):
    expected = call("HV_BREAKEVEN", ["10Y", DATE, same])
    assert call("HV_SCENARIO", ["HV_BREAKEVEN", scenario, OPTIONS]) == pytest.approx(expected, rel=1e-12)


def test_scenario_satisfies_adding_to_arguments():
    expected = call("HV_SPREADROE", ["10Y", -64.0, DATE])
    assert call("HV_SCENARIO", ["HV_SPREADROE", {"+spread": -10}, OPTIONS]) == pytest.approx(expected, rel=1e-12)
    assert call("HV_SCENARIO", ["HV_SWAPSPREAD", {"tenor": "30Y"}, OPTIONS]) == -87.0


@pytest.mark.parametrize("change", ["+spread", "+risk_free", "+initial_margin", "+leverage_ratio"])
def test_scenario_that_adds_nothing_satisfies_the_base_on_an_empty_date(real_market, change):
    """Swaps end on 2025-05-16, Treasuries in 2026: adding must not move the question to another date."""
    base = call("HV_SPREADROE", ["10Y"])
    assert call("HV_SCENARIO", ["HV_SPREADROE", {change: 0}, {"tenor": "10Y"}]) == pytest.approx(base, rel=1e-12)


def test_scenario_table_satisfies_the_scenarios_one_by_one():
    for row in table("HV_SCENARIOTABLE", [["HV_BREAKEVEN", "HV_SPREADROE"]], None, OPTIONS):
        assert row["level"] == call("HV_SCENARIO", [row["function"], row["scenario"], OPTIONS])
        assert row["change"] == pytest.approx(row["level"] - row["base"], abs=1e-12)


def test_own_scenarios_satisfy_a_row_each_and_a_bad_one_spoils_itself():
    own = [["", "leverage_ratio", "+repo_spread"], ["mild", 0.045, None], ["broken", "x", None], ["both", 0.03, 10]]
    found = table("HV_SCENARIOTABLE", "HV_BREAKEVEN", own, OPTIONS)
    assert [row["scenario"] for row in found] == ["mild", "broken", "both"]
    assert [isinstance(row["level"], CellError) for row in found] == [False, True, False]


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (("hurdle", [0.08, 0.12]), ("leverage_ratio", [0.03, 0.05, 0.06])),
        (("tenor", ["2Y", "10Y"]), ("bank", ["JPM", "GS"])),
        (("date", ["2026-03-31", "2026-04-01"]), ("tenor", [2, 10])),
    ],
)
def test_grid_satisfies_the_calls_one_by_one(x, y):
    given_options = {name: value for name, value in OPTIONS.items() if name not in {x[0], y[0]}}
    grid = call("HV_GRID", ["HV_BREAKEVEN", x[0], x[1], y[0], [[v] for v in y[1]], given_options])
    assert grid[0][1:] == x[1]
    for value, *row in grid[1:]:
        for across, cell in zip(x[1], row, strict=True):
            one = call("HV_SCENARIO", ["HV_BREAKEVEN", {x[0]: across, y[0]: value}, given_options])
            assert cell == pytest.approx(one, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "args", "why"),
    [
        ("HV_SCENARIO", ["HV_BREAKEVEN", {"levrage": 1}, OPTIONS], "did you mean 'leverage_ratio'"),
        ("HV_SCENARIO", ["HV_BREAKEVEN", "Apocalypse", OPTIONS], "scenario must be one of SLR carve-out"),
        ("HV_SCENARIO", ["HV_RULES", {"date": DATE}, None], "function must be"),
        ("HV_SCENARIO", ["HV_BREAKEVEN", {"+bank": 1}, OPTIONS], "needs a value of bank to add to"),
        ("HV_SCENARIO", ["HV_BREAKEVEN", {"+hurdle": "x"}, OPTIONS], "must be a number to add to"),
        ("HV_GRID", ["HV_BREAKEVEN", "hurdle", [0.1], "hurdle", [0.1], OPTIONS], "must differ"),
        ("HV_GRID", ["HV_BREAKEVEN", "hurdel", [0.1], "tax", [0.1], OPTIONS], "did you mean 'hurdle'"),
    ],
)
def test_scenario_refuses(name, args, why):
    answer = call(name, args)
    assert isinstance(answer, CellError)
    assert answer.code == "#VALUE!", answer.why
    assert why in answer.why
