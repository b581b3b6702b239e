"""The policy path: futures and curves made from known paths, and the cuts priced in April 2025."""

import numpy as np
import pytest

from haven.analytics.compounding import compounded_rate
from haven.analytics.conventions import Conventions
from haven.analytics.dates import imm_dates
from haven.analytics.fomc import meetings_after
from haven.analytics.policy_path import (
    path_from_averages,
    path_from_curve,
    path_from_fed_funds,
    path_from_sofr_futures,
)
from haven.analytics.sofr_curve import build_curve
from haven.errors import HavenError, Reason
from tests.analytics.curves import daily_quotes
from tests.shared import needs_shared

ASOF = np.datetime64("2025-04-08")
NOW = 0.0433
MOVES = np.array([0.0, -0.0025, 0.0, -0.0025, -0.0025, 0.0, -0.00125, 0.0])


def known_path():
    """Rates by day for two years under the moves, one a meeting."""
    _, effective = meetings_after(ASOF)
    days = np.arange(ASOF, ASOF + 730)
    rates = NOW + (MOVES * (days[:, None] >= effective[: MOVES.size])).sum(axis=1)
    return days, rates


def contract_months(first, count):
    return np.datetime64(first, "M").astype(int) + np.arange(count)


def test_fed_funds_futures_satisfy_the_path_they_average():
    days, rates = known_path()
    months = contract_months("2025-05", 12)
    averages = np.array([rates[days.astype("M8[M]").astype(int) == month].mean() for month in months])
    path = path_from_fed_funds(ASOF, NOW, months, 100.0 * (1.0 - averages))
    assert path.decisions[:3].astype(str).tolist() == ["2025-05-07", "2025-06-18", "2025-07-30"]
    assert path.rates[:8] == pytest.approx(NOW + np.cumsum(MOVES), abs=1e-9)
    assert path.cuts[3] == pytest.approx(50.0, abs=1e-5)


def test_cuts_by_a_date_satisfy_the_last_meeting_in_force():
    days, rates = known_path()
    months = contract_months("2025-05", 12)
    averages = np.array([rates[days.astype("M8[M]").astype(int) == month].mean() for month in months])
    path = path_from_fed_funds(ASOF, NOW, months, 100.0 * (1.0 - averages))
    dates = np.array(["2025-04-30", "2025-06-18", "2025-06-20", "2025-12-31"], "M8[D]")
    assert path.cuts_by(dates) == pytest.approx([0.0, 0.0, 25.0, 75.0], abs=1e-5)


def test_three_month_futures_satisfy_the_quarters_they_compound():
    days, rates = known_path()
    months = contract_months("2025-06", 4 * 3)[::3]
    starts, ends = imm_dates(months), imm_dates(months + 3)
    compounded = compounded_rate(starts, ends, days, rates)
    path = path_from_sofr_futures(ASOF, NOW, months, 100.0 * (1.0 - compounded))
    # Two meetings a quarter and one quote: single rates are open, averages are not, but for holidays.
    implied = NOW + (np.diff(path.rates, prepend=NOW) * (days[:, None] >= path.effective)).sum(axis=1)
    assert compounded_rate(starts, ends, days, implied) == pytest.approx(compounded, abs=5e-7)
    assert path.rates[0] == pytest.approx(NOW, abs=1.5e-3)


def test_three_month_futures_match_a_rate_compounded_over_weekends():
    """From an IMM Wednesday to the next are 13 weeks: four nights each of one day and one of three."""
    compounded = ((1 + NOW / 360) ** (4 * 13) * (1 + 3 * NOW / 360) ** 13 - 1) * 360 / 91
    path = path_from_sofr_futures(ASOF, NOW, contract_months("2025-06", 1), np.array([100.0 * (1.0 - compounded)]))
    assert path.rates == pytest.approx(NOW, abs=5e-9)


def test_a_decision_in_force_when_the_quotes_end_satisfies_being_left_out():
    decisions, effective = meetings_after(ASOF)
    path = path_from_averages(ASOF, NOW, np.array([ASOF]), effective[1:2], np.array([NOW]))
    assert path.decisions.tolist() == decisions[:1].tolist()


@needs_shared
@pytest.mark.parametrize(
    ("day", "current", "low", "high"),
    # On 2 April about three cuts were priced for 2025, on the 8th more than four, on the 11th three again.
    [("2025-04-02", 0.0437, 65.0, 85.0), ("2025-04-08", 0.0440, 95.0, 115.0), ("2025-04-11", 0.0433, 65.0, 85.0)],
)
def test_cuts_of_april_2025_match_the_market(day, current, low, high):
    dates, tenors, rates = daily_quotes()
    place = int(np.flatnonzero(dates == np.datetime64(day))[0])
    curve = build_curve(dates[place], tenors, rates[place], Conventions(interpolation="meeting steps"))
    path = path_from_curve(curve, current)
    assert low < path.cuts_by(np.array(["2025-12-31"], "M8[D]"))[0] < high


def test_a_flat_curve_satisfies_no_cuts():
    conventions = Conventions(interpolation="meeting steps", payment_lag=0)
    one = build_curve(ASOF, np.array([2.0]), np.array([0.04]), conventions)
    overnight = one.forward_rate(np.array([ASOF]), np.array([ASOF + 1]))[0]
    path = path_from_curve(one, overnight)
    assert path.cuts == pytest.approx(0.0, abs=0.05)


def test_paths_refuse_what_no_meeting_explains():
    with pytest.raises(HavenError, match="must reach past a scheduled FOMC meeting") as failure:
        path_from_fed_funds(ASOF, NOW, contract_months("2025-04", 1), np.array([95.67]))
    assert failure.value.reason == Reason.NO_DATA
    path = path_from_fed_funds(ASOF, NOW, contract_months("2025-05", 2), np.array([95.67, 95.7]))
    with pytest.raises(HavenError, match="horizon must not be after"):
        path.cuts_by(np.array(["2026-12-31"], "M8[D]"))
