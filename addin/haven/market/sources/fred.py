"""FRED of the St. Louis Fed: the CSV of its graphs, which takes no key, or with a key its API."""

from collections.abc import Iterator, Mapping
from typing import Final

from haven.market.series import Series, catalogue
from haven.market.sources.source import Quotes, Request, Source
from haven.market.sources.tables import day, document, number, quotes, records_in, refusal, table

NAME: Final = "fred"
API_URL: Final = "https://api.stlouisfed.org"
"""The API has a host of its own; ``api_url`` in the settings puts another in its place."""
SERIES_PER_CALL: Final = 10
SECONDS_BETWEEN_CALLS: Final = 0.5
"""The API turns a caller away who asks more than twice a second."""
CODES: Final = (
    {series.id: series.code for series in catalogue().values() if series.source == NAME}
    | {f"UST.{n}M": f"DGS{n}MO" for n in (1, 3, 6)}
    | {f"UST.{n}Y": f"DGS{n}" for n in (1, 2, 3, 5, 7, 10, 20, 30)}
    | {f"TIPS.{n}Y": f"DFII{n}" for n in (5, 10, 20, 30)}
    | {f"KW.FIT.{n}Y": f"THREEFY{n}" for n in range(1, 11)}
    | {f"KW.TP.{n}Y": f"THREEFYTP{n}" for n in range(1, 11)}
    | {"SOFR": "SOFR", "SOFR.P99": "SOFR99", "EFFR": "EFFR", "OBFR": "OBFR"}
)
"""FRED's id of each series it has: those no other has as well, and those of which it is not the publisher."""


def collect(request: Request) -> list[Quotes]:
    """The series asked for, by API if there is a key."""
    if request.secret:
        return [one for series, body in fetch_keyed(request, request.secret) for one in parse_keyed(body, series)]
    return [one for wanted, body in fetch(request) for one in parse(body, wanted)]


def fetch(request: Request) -> Iterator[tuple[dict[str, Series], bytes]]:
    """Tables of several series, by FRED's ids. Each holds one frequency: FRED may pack mixed ones into an archive."""
    since = {"cosd": request.since.isoformat()} if request.since else {}
    for frequency in sorted({series.frequency for series in request.series}):
        asked = [series for series in request.series if series.frequency == frequency]
        for first in range(0, len(asked), SERIES_PER_CALL):
            wanted = {CODES[series.id]: series for series in asked[first : first + SERIES_PER_CALL]}
            params = {"id": ",".join(wanted), **since}
            if body := request.web.get(f"{request.base_url}/graph/fredgraph.csv", params):
                yield wanted, body


def parse(content: bytes, wanted: Mapping[str, Series]) -> list[Quotes]:
    """A table of FRED's graphs: a date, headed ``observation_date`` or, until 2024, ``DATE``, and a column a series."""
    return table(content, NAME, ("observation_date", "DATE"), wanted)


def fetch_keyed(request: Request, key: str) -> Iterator[tuple[Series, bytes]]:
    """Each series' observations from the API."""
    url = f"{request.settings.get('api_url', API_URL)}/fred/series/observations"
    since = {"observation_start": request.since.isoformat()} if request.since else {}
    for series in request.series:
        params = {"series_id": CODES[series.id], "api_key": key, "file_type": "json", **since}
        if body := request.web.get(url, params):
            yield series, body


def parse_keyed(content: bytes, series: Series) -> list[Quotes]:
    """The API's JSON: observations with a date and a value, both text, and how many they are."""
    dated = []
    answer = document(content, NAME)
    observations = records_in(answer, NAME, "observations")
    if answer.get("count") != len(observations):
        raise refusal(
            NAME, f"{series.id} must have the {answer.get('count')} observations it counts, got {len(observations)}"
        )
    for entry in observations:
        if not entry.keys() >= {"date", "value"}:
            raise refusal(NAME, f"an observation must have date and value, got {', '.join(entry)[:80]}")
        dated.append((day(str(entry["date"]), NAME), number(entry["value"], NAME)))
    return quotes({series.id: dated}, {series.id: series})


SOURCE: Final = Source(
    name=NAME,
    base_url="https://fred.stlouisfed.org",
    licence="FRED terms of use: Fed and Treasury figures are public; S&P 500, VIX, mortgage rates are their owners'.",
    publishes="About 16:15 New York time on the next business day; dollar index and Kim-Wright weekly.",
    fresh_for=2,
    slower={
        "MORTGAGE.30Y": 6,
        "USD.BROAD": 7,
        "FEDFUNDS": 46,
        **{series: 9 for series in CODES if series.startswith("KW.")},
    },
    feeds=frozenset(CODES),
    seconds_between_calls=SECONDS_BETWEEN_CALLS,
    options={"api_url": str},
    takes_key=True,
    collect=collect,
)
