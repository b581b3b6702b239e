"""Bills against the regulation and real auctions."""

import numpy as np
import pytest

from haven.analytics.bills import bill_price, bill_yield
from haven.errors import HavenError
from tests.published import cases, tolerance

CFR = cases("cfr_31_356_appendix_b", prefix="cfr356-VI")
AUCTIONS = [case for case in cases("ust_auction_results").values() if "discount_rate" in case["inputs"]]


def date(text):
    return np.array([text], "M8[D]")


@pytest.mark.parametrize("case", CFR.values(), ids=lambda c: c["id"])
def test_bill_yields_match_the_regulation(case):
    inputs = case["inputs"]
    method = "discount" if "discount_rate" in case["expected"] else "investment"
    yields = bill_yield(np.array([inputs["price"]]), date(inputs["maturity"]), date(inputs["issue"]), method)
    assert yields[0] == pytest.approx(*case["expected"].values(), abs=tolerance(case, f"{method}_rate"))


@pytest.mark.parametrize("case", AUCTIONS, ids=lambda c: c["id"])
def test_bill_prices_and_investment_rates_match_real_auctions(case):
    inputs, expected = case["inputs"], case["expected"]
    maturity, settle = date(inputs["maturity"]), date(inputs["settlement"])
    price = bill_price(np.array([inputs["discount_rate"]]), maturity, settle)
    assert price[0] == pytest.approx(expected["price"], abs=tolerance(case, "price"))
    rate = bill_yield(price, maturity, settle, "investment")
    assert rate[0] == pytest.approx(expected["investment_rate"], abs=tolerance(case, "investment_rate"))


def test_a_bill_of_any_length_satisfies_its_yield():
    days = np.arange(1, 367)
    settle = np.full(days.shape, np.datetime64("2024-01-15"))
    price = bill_price(np.full(days.shape, 0.05), settle + days, settle)
    assert bill_yield(price, settle + days, settle, "discount") == pytest.approx(0.05, abs=1e-12)
    for method, year in (("bond", 365.0), ("investment", 366.0)):
        y, t = bill_yield(price, settle + days, settle, method), days / year
        worth = np.where(t <= 0.5, 1.0 + y * t, (1.0 + y / 2.0) * (1.0 + y * (t - 0.5)))
        assert price * worth == pytest.approx(100.0, abs=1e-11)


def test_a_bill_above_par_satisfies_a_negative_yield():
    maturity, settle = date("2025-04-10"), date("2024-06-13")
    assert bill_yield(np.array([100.05]), maturity, settle)[0] == pytest.approx(-0.05 / 100.05 * 365 / 301, rel=1e-3)


def test_bills_refuse_terms_that_make_no_sense():
    settle = date("2025-04-08")
    with pytest.raises(HavenError, match="maturity must be 1 to 366 days after settle 2025-04-08, got 2025-04-08"):
        bill_price(np.array([0.04]), settle, settle)
    with pytest.raises(HavenError, match="maturity must be 1 to 366 days"):
        bill_yield(np.array([96.0]), settle + 400, settle)
    with pytest.raises(HavenError, match="discount_rate must leave a price above 0"):
        bill_price(np.array([4.25]), settle + 364, settle)
    with pytest.raises(HavenError, match="price must be above 0 and up to 200 per 100 face, got -1"):
        bill_yield(np.array([-1.0]), settle + 91, settle)
