"""Compounded SOFR against published coupons, the New York Fed's own averages, and direct multiplication."""

import csv

import numpy as np
import pytest

from haven.analytics.calendars import SOFR_FIXING
from haven.analytics.compounding import compounded_rate
from haven.errors import HavenError, Reason
from tests.analytics.curves import flat_curve
from tests.published import cases, fixings, tolerance
from tests.shared import SHARED, needs_shared

FILE = "quantlib_sofr_overnight_coupons"
pytestmark = needs_shared


def day(text):
    return np.array([text], "M8[D]")


def known_fixings(inputs):
    """Fixings published before the evaluation date, then what the flat curve of the case implies."""
    known = {**fixings(FILE), **inputs.get("extra_fixings", {})}
    if "flat_continuous_act360" in inputs:
        known = {k: v for k, v in known.items() if k < inputs["evaluation"] or k in inputs.get("extra_fixings", {})}
    dates, rates = np.array(list(known), "M8[D]"), np.array(list(known.values()))
    if "flat_continuous_act360" not in inputs:
        return dates, rates
    first = max(np.datetime64(inputs["evaluation"]), dates.max(initial=np.datetime64("1900-01-01")) + 1)
    curve = flat_curve(inputs["evaluation"], inputs["flat_continuous_act360"])
    ahead = np.arange(first, np.datetime64(inputs["end"]) + 1)
    ahead = ahead[SOFR_FIXING.is_business_day(ahead)]
    implied = curve.forward_rate(ahead, SOFR_FIXING.shift(ahead, 1))
    return np.concatenate([dates, ahead]), np.concatenate([rates, implied])


@pytest.mark.parametrize("case", [c for c in cases(FILE).values() if "rate" in c["expected"]], ids=lambda c: c["id"])
def test_compounded_rate_matches_published_coupons(case):
    inputs = case["inputs"]
    rate = compounded_rate(
        day(inputs["start"]),
        day(inputs["end"]),
        *known_fixings(inputs),
        lookback=inputs.get("lookback_bd", 0),
        shift=inputs.get("observation_shift", False),
    )
    spread = inputs.get("spread", 0.0)
    assert rate[0] + spread == pytest.approx(case["expected"]["rate"], abs=tolerance(case, "rate"))


def test_interest_accrued_to_a_saturday_matches_the_published_coupon():
    case = cases(FILE)["qloc-accrued-past-holiday"]
    inputs = case["inputs"]
    rate = compounded_rate(day(inputs["start"]), day(inputs["accrual_date"]), *known_fixings(inputs))
    days = (day(inputs["accrual_date"]) - day(inputs["start"])).astype(float)[0]
    accrued = inputs["notional"] * rate[0] * days / 360.0
    assert accrued == pytest.approx(case["expected"]["accrued"], abs=tolerance(case, "accrued"))


def test_a_future_that_ends_on_juneteenth_matches_quantlib():
    case = cases("quantlib_sofr_futures_and_ois")["qlfut-juneteenth-maturity"]
    inputs = case["inputs"]
    known = np.array(list(inputs["fixings"]), "M8[D]"), np.array(list(inputs["fixings"].values()))
    price = 100.0 * (1.0 - compounded_rate(day(inputs["start"]), day(inputs["end"]), *known)[0])
    # The case was evaluated with products near one, which leaves 2.4e-12 of rounding in it: 93.999625 is exact.
    assert price == pytest.approx(case["expected"]["price"], abs=1e-11)


def sofr_history():
    with (SHARED / "data/fred/SOFR.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["value"] not in {"", "."}]
    return np.array([row["date"] for row in rows], "M8[D]"), np.array([float(row["value"]) for row in rows]) / 100.0


def test_thirty_day_averages_match_those_of_the_new_york_fed():
    with (SHARED / "data/fred/SOFR30DAYAVG.csv").open() as file:
        _, *rows = csv.reader(file)
    first = str(sofr_history()[0][0] + 30)
    published = [(row[0], float(row[1])) for row in rows if row[0] >= first and row[1] not in {"", "."}]
    end = np.array([row[0] for row in published], "M8[D]")
    rate = compounded_rate(end - 30, end, *sofr_history())
    assert end.size > 1000
    # Published to five decimals of a percent.
    assert rate * 100.0 == pytest.approx([row[1] for row in published], abs=6e-6)


@pytest.mark.parametrize(("lookback", "shift", "lockout"), [(0, False, 2), (5, False, 0), (2, True, 0), (5, False, 1)])
def test_compounding_satisfies_multiplying_day_by_day(lookback, shift, lockout):
    dates, rates = sofr_history()
    known = dict(zip(dates, rates, strict=True))
    start, end = np.datetime64("2024-03-28"), np.datetime64("2024-07-05")
    if shift:
        begins, stops = SOFR_FIXING.shift(np.array([start, end]), -lookback)
    else:
        begins, stops = start, end
    days = np.arange(begins, stops)
    days = days[SOFR_FIXING.is_business_day(days)]
    fixed = SOFR_FIXING.shift(days, 0 if shift else -lookback)
    if lockout:
        fixed[-lockout:] = fixed[-lockout - 1]
    product = 1.0
    for held, fixing in zip(np.diff(np.append(days, stops)).astype(float), fixed, strict=True):
        product *= 1.0 + known[fixing] * held / 360.0
    expected = (product - 1.0) * 360.0 / float((stops - begins).astype(int))
    rate = compounded_rate(
        np.array([start]), np.array([end]), dates, rates, lookback=lookback, shift=shift, lockout=lockout
    )
    assert rate[0] == pytest.approx(expected, abs=1e-14)


def test_compounding_refuses_a_day_without_fixing_by_name():
    dates, rates = sofr_history()
    kept = dates != np.datetime64("2024-05-14")
    start, end = np.array(["2024-05-01", "2024-04-01"], "M8[D]"), np.array(["2024-05-20", "2024-05-01"], "M8[D]")
    with pytest.raises(HavenError, match="SOFR of 2024-05-14") as failure:
        compounded_rate(start, end, dates[kept], rates[kept])
    assert failure.value.reason == Reason.NO_DATA
    assert list(failure.value.elements) == [0]


def test_compounding_refuses_an_end_before_the_start():
    with pytest.raises(HavenError, match="end must be after start 2024-05-20"):
        compounded_rate(day("2024-05-20"), day("2024-05-01"), *sofr_history())
