"""``--known-at``: a command answered as of an earlier moment, and when one that can't be answered could have been."""

import argparse
import datetime as dt
from bisect import bisect_left
from collections.abc import Callable
from typing import TYPE_CHECKING

from haven.errors import HavenError, Reason

if TYPE_CHECKING:
    from haven.functions.answer import Answers
    from haven.market.snapshot import Snapshot


def add_known_at(command: argparse.ArgumentParser) -> None:
    """Let a command be answered as of an earlier moment."""
    text = "answer from what the store had loaded by then; UTC unless an offset is given, such as -05:00"
    command.add_argument("--known-at", metavar="YYYY-MM-DDTHH:MM", help=text)


def market_asked(arguments: argparse.Namespace) -> "Snapshot":
    """The market a command answers from: as it is, or as it was known."""
    from haven.market.snapshot import as_known, refresh

    if arguments.known_at is None:
        return refresh()
    try:
        known_at = dt.datetime.fromisoformat(arguments.known_at if "T" in arguments.known_at else "")
    except ValueError:
        rule = f"--known-at must be a date and time like 2025-04-09T17:00, got {arguments.known_at!r}"
        raise HavenError(Reason.INVALID, rule) from None
    return as_known(known_at.astimezone(dt.UTC).replace(tzinfo=None) if known_at.tzinfo else known_at)


def answer_known(market: "Snapshot", ask: "Callable[[], Answers]") -> "Answers":
    """What a market answers; where it was not yet known, with from when on it was, or why it never is."""
    from haven.functions import CellError
    from haven.market.snapshot import refresh, using

    def answered(asked: "Snapshot") -> bool:
        with using(asked):
            return not isinstance(ask(), CellError)

    with using(market):
        answer = ask()
    if market.known_at is None or not isinstance(answer, CellError) or answer.code != Reason.NO_DATA:
        return answer
    live = refresh()
    if not answered(live):  # the time is not why
        return answer
    later = _loads_after(market.known_at)
    if later and answered(live.as_known(later[-1])):
        first = later[bisect_left(later, True, key=lambda moment: answered(live.as_known(moment)))]
        second = first.replace(microsecond=0) + dt.timedelta(seconds=first.microsecond > 0)
        why = f"the store knows the answer since {second:%Y-%m-%dT%H:%M:%S} UTC"
    else:
        why = (
            "only what the store had loaded by then answers, not what comes with Haven; haven refresh or haven import "
            "loads it, for times from then on"
        )
    return CellError(answer.code, f"{answer.why}; {why}")


def _loads_after(moment: dt.datetime) -> list[dt.datetime]:
    """When the store was loaded after a time, oldest first."""
    from haven.market.home import store_url
    from haven.market.store import Store

    return sorted({load.fetched_at for load in Store(store_url()).loads(limit=None) if load.fetched_at > moment})
