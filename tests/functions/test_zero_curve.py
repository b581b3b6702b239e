"""The zero curves in cells: published TIPS figures, a curve made by hand, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from haven.functions import CellError, call
from haven.market.load import load_files
from haven.market.snapshot import refresh
from tests.conftest import NOW
from tests.shared import SHARED, needs_shared

DATE = "2025-04-11"
PARAMETERS = ("BETA0", "BETA1", "BETA2", "BETA3", "TAU1", "TAU2")


def load(tmp_path, rows):
    """Give the store a desk's own figures: (series, date, quoted value)."""
    path = tmp_path / "desk.csv"
    path.write_text("series,date,value\n" + "".join(f"{name},{day},{value}\n" for name, day, value in rows))
    load_files([path], NOW)
    refresh()


@pytest.fixture
def published_tips(tmp_path):
    """The published TIPS curve, its parameters in the store."""
    table = pd.read_parquet(SHARED / "data/gsw/feds200805_tips_2022-10_2025-10.parquet").set_index("date")
    days = table.loc["2025-04-01":"2025-04-30"].dropna(subset="BETA0")
    load(tmp_path, [(f"TIPS.{p}", day.date(), days[p][day]) for day in days.index for p in PARAMETERS])
    return days


def error(*args):
    answer = call("HV_ZEROYIELD", args)
    assert isinstance(answer, CellError), answer
    return answer.code, answer.why


@needs_shared
def test_zero_yields_match_the_published_curves(published_tips):
    day = published_tips.loc[DATE]
    for years in range(2, 21):
        real, gap = (call("HV_ZEROYIELD", [years, DATE, curve]) for curve in ("real", "breakeven"))
        assert 100 * real == pytest.approx(day[f"TIPSY{years:02d}"], abs=0.51e-4)
        assert 100 * gap == pytest.approx(day[f"BKEVEN{years:02d}"], abs=0.51e-4)
        assert gap == pytest.approx(call("HV_ZEROYIELD", [years, DATE]) - real, abs=1e-15)


def test_zero_yield_matches_a_flat_curve_made_by_hand(tmp_path):
    """Level 1 %, slope -1 %, no humps: at the time scale of the slope a yield is 1 % less (1 - 1/e) %."""
    values = (1.0, -1.0, 0.0, 0.0, 5.0, 10.0)
    load(tmp_path, [(f"TIPS.{name}", DATE, value) for name, value in zip(PARAMETERS, values, strict=True)])
    assert call("HV_ZEROYIELD", ["5Y", DATE, "real"]) == pytest.approx(0.01 * np.exp(-1.0), abs=1e-15)


def test_nominal_zero_yield_satisfies_the_fitted_model():
    """The term-premium model prices the curve to a few basis points, for any date since 1961."""
    for day in ("1961-06-30", "1979-12-31", "2007-06-29", DATE):
        assert call("HV_ZEROYIELD", ["7Y", day]) == pytest.approx(call("HV_FITTEDYIELD", ["7Y", day]), abs=15e-4)


@needs_shared
def test_inflation_split_by_zero_curves_satisfies_adding_up(published_tips):
    options = {"inflation": 1, "inflation_curve": "zero"}
    split = dict(call("HV_DECOMPOSE", ["7Y", DATE, "ACM", options])[1:])
    real, inflation, gap = list(split.values())[-3:]
    assert 1e-2 * real == pytest.approx(published_tips.loc[DATE, "TIPSY07"], abs=0.51e-4)
    assert 1e-2 * inflation == pytest.approx(published_tips.loc[DATE, "BKEVEN07"], abs=0.51e-4)
    assert real + inflation + gap == pytest.approx(split["Treasury yield"], abs=1e-9)


def test_latest_breakeven_satisfies_having_both_curves(tmp_path):
    rows = [(f"TIPS.{name}", day, 1.0) for name in PARAMETERS for day in (DATE, "2025-10-06")]
    load(tmp_path, rows)
    assert call("HV_ZEROYIELD", ["5Y", None, "breakeven"]) == call("HV_ZEROYIELD", ["5Y", DATE, "breakeven"])


@pytest.mark.parametrize(
    ("args", "code", "why"),
    [
        (("10Y", DATE, "real"), "#N/A", "TIPS.BETA0 has no figures; load them with haven import or haven refresh"),
        (("10Y", DATE, "breakeven"), "#N/A", "TIPS.BETA0 has no figures"),
        (("10Y", None, "real"), "#N/A", "TIPS.BETA0 has no figures"),
        (("10Y", "1960-12-30"), "#N/A", "GSW.BETA0 begins on 1961-06-30"),
        (("10Y", "2025-04-18"), "#N/A", "no figure for Friday 2025-04-18; the last before it is of 2025-04-17"),
        (("10Y", "2040-01-03"), "#N/A", "the last before it is of 2025-10-03"),
        (("40Y", DATE), "#NUM!", "tenor must be from 0.0833 to 30 years on the nominal curve, got 40"),
        (("1W", DATE), "#NUM!", "tenor must be from 0.0833"),
        (("10Y", DATE, "forward"), "#VALUE!", "curve must be one of nominal, real, breakeven"),
    ],
)
def test_zero_yield_refuses(args, code, why):
    found = error(*args)
    assert found[0] == code
    assert why in found[1]


def test_real_yield_refuses_what_the_fed_does_not_publish(tmp_path):
    load(tmp_path, [(f"TIPS.{name}", DATE, 1.0) for name in PARAMETERS])
    assert error("1Y", DATE, "real") == ("#NUM!", "tenor must be from 2 to 20 years on the real curve, got 1")


def test_zero_yield_refuses_half_a_curve(tmp_path):
    """A second hump with a weight and no time scale is no curve; neither is one without its level."""
    load(tmp_path, [(f"TIPS.{name}", DATE, 1.0) for name in PARAMETERS[:-1]])
    assert error("5Y", DATE, "real")[0] == "#N/A"
    load(tmp_path, [("TIPS.BETA3", DATE, 0.0)])
    assert call("HV_ZEROYIELD", ["5Y", DATE, "real"]) == pytest.approx(
        0.01 * (1 + 0.2 * (1 - np.exp(-5)) * 2 - np.exp(-5)), abs=1e-15
    )
