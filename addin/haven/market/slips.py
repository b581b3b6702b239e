"""Slips of unit among figures that are plausible all the same: 0.0385 percent is no rate a market never saw.

A figure is a slip when a hundred or ten thousand times it, or a hundredth, is near the figure beside it, and it is
itself further away than the series moves. Rates that fall to nothing within a day or a crisis are not: they get
there by steps.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haven.analytics.arrays import BoolArray, DateArray, FloatArray
from haven.market import sample
from haven.market.history import Figures, History, empty, merge
from haven.market.series import RATE_UNITS, Series, family, find_series

NEAR: Final = np.log10(1.6)
"""How far from a hundredfold, in powers of ten, what was multiplied by a hundred may be."""
REACH_DAYS: Final = 366
"""Figures further apart say nothing of one another's unit."""
FLOOR: Final = {"decimal": 0.0025, "bp": 10.0}
"""Moves below it are no slips, in canonical units: near zero a hundredth is a few basis points away."""
UNKNOWN_MOVE: Final = {"decimal": 0.0010, "bp": 10.0}
"""What a series with few figures may move, per root business day."""
TYPICAL_MOVES: Final = 30
"""So many moves before and after one say how much the series moves."""
TYPICAL_RANK: Final = 0.9
MULTIPLE: Final = 4.0
"""Times the move that nine of ten moves stay below."""
ALIKE_FLOOR: Final = 0.005
"""Below it the rates of other tenors say nothing of a unit."""
ALIKE_DAYS: Final = 7
CURVE_PARAMETERS: Final = ("GSW.", "TIPS.BETA", "TIPS.TAU")
"""Their fit may turn over from one day to the next, to any size."""
NOMINAL: Final = (
    *("SWAP.", "FFOIS.", "KW.FIT.", "ACM.FIT.", "ACM.RN.", "OTR.YIELD.", "OTR.COUPON."),
    *("SOFR", "TGCR", "BGCR", "EFFR", "OBFR", "FEDFUNDS", "IORB", "TARGET."),
)
"""Rates whose size a Treasury yield tells."""


def has_slips(series: Series) -> bool:
    """Whether a slip of unit can be told in a series."""
    return series.unit in RATE_UNITS and not series.id.startswith(CURVE_PARAMETERS)


def reference(series: Series, stored: History | None) -> History:
    """What is known of a series, from the store and from the sample, without its suspects."""
    known = stored or empty(series.id)
    if series.id in sample.ids():
        known = merge(sample.history(series.id), known)
    kept = ~np.isin(known.dates, known.suspects)
    return replace(known, dates=known.dates[kept], values=known.values[kept], sources=known.sources[kept])


def alike(series: Series) -> History:
    """The sample's history of the rate most like one that has none of its own; empty where none is."""
    members: Iterable[Series] = family(series.family) if series.family else ()
    near = [one for one in members if one.id in sample.ids()]
    if not near and series.id.startswith(NOMINAL):
        near = [one for one in family("UST") if one.id in sample.ids()]
    years = np.nan_to_num(series.years, nan=0.0)
    nearest = min(near, key=lambda one: abs(one.years - years), default=None)
    return sample.history(nearest.id) if nearest else empty(series.id)


def slips(new: Figures, known: History) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """By how many powers of ten each new figure is off, and which known figure says so; -1 where none does.

    Where nothing of the series is known, what most of the figures are holds, unless a rate like it says that they
    are all off.
    """
    here, there = new.dates.size, known.dates.size
    dates, values = np.concatenate([known.dates, new.dates]), np.concatenate([known.values, new.values])
    order = np.argsort(dates, kind="stable")
    of_known = order < there
    steps = _steps(find_series(new.series), dates[order], values[order], of_known)
    levels = np.concatenate([[0], np.cumsum(steps)])
    if there:
        rows = np.arange(order.size)
        before = np.maximum.accumulate(np.where(of_known, rows, -1))
        anchors = np.where(before >= 0, before, int(np.argmax(of_known)))
        off, said_by = levels - levels[anchors], order[anchors]
        back = np.empty_like(order)
        back[order] = rows
        return off[back[there:]], said_by[back[there:]]
    found, counts = np.unique(levels, return_counts=True)
    off = levels - found[np.argmax(counts)] if here else np.zeros(0, int)
    return off + _all_off(new), np.full(here, -1)


def _steps(series: Series, dates: DateArray, values: FloatArray, of_known: BoolArray) -> NDArray[np.intp]:
    """The powers of ten by which each figure slips against the one before it.

    How much the series moves is told by moves between two known figures or two new ones.
    """
    moves = np.abs(np.diff(values))
    steps = _powers(values[:-1], values[1:])
    steps[(moves < FLOOR[series.canonical_unit]) | (np.diff(dates) > np.timedelta64(REACH_DAYS, "D"))] = 0
    if not steps.any():
        return steps
    rates = moves / np.sqrt(np.maximum(np.busday_count(dates[:-1], dates[1:]), 1))
    telling = (steps == 0) & (of_known[1:] == of_known[:-1])
    for place in np.flatnonzero(steps):
        around = slice(max(place - TYPICAL_MOVES, 0), place + TYPICAL_MOVES + 1)
        others = rates[around][telling[around]]
        enough = others.size >= TYPICAL_MOVES
        most = MULTIPLE * np.quantile(others, TYPICAL_RANK) if enough else UNKNOWN_MOVE[series.canonical_unit]
        if rates[place] <= most:
            steps[place] = 0
    return steps


def _powers(these: FloatArray, those: FloatArray) -> NDArray[np.intp]:
    """The power of ten, of a hundred or ten thousand, that lies between figures; 0 where none does."""
    powers = np.zeros(these.size)
    alike_in_sign = these * those > 0
    powers[alike_in_sign] = np.log10(those[alike_in_sign] / these[alike_in_sign])
    whole = np.rint(powers / 2) * 2
    whole[(np.abs(powers - whole) > NEAR) | (np.abs(whole) > 4)] = 0
    return whole.astype(np.intp)


def _all_off(new: Figures) -> int:
    """By how many powers of ten most of the figures are off a rate like theirs; 0 where there is none to tell."""
    other = alike(find_series(new.series))
    rows = np.searchsorted(other.dates, new.dates, side="right") - 1
    if not other.dates.size:
        return 0
    tells = (rows >= 0) & (new.dates - other.dates[rows] <= np.timedelta64(ALIKE_DAYS, "D"))
    tells &= np.abs(other.values[rows]) >= ALIKE_FLOOR
    powers = _powers(other.values[rows][tells], new.values[tells])
    return int(np.median(powers)) if powers.size else 0
