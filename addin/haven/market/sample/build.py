"""Build ``sample.npz`` from public-domain files as published.

Run as ``python -m haven.market.sample.build FOLDER``, where FOLDER holds ``fred``, ``gsw`` and
``kim_wright`` as downloaded from the publishers. Figures stay in their quoted units; only the layout is new.
The result is the same to the byte for the same files.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

START = "2018-04-03"
"""The first day of SOFR, from which daily history is kept."""

FRED = {
    **{f"UST.{n}Y": f"fred/DGS{n}.csv" for n in (1, 2, 3, 5, 7, 10, 20, 30)},
    "TIPS.10Y": "fred/DFII10.csv",
    "SOFR": "fred/SOFR.csv",
    "EFFR": "fred/EFFR.csv",
    "IORB": "fred/IORB.csv",
    "TARGET.UPPER": "fred/DFEDTARU.csv",
    "TARGET.LOWER": "fred/DFEDTARL.csv",
    "MORTGAGE.30Y": "fred/MORTGAGE30US.csv",
    **{f"KW.TP.{n}Y": f"kim_wright/THREEFYTP{n}.csv" for n in range(2, 10)},
    "KW.TP.10Y": "kim_wright/THREEFYTP10_1990_2026-07.csv",
}
KIM_WRIGHT = "kim_wright/THREEFY1_10_daily_1990_2025-05.csv"
FED_FUNDS = "fred/FEDFUNDS.csv"
ZERO_CURVE = "gsw/gsw_params_daily_1961_2025-10-03.csv"
BAD_CURVES = ["2021-05-06"]
"""Dates whose published parameters do not reproduce the published yields."""


def read_column(path: Path, column: int = 1) -> pd.Series:
    """One column of a publisher's CSV by date, weekends and gaps left out."""
    frame = pd.read_csv(path, na_values=["."])
    values = pd.Series(pd.to_numeric(frame.iloc[:, column]).to_numpy(), pd.to_datetime(frame.iloc[:, 0]))
    business = np.is_busday(values.index.to_numpy("datetime64[D]"))
    return values[business].dropna().sort_index()


def zero_curve(path: Path) -> dict[str, pd.Series]:
    """Svensson parameters: month-ends since 1961, daily from ``START``."""
    frame = pd.read_csv(path, parse_dates=["Date"], index_col="Date").drop(columns="src")
    frame = frame.drop(pd.to_datetime(BAD_CURVES), errors="ignore").dropna(subset="BETA0")
    month_ends = frame.groupby(pd.DatetimeIndex(frame.index).to_period("M")).tail(1)
    kept = pd.concat([month_ends[month_ends.index < START], frame[frame.index >= START]])
    return {f"GSW.{name}": kept[name].dropna() for name in kept.columns}


def collect(folder: Path) -> dict[str, pd.Series]:
    """Every series of the sample, in quoted units."""
    daily = {name: read_column(folder / path)[START:] for name, path in FRED.items()}
    fitted = {f"KW.FIT.{n}Y": read_column(folder / KIM_WRIGHT, 3 + n)[START:] for n in range(1, 11)}
    funds = pd.read_csv(folder / FED_FUNDS, parse_dates=["date"], index_col="date")["value"]
    return {**daily, **fitted, "FEDFUNDS": funds["1961":], **zero_curve(folder / ZERO_CURVE)}


def build(folder: Path, target: Path) -> None:
    """Write the sample: for each series its days since 1970 and its quoted figures."""
    arrays: dict[str, np.ndarray] = {}
    for name, values in sorted(collect(folder).items()):
        arrays[f"{name}/days"] = values.index.to_numpy("datetime64[D]").astype(np.int32)
        arrays[f"{name}/quoted"] = values.to_numpy(float)
    np.savez_compressed(target, allow_pickle=False, **arrays)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(__file__).with_name("sample.npz"))
