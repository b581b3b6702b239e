"""Curves the tests share: the published one of 17 August 2023, and the daily par rates of six years."""

import csv
from functools import cache

import numpy as np

from haven.analytics.conventions import SOFR_SWAPS
from haven.analytics.sofr_curve import Curve, build_curve
from tests.published import cases
from tests.shared import SHARED

SWPM = "bloomberg_swpm_sofr_2023-08-17"
YEARS = {"D": 1 / 365, "W": 7 / 365, "M": 1 / 12, "Y": 1.0}


def years(tenors):
    """Tenors such as 3W or 18M in years."""
    return np.array([float(tenor[:-1]) * YEARS[tenor[-1]] for tenor in tenors])


@cache
def swpm_quotes():
    """Maturities, tenors in years and rates of the published curve."""
    quotes = cases(SWPM)["swpm-20230817-swap"]["inputs"]["quotes"]
    return (
        np.array([quote["maturity"] for quote in quotes], "M8[D]"),
        years([quote["tenor"] for quote in quotes]),
        np.array([quote["rate_pct"] for quote in quotes]) / 100.0,
    )


def swpm_curve(conventions=SOFR_SWAPS):
    """The published curve, built."""
    _, tenors, rates = swpm_quotes()
    return build_curve(np.datetime64("2023-08-17"), tenors, rates, conventions)


@cache
def daily_quotes():
    """Dates, tenors in years and par rates by day and tenor, NaN where there is no quote."""
    with (SHARED / "data/swaps/USD-SOFR-1D_par_rates.csv").open() as file:
        header, *rows = csv.reader(file)
    dates = np.array([row[0][:10] for row in rows], "M8[D]")
    rates = np.array([[float(cell) if cell else np.nan for cell in row[1:]] for row in rows])
    return dates, years(header[1:]), rates / 100.0


def flat_curve(asof, rate):
    """A curve of one continuously compounded Act/360 rate."""
    nodes = np.array([36_000.0])
    return Curve(np.datetime64(asof, "D"), nodes, -rate * nodes / 360.0, np.array([]), np.array([]), SOFR_SWAPS)
