"""What a source of market data is, what it is asked and what it answers.

A source is a module of this package with ``fetch``, which does the I/O and answers raw bodies, ``parse``, which is
pure and turns a body into :class:`Quotes`, and the constant ``SOURCE``, which ties them together.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray

if TYPE_CHECKING:
    from haven.market.series import Series
    from haven.market.sources.web import Web


@dataclass(frozen=True, slots=True)
class Quotes:
    """Figures of one series as a source published them: not yet believed, in no particular order.

    ``values`` are in ``unit``; dates without a figure are left out.
    """

    series: str
    dates: DateArray
    values: FloatArray
    unit: str

    def since(self, first: dt.date) -> "Quotes":
        """The figures from a date on."""
        kept = self.dates >= np.datetime64(first, "D")
        return Quotes(self.series, self.dates[kept], self.values[kept], self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a source is asked for.

    ``series`` are catalogue rows, each of them one the source feeds. ``since`` is the first date wanted, None for all
    there is, and then ``web`` must not hold validators, or an unchanged file would hide its history. ``today`` is the
    date in New York. ``settings`` is the source's table in ``settings.toml``; ``secret`` its key or password, which
    never shows in a repr.
    """

    web: "Web"
    base_url: str
    series: tuple["Series", ...]
    today: dt.date
    since: dt.date | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source: its name in ``settings.toml``, what it has, what that may be used for, and how it is asked.

    Attributes
    ----------
    base_url
        Where it stands unless the settings say otherwise, without a slash at the end; empty where there is no web.
    licence
        What its figures may be used for, in a sentence.
    publishes
        When it publishes, in a sentence.
    fresh_for
        Business days its newest figure may be old before the feed is stale; ``slower`` holds the series that may be
        older, by id.
    feeds
        The ids of the series it has; empty means whatever its settings name.
    seconds_between_calls
        How long it is spared at least from the beginning of one call to that of the next, which waits for the first.
    options
        What may be set for it beside its address and patience, by name and type.
    faults
        By option, what says why a text can't be set for it, in words without that text; nothing when it can.
    takes_key
        Whether it may be given a key or password.
    collect
        Asks it. It raises HavenError when it can't answer, and answers no quotes when nothing is new. Figures from
        before ``since`` may be among them where the source only has whole files.
    """

    name: str
    base_url: str
    licence: str
    publishes: str
    fresh_for: int
    collect: Callable[[Request], list[Quotes]]
    feeds: frozenset[str] = frozenset()
    slower: Mapping[str, int] = field(default_factory=dict)
    options: Mapping[str, type] = field(default_factory=dict)
    faults: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    seconds_between_calls: float = 0.05
    takes_key: bool = False

    def allowance(self, series: str) -> int:
        """Business days the newest figure of a series may be old before it is stale."""
        return self.slower.get(series, self.fresh_for)
