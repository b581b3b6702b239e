"""Balance-sheet functions: rules by date, worked numbers, identities."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haven.functions import CATALOGUE, CellError, call
from haven.market.rules import rules
from tests.reference import rows

DATE = "2025-04-11"
WORKED = {
    "haircut": 0.02, "equity_funds_haircut": 0, "margin_spread": 20, "initial_margin": 0.035, "tax": 0,
    "risk_free": 0.04, "trade_cost": 0,
}  # fmt: skip


def table(name, *args):
    header, *lines = call(name, list(args))
    return [dict(zip(header, line, strict=True)) for line in lines]


@pytest.mark.parametrize(
    ("date", "bank", "ratio"),
    [
        ("2018-01-01", "JPM", 0.05), ("2026-03-31", "JPM", 0.05), ("2026-04-01", "JPM", 0.0425),
        ("2026-04-01", "C", 0.04), ("2026-12-31", "BAC", 0.0375), ("2027-01-01", "BAC", 0.04),
        ("2026-04-01", "GS", 0.0375), ("2026-04-01", "STT", 0.035),
    ],
)  # fmt: skip
def test_leverage_rule_matches_its_dates(date, bank, ratio):
    assert call("HV_RULE", ["leverage_ratio", date, bank]) == pytest.approx(ratio, abs=1e-12)


@pytest.mark.parametrize(
    ("date", "excluded"), [("2020-03-31", 0), ("2020-04-01", 1), ("2021-03-31", 1), ("2021-04-01", 0)]
)
def test_treasury_exclusion_matches_its_dates(date, excluded):
    assert call("HV_RULE", ["treasuries_excluded", date]) == excluded


def test_every_rule_satisfies_both_sides_of_its_dates():
    one = np.timedelta64(1, "D")
    for rule in rules():
        bank = rule.bank or "JPM"
        assert call("HV_RULE", [rule.parameter, rule.effective_from, bank]) == rule.value
        before = call("HV_RULE", [rule.parameter, rule.effective_from - one, bank])
        assert isinstance(before, CellError) or before != rule.value or rule.parameter == "gsib_surcharge"
        assert rule.source
        assert rule.verification in {"seen", "seen_total_only", "secondary", "recalled"}


def test_cost_table_on_an_empty_date_satisfies_one_day():
    """The three-year Treasury of the sample ends thirteen days after the others."""
    days = [call("HV_ASOF", [f"UST.{tenor}"]).isoformat() for tenor in ("2Y", "3Y", "5Y")]
    assert days == ["2026-07-22", "2026-08-04", "2026-07-22"]
    *rows, unknown = table("HV_BSCOSTTABLE", [["2Y", "3Y", "5Y", "90Y"]])
    assert rows == table("HV_BSCOSTTABLE", [["2Y", "3Y", "5Y"]], "2026-07-22")
    assert "tenor must be between the quoted ones" in unknown["cost"].why


@pytest.mark.parametrize(("date", "ratio"), [("2026-12-31", 0.0375), ("2027-01-01", 0.04)])
def test_bank_leverage_rule_matches_the_surcharge_of_its_parent(date, ratio):
    """3 % and half the parent's method-1 surcharge, at most 1 %: BAC goes from 1.5 % to 2 % in January 2027."""
    assert call("HV_RULE", ["bank_leverage_ratio", date, "BAC"]) == pytest.approx(ratio, abs=1e-12)


def test_break_even_on_good_friday_satisfies_the_sofr_of_thursday():
    """A day with Treasuries but no SOFR has the last one, not the 4 % of a date before there was any."""
    thursday, friday = (call("HV_BREAKEVEN", ["10Y", day]) for day in ("2021-04-01", "2021-04-02"))
    assert call("HV_QUOTE", ["SOFR", "2021-04-01"]) == pytest.approx(0.0001, abs=1e-12)
    assert friday == pytest.approx(call("HV_BREAKEVEN", ["10Y", "2021-04-02", {"risk_free": 0.0001}]), abs=1e-9)
    assert friday == pytest.approx(thursday, abs=0.1)


def test_rules_satisfy_holding_on_their_date():
    held = table("HV_RULES", "2026-04-01", "JPM")
    assert {row["bank"] for row in held} == {"JPM", "all"}
    for row in held:
        assert call("HV_RULE", [row["rule"], "2026-04-01", "JPM"]) == row["value"]


@pytest.mark.parametrize(("ratio", "spread"), [(0.05, -38.046), (0.0425, -33.381), (0.03, -25.607)])
def test_break_even_matches_the_worked_case(ratio, spread):
    found = call("HV_BREAKEVEN", ["10Y", DATE, {**WORKED, "leverage_ratio": ratio}])
    assert found == pytest.approx(spread, abs=5e-4)
    assert call("HV_BSCOST", ["10Y", DATE, {**WORKED, "leverage_ratio": ratio}]) == -found


def test_carry_and_return_match_the_worked_case():
    legs = {row["leg"]: row["bp"] for row in table("HV_CARRY", "10Y", -40, DATE, WORKED)}
    assert legs["carry"] == pytest.approx(33.05, abs=5e-3)
    assert sum(list(legs.values())[:6]) == pytest.approx(legs["carry"], abs=1e-12)
    assert 100 * call("HV_SPREADROE", ["10Y", -40, DATE, WORKED]) == pytest.approx(10.377, abs=5e-4)


BOND = {"face": 1e8, "price": 99.5, "coupon": 0.04625, "maturity": "2035-02-15", "settle": "2025-04-15"}


def test_dollar_carry_satisfies_its_legs():
    legs = {row["leg"]: row["bp"] for row in table("HV_CARRY", "10Y", -54, DATE, BOND) if row["leg"].endswith("USD")}
    carry, notional = legs.pop("carry, USD"), legs.pop("swap notional, USD")
    assert carry == pytest.approx(sum(legs.values()), rel=1e-12)
    assert legs["coupon accrual, USD"] == pytest.approx(4_625_000, abs=1.0)
    assert legs["transaction, USD"] == pytest.approx(-1e-4 * 1e8 * (0.995 + 0.04625 * 59 / 362), rel=1e-3)
    assert legs["repo interest, USD"] == pytest.approx(-1.0026e8 * 0.98 * (0.0433 + 0.0005) * 365 / 360, rel=1e-3)
    assert legs["swap SOFR, USD"] == pytest.approx(notional * 0.0433 * 365 / 360, rel=1e-12)
    assert 0.9e8 < notional < 1.05e8
    unfunded = table("HV_CARRY", "10Y", -54, DATE, {**BOND, "equity_funds_haircut": 0})
    haircut = next(row["bp"] for row in unfunded if row["leg"] == "haircut funding, USD")
    assert haircut == pytest.approx(-1.0026e8 * 0.02 * (0.0433 + 0.0050) * 365 / 360, rel=1e-3)


def test_dollar_notional_and_fixed_leg_match_quantlib():
    ql = pytest.importorskip("QuantLib")
    dates = [ql.DateParser.parseISO(BOND[name]) for name in ("settle", "maturity")]
    schedule = ql.Schedule(
        ql.DateParser.parseISO("2025-02-15"), dates[1], ql.Period(6, ql.Months), ql.NullCalendar(),
        ql.Unadjusted, ql.Unadjusted, ql.DateGeneration.Backward, False,
    )  # fmt: skip
    note = ql.FixedRateBond(0, 100.0, schedule, [0.04625], ql.ActualActual(ql.ActualActual.ISMA, schedule))
    terms = (note.dayCounter(), ql.Compounded, ql.Semiannual)
    rate = ql.BondFunctions.bondYield(note, ql.BondPrice(99.5, ql.BondPrice.Clean), *terms, dates[0])
    duration = ql.BondFunctions.duration(note, rate, *terms, ql.Duration.Modified, dates[0])
    dv01 = duration * (99.5 + note.accruedAmount(dates[0])) / 1e4
    fixed = rate - 0.0054
    years = (dates[1] - dates[0]) / 365.25
    swap_dv01 = (1 - (1 + fixed / 2) ** (-2 * years)) / fixed / 100
    legs = {row["leg"]: row["bp"] for row in table("HV_CARRY", "10Y", -54, DATE, BOND)}
    notional = 1e8 * dv01 / swap_dv01
    assert legs["swap notional, USD"] == pytest.approx(notional, rel=1e-6)
    assert legs["swap fixed, USD"] == pytest.approx(-notional * fixed * 365 / 360, rel=1e-6)


@pytest.mark.parametrize("row", rows("saccr_par_swap"), ids=lambda row: f"{row['years']:g}Y")
def test_saccr_matches_the_regulation_by_hand(row):
    for days in (10, 5):
        found = call("HV_SACCR", [100.0, row["years"], days])
        assert found == pytest.approx(row[f"exposure_{days}"], abs=1e-3)


@pytest.mark.parametrize(("years", "exposure"), [(2, 1.33228), (5, 3.09679), (10, 5.50857), (30, 10.87618)])
def test_unmargined_saccr_matches_the_regulation_by_hand(years, exposure):
    assert call("HV_SACCR", [100.0, years, 10, {"margined": 0}]) == pytest.approx(exposure, abs=1e-3)


def test_book_satisfies_netting():
    assert call("HV_SACCRBOOK", [[1e8, -1e8], ["10Y", "10Y"]]) == 0.0
    assert call("HV_SACCRBOOK", [[1e8], ["10Y"]]) == pytest.approx(call("HV_SACCR", [1e8, "10Y"]), rel=1e-14)
    netted = call("HV_SACCRBOOK", [[1e8, -5e7, 2e8], ["10Y", "3Y", "6M"]])
    assert netted < sum(call("HV_SACCR", [n, t]) for n, t in ((1e8, "10Y"), (5e7, "3Y"), (2e8, "6M")))


def test_book_matches_the_formula_spelled_out():
    d = [n * (1 - np.exp(-0.05 * t)) / 0.05 for n, t in ((2e8, 0.5), (-5e7, 3), (1e8, 10))]
    cross = 1.4 * d[0] * d[1] + 1.4 * d[1] * d[2] + 0.6 * d[0] * d[2]
    expected = 1.4 * 0.005 * 0.3 * np.sqrt(sum(x * x for x in d) + cross)
    assert call("HV_SACCRBOOK", [[1e8, -5e7, 2e8], ["10Y", "3Y", "6M"]]) == pytest.approx(expected, rel=1e-12)


def test_book_matches_the_buckets_where_they_meet():
    """12 CFR 217.132(c)(9)(ii): below one year; one year to five; above five."""
    d1, d5, d10 = ((1 - np.exp(-0.05 * t)) / 0.05 for t in (1, 5, 10))
    netted = 1.4 * 0.005 * 0.3 * abs(d5 - d1)
    assert call("HV_SACCRBOOK", [[1.0, -1.0], ["5Y", "1Y"]]) == pytest.approx(netted, rel=1e-12)
    across = 1.4 * 0.005 * 0.3 * np.sqrt(d10**2 + d1**2 - 1.4 * d10 * d1)
    assert call("HV_SACCRBOOK", [[1.0, -1.0], ["10Y", "1Y"]]) == pytest.approx(across, rel=1e-12)


@pytest.mark.parametrize("terms", [{"leverage_ratio": 0}, {"desk_capital": 0.08}, {"rwa_charge": 0.06}])
@pytest.mark.parametrize("tenor", ["1Y", "2Y", "5Y", "10Y", "30Y"])
def test_implied_leverage_satisfies_break_evens_at_the_edge(tenor, terms):
    """No capital at all, or capital that another rule sets: rounding must not make it #NUM!."""
    spread = call("HV_BREAKEVEN", [tenor, DATE, terms])
    implied = call("HV_IMPLIEDLEVERAGE", [tenor, spread, DATE, terms])
    again = call("HV_BREAKEVEN", [tenor, DATE, {**terms, "leverage_ratio": implied}])
    assert again == pytest.approx(spread, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.02, 0.08), st.floats(0.0, 0.3), st.sampled_from([0, 1]), st.floats(0.0, 0.1))
def test_implied_leverage_satisfies_the_break_even(ratio, tax, funds, haircut):
    terms = {"tax": tax, "equity_funds_haircut": funds, "haircut": haircut, "hurdle": 0.12}
    spread = call("HV_BREAKEVEN", ["10Y", DATE, {**terms, "leverage_ratio": ratio}])
    assert call("HV_IMPLIEDLEVERAGE", ["10Y", spread, DATE, terms]) == pytest.approx(ratio, rel=1e-9)


def test_components_satisfy_adding_up_with_convergence_risk():
    for row in table("HV_BSCOSTTABLE", None, DATE, {"kappa": 0.5, "sigma": 12}):
        parts = [row[name] for name in row if name not in {"tenor", "cost", "break-even", "capital held", "binding"}]
        assert row["cost"] == pytest.approx(sum(parts), abs=1e-9)
        assert row["convergence risk"] > 0
        assert row["break-even"] == -row["cost"]


@pytest.mark.parametrize(
    ("options", "held", "binding"),
    [
        ({}, 0.05 * 1.0365257, "leverage"),
        ({"rwa_charge": 0.06}, 0.06, "risk-weighted"),
        ({"rwa_charge": 0.06, "desk_capital": 0.07}, 0.07, "desk"),
        ({"rwa_charge": 0.03, "blend": 0.25}, 0.25 * 0.05 * 1.0365257 + 0.75 * 0.03, "blend"),
    ],
)
def test_binding_requirement_matches_the_largest_by_hand(options, held, binding):
    (row,) = table("HV_BSCOSTTABLE", [["10Y"]], DATE, options)
    assert (row["capital held"], row["binding"]) == (pytest.approx(held, abs=1e-7), binding)


def test_reverse_satisfies_the_band_between_both_trades():
    """Between the break-evens neither side earns its hurdle; without capital, margin or trading they meet."""
    long, short = (call("HV_BREAKEVEN", ["10Y", DATE, {"reverse": side}]) for side in (0, 1))
    assert long < 0 < short
    for spread, side, above in ((long - 5, 0, True), (long + 5, 0, False), (short + 5, 1, True), (short - 5, 1, False)):
        assert (call("HV_SPREADROE", ["10Y", spread, DATE, {"reverse": side}]) > 0.10) is above
    free = {"leverage_ratio": 0, "initial_margin": 0, "trade_cost": 0, "haircut": 0, "repo_spread": 7}
    assert [call("HV_BREAKEVEN", ["10Y", DATE, {**free, "reverse": side}]) for side in (0, 1)] == [-7, -7]


def test_reverse_matches_the_trade_written_out():
    found = call("HV_BREAKEVEN", ["10Y", DATE, {**WORKED, "reverse": 1}])
    capital = 0.05 * (0.98 + 0.0165257)
    expected = 1e4 * capital * (0.10 - 0.04) - 0.98 * 5 + 0.035 * 30
    assert found == pytest.approx(expected, abs=1e-3)
    assert call("HV_IMPLIEDLEVERAGE", ["10Y", found, DATE, {**WORKED, "reverse": 1}]) == pytest.approx(0.05, rel=1e-9)


def test_reverse_in_dollars_satisfies_the_opposite_legs():
    legs = [
        {row["leg"]: row["bp"] for row in table("HV_CARRY", "10Y", -54, DATE, {**BOND, "haircut": 0, "reverse": side})}
        for side in (0, 1)
    ]
    for leg in ("coupon accrual", "pull to par", "repo interest", "swap fixed", "swap SOFR"):
        assert legs[0][f"{leg}, USD"] == -legs[1][f"{leg}, USD"] != 0
    for leg in ("margin funding", "transaction", "swap notional"):
        assert legs[0][f"{leg}, USD"] == legs[1][f"{leg}, USD"] != 0


def test_early_adopters_match_the_elective_period():
    assert call("HV_RULE", ["leverage_ratio_early_adopter", "2026-01-01", "JPM"]) == 0.0425
    assert call("HV_RULE", ["leverage_ratio_early_adopter", "2025-12-31", "JPM"]).code == "#N/A"


def test_headroom_satisfies_exhausting_the_limit():
    fits = call("HV_HEADROOM", [2.8e11, 5e12, "2026-04-01"])
    assert 2.8e11 / (5e12 + fits) == pytest.approx(0.0425, rel=1e-12)
    assert call("HV_HEADROOM", [2.8e11, 5e12, "2026-03-31"]) < fits
    carved = call("HV_HEADROOM", [2.8e11, 5e12, "2026-04-01", {"treasuries": 4e11}])
    assert carved - fits == pytest.approx(4e11)


def test_headroom_satisfies_the_tighter_limit():
    options = {"risk_based_ratio": 0.115, "risk_weighted_assets": 2.0e12, "risk_weight": 0.2}
    weighted = (2.8e11 / 0.115 - 2.0e12) / 0.2
    loose = call("HV_HEADROOM", [2.8e11, 5e12, "2026-04-01"])
    assert call("HV_HEADROOM", [2.8e11, 5e12, "2026-04-01", options]) == pytest.approx(min(weighted, loose))


def test_spread_model_matches_the_cross_section_of_25_april_2024():
    """Published baselines at 2, 5, 10 and 30 years with premium 4.91 bp a year and level -0.74 bp; ±0.1 bp."""
    model = table(
        "HV_SPREADMODEL", ["2Y", "5Y", "10Y", "30Y"], [-10.0, -22.4, -39.5, -79.3], [1.886, 4.411, 7.894, 16.0]
    )
    assert model[0]["level"] == pytest.approx(-0.74, abs=0.1)
    assert model[0]["term funding premium"] == pytest.approx(4.91, abs=0.01)
    assert max(abs(row["residual"]) for row in model) == pytest.approx(0.0, abs=0.1)


def test_spread_model_matches_numpy_polyfit():
    spreads, durations = np.array([-7.3, -23.7, -37.4, -75.9]), np.array([1.886, 4.411, 7.894, 16.0])
    slope, level = np.polyfit(durations, spreads, 1)
    model = table("HV_SPREADMODEL", ["2Y", "5Y", "10Y", "30Y"], spreads.tolist(), durations.tolist())
    assert (model[0]["level"], model[0]["term funding premium"]) == pytest.approx((level, -slope))
    assert [row["residual"] for row in model] == pytest.approx(spreads - level - slope * durations)


def test_spread_bounds_match_repo_and_shadow_cost():
    bounds = {row["measure"]: row["bp"] for row in table("HV_SPREADBOUNDS", "10Y", 40, DATE)}
    assert (bounds["dealers long at or below"], bounds["dealers short at or above"]) == (-45, 35)
    assert bounds["swap spread"] == -54


@pytest.mark.parametrize(
    ("name", "args", "code", "why"),
    [
        ("HV_RULE", ["leverage_ratio", "2017-12-31"], "#N/A", "known from 2018-01-01, not on 2017-12-31"),
        ("HV_RULE", ["leverage", DATE], "#VALUE!", "parameter must be one of leverage_ratio"),
        ("HV_RULE", ["leverage_ratio", DATE, "Lehman"], "#VALUE!", "bank must be one of JPM"),
        ("HV_BREAKEVEN", ["10Y", DATE, {"horizon": 0}], "#NUM!", "horizon must be years above 0"),
        ("HV_BREAKEVEN", ["10Y", DATE, {"haircut": 1}], "#NUM!", "haircut must be a decimal from 0 to below 1"),
        ("HV_BREAKEVEN", ["10Y", DATE, {"hurdle": 10}], "#NUM!", "hurdle must be a decimal such as 0.0425"),
        ("HV_BREAKEVEN", ["10Y", DATE, {"leverage_ratio": 5}], "#NUM!", "leverage_ratio must be a decimal"),
        ("HV_BREAKEVEN", ["10Y", DATE, {"levrage_ratio": 0.05}], "#VALUE!", "did you mean 'leverage_ratio'"),
        ("HV_SPREADROE", ["10Y", -40, DATE, {"leverage_ratio": 0}], "#NUM!", "ties up no capital"),
        ("HV_IMPLIEDLEVERAGE", ["10Y", 100, DATE], "#NUM!", "no leverage ratio makes a spread of 100 bp"),
        ("HV_HEADROOM", [-1, 5e12], "#NUM!", "tier1 must be dollars, not negative"),
        ("HV_HEADROOM", [1e9, 5e12, DATE, {"leverage_ratio": 0}], "#NUM!", "leverage_ratio must be above 0"),
        ("HV_CARRY", ["10Y", -54, DATE, {"face": 1e8}], "#VALUE!", "price, coupon, maturity, settle missing"),
        (
            "HV_CARRY",
            ["10Y", -54, DATE, {**BOND, "maturity": "2025-08-15"}],
            "#NUM!",
            "maturity must be after the horizon",
        ),
        ("HV_CARRY", ["10Y", -54, DATE, {**BOND, "coupon": 4.625}], "#NUM!", "coupon must be a decimal such as 0.0425"),
        ("HV_SACCRBOOK", [[1e8, 1e8], ["10Y"]], "#VALUE!", "as many as notionals, 2, got 1"),
        ("HV_SPREADMODEL", [["2Y", "5Y", "10Y"], [1, 2], [1, 2, 3]], "#VALUE!", "equally many, at least 3"),
        ("HV_SPREADMODEL", [["2Y", "5Y", "10Y"], [1, 2, 3], [4, 4, 4]], "#NUM!", "durations must differ"),
    ],
)
def test_function_refuses(name, args, code, why):
    answer = call(name, args)
    assert isinstance(answer, CellError)
    assert answer.code == code, answer.why
    assert why in answer.why


def test_break_even_of_every_day_satisfies_its_rules(real_market):
    """Break-even against the spread, daily from 2025 to 16 May, with the rules of each day, in one array call."""
    dates = [[row[0]] for row in call("HV_HISTORY", ["SPREAD.10Y", "2025-01-01", "2025-05-16"])[1:]]
    levels, spreads = (call(name, ["10Y", dates]) for name in ("HV_BREAKEVEN", "HV_SWAPSPREAD"))
    assert len(levels) > 90
    assert all(-60 < level[0] < -40 for level in levels)
    earned = call("HV_SPREADROE", ["10Y", spreads, dates])
    assert all((e[0] > 0.10) == (s[0] < b[0]) for e, s, b in zip(earned, spreads, levels, strict=True))


def test_functions_satisfy_the_contract_of_names():
    expected = (
        "RULE RULES SACCR SACCRBOOK BSCOST BSCOSTTABLE BREAKEVEN SPREADROE IMPLIEDLEVERAGE CARRY HEADROOM "
        "SPREADMODEL SCENARIO SCENARIOTABLE GRID"
    )
    expected = {f"HV_{name}" for name in expected.split()}
    assert expected <= set(CATALOGUE)


def test_carry_satisfies_an_empty_date_beside_a_given_spread():
    """Roll-down and the move it survives are those of the latest date."""
    given, latest = (
        {row["leg"]: row["bp"] for row in table("HV_CARRY", "10Y", -50, date)} for date in (None, "2026-07-22")
    )
    assert given == pytest.approx(latest, abs=1e-9)
