"""Swap values and risk against a published swap, other libraries' figures, and identities."""

import numpy as np
import pytest

from haven.analytics.conventions import Conventions
from haven.analytics.schedules import spot_date
from haven.analytics.sofr_curve import build_curve
from haven.analytics.swaps import (
    annuity,
    dv01,
    key_rate_dv01s,
    par_rate,
    receiver_value,
    swaps_of_tenor,
    swaps_to,
)
from haven.errors import HavenError
from tests.analytics.curves import SWPM, flat_curve, swpm_curve, years
from tests.published import cases, tolerance
from tests.shared import needs_shared

ASOF = np.datetime64("2025-04-08")
TENORS = years(["1M", "3M", "6M", "1Y", "2Y", "3Y", "5Y", "7Y", "10Y", "20Y", "30Y"])
RATES = np.array([0.0432, 0.0427, 0.0415, 0.0388, 0.0355, 0.0348, 0.0352, 0.0360, 0.0371, 0.0380, 0.0372])


def curve():
    return build_curve(ASOF, TENORS, RATES)


def spot(of):
    return spot_date(np.array([of.asof]), of.conventions)


def published_swap(of):
    inputs = cases(SWPM)["swpm-20230817-swap"]["inputs"]
    return swaps_to(of, np.array([inputs["effective"]], "M8[D]"), np.array([inputs["maturity"]], "M8[D]"))


@needs_shared
@pytest.mark.parametrize(("nodes", "dollars"), [("payment", 2.0), ("maturity", 20.0)])
def test_swap_value_matches_the_published_swap(nodes, dollars):
    case = cases(SWPM)["swpm-20230817-swap"]
    of = swpm_curve(Conventions(nodes=nodes))
    value = receiver_value(of, published_swap(of), np.array([0.054]))[0]
    assert 1e8 * value == pytest.approx(case["expected"]["npv"], abs=dollars)


@needs_shared
def test_swap_rate_and_risk_match_the_published_swap():
    case = cases(SWPM)["swpm-20230817-swap"]
    expected, of, rate = case["expected"], swpm_curve(), np.array([0.054])
    swap = published_swap(of)
    found = {
        "par_rate_pct": 100.0 * par_rate(of, swap)[0],
        "npv": 1e8 * receiver_value(of, swap, rate)[0],
        "pv01": 1e4 * annuity(of, swap)[0],
        "dv01": 1e8 * dv01(of, swap, rate)[0],
        "df_20240223": of.discount(swap.payments[0, [1]])[0],
        "df_20250225": of.discount(swap.payments[0, [0]])[0],
    }
    for name, value in found.items():
        assert value == pytest.approx(expected[name], abs=tolerance(case, name)), name
    up, down = (receiver_value(of.requoted(of.rates + bump), swap, rate)[0] for bump in (1e-4, -1e-4))
    gamma = 1e8 * (up + down - 2.0 * receiver_value(of, swap, rate)[0])
    assert gamma == pytest.approx(expected["gamma_1bp"], abs=tolerance(case, "gamma_1bp"))


@needs_shared
def test_cash_flows_match_the_published_swap():
    case = cases(SWPM)["swpm-20230817-cashflows"]
    expected, of = case["expected"], swpm_curve()
    swap = published_swap(of)
    assert swap.payments[0, 1::-1].astype(str).tolist() == expected["pay_dates"]
    assert 5.4e6 * swap.fractions[0, 1::-1] == pytest.approx(expected["fixed"], abs=tolerance(case, "fixed"))
    floating = 1e8 * np.expm1(of.log_discount(swap.starts) - of.log_discount(swap.ends))
    assert floating[0, 1::-1] == pytest.approx(expected["floating"], abs=tolerance(case, "floating"))


@needs_shared
def test_one_year_swap_on_a_flat_curve_matches_quantlib():
    case = cases("quantlib_sofr_futures_and_ois")["qlois-cached-npv"]
    inputs = case["inputs"]
    of = flat_curve(inputs["settlement"], inputs["flat_continuous_act360"])
    swap = swaps_of_tenor(of, np.array([of.asof]), np.array([1.0]), Conventions(payment_lag=inputs["payment_lag"]))
    payer = -inputs["notional"] * receiver_value(of, swap, np.array([inputs["fixed_rate"]]))[0]
    assert payer == pytest.approx(case["expected"]["npv"], abs=case["tolerance"])


def test_a_swap_at_its_par_rate_satisfies_no_worth():
    of = curve()
    swaps = swaps_of_tenor(of, np.repeat(spot(of), 4), np.array([1.25, 4.5, 8.0, 25.0]))
    assert receiver_value(of, swaps, par_rate(of, swaps)) == pytest.approx(0.0, abs=1e-15)


def test_par_rates_between_quotes_satisfy_lying_between_them():
    of = curve()
    rates = par_rate(of, swaps_of_tenor(of, np.repeat(spot(of), 2), np.array([4.0, 15.0])))
    assert 0.0348 < rates[0] < 0.0352
    assert 0.0371 < rates[1] < 0.0380


def test_a_spot_swap_satisfies_a_short_one_and_a_forward_one():
    of = build_curve(ASOF, TENORS, RATES, Conventions(payment_lag=0))
    start = spot(of)
    ten, five = (swaps_of_tenor(of, start, np.array([tenor])) for tenor in (10.0, 5.0))
    forward = swaps_to(of, five.ends[:, 0], ten.ends[:, 0])
    assert annuity(of, five) + annuity(of, forward) == pytest.approx(annuity(of, ten), abs=1e-12)
    for rate in (np.array([0.0]), np.array([0.04])):
        parts = receiver_value(of, five, rate) + receiver_value(of, forward, rate)
        assert parts == pytest.approx(receiver_value(of, ten, rate), abs=1e-15)


def test_dv01_of_a_par_swap_satisfies_being_near_its_annuity():
    of = curve()
    swap = swaps_of_tenor(of, spot(of), np.array([10.0]))
    # Between the two lie the quotes' own convexity and the discounting: nothing for a swap at par.
    assert dv01(of, swap, par_rate(of, swap)) == pytest.approx(1e-4 * annuity(of, swap), rel=1e-6)


def test_key_rates_satisfy_their_sum_the_dv01():
    of = curve()
    swaps = swaps_of_tenor(of, np.repeat(spot(of), 2), np.array([7.0, 12.0]))
    rate = np.array([0.05, 0.03])
    keys = key_rate_dv01s(of, swaps, rate)
    assert keys.shape == (2, TENORS.size)
    assert keys.sum(axis=1) == pytest.approx(dv01(of, swaps, rate), rel=1e-6)


def test_a_quoted_par_swap_satisfies_risk_to_its_own_quote_alone():
    of = curve()
    swap = swaps_of_tenor(of, spot(of), np.array([7.0]))
    keys = key_rate_dv01s(of, swap, RATES[[7]])[0]
    assert np.delete(keys, 7) == pytest.approx(0.0, abs=1e-12)
    assert keys[7] == pytest.approx(1e-4 * annuity(of, swap)[0], rel=1e-6)


def test_scenarios_satisfy_coming_first_in_the_answer():
    of = curve().requoted(RATES + np.array([[0.0], [0.01]]))
    swaps = swaps_of_tenor(of, np.repeat(spot(of), 3), np.array([2.0, 5.0, 10.0]))
    assert par_rate(of, swaps) == pytest.approx(RATES[[4, 6, 8]] + np.array([[0.0], [0.01]]), abs=1e-11)


def test_swaps_refuse_dates_that_make_no_sense():
    of = curve()
    before = np.array(["2025-04-07"], "M8[D]")
    with pytest.raises(HavenError, match="start must not be before the curve's date 2025-04-08, got 2025-04-07"):
        swaps_of_tenor(of, before, np.array([1.0]))
    with pytest.raises(HavenError, match="maturity must be after start"):
        swaps_to(of, spot(of), before)
