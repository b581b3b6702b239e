"""The rules that name a regime: a table a desk can read, and replace by a ``regimes.csv`` of its own at home.

Conditions on other markets (``dollar``, ``equities``, ``volatility``, ``repo``) count where the store has those.
"""

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from haven.errors import HavenError, Reason
from haven.market.home import home

MIXED: Final = "mixed"
FIGURES: Final = (
    "yield", "yield size", "front", "front with yield", "expected", "expected share",
    "premium", "premium share", "spread", "spread size",
    "dollar", "equities", "volatility", "repo",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a regime: a figure between ``low`` and ``high``; moves in bp, shares as decimals.

    The dollar and equities move in percent, volatility in points.
    """

    regime: str
    figure: str
    low: float
    high: float
    why: str


def conditions() -> tuple[Condition, ...]:
    """Every condition in order: the first regime all of whose conditions hold is the one in force."""
    own = home() / "regimes.csv"
    return _read_own(str(own), own.stat().st_mtime_ns) if own.is_file() else _shipped()


@cache
def _shipped() -> tuple[Condition, ...]:
    with (files("haven.market") / "regimes.csv").open(encoding="utf-8") as rows:
        return tuple(_parse(rows))


@cache
def _read_own(path: str, _: int) -> tuple[Condition, ...]:
    try:
        with open(path, encoding="utf-8") as rows:  # noqa: PTH123 - the text of a path is the cache's key
            return tuple(_parse(rows))
    except (KeyError, ValueError, TypeError, OSError) as failure:
        raise HavenError(Reason.INVALID, f"{path} must have columns regime,figure,low,high,why: {failure}") from failure


def _parse(rows: Iterable[str]) -> Iterable[Condition]:
    for row in csv.DictReader(rows):
        if row["figure"] not in FIGURES:
            raise ValueError(f"figure must be one of {', '.join(FIGURES)}, got {row['figure']!r}")
        low, high = float(row["low"] or -math.inf), float(row["high"] or math.inf)
        yield Condition(row["regime"], row["figure"], low, high, row["why"])
