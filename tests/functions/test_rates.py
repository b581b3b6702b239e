"""The functions of the Rates category as cells call them: published figures, their own quotes, and bad input."""

import datetime as dt

import numpy as np
import pytest

from haven.functions import CATALOGUE, CellError, call, swap_curve
from haven.functions.kinds import EXCEL_EPOCH
from haven.market.load import load_files
from tests.analytics.curves import SWPM, daily_quotes, swpm_quotes
from tests.conftest import NOW
from tests.published import cases
from tests.shared import needs_shared

OWN = ("2025-04-08", [["1M", "1Y", "2Y", "5Y", "10Y", "30Y"]], [[0.0432, 0.0388, 0.0355, 0.0352, 0.0371, 0.0372]])
BOND = (102.5, 0.04625, "2035-02-15", "2025-04-09")


def error(name, *args):
    """The code and reason of a call that fails."""
    answer = call(name, args)
    assert isinstance(answer, CellError), answer
    return answer.code, answer.why


@needs_shared
def test_discount_factors_match_the_published_curve_in_a_cell():
    maturities, tenors, rates = swpm_quotes()
    expected = [c["expected"]["discount_factor"] for c in cases(SWPM, prefix="swpm-20230817-df").values()]
    targets = [[day.item()] for day in maturities]
    column = call("HV_DISCOUNT", [targets, "2023-08-17", [tenors.tolist()], [rates.tolist()]])
    assert [row[0] for row in column] == pytest.approx(expected, abs=6e-7)


@needs_shared
def test_bond_functions_match_published_figures():
    case = cases("cme_ty_futures_and_bloomberg_bonds_via_financepy")["tyz7-2027-08-15"]
    inputs, expected = case["inputs"], case["expected"]
    terms = (inputs["coupon"], inputs["maturity"], inputs["settlement"])
    assert call("HV_BONDYIELD", [inputs["clean_price"], *terms]) == pytest.approx(expected["street_yield"], abs=5e-9)
    treasury = call("HV_BONDYIELD", [inputs["clean_price"], *terms, "treasury"])
    assert treasury == pytest.approx(expected["treasury_yield"], abs=1.1e-8)
    assert call("HV_BONDPRICE", [treasury, *terms, "treasury"]) == pytest.approx(inputs["clean_price"], abs=1e-9)
    factor = call("HV_CONVERSIONFACTOR", [inputs["coupon"], inputs["maturity"], "2017-12-01", "TY"])
    assert factor == expected["conversion_factor"]


@needs_shared
def test_odd_first_coupons_match_the_regulation_in_a_cell():
    case = cases("cfr_31_356_appendix_b")["cfr356-II.C"]
    inputs = case["inputs"]
    options = {"issue": inputs["issue"], "first_coupon": inputs["first_coupon"]}
    terms = (inputs["coupon_pct"] / 100.0, inputs["maturity"], inputs["settlement"])
    price = call("HV_BONDPRICE", [inputs["yield_"], *terms, "treasury", options])
    assert price == pytest.approx(case["expected"]["price"], abs=5.1e-7)
    assert call("HV_BONDACCRUED", [*terms, options]) == pytest.approx(0.0, abs=1e-12)


@needs_shared
def test_bill_functions_match_a_real_auction():
    case = cases("ust_auction_results")["auction-912795UW9-2010-01-07"]
    inputs = case["inputs"]
    price = call("HV_BILLPRICE", [inputs["discount_rate"], inputs["maturity"], inputs["settlement"]])
    assert price == pytest.approx(case["expected"]["price"], abs=5e-7)
    rate = call("HV_BILLYIELD", [price, inputs["maturity"], inputs["settlement"], "investment"])
    assert rate == pytest.approx(case["expected"]["investment_rate"], abs=5.1e-6)


@needs_shared
def test_asset_swap_matches_quantlib_in_a_cell():
    case = cases("quantlib_asset_swap_sofr")["ql-asw-sofr-3y"]
    inputs, expected = case["inputs"], case["expected"]
    _, tenors, rates = swpm_quotes()
    curve = ("2023-08-17", [tenors.tolist()], [rates.tolist()])
    terms = (inputs["clean_price"], inputs["coupon"], inputs["maturity"], inputs["settlement"])
    assert call("HV_ASSETSWAP", [*terms, "par", *curve]) == pytest.approx(expected["par_par_asw_bp"], abs=0.005)
    assert call("HV_ASSETSWAP", [*terms, "market", *curve]) == pytest.approx(expected["market_value_asw_bp"], abs=0.005)
    assert call("HV_ZSPREAD", [*terms, *curve]) == pytest.approx(expected["z_spread_semi_bp"], abs=0.01)


def test_par_rates_satisfy_the_quotes_of_store_and_cell():
    for tenor in ("2Y", "10Y"):
        quoted = call("HV_SWAPRATE", [tenor, "2025-04-08"])
        assert call("HV_PARRATE", [tenor, None, "2025-04-08"]) == pytest.approx(quoted, abs=1e-12)
    assert call("HV_PARRATE", ["5Y", None, *OWN]) == pytest.approx(0.0352, abs=1e-12)


def test_targets_satisfy_being_tenors_or_dates_mixed_in_an_array():
    serial = float((dt.date(2035, 4, 10) - EXCEL_EPOCH).days)
    row = call("HV_DISCOUNT", [["10Y", "2035-04-10", serial, 10.0], *OWN])[0]
    assert row == pytest.approx([row[0]] * 4, abs=0.0)


def test_forward_rate_satisfies_the_growth_between_discount_factors():
    near, far = call("HV_DISCOUNT", [["2026-04-10", "2027-04-12"], *OWN])[0]
    forward = call("HV_FORWARDRATE", ["2026-04-10", "2027-04-12", *OWN])
    assert forward == pytest.approx((near / far - 1.0) * 360.0 / 367.0, rel=1e-12)


def test_zero_rate_satisfies_continuous_compounding_on_365_days():
    factor, rate = call("HV_DISCOUNT", ["2030-04-08", *OWN]), call("HV_ZERORATE", ["2030-04-08", *OWN])
    assert rate == pytest.approx(-np.log(factor) * 365.0 / 1826.0, rel=1e-12)


def test_swap_risk_satisfies_its_sum_by_quote_and_scales_with_notional():
    table = call("HV_SWAPRISK", ["7Y", 1e6, *OWN])
    risks = dict(table[1:])
    names = [f"DV01 {tenor}" for tenor in ("1M", "1Y", "2Y", "5Y", "10Y", "30Y")]
    assert list(risks) == ["par rate", "annuity", "DV01", *names]
    assert sum(risks[name] for name in names) == pytest.approx(risks["DV01"], rel=1e-6)
    paid = dict(call("HV_SWAPRISK", ["7Y", -2e6, *OWN])[1:])
    assert paid["DV01"] == pytest.approx(-2.0 * risks["DV01"], rel=1e-12)


def test_compounded_sofr_satisfies_own_fixings_and_the_stores():
    own = call("HV_COMPOUNDRATE", ["2025-03-03", "2025-03-05", [["2025-03-03", "2025-03-04"]], [[0.043, 0.044]]])
    assert own == pytest.approx(((1 + 0.043 / 360) * (1 + 0.044 / 360) - 1) * 180.0, rel=1e-12)
    assert 0.042 < call("HV_COMPOUNDRATE", ["2025-01-02", "2025-04-02"]) < 0.045
    lagged = call("HV_COMPOUNDRATE", ["2025-01-02", "2025-04-02", None, None, {"lookback": 5, "shift": 1}])
    assert lagged == pytest.approx(call("HV_COMPOUNDRATE", ["2024-12-24", "2025-03-26"]), abs=1e-12)


def test_spreads_of_a_bond_satisfy_agreeing_in_sign_and_size():
    matched = call("HV_MATCHEDSPREAD", [*BOND, "headline", *OWN])
    converted = call("HV_MATCHEDSPREAD", [*BOND, "converted", *OWN])
    asset_swap = call("HV_ASSETSWAP", [*BOND, "par", *OWN])
    assert matched < converted < 0.0 < asset_swap
    assert asset_swap == pytest.approx(-converted, abs=5.0)
    assert call("HV_HEDGERATIO", [*BOND, *OWN]) == pytest.approx(98.0, abs=1.0)
    forward = call("HV_FORWARDSPREAD", [*BOND, "2025-10-09", 0.0435, *OWN])
    assert forward == pytest.approx(matched, abs=2.0)


def test_the_invoice_spread_of_a_fair_future_satisfies_the_forward_spread():
    bond, delivery, repo = (99.5, 0.04, "2032-05-31", "2025-04-09"), "2025-06-30", 0.0435
    table = call("HV_CTD", ["TY", delivery, 110.0, [[0.04, "2032-05-31", 99.5]], "2025-04-09", repo])
    row = dict(zip(*table, strict=True))
    fair = 110.0 + row["net basis"] / row["factor"]
    invoice = call("HV_INVOICESPREAD", [fair, row["factor"], bond[1], bond[2], delivery, *OWN])
    assert invoice == pytest.approx(call("HV_FORWARDSPREAD", [*bond, delivery, repo, *OWN]), abs=1e-6)


def test_the_basket_satisfies_ranking_by_implied_repo():
    table = call("HV_CTD", CATALOGUE["HV_CTD"].example)
    repos = [row[-2] for row in table[1:]]
    assert repos == sorted(repos, reverse=True)
    assert [row[0] for row in table[1:]] == [1.0, 2.0, 3.0]
    assert [row[-1] for row in table[1:]] == [""] * 3
    assert table[1][2] == dt.date(2024, 6, 30)


def test_a_bond_the_contract_does_not_take_satisfies_being_last_with_the_reason():
    """The ten-year note of May 2025 left the basket of TY when its grade ended at eight years."""
    basket = [[0.0425, "2035-05-15", 80.0], [0.04, "2032-05-31", 99.5], [0.04125, "2032-02-29", 100.4]]
    _, first, second, last = call("HV_CTD", ["TY", "2025-06-30", 110.0, basket, "2025-05-20", 0.0435])
    assert (first[0], second[0], last[0]) == (1.0, 2.0, "")
    assert last[2] == dt.date(2035, 5, 15)
    assert last[-1] == "not deliverable: 9y 11m left, TY takes 6y 6m to below 8y 0m"
    assert last[-2] > first[-2] > second[-2]


def test_curve_options_change_the_curve_and_unknown_ones_are_refused():
    target = ["2028-10-10"]
    plain = call("HV_DISCOUNT", [*target, *OWN])
    for options in ({"interpolation": "monotone convex"}, {"nodes": "maturity"}, {"payment_lag": 0}):
        assert call("HV_DISCOUNT", [*target, *OWN, options]) == pytest.approx(plain, rel=2e-3)
        assert call("HV_DISCOUNT", [*target, *OWN, options]) != plain
    assert error("HV_DISCOUNT", *target, *OWN, {"interpolate": "linear"})[1].startswith("options must be a known name")


def counted(monkeypatch, name):
    """Let a way of building curves count its calls."""
    calls, builds = [], getattr(swap_curve, name)
    monkeypatch.setattr(swap_curve, name, lambda *arguments: calls.append(arguments) or builds(*arguments))
    monkeypatch.setattr(swap_curve, "_kept", {})
    return calls


def test_the_curve_of_many_cells_satisfies_being_built_once(monkeypatch):
    calls = counted(monkeypatch, "build_curve")
    for year in range(1, 41):
        call("HV_PARRATE", [float(year), None, *OWN])
    assert len(calls) == 1


def test_the_curves_of_a_column_of_dates_satisfy_one_build_and_each_alone(monkeypatch):
    days = np.arange(np.datetime64("2025-03-31"), np.datetime64("2025-04-12")).astype(str).tolist()
    together = counted(monkeypatch, "build_curves")
    column = call("HV_SWAPRATE", ["10Y", [[day] for day in days], "1Y"])
    assert [asofs.size for asofs, *_ in together] == [10]
    alone = counted(monkeypatch, "build_curve")
    for day, (cell,) in zip(days, column, strict=True):
        single = call("HV_SWAPRATE", ["10Y", day, "1Y"])
        weekend = not np.is_busday(day)
        assert isinstance(cell, CellError) == weekend
        assert cell == single if weekend else cell == pytest.approx(single, abs=1e-13)
    assert len(alone) == 10


def test_each_cell_of_an_array_satisfies_the_curve_of_its_own_date():
    dates = ["2025-04-08", "2025-04-05", "2025-04-11"]
    first, weekend, last = call("HV_DISCOUNT", ["10Y", dates])[0]
    assert isinstance(weekend, CellError) and weekend.code == "#N/A" and "Saturday 2025-04-05" in weekend.why
    assert first == call("HV_DISCOUNT", ["10Y", "2025-04-08"])
    assert last == call("HV_DISCOUNT", ["10Y", "2025-04-11"])


def test_one_bad_bond_satisfies_spoiling_only_itself():
    good, bad = call("HV_ZSPREAD", [[[102.5], [-1.0]], *BOND[1:], *OWN])
    assert good[0] == pytest.approx(call("HV_ZSPREAD", [*BOND, *OWN]), abs=1e-9)
    assert (bad[0].code, bad[0].why) == ("#NUM!", "price must be above 0 and up to 1000 per 100 face, got -1")


@pytest.mark.parametrize(
    ("call_", "code", "why"),
    [
        (("HV_BONDPRICE", 0.04, 4.25, "2035-02-15", "2025-04-09"), "#NUM!", "coupon must be a decimal from 0 to 0.25"),
        (("HV_BONDYIELD", 99.0, 0.04, "2025-04-01", "2025-04-10"), "#NUM!", "maturity must be after settle 2025-04-10"),
        (("HV_BONDYIELD", -5.0, 0.04, "2035-02-15", "2025-04-09"), "#NUM!", "price must be above 0"),
        (("HV_BONDYIELD", "abc", 0.04, "2035-02-15", "2025-04-09"), "#VALUE!", "price must be a number"),
        (("HV_BONDYIELD", 99.0, 0.04, "2035-02-30", "2025-04-09"), "#VALUE!", "maturity must be a spreadsheet date"),
        (("HV_BILLPRICE", 4.2, "2025-07-10", "2025-04-10"), "#NUM!", "discount_rate must be a decimal such as 0.0425"),
        (("HV_PARRATE", "0Y", None, *OWN), "#VALUE!", "tenor must be like 10Y"),
        (("HV_PARRATE", "-5Y", None, *OWN), "#VALUE!", "tenor must be like 10Y"),
        (("HV_PARRATE", "999Y", None, *OWN), "#VALUE!", "tenor must be like 10Y"),
        (("HV_PARRATE", "10 years", None, *OWN), "#VALUE!", "tenor must be like 10Y"),
        (("HV_PARRATE", CellError("#N/A", ""), None, *OWN), "#N/A", "tenor is an error cell"),
        (("HV_DISCOUNT", "2025-04-07", *OWN), "#NUM!", "date must not be before the curve's, 2025-04-08"),
        (("HV_DISCOUNT", "soon", *OWN), "#VALUE!", "target must be a date, or a tenor like 10Y"),
        (("HV_DISCOUNT", "5Y", None, *OWN[1:]), "#VALUE!", "asof must be given with tenors and rates"),
        (("HV_DISCOUNT", "5Y", OWN[0], [["1Y", "2Y"]], [[0.04, None]]), "#VALUE!", "rate of 2 years is missing"),
        (("HV_DISCOUNT", "5Y", OWN[0], [["1Y", "2Y"]], [[0.04]]), "#VALUE!", "rates must be one a tenor"),
        (("HV_DISCOUNT", "5Y", OWN[0], [["1Y", "1Y"]], [[0.04, 0.04]]), "#VALUE!", "tenors must ascend"),
        (("HV_DISCOUNT", "5Y", OWN[0], [["1Y", "2Y"]], [[4.0, 3.9]]), "#VALUE!", "rate of 1 years must be a decimal"),
        (("HV_FORWARDRATE", "2Y", "1Y", *OWN), "#NUM!", "end must be after start"),
        (("HV_CONVERSIONFACTOR", 0.04, "2035-02-15", "2025-06-30", "ZZ"), "#VALUE!", "contract must be one of"),
        (
            ("HV_CTD", "TY", "2025-06-30", 110.0, [[0.04, "2035-02-15"]], "2025-04-09", 0.04),
            "#VALUE!",
            "basket must be",
        ),
        (("HV_COMPOUNDRATE", "2025-03-05", "2025-03-03"), "#NUM!", "end must be after start"),
        (("HV_COMPOUNDRATE", "2017-03-01", "2017-03-03"), "#N/A", "fixings must have the SOFR of 2017-03-01"),
        (("HV_CUTSPRICED", "2019-01-01", "2025-04-11"), "#NUM!", "horizon must not be before date"),
        (("HV_POLICYPATH", "2025-04-12"), "#N/A", "Saturday 2025-04-12"),
    ],
)
def test_rates_functions_refuse_bad_input(call_, code, why):
    found = error(*call_)
    assert found[0] == code
    assert why in found[1]


def test_rates_past_the_last_quote_are_refused_unless_asked_for():
    good, far = call("HV_PARRATE", [["20Y", "40Y"], None, *OWN])[0]
    assert good == call("HV_PARRATE", ["20Y", None, *OWN])
    assert far.code == "#N/A"
    assert far.why.startswith("the curve ends on 2055-04-14 with its last quote, 30 years, unless option extrapolate")
    assert error("HV_PARRATE", "10Y", "25Y", *OWN)[0] == "#N/A"
    assert call("HV_PARRATE", ["10Y", "20Y", *OWN]) == pytest.approx(0.0373, abs=1e-4)
    assert error("HV_SWAPRATE", "10Y", "2025-04-11", "25Y")[0] == "#N/A"
    for name in ("HV_DISCOUNT", "HV_ZERORATE"):
        assert error(name, "31Y", *OWN)[0] == "#N/A"
    # From its last node on the curve keeps its last forward rate.
    last, beyond, further = (
        call("HV_FORWARDRATE", [start, end, *OWN, {"extrapolate": 1}])
        for start, end in (("2054-04-14", "2054-04-15"), ("2060-01-02", "2060-01-03"), ("2080-01-02", "2080-01-03"))
    )
    assert beyond == pytest.approx(last, rel=1e-9)
    assert further == pytest.approx(last, rel=1e-9)
    assert 0.03 < call("HV_PARRATE", ["40Y", None, *OWN, {"extrapolate": 1}]) < 0.04


def test_spreads_of_a_bond_past_the_last_quote_are_refused():
    short = (OWN[0], [OWN[1][0][:4]], [OWN[2][0][:4]])
    for name in ("HV_ZSPREAD", "HV_ASSETSWAP", "HV_MATCHEDSPREAD", "HV_HEDGERATIO"):
        kind = {"HV_ASSETSWAP": ["par"], "HV_MATCHEDSPREAD": ["headline"]}.get(name, [])
        maturities = [["2028-02-15"], ["2035-02-15"]]
        (good,), (bad,) = call(name, [102.5, 0.04625, maturities, BOND[3], *kind, *short])
        assert isinstance(good, float)
        assert (bad.code, "last quote, 5 years" in bad.why) == ("#N/A", True)


def test_29_february_and_holidays_satisfy_the_calendar():
    assert call("HV_BONDACCRUED", [0.04, "2028-02-29", "2027-12-25"]) == pytest.approx(2.0 * 116 / 182, abs=1e-12)
    before, leap, after = call("HV_PARRATE", ["5Y", ["2028-02-28", "2028-02-29", "2028-03-01"], *OWN])[0]
    assert before < leap < after == pytest.approx(before, abs=1e-5)


@needs_shared
def test_cuts_of_april_2025_match_the_swap_market(real_market):
    before, after = (call("HV_CUTSPRICED", ["2025-12-31", day]) for day in ("2025-04-02", "2025-04-08"))
    assert 65.0 < before < 85.0
    assert 95.0 < after < 115.0
    table = call("HV_POLICYPATH", ["2025-04-08"])
    assert table[1][0] == dt.date(2025, 5, 7)
    assert {row[-1] for row in table[1:]} == {"SOFR swaps"}
    assert table[3][4] == pytest.approx(table[3][3] / 25.0, rel=1e-12)


def test_cuts_of_april_2025_satisfy_the_swap_market_and_no_repo_noise():
    """The one-year swap fell 6 bp from 2 to 11 April; SOFR's fixing fell 4 bp too, as quarter-end repo eased."""
    cuts = [call("HV_CUTSPRICED", ["1Y", day]) for day in ("2025-04-02", "2025-04-11")]
    front = [1e4 * call("HV_SWAPRATE", ["1Y", day]) for day in ("2025-04-02", "2025-04-11")]
    assert front[1] - front[0] == pytest.approx(-6.0, abs=0.01)
    assert 3.0 < cuts[1] - cuts[0] < 9.0


def test_policy_path_satisfies_a_spike_of_one_fixing(tmp_path, monkeypatch):
    """After a cut in mid-month, the fixings before it count moved with the target; a dear month-end prices no cut."""
    monkeypatch.setenv("HAVEN_STORE", f"sqlite:///{tmp_path / 'store.sqlite'}")
    rows = [f"TARGET.UPPER,2026-09-{day:02},{4.0 if day < 17 else 3.75}" for day in range(1, 31)]
    rows += ["SOFR,2026-09-01,3.92", "SOFR,2026-09-16,3.90", "SOFR,2026-09-17,3.64", "SOFR,2026-09-30,3.95"]
    rows += ["SR3.2026M12,2026-09-30,96.40", "SR3.2027M03,2026-09-30,96.45"]
    path = tmp_path / "futures.csv"
    path.write_text("series,date,value\n" + "\n".join(rows) + "\n")
    load_files([path], NOW)
    first = call("HV_POLICYPATH", ["2026-09-30"])[1]
    assert first[1] - first[2] / 1e4 == pytest.approx(0.0366, abs=1e-12)  # of 3.64, 3.65, 3.67 and 3.95


def test_fed_funds_futures_satisfy_coming_before_the_curve(tmp_path, monkeypatch):
    monkeypatch.setenv("HAVEN_STORE", f"sqlite:///{tmp_path / 'store.sqlite'}")
    rows = [
        f"FF.2025M{month:02},2025-04-11,{price}" for month, price in ((5, 95.67), (6, 95.76), (7, 95.92), (8, 95.92))
    ]
    path = tmp_path / "futures.csv"
    path.write_text("series,date,value\n" + "\n".join(rows) + "\n")
    load_files([path], NOW)
    table = call("HV_POLICYPATH", ["2025-04-11"])
    assert {row[-1] for row in table[1:]} == {"fed-funds futures"}
    assert table[2][0] == dt.date(2025, 6, 18)
    # July has no meeting before its 31st, so its future is the rate after June's.
    assert table[2][1] == pytest.approx(0.0408, abs=2e-4)


def test_policy_path_on_the_day_of_a_cut_satisfies_the_new_rate(tmp_path, monkeypatch):
    """A cut decided on 29 July moves the rate on the 30th, whose fixing comes a day later; futures are flat after."""
    monkeypatch.setenv("HAVEN_STORE", f"sqlite:///{tmp_path / 'store.sqlite'}")
    rows = ["EFFR,2026-07-29,3.63", "TARGET.UPPER,2026-07-29,3.75", "TARGET.UPPER,2026-07-30,3.50"]
    rows += [f"FF.2026M{month:02},2026-07-30,96.62" for month in (8, 9, 10, 11)]
    path = tmp_path / "futures.csv"
    path.write_text("series,date,value\n" + "\n".join(rows) + "\n")
    load_files([path], NOW)
    _, first, *_ = call("HV_POLICYPATH", ["2026-07-30"])
    assert first[0] == dt.date(2026, 9, 16)
    assert first[1:4] == pytest.approx([0.0338, 0.0, 0.0], abs=1e-9)


@needs_shared
def test_the_store_curve_satisfies_every_quote_of_a_day(real_market):
    dates, tenors, rates = daily_quotes()
    place = int(np.flatnonzero(dates == np.datetime64("2025-04-08"))[0])
    row = call("HV_PARRATE", [[float(tenor) for tenor in tenors], None, "2025-04-08"])[0]
    assert row == pytest.approx(rates[place], abs=1e-10)


def test_forward_swap_rate_satisfies_the_par_rate_of_the_curve(real_market):
    found = call("HV_SWAPRATE", [["10Y"] * 4, "2025-04-11", [None, "1Y", "2026-06-17", "10X"]])[0]
    assert found[0] == call("HV_SWAPRATE", ["10Y", "2025-04-11"])
    assert found[1] == pytest.approx(call("HV_PARRATE", ["10Y", "1Y", "2025-04-11"]), rel=1e-14)
    assert found[2] == pytest.approx(call("HV_PARRATE", ["10Y", "2026-06-17", "2025-04-11"]), rel=1e-14)
    assert isinstance(found[3], CellError)


def test_yield_argument_satisfies_its_name_in_scenarios():
    base = {"yield": 0.0425, "coupon": 0.04625, "maturity": "2035-02-15", "settle": "2025-04-14"}
    expected = call("HV_BONDPRICE", [0.0435, 0.04625, "2035-02-15", "2025-04-14"])
    assert call("HV_SCENARIO", ["HV_BONDPRICE", {"+yield": 0.001}, base]) == pytest.approx(expected, rel=1e-12)
