"""What a refresh did, source by source and series by series, and in a word."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from haven.market.status import SeriesStatus

COMPLETE: Final = "complete"
PARTIAL: Final = "partial"
FAILED: Final = "failed"
SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class SourceResult:
    """What came of asking a source: for how many series it was asked, how many figures of how many were new."""

    source: str
    asked: int
    series: int
    figures: int
    seconds: float
    failure: str = ""
    """Why it did not answer, or was not believed."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a refresh did.

    ``unanswered`` are the series for which no source answered, one of them having failed; ``without`` those of which
    all sources that were asked have nothing and the store has nothing either. ``outcome`` is ``complete`` when there
    are none of both, ``failed`` when no source answered at all, else ``partial``.
    """

    at: dt.datetime
    seconds: float
    dry_run: bool
    sources: Sequence[SourceResult]
    series: Sequence[SeriesStatus]
    unanswered: Sequence[str]
    without: Sequence[str]
    clock: str = ""
    """That this machine's clock is behind what the store has, if it is."""

    @property
    def outcome(self) -> str:
        """In a word."""
        if not self.unanswered and not self.without:
            return COMPLETE
        return FAILED if all(result.failure for result in self.sources) else PARTIAL

    @property
    def figures(self) -> int:
        """How many figures were new."""
        return sum(result.figures for result in self.sources)

    @property
    def told(self) -> str:
        """What a person must be told: nothing when it is complete."""
        if self.outcome == COMPLETE:
            return self.clock
        ended = "failed" if self.outcome == FAILED else f"was {self.outcome}"
        stays = f": {len(self.unanswered)} series keep their last good figures" if self.unanswered else ""
        return "\n".join([f"The refresh {ended}{stays}.", *self.failures, *self.lack, *self.warnings])

    @property
    def failures(self) -> list[str]:
        """Which sources failed, and why."""
        return [f"{result.source}: {result.failure}" for result in self.sources if result.failure]

    @property
    def warnings(self) -> list[str]:
        """What else must be said, in a line; none when there is nothing."""
        return [self.clock] if self.clock else []

    @property
    def lack(self) -> list[str]:
        """Of which series no source has anything, in a line; none when there is none."""
        more = f" and {len(self.without) - SHOWN} more" if len(self.without) > SHOWN else ""
        return [f"no source asked has a figure of {', '.join(self.without[:SHOWN])}{more}"] if self.without else []
