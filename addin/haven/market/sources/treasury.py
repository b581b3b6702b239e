"""The Treasury's daily par yields, nominal and real: a table for each year, and a feed of all years in pages."""

import re
from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree import ElementTree as ET

import numpy as np

from haven.market.series import Series, catalogue
from haven.market.sources.source import Quotes, Request, Source
from haven.market.sources.tables import AMERICAN, ISO, day, figures, from_columns, number, quotes, refusal

NAME: Final = "treasury"
FOLDER: Final = "resource-center/data-chart-center/interest-rates"
KINDS: Final = {"BC": "daily_treasury_yield_curve", "TC": "daily_treasury_real_yield_curve"}
"""The curves, by what the feed's names of their yields begin with. A series' code is such a name: BC_10YEAR."""
LATER: Final = frozenset(
    {"BC_1MONTH", "BC_1_5MONTH", "BC_2MONTH", "BC_4MONTH", "BC_20YEAR", "BC_30YEAR", "TC_20YEAR", "TC_30YEAR"}
)
"""Yields that some years do not have; the others must be there whenever there is anything."""
PAGES: Final = 200
"""Far more than the feed has."""
_DATA: Final = "{http://schemas.microsoft.com/ado/2007/08/dataservices}"
_PROPERTIES: Final = "{http://schemas.microsoft.com/ado/2007/08/dataservices/metadata}properties"
_CODE: Final = re.compile(r"[BT]C_(\d+)(_5)?(MONTH|YEAR)")


def collect(request: Request) -> list[Quotes]:
    """The yields asked for: by year since a date, or all of them from the feed."""
    found = []
    for kind, curve in KINDS.items():
        wanted = {series.code: series for series in request.series if series.code.startswith(kind)}
        if wanted and request.since:
            found += [one for body in fetch(request, curve, request.since.year) for one in parse(body, wanted)]
        elif wanted:
            found += [one for page in fetch_feed(request, curve) for one in parse_page(page, wanted)]
    return found


def fetch(request: Request, curve: str, first: int) -> Iterator[bytes]:
    """The table of each year from a first one on."""
    for year in range(first, request.today.year + 1):
        params = {"type": curve, "field_tdr_date_value": str(year), "page": "", "_format": "csv"}
        if body := request.web.get(f"{request.base_url}/{FOLDER}/daily-treasury-rates.csv/{year}/all", params):
            yield body


def parse(content: bytes, wanted: Mapping[str, Series]) -> list[Quotes]:
    """A table of a year, or of many in the archive: columns such as ``10 Yr``, ``1.5 Mo`` or ``1.5 Month``."""
    names = {name: code for code in wanted for name in _columns(code)}
    dates, columns = figures(content, NAME, ("Date", "date"), names, AMERICAN, ISO)
    by_code = {names[name]: values for name, values in columns.items()}
    _check_complete(by_code, wanted)
    return from_columns(dates, by_code, wanted)


def fetch_feed(request: Request, curve: str) -> Iterator[bytes]:
    """The pages of the feed, up to the first without an entry."""
    for page in range(PAGES):
        params = {"data": curve, "field_tdr_date_value": "all", "page": str(page)}
        body = request.web.get(f"{request.base_url}/{FOLDER}/pages/xml", params)
        if body is not None:
            yield body
        if body is None or b"<entry" not in body:
            return


def parse_page(content: bytes, wanted: Mapping[str, Series]) -> list[Quotes]:
    """A page of the Atom feed: an entry a day; a yield is missing where its element is, or is null."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise refusal(NAME, "a feed must not define entities")
    try:
        root = ET.fromstring(content)  # noqa: S314 - without entities there is nothing to expand
    except ET.ParseError as failure:
        raise refusal(NAME, f"its XML is broken: {failure}") from failure
    if root.tag.rpartition("}")[2] != "feed":
        raise refusal(NAME, f"its XML must be a feed, got {root.tag[:80]}")
    entries = list(root.iter(_PROPERTIES))
    if b"<entry" in content and not entries:
        raise refusal(NAME, "an entry must have properties")
    dated: dict[str, list[tuple[np.datetime64, float]]] = {}
    for entry in entries:
        date = day((entry.findtext(f"{_DATA}NEW_DATE") or "")[:10], NAME)
        for code in wanted:
            if (element := entry.find(_DATA + code)) is not None:
                # The feed of old writes 3.54 as 3.5399999618530273, a number of half the digits as one of all.
                dated.setdefault(code, []).append((date, round(number(element.text, NAME), 4)))
    if entries:
        _check_complete(dated, wanted)
    return quotes(dated, wanted)


def _columns(code: str) -> tuple[str, ...]:
    """How a table may head a yield the feed calls by a code."""
    match = _CODE.fullmatch(code)
    assert match
    number_of = match[1] + (".5" if match[2] else "")
    return tuple(f"{number_of} {unit}" for unit in (("Mo", "Month") if match[3] == "MONTH" else ("Yr", "YR")))


def _check_complete(found: Mapping[str, object], wanted: Mapping[str, Series]) -> None:
    if missing := sorted(wanted.keys() - found.keys() - LATER):
        raise refusal(NAME, f"yield {missing[0]} must be there")


SOURCE: Final = Source(
    name=NAME,
    base_url="https://home.treasury.gov",
    licence="Public domain: name the US Treasury as the source.",
    publishes="About 18:00 New York time on each business day, from bids of about 15:30.",
    fresh_for=1,
    feeds=frozenset(series.id for series in catalogue().values() if series.source == NAME),
    collect=collect,
)
