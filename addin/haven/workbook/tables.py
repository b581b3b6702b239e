"""What a refresh writes into a workbook's named areas: the market as of the desk's date."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeAlias

import numpy as np

from haven import __version__
from haven.errors import HavenError
from haven.functions import CellError, call
from haven.functions.kinds import DATE, EXCEL_EPOCH, is_blank
from haven.market.sample import ILLUSTRATIVE, SAMPLE
from haven.market.series import SCALE, find_series
from haven.market.snapshot import Snapshot
from haven.market.status import clock_note
from haven.market.store import Load
from haven.workbook.feeds import feed_rows, refresh_rows
from haven.workbook.history import history_rows, mark_rows, serial, weeks
from haven.workbook.overrides import data_rows, status_rows, to_text

Rows: TypeAlias = Sequence[Sequence[Any]]
"""Rows of cell values."""

DEMO_NOTE: Final = "ILLUSTRATIVE swap rates{0}: demonstration data, not quotes."
FEED_NOTE: Final = "Import your own with haven import, then refresh."
"""What the desk does about it; on no page that may be sent."""
SOURCE_NAMES: Final = {
    SAMPLE: "published, in the package",
    ILLUSTRATIVE: "ILLUSTRATIVE, not a quote",
    "file": "desk file",
}


def data_note(market: Snapshot) -> str:
    """What a reader must know of the data before believing a page; empty when all quotes are real."""
    tenors = market.illustrative_swaps()
    if not tenors:
        return ""
    return DEMO_NOTE.format("" if market.is_demo else f" of {', '.join(tenors)}")


def desk_date(market: Snapshot, given: object) -> np.datetime64:
    """The market date of a workbook: the one in its Desk_date, or the latest when that is empty."""
    day: np.datetime64 = market.history("SPREAD.10Y").dates[-1] if is_blank(given) else DATE.read("Desk_date", given)
    return day


def series_rows(market: Snapshot, as_of: np.datetime64) -> Rows:
    """Each series with figures: id, name, latest figure up to a date as quoted, unit, date, source."""
    rows = []
    market.read(market.ids())
    for name in market.ids():
        series, history = find_series(name), market.history(name)
        row = int(np.searchsorted(history.dates, as_of, side="right")) - 1
        if row >= 0:
            source = str(history.sources[row])
            figure = round(float(history.values[row]) * SCALE[series.unit], 10)
            date = serial(history.dates[row])
            rows.append([series.id, series.name, figure, series.unit, date, SOURCE_NAMES.get(source, source)])
    return rows


def watch_rows(as_of: np.datetime64) -> Rows:
    """The watch list of a date as the page has its columns: what has figures first, then what wants a source."""
    answer = call("HV_WATCHLIST", [as_of])
    if not isinstance(answer, list):
        return [[answer.why if isinstance(answer, CellError) else answer]]
    shown, without = [], []
    for indicator, level, day, week, month, score, flag, source, age, why in answer[1:]:
        if level == "no source":
            without.append([indicator, None, level, why])
        else:
            figures = [_without_noise(figure) for figure in (level, day, week, month, None, score)]
            shown.append([indicator, None, *figures, flag, f"{source}, {age:g} d", why])
    return shown + without


def _without_noise(figure: Any) -> Any:
    """A figure without what binary subtraction left at the end of it, so that nothing shows as -0.0."""
    return round(figure, 9) + 0.0 if isinstance(figure, float) else figure


def fact_rows(market: Snapshot, as_of: np.datetime64, now: dt.datetime, kept: int) -> Rows:
    """What the Status page says of a refresh."""
    tenors = market.illustrative_swaps()
    of_store = f"real quotes; of {', '.join(tenors)} ILLUSTRATIVE" if tenors else "real quotes of the desk's store"
    swaps = "ILLUSTRATIVE: bring your own by haven import" if market.is_demo else of_store
    facts = {
        "Haven": __version__,
        "Refreshed, UTC": now.strftime("%Y-%m-%d %H:%M"),
        "Market date": str(as_of),
        "Swap rates": swaps,
        "Swap spread, latest": _latest(market, "SPREAD.10Y"),
        "Zero curve, latest": _latest(market, "GSW.BETA0"),
        "Kim-Wright, latest": _latest(market, "KW.FIT.10Y"),
        "Series with figures": float(len(market.ids())),
        "Cells not computed": float(kept),
    }
    market.read(market.ids())
    newest = (market.history(name).dates[-1].item() for name in market.ids())
    if behind := clock_note(newest, market.loads(), now):
        facts["Clock"] = behind
    return [[fact, value] for fact, value in facts.items()]


def _latest(market: Snapshot, name: str) -> str:
    try:
        dates = market.history(name).dates
    except HavenError as failure:
        return failure.message
    return str(dates[-1]) if dates.size else "none"


def load_rows(loads: Sequence[Load]) -> Rows:
    """The newest loads of the store, newest first, and at last what the package brought."""
    rows = [[load.source, load.name, float(load.id), _moment(load.fetched_at)] for load in loads]
    return [*rows, ["package", "public-domain history, and an illustrative path of swap rates"]]


def problem_rows(problems: Sequence[tuple[str, str]]) -> Rows:
    """The cells that could not be computed, with the reason."""
    return [list(problem) for problem in sorted(problems)] or [["none"]]


class Tables(Mapping[str, Rows]):
    """Tables by the name of their area, each made when first asked for: a workbook need not have every area.

    They must be asked for while the market they are of is in force.
    """

    def __init__(self, makers: dict[str, Callable[[], Rows]]) -> None:
        self._makers = {name: cache(maker) for name, maker in makers.items()}

    def __getitem__(self, name: str) -> Rows:
        return self._makers[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def market_tables(market: Snapshot, as_of: np.datetime64) -> Tables:
    """What a refresh writes before it calculates."""
    history = cache(lambda: history_rows(weeks(market)))
    return Tables(
        {
            "Data_note": lambda: [[data_note(market)]],
            "Data_overrides": lambda: [[to_text(market)]],
            "Data_series": lambda: data_rows(market, series_rows(market, as_of)),
            "Data_history": history,
            "Data_marks": lambda: mark_rows(history(), as_of),
            "Desk_watchlist": lambda: watch_rows(as_of),
            "Desk_watched": lambda: [[serial(as_of)]],
        }
    )


def status_tables(
    market: Snapshot, as_of: np.datetime64, now: dt.datetime, problems: Sequence[tuple[str, str]]
) -> Tables:
    """What a refresh writes when it has calculated; ``problems`` are cells with a reason."""
    return Tables(
        {
            "Status_facts": lambda: fact_rows(market, as_of, now, len(problems)),
            "Status_overrides": lambda: status_rows(market),
            "Status_series": lambda: feed_rows(market, now),
            "Status_refreshes": refresh_rows,
            "Status_loads": lambda: load_rows(market.loads()),
            "Status_kept": lambda: problem_rows(problems),
        }
    )


def _moment(moment: dt.datetime) -> float:
    return (moment.date() - EXCEL_EPOCH).days + (moment.hour * 60 + moment.minute) / 1440
