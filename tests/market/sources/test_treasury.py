import datetime as dt

import pytest
from werkzeug import Response

from haven.errors import HavenError
from haven.market.series import catalogue
from haven.market.sources import treasury
from haven.market.sources.treasury import parse, parse_page
from tests.market.sources.serving import HttpSource, figures, request_for, serve, serve_bodies
from tests.shared import SHARED, needs_shared

DATA = SHARED / "data" / "treasury"
FOLDER = "/resource-center/data-chart-center/interest-rates"
NOMINAL = "daily_treasury_yield_curve"
REAL = "daily_treasury_real_yield_curve"
SPACES = (
    b'xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" '
    b'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" xmlns="http://www.w3.org/2005/Atom"'
)


def feed(*entries):
    properties = b"".join(
        b'<entry><content type="application/xml"><m:properties>%b</m:properties></content></entry>' % one
        for one in entries
    )
    return b'<?xml version="1.0" encoding="utf-8"?>\n<feed %b><title type="text">T</title>%b</feed>' % (
        SPACES,
        properties,
    )


def yields(prefix):
    """Every yield whose code begins so, by code."""
    return {series.code: series for series in catalogue().values() if series.code.startswith(prefix)}


class TestTables(HttpSource):
    source = treasury.SOURCE
    bodies = {
        f"{FOLDER}/daily-treasury-rates.csv/2025/all?type={NOMINAL}&field_tdr_date_value=2025&_format=csv": b"Date,"
        b'"1 Mo","1.5 Month","2 Mo","3 Mo","10 Yr","30 Yr"\n12/31/2025,3.74,3.71,3.67,3.67,4.18,4.84\n'
        b"12/30/2025,3.70,,3.66,3.65,4.14,4.81\n",
        f"{FOLDER}/daily-treasury-rates.csv/2026/all?type={NOMINAL}&field_tdr_date_value=2026&_format=csv": b"Date,"
        b'"1 Mo","1.5 Mo","2 Mo","3 Mo","10 Yr","30 Yr"\n01/02/2026,3.72,3.73,3.68,3.65,4.19,4.86\n',
        f"{FOLDER}/daily-treasury-rates.csv/2025/all?type={REAL}": b'Date,"5 YR","10 YR"\n12/31/2025,1.42,1.93\n',
        f"{FOLDER}/daily-treasury-rates.csv/2026/all?type={REAL}": b'Date,"5 YR","10 YR"\n01/02/2026,1.46,1.94\n',
    }
    expected = {
        "UST.10Y": {"2025-12-31": 4.18, "2025-12-30": 4.14, "2026-01-02": 4.19},
        "UST.6W": {"2025-12-31": 3.71, "2026-01-02": 3.73},
        "TIPS.10Y": {"2025-12-31": 1.93, "2026-01-02": 1.94},
    }
    no_rows = {place: body.partition(b"\n")[0] + b"\n" for place, body in bodies.items()}
    header = (b"Date", b"Day")
    figure = b"4.14"
    asked = {"since": dt.date(2025, 12, 30), "today": dt.date(2026, 1, 3)}

    def test_refuses_a_yield_that_is_called_otherwise(self, server):
        serve_bodies(server, self.spoilt(b'"10 Yr"', b'"10 Years"'))
        assert "yield BC_10YEAR must be there" in self.refusal(server)


class TestFeed(HttpSource):
    source = treasury.SOURCE
    bodies = {
        f"{FOLDER}/pages/xml?data={NOMINAL}&field_tdr_date_value=all&page=0": feed(
            b'<d:NEW_DATE m:type="Edm.DateTime">2008-03-03T00:00:00</d:NEW_DATE>'
            b'<d:BC_1MONTH m:type="Edm.Double">1.9900000095367432</d:BC_1MONTH>'
            b'<d:BC_2MONTH m:type="Edm.Double" m:null="true" />'
            b'<d:BC_10YEAR m:type="Edm.Double">3.5399999618530273</d:BC_10YEAR>'
            b'<d:BC_30YEARDISPLAY m:type="Edm.Double">0</d:BC_30YEARDISPLAY>',
        ),
        f"{FOLDER}/pages/xml?data={NOMINAL}&field_tdr_date_value=all&page=1": feed(
            b"<d:NEW_DATE>2026-08-11T00:00:00</d:NEW_DATE><d:BC_1MONTH>3.79</d:BC_1MONTH>"
            b"<d:BC_1_5MONTH>3.82</d:BC_1_5MONTH><d:BC_2MONTH>3.83</d:BC_2MONTH><d:BC_10YEAR>4.70</d:BC_10YEAR>",
        ),
        f"{FOLDER}/pages/xml?data={NOMINAL}&field_tdr_date_value=all&page=2": feed(),
    }
    expected = {
        "UST.10Y": {"2008-03-03": 3.54, "2026-08-11": 4.70},
        "UST.1M": {"2008-03-03": 1.99, "2026-08-11": 3.79},
        "UST.2M": {"2026-08-11": 3.83},
        "UST.6W": {"2026-08-11": 3.82},
    }
    no_rows = {f"{FOLDER}/pages/xml?page=0": feed()}
    header = (b"m:properties", b"m:property")
    figure = b"3.83"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'<!DOCTYPE feed [<!ENTITY a "aaaa">]><feed>&a;</feed>', "must not define entities"),
        (b"<rss><channel/></rss>", "its XML must be a feed, got rss"),
        (feed(b"<d:BC_10YEAR>4.70</d:BC_10YEAR>"), "a date must look like"),
        (feed(b"<d:NEW_DATE>2026-08-11T00:00:00</d:NEW_DATE>"), "yield BC_10YEAR must be there"),
    ],
)
def test_feed_refuses_what_is_none(body, why):
    with pytest.raises(HavenError, match=why):
        parse_page(body, {"BC_10YEAR": yields("BC")["BC_10YEAR"]})


def test_feed_satisfies_an_end_after_the_first_page_without_entries(server):
    asked = []

    def answer(request):
        asked.append(request.args["page"])
        entry = b"<d:NEW_DATE>2026-08-11T00:00:00</d:NEW_DATE><d:BC_10YEAR>4.70</d:BC_10YEAR>"
        return Response(feed(entry) if request.args["page"] in "01" else feed())

    serve(server, answer)
    treasury.SOURCE.collect(request_for(server, ["UST.10Y"]))
    assert asked == ["0", "1", "2"]


@needs_shared
def test_archive_matches_the_published_file():
    """Counts by grep and sums by awk over the file."""
    found = parse((DATA / "par-yield-curve-rates-1990-2024.csv").read_bytes(), yields("BC"))
    dated = figures(found)
    assert {len(dated[f"UST.{n}Y"]) for n in (1, 2, 3, 5, 7, 10)} == {8756}
    assert sum(dated["UST.10Y"].values()) == pytest.approx(37212.81, abs=1e-6)
    assert (len(dated["UST.30Y"]), sum(dated["UST.30Y"].values())) == (7762, pytest.approx(36743.85, abs=0.06))
    assert dated["UST.10Y"]["2020-03-09"] == 0.54
    assert "2005-06-01" not in dated["UST.30Y"]  # suspended from February 2002 to February 2006


@needs_shared
@pytest.mark.parametrize(("year", "days"), [(1990, 250), (2008, 251), (2019, 250), (2020, 251)])
def test_feed_matches_the_archive(year, days):
    wanted = yields("BC")
    old = figures(parse_page((DATA / f"raw_xml_{year}.xml").read_bytes(), wanted))
    archive = figures(parse((DATA / "par-yield-curve-rates-1990-2024.csv").read_bytes(), wanted))
    assert len(old["UST.10Y"]) == days
    for series, dated in old.items():
        assert dated == {date: value for date, value in archive[series].items() if date[:4] == str(year)}, series


@needs_shared
def test_the_half_month_between_is_pinned_2025_02_18():
    found = figures(parse((DATA / "daily-treasury-rates-2025.csv").read_bytes(), yields("BC")))
    assert min(found["UST.6W"].items()) == ("2025-02-18", 4.41)
    newer = figures(parse((DATA / "fixture_ust_par_yields_2026.csv").read_bytes(), yields("BC")))
    assert newer["UST.6W"] == {"2026-08-05": 3.79, "2026-08-04": 3.80, "2026-08-03": 3.82, "2026-07-31": 3.80}


@needs_shared
def test_feed_matches_a_page_as_served():
    body = (SHARED / "data/wire/treasury_par_yield_feed_2026-08_excerpt.xml").read_bytes()
    found = figures(parse_page(body, yields("BC")))
    tenors = ("1M", "6W", "2M", "3M", "4M", "6M", "1Y", "2Y", "3Y", "5Y", "7Y", "10Y", "20Y", "30Y")
    curve = (3.79, 3.82, 3.83, 3.89, 3.90, 3.99, 4.03, 4.22, 4.27, 4.39, 4.54, 4.70, 5.25, 5.24)
    assert found == {f"UST.{t}": {"2026-08-11": value} for t, value in zip(tenors, curve, strict=True)}
