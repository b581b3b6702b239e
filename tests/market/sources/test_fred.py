import datetime as dt

import pytest
from werkzeug import Response

from haven.errors import HavenError
from haven.market.series import find_series
from haven.market.sources import fred
from tests.market.sources.serving import KEY, HttpSource, figures, request_for, serve
from tests.shared import SHARED, needs_shared


class TestGraphTable(HttpSource):
    source = fred.SOURCE
    bodies = {
        "/graph/fredgraph.csv?id=DGS10,DGS2": b"observation_date,DGS10,DGS2\n"
        b"2024-12-24,4.59,4.29\n2024-12-25,,\n2024-12-26,4.58,4.30\n",
        "/graph/fredgraph.csv?id=FEDFUNDS": b"observation_date,FEDFUNDS\n2024-11-01,4.64\n2024-12-01,4.48\n",
    }
    expected = {
        "FEDFUNDS": {"2024-11-01": 4.64, "2024-12-01": 4.48},
        "UST.10Y": {"2024-12-24": 4.59, "2024-12-26": 4.58},
        "UST.2Y": {"2024-12-24": 4.29, "2024-12-26": 4.30},
    }
    no_rows = {
        "/graph/fredgraph.csv?id=DGS10,DGS2": b"observation_date,DGS10,DGS2\n",
        "/graph/fredgraph.csv?id=FEDFUNDS": b"observation_date,FEDFUNDS\n",
    }
    header = (b"observation_date", b"when")
    figure = b"4.58"


class TestApi(HttpSource):
    source = fred.SOURCE
    bodies = {
        f"/fred/series/observations?series_id=DGS10&file_type=json&api_key={KEY}": b"""{"realtime_start":"2026-07-09",
            "count":3,"offset":0,"limit":100000,"observations":[
            {"realtime_start":"2026-07-09","realtime_end":"2026-07-09","date":"2026-07-01","value":"4.41"},
            {"realtime_start":"2026-07-09","realtime_end":"2026-07-09","date":"2026-07-02","value":"4.47"},
            {"realtime_start":"2026-07-09","realtime_end":"2026-07-09","date":"2026-07-03","value":"."}]}""",
        f"/fred/series/observations?series_id=SOFR99&file_type=json&api_key={KEY}": b"""{"count":1,"observations":[
            {"realtime_start":"2026-07-09","realtime_end":"2026-07-09","date":"2026-07-01","value":"3.80"}]}""",
    }
    expected = {"UST.10Y": {"2026-07-01": 4.41, "2026-07-02": 4.47}, "SOFR.P99": {"2026-07-01": 3.80}}
    no_rows = dict.fromkeys(bodies, b'{"count":0,"offset":0,"limit":100000,"observations":[]}')
    header = (b"observations", b"rows")
    figure = b"4.47"
    asked = {"secret": KEY, "settings": {"api_url": "{server}"}}


@needs_shared
@pytest.mark.parametrize(
    ("series", "count", "total", "day", "value"),
    [
        ("UST.10Y", 16123, 93634.94, "2025-04-08", 4.26),
        ("UST.2Y", 12531, 62083.40, "2025-04-08", 3.71),
        ("TIPS.10Y", 5892, 5872.73, "2025-04-08", 2.04),
        ("SOFR", 2073, 5520.80, "2025-04-08", 4.40),
        ("IORB", 1835, 6789.00, "2025-04-08", 4.40),
        ("FEDFUNDS", 865, 3975.51, "2026-07-01", 3.63),
        ("MORTGAGE.30Y", 2401, 17933.71, "2025-12-31", 6.15),
    ],
)
@pytest.mark.parametrize("header", ["observation_date", "DATE"])
def test_history_matches_the_published_file(series, count, total, day, value, header):
    """Counts, sums and days by awk and grep over the files; their headers are as FRED writes them, new and old."""
    code = fred.CODES[series]
    body = (SHARED / f"data/fred/{code}.csv").read_bytes().partition(b"\n")[2]
    dated = figures(fred.parse(f"{header},{code}\n".encode() + body, {code: find_series(series)}))[series]
    assert (len(dated), sum(dated.values())) == (count, pytest.approx(total, abs=1e-6))
    assert dated[day] == value


@needs_shared
def test_graph_table_matches_a_file_as_served():
    body = (SHARED / "data/fred/MORTGAGE30US_native_fredgraph.csv").read_bytes()
    dated = figures(fred.parse(body, {"MORTGAGE30US": find_series("MORTGAGE.30Y")}))["MORTGAGE.30Y"]
    assert (len(dated), sum(dated.values()), dated["2025-09-25"]) == (261, pytest.approx(1436.16, abs=1e-6), 6.30)


@needs_shared
def test_api_matches_a_body_as_served():
    body = (SHARED / "data/wire/fred_series_observations_excerpt.json").read_bytes()
    (found,) = fred.parse_keyed(body, find_series("USD.BROAD"))
    assert figures([found]) == {"USD.BROAD": {"2026-07-01": 121.34, "2026-07-02": 121.02, "2026-07-06": 120.88}}


@pytest.mark.parametrize("count", [b'"count":5,', b'"count":"4",', b""])
def test_api_refuses_another_number_of_observations_than_it_counts(count):
    """As of an answer that was cut off on its way and closed again, or of a limit smaller than the history."""
    body = b'{"count":4,"observations":[' + b",".join([b'{"date":"2026-07-01","value":"3.80"}'] * 4) + b"]}"
    assert fred.parse_keyed(body, find_series("SOFR"))
    with pytest.raises(HavenError, match=r"SOFR must have the (5|4|None) observations it counts, got 4"):
        fred.parse_keyed(body.replace(b'"count":4,', count), find_series("SOFR"))


def test_calls_satisfy_one_frequency_and_ten_series_each(server):
    asked = []

    def answer(request):
        ids = request.args["id"].split(",")
        asked.append((ids, request.args["cosd"]))
        return Response(f"observation_date,{','.join(ids)}\n2026-11-02{',1' * len(ids)}\n")

    serve(server, answer)
    series = [f"KW.TP.{n}Y" for n in range(1, 11)] + ["UST.10Y", "FEDFUNDS", "MORTGAGE.30Y"]
    found = fred.SOURCE.collect(request_for(server, series, since=dt.date(2026, 11, 2)))
    assert {one.series for one in found} == set(series)
    assert {since for _, since in asked} == {"2026-11-02"}
    assert sorted(map(len, (ids for ids, _ in asked))) == [1, 1, 1, 10]
    assert ["FEDFUNDS"] in [ids for ids, _ in asked] and ["MORTGAGE30US"] in [ids for ids, _ in asked]
