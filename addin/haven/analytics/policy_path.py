"""The overnight rate after each FOMC meeting, as futures or the swap curve price it.

The rate is taken to move only on the day a decision takes effect. Each quote is an average of it over a period,
so the path solves linear equations; where quotes leave it open, the path with the smallest moves is taken.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray, IntArray, to_bp
from haven.analytics.conventions import DAYS_PER_YEAR
from haven.analytics.dates import days_between, first_day, imm_dates
from haven.analytics.fomc import meetings_after
from haven.analytics.sofr_curve import Curve
from haven.errors import HavenError, Reason, refuse

MOVE_BP: Final = 25.0
"""The usual size of a cut or a rise."""
_MONTHS_OF_THREE_MONTH_FUTURE: Final = 3


@dataclass(frozen=True, slots=True)
class PolicyPath:
    """The overnight rate: ``start`` until the first decision is in force, then ``rates``, one a meeting, to ``end``."""

    start: float
    end: np.datetime64
    decisions: DateArray
    effective: DateArray
    rates: FloatArray

    @property
    def cuts(self) -> FloatArray:
        """Cuts priced from now to after each meeting, bp: negative where rises are priced."""
        return to_bp(self.start - self.rates)

    def cuts_by(self, dates: DateArray) -> FloatArray:
        """Cuts priced by dates, bp; NO_DATA beyond the last day that was quoted."""
        self._refuse_past_end(dates)
        known = np.concatenate([[0.0], self.cuts])
        return known[np.searchsorted(self.effective, dates, side="right")]

    def average(self, asof: np.datetime64, horizon: np.datetime64) -> float:
        """The average overnight rate between two dates, continuously compounded Act/365; NO_DATA past the quotes."""
        self._refuse_past_end(np.array([horizon]))
        changes = np.clip(self.effective, asof, horizon)
        days = np.diff(np.concatenate([[asof], changes, [horizon]])).astype(float)
        rates = np.concatenate([[self.start], self.rates])
        return float(365.0 * np.log1p(rates / DAYS_PER_YEAR) @ days / days.sum())

    def _refuse_past_end(self, dates: DateArray) -> None:
        refuse(
            dates > self.end,
            Reason.NO_DATA,
            lambda i: f"horizon must not be after {self.end}, where quotes end, got {dates[i]}",
        )


def path_from_averages(
    asof: np.datetime64, current: float, starts: DateArray, ends: DateArray, averages: FloatArray
) -> PolicyPath:
    """The path whose averages from each start to its end are those quoted.

    Parameters
    ----------
    asof
        Market date; periods begin on or after it.
    current
        The overnight rate in force, decimal.
    starts, ends : (q,) arrays
    averages : (q,) array
        Decimals.

    Raises
    ------
    HavenError
        NO_DATA when no scheduled meeting lies within the periods.
    """
    decisions, effective = meetings_after(asof)
    within = (effective < ends[:, None]).any(axis=0)
    if not within.any():
        raise HavenError(Reason.NO_DATA, f"quotes of {asof} must reach past a scheduled FOMC meeting")
    decisions, effective = decisions[within], effective[within]
    # Share of each period after each decision: what a move there adds to the average.
    after = days_between(np.maximum(effective, starts[:, None]), ends[:, None])
    share = np.maximum(after, 0.0) / days_between(starts, ends)[:, None]
    moves = np.linalg.lstsq(share, averages - current)[0]
    return PolicyPath(current, ends.max(), decisions, effective, current + np.cumsum(moves))


def path_from_fed_funds(asof: np.datetime64, current: float, months: IntArray, prices: FloatArray) -> PolicyPath:
    """From fed-funds futures of later months than this: 100 less the average rate over the month's days, percent.

    ``months`` and ``prices`` are (q,) arrays, months counted from January 1970; ``current`` is the effective fed-funds
    rate, a decimal. Raises as :func:`path_from_averages`.
    """
    return path_from_averages(asof, current, first_day(months), first_day(months + 1), (100.0 - prices) / 100.0)


def path_from_sofr_futures(asof: np.datetime64, current: float, months: IntArray, prices: FloatArray) -> PolicyPath:
    """From three-month SOFR futures not yet begun: 100 less the rate compounded from one IMM date to the next, percent.

    Arguments as for :func:`path_from_fed_funds`, but that ``current`` is SOFR.
    """
    starts, ends = imm_dates(months), imm_dates(months + _MONTHS_OF_THREE_MONTH_FUTURE)
    return path_from_averages(asof, current, starts, ends, _daily((100.0 - prices) / 100.0, days_between(starts, ends)))


def path_from_curve(curve: Curve, current: float) -> PolicyPath:
    """From the forwards of a SOFR curve between one decision and the next; best from one with meeting steps.

    ``current`` is SOFR, a decimal.
    """
    _, effective = meetings_after(curve.asof)
    effective = effective[days_between(curve.asof, effective) < curve.nodes[-1]]
    starts, ends = effective[:-1], effective[1:]
    forwards = curve.forward_rate(starts, ends)
    return path_from_averages(curve.asof, current, starts, ends, _daily(forwards, days_between(starts, ends)))


def _daily(compounded: FloatArray, days: FloatArray) -> FloatArray:
    """The overnight rate that compounds to a simple Act/360 rate over so many days.

    A week has four rates that count for a day and one that counts for three: 13/7 days squared a day.
    """
    growth = np.log1p(compounded * days / DAYS_PER_YEAR)
    rate: FloatArray = growth * (1.0 + 13.0 / 14.0 * growth / days) * DAYS_PER_YEAR / days
    return rate
