"""Whatever stands in the cells, a function answers figures or a failure that says why, never a bug."""

import math
import random

import pytest

from haven.functions import CATALOGUE, CellError, call

CALLS = 4000
CELLS = [
    None, "", 0, 1, -1, 1e15, 1e-308, True, False, "10Y", "0Y", "-1Y", "10X", "2025-04-11", "2025-04-12", "1900-01-01",
    "9999-12-31", 45000.0, 45000.5, "=cmd", "ACM", "KW", "€", [["10Y"], ["2Y"]], [[1, 2], [3, 4]], [[None]], [[]], [],
    {}, {"hurdle": 0.1}, {"x": 1}, {"hurdle": "a"}, [["hurdle", 0.1], ["bank", "JPM"]], [["a"], ["b", "c"]],
    "SWAP.10Y", "UST.10Y - SWAP.10Y", "A - B - C", "HV_BREAKEVEN", "HV_GRID", "HV_SCENARIO", "Flight to quality",
    0.0425, 100.0, 99.5, "2035-02-15", 2958465.0, 60.0, -5.0, "x" * 5000, [[0.01 * i] for i in range(50)],
    [["2025-04-11"], ["2025-04-10"]], ["1Y", "2Y", "3Y"], [[0.04, 0.041, 0.042]],
]  # fmt: skip


def cells(answer):
    return [cell for row in answer for cell in row] if isinstance(answer, list) else [answer]


@pytest.mark.parametrize("seed", range(4))
def test_random_arguments_satisfy_an_answer_or_a_reason(seed):
    chance = random.Random(seed)
    for _ in range(CALLS // 4):
        declaration = chance.choice(list(CATALOGUE.values()))
        example = list(declaration.example) if declaration.has_example else []
        count = chance.randint(0, len(declaration.arguments))
        asked = [
            example[place] if place < len(example) and chance.random() < 0.5 else chance.choice(CELLS)
            for place in range(count)
        ]
        for cell in cells(call(declaration.name, asked)):
            assert not (isinstance(cell, float) and not math.isfinite(cell)), (declaration.name, asked)
            assert not (isinstance(cell, CellError) and "internal error" in cell.why), (declaration.name, asked)


@pytest.mark.parametrize("name", ["HV_ZSPREAD", "HV_ASSETSWAP"])
def test_settlement_before_the_curve_satisfies_spoiling_only_itself(name):
    type_of = ["par"] if name == "HV_ASSETSWAP" else []
    settle = [["2025-04-09"], ["2024-12-02"]]
    good, bad = call(name, [102.5, 0.04625, "2035-02-15", settle, *type_of, "2025-04-08"])
    assert good[0] == pytest.approx(60.0, abs=0.5)
    assert (bad[0].code, "settle must not be before the curve's date 2025-04-08" in bad[0].why) == ("#NUM!", True)


def test_carry_of_a_given_spread_satisfies_the_latest_date():
    rows = dict(call("HV_CARRY", ["10Y", -56.0])[1:])
    latest = call("HV_ASOF", ["UST.10Y"])
    assert rows == dict(call("HV_CARRY", ["10Y", -56.0, latest.isoformat()])[1:])


def test_window_without_a_figure_is_refused():
    found = call("HV_STATS", ["MORTGAGE.30Y", "1D", "2025-04-14"])
    assert (found.code, "window must hold a figure" in found.why) == ("#N/A", True)
