"""Kim-Wright term premia and fitted zero yields, as the Federal Reserve Board publishes them."""

from collections.abc import Mapping
from typing import Final

from haven.market.series import Series, catalogue
from haven.market.sources.source import Quotes, Request, Source
from haven.market.sources.tables import table

NAME: Final = "kimwright"
FILE: Final = "data/yield-curve-tables/feds200533.csv"


def collect(request: Request) -> list[Quotes]:
    """The series asked for, of all dates: the file is whole."""
    body = fetch(request)
    return parse(body, {series.code: series for series in request.series}) if body else []


def fetch(request: Request) -> bytes | None:
    """The file, None when it has not changed."""
    return request.web.get(f"{request.base_url}/{FILE}")


def parse(content: bytes, wanted: Mapping[str, Series]) -> list[Quotes]:
    """A table below some lines of legend: ``Date`` and columns such as THREEFYTP1000.B, ten years' term premium."""
    return table(content, NAME, ("Date",), wanted)


SOURCE: Final = Source(
    name=NAME,
    base_url="https://www.federalreserve.gov",
    licence="Public domain: name the Federal Reserve Board as the source.",
    publishes="About weekly.",
    fresh_for=9,
    feeds=frozenset(series.id for series in catalogue().values() if series.source == NAME),
    collect=collect,
)
