"""How SOFR swaps are quoted and how the curve through them is drawn."""

from dataclasses import dataclass
from typing import Final, Literal

from haven.analytics.calendars import SIFMA, Calendar

Interpolation = Literal["log-linear", "monotone convex", "meeting steps"]
Nodes = Literal["payment", "maturity"]

DAYS_PER_YEAR: Final = 360.0
"""Act/360, on both legs."""
MONTHS_PER_PERIOD: Final = 12
"""Annual payments; one payment up to a year."""


@dataclass(frozen=True, slots=True)
class Conventions:
    """Terms of the swaps and shape of the curve.

    Lags are business days: ``spot_lag`` from trade to start, ``payment_lag`` from the end of a period to its
    payment. ``rolls`` is the calendar of spot and period ends, ``payments`` that of payments. The curve has a
    node at each swap's last ``payment`` or ``maturity`` date; between nodes the logarithm of the discount
    factor is straight (``log-linear``), forwards are continuous (``monotone convex``), or forwards move at
    FOMC meetings (``meeting steps``). Past the last quote it is drawn on only where ``extrapolate`` says so.
    """

    spot_lag: int = 2
    payment_lag: int = 2
    rolls: Calendar = SIFMA
    payments: Calendar = SIFMA
    nodes: Nodes = "payment"
    interpolation: Interpolation = "log-linear"
    extrapolate: bool = False


SOFR_SWAPS: Final = Conventions()
"""The US market's standard: T+2, annual Act/360, modified following, paid two business days late."""
