"""The published files of the reference data, turned into a desk's own long files."""

from pathlib import Path

import pandas as pd

TREASURIES = (1, 2, 3, 5, 7, 10, 20, 30)


def write_desk_files(shared: Path, folder: Path) -> list[Path]:
    """Treasuries, fed funds, SOFR swaps and the Fed's zero curve, one long CSV each."""
    data = shared / "data"
    tables = {
        "treasuries.csv": pd.concat([_fred(data / f"fred/DGS{n}.csv", f"UST.{n}Y") for n in TREASURIES]),
        "fed_funds.csv": _fred(data / "fred/FEDFUNDS.csv", "FEDFUNDS"),
        "swaps.csv": _swaps(data / "swaps/USD-SOFR-1D_par_rates.csv"),
        "zero_curve.csv": _zero_curve(data / "gsw/gsw_params_daily_1961_2025-10-03.csv"),
    }
    paths = []
    for name, table in tables.items():
        paths.append(folder / name)
        table.to_csv(paths[-1], index=False)
    return paths


def _fred(path: Path, series: str) -> pd.DataFrame:
    frame = pd.read_csv(path, na_values=["."])
    return pd.DataFrame({"series": series, "date": frame.iloc[:, 0], "value": frame.iloc[:, 1]}).dropna()


def _swaps(path: Path) -> pd.DataFrame:
    frame = pd.read_csv(path)
    long = frame.melt("Date", var_name="tenor").dropna()
    series = "SWAP." + long["tenor"].str.lstrip("0")
    return pd.DataFrame({"series": series, "date": long["Date"].str[:10], "value": long["value"]})


def _zero_curve(path: Path) -> pd.DataFrame:
    frame = pd.read_csv(path).drop(columns="src").query("Date != '2021-05-06'")
    long = frame.melt("Date", var_name="parameter").dropna()
    return pd.DataFrame({"series": "GSW." + long["parameter"], "date": long["Date"], "value": long["value"]})
