import datetime as dt

import pytest
from werkzeug import Response

from haven.errors import HavenError
from haven.market.series import find_series
from haven.market.sources import fred
from tests.market.sources.serving import KEY, HttpSource, collected, request_for, serve
from tests.shared import SHARED, needs_shared, shared_bytes


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
@pytest.mark.parametrize("header", ["observation_date", "DATE"])
@pytest.mark.parametrize(
    ("series", "count", "total", "day", "value"),
    [
        ("IORB", 1835, 6789.00, "2025-04-08", 4.40),
        ("TARGET.UPPER", 6311, 9492.00, "2025-04-08", 4.50),
        ("TARGET.LOWER", 6311, 7914.25, "2025-04-08", 4.25),
        ("FEDFUNDS", 865, 3975.51, "2025-04-01", 4.33),
        ("MORTGAGE.30Y", 2401, 17933.71, "2025-04-03", 6.64),
        ("UST.1M", 6245, 10670.50, "2025-04-08", 4.36),
        ("UST.3M", 11221, 42953.48, "2025-04-08", 4.31),
        ("UST.6M", 11221, 44797.89, "2025-04-08", 4.14),
        ("UST.1Y", 16123, 78583.60, "2025-04-08", 3.83),
        ("UST.2Y", 12531, 62083.40, "2025-04-08", 3.71),
        ("UST.3Y", 16132, 84524.59, "2025-04-08", 3.71),
        ("UST.5Y", 16123, 88401.34, "2025-04-08", 3.88),
        ("UST.7Y", 14253, 82716.95, "2025-04-08", 4.05),
        ("UST.10Y", 16123, 93634.94, "2025-04-08", 4.26),
        ("UST.20Y", 14434, 84410.81, "2025-04-08", 4.76),
        ("UST.30Y", 12353, 76066.15, "2025-04-08", 4.71),
        ("TIPS.5Y", 5892, 3379.75, "2025-04-08", 1.53),
        ("TIPS.10Y", 5892, 5872.73, "2025-04-08", 2.04),
        ("TIPS.20Y", 5501, 6955.58, "2025-04-08", 2.37),
        ("TIPS.30Y", 4107, 4689.72, "2025-04-08", 2.52),
        ("SOFR", 2073, 5520.80, "2025-04-08", 4.40),
        ("EFFR", 6459, 12551.64, "2025-04-08", 4.33),
    ],
)
def test_history_matches_the_published_file(server, series, count, total, day, value, header):
    """Counts, sums and days by awk over the files; their headers are as FRED writes them, new and old."""
    code = fred.CODES[series]
    body = (SHARED / f"data/fred/{code}.csv").read_bytes().partition(b"\n")[2]
    bodies = {f"/graph/fredgraph.csv?id={code}": f"{header},{code}\n".encode() + body}
    dated = collected(server, fred.SOURCE, bodies, [series])[series]
    assert (len(dated), sum(dated.values())) == (count, pytest.approx(total, abs=1e-6))
    assert dated[day] == value


@needs_shared
def test_graph_table_matches_a_file_as_served(server):
    body = (SHARED / "data/fred/MORTGAGE30US_native_fredgraph.csv").read_bytes()
    bodies = {"/graph/fredgraph.csv?id=MORTGAGE30US": body}
    dated = collected(server, fred.SOURCE, bodies, ["MORTGAGE.30Y"])["MORTGAGE.30Y"]
    assert (len(dated), sum(dated.values()), dated["2025-09-25"]) == (261, pytest.approx(1436.16, abs=1e-6), 6.30)


@needs_shared
class TestApiAsServed(HttpSource):
    source = fred.SOURCE
    bodies = {
        f"/fred/series/observations?series_id=DTWEXBGS&file_type=json&api_key={KEY}": shared_bytes(
            "data/wire/fred_series_observations_excerpt.json"
        )
    }
    expected = {"USD.BROAD": {"2026-07-01": 121.34, "2026-07-02": 121.02, "2026-07-06": 120.88}}
    no_rows = {
        place: body.partition(b"[")[0].replace(b'"count":4', b'"count":0') + b"[]}" for place, body in bodies.items()
    }
    header = (b"observations", b"rows")
    figure = b"121.02"
    asked = {"secret": KEY, "settings": {"api_url": "{server}"}}


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
