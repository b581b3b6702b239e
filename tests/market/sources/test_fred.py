from haven.market.sources import fred
from tests.market.sources.serving import KEY, HttpSource


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
