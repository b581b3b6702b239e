"""Eris Innovations' SOFR par coupon curve: par swap rates of 1D to 50Y at each business day's close."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from haven.market.series import Series, catalogue
from haven.market.sources.source import Quotes, Request, Source
from haven.market.sources.tables import (
    AMERICAN,
    MONTHS,
    column,
    day,
    figures,
    from_columns,
    number,
    quotes,
    refusal,
    rows,
)
from haven.market.sources.web import NotThereError

NAME: Final = "eris"
CODES: Final = {series.id: series.code for series in catalogue().values() if series.source == NAME}
LATEST: Final = "Eris_Latest_EOD_ParCouponCurve_SOFR.csv"
HISTORY: Final = "Eris_Historical_ParCouponCurve_SOFR.csv"
AT_ROOT: Final = dt.timedelta(days=60)
"""Younger files stand at the root."""
SINGLE_DAYS: Final = 15
"""Up to so many days are fetched one by one, in full precision; more come from the history, which has three places."""


def fetch(request: Request, file: str) -> bytes | None:
    """A file at the root, None when it has not changed."""
    return request.web.get(f"{request.base_url}/{file}")


def fetch_day(request: Request, date: dt.date) -> bytes | None:
    """The curve of a past day: from the archive or, in the last three months, the root; None on a holiday."""
    name = f"Eris_{date:%Y%m%d}_EOD_ParCouponCurve_SOFR.csv"
    archived = f"archives/{date:%Y/%m}-{MONTHS[date.month - 1]}/{name}"
    recent = request.today - date < AT_ROOT
    for file in (name, archived) if recent else (archived, name):
        try:
            return fetch(request, file)
        except NotThereError:
            continue
    return None


def collect(request: Request) -> list[Quotes]:
    """The latest curve and those between ``since`` and it."""
    by_code = {series.code: series for series in request.series}
    body = fetch(request, LATEST)
    if body is None:
        return []
    found = parse_day(body, by_code)
    if not found:
        return []
    newest = found[0].dates[0]
    missed = list(_weekdays(request.since, newest)) if request.since else []
    if request.since is None or len(missed) > SINGLE_DAYS:
        history = fetch(request, HISTORY)
        past = parse_history(history, by_code) if history else []
        return found + [_before(newest, one) for one in past]
    for date in missed:
        if single := fetch_day(request, date):
            found += parse_day(single, by_code)
    return found


def parse_day(content: bytes, series: Mapping[str, Series]) -> list[Quotes]:
    """The curve of one day: a row a symbol such as SOFR10Y, its par rate in ``FairCoupon (%)``."""
    header, lines = rows(content, NAME, ("Symbol",))
    date_at, rate_at = column(header, "EvaluationDate", NAME), column(header, "FairCoupon (%)", NAME)
    curve = {}
    for line in lines:
        if len(line) != len(header):
            raise refusal(NAME, f"row {line[0]} must have {len(header)} cells like its header, got {len(line)}")
        curve[line[0].strip()] = [(day(line[date_at], NAME, AMERICAN), number(line[rate_at], NAME))]
    if curve and not curve.keys() & CODES.values():
        raise refusal(NAME, f"a daily file must have symbols such as SOFR10Y, got {', '.join(curve)[:80]}")
    if len({date for ((date, _),) in curve.values()}) > 1:
        raise refusal(NAME, "a daily file must be of one day")
    return quotes(curve, series)


def parse_history(content: bytes, series: Mapping[str, Series]) -> list[Quotes]:
    """All curves in one table: a row a day, a column a symbol."""
    dates, curves = figures(content, NAME, ("Evaluation Date",), series)
    if not curves:
        raise refusal(NAME, "a history must have columns such as SOFR10Y")
    return from_columns(dates, curves, series)


def _weekdays(first: dt.date, end: np.datetime64) -> Iterator[dt.date]:
    """The weekdays from a date up to another, without that."""
    days = np.arange(np.datetime64(first, "D"), end)
    yield from days[np.is_busday(days)].tolist()


def _before(end: np.datetime64, one: Quotes) -> Quotes:
    kept = one.dates < end
    return Quotes(one.series, one.dates[kept], one.values[kept], one.unit)


SOURCE: Final = Source(
    name=NAME,
    base_url="https://files.erisfutures.com/ftp",
    licence="Eris Innovations: free to read for one's own use; not to be passed on.",
    publishes="On business days in the evening.",
    fresh_for=2,
    feeds=frozenset(CODES),
    collect=collect,
)
