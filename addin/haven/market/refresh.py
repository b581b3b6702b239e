"""A refresh: every source asked at once, each taken whole or not at all, and for what fails the next one asked."""

import datetime as dt
import difflib
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import groupby
from typing import Final
from urllib.parse import urlsplit

import numpy as np

from haven.errors import HavenError, Reason
from haven.market import sample
from haven.market.checks import Checked, check
from haven.market.fetch import Answer, ask, pause
from haven.market.fetched import Fetched, fetched, keep_fetched
from haven.market.history import Figures, History, merge
from haven.market.home import store_url
from haven.market.refreshes import keep_refresh
from haven.market.report import Report, SourceResult
from haven.market.secrets import secret
from haven.market.series import Series, catalogue, find_series
from haven.market.settings import Settings
from haven.market.slips import reference
from haven.market.snapshot import refresh as look_at_store
from haven.market.sources.registry import sources
from haven.market.sources.source import Quotes, Request
from haven.market.sources.web import READ_SECONDS, Web
from haven.market.status import clock_note, new_york_date, series_status
from haven.market.store import FILE, Store
from haven.market.words import counted

log = logging.getLogger("haven")
REVISED_DAYS: Final = 14
"""How far back figures are asked for again: most revisions come within days."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to refresh: all series or those one source may feed, from when, and whether only to look."""

    source: str = ""
    since: dt.date | None = None
    dry_run: bool = False


ALL: Final = Order()


def refresh_store(
    settings: Settings,
    now: dt.datetime,
    order: Order = ALL,
    tell: Callable[[int, int, str], None] = lambda *_: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Report:
    """Ask the sources for what is new and put it into the store.

    Parameters
    ----------
    now
        In UTC: stamps what is stored.
    tell
        Told how many sources are done, of how many, and which are waited for.
    stopped
        Asked all the while whether to stop; what a source brought before that stays.

    Raises
    ------
    HavenError
        INVALID for an unknown source, one that feeds nothing here, or a day to come; NO_DATA when the store can't be
        used.
    StoppedError
        When ``stopped`` said so.
    """
    if order.since and order.since > new_york_date(now):
        raise HavenError(Reason.INVALID, f"since must be no later than today, got {order.since}")
    run = _Run(settings, order, now, wanted_series(settings, order.source), _store(order), stopped)
    try:
        run.ask_all(tell)
    except HavenError as failure:
        _keep(run.report(), failure.message)
        raise
    report = run.report()
    _keep(report)
    return report


def wanted_series(settings: Settings, only: str = "") -> dict[str, list[str]]:
    """The sources of every series that has some, in order of preference; of one source only if it is named.

    Raises
    ------
    HavenError
        INVALID for a source that is not known or feeds nothing here.
    """
    if only and only not in sources():
        near = difflib.get_close_matches(only, sources(), n=1, cutoff=0.5) or sources()
        raise HavenError(Reason.INVALID, f"source must be one Haven knows, got {only!r}; try {', '.join(near)}")
    feeds = {name: settings.fed_by(name) for name in sources()}
    wanted = {}
    for series in sorted(frozenset[str]().union(*feeds.values()), key=_in_catalogue()):
        named = [name for name in settings.sources_of(series) if series in feeds[name] and only in {"", name}]
        if named:
            wanted[series] = named
    if only and not wanted:
        raise HavenError(Reason.INVALID, f"source {only} feeds no series; settings.toml says what it should feed")
    return wanted


def _in_catalogue() -> Callable[[str], tuple[int, str]]:
    """The order of the catalogue; contract months last."""
    places = {name: place for place, name in enumerate(catalogue())}
    return lambda series: (places.get(series, len(places)), series)


def _store(order: Order) -> Store | None:
    """The store, made if need be; a dry run makes none."""
    if order.dry_run and not look_at_store().store_name:
        return None
    store = Store(store_url())
    if not order.dry_run:
        store.create()
    return store


def _keep(report: Report, broken_off: str = "") -> None:
    """Keep what there is to say of a refresh in the log of refreshes."""
    if not report.dry_run:
        said: dict[str, object] = {"outcome": "broken off" if broken_off else report.outcome}
        if why := [broken_off] if broken_off else report.lack:
            said["why"] = why[0]
        said |= {"seconds": round(report.seconds, 2), "sources": list(map(asdict, report.sources))}
        _remember(partial(keep_refresh, report.at, said))


def _remember(keep: Callable[[], None]) -> None:
    """Keep something of a refresh at home, if that can be written: the store has the figures all the same."""
    try:
        keep()
    except OSError as failure:
        log.warning("the refresh could not be remembered: %s", failure)


class _Call:
    """One asking of one source for some series."""

    def __init__(self, run: "_Run", source: str, series: Sequence[str]) -> None:
        self.source = sources()[source]
        self.held = run.held([find_series(name) for name in series], source)
        before = run.fetched(source)
        since = run.order.since or self._since(before)
        # Without all that is held, or from an earlier date, a file that has not changed must come all the same.
        spared = since is not None and run.order.since is None
        self.known = Fetched(before.series.union(series), dict(before.validators) if spared else {})
        options = run.settings.of(source)
        self._request = Request(
            web=Web(
                self.known.validators,
                pause(run.stopped),
                seconds_between_calls=self.source.seconds_between_calls,
                read_seconds=options.get("timeout", READ_SECONDS),
            ),
            base_url=options.get("base_url", self.source.base_url).rstrip("/"),
            series=tuple(map(find_series, series)),
            today=run.today,
            since=since,
            settings=options,
            secret=secret(source) if self.source.takes_key else None,
        )

    def collect(self) -> list[Quotes]:
        """What the source has; several parts of a series in one."""
        try:
            return _joined(self.source.collect(self._request))
        finally:
            self._request.web.close()

    @property
    def place(self) -> str:
        """Where the source stands, as far as it may be shown."""
        return urlsplit(self._request.base_url).hostname or self.source.name

    def _since(self, before: Fetched) -> dt.date | None:
        """From when figures are missing or may be revised; None when these were not all asked for before.

        A desk's own file is always read whole: what was added to it may be of any date.
        """
        newest = [history.dates[-1] for history in self.held.values() if history.dates.size]
        if self.source.name == FILE or not newest or not before.series.issuperset(self.held):
            return None
        day: dt.date = (min(newest) - np.timedelta64(REVISED_DAYS, "D")).item()
        return day


@dataclass(slots=True)
class _Run:
    """One refresh under way.

    ``answered`` holds the source of each series that was answered for, ``lacking`` the sources that answered and have
    nothing of a series, ``remarks`` what is to be said of a series, ``found`` the figures that are new.
    """

    settings: Settings
    order: Order
    now: dt.datetime
    wanted: Mapping[str, Sequence[str]]
    store: Store | None
    stopped: Callable[[], bool]
    started: float = field(default_factory=time.monotonic)
    results: list[SourceResult] = field(default_factory=list)
    answered: dict[str, str] = field(default_factory=dict)
    lacking: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    remarks: dict[str, Sequence[str]] = field(default_factory=dict)
    found: dict[str, History] = field(default_factory=dict)

    @property
    def today(self) -> dt.date:
        return new_york_date(self.now)

    @property
    def failed(self) -> set[str]:
        return {result.source for result in self.results if result.failure}

    def ask_all(self, tell: Callable[[int, int, str], None]) -> None:
        """Ask round after round: first each series' preferred source, then for what it did not bring the next."""
        total = 0
        while groups := self._next():
            total += len(groups)
            calls = {source: _Call(self, source, series) for source, series in groups.items()}
            waiting = dict.fromkeys(calls)
            tell(total - len(waiting), total, f"waiting for {', '.join(waiting)}")
            for answer in ask({source: call.collect for source, call in calls.items()}, self.stopped):
                self._take(calls[answer.source], answer)
                del waiting[answer.source]
                tell(total - len(waiting), total, f"waiting for {', '.join(waiting)}" if waiting else "done")

    def held(self, series: Sequence[Series], source: str) -> dict[str, History]:
        """What the store holds of series beside which a source's figures would stand."""
        if self.store is None:
            return {one.id: _empty(one) for one in series}
        return self.store.histories(series, beside=source)

    def fetched(self, source: str) -> Fetched:
        """What was fetched of a source before."""
        return fetched(str(self.store), self.store.version(), source) if self.store else Fetched()

    def report(self) -> Report:
        """What has been done so far."""
        left = [series for series in self.wanted if series not in self.answered]
        failed = [series for series in left if len(self.lacking[series]) < len(self.wanted[series])]
        market = look_at_store()
        stored = market.stored(left)
        series = series_status(self.wanted, self._history, self.settings, self.today, self._remarks())
        return Report(
            at=self.now,
            seconds=time.monotonic() - self.started,
            dry_run=self.order.dry_run,
            sources=sorted(self.results, key=lambda result: result.source),
            series=series,
            unanswered=failed,
            without=[one for one in left if one not in failed and not (one in stored and stored[one].dates.size)],
            clock=clock_note((one.date for one in series), market.loads(), self.now),
        )

    def _next(self) -> dict[str, list[str]]:
        """By source, the series to ask it for next; none when every series is answered for or has no source left."""
        groups: dict[str, list[str]] = {}
        for series, named in self.wanted.items():
            left = [source for source in named if source not in self.failed and source not in self.lacking[series]]
            if series not in self.answered and left:
                groups.setdefault(left[0], []).append(series)
        return groups

    def _take(self, call: _Call, answer: Answer) -> None:
        """Store what a source answered, whole or not at all, and remember how that went."""
        name, failure = call.source.name, answer.failure
        checked: list[Checked] = []
        if not failure:
            quoted = [quotes for quotes in answer.quotes if quotes.series in call.held]
            held = self.held([find_series(quotes.series) for quotes in quoted], name)  # another refresh may be faster
            checked = [
                check(
                    quotes, held[quotes.series], self.today, reference(find_series(quotes.series), held[quotes.series])
                )
                for quotes in quoted
            ]
            failure = _unbelievable(checked)
        seconds = round(answer.seconds, 3)
        if failure:
            why = failure.removeprefix(f"{name}: ")
            self.results.append(SourceResult(name, len(call.held), 0, 0, seconds, why))
            return
        new = [one.figures for one in checked if one.figures.dates.size]
        self._put(call, new)
        brought = {one.figures.series for one in checked if one.believed}
        for series, history in call.held.items():
            if series in brought or name in history.sources:  # unless it says nothing because nothing is new
                self.answered[series] = name
            else:
                self.lacking[series].append(name)
        self.remarks.update({one.figures.series: one.remarks for one in checked})
        self.found.update({one.series: _as_history(one, name) for one in new})
        count = sum(one.dates.size for one in new)
        self.results.append(SourceResult(name, len(call.held), len(new), count, seconds))

    def _put(self, call: _Call, new: Sequence[Figures]) -> None:
        """Figures into the store as one vintage; only then is kept what the server said of them."""
        if self.store is None or self.order.dry_run:
            return
        version = self.store.append(new, call.source.name, call.place, self.now) if new else self.store.version()
        if self.order.since is None:
            _remember(partial(keep_fetched, str(self.store), version, call.source.name, call.known))

    def _history(self, series: str) -> History:
        """What is known of a series now; in a dry run, what would be."""
        known = look_at_store().history(series)
        if self.order.dry_run and series in self.found:
            new = self.found[series]
            return new if sample.ILLUSTRATIVE in known.sources[-1:] else merge(known, new)
        return known

    def _remarks(self) -> dict[str, str]:
        """What is to be said of each series: which sources failed before one answered, and what the checks say."""
        said = {}
        for series, named in self.wanted.items():
            asked = named[: named.index(self.answered[series])] if series in self.answered else named
            parts = [
                f"{' and '.join(some)} failed" if failed else f"not at {' or '.join(some)}"
                for failed, some in groupby(asked, self.failed.__contains__)
            ]
            said[series] = "; ".join([*parts, *self.remarks.get(series, ())])
        return said


def _joined(quotes: Iterable[Quotes]) -> list[Quotes]:
    """One part a series of what may have come in several, year by year or so."""
    parts = defaultdict(list)
    for part in quotes:
        parts[part.series, part.unit].append(part)
    return [
        Quotes(series, np.concatenate([p.dates for p in same]), np.concatenate([p.values for p in same]), unit)
        for (series, unit), same in parts.items()
    ]


def _unbelievable(checked: Sequence[Checked]) -> str:
    """Why what a source answered can't be believed; nothing when it can."""
    problems = [problem.why for one in checked for problem in one.problems]
    others = len(problems) - 1
    more = f", and {counted(others, 'more figure')} can't be believed" if others > 0 else ""
    return f"{problems[0]}{more}" if problems else ""


def _as_history(figures: Figures, source: str) -> History:
    series = find_series(figures.series)
    sources_of_each = np.full(figures.dates.size, source)
    return History(series.id, figures.dates, figures.values, sources_of_each, series.max_age_days, figures.suspects)


def _empty(series: Series) -> History:
    return _as_history(Figures(series.id, np.empty(0, "M8[D]"), np.empty(0)), "")
