"""How fresh each series is: its last figure, where that is from, how old it is and what that means."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from haven.market import sample
from haven.market.checks import FRESH_DAYS, business_age
from haven.market.history import History
from haven.market.series import SCALE, Series, find_series
from haven.market.settings import Settings
from haven.market.snapshot import Snapshot
from haven.market.sources.registry import sources
from haven.market.words import counted

if TYPE_CHECKING:
    from haven.market.store import Load

FRESH: Final = "fresh"
STALE: Final = "stale"
SUSPECT: Final = "suspect"
ILLUSTRATIVE: Final = "illustrative"
NONE: Final = "none"
CLOCKS_APART: Final = dt.timedelta(hours=1)
"""By less the clocks of machines that share a store may differ."""
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


def clock_note(dates: Iterable[dt.date | None], loads: Iterable["Load"], now: dt.datetime) -> str:
    """In a line, that this machine's clock is behind the figures or loads there are; nothing where it is not."""
    today = new_york_date(now)
    newest = max((date for date in dates if date), default=today)
    if newest > today:
        return f"this machine's clock says {today}, the store has figures of {newest}"
    loaded = max((load.fetched_at for load in loads), default=now)
    if loaded > now + CLOCKS_APART:
        return (
            f"this machine's clock says {now:%Y-%m-%d %H:%M} UTC, the store has a load of {loaded:%Y-%m-%d %H:%M} UTC"
        )
    return ""


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
    elif date.item() > today:
        status, why = SUSPECT, "of a day to come by this machine's clock"
    elif age > allowed:
        status, why = STALE, f"allowed: {counted(allowed, 'business day')}"
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
