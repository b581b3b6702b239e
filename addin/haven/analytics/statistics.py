"""How unusual a level is against its own past."""

from typing import Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.errors import HavenError, Reason

DAYS_PER_YEAR: Final = 365.25
LOOKBACKS: Final = {"change 1d": 1, "change 1w": 7, "change 1m": 30}
"""Statistic -> calendar days back, from which the last earlier figure is taken (1d: the figure before)."""
LABELS: Final = ("level", *LOOKBACKS, "mean", "sd", "z-score", "percentile", "low", "high")


def summary(
    dates: DateArray, values: FloatArray, day: np.datetime64, level: float, years: float, in_bp: float
) -> tuple[tuple[str, ...], list[float]]:
    """Level, changes and the statistics of the window of ``years`` that ends on ``day``.

    Parameters
    ----------
    dates, values : (n,) arrays
        History, ascending.
    day : datetime64[D]
        The date of ``level``; later history is not looked at.
    level : float
        The figure of that date.
    years : float
        Length of the window.
    in_bp : float
        What a change is multiplied by to be in basis points (1e4 for decimals).

    Returns
    -------
    labels, figures
        Changes in bp; the rest in the unit of the series; z-score and percentile (0 to 1) are pure numbers.
        A change whose start lies before the history is measured from its first figure.
    """
    past = dates <= day
    dates, values = dates[past], values[past]
    window = values[dates > day - np.timedelta64(round(years * DAYS_PER_YEAR), "D")]
    if not window.size:
        raise HavenError(Reason.NO_DATA, f"window must hold a figure, there is none in {years:g} years up to {day}")
    changes = []
    for days in LOOKBACKS.values():
        start = int(np.searchsorted(dates, day - np.timedelta64(days, "D"), side="right")) - 1
        start = dates.size - 2 if days == 1 else start
        changes.append(in_bp * (level - float(values[max(start, 0)])))
    mean, sd = float(window.mean()), float(window.std(ddof=1)) if np.ptp(window) > 0 else 0.0
    z_score = (level - mean) / sd if sd > 0 else 0.0
    percentile = float((window <= level).mean())
    return LABELS, [level, *changes, mean, sd, z_score, percentile, float(window.min()), float(window.max())]
