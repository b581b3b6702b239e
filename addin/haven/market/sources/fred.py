"""FRED of the St. Louis Fed: the CSV of its graphs, which takes no key, or with a key its API."""

from collections.abc import Iterator, Mapping
from typing import Final

from haven.market.series import Series, catalogue
from haven.market.sources.source import Quotes, Request, Source
from haven.market.sources.tables import day, figures, from_columns, number, quotes, records, refusal

NAME: Final = "fred"
API_URL: Final = "https://api.stlouisfed.org"
"""The API has a host of its own; ``api_url`` in the settings puts another in its place."""
SERIES_PER_CALL: Final = 10
YEARS: Final = range(1, 11)
CODES: Final = (
    {series.id: series.code for series in catalogue().values() if series.source == NAME}
    | {f"KW.FIT.{n}Y": f"THREEFY{n}" for n in YEARS}
    | {f"KW.TP.{n}Y": f"THREEFYTP{n}" for n in YEARS}
    | {"SOFR": "SOFR", "SOFR.P99": "SOFR99", "EFFR": "EFFR", "OBFR": "OBFR"}
)
"""FRED's id of each series it has, the ones it is asked for first and the ones it has from others."""


def collect(request: Request) -> list[Quotes]:
    """The series asked for, by API if there is a key."""
    wanted = {CODES[series.id]: series for series in request.series}
    if request.secret:
        return [
            one
            for code, body in fetch_keyed(request, request.secret, wanted)
            for one in parse_keyed(body, wanted[code])
        ]
    return [one for body in fetch(request) for one in parse(body, wanted)]


def fetch(request: Request) -> Iterator[bytes]:
    """Tables of several series. One table holds one frequency, as FRED would turn a mixed one into an archive."""
    since = {"cosd": request.since.isoformat()} if request.since else {}
    for frequency in sorted({series.frequency for series in request.series}):
        codes = [CODES[series.id] for series in request.series if series.frequency == frequency]
        for first in range(0, len(codes), SERIES_PER_CALL):
            ids = ",".join(codes[first : first + SERIES_PER_CALL])
            if body := request.web.get(f"{request.base_url}/graph/fredgraph.csv", {"id": ids, **since}):
                yield body


def parse(content: bytes, wanted: Mapping[str, Series]) -> list[Quotes]:
    """A table of FRED's graphs: a date, headed ``observation_date`` or, until 2024, ``DATE``, and a column a series."""
    dates, columns = figures(content, NAME, ("observation_date", "DATE"), wanted)
    if not columns:
        raise refusal(NAME, f"a table must have columns such as {', '.join(wanted)[:80]}")
    return from_columns(dates, columns, wanted)


def fetch_keyed(request: Request, key: str, codes: Mapping[str, Series]) -> Iterator[tuple[str, bytes]]:
    """Each series' observations from the API."""
    url = f"{request.settings.get('api_url', API_URL)}/fred/series/observations"
    since = {"observation_start": request.since.isoformat()} if request.since else {}
    for code in codes:
        params = {"series_id": code, "api_key": key, "file_type": "json", **since}
        if body := request.web.get(url, params):
            yield code, body


def parse_keyed(content: bytes, series: Series) -> list[Quotes]:
    """The API's JSON: observations with a date and a value, both text."""
    dated = []
    for entry in records(content, NAME, "observations"):
        if not entry.keys() >= {"date", "value"}:
            raise refusal(NAME, f"an observation must have date and value, got {', '.join(entry)[:80]}")
        dated.append((day(str(entry["date"]), NAME), number(entry["value"], NAME)))
    return quotes({series.code: dated}, {series.code: series})


SOURCE: Final = Source(
    name=NAME,
    base_url="https://fred.stlouisfed.org",
    licence="FRED terms of use: Fed and Treasury figures are public; S&P 500, VIX and mortgage rates are their owners'",
    publishes="about 16:15 New York time on the next business day; dollar index and Kim-Wright weekly",
    fresh_for=2,
    slower={
        "MORTGAGE.30Y": 6,
        "USD.BROAD": 7,
        "FEDFUNDS": 46,
        **{series: 9 for series in CODES if series.startswith("KW.")},
    },
    feeds=frozenset(CODES),
    collect=collect,
)
