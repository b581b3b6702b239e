"""The series catalogue: what each id means, its unit, where it comes from and what can be true of it."""

import csv
import math
import re
import reprlib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Final, TypeVar

from haven.analytics.arrays import FloatArray
from haven.errors import HavenError, Reason

SCALE: Final = {"percent": 100.0, "decimal": 1.0, "bp": 1.0, "price": 1.0, "index": 1.0, "number": 1.0, "usd_mn": 1e-6}
"""Unit as quoted -> what a quoted figure is divided by to be canonical."""
RATE_UNITS: Final = {"percent": 100.0, "decimal": 1.0, "bp": 10_000.0}
"""The units in which a desk may write a rate, as quoted units per 1."""

Figures = TypeVar("Figures", float, FloatArray)

_TENOR = re.compile(r"(\d+)([DWMY])")
_YEARS_PER: Final = {"D": 1 / 365, "W": 7 / 365, "M": 1 / 12, "Y": 1.0}
_CONTRACT = re.compile(r"(FF|SR3)\.\d{4}M(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Series:
    """One row of the catalogue; ``low`` and ``high`` bound what is plausible, in the quoted unit.

    A daily series answers only for its own dates; others carry forward up to ``max_age_days``.
    """

    id: str
    name: str
    unit: str
    source: str
    code: str
    rights: str
    low: float
    high: float
    frequency: str
    max_age_days: int

    @property
    def canonical_unit(self) -> str:
        """The unit of stored and answered figures: a rate quoted in percent is a decimal."""
        return {"percent": "decimal", "usd_mn": "usd"}.get(self.unit, self.unit)

    @property
    def family(self) -> str:
        """What stands before the tenor: ``SWAP`` of ``SWAP.10Y``; empty where there is no tenor."""
        head, _, tail = self.id.rpartition(".")
        return head if _TENOR.fullmatch(tail) else ""

    @property
    def years(self) -> float:
        """The tenor of a curve's series in years; NaN where there is none."""
        match = _TENOR.fullmatch(self.id.rpartition(".")[2])
        return int(match[1]) * _YEARS_PER[match[2]] if match else math.nan

    def canonical(self, quoted: Figures) -> Figures:
        """A figure in the quoted unit as a canonical one."""
        return quoted / SCALE[self.unit]


@cache
def catalogue() -> dict[str, Series]:
    """Every series by id; ids that end in ``*`` stand for all contract months."""
    with (files("haven.market") / "series.csv").open(encoding="utf-8") as rows:
        return {row["id"]: _parse(row) for row in csv.DictReader(rows)}


def _parse(row: dict[str, str]) -> Series:
    numbers = {"low": float(row["low"]), "high": float(row["high"]), "max_age_days": int(row["max_age_days"])}
    return Series(**{**row, **numbers})  # type: ignore[arg-type]


@cache
def find_series(series_id: str) -> Series:
    """The catalogue row of an id, in any case.

    Raises
    ------
    HavenError
        INVALID for an unknown id, naming the nearest one.
    """
    wanted = series_id.strip().upper()
    rows = catalogue()
    if wanted in rows and not wanted.endswith("*"):
        return rows[wanted]
    if match := _CONTRACT.fullmatch(wanted):
        return replace(rows[f"{match[1]}.*"], id=wanted)
    import difflib

    near = difflib.get_close_matches(wanted, rows, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise HavenError(Reason.INVALID, f"series must be an id of the catalogue, got {reprlib.repr(series_id)}{hint}")


def units_of(series: Series) -> str:
    """The units in which a file may give a series, in words."""
    return " or ".join(RATE_UNITS) if series.unit in RATE_UNITS else series.unit


@cache
def family(prefix: str) -> tuple[Series, ...]:
    """The series of a curve such as ``SWAP``, shortest tenor first."""
    return tuple(sorted((row for row in catalogue().values() if row.family == prefix), key=lambda row: row.years))
