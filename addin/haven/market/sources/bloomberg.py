"""Bloomberg, by its own Python library, on a PC with a terminal: daily closes, or what a field says now."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from haven.errors import HavenError, Reason
from haven.market.series import RATE_UNITS, find_series
from haven.market.sources.source import Quotes, Request, Source
from haven.market.sources.tables import refusal

NAME: Final = "bloomberg"
SERVICE: Final = "//blp/refdata"
HOST: Final = "localhost"
PORT: Final = 8194
FIELD: Final = "PX_LAST"
DATE_FIELD: Final = "LAST_UPDATE_DT"
"""The day of what a field says now."""
FIRST_DATE: Final = dt.date(2000, 1, 1)
WAIT_SECONDS: Final = 30
NO_LIBRARY: Final = (
    "Bloomberg's Python library blpapi must be installed beside Haven; WAPI <GO> on the terminal says where to get it"
)


@dataclass(frozen=True, slots=True)
class Ticker:
    """What a series is called there; ``reference`` asks for the field as it is now instead of its history."""

    series: str
    ticker: str
    field: str
    unit: str
    reference: bool


@dataclass(frozen=True, slots=True)
class Point:
    """A figure as answered, or why there is none."""

    ticker: str
    date: dt.date | None
    value: float
    problem: str = ""


def collect(request: Request) -> list[Quotes]:
    """The series asked for: one call for all tickers of a field."""
    groups: dict[tuple[str, bool], list[Ticker]] = defaultdict(list)
    for ticker in tickers(request):
        groups[ticker.field, ticker.reference].append(ticker)
    with _Session(request) as session:
        return [
            quotes
            for (field, reference), group in groups.items()
            for quotes in parse(
                list(session.ask(field, [one.ticker for one in group], reference)), group, request.today
            )
        ]


def tickers(request: Request) -> list[Ticker]:
    """What the settings say of the series asked for: a ticker, or a table of ticker, field, unit and reference."""
    named = {find_series(series).id: (series, meant) for series, meant in request.settings.get("series", {}).items()}
    found = []
    for series in request.series:
        written, meant = named[series.id]
        table: Mapping[str, Any] = meant if isinstance(meant, dict) else {"ticker": meant}
        unit = table.get("unit", series.unit)
        fits = unit == series.unit or (unit in RATE_UNITS and series.unit in RATE_UNITS)
        if (
            not isinstance(table.get("ticker"), str)
            or table.keys() - {"ticker", "field", "unit", "reference"}
            or not fits
        ):
            rule = "must be a ticker or {ticker = ..., field = ..., unit = ..., reference = true}"
            raise HavenError(Reason.INVALID, f"settings.toml: sources.{NAME}.series.{written} {rule}, got {meant!r}")
        reference = table.get("reference", False) is True
        found.append(Ticker(series.id, table["ticker"], str(table.get("field", FIELD)), unit, reference))
    return found


def parse(points: list[Point], asked: list[Ticker], today: dt.date) -> list[Quotes]:
    """The points of each ticker as quotes of its series.

    Raises
    ------
    HavenError
        NO_DATA, naming each ticker Bloomberg refuses or does not answer for.
    """
    answered = {point.ticker for point in points}
    problems = [f"{point.ticker}: {point.problem}" for point in points if point.problem]
    problems += [f"{one.ticker}: no answer" for one in asked if one.ticker not in answered]
    if problems:
        raise refusal(NAME, "; ".join(problems)[:500])
    found = []
    for one in asked:
        own = [point for point in points if point.ticker == one.ticker and not np.isnan(point.value)]
        if own:
            dates = np.array([point.date or today for point in own], "M8[D]")
            found.append(Quotes(one.series, dates, np.array([point.value for point in own]), one.unit))
    return found


class _Session:
    """A conversation with the terminal, from start to stop."""

    def __init__(self, request: Request) -> None:
        try:
            import blpapi
        except ImportError as failure:
            raise HavenError(Reason.INVALID, f"{NAME}: {NO_LIBRARY}") from failure
        self._api: Any = blpapi
        self._request = request
        self._where = f"{request.settings.get('host', HOST)}:{request.settings.get('port', PORT)}"
        self._wait = float(request.settings.get("timeout", WAIT_SECONDS))

    def __enter__(self) -> "_Session":
        options = self._api.SessionOptions()
        options.setServerHost(self._request.settings.get("host", HOST))
        options.setServerPort(self._request.settings.get("port", PORT))
        self._session = self._api.Session(options)
        problem = ""
        if not self._session.start():
            problem = f"no terminal answers at {self._where}; is it running and logged in?"
        elif not self._session.openService(SERVICE):
            problem = f"the terminal at {self._where} does not open {SERVICE}"
        if problem:
            self._session.stop()
            raise refusal(NAME, problem)
        return self

    def __exit__(self, _: object, failure: BaseException | None, __: object) -> None:
        self._session.stop()
        if isinstance(failure, self._api.Exception):
            raise refusal(NAME, f"the terminal's answer can't be read: {failure}") from failure

    def ask(self, field: str, tickers: list[str], reference: bool) -> Iterator[Point]:
        """One request, and the points of all messages that answer it."""
        kind = "ReferenceDataRequest" if reference else "HistoricalDataRequest"
        asked = self._session.getService(SERVICE).createRequest(kind)
        for ticker in dict.fromkeys(tickers):
            asked.getElement(self._name("securities")).appendValue(ticker)
        for name in (field, DATE_FIELD) if reference else (field,):
            asked.getElement(self._name("fields")).appendValue(name)
        if not reference:
            since = self._request.since or FIRST_DATE
            asked.set(self._name("startDate"), f"{since:%Y%m%d}")
            asked.set(self._name("endDate"), f"{self._request.today:%Y%m%d}")
            asked.set(self._name("periodicitySelection"), "DAILY")
            asked.set(self._name("nonTradingDayFillOption"), "ACTIVE_DAYS_ONLY")
        self._session.sendRequest(asked)
        yield from self._answers(field)

    def _answers(self, field: str) -> Iterator[Point]:
        kinds = self._api.Event
        while True:
            event = self._session.nextEvent(int(self._wait * 1000))
            if event.eventType() == kinds.TIMEOUT:
                raise refusal(NAME, f"no answer in {self._wait:g} s")
            for message in event:
                if message.hasElement(self._name("responseError")):
                    raise refusal(NAME, self._text(message.getElement(self._name("responseError")), "message"))
                if str(message.messageType()) in {"SessionTerminated", "SessionConnectionDown", "RequestFailure"}:
                    raise refusal(NAME, f"the terminal breaks off: {message.messageType()}")
                if event.eventType() in {kinds.PARTIAL_RESPONSE, kinds.RESPONSE}:
                    yield from self._points(message.getElement(self._name("securityData")), field)
            if event.eventType() == kinds.RESPONSE:
                return

    def _points(self, data: Any, field: str) -> Iterator[Point]:
        """The points of a message: of several securities now, or of one through time."""
        for security in data.values() if data.isArray() else (data,):
            ticker = self._text(security, "security")
            if security.hasElement(self._name("securityError")):
                problem = self._text(security.getElement(self._name("securityError")), "message")
                yield Point(ticker, None, np.nan, problem)
                continue
            for exception in security.getElement(self._name("fieldExceptions")).values():
                if self._text(exception, "fieldId") == field:
                    problem = self._text(exception.getElement(self._name("errorInfo")), "message")
                    yield Point(ticker, None, np.nan, f"{field}: {problem}")
            entries = security.getElement(self._name("fieldData"))
            history = list(entries.values()) if entries.isArray() else [entries]
            yield from (self._point(ticker, entry, field) for entry in history)
            if not history:
                yield Point(ticker, None, np.nan)  # known there, and nothing new

    def _point(self, ticker: str, entry: Any, field: str) -> Point:
        dated = next((name for name in ("date", DATE_FIELD) if entry.hasElement(self._name(name))), None)
        date = entry.getElementAsDatetime(self._name(dated)) if dated else None
        held = entry.hasElement(self._name(field))
        value = entry.getElementAsFloat(self._name(field)) if held else np.nan
        return Point(ticker, date.date() if isinstance(date, dt.datetime) else date, value)

    def _text(self, element: Any, name: str) -> str:
        return str(element.getElementAsString(self._name(name)))

    def _name(self, name: str) -> Any:
        return self._api.Name(name)


SOURCE: Final = Source(
    name=NAME,
    base_url="",
    licence="Bloomberg's, for the terminal's own user; not to be passed on.",
    publishes="All day; closes in the evening.",
    fresh_for=1,
    options={"host": str, "port": int, "series": dict},
    collect=collect,
)
