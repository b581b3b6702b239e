"""The NY Fed's rates and dealer positions, from bodies as served."""

import csv
import datetime as dt
import json

import pytest

from haven.errors import HavenError
from haven.market.series import find_series
from haven.market.sources.nyfed import SOURCE, parse_positions, parse_rates
from tests.market.sources.serving import HttpSource, collected, figures, request_for, serve_bodies
from tests.shared import SHARED, needs_shared, shared_bytes


def wanted(*ids):
    return {find_series(name).code: find_series(name) for name in ids}


def rates(*entries):
    return json.dumps({"refRates": entries}).encode()


def positions(*triples):
    entries = [{"asofdate": date, "keyid": key, "value": value} for date, key, value in triples]
    return json.dumps({"pd": {"timeseries": entries}}).encode()


def test_missing_statistics_satisfy_being_left_out():
    body = rates(
        {"effectiveDate": "2021-08-06", "type": "SOFR", "percentRate": 0.05, "percentPercentile99": 0.08},
        {"effectiveDate": "2021-08-05", "type": "SOFR", "percentRate": 0.05, "percentPercentile99": "NA"},
    )
    found = figures(parse_rates(body, wanted("SOFR", "SOFR.P99")))
    assert found["SOFR"] == {"2021-08-06": 0.05, "2021-08-05": 0.05}
    assert found["SOFR.P99"] == {"2021-08-06": 0.08}


def test_suppressed_positions_satisfy_being_left_out():
    body = positions(
        ("2013-04-03", "PDPOSMBS-TOT", "*"),
        ("2013-04-10", "PDPOSMBS-TOT", "41,250"),
        ("2013-04-10", "PDPOSGST-TOT", "-1250"),
        ("2013-04-10", "PDSOFTHER", "7"),
    )
    assert figures(parse_positions(body, wanted("DEALER.UST", "DEALER.MBS"))) == {
        "DEALER.UST": {"2013-04-10": -1250.0},
        "DEALER.MBS": {"2013-04-10": 41250.0},
    }


def test_a_week_in_two_forms_of_the_report_satisfies_being_taken_once():
    body = positions(("2022-01-05", "PDPOSGST-TOT", "100"), ("2022-01-05", "PDPOSGST-TOT", "100"))
    assert figures(parse_positions(body, wanted("DEALER.UST")))["DEALER.UST"] == {"2022-01-05": 100.0}
    with pytest.raises(HavenError, match="PDPOSGST-TOT of 2022-01-05 is there twice, 101 and 100"):
        parse_positions(body.replace(b"100", b"101", 1), wanted("DEALER.UST"))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"refRates": [{"effective', "its JSON is broken"),
        (b"[]", "must have a list of objects at refRates"),
        (b'{"refRates": {}}', "must have a list of objects at refRates"),
        (b'{"refRates": [1]}', "must have a list of objects at refRates"),
        (b"\xff\xfe{}", "UTF-8"),
        (rates({"effectiveDate": "2026-08-05", "type": "SOFR", "rate": 3.64}), "SOFR must have percentRate"),
        (rates({"type": "SOFR", "percentRate": 3.64}), "must have a text effectiveDate"),
        (rates({"effectiveDate": "05.08.2026", "type": "SOFR", "percentRate": 3.64}), "a date must look like"),
        (rates({"effectiveDate": "2026-08-05", "type": "SOFR", "percentRate": "soon"}), "got 'soon'"),
        (rates({"effectiveDate": "2026-08-05", "type": "SOFR", "percentRate": [1]}), "a figure must be a number"),
    ],
)
def test_changed_rates_refuse(body, why):
    with pytest.raises(HavenError, match=why) as failure:
        parse_rates(body, wanted("SOFR"))
    assert failure.value.message.startswith("nyfed: ")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"pd": {}}', "must have a list of objects at pd.timeseries"),
        (b'{"pd": []}', "must have a list of objects at pd.timeseries"),
        (positions(("2022-01-05", "PDPOSGST-TOT", 7)), "must have a text value"),
        (positions(("2022-01-05", "PDPOSGST-TOT", "many")), "got 'many'"),
    ],
)
def test_changed_positions_refuse(body, why):
    with pytest.raises(HavenError, match=why):
        parse_positions(body, wanted("DEALER.UST"))


def test_source_satisfies_the_catalogue():
    assert {"SOFR", "SOFR.P99", "EFFR", "OBFR", "TGCR", "BGCR", "SOFR.AVG30D", "DEALER.UST"} <= SOURCE.feeds
    assert all(find_series(name).code for name in SOURCE.feeds)


def as_json(word):
    return json.dumps(word).encode()


class TestNyFed(HttpSource):
    source = SOURCE
    bodies = {
        "/api/rates/secured/sofr/search.json?startDate=2000-07-03&endDate=2026-11-20": rates(
            {"effectiveDate": "2026-08-05", "type": "SOFR", "percentRate": 3.64, "percentPercentile99": 3.73},
            {"effectiveDate": "2026-08-04", "type": "SOFR", "percentRate": 3.66, "percentPercentile99": 3.74},
        ),
        "/api/rates/unsecured/effr/search.json": rates(
            {"effectiveDate": "2026-08-05", "type": "EFFR", "percentRate": 3.63}
        ),
        "/api/rates/secured/sofrai/search.json": rates(
            {"effectiveDate": "2026-08-05", "type": "SOFRAI", "average30day": 3.65, "index": 1.25}
        ),
        "/api/pd/get/PDPOSGST-TOT_PDPOSMBS-TOT.json": positions(
            ("2026-07-29", "PDPOSGST-TOT", "432032"), ("2026-07-29", "PDPOSMBS-TOT", "99000")
        ),
    }
    expected = {
        "SOFR": {"2026-08-05": 3.64, "2026-08-04": 3.66},
        "SOFR.P99": {"2026-08-05": 3.73, "2026-08-04": 3.74},
        "EFFR": {"2026-08-05": 3.63},
        "SOFR.AVG30D": {"2026-08-05": 3.65},
        "SOFR.INDEX": {"2026-08-05": 1.25},
        "DEALER.UST": {"2026-07-29": 432032.0},
        "DEALER.MBS": {"2026-07-29": 99000.0},
    }
    no_rows = {place: positions() if "/pd/" in place else rates() for place in bodies}
    header = (b"refRates", b"rates")
    figure = b"3.66"
    spell = staticmethod(as_json)


class TestAverages(HttpSource):
    source = SOURCE
    bodies = {
        "/api/rates/secured/sofrai/search.json": rates(
            {"effectiveDate": "2026-08-05", "type": "SOFRAI", "average30day": 3.65, "average90day": 3.7, "index": 1.25}
        )
    }
    expected = {"SOFR.AVG30D": {"2026-08-05": 3.65}, "SOFR.AVG90D": {"2026-08-05": 3.7}}
    no_rows = dict.fromkeys(bodies, rates())
    header = (b"average30day", b"mean30day")
    figure = b"3.65"
    spell = staticmethod(as_json)


class TestPositions(HttpSource):
    source = SOURCE
    bodies = {
        "/api/pd/get/PDPOSGST-TOT_PDPOSMBS-TOT.json": positions(
            ("2026-07-29", "PDPOSGST-TOT", "432032"),
            ("2026-07-22", "PDPOSGST-TOT", "-1250"),
            ("2026-07-29", "PDPOSMBS-TOT", "99000"),
        ),
        "/api/pd/get/PDPOSGST-TOT.json": positions(
            ("2026-07-29", "PDPOSGST-TOT", "432032"), ("2026-07-22", "PDPOSGST-TOT", "-1250")
        ),
    }
    expected = {
        "DEALER.UST": {"2026-07-29": 432032.0, "2026-07-22": -1250.0},
        "DEALER.MBS": {"2026-07-29": 99000.0},
    }
    no_rows = dict.fromkeys(bodies, positions())
    header = (b"timeseries", b"rows")
    figure = b"99000"


@needs_shared
class TestRatesAsServed(HttpSource):
    source = SOURCE
    bodies = {
        "/api/rates/secured/sofr/search.json": shared_bytes("data/nyfed/recorded_sofr_2026-08.json"),
        "/api/rates/unsecured/effr/search.json": shared_bytes("data/nyfed/recorded_effr_2026-08.json"),
    }
    expected = {
        "SOFR": {"2026-08-05": 3.64, "2026-08-04": 3.66},
        "SOFR.P99": {"2026-08-05": 3.73, "2026-08-04": 3.74},
        "EFFR": {"2026-08-05": 3.63, "2026-08-04": 3.63},
    }
    no_rows = dict.fromkeys(bodies, rates())
    header = (b"refRates", b"rates")
    figure = b"3.66"
    spell = staticmethod(as_json)


@needs_shared
class TestSearchAsServed(HttpSource):
    source = SOURCE
    bodies = {
        "/api/rates/secured/sofr/search.json?startDate=2024-06-03&endDate=2024-06-06": shared_bytes(
            "data/wire/nyfed_sofr_search_2024-06-03_06.json"
        )
    }
    expected = {
        "SOFR": {"2024-06-03": 5.35, "2024-06-04": 5.33, "2024-06-05": 5.33, "2024-06-06": 5.33},
        "SOFR.P99": {"2024-06-03": 5.44, "2024-06-04": 5.44, "2024-06-05": 5.43, "2024-06-06": 5.44},
    }
    no_rows = dict.fromkeys(bodies, rates())
    header = (b"percentRate", b"rate")
    figure = b"5.35"
    spell = staticmethod(as_json)
    asked = {"since": dt.date(2024, 6, 3), "today": dt.date(2024, 6, 6)}


@needs_shared
class TestAllRatesAsServed(HttpSource):
    """The averages among other rates, which they are not taken from."""

    source = SOURCE
    bodies = {
        "/api/rates/secured/sofrai/search.json": shared_bytes("data/wire/nyfed_all_latest_2026-06-04_excerpt.json")
    }
    expected = {
        "SOFR.AVG30D": {"2026-06-05": 3.58967},
        "SOFR.AVG90D": {"2026-06-05": 3.63865},
        "SOFR.AVG180D": {"2026-06-05": 3.68806},
        "SOFR.INDEX": {"2026-06-05": 1.24596107},
    }
    no_rows = dict.fromkeys(bodies, rates())
    header = (b"average30day", b"mean30day")
    figure = b"3.63865"
    spell = staticmethod(as_json)


@needs_shared
class TestPositionsAsServed(HttpSource):
    source = SOURCE
    bodies = {"/api/pd/get/PDPOSGST-TOT.json": shared_bytes("data/wire/nyfed_pd_timeseries_excerpt.json")}
    expected = {"DEALER.UST": {"2026-09-30": 432032.0, "2026-09-23": 470836.0}}
    no_rows = dict.fromkeys(bodies, positions())
    header = (b"timeseries", b"rows")
    figure = b"470836"


PANEL = "money_market_panel_2003_2026-04.csv"


@needs_shared
@pytest.mark.parametrize(
    ("series", "place", "file", "heading", "count", "total", "april"),
    [
        ("SOFR", "secured/sofr", PANEL, "SOFR", 2018, 5316.96, 4.40),
        ("EFFR", "unsecured/effr", PANEL, "EFFR", 5777, 10334.51, 4.33),
        ("TGCR", "secured/tgcr", PANEL, "Broader Tri-party Rate", 2018, 5281.84, 4.37),
        ("BGCR", "secured/bgcr", PANEL, "Broad General Collateral Rate", 2017, 5282.23, 4.37),
        ("SOFR", "secured/sofr", "sofr_2024-02_2026-02.csv", "rate", 504, 2307.41, 4.40),
        ("EFFR", "unsecured/effr", "effr_target_2024-02_2026-02.csv", "rate", 739, 3369.01, 4.33),
    ],
)
def test_history_matches_the_published_file(server, series, place, file, heading, count, total, april):
    """Counts, sums and figures of 2025-04-08 by awk over the files, which stand here as the API writes them."""
    with (SHARED / "data/nyfed" / file).open(encoding="utf-8") as lines:
        rows = [{name.lower(): cell for name, cell in row.items()} for row in csv.DictReader(lines)]
    body = rates(*({"effectiveDate": row["date"], "type": series, "percentRate": row[heading.lower()]} for row in rows))
    dated = collected(server, SOURCE, {f"/api/rates/{place}/search.json": body}, [series])[series]
    assert (len(dated), sum(dated.values())) == (count, pytest.approx(total, abs=1e-6))
    assert dated["2025-04-08"] == april


def test_since_satisfies_the_window_asked_for(server):
    place = "/api/rates/secured/tgcr/search.json?startDate=2026-08-04&endDate=2026-11-20"
    serve_bodies(
        server,
        {
            place: rates({"effectiveDate": "2026-08-04", "type": "TGCR", "percentRate": 3.6}),
            "/api/pd/get/PDPOSGST-TOT.json": positions(
                ("2026-08-05", "PDPOSGST-TOT", "2"), ("2026-07-29", "PDPOSGST-TOT", "1")
            ),
        },
    )
    collected = SOURCE.collect(request_for(server, ["TGCR", "DEALER.UST"], since=dt.date(2026, 8, 4)))
    assert figures(collected)["TGCR"] == {"2026-08-04": 3.6}
    assert figures(collected)["DEALER.UST"]["2026-08-05"] == 2.0


def test_every_rate_satisfies_an_address_of_its_own(server):
    names = ["SOFR", "TGCR", "BGCR", "EFFR", "OBFR", "SOFR.AVG30D"]
    serve_bodies(server, {"/api": b""})
    for name in names:
        with pytest.raises(HavenError, match="404"):
            SOURCE.collect(request_for(server, [name]))
    assert [request.path for request, _ in server.log] == [
        f"/api/rates/{place}/search.json"
        for place in (
            "secured/sofr",
            "secured/tgcr",
            "secured/bgcr",
            "unsecured/effr",
            "unsecured/obfr",
            "secured/sofrai",
        )
    ]
