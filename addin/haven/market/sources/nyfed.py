"""NY Fed Markets API: SOFR and its averages, the other overnight rates, primary dealers' positions."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np

from haven.market.series import Series, catalogue
from haven.market.sources.source import Quotes, Request, Source
from haven.market.sources.tables import day, number, quotes, records, refusal

NAME: Final = "nyfed"
FIRST_DATE: Final = dt.date(2000, 7, 3)
"""Of the oldest rate, EFFR."""
PLACES: Final = {
    "SOFR": "secured/sofr",
    "TGCR": "secured/tgcr",
    "BGCR": "secured/bgcr",
    "SOFRAI": "secured/sofrai",
    "EFFR": "unsecured/effr",
    "OBFR": "unsecured/obfr",
}
"""Where each rate stands under ``/api/rates``. A code is a rate, or a rate and one of its statistics after a point."""
RATE: Final = "percentRate"
POSITIONS: Final = "positions"
SUPPRESSED: Final = "*"
"""A dealer figure too few dealers stand behind."""


def fetch_rates(request: Request, rate: str) -> bytes | None:
    """The body with a rate and its statistics, None when nothing has changed."""
    window = {"startDate": (request.since or FIRST_DATE).isoformat(), "endDate": request.today.isoformat()}
    return request.web.get(f"{request.base_url}/api/rates/{PLACES[rate]}/search.json", window)


def fetch_positions(request: Request, keys: Iterable[str]) -> bytes | None:
    """The body with primary dealers' positions, None when nothing has changed."""
    return request.web.get(f"{request.base_url}/api/pd/get/{'_'.join(keys)}.json")


def collect(request: Request) -> list[Quotes]:
    """The rates and positions asked for: one call a rate, one for all positions."""
    wanted: dict[str, dict[str, Series]] = {}
    for series in request.series:
        rate = _split(series.code)[0]
        wanted.setdefault(rate if rate in PLACES else POSITIONS, {})[series.code] = series
    found = []
    for rate, by_code in wanted.items():
        if rate == POSITIONS:
            body, parse = fetch_positions(request, by_code), parse_positions
        else:
            body, parse = fetch_rates(request, rate), parse_rates
        found += parse(body, by_code) if body else []
    return found


def parse_rates(content: bytes, series: Mapping[str, Series]) -> list[Quotes]:
    """Rates and their statistics by code: ``SOFR``, ``SOFR.percentPercentile99``, ``SOFRAI.average30day``."""
    entries = records(content, NAME, "refRates")
    figures = {}
    for code in series:
        rate, field = _split(code)
        own = [entry for entry in entries if _text(entry, "type") == rate]
        if own and not any(field in entry for entry in own):
            raise refusal(NAME, f"{rate} must have {field}, got {', '.join(own[0])}")
        figures[code] = [(day(_text(entry, "effectiveDate"), NAME), number(entry.get(field), NAME)) for entry in own]
    return quotes(figures, series)


def parse_positions(content: bytes, series: Mapping[str, Series]) -> list[Quotes]:
    """Primary dealers' positions by key, USD millions; suppressed figures are left out.

    The report was redrawn in 2001, 2013, 2015, 2022 and 2024; where two of its forms give one week differently,
    neither is believed.
    """
    figures: dict[str, dict[np.datetime64, float]] = {code: {} for code in series}
    for entry in records(content, NAME, "pd", "timeseries"):
        key, date = _text(entry, "keyid"), day(_text(entry, "asofdate"), NAME)
        value = _text(entry, "value")
        position = math.nan if key not in figures or value.strip() == SUPPRESSED else number(value, NAME)
        if math.isnan(position):
            continue
        if figures[key].setdefault(date, position) != position:
            raise refusal(NAME, f"{key} of {date} is there twice, {figures[key][date]:g} and {position:g}")
    return quotes({key: dated.items() for key, dated in figures.items()}, series)


def _text(entry: Mapping[str, Any], name: str) -> str:
    if not isinstance(entry.get(name), str):
        raise refusal(NAME, f"an entry must have a text {name}, got {', '.join(entry)[:120]}")
    return str(entry[name])


def _split(code: str) -> tuple[str, str]:
    """A code as rate and statistic."""
    rate, _, field = code.partition(".")
    return rate, field or RATE


SOURCE: Final = Source(
    name=NAME,
    base_url="https://markets.newyorkfed.org",
    licence="NY Fed Terms of Use: name the source, say what was changed, pass the terms on.",
    publishes="Rates on the next business day, from 8:00 on; dealers' positions on Thursdays, a week late.",
    fresh_for=2,
    slower={"DEALER.UST": 11, "DEALER.MBS": 11},
    feeds=frozenset(series.id for series in catalogue().values() if series.source == NAME),
    collect=collect,
)
