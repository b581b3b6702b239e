"""SOFR curves and Treasury yields beside QuantLib, in one run on one thread.

Run as ``OMP_NUM_THREADS=1 python tests/benchmarks/rates.py``. Each line is the median of interleaved rounds; the
peer gives the same figures, which is checked before anything is timed.
"""

import statistics
import sys
import time
from pathlib import Path

import numpy as np
import QuantLib

sys.path.insert(0, str(Path(__file__).parents[2]))

from haven.analytics.bonds import clean_price, yield_to_maturity
from haven.analytics.calendars import SOFR_FIXING
from haven.analytics.conventions import Conventions
from haven.analytics.coupons import coupon_stream
from haven.analytics.curve_plan import plan_of_day
from haven.analytics.schedules import spot_date
from haven.analytics.sofr_curve import build_curve, build_curves
from haven.analytics.swaps import par_rate, swaps_of_tenor
from tests.analytics.curves import daily_quotes, years
from tests.analytics.quantlib_dates import to_quantlib
from tests.shared import SHARED

QUOTED = "1D 1W 2W 3W 1M 2M 3M 4M 5M 6M 7M 8M 9M 10M 11M 1Y 18M 2Y 3Y 4Y 5Y 6Y 7Y 8Y 9Y 10Y 15Y 20Y 30Y 50Y"
TENORS = years(QUOTED.split())
ASOF = np.datetime64("2025-04-08")
RATES = 0.036 + 0.007 * np.exp(-TENORS) + 0.0002 * np.sqrt(TENORS)
ON_SOFR_DAYS = Conventions(rolls=SOFR_FIXING, payments=SOFR_FIXING)
BONDS = 10_000


def quantlib_helper(name, quote, index):
    return QuantLib.OISRateHelper(
        2,
        QuantLib.Period(name),
        QuantLib.QuoteHandle(quote),
        index,
        telescopicValueDates=True,
        paymentLag=2,
        paymentCalendar=index.fixingCalendar(),
        endOfMonth=False,
    )


class QuantLibCurve:
    """The peer, telescopic dates on."""

    def __init__(self):
        QuantLib.Settings.instance().evaluationDate = to_quantlib(ASOF)
        index = QuantLib.Sofr()
        self.quotes = [QuantLib.SimpleQuote(float(rate)) for rate in RATES]
        pairs = zip(QUOTED.split(), self.quotes, strict=True)
        helpers = [quantlib_helper(name, quote, index) for name, quote in pairs]
        self.curve = QuantLib.PiecewiseLogLinearDiscount(to_quantlib(ASOF), helpers, QuantLib.Actual365Fixed())
        self.handle = QuantLib.YieldTermStructureHandle(self.curve)
        self.curve.discount(1.0)
        engine = QuantLib.DiscountingSwapEngine(self.handle)
        self.swap = QuantLib.MakeOIS(
            QuantLib.Period("10Y"), QuantLib.Sofr(self.handle), 0.04, telescopicValueDates=True, paymentLag=2
        )
        self.swap.setPricingEngine(engine)

    def requote(self, rates):
        for quote, rate in zip(self.quotes, rates.tolist(), strict=True):
            quote.setValue(rate)
        return self.swap.fairRate()


def haven_build():
    plan_of_day.cache_clear()
    return build_curve(ASOF, TENORS, RATES, ON_SOFR_DAYS)


def quantlib_build():
    QuantLib.Settings.instance().evaluationDate = to_quantlib(ASOF)
    index = QuantLib.Sofr()
    helpers = [
        quantlib_helper(name, QuantLib.SimpleQuote(float(rate)), index)
        for name, rate in zip(QUOTED.split(), RATES, strict=True)
    ]
    curve = QuantLib.PiecewiseLogLinearDiscount(to_quantlib(ASOF), helpers, QuantLib.Actual365Fixed())
    curve.discount(1.0)
    return curve


def random_bonds(count):
    rng = np.random.default_rng(7)
    settle = np.full(count, ASOF)
    maturity = settle + rng.integers(91, 30 * 365, count)
    coupon = np.round(rng.uniform(0.0, 0.08, count) * 800) / 800
    return coupon, maturity, settle, rng.uniform(0.0, 0.08, count)


def haven_yields(bonds, price):
    return yield_to_maturity(coupon_stream(*bonds[:3]), price)


def quantlib_yields(bonds, price):
    """Each bond made, dates included, and solved; the last period as the others, which costs the same."""
    calendar, period = QuantLib.NullCalendar(), QuantLib.Period(QuantLib.Semiannual)
    start, yields = to_quantlib(ASOF), []
    for coupon, maturity, quote in zip(bonds[0].tolist(), bonds[1], price.tolist(), strict=True):
        last = to_quantlib(maturity)
        rule = (QuantLib.Unadjusted, QuantLib.Unadjusted, QuantLib.DateGeneration.Backward)
        end_of_month = QuantLib.Date.isEndOfMonth(last)
        schedule = QuantLib.Schedule(start - 184, last, period, calendar, *rule, end_of_month)
        day_count = QuantLib.ActualActual(QuantLib.ActualActual.ISMA, schedule)
        bond = QuantLib.FixedRateBond(0, 100.0, schedule, [coupon], day_count)
        clean = QuantLib.BondPrice(quote, QuantLib.BondPrice.Clean)
        yields.append(
            QuantLib.BondFunctions.bondYield(bond, clean, day_count, QuantLib.Compounded, QuantLib.Semiannual)
        )
    return np.array(yields)


def race(name, ours, theirs, rounds):
    """Median seconds of both, rounds interleaved; prints the ratio."""
    times = {ours: [], theirs: []}
    for _ in range(rounds):
        for action, taken in times.items():
            start = time.perf_counter()
            action()
            taken.append(time.perf_counter() - start)
    mine, peer = (statistics.median(taken) for taken in times.values())
    print(f"{name:44} {1e3 * mine:10.3f} ms {1e3 * peer:10.3f} ms {peer / mine:8.1f}x")


def alone(name, action, rounds=5):
    """Median seconds of an action that has no peer."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    print(f"{name:44} {1e3 * statistics.median(taken):10.1f} ms")


def curves():
    peer = QuantLibCurve()
    # Both keep the ten-year swap between re-quotes.
    start = spot_date(np.array([ASOF]), ON_SOFR_DAYS)
    ten_year = swaps_of_tenor(haven_build(), start, np.array([10.0]))

    def haven_requote(rates):
        return par_rate(build_curve(ASOF, TENORS, rates, ON_SOFR_DAYS), ten_year)[0]

    moved = RATES + 1e-4
    assert abs(haven_requote(moved) - peer.requote(moved)) < 1e-11
    node = ASOF + 3000
    assert abs(haven_build().discount(np.array([node]))[0] - quantlib_build().discount(to_quantlib(node))) < 1e-11
    race("30-instrument SOFR curve", haven_build, quantlib_build, 101)
    ticks = iter(RATES + 1e-6 * np.arange(1, 10_000)[:, None])
    race("re-quote and 10Y par rate", lambda: haven_requote(next(ticks)), lambda: peer.requote(next(ticks)), 301)


def yields():
    bonds = random_bonds(BONDS)
    price = clean_price(coupon_stream(*bonds[:3]), bonds[3])
    assert np.abs(haven_yields(bonds, price) - bonds[3]).max() < 1e-12
    whole = bonds[1] > ASOF + 184
    assert np.abs(quantlib_yields(bonds, price) - bonds[3])[whole].max() < 1e-8
    race(
        f"{BONDS:,} yields from prices, dates included",
        *(lambda f=f: f(bonds, price) for f in (haven_yields, quantlib_yields)),
        5,
    )
    for count in (100_000, 1_000_000):
        many = random_bonds(count)
        prices = clean_price(coupon_stream(*many[:3]), many[3])
        alone(f"{count:,} yields", lambda many=many, prices=prices: haven_yields(many, prices), 3)


def main():
    print(f"{'':44} {'Haven':>13} {'QuantLib ' + QuantLib.__version__:>13} {'ratio':>9}")
    curves()
    yields()
    if SHARED.is_dir():
        dates, tenors, rates = daily_quotes()
        quoted = ~np.isnan(rates).any(axis=1)
        alone(
            f"{quoted.sum():,} daily curves of 33 quotes, one batch",
            lambda: build_curves(dates[quoted], tenors, rates[quoted]),
        )


if __name__ == "__main__":
    main()
