"""The Fed's zero curves on the current snapshot: nominal, and real from inflation-protected Treasuries."""

from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray, IntArray
from haven.analytics.svensson import zero_yields
from haven.errors import Reason, refuse
from haven.functions.dates import fill_latest
from haven.market.history import History
from haven.market.snapshot import Snapshot, current

PARAMETERS: Final = ("BETA0", "BETA1", "BETA2", "BETA3", "TAU1", "TAU2")
_FAMILIES: Final = {"nominal": "GSW", "real": "TIPS"}
_SPANS: Final = {"nominal": (1 / 12, 30.0), "real": (2.0, 20.0)}
"""Shortest and longest tenor, years: what the Fed publishes, and down to a month for the term-premium models."""
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class ZeroCurve:
    """Svensson parameters, (dates, 6), of the dates that have them all; ``dates`` is named after one of them."""

    kind: str
    dates: History
    parameters: FloatArray

    def rows(self, date: DateArray) -> IntArray:
        """The row of each date; NO_DATA for dates without a curve."""
        row, found = self.dates.find(date)
        refuse(~found, Reason.NO_DATA, lambda i: self.dates.explain(date[i]))
        return row

    def yields(self, tenor: FloatArray, date: DateArray) -> FloatArray:
        """Zero yields of flat, equally long tenors (years) and dates, decimals."""
        shortest, longest = _SPANS[self.kind]
        refuse(
            (tenor < shortest - _ROUNDING) | (tenor > longest + _ROUNDING),
            Reason.NO_SOLUTION,
            lambda i: (
                f"tenor must be from {shortest:.3g} to {longest:g} years on the {self.kind} curve, got {tenor[i]:g}"
            ),
        )
        return zero_yields(self.parameters[self.rows(date)], tenor)


def find_zero_curve(kind: str) -> ZeroCurve:
    """The ``nominal`` or ``real`` curve, put together once a snapshot."""
    market = current()
    key = f"{kind} zero curve"
    if key not in market.derived:
        market.derived[key] = _collect(market, kind)
    curve = market.derived[key]
    assert isinstance(curve, ZeroCurve)
    return curve


def curve_yields(tenor: FloatArray, date: DateArray, curve: str) -> FloatArray:
    """Yields of the ``nominal`` or ``real`` curve, or their gap, ``breakeven``; an empty date is the latest of both."""
    curves = [find_zero_curve(kind) for kind in (("nominal", "real") if curve == "breakeven" else (curve,))]
    days = fill_latest(date, tenor, lambda _: [found.dates for found in curves])
    return reduce(np.subtract, [found.yields(tenor, days) for found in curves])


def _collect(market: Snapshot, kind: str) -> ZeroCurve:
    """The parameters by date. One hump is enough where the second has no weight."""
    histories = [market.history(f"{_FAMILIES[kind]}.{name}") for name in PARAMETERS]
    scarcest = min(histories[:-1], key=lambda history: history.dates.size)
    parameters = np.full((scarcest.dates.size, len(PARAMETERS)), np.nan)
    for column, history in enumerate(histories):
        row, found = history.find(scarcest.dates)
        parameters[found, column] = history.values[row[found]]
    whole = ~np.isnan(parameters[:, :-1]).any(axis=1) & (~np.isnan(parameters[:, -1]) | (parameters[:, 3] == 0.0))
    dates = History(scarcest.name, scarcest.dates[whole], scarcest.values[whole], scarcest.sources[whole])
    return ZeroCurve(kind, dates, parameters[whole])
