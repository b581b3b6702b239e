"""The SOFR curve: par swap quotes to discount factors, zero and forward rates."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.analytics.conventions import DAYS_PER_YEAR, SOFR_SWAPS, Conventions
from haven.analytics.curve_plan import make_plan, plan_of_day, solve
from haven.analytics.dates import days_between
from haven.analytics.interpolation import log_linear, monotone_convex
from haven.errors import HavenError, Reason, refuse

LOWEST_RATE: Final = -0.05
HIGHEST_RATE: Final = 0.25
"""A quote outside these is taken for an error, such as 4.25 where 0.0425 is meant."""
_DAYS_PER_BATCH: Final = 64
"""Curves solved at once; more do not fit a processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Discount factors from ``asof``, where they are one.

    ``nodes`` are days from ``asof`` and ``logs`` log discount factors there. ``rates`` are the quotes it reprices,
    decimals by ``tenors`` in years. Leading axes of ``logs`` and ``rates`` are scenarios; answers carry them.
    """

    asof: np.datetime64
    nodes: FloatArray
    logs: FloatArray
    tenors: FloatArray
    rates: FloatArray
    conventions: Conventions

    @property
    def end(self) -> np.datetime64:
        """The last payment of the longest swap quoted."""
        late = self.conventions.payment_lag if self.conventions.nodes == "maturity" else 0
        last = np.array([self.asof + int(self.nodes[-1])])
        end: np.datetime64 = self.conventions.payments.shift(last, late)[0]
        return end

    def refuse_past_end(self, dates: DateArray) -> None:
        """NO_DATA for the dates, flat, past the last quote, unless the curve is to be extrapolated."""
        if self.conventions.extrapolate:
            return
        refuse(
            dates > self.end,
            Reason.NO_DATA,
            lambda i: (
                f"the curve ends on {self.end} with its last quote, {self.tenors[-1]:g} years, "
                f"unless option extrapolate is 1; got {dates[i]}"
            ),
        )

    def discount(self, dates: DateArray) -> FloatArray:
        """Discount factors from ``asof`` to each date; NO_SOLUTION for a date before it, NO_DATA past its end."""
        return np.exp(self.log_discount(dates))

    def log_discount(self, dates: DateArray) -> FloatArray:
        """Natural logarithms of the discount factors, (scenarios..., *dates.shape)."""
        flat = dates.reshape(-1)
        refuse(
            flat < self.asof,
            Reason.NO_SOLUTION,
            lambda i: f"date must not be before the curve's, {self.asof}, got {flat[i]}",
        )
        self.refuse_past_end(flat)
        between = monotone_convex if self.conventions.interpolation == "monotone convex" else log_linear
        logs = between(self.nodes, self.logs, days_between(self.asof, flat))
        return logs.reshape(*self.logs.shape[:-1], *dates.shape)

    def zero_rate(self, dates: DateArray) -> FloatArray:
        """Continuously compounded zero rates, Act/365 fixed; NO_SOLUTION for a date not after ``asof``."""
        flat = dates.reshape(-1)
        refuse(
            flat <= self.asof,
            Reason.NO_SOLUTION,
            lambda i: f"date must be after the curve's, {self.asof}, got {flat[i]}",
        )
        rates: FloatArray = -365.0 * self.log_discount(dates) / days_between(self.asof, dates)
        return rates

    def forward_rate(self, start: DateArray, end: DateArray) -> FloatArray:
        """Simple forward rates from start to end, Act/360; NO_SOLUTION unless end is after start."""
        refuse(
            (end <= start).reshape(-1),
            Reason.NO_SOLUTION,
            lambda i: f"end must be after start {start.reshape(-1)[i]}, got {end.reshape(-1)[i]}",
        )
        growth = np.expm1(self.log_discount(start) - self.log_discount(end))
        rates: FloatArray = growth * DAYS_PER_YEAR / days_between(start, end)
        return rates

    def requoted(self, rates: FloatArray) -> "Curve":
        """The curve through other rates of the same swaps, (scenarios..., n)."""
        return build_curve(self.asof, self.tenors, rates, self.conventions)


def build_curve(
    asof: np.datetime64, tenors: FloatArray, rates: FloatArray, conventions: Conventions = SOFR_SWAPS
) -> Curve:
    """The curve through the par swap rates of one day; the same day's next rates are solved faster.

    Parameters
    ----------
    asof
        Trade date.
    tenors : (n,) array
        Years, ascending: whole months, or days up to a year.
    rates : (..., n) array
        Decimals; leading axes are scenarios.

    Raises
    ------
    HavenError
        INVALID, with the quotes at fault, for a missing, absurd, repeated or misplaced quote; NO_SOLUTION when no
        curve reprices the quotes.
    """
    _check_rates(tenors, rates)
    plan = plan_of_day(asof, tuple(tenors.tolist()), conventions)
    return Curve(asof, plan.grid, plan.finished(solve(plan, rates)), tenors, rates, conventions)


def build_curves(
    asofs: DateArray, tenors: FloatArray, rates: FloatArray, conventions: Conventions = SOFR_SWAPS
) -> list[Curve]:
    """One curve a day, many solved at once.

    Parameters
    ----------
    asofs : (d,) array
    tenors : (n,) array
        As for :func:`build_curve`; the same every day.
    rates : (d, n) array
        One row a day.
    """
    if conventions.interpolation != "log-linear":
        return [build_curve(asof, tenors, row, conventions) for asof, row in zip(asofs, rates, strict=True)]
    _check_rates(tenors, rates)
    curves: list[Curve] = []
    for first in range(0, asofs.size, _DAYS_PER_BATCH):
        days, quotes = asofs[first : first + _DAYS_PER_BATCH], rates[first : first + _DAYS_PER_BATCH]
        plan = make_plan(days, tuple(tenors.tolist()), conventions)
        solved = zip(days, plan.nodes, solve(plan, quotes), quotes, strict=True)
        curves += [Curve(day, nodes, logs, tenors, quote, conventions) for day, nodes, logs, quote in solved]
    return curves


def _check_rates(tenors: FloatArray, rates: FloatArray) -> None:
    if rates.shape[-1:] != tenors.shape:
        raise HavenError(Reason.INVALID, f"rates must be one a tenor, got {rates.shape[-1]} for {tenors.size} tenors")
    absurd = ~((rates >= LOWEST_RATE) & (rates <= HIGHEST_RATE)).reshape(-1)
    refuse(absurd, Reason.INVALID, lambda i: _explain(tenors[i % tenors.size], rates.reshape(-1)[i]))


def _explain(tenor: float, rate: float) -> str:
    if np.isnan(rate):
        return f"rate of {tenor:g} years is missing"
    return f"rate of {tenor:g} years must be a decimal from {LOWEST_RATE} to {HIGHEST_RATE}, got {rate:g}"
