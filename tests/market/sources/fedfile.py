"""The Fed's zero-curve file, laid out as it is published, around the parameters of the reference data."""

import csv

import numpy as np

from tests.shared import SHARED

PARAMETERS = SHARED / "data" / "gsw" / "gsw_params_daily_1961_2025-10-03.csv"
LEGEND = """Note: This is not an official Federal Reserve statistical release.

Compounding Convention,Mnemonic(s)
Continuously Compounded,SVENYXX
Coupon-Equivalent,SVENPYXX
Continuously Compounded,SVENFXX
Coupon-Equivalent,SVEN1FXX

Parameters,BETA0 to TAU2
"""
YEARS = range(1, 31)
COLUMNS = [
    *("BETA0", "BETA1", "BETA2", "BETA3", "SVEN1F01", "SVEN1F04", "SVEN1F09"),
    *(f"SVENF{n:02d}" for n in YEARS),
    *(f"SVENPY{n:02d}" for n in YEARS),
    *(f"SVENY{n:02d}" for n in YEARS),
    *("TAU1", "TAU2"),
]
UNUSED_TAU2 = "-999.99"


def fed_file():
    """A header of 100 columns and 16,042 days; yields the parameters do not give are made up."""
    with PARAMETERS.open(encoding="utf-8") as lines:
        days = list(csv.DictReader(lines))
    made_up = np.round(np.random.default_rng(7).uniform(0, 16, (len(days), 93)), 4).astype(str)
    rows = []
    for day, fill in zip(days, made_up, strict=True):
        betas = [day[f"BETA{n}"] for n in range(4)]
        rows.append(",".join([day["Date"], *betas, *fill, day["TAU1"], day["TAU2"] or UNUSED_TAU2]))
    rows.insert(1, "1961-07-04," + ",".join(["NA"] * 99))
    return (LEGEND + ",".join(["Date", *COLUMNS]) + "\n" + "\n".join(rows) + "\n").encode()
