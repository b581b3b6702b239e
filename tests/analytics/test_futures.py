"""Treasury futures against the exchange's published factors and invoices, and the definitions of basis and repo."""

import numpy as np
import pytest

from haven.analytics.bonds import accrued_interest, yield_to_maturity
from haven.analytics.carry import forward_price, implied_repo
from haven.analytics.coupons import coupon_stream
from haven.analytics.futures import conversion_factor, delivery_basket, invoice_spread
from haven.analytics.swaps import par_rate, swaps_to
from haven.errors import HavenError
from tests.analytics.curves import swpm_curve
from tests.published import cases
from tests.shared import needs_shared

BASKET = cases("cme_ty_futures_and_bloomberg_bonds_via_financepy")
TYZ7 = [case for name, case in BASKET.items() if name.startswith("tyz7")]


def column(key, dtype=float):
    return np.array([case["inputs"][key] for case in TYZ7], dtype)


def date(text):
    return np.array([text], "M8[D]")


@needs_shared
def test_factors_of_a_delivery_basket_match_the_exchange():
    delivery = np.full(len(TYZ7), np.datetime64("2017-12-01"))
    factors = conversion_factor(column("coupon"), column("maturity", "M8[D]"), delivery, "TY")
    assert factors.tolist() == [case["expected"]["conversion_factor"] for case in TYZ7]


@needs_shared
def test_factor_of_a_ten_year_note_matches_a_textbook():
    case = BASKET["tyh2-cf"]
    inputs = case["inputs"]
    delivery = date(inputs["first_day_of_delivery_month"])
    factor = conversion_factor(np.array([inputs["coupon"]]), date(inputs["maturity"]), delivery, "TY")
    assert factor.tolist() == [case["expected"]["conversion_factor"]]


@pytest.mark.parametrize("case", cases("strata_us_treasury", prefix="strata-cme").values(), ids=lambda c: c["id"])
@pytest.mark.parametrize("contract", ["TU", "Z3", "FV"])
def test_factors_of_short_notes_match_the_exchange(case, contract):
    inputs = case["inputs"]
    delivery = date(inputs["first_day_of_delivery_month"])
    factor = conversion_factor(np.array([inputs["coupon"]]), date(inputs["maturity"]), delivery, contract)
    assert factor.tolist() == [case["expected"]["conversion_factor"]]


@needs_shared
def test_invoices_match_published_ones():
    factor = np.array([case["expected"]["conversion_factor"] for case in TYZ7])
    # The published invoices add the accrued interest of 10 October 2017.
    dates = np.full(len(TYZ7), np.datetime64("2017-10-10"))
    coupon, maturity = column("coupon"), column("maturity", "M8[D]")
    principal = column("futures_price") * factor
    accrued = accrued_interest(coupon_stream(coupon, maturity, dates))
    expected = {key: [case["expected"][key] for case in TYZ7] for key in ("principal_invoice", "total_invoice")}
    assert 1000.0 * principal == pytest.approx(expected["principal_invoice"], abs=0.005)
    assert 1000.0 * (principal + accrued) == pytest.approx(expected["total_invoice"], abs=0.01)


def test_a_six_percent_bond_satisfies_a_factor_of_one():
    maturity = np.array(["2032-08-15", "2035-02-28", "2031-12-31", "2045-11-15"], "M8[D]")
    for contract in ("TY", "US", "UB", "TN"):
        factor = conversion_factor(np.full(4, 0.06), maturity, np.full(4, np.datetime64("2025-06-30")), contract)
        assert factor == pytest.approx(1.0, abs=1e-3)


def test_delivery_in_the_days_after_the_month_satisfies_belonging_to_it():
    terms = (np.array([0.04]), date("2030-03-31"))
    june = conversion_factor(*terms, date("2025-06-02"), "FV")
    assert conversion_factor(*terms, date("2025-07-03"), "FV").tolist() == june.tolist()


@needs_shared
def test_basis_and_implied_repo_satisfy_their_definitions():
    n = len(TYZ7)
    settle, delivery = (np.full(n, np.datetime64(day)) for day in ("2017-10-10", "2017-12-29"))
    coupon, maturity, price = column("coupon"), column("maturity", "M8[D]"), column("clean_price")
    repo = np.full(n, 0.0125)
    basket = delivery_basket("TY", column("futures_price"), price, coupon, maturity, settle, delivery, repo)
    invoice = column("futures_price") * basket.factor
    assert basket.gross_basis == pytest.approx(price - invoice, abs=1e-12)
    # Financed at its implied repo rate a bond is delivered without gain, so no net basis is left.
    at_implied = forward_price(price, coupon, maturity, settle, delivery, basket.implied_repo)
    assert at_implied == pytest.approx(invoice, abs=1e-11)
    # Net basis is gross basis less coupon income plus financing, where no coupon falls in between.
    quiet = ~np.isin(maturity.astype("M8[M]").astype(int) % 12, [4, 10])
    income = accrued_interest(coupon_stream(coupon, maturity, delivery)) - accrued_interest(
        coupon_stream(coupon, maturity, settle)
    )
    dirty = price + accrued_interest(coupon_stream(coupon, maturity, settle))
    carry = income - dirty * 0.0125 * 80.0 / 360.0
    assert basket.net_basis[quiet] == pytest.approx((basket.gross_basis - carry)[quiet], abs=1e-11)
    assert basket.deliverable.all()
    assert basket.order[0] == int(np.argmax(basket.implied_repo))
    # Net basis and implied repo agree on the note to deliver.
    assert basket.order[0] == int(np.argmin(basket.net_basis))


@pytest.mark.parametrize(
    ("contract", "delivery", "taken", "refused"),
    # Grades as the exchange words them, at bonds just inside and just outside.
    [
        ("TU", "2025-06-02", ["2027-03-31", "2027-06-30"], ["2027-02-28", "2027-07-15"]),
        ("Z3", "2025-06-02", ["2028-03-15", "2028-06-30"], ["2028-02-29", "2028-07-15"]),
        ("FV", "2025-06-02", ["2029-08-31", "2030-06-30"], ["2029-07-31", "2031-05-31"]),
        ("TY", "2025-06-02", ["2031-12-31", "2033-05-15"], ["2031-11-30", "2033-06-15", "2035-05-15"]),
        ("TY", "2023-09-01", ["2030-03-31", "2031-08-15"], ["2030-02-28", "2031-11-15"]),
        ("TY", "2023-06-01", ["2029-12-31", "2033-05-15"], ["2029-11-30", "2033-08-15"]),
        ("TN", "2025-06-02", ["2034-11-15", "2035-05-15"], ["2034-08-15", "2035-08-15"]),
        ("US", "2025-06-02", ["2040-08-15", "2050-05-15"], ["2040-05-15", "2050-08-15"]),
        ("UB", "2025-06-02", ["2050-08-15", "2055-05-15"], ["2050-05-15"]),
    ],
)
def test_contract_grades_match_the_rulebook(contract, delivery, taken, refused):
    maturity = np.array(taken + refused, "M8[D]")
    flat = np.ones(maturity.size)
    day = np.full(maturity.size, np.datetime64(delivery))
    basket = delivery_basket(contract, 110 * flat, 100 * flat, 0.04 * flat, maturity, day - 30, day, 0.04 * flat)
    assert basket.deliverable.tolist() == [True] * len(taken) + [False] * len(refused)
    assert basket.deliverable[basket.order].tolist() == sorted(basket.deliverable.tolist(), reverse=True)


def test_a_coupon_on_the_way_satisfies_paying_down_the_loan():
    settle, forward = date("2025-04-08"), date("2025-06-30")
    terms = (np.array([0.05]), date("2035-05-15"), settle, forward)
    repo, price = np.array([0.043]), np.array([103.0])
    stream = coupon_stream(*terms[:3])
    # Day by day: 37 days to the coupon of 15 May, 46 from there to 30 June, each day's interest simple.
    owed = (103.0 + accrued_interest(stream)[0]) * (1.0 + 0.043 * 83.0 / 360.0) - 2.5 * (1.0 + 0.043 * 46.0 / 360.0)
    expected = owed - accrued_interest(coupon_stream(np.array([0.05]), date("2035-05-15"), forward))[0]
    found = forward_price(price, *terms, repo)
    assert found[0] == pytest.approx(expected, abs=1e-12)
    assert implied_repo(price, *terms, found) == pytest.approx(repo, abs=1e-14)


@needs_shared
def test_invoice_spread_satisfies_the_forward_swap_less_the_forward_yield():
    curve = swpm_curve()
    coupon, maturity, delivery = np.array([0.04]), date("2027-02-28"), date("2023-12-29")
    price, factor = np.array([101.5]), np.array([0.9441])
    swap = par_rate(curve, swaps_to(curve, delivery, maturity))
    yields = yield_to_maturity(coupon_stream(coupon, maturity, delivery), price * factor)
    spread = invoice_spread(curve, price, factor, coupon, maturity, delivery)
    assert spread == pytest.approx(1e4 * (swap - yields), abs=1e-9)


def test_futures_refuse_terms_that_make_no_sense():
    coupon, maturity = np.array([0.04]), date("2030-03-31")
    with pytest.raises(HavenError, match="delivery must be in March, June, September or December"):
        conversion_factor(coupon, maturity, date("2025-08-01"), "FV")
    with pytest.raises(HavenError, match="maturity must be at least 3 months after"):
        conversion_factor(coupon, date("2025-07-31"), date("2025-06-30"), "TY")
    with pytest.raises(HavenError, match="coupon must be a decimal"):
        conversion_factor(100.0 * coupon, maturity, date("2025-06-30"), "FV")
    with pytest.raises(HavenError, match="forward date must be after settle"):
        forward_price(np.array([99.0]), coupon, maturity, date("2025-06-30"), date("2025-06-30"), np.array([0.04]))
