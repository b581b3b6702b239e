"""Treasury auction results: at what yield the newest note or bond of each term was sold, what it pays, when it matures.

Coupon and maturity of the on-the-run bond as series let a desk price it without typing its terms.
"""

import math
import re
from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from haven.market.series import Series, catalogue
from haven.market.sources.source import Quotes, Request, Source
from haven.market.sources.tables import day, number, quotes, records, refusal

NAME: Final = "auctions"
PATH: Final = "services/api/fiscal_service/v1/accounting/od/auctions_query"
RESULT: Final = "high_yield"
"""What an auction only announced does not have."""
MATURITY: Final = "maturity_date"
"""A series of it holds the number by which spreadsheets know a date."""
OTHER_KINDS: Final = ("inflation_index_security", "floating_rate")
TERMS: Final = ("security_term", "original_security_term")
"""The term it was sold with, and the one it was issued with."""
FIELDS: Final = (
    *("auction_date", "security_type", *TERMS, *OTHER_KINDS),
    *(RESULT, "bid_to_cover_ratio", "int_rate", MATURITY),
)
MOST: Final = 10_000
"""Auctions in one answer: twice as many as there have been."""
_TERM: Final = re.compile(r"(\d+)-Year(?: (\d+)-Month)?")
_SPREADSHEET_EPOCH: Final = np.datetime64("1899-12-30", "D")


def collect(request: Request) -> list[Quotes]:
    """The results asked for, at the dates of the auctions."""
    body = fetch(request)
    return parse(body, request.series) if body else []


def fetch(request: Request) -> bytes | None:
    """The auctions of notes and bonds since a date, None when there is nothing new."""
    since = [f"auction_date:gte:{request.since}"] if request.since else []
    params = {
        "fields": ",".join(FIELDS),
        "filter": ",".join(["security_type:in:(Note,Bond)", *since]),
        "sort": "auction_date",
        "format": "json",
        "page[size]": str(MOST),
    }
    return request.web.get(f"{request.base_url}/{PATH}", params)


def parse(content: bytes, series: Iterable[Series]) -> list[Quotes]:
    """Results by term and field, such as a ten-year's ``high_yield``. What is missing is the text ``null``."""
    wanted = {one.id: one for one in series}
    dated: dict[str, list[tuple[np.datetime64, float]]] = {name: [] for name in wanted}
    auctions = records(content, NAME, "data")
    if len(auctions) == MOST:
        raise refusal(NAME, f"an answer must have fewer than {MOST} auctions, or some may be missing")
    for auction in auctions:
        if missing := [field for field in FIELDS if field not in auction]:
            raise refusal(NAME, f"an auction must have {missing[0]}, got {', '.join(auction)[:120]}")
        date, term = day(str(auction["auction_date"]), NAME), benchmark_years(auction)
        if term is None or math.isnan(number(auction[RESULT], NAME)):
            continue
        for name, one in wanted.items():
            if one.years == term:
                dated[name].append((date, _figure(auction, one.code)))
    return quotes(dated, wanted)


def benchmark_years(auction: dict[str, Any]) -> int | None:
    """The term an auction belongs to; None for one that is not of a nominal fixed coupon.

    A bond reopened a month or two after its issue counts for the term it was issued with, though it is sold as a
    ``9-Year 10-Month``. An old ten-year sold as a ``3-Year`` is a three-year; one sold as a ``6-Year 10-Month``, as in
    2008, is of no term.
    """
    if any(auction[kind] == "Yes" for kind in OTHER_KINDS):
        return None
    sold, issued = (_TERM.fullmatch(str(auction[name])) for name in TERMS)
    if sold is None or (sold[2] and issued and _years(issued) != _years(sold)):
        return None
    return _years(sold)


def _years(term: re.Match[str]) -> int:
    return int(term[1]) + (int(term[2] or 0) >= 6)


def _figure(auction: dict[str, Any], field: str) -> float:
    if field == MATURITY:
        return float((day(str(auction[field]), NAME) - _SPREADSHEET_EPOCH).astype(int))
    return number(auction[field], NAME)


SOURCE: Final = Source(
    name=NAME,
    base_url="https://api.fiscaldata.treasury.gov",
    licence="Public domain: name the US Treasury as the source.",
    publishes="In the afternoon of each auction; every term is sold once a month.",
    fresh_for=26,
    feeds=frozenset(series.id for series in catalogue().values() if series.source == NAME),
    collect=collect,
)
