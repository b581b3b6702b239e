"""The balance-sheet trade against its worked numbers and its identities."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from haven.analytics import capital
from haven.analytics.capital import Trade
from haven.analytics.saccr import ALPHA, margined_factor, potential_future_exposure, supervisory_duration
from tests.reference import rows

WORKED = Trade(
    tenor=np.array([10.0]), leverage_ratio=0.05, binding_weight=1.0, hurdle=0.10, tax=0.0, risk_free=0.04,
    equity_funds=1.0, equity_funds_haircut=0.0, haircut=0.02, repo_spread=5.0, unsecured_spread=50.0,
    initial_margin=0.035, margin_spread=20.0, mpor_days=10.0, trade_cost=0.0, horizon=1.0, rwa_charge=0.0,
    desk_capital=0.0, treasuries_excluded=False, convergence_risk=0.0, blend=np.nan, reverse=False,
)  # fmt: skip
"""The ten-year illustration: net margin cost 30 bp, haircut charged in full, no tax, no trade cost."""


def test_worked_case_matches_its_printed_figures():
    spread = np.array([-40.0])
    assert capital.carry(WORKED, spread) == pytest.approx([33.05], abs=5e-3)
    assert capital.exposure(WORKED) == pytest.approx([1.036526], abs=5e-7)
    assert 100 * capital.capital(WORKED) == pytest.approx([5.18263], abs=5e-6)
    assert 100 * capital.return_on_equity(WORKED, spread) == pytest.approx([10.377], abs=5e-4)


@pytest.mark.parametrize(("ratio", "spread"), [(0.05, -38.046), (0.0425, -33.381), (0.03, -25.607)])
def test_break_even_matches_its_printed_figures(ratio, spread):
    assert capital.break_even(replace(WORKED, leverage_ratio=ratio)) == pytest.approx([spread], abs=5e-4)


@pytest.mark.parametrize("row", rows("saccr_par_swap"), ids=lambda row: f"{row['years']:g}Y")
def test_saccr_matches_the_regulation_by_hand(row):
    years = np.array([row["years"]])
    assert supervisory_duration(years) == pytest.approx([row["duration"]], abs=5e-7)
    for days in (10, 5):
        exposure = 100 * ALPHA * potential_future_exposure(years, margined_factor(np.array([days])))
        assert exposure == pytest.approx([row[f"exposure_{days}"]], abs=1e-3)


@pytest.mark.parametrize("row", rows("leverage_charge"), ids=str)
def test_capital_charge_matches_ratio_times_hurdle(row):
    bare = replace(WORKED, leverage_ratio=row["leverage_ratio"], hurdle=row["hurdle"], equity_funds=0.0)
    charge = capital.cost_components(bare)["capital"] / capital.exposure(bare)
    assert charge == pytest.approx([row["charge"]], abs=1e-9)


def test_excluded_treasuries_satisfy_leaving_only_repo_and_swap():
    with_bond, without = WORKED, replace(WORKED, treasuries_excluded=True)
    assert capital.exposure(with_bond) - capital.exposure(without) == pytest.approx([1.0], abs=1e-15)


def test_par_bond_duration_matches_the_price_of_a_bumped_bond():
    years, coupon, bump = 10, 0.0425, 1e-6
    periods = np.arange(1, 2 * years + 1)

    def price(rate):
        return np.sum(coupon / 2 / (1 + rate / 2) ** periods) + (1 + rate / 2) ** -periods[-1]

    expected = (price(coupon - bump) - price(coupon + bump)) / (2 * bump)
    assert capital.par_bond_duration(np.array([10.0]), np.array([coupon])) == pytest.approx([expected], rel=1e-8)
    assert capital.par_bond_duration(np.array([7.0]), np.array([0.0])) == [7.0]


fractions = st.floats(0.0, 0.5)
spreads = st.floats(-50, 200)
trades = st.builds(
    Trade,
    tenor=st.floats(0.5, 50).map(lambda years: np.array([years])),
    leverage_ratio=st.floats(0.01, 0.1), binding_weight=st.floats(0.1, 1.0), hurdle=st.floats(0.0, 0.3),
    tax=st.floats(0, 0.5), risk_free=st.floats(-0.01, 0.08), equity_funds=st.sampled_from([0.0, 1.0]),
    equity_funds_haircut=st.sampled_from([0.0, 1.0]), haircut=fractions, repo_spread=spreads,
    unsecured_spread=spreads, initial_margin=fractions, margin_spread=spreads, mpor_days=st.floats(1, 20),
    trade_cost=st.floats(0, 20), horizon=st.floats(0.1, 5), rwa_charge=st.floats(0, 0.1),
    desk_capital=st.floats(0, 0.1), treasuries_excluded=st.booleans(), convergence_risk=st.floats(0, 20),
    blend=st.sampled_from([np.nan, 0.0, 0.4, 1.0]), reverse=st.booleans(),
)  # fmt: skip


@given(trades)
def test_return_at_the_break_even_satisfies_the_hurdle(trade):
    assume(capital.capital(trade) > 1e-6)
    earned = capital.return_on_equity(trade, capital.break_even(trade))
    assert earned == pytest.approx([trade.hurdle], abs=1e-9)


@given(trades)
def test_components_satisfy_adding_up_to_the_cost(trade):
    total = sum(capital.cost_components(trade).values())
    assert capital.balance_sheet_cost(trade) == pytest.approx(total, rel=1e-12, abs=1e-12)
    assert capital.break_even(trade) == (1 if trade.reverse else -1) * capital.balance_sheet_cost(trade)


@given(trades, st.sampled_from(["hurdle", "repo_spread", "trade_cost", "tax"]))
def test_break_even_satisfies_never_rising_in_a_cost(trade, term):
    trade = replace(trade, reverse=False)
    dearer = replace(
        trade, **{term: getattr(trade, term) * 1.5 if getattr(trade, term) > 0 else getattr(trade, term) + 0.1}
    )
    if term == "tax":
        dearer = replace(trade, tax=min(trade.tax + 0.1, 0.9))
    assert capital.break_even(dearer) <= capital.break_even(trade) + 1e-9


@given(trades, st.sampled_from(["leverage_ratio", "initial_margin", "desk_capital", "rwa_charge", "convergence_risk"]))
def test_break_even_satisfies_never_rising_in_what_is_charged(trade, term):
    """With a hurdle above what equity earns and saves, and margin that costs."""
    charged = replace(
        trade, hurdle=0.15, tax=0.2, risk_free=0.04, unsecured_spread=60.0, margin_spread=10.0, reverse=False
    )
    dearer = replace(charged, **{term: getattr(charged, term) * 1.2 + 1e-3})
    assert capital.break_even(dearer) <= capital.break_even(charged) + 1e-9


@given(trades)
def test_break_even_satisfies_continuity_where_haircut_meets_capital(trade):
    met = replace(trade, haircut=0.02, desk_capital=0.02, leverage_ratio=0.0, rwa_charge=0.0, blend=np.nan)
    around = [capital.break_even(replace(met, desk_capital=0.02 + step)) for step in (-1e-9, 0.0, 1e-9)]
    assert np.ptp(around) < 1e-4


@pytest.mark.parametrize("blend", [np.nan, 0.25, 0.75])
def test_implied_leverage_ratio_satisfies_the_break_even_of_a_blend(blend):
    trade = replace(WORKED, blend=blend, rwa_charge=0.03)
    found = capital.implied_leverage_ratio(trade, capital.break_even(trade))
    assert found == pytest.approx([trade.leverage_ratio], rel=1e-12)


def test_adverse_move_satisfies_undoing_the_carry():
    """A dealer long the bond loses its duration on each basis point the swap spread falls, one short of it gains."""
    held, duration = replace(WORKED, horizon=0.5), np.array([8.0])
    assert capital.adverse_move(held, np.array([-40.0]), duration) == pytest.approx([-33.05 / 16], abs=5e-4)
    short = replace(held, reverse=True)
    lost = -duration * capital.adverse_move(short, np.array([20.0]), duration)
    assert 0.5 * capital.carry(short, np.array([20.0])) + lost == pytest.approx([0.0], abs=1e-12)


def test_trade_satisfies_broadcasting_over_a_grid():
    grid = replace(WORKED, leverage_ratio=np.linspace(0.03, 0.06, 4)[:, None], hurdle=np.linspace(0.08, 0.15, 5))
    whole = capital.break_even(grid)
    assert whole.shape == (4, 5)
    one = replace(WORKED, leverage_ratio=0.06, hurdle=0.15)
    assert whole[-1, -1] == pytest.approx(capital.break_even(one)[0], rel=1e-14)
