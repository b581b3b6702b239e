"""Treasury-against-swap spreads: published asset swaps, identities, and every bond of a wide range."""

import numpy as np
import pytest

from haven.analytics.arrays import to_bp
from haven.analytics.asset_swaps import (
    Treasury,
    asset_swap_spread,
    bond_flows,
    forward_spread,
    hedge_ratio,
    matched_spread,
    z_spread,
)
from haven.analytics.bonds import accrued_interest, clean_price
from haven.analytics.coupons import coupon_stream
from haven.analytics.sofr_curve import build_curve
from haven.analytics.swaps import par_rate, receiver_value, swaps_to
from haven.errors import HavenError
from tests.analytics.curves import swpm_curve, years
from tests.published import cases, tolerance
from tests.shared import needs_shared

TENORS = years(["1M", "6M", "1Y", "2Y", "5Y", "10Y", "30Y", "50Y"])
RATES = np.array([0.0432, 0.0415, 0.0388, 0.0355, 0.0352, 0.0371, 0.0372, 0.0355])
CURVE = build_curve(np.datetime64("2025-04-08"), TENORS, RATES)


def bonds(seed, count):
    rng = np.random.default_rng(seed)
    settle = np.full(count, np.datetime64("2025-04-09"))
    maturity = settle + np.exp(rng.uniform(np.log(30.0), np.log(18_000.0), count)).astype(int)
    return Treasury(rng.uniform(60.0, 130.0, count), rng.uniform(0.0, 0.09, count), maturity, settle)


def repriced(chosen):
    """The bonds at the price of their payments on the curve."""
    paid, amounts = bond_flows(chosen)
    worth = (amounts * CURVE.discount(paid)).sum(axis=1) / CURVE.discount(chosen.settle)
    return Treasury(worth - accrued_interest(chosen.stream), chosen.coupon, chosen.maturity, chosen.settle)


@needs_shared
def test_asset_swaps_and_z_spread_match_quantlib():
    case = cases("quantlib_asset_swap_sofr")["ql-asw-sofr-3y"]
    inputs, expected = case["inputs"], case["expected"]
    bond = Treasury(
        np.array([inputs["clean_price"]]),
        np.array([inputs["coupon"]]),
        np.array([inputs["maturity"]], "M8[D]"),
        np.array([inputs["settlement"]], "M8[D]"),
    )
    curve = swpm_curve()
    assert accrued_interest(bond.stream)[0] == pytest.approx(inputs["accrued"], abs=1e-12)
    for name, spread in {
        "par_par_asw_bp": asset_swap_spread(curve, bond),
        "market_value_asw_bp": asset_swap_spread(curve, bond, "market"),
        "z_spread_semi_bp": z_spread(curve, bond),
    }.items():
        assert spread[0] == pytest.approx(expected[name], abs=tolerance(case, name)), name


@needs_shared
def test_market_asset_swap_matches_its_published_relation_to_par():
    case = cases("quantlib_asset_swap_sofr")["ql-asw-identity"]
    chosen = bonds(1, 200)
    par, market = asset_swap_spread(CURVE, chosen), asset_swap_spread(CURVE, chosen, "market")
    dirty = chosen.price + accrued_interest(chosen.stream)
    assert case["inputs"]["par_par_asw_bp"] * 100.0 / case["inputs"]["dirty_price"] == pytest.approx(
        case["expected"]["market_value_asw_bp"], abs=case["tolerance"]
    )
    assert market == pytest.approx(par * 100.0 / dirty, abs=1e-9)


def test_a_bond_priced_on_the_curve_satisfies_no_asset_swap_or_z_spread():
    fair = repriced(bonds(2, 300))
    assert asset_swap_spread(CURVE, fair) == pytest.approx(0.0, abs=1e-7)
    assert asset_swap_spread(CURVE, fair, "market") == pytest.approx(0.0, abs=1e-7)
    assert z_spread(CURVE, fair) == pytest.approx(0.0, abs=1e-7)


def test_a_cheap_bond_satisfies_positive_spreads():
    fair = repriced(bonds(3, 50))
    cheap = Treasury(fair.price - 1.0, fair.coupon, fair.maturity, fair.settle)
    assert (asset_swap_spread(CURVE, cheap) > 0.0).all()
    assert (z_spread(CURVE, cheap) > 0.0).all()


def test_z_spread_of_a_wide_range_satisfies_each_price():
    rng = np.random.default_rng(4)
    settle = np.full(3000, np.datetime64("2025-04-09"))
    maturity = settle + np.exp(rng.uniform(np.log(30.0), np.log(18_000.0), 3000)).astype(int)
    wide = Treasury(rng.uniform(20.0, 250.0, 3000), rng.uniform(0.0, 0.15, 3000), maturity, settle)
    spread = z_spread(CURVE, wide) / 1e4
    paid, amounts = bond_flows(wide)
    times = np.maximum((paid - settle[:, None]).astype(float), 1.0) / 365.0
    zero = (CURVE.discount(paid) / CURVE.discount(settle)[:, None]) ** (-0.5 / times)
    worth = (amounts * (zero + spread[:, None] / 2.0) ** (-2.0 * times)).sum(axis=1)
    assert worth == pytest.approx(wide.price + accrued_interest(wide.stream), rel=1e-9)


def test_matched_spread_satisfies_the_swap_less_the_yield():
    chosen = bonds(5, 40)
    swap = par_rate(CURVE, swaps_to(CURVE, chosen.settle, chosen.maturity))
    assert matched_spread(CURVE, chosen) == pytest.approx(to_bp(swap - chosen.yields), abs=1e-9)
    converted = 2.0 * (np.sqrt(1.0 + swap * 365.0 / 360.0) - 1.0)
    assert matched_spread(CURVE, chosen, "converted") == pytest.approx(to_bp(converted - chosen.yields), abs=1e-9)


def test_forward_spread_of_tomorrow_satisfies_the_matched_spread():
    bond = Treasury(
        np.array([98.0]), np.array([0.04]), np.array(["2035-02-15"], "M8[D]"), np.array(["2025-04-09"], "M8[D]")
    )
    tomorrow = forward_spread(CURVE, bond, bond.settle + 1, np.array([0.043]))
    assert tomorrow == pytest.approx(matched_spread(CURVE, bond), abs=0.2)
    # Positive carry to a later date lowers the forward price, raises the forward yield: a more negative spread.
    cheap_repo, dear_repo = (forward_spread(CURVE, bond, bond.settle + 90, np.array([r])) for r in (0.01, 0.08))
    assert cheap_repo < dear_repo


def test_a_hedged_bond_satisfies_no_move_in_a_parallel_shift():
    """Yields and quotes rise by a basis point, or fall: what the bond gains its paid swap loses."""
    chosen, move = bonds(6, 20), 1e-4
    swaps = swaps_to(CURVE, chosen.settle, chosen.maturity)
    rate, ratio = par_rate(CURVE, swaps), hedge_ratio(CURVE, chosen)
    up, down = (clean_price(chosen.stream, chosen.yields + step) for step in (move, -move))
    paid_up, paid_down = (-receiver_value(CURVE.requoted(RATES + step), swaps, rate) for step in (move, -move))
    assert ratio * (paid_up - paid_down) == pytest.approx(down - up, rel=1e-5)


def test_payments_satisfy_business_days_and_their_sum():
    bond = Treasury(
        np.array([99.0]), np.array([0.04375]), np.array(["2026-08-15"], "M8[D]"), np.array(["2025-04-09"], "M8[D]")
    )
    paid, amounts = bond_flows(bond)
    assert paid[0].astype(str).tolist() == ["2026-08-17", "2026-02-17", "2025-08-15"]
    assert amounts[0].tolist() == [102.1875, 2.1875, 2.1875]
    assert coupon_stream(bond.coupon, bond.maturity, bond.settle).payments.tolist() == [3.0]


def test_spreads_refuse_a_bond_that_settles_before_the_curve():
    bond = Treasury(
        np.array([99.0]), np.array([0.04]), np.array(["2026-08-15"], "M8[D]"), np.array(["2025-04-07"], "M8[D]")
    )
    with pytest.raises(HavenError, match="start must not be before the curve's date 2025-04-08"):
        matched_spread(CURVE, bond)
