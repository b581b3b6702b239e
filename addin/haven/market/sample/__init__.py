"""The history inside the package: real public-domain figures, and an illustrative path of swap rates.

Illustrative rates are Treasury yields plus spreads interpolated through twenty dated levels. They stand in for
quotes that may not be redistributed, carry the source ``illustrative``, and yield to the first real quote.
"""

import csv
import io
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haven.market.history import History, one_source
from haven.market.series import find_series

SAMPLE: Final = "sample"
ILLUSTRATIVE: Final = "illustrative"
WORKED_CASE: Final = ("2025-04-02", "2025-04-11")
"""The sell-off that the sample is made to show."""


@cache
def _archive() -> Any:
    """The packed figures; a member is unpacked when it is asked for."""
    return np.load(io.BytesIO((files(__name__) / "sample.npz").read_bytes()), allow_pickle=False)


@cache
def _anchors() -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.float64]]:
    """Swap ids, days since 1970 of the levels, and spreads as decimals (one row a date, one column a swap)."""
    with (files(__name__) / "spread_anchors.csv").open(encoding="utf-8") as stream:
        header, *rows = csv.reader(stream)
    days = np.array([row[0] for row in rows], dtype="M8[D]").astype(float)
    spreads = np.array([[float(cell) for cell in row[1:]] for row in rows]) / 1e4
    return tuple(f"SWAP.{tenor}" for tenor in header[1:]), days, spreads


@cache
def ids() -> frozenset[str]:
    """Every series the sample holds, illustrative ones included."""
    return frozenset(name.removesuffix("/days") for name in _archive() if name.endswith("/days")) | {*_anchors()[0]}


@cache
def history(series_id: str) -> History:
    """The sample's history of a series; empty where the sample has none."""
    series = find_series(series_id)
    swaps, days, spreads = _anchors()
    if series.id in swaps:
        treasury = history(series.id.replace("SWAP", "UST"))
        spread = np.interp(treasury.dates.astype(float), days, spreads[:, swaps.index(series.id)])
        source = one_source(ILLUSTRATIVE, treasury.dates.size)
        return History(series.id, treasury.dates, treasury.values + spread, source, series.max_age_days)
    none = np.empty(0)
    dates = _archive().get(f"{series.id}/days", none).astype("M8[D]")
    values = series.canonical(_archive().get(f"{series.id}/quoted", none))
    return History(series.id, dates, values, one_source(SAMPLE, dates.size), series.max_age_days)
