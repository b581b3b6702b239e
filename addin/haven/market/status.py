"""How fresh each series is: its last figure, where that is from, how old it is and what that means."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from haven.market import sample
from haven.market.checks import FRESH_DAYS, business_age
from haven.market.history import History
from haven.market.series import SCALE, Series, find_series
from haven.market.settings import Settings
from haven.market.snapshot import Snapshot
from haven.market.sources.registry import sources

FRESH: Final = "fresh"
STALE: Final = "stale"
SUSPECT: Final = "suspect"
ILLUSTRATIVE: Final = "illustrative"
NONE: Final = "none"
_NEW_YORK: Final = ZoneInfo("America/New_York")


@dataclass(frozen=True, slots=True)
class SeriesStatus:
    """The last good figure of a series, in the unit it is quoted in, and how it stands.

    ``age`` is in business days; ``status`` is one of ``fresh``, ``stale``, ``suspect``, ``illustrative`` and ``none``.
    A series without a figure has neither date, value nor age.
    """

    series: str
    date: dt.date | None
    value: float | None
    unit: str
    source: str
    age: int | None
    status: str
    remark: str = ""


def new_york_date(now: dt.datetime) -> dt.date:
    """The date in New York at a time in UTC."""
    return now.replace(tzinfo=dt.UTC).astimezone(_NEW_YORK).date()


def series_status(
    names: Iterable[str],
    history: Callable[[str], History],
    settings: Settings,
    today: dt.date,
    remarks: Mapping[str, str] | None = None,
) -> list[SeriesStatus]:
    """The status of series, in the order given.

    Parameters
    ----------
    history
        A series' history by id.
    today
        The date in New York.
    remarks
        By series, what is to be added.
    """
    return [_status(find_series(name), history, settings, today, (remarks or {}).get(name, "")) for name in names]


def market_status(market: Snapshot, settings: Settings, now: dt.datetime) -> list[SeriesStatus]:
    """The status of every series that has figures, at a time in UTC."""
    return series_status(market.ids(), market.history, settings, new_york_date(now))


def _status(
    series: Series, history: Callable[[str], History], settings: Settings, today: dt.date, remark: str
) -> SeriesStatus:
    known = history(series.id)
    if not known.dates.size:
        return SeriesStatus(series.id, None, None, series.unit, "", None, NONE, remark or "no figure yet")
    date, source = known.dates[-1], str(known.sources[-1])
    age = business_age(date, today)
    value = round(float(known.values[-1]) * SCALE[series.unit], 10)
    status, why = FRESH, ""
    allowed = _allowance(series, source, settings)
    if source == sample.ILLUSTRATIVE:
        status, why = ILLUSTRATIVE, "not a quote"
    elif age > allowed:
        status, why = STALE, f"{age} business days old, {allowed} allowed"
        why += f"; {SUSPECT}" if date in known.suspects and SUSPECT not in remark else ""
    elif date in known.suspects:
        status, why = SUSPECT, "look at it"
    said = "; ".join(part for part in (why, remark) if part)
    return SeriesStatus(series.id, date.item(), value, series.unit, source, age, status, said)


def _allowance(series: Series, source: str, settings: Settings) -> int:
    """Business days a figure may be old: as its source publishes, else as the sources that should feed it do."""
    for name in (source, *settings.sources_of(series.id)):
        if name in sources():
            # A desk's own source brings what there is of any frequency: a weekly series once a week.
            slow = not sources()[name].feeds and series.frequency != "daily"
            return FRESH_DAYS[series.frequency] if slow else sources()[name].allowance(series.id)
    return FRESH_DAYS[series.frequency]
