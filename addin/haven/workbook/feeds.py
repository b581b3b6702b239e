"""What the Status page says of the feeds: how each series stands, and the last refreshes."""

import datetime as dt
from typing import Any, Final

from haven.functions.kinds import EXCEL_EPOCH
from haven.market.refreshes import kept_refreshes
from haven.market.settings import load_settings
from haven.market.snapshot import Snapshot
from haven.market.status import market_status

SHOWN_REFRESHES: Final = 10


def feed_rows(market: Snapshot, now: dt.datetime) -> list[list[Any]]:
    """How each series stands: id, date, value as quoted, unit, source, age in business days, status, remark."""
    return [
        [
            one.series,
            float((one.date - EXCEL_EPOCH).days) if one.date else None,
            one.value,
            one.unit,
            one.source,
            float(one.age) if one.age is not None else None,
            one.status,
            one.remark,
        ]
        for one in market_status(market, load_settings(), now)
    ]


def refresh_rows() -> list[list[Any]]:
    """The last refreshes, newest first: when in UTC, outcome, new figures, and why it was not complete."""
    rows: list[list[Any]] = [
        [
            (dt.datetime.fromisoformat(kept["at"]) - dt.datetime.combine(EXCEL_EPOCH, dt.time()))
            / dt.timedelta(days=1),
            kept["outcome"],
            float(sum(source["figures"] for source in kept["sources"])),
            "; ".join(_reasons(kept)),
        ]
        for kept in kept_refreshes(SHOWN_REFRESHES)
    ]
    return rows or [[None, "none yet: haven refresh fetches"]]


def _reasons(kept: dict[str, Any]) -> list[str]:
    failures = [f"{source['source']}: {source['failure']}" for source in kept["sources"] if source["failure"]]
    return [*failures, kept["why"]] if "why" in kept else failures
