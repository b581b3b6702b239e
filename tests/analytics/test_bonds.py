"""Bond prices and yields against the regulation, real auctions, published screens and QuantLib."""

import numpy as np
import pytest
import QuantLib
from hypothesis import given, settings
from hypothesis import strategies as st

from haven.analytics.bonds import accrued_interest, clean_price, risk, yield_to_maturity
from haven.analytics.coupons import coupon_stream
from haven.errors import HavenError, Reason
from tests.analytics.quantlib_dates import to_quantlib
from tests.published import cases, tolerance
from tests.shared import needs_shared

CFR = cases("cfr_31_356_appendix_b")
AUCTIONS = cases("ust_auction_results")
FUTURES = cases("cme_ty_futures_and_bloomberg_bonds_via_financepy")
SETTLE = np.datetime64("2025-04-08")


def date(inputs, key):
    return np.array([inputs.get(key, "NaT")], "M8[D]")


def stream_of(inputs):
    """The bond of a published case; what it calls dated is its issue."""
    coupon = inputs["coupon"] if "coupon" in inputs else inputs["coupon_pct"] / 100.0
    issue = date(inputs, "issue" if "issue" in inputs else "dated")
    settle = date(inputs, "settlement")
    return coupon_stream(np.array([coupon]), date(inputs, "maturity"), settle, issue, date(inputs, "first_coupon"))


def random_bonds(seed, count):
    """Coupons 0 to 15 %, prices 20 to 250, one day to a hundred years."""
    rng = np.random.default_rng(seed)
    settle = np.datetime64("1995-01-01") + rng.integers(0, 365 * 40, count)
    maturity = settle + np.exp(rng.uniform(0.0, np.log(36_500.0), count)).astype(int)
    coupon = np.where(rng.random(count) < 0.05, 0.0, rng.uniform(0.0, 0.15, count))
    return coupon, maturity, settle, rng.uniform(20.0, 250.0, count)


@pytest.mark.parametrize("case", [c for c in CFR.values() if c["id"].startswith("cfr356-II.")], ids=lambda c: c["id"])
def test_treasury_method_matches_the_regulation(case):
    stream = stream_of(case["inputs"])
    expected = case["expected"]
    yields = np.array([case["inputs"]["yield_"]])
    price, accrued = clean_price(stream, yields, "treasury")[0], accrued_interest(stream)[0]
    assert price == pytest.approx(expected["price"], abs=tolerance(case, "price"))
    assert accrued == pytest.approx(expected["accrued"], abs=tolerance(case, "accrued"))
    if "dirty" in expected:
        assert price + accrued == pytest.approx(expected["dirty"], abs=tolerance(case, "dirty"))
    solved = yield_to_maturity(stream, np.array([price]), "treasury")
    assert solved == pytest.approx(yields, abs=1e-14)


@needs_shared
def test_long_first_coupon_matches_the_regulation():
    case = CFR["cfr356-I.A.4"]
    inputs = {**case["inputs"], "maturity": "1996-02-15", "settlement": case["inputs"]["issue"]}
    stream = stream_of(inputs)
    payment = 1000.0 * stream.coupon * stream.first / 2.0
    assert payment[0] == pytest.approx(case["expected"]["payment_per_1000"], abs=tolerance(case, "payment_per_1000"))


@pytest.mark.parametrize("name", ["cfr356-I.D.1", "cfr356-I.D.2"])
@needs_shared
def test_accrued_interest_matches_the_regulation(name):
    case = CFR[name]
    maturities = {"cfr356-I.D.1": "2005-05-15", "cfr356-I.D.2": "2005-08-15"}
    accrued = 10.0 * accrued_interest(stream_of({**case["inputs"], "maturity": maturities[name]}))
    assert accrued[0] == pytest.approx(case["expected"]["accrued_per_1000"], abs=tolerance(case, "accrued_per_1000"))


@needs_shared
def test_inflation_protected_note_matches_the_regulation():
    case = CFR["cfr356-III.B"]
    inputs, expected = case["inputs"], case["expected"]
    stream = stream_of(inputs)
    ratio = round(int(inputs["ref_cpi_settle"] / inputs["ref_cpi_issue"] * 1e6) / 1e6, 5)
    price = clean_price(stream, np.array([inputs["real_yield"]]), "treasury")[0]
    assert ratio == expected["index_ratio"]
    assert price == pytest.approx(expected["unadjusted_price"], abs=1e-6)
    assert price * ratio == pytest.approx(expected["adjusted_price"], abs=1e-6)
    assert accrued_interest(stream)[0] * ratio == pytest.approx(expected["adjusted_accrued"], abs=1e-6)


@pytest.mark.parametrize("case", [c for c in AUCTIONS.values() if "yield_" in c["inputs"]], ids=lambda c: c["id"])
def test_treasury_method_matches_real_auctions(case):
    stream = stream_of(case["inputs"])
    price = clean_price(stream, np.array([case["inputs"]["yield_"]]), "treasury")[0]
    assert price == pytest.approx(case["expected"]["price"], abs=tolerance(case, "price"))
    if "accrued_per_1000" in case["expected"]:
        assert 10.0 * accrued_interest(stream)[0] == pytest.approx(
            case["expected"]["accrued_per_1000"], abs=tolerance(case, "accrued_per_1000")
        )


@needs_shared
def test_inflation_protected_note_matches_a_real_auction():
    case = AUCTIONS["auction-TIPS-91282CJY8"]
    inputs, expected = case["inputs"], case["expected"]
    stream = stream_of(inputs)
    price = clean_price(stream, np.array([inputs["real_yield"]]), "treasury")[0]
    accrued = 10.0 * accrued_interest(stream)[0]
    for name, value in {
        "unadjusted_price": price,
        "adjusted_price": price * inputs["index_ratio"],
        "unadj_accrued_per_1000": accrued,
        "adj_accrued_per_1000": accrued * inputs["index_ratio"],
    }.items():
        assert value == pytest.approx(expected[name], abs=tolerance(case, name))


@pytest.mark.parametrize("case", [c for k, c in FUTURES.items() if k.startswith("tyz7")], ids=lambda c: c["id"])
def test_yields_of_a_delivery_basket_match_the_published_ones(case):
    stream = stream_of(case["inputs"])
    price = np.array([case["inputs"]["clean_price"]])
    for method in ("street", "treasury"):
        key = f"{method}_yield"
        yields = yield_to_maturity(stream, price, method)
        assert yields[0] == pytest.approx(case["expected"][key], abs=tolerance(case, key))


@needs_shared
def test_risk_matches_a_published_screen():
    case = FUTURES["bbg-2.375-may27"]
    inputs, expected = case["inputs"], case["expected"]
    stream = stream_of(inputs)
    yields = yield_to_maturity(stream, np.array([inputs["clean_price"]]))
    found = risk(stream, yields)
    assert yields[0] == pytest.approx(expected["street_yield"], abs=tolerance(case, "street_yield"))
    assert accrued_interest(stream)[0] == pytest.approx(expected["accrued"], abs=tolerance(case, "accrued"))
    assert found.macaulay[0] == pytest.approx(expected["macaulay"], abs=tolerance(case, "macaulay"))
    assert found.modified[0] == pytest.approx(expected["modified"], abs=tolerance(case, "modified"))


@pytest.mark.parametrize("case", cases("quantlib_bonds_street").values(), ids=lambda c: c["id"])
def test_street_matches_published_quotes(case):
    stream = stream_of(case["inputs"])
    if "clean_price" in case["expected"]:
        price = clean_price(stream, np.array([case["inputs"]["yield_"]]))[0]
        assert price == pytest.approx(case["expected"]["clean_price"], abs=case["tolerance"])
    else:
        yields = yield_to_maturity(stream, np.array([case["inputs"]["clean_price"]]))[0]
        assert yields == pytest.approx(case["expected"]["yield_"], abs=case["tolerance"])


@pytest.mark.parametrize("case", cases("strata_us_treasury", prefix="strata-us").values(), ids=lambda c: c["id"])
def test_street_matches_published_prices_to_twelve_digits(case):
    stream = stream_of(case["inputs"])
    dirty = clean_price(stream, np.array([case["inputs"]["yield_"]])) + accrued_interest(stream)
    assert dirty[0] / 100.0 == pytest.approx(case["expected"]["dirty_price"], abs=case["tolerance"])


def quantlib_bond(coupon, maturity, settle):
    """The bond on unadjusted dates, with enough of its schedule to reach back past settlement."""
    QuantLib.Settings.instance().evaluationDate = to_quantlib(settle)
    last = to_quantlib(maturity)
    end_of_month = QuantLib.Date.isEndOfMonth(last)
    half_years = int((maturity - settle).astype(int) / 182) + 2
    calendar = QuantLib.NullCalendar()
    schedule = QuantLib.Schedule(
        calendar.advance(last, -6 * half_years, QuantLib.Months, QuantLib.Unadjusted, end_of_month),
        last,
        QuantLib.Period(QuantLib.Semiannual),
        calendar,
        QuantLib.Unadjusted,
        QuantLib.Unadjusted,
        QuantLib.DateGeneration.Backward,
        end_of_month,
    )
    day_count = QuantLib.ActualActual(QuantLib.ActualActual.ISMA, schedule)
    bond = QuantLib.FixedRateBond(0, 100.0, schedule, [coupon], day_count)
    return bond, day_count


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_two_thousand_random_bonds_match_quantlib(seed):
    coupon, maturity, settle, price = random_bonds(seed, 2000)
    chosen = coupon_stream(coupon, maturity, settle)
    yields, accrued = yield_to_maturity(chosen, price), accrued_interest(chosen)
    found = risk(chosen, yields)
    for i in range(coupon.size):
        bond, day_count = quantlib_bond(float(coupon[i]), maturity[i], settle[i])
        # QuantLib discounts simply where a bond is in its last period only if told so.
        compounding = QuantLib.Simple if chosen.in_last_period[i] else QuantLib.Compounded
        rate = QuantLib.InterestRate(float(yields[i]), day_count, compounding, QuantLib.Semiannual)
        start = to_quantlib(settle[i])
        assert QuantLib.BondFunctions.cleanPrice(bond, rate, start) == pytest.approx(price[i], abs=1e-9)
        assert bond.accruedAmount(start) == pytest.approx(accrued[i], abs=1e-11)
        modified = QuantLib.BondFunctions.duration(bond, rate, QuantLib.Duration.Modified, start)
        assert found.modified[i] == pytest.approx(modified, rel=1e-9)
        assert found.convexity[i] == pytest.approx(QuantLib.BondFunctions.convexity(bond, rate, start), rel=1e-9)
        if not chosen.in_last_period[i]:
            macaulay = QuantLib.BondFunctions.duration(bond, rate, QuantLib.Duration.Macaulay, start)
            assert found.macaulay[i] == pytest.approx(macaulay, rel=1e-9)


def test_yields_of_ordinary_bonds_match_quantlib():
    rng = np.random.default_rng(2)
    maturity = SETTLE + rng.integers(190, 30 * 365, 400)
    coupon, price = rng.uniform(0.0, 0.08, 400), rng.uniform(60.0, 130.0, 400)
    yields = yield_to_maturity(coupon_stream(coupon, maturity, np.array([SETTLE])), price)
    for i in range(coupon.size):
        bond, day_count = quantlib_bond(float(coupon[i]), maturity[i], SETTLE)
        clean = QuantLib.BondPrice(float(price[i]), QuantLib.BondPrice.Clean)
        terms = (day_count, QuantLib.Compounded, QuantLib.Semiannual, to_quantlib(SETTLE), 1e-13)
        assert yields[i] == pytest.approx(QuantLib.BondFunctions.bondYield(bond, clean, *terms), abs=1e-10)


@settings(max_examples=300, deadline=None)
@given(
    days=st.integers(1, 36_500),
    coupon=st.floats(0.0, 0.15),
    price=st.floats(20.0, 250.0),
    method=st.sampled_from(["street", "treasury"]),
    age=st.integers(0, 300),
)
def test_price_of_a_yield_satisfies_the_price(days, coupon, price, method, age):
    stream = coupon_stream(np.array([coupon]), SETTLE + np.array([days]), SETTLE, np.array([SETTLE - age]))
    yields = yield_to_maturity(stream, np.array([price]), method)
    assert clean_price(stream, yields, method)[0] == pytest.approx(price, abs=1e-10)


def test_yields_of_a_hundred_thousand_extreme_bonds_satisfy_their_prices():
    coupon, maturity, settle, price = random_bonds(11, 100_000)
    stream = coupon_stream(coupon, maturity, settle)
    for method in ("street", "treasury"):
        assert clean_price(stream, yield_to_maturity(stream, price, method), method) == pytest.approx(price, abs=1e-9)


def test_a_bond_that_yields_its_coupon_satisfies_par_on_coupon_dates():
    maturity = np.array(["2035-02-15", "2030-08-31", "2026-02-28"], "M8[D]")
    settle = np.array(["2025-02-15", "2025-02-28", "2024-02-29"], "M8[D]")
    coupon = np.array([0.045, 0.01, 0.08])
    stream = coupon_stream(coupon, maturity, settle)
    assert clean_price(stream, coupon) == pytest.approx(100.0, abs=1e-12)
    assert accrued_interest(stream) == pytest.approx(0.0, abs=0.0)


def test_durations_and_convexity_match_a_bump():
    coupon, maturity, settle, _ = random_bonds(5, 500)
    stream = coupon_stream(coupon, maturity, settle)
    yields = np.random.default_rng(5).uniform(0.0, 0.12, coupon.size)
    found, h = risk(stream, yields), 1e-4
    down, here, up = (clean_price(stream, yields + move) for move in (-h, 0.0, h))
    dirty = here + accrued_interest(stream)
    assert found.dv01 == pytest.approx((down - up) / 2.0, rel=2e-5)
    assert found.modified == pytest.approx((down - up) / (2.0 * h * dirty), rel=2e-5)
    assert found.convexity == pytest.approx((down - 2.0 * here + up) / (h * h * dirty), rel=2e-3, abs=1e-4)


def test_risk_satisfies_being_smooth_through_a_zero_yield():
    stream = coupon_stream(np.full(5, 0.04), np.array(["2055-05-15"], "M8[D]"), np.array([SETTLE]))
    found = risk(stream, np.array([-1e-6, -1e-12, 0.0, 1e-12, 1e-6]))
    assert found.modified == pytest.approx(found.modified[2], rel=2e-5)
    assert found.convexity == pytest.approx(found.convexity[2], rel=3e-5)


def refused(message, reason=Reason.NO_SOLUTION, **changes):
    terms = {"coupon": 0.04, "maturity": "2035-02-15", "settle": "2025-04-08", **changes}
    dates = {key: np.array([value], "M8[D]") for key, value in terms.items() if key not in {"coupon", "price"}}

    def price_it():
        stream = coupon_stream(np.array([terms["coupon"]]), **dates)
        return yield_to_maturity(stream, np.array([terms.get("price", 100.0)]))

    with pytest.raises(HavenError, match=message) as failure:
        price_it()
    assert failure.value.reason == reason
    assert list(failure.value.elements) == [0]


def test_bonds_refuse_terms_that_make_no_sense():
    refused("maturity must be after settle 2025-04-08, got 2025-04-08", maturity="2025-04-08")
    refused("coupon must be a decimal from 0 to 0.25, such as 0.0425 for 4.25%, got 4.25", coupon=4.25)
    refused("coupon must be a decimal", coupon=-0.01)
    refused("price must be above 0 and up to 1000 per 100 face, got -1", price=-1.0)
    refused("price must be above 0 and up to 1000 per 100 face, got 0", price=0.0)
    refused("issue must be given with first_coupon", reason=Reason.INVALID, first_coupon="2025-08-15")
    refused("settle must not be before issue 2025-05-01", issue="2025-05-01")
    refused("first_coupon must be a coupon date after issue", issue="2025-03-01", first_coupon="2025-09-01")
    refused("first_coupon must be a coupon date after issue", issue="2025-03-01", first_coupon="2025-02-15")


def test_price_refuses_a_yield_that_does_not_discount():
    stream = coupon_stream(np.array([0.04]), np.array(["2035-02-15"], "M8[D]"), np.array([SETTLE]))
    with pytest.raises(HavenError, match="yield must discount by more than zero, got -2"):
        clean_price(stream, np.array([-2.0]))


def test_only_the_bonds_at_fault_are_refused():
    coupon, maturity, settle, price = random_bonds(3, 50)
    price[[7, 31]] = [np.nan, -5.0]
    with pytest.raises(HavenError) as failure:
        yield_to_maturity(coupon_stream(coupon, maturity, settle), price)
    assert list(failure.value.elements) == [7, 31]


def test_a_bond_of_29_february_satisfies_paying_on_last_days():
    stream = coupon_stream(np.array([0.04]), np.array(["2028-02-29"], "M8[D]"), np.array(["2027-08-31"], "M8[D]"))
    assert accrued_interest(stream) == pytest.approx([0.0], abs=0.0)
    assert stream.in_last_period.all()
