"""The SOFR curve against a published one, six years of daily quotes, and QuantLib."""

from itertools import product

import numpy as np
import pytest
import QuantLib
from hypothesis import given, settings
from hypothesis import strategies as st

from haven.analytics.calendars import SOFR_FIXING
from haven.analytics.conventions import Conventions
from haven.analytics.curve_plan import plan_of_day
from haven.analytics.schedules import spot_date
from haven.analytics.sofr_curve import build_curve, build_curves
from haven.analytics.swaps import par_rate, swaps_of_tenor
from haven.errors import HavenError, Reason
from tests.analytics.curves import SWPM, daily_quotes, swpm_curve, swpm_quotes, years
from tests.analytics.quantlib_dates import from_quantlib, to_quantlib
from tests.published import cases, tolerance
from tests.shared import needs_shared

SHAPES = [
    Conventions(nodes=nodes, interpolation=shape)
    for nodes, shape in product(("payment", "maturity"), ("log-linear", "monotone convex", "meeting steps"))
]
QUOTED = "1D 1W 2W 3W 1M 2M 3M 4M 5M 6M 9M 1Y 18M 2Y 3Y 4Y 5Y 7Y 10Y 15Y 20Y 30Y 50Y"
TENORS = years(QUOTED.split())
ASOF = np.datetime64("2025-04-08")


def rates_of(level, slope, hump):
    return level + slope * (1.0 - np.exp(-TENORS / 4.0)) + hump * TENORS * np.exp(-TENORS / 3.0)


def swaps_from_spot(curve):
    """The swaps the curve was built from."""
    start = np.full(curve.tenors.shape, spot_date(np.asarray(curve.asof), curve.conventions))
    return swaps_of_tenor(curve, start, curve.tenors)


def reprices(curve):
    """Largest difference between a quote and the rate of its swap on the curve."""
    return np.abs(par_rate(curve, swaps_from_spot(curve)) - curve.rates).max()


@needs_shared
def test_maturities_match_the_published_curve():
    maturities, _, _ = swpm_quotes()
    case = cases(SWPM)["swpm-20230817-maturities"]
    curve = swpm_curve(Conventions(nodes="maturity"))
    assert maturities.astype(str).tolist() == case["expected"]["maturities"]
    assert (curve.asof + curve.nodes.astype(int) == maturities).all()


@needs_shared
@pytest.mark.parametrize("nodes", ["payment", "maturity"])
@pytest.mark.parametrize("case", cases(SWPM, prefix="swpm-20230817-df").values(), ids=lambda c: c["id"])
def test_discount_factors_and_zeros_match_the_published_curve(case, nodes):
    curve = swpm_curve(Conventions(nodes=nodes))
    maturity = np.array([case["inputs"]["maturity"]], "M8[D]")
    expected = case["expected"]
    assert curve.discount(maturity)[0] == pytest.approx(
        expected["discount_factor"], abs=tolerance(case, "discount_factor")
    )
    assert 100.0 * curve.zero_rate(maturity)[0] == pytest.approx(expected["zero_pct"], abs=tolerance(case, "zero_pct"))


@needs_shared
def test_curves_of_every_day_of_six_years_satisfy_their_quotes():
    dates, tenors, rates = daily_quotes()
    whole = ~np.isnan(rates).any(axis=1)
    curves = build_curves(dates[whole], tenors, rates[whole])
    assert dates.size == 1595 and whole.sum() == 1593
    for day in np.flatnonzero(~whole):
        quoted = ~np.isnan(rates[day])
        curves.append(build_curve(dates[day], tenors[quoted], rates[day, quoted]))
    for curve in curves:
        assert reprices(curve) == pytest.approx(0.0, abs=1e-10)
        # A par rate above the one before it, and both positive, needs a positive forward between the two.
        rising = np.diff(curve.rates) >= 0.0
        factors = curve.discount(swaps_from_spot(curve).ends[:, 0])
        assert (np.diff(factors)[rising] < 0.0).all(), curve.asof


@needs_shared
def test_days_built_together_satisfy_days_built_alone():
    dates, tenors, rates = daily_quotes()
    some = np.flatnonzero(~np.isnan(rates).any(axis=1))[::100]
    for together, day in zip(build_curves(dates[some], tenors, rates[some]), some, strict=True):
        alone = build_curve(dates[day], tenors, rates[day])
        assert together.logs == pytest.approx(alone.logs, abs=1e-14)


@needs_shared
@pytest.mark.parametrize("conventions", SHAPES, ids=lambda c: f"{c.interpolation}-{c.nodes}")
def test_curves_of_every_shape_satisfy_real_quotes(conventions):
    dates, tenors, rates = daily_quotes()
    for day in np.flatnonzero(~np.isnan(rates).any(axis=1))[::25]:
        assert reprices(build_curve(dates[day], tenors, rates[day], conventions)) == pytest.approx(0.0, abs=1e-10)


def quantlib_curve(asof, tenors, rates, *, payment_lag, pillar):
    """The same quotes bootstrapped by QuantLib on its SOFR calendar."""
    QuantLib.Settings.instance().evaluationDate = to_quantlib(asof)
    index = QuantLib.Sofr()
    helpers = [
        QuantLib.OISRateHelper(
            2,
            QuantLib.Period(round(12 * t), QuantLib.Months),
            QuantLib.QuoteHandle(QuantLib.SimpleQuote(float(rate))),
            index,
            QuantLib.YieldTermStructureHandle(),
            True,  # telescopic value dates
            payment_lag,
            QuantLib.Following,
            QuantLib.Annual,
            index.fixingCalendar(),
            pillar=pillar,
            endOfMonth=False,  # a swap from 30 September ends on the 30th, not on the month's last day
        )
        for t, rate in zip(tenors, rates, strict=True)
    ]
    bootstrap = QuantLib.IterativeBootstrap(1e-15)
    curve = QuantLib.PiecewiseLogLinearDiscount(to_quantlib(asof), helpers, QuantLib.Actual365Fixed(), bootstrap)
    curve.enableExtrapolation()
    return curve


@settings(max_examples=100, deadline=None)
@given(
    day=st.integers(0, 2500),
    level=st.floats(0.002, 0.06),
    slope=st.floats(-0.01, 0.03),
    hump=st.floats(-0.002, 0.004),
    payment_lag=st.sampled_from([0, 2]),
    nodes=st.sampled_from(["payment", "maturity"]),
)
def test_discount_factors_match_quantlib(day, level, slope, hump, payment_lag, nodes):
    asof = SOFR_FIXING.shift(np.array(["2018-06-01"], "M8[D]"), day)[0]
    conventions = Conventions(payment_lag=payment_lag, rolls=SOFR_FIXING, payments=SOFR_FIXING, nodes=nodes)
    if str(spot_date(np.asarray(asof), conventions))[5:] in {"02-29", "08-29", "08-30", "08-31"}:
        return  # QuantLib counts back from a shortened end, so its swaps pay on 28 February in leap years too.
    months = TENORS >= 1 / 12
    tenors, rates = TENORS[months], rates_of(level, slope, hump)[months]
    # QuantLib offers the last date a helper needs, which is that of its payment, or the maturity.
    pillar = QuantLib.Pillar.LastRelevantDate if nodes == "payment" else QuantLib.Pillar.MaturityDate
    theirs = quantlib_curve(asof, tenors, rates, payment_lag=payment_lag, pillar=pillar)
    ours = build_curve(asof, tenors, rates, conventions)
    dates = asof + np.arange(3, int(ours.nodes[-1]), 97)
    expected = [theirs.discount(to_quantlib(date)) for date in dates]
    assert ours.discount(dates) == pytest.approx(expected, abs=1e-12)
    assert [from_quantlib(d) for d in theirs.dates()[1:]] == (asof + ours.nodes.astype(int)).tolist()


def test_scenarios_on_one_curve_satisfy_curves_of_each():
    rates = rates_of(0.04, 0.005, 0.0)
    bumped = rates + np.array([[0.0], [0.01], [-0.02]])
    together = build_curve(ASOF, TENORS, rates).requoted(bumped)
    dates = ASOF + np.arange(0, 15_000, 500)
    assert together.discount(dates).shape == (3, dates.size)
    for row, quotes in enumerate(bumped):
        alone = build_curve(ASOF, TENORS, quotes)
        assert together.discount(dates)[row] == pytest.approx(alone.discount(dates), abs=1e-14)


def test_a_flat_forward_curve_satisfies_being_the_same_in_every_shape():
    conventions = Conventions(payment_lag=0)
    daily = np.log1p(0.04 / 360.0)
    start = np.full(TENORS.shape, spot_date(np.asarray(ASOF), conventions))
    one_node = build_curve(ASOF, np.array([50.0]), np.array([0.04]), conventions)
    rates = par_rate(one_node, swaps_of_tenor(one_node, start, TENORS))
    dates = ASOF + np.arange(1, 18_000, 333)
    expected = one_node.discount(dates)
    assert expected[0] == pytest.approx(np.exp(-daily), rel=1e-4)
    for shape in SHAPES:
        curve = build_curve(ASOF, TENORS, rates, Conventions(payment_lag=0, interpolation=shape.interpolation))
        assert curve.discount(dates) == pytest.approx(expected, abs=1e-11)


def test_monotone_convex_forwards_satisfy_continuity():
    rates = rates_of(0.04, 0.01, 0.002)
    curve = build_curve(ASOF, TENORS, rates, Conventions(interpolation="monotone convex"))
    straight = build_curve(ASOF, TENORS, rates)
    node = ASOF + curve.nodes[10:-1].astype(int)

    def jump(of):
        return np.abs(of.forward_rate(node, node + 1) - of.forward_rate(node - 1, node)).max()

    assert jump(curve) == pytest.approx(0.0, abs=2e-4)
    assert jump(straight) > 2e-3


def test_meeting_steps_satisfy_flat_forwards_between_meetings():
    tenors = years(["1M", "3M", "6M", "1Y"])
    rates = np.array([0.0432, 0.0425, 0.0405, 0.0378])
    curve = build_curve(ASOF, tenors, rates, Conventions(interpolation="meeting steps"))
    days = ASOF + np.arange(3, 250)
    forwards = curve.forward_rate(days, days + 1)
    moved = days[1:][np.abs(np.diff(forwards)) > 1e-5]
    effective = ["2025-05-08", "2025-06-20", "2025-07-31", "2025-09-18", "2025-10-30", "2025-12-11"]
    assert moved.astype(str).tolist() == effective


def test_one_day_swaps_satisfy_lasting_a_business_day():
    # Spot is Friday 29 March 2019: modified following would roll one day later back to it.
    curve = build_curve(np.datetime64("2019-03-27"), np.array([1 / 365, 1.0]), np.array([0.024, 0.024]))
    assert reprices(curve) == pytest.approx(0.0, abs=1e-12)


def test_zero_and_forward_rates_satisfy_the_discount_factors():
    curve = build_curve(ASOF, TENORS, rates_of(0.04, 0.01, 0.0))
    start, end = np.array(["2026-04-08"], "M8[D]"), np.array(["2027-04-08"], "M8[D]")
    first, second = curve.discount(start), curve.discount(end)
    assert curve.zero_rate(start) == pytest.approx(-np.log(first), rel=1e-14)
    assert curve.forward_rate(start, end) == pytest.approx((first / second - 1.0) * 360.0 / 365.0, rel=1e-12)
    assert curve.discount(np.array([ASOF])) == pytest.approx([1.0], abs=0.0)


def quotes_with(place, *, tenor=None, rate=None):
    tenors, rates = TENORS.copy(), rates_of(0.04, 0.0, 0.0)
    tenors[place] = TENORS[place] if tenor is None else tenor
    rates[place] = rates[place] if rate is None else rate
    return tenors, rates


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rate": np.nan}, "rate of 5 years is missing"),
        ({"rate": 4.25}, "rate of 5 years must be a decimal .* got 4.25"),
        ({"rate": np.inf}, "rate of 5 years must be a decimal"),
        ({"tenor": 4.0}, "tenors must ascend without repetition, got 4 after 4 years"),
        ({"tenor": 3.5}, "tenors must ascend without repetition, got 3.5 after 4 years"),
        ({"tenor": 4.55}, "tenors must be whole months up to 100 years, or days up to one, got 4.55"),
    ],
)
def test_curve_refuses_bad_quotes_by_name(change, message):
    place = int(np.flatnonzero(TENORS == 5.0)[0])
    with pytest.raises(HavenError, match=message) as failure:
        build_curve(ASOF, *quotes_with(place, **change))
    assert failure.value.reason == Reason.INVALID
    assert place in failure.value.elements


def test_curve_refuses_tenors_that_mature_on_one_day():
    # Eight and nine days from spot, 10 April 2025, are Good Friday and a Saturday: both roll to Monday.
    with pytest.raises(HavenError, match="tenors must mature on different days"):
        build_curve(ASOF, np.array([8, 9, 365]) / 365, np.array([0.04, 0.04, 0.04]))


def test_curve_refuses_dates_before_its_own():
    curve = build_curve(ASOF, TENORS, rates_of(0.04, 0.0, 0.0))
    with pytest.raises(HavenError, match="date must not be before the curve's, 2025-04-08, got 2025-04-07"):
        curve.discount(np.array([ASOF, ASOF - 1]))
    with pytest.raises(HavenError, match="end must be after start"):
        curve.forward_rate(np.array([ASOF]), np.array([ASOF]))


@needs_shared
@pytest.mark.parametrize("nodes", ["payment", "maturity"])
def test_curve_satisfies_ending_with_the_last_payment_of_its_longest_swap(nodes):
    curve = swpm_curve(Conventions(nodes=nodes))
    # Four years from spot, 21 August 2023, is a Saturday: the swap ends on Monday and is paid on Wednesday.
    end = np.datetime64("2027-08-25")
    assert curve.end == end
    assert curve.discount(np.array([end]))[0] > 0.0
    with pytest.raises(HavenError, match="the curve ends on 2027-08-25 with its last quote, 4 years") as failure:
        curve.discount(np.array([end, end + 1]))
    assert (failure.value.reason, list(failure.value.elements)) == (Reason.NO_DATA, [1])
    prolonged = swpm_curve(Conventions(nodes=nodes, extrapolate=True))
    assert prolonged.discount(np.array([end + 7_000]))[0] < curve.discount(np.array([end]))[0]


def test_the_plan_of_a_day_satisfies_being_prepared_once():
    rates = rates_of(0.04, 0.0, 0.0)
    build_curve(ASOF, TENORS, rates)
    before = plan_of_day.cache_info().misses
    build_curve(ASOF, TENORS, rates + 0.001)
    assert plan_of_day.cache_info().misses == before
