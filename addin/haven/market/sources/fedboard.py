"""Federal Reserve Board: the Svensson parameters of its nominal and TIPS zero curves, one large table each."""

from collections.abc import Iterator, Mapping
from typing import Final

from haven.market.series import Series, catalogue
from haven.market.sources.source import Quotes, Request, Source
from haven.market.sources.tables import table

NAME: Final = "fedboard"
FOLDER: Final = "data/yield-curve-tables"
FILES: Final = {"GSW": "feds200628.csv", "TIPS": "feds200805.csv"}
"""The file of each curve, which is what a series' id begins with."""


def collect(request: Request) -> list[Quotes]:
    """The parameters asked for, of all dates: the files are whole."""
    return [one for wanted, body in fetch(request) for one in parse(body, wanted)]


def fetch(request: Request) -> Iterator[tuple[dict[str, Series], bytes]]:
    """The file of each curve asked for, with the series it has by their column."""
    for curve, file in FILES.items():
        wanted = {series.code: series for series in request.series if series.id.startswith(f"{curve}.")}
        if wanted and (body := request.web.get(f"{request.base_url}/{FOLDER}/{file}")):
            yield wanted, body


def parse(content: bytes, wanted: Mapping[str, Series]) -> list[Quotes]:
    """A table below some lines of legend: ``Date`` and a hundred columns. NA is missing, and -999.99 a TAU2 unused."""
    return table(content, NAME, ("Date",), wanted)


SOURCE: Final = Source(
    name=NAME,
    base_url="https://www.federalreserve.gov",
    licence="Public domain: name the Federal Reserve Board as the source.",
    publishes="Every few business days.",
    fresh_for=5,
    feeds=frozenset(series.id for series in catalogue().values() if series.source == NAME),
    collect=collect,
)
