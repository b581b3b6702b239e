"""Loading a desk's files into the store: everything or nothing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from haven.errors import HavenError, Reason
from haven.market.checks import check
from haven.market.exports import read_files
from haven.market.home import store_url
from haven.market.store import FILE, Observation, Store

SHOWN_PROBLEMS: Final = 20


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one import brought."""

    figures: int
    series: int
    first: np.datetime64
    last: np.datetime64
    store: str


class RefusedRowsError(HavenError):
    """Rows that can't be believed, so nothing was loaded. ``lines`` says which and why, a line a row."""

    def __init__(self, count: int, lines: Sequence[str]) -> None:
        super().__init__(Reason.INVALID, f"nothing was loaded: {count} rows can't be believed")
        self.lines = list(lines)


def load_files(paths: Sequence[Path], now: dt.datetime, map_file: Path | None = None) -> Loaded:
    """Check every row of every file and load them all as one vintage.

    Parameters
    ----------
    now
        In UTC: stamps the vintage; no row may be of a later date than its own.
    map_file
        How to read a vendor's exports; None for files of a desk's own form.

    Raises
    ------
    RefusedRowsError
        A row of any file can't be true; nothing was loaded.
    HavenError
        A file can't be read, or the store can't be written.
    """
    observations: dict[tuple[str, int], Observation] = {}
    refused: list[str] = []
    for path, written in read_files(paths, map_file):
        believed, problems = check(written, now.date())
        refused += [f"{path.name} row {problem.line}: {problem.why}" for problem in problems]
        for row in believed:
            earlier = observations.setdefault((row.series, int(row.date.astype(int))), row)
            if earlier.value != row.value:
                refused.append(f"{path.name}: {row.series} on {row.date} disagrees with an earlier file")
    if refused:
        raise RefusedRowsError(len(refused), refused)
    store = Store(store_url())
    store.create()
    rows = list(observations.values())
    store.append(rows, FILE, ", ".join(path.name for path in paths)[:255], now)
    dates = [row.date for row in rows]
    return Loaded(len(rows), len({row.series for row in rows}), min(dates), max(dates), str(store))
