"""The store's figures as a file: one row a figure, in the form ``haven import`` reads."""

from collections.abc import Sequence
from dataclasses import dataclass
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
SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: ``figures`` of ``series`` series; of ``missing``, asked for too, the store has none."""

    figures: int
    series: int
    missing: tuple[str, ...]


def export(path: Path, market: Snapshot, series: Sequence[str] = (), since: np.datetime64 | None = None) -> Exported:
    """Write what the store holds, figures in their quoted units.

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
    wanted = list(dict.fromkeys(find_series(name).id for name in series)) or market.ids()
    parts = [_since(history, since) for history in market.stored(wanted).values()]
    held = [part for part in parts if part.dates.size]
    if not held:
        more = f" and {len(wanted) - SHOWN} more" if len(wanted) > SHOWN else ""
        asked = f"{', '.join(wanted[:SHOWN])}{more}" if series else "any series"
        late = "" if since is None else f" since {since}"
        ours = since is None and any(market.holds(find_series(name)) for name in wanted)
        remark = "; those that come with Haven are not exported" if ours else ""
        raise HavenError(Reason.NO_DATA, f"the store holds no figures of {asked}{late}{remark}")
    table = _table(held)
    with atomic_write(path) as file:
        if path.suffix.lower() == ".csv":
            from pyarrow import csv

            file.write((",".join(table.column_names) + "\n").encode())
            csv.write_csv(table, file, csv.WriteOptions(include_header=False, quoting_style="none"))
        else:
            from pyarrow import parquet

            parquet.write_table(table, file)
    missing = set(wanted).difference(part.name for part in held) if series else ()
    return Exported(int(table.num_rows), len(held), tuple(name for name in wanted if name in missing))


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
