"""The store's figures as a file: one row a figure, in the form ``haven import`` reads."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from haven.analytics.arrays import FloatArray
from haven.errors import HavenError, Reason
from haven.market.atomic import atomic_write
from haven.market.history import History
from haven.market.series import SCALE, find_series
from haven.market.snapshot import Snapshot

if TYPE_CHECKING:
    import pyarrow as pa

KINDS: Final = (".csv", ".parquet")


def export(path: Path, market: Snapshot, series: Sequence[str] = (), since: np.datetime64 | None = None) -> int:
    """Write what the store holds, figures in their quoted units, and return how many there are.

    What comes with the package is not the desk's and stays out, the illustrative swap rates above all.

    Parameters
    ----------
    series
        Ids of the catalogue; none for all.
    since
        The first date to write.

    Raises
    ------
    HavenError
        INVALID for an unknown series or kind of file; NO_DATA when the store holds nothing of what is asked for.
    OSError
        When the file can't be written.
    """
    if path.suffix.lower() not in KINDS:
        raise HavenError(Reason.INVALID, f"{path} must end in {' or '.join(KINDS)}, got {path.suffix!r}")
    wanted = [find_series(name).id for name in series] or market.ids()
    parts = [_since(history, since) for history in market.stored(wanted).values()]
    table = _table([part for part in parts if part.dates.size])
    if not table.num_rows:
        asked = f"{', '.join(wanted[:5]) if series else 'any series'}{f' since {since}' if since is not None else ''}"
        raise HavenError(Reason.NO_DATA, f"the store holds no figures of {asked}")
    with atomic_write(path) as file:
        if path.suffix.lower() == ".csv":
            from pyarrow import csv

            file.write((",".join(table.column_names) + "\n").encode())
            csv.write_csv(table, file, csv.WriteOptions(include_header=False, quoting_style="none"))
        else:
            from pyarrow import parquet

            parquet.write_table(table, file)
    return int(table.num_rows)


def _since(history: History, since: np.datetime64 | None) -> History:
    if since is None:
        return history
    late = history.dates >= since
    return History(history.name, history.dates[late], history.values[late], history.sources[late])


def _table(histories: Sequence[History]) -> "pa.Table":
    """Long columns of several histories. Names and sources are the program's own, so no text can be a formula."""
    import pyarrow as pa

    sizes = [history.dates.size for history in histories]
    rows = [find_series(history.name) for history in histories]
    figures = [_quoted(history.values, SCALE[row.unit]) for history, row in zip(histories, rows, strict=True)]
    return pa.table(
        {
            "series": np.repeat(np.array([row.id for row in rows], dtype=object), sizes),
            "date": pa.array(np.concatenate([np.empty(0, "M8[D]"), *(each.dates for each in histories)])),
            "value": np.concatenate([np.empty(0), *figures]),
            "unit": np.repeat(np.array([row.unit for row in rows], dtype=object), sizes),
            "source": np.concatenate([np.empty(0, dtype=object), *(each.sources for each in histories)]),
        }
    )


def _quoted(values: FloatArray, scale: float) -> FloatArray:
    """Figures as quoted, without the binary dust of the conversion: 4.26, not 4.260000000000001."""
    return np.array([float(f"{value:.15g}") for value in (values * scale).tolist()])
