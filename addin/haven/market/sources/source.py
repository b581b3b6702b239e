"""What a source of market data is, what it is asked and what it answers."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

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


@dataclass(frozen=True, slots=True)
class Request:
    """What a source is asked for.

    ``since`` is the first date wanted, None for all there is; ``settings`` is the source's table in
    ``settings.toml``; ``secret`` its key or password, which never shows in a repr.
    """

    web: "Web"
    base_url: str
    series: tuple["Series", ...]
    since: dt.date | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    """A source: its name in ``settings.toml``, what it may be used for, and how it is asked.

    ``feeds`` holds the ids of the series it has; empty means whatever its settings name. ``collect`` raises
    HavenError when it can't answer, and answers no quotes when nothing is new.
    """

    name: str
    base_url: str
    licence: str
    feeds: frozenset[str]
    collect: Callable[[Request], list[Quotes]]
