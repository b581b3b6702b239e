"""What a curve's date and tenors fix before any rate is known, and the solution for the rates.

A *plan* lists the periods of all quoted swaps once: those that end on anniversaries of spot are shared by every
longer swap. With ``D`` the discount factor, a period from s to e paid at p is worth ``D(p)(D(s)/D(e) - 1)``
floating and ``D(p) fraction`` per unit of fixed rate; ``members`` says which swap has which period.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray, IntArray
from haven.analytics.conventions import DAYS_PER_YEAR, MONTHS_PER_PERIOD, Conventions
from haven.analytics.dates import day_of_month, days_between, month_number, on_day, split_tenors
from haven.analytics.fomc import EFFECTIVE
from haven.analytics.interpolation import log_linear_weights, meeting_steps, monotone_convex
from haven.analytics.schedules import at_least_a_day, spot_date
from haven.errors import HavenError, Reason, refuse

_MAX_STEPS: Final = 50
_CLOSE: Final = 1e-10
"""How closely every swap must meet its rate before the last step."""
_LONGEST_TENOR: Final = 100.0
_NUDGE: Final = 1e-30


@dataclass(frozen=True, slots=True)
class Plan:
    """Dates of all periods as days from the curve's date; a leading axis of the arrays is curve dates.

    ``times`` holds payments, starts and ends, k of each; ``weights``, (..., 3k, n), is the derivative of the log
    discount factors there by those at the nodes, where it does not depend on the rates. ``grid`` are the nodes
    and whatever else the finished curve needs, ``to_grid`` what each node contributes there.
    """

    nodes: FloatArray
    times: FloatArray
    fractions: FloatArray
    members: FloatArray
    weights: FloatArray | None
    grid: FloatArray
    to_grid: FloatArray | None

    def finished(self, logs: FloatArray) -> FloatArray:
        """Log discount factors on the grid from those at the nodes."""
        return logs if self.to_grid is None else logs @ self.to_grid.T

    def at_times(self, logs: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Log discount factors at ``times``, (..., 3k), and their derivatives by those at the nodes."""
        if self.weights is not None:
            return (self.weights @ logs[..., None])[..., 0], self.weights
        values = monotone_convex(self.nodes, logs, self.times)
        # An imaginary change differentiates exactly, also where two branches of the method meet.
        nudged: Any = logs[..., None, :] + _NUDGE * 1j * np.eye(self.nodes.size)
        slopes = monotone_convex(self.nodes, nudged, self.times).imag / _NUDGE
        return values, np.swapaxes(slopes, -1, -2)


def solve(plan: Plan, rates: FloatArray) -> FloatArray:
    """Log discount factors at the nodes, (..., n), at which every swap is worth nothing at its rate.

    Raises
    ------
    HavenError
        NO_SOLUTION when Newton's method finds none.
    """
    logs = -rates * plan.nodes / 365.0
    step: FloatArray = np.zeros_like(logs)
    error, worst = np.inf, 0
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for _ in range(_MAX_STEPS):
            worth, annuity, slope = _value(plan, logs, rates)
            errors = np.abs(worth / annuity)
            if not errors.max() < error:
                step *= 0.5
                logs = logs + step
                continue
            error, worst = float(errors.max()), int(errors.argmax())
            step[...] = _newton_step(slope, worth)
            logs = logs - step
            if error < _CLOSE:
                return logs
    rate = rates.reshape(-1)[worst]
    raise HavenError(Reason.NO_SOLUTION, f"rates must have a curve that reprices them all, none does {rate:g}")


def _newton_step(slope: FloatArray, worth: FloatArray) -> FloatArray:
    try:
        return np.linalg.solve(slope, worth[..., None])[..., 0].astype(np.float64, copy=False)
    except np.linalg.LinAlgError:
        raise HavenError(Reason.NO_SOLUTION, "rates must determine a curve, these do not") from None


def _value(plan: Plan, logs: FloatArray, rates: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """What each swap is worth, its annuity, and the derivatives of the worth by the logs at the nodes."""
    values, slopes = plan.at_times(logs)
    k = plan.fractions.shape[-1]
    paid = np.exp(values[..., :k])
    floating = np.exp(values[..., :k] + values[..., k : 2 * k] - values[..., 2 * k :])
    fixed = paid * plan.fractions
    annuity = fixed @ plan.members.T
    worth = (floating - paid) @ plan.members.T - rates * annuity
    by_paid = slopes[..., :k, :]
    by_growth = slopes[..., k : 2 * k, :] - slopes[..., 2 * k :, :]
    by_floating = floating[..., None] * by_growth + (floating - paid)[..., None] * by_paid
    slope = plan.members @ by_floating - rates[..., None] * (plan.members @ (fixed[..., None] * by_paid))
    return worth, annuity, slope


@lru_cache(maxsize=32)
def plan_of_day(asof: np.datetime64, tenors: tuple[float, ...], conventions: Conventions) -> Plan:
    """The plan of one curve date, kept for the next rates of the same day."""
    return make_plan(np.asarray(asof), tenors, conventions)


def make_plan(asof: DateArray, tenors: tuple[float, ...], conventions: Conventions) -> Plan:
    """The plan of one curve date, or of many at once when all curves are log-linear."""
    layout = _layout(tenors)
    spot = spot_date(asof, conventions)[..., None]
    unadjusted = on_day(month_number(spot) + layout.months, day_of_month(spot)) + layout.days
    rolled = conventions.rolls.roll(unadjusted)
    rolled[..., 1:] = at_least_a_day(rolled[..., 1:], spot, conventions)
    paid = conventions.payments.shift(rolled, conventions.payment_lag)
    moments = days_between(asof[..., None, None], np.stack([paid, rolled], axis=-2))
    ends = moments[..., 1, layout.ends]
    starts = moments[..., 1, layout.starts]
    nodes = moments[..., 0 if conventions.nodes == "payment" else 1, layout.maturities]
    refuse(
        (np.diff(nodes, prepend=0.0, axis=-1) <= 0.0).reshape(-1),
        Reason.INVALID,
        lambda i: f"tenors must mature on different days, got two of {tenors[i % len(tenors)]:g} years",
    )
    times = np.concatenate([moments[..., 0, layout.ends], starts, ends], axis=-1)
    grid, to_grid, weights = nodes, None, None
    if conventions.interpolation == "meeting steps":
        # Swaps say nothing of a step before they start.
        grid, to_grid = meeting_steps(nodes, days_between(asof, EFFECTIVE[spot < EFFECTIVE]))
        weights = log_linear_weights(grid, times) @ to_grid
    elif conventions.interpolation == "log-linear":
        weights = log_linear_weights(nodes, times)
    return Plan(nodes, times, (ends - starts) / DAYS_PER_YEAR, layout.members, weights, grid, to_grid)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which periods the tenors have, as offsets from spot.

    A point is ``months`` and ``days`` from spot, the first being spot itself; ``starts``, ``ends`` (of periods)
    and ``maturities`` (of swaps) are numbers of points.
    """

    months: IntArray
    days: IntArray
    starts: IntArray
    ends: IntArray
    maturities: IntArray
    members: FloatArray


@lru_cache(maxsize=32)
def _layout(tenors: tuple[float, ...]) -> _Layout:
    months_of, days_of = _whole_tenors(np.array(tenors))
    points = {(0, 0): 0}
    periods: dict[tuple[int, int], int] = {}
    belongs: list[tuple[int, int]] = []
    maturities = []
    for swap, (months, days) in enumerate(zip(months_of, days_of, strict=True)):
        month_ends = [*range(int(months), 0, -MONTHS_PER_PERIOD), 0]
        passed = [(0, int(days)), (0, 0)] if days else [(month, 0) for month in month_ends]
        numbers = [points.setdefault(point, len(points)) for point in passed]
        maturities.append(numbers[0])
        for end, start in pairwise(numbers):
            belongs.append((swap, periods.setdefault((start, end), len(periods))))
    members = np.zeros((len(tenors), len(periods)))
    members[tuple(np.array(belongs).T)] = 1.0
    months, days = np.array(list(points)).T
    starts, ends = np.array(list(periods)).T
    return _Layout(months, days, starts, ends, np.array(maturities), members)


def _whole_tenors(tenors: FloatArray) -> tuple[IntArray, IntArray]:
    if tenors.size == 0 or tenors.ndim > 1:
        raise HavenError(Reason.INVALID, f"tenors must be one row of at least one, got shape {tenors.shape}")
    before = np.concatenate([[0.0], tenors[:-1]])
    refuse(
        ~(tenors > before),
        Reason.INVALID,
        lambda i: f"tenors must ascend without repetition, got {tenors[i]:g} after {before[i]:g} years",
    )
    months, days = split_tenors(tenors)
    refuse(
        (tenors > _LONGEST_TENOR) | ((days > 0) & (tenors > 1.0)),
        Reason.INVALID,
        lambda i: f"tenors must be whole months up to {_LONGEST_TENOR:g} years, or days up to one, got {tenors[i]:g}",
    )
    return months, days
