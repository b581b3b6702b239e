import csv
import datetime as dt

import pytest
from werkzeug import Response

from haven.errors import HavenError
from haven.market.series import find_series
from haven.market.sources import treasury
from haven.market.sources.treasury import parse_page
from tests.market.sources.serving import HttpSource, collected, request_for, serve, serve_bodies
from tests.shared import SHARED, needs_shared, shared_bytes

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
        parse_page(body, {"BC_10YEAR": find_series("UST.10Y")})


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
class TestFeedAsServed(HttpSource):
    source = treasury.SOURCE
    bodies = {
        f"{FOLDER}/pages/xml?data={NOMINAL}&page=0": shared_bytes(
            "data/wire/treasury_par_yield_feed_2026-08_excerpt.xml"
        ),
        f"{FOLDER}/pages/xml?data={NOMINAL}&page=1": feed(),
    }
    expected = {
        f"UST.{tenor}": {"2026-08-11": value}
        for tenor, value in zip(
            ("1M", "6W", "2M", "3M", "4M", "6M", "1Y", "2Y", "3Y", "5Y", "7Y", "10Y", "20Y", "30Y"),
            (3.79, 3.82, 3.83, 3.89, 3.90, 3.99, 4.03, 4.22, 4.27, 4.39, 4.54, 4.70, 5.25, 5.24),
            strict=True,
        )
    }
    no_rows = {f"{FOLDER}/pages/xml?page=0": feed()}
    header = (b"m:properties", b"m:property")
    figure = b"4.54"


@needs_shared
class TestTableAsServed(HttpSource):
    source = treasury.SOURCE
    bodies = {
        f"{FOLDER}/daily-treasury-rates.csv/2026/all?type={NOMINAL}": shared_bytes(
            "data/treasury/fixture_ust_par_yields_2026.csv"
        )
    }
    expected = {
        "UST.6W": {"2026-08-05": 3.79, "2026-08-04": 3.80, "2026-08-03": 3.82, "2026-07-31": 3.80},
        "UST.10Y": {"2026-08-05": 4.63, "2026-08-04": 4.63, "2026-08-03": 4.70, "2026-07-31": 4.75},
        "UST.30Y": {"2026-08-05": 5.17, "2026-08-04": 5.18, "2026-08-03": 5.23, "2026-07-31": 5.27},
    }
    no_rows = {place: body.partition(b"\n")[0] + b"\n" for place, body in bodies.items()}
    header = (b"Date", b"Day")
    figure = b"5.17"
    asked = {"since": dt.date(2026, 7, 31), "today": dt.date(2026, 8, 6)}


TENORS = ["UST.1M", "UST.10Y", "UST.30Y"]
NOMINALS = sorted(series for series in treasury.SOURCE.feeds if series.startswith("UST."))


def tables(server, files, since, today):
    """What is collected of nominal yields where each year's table is one of the published files."""
    bodies = {
        f"{FOLDER}/daily-treasury-rates.csv/{year}/all?type={NOMINAL}": (DATA / file).read_bytes()
        for year, file in files.items()
    }
    return collected(server, treasury.SOURCE, bodies, NOMINALS, since=since, today=today)


def total(dated):
    return len(dated), round(sum(dated.values()), 6)


@needs_shared
def test_archive_matches_the_published_file(server):
    """Counts by grep and sums by awk over the file."""
    dated = tables(
        server, {2024: "par-yield-curve-rates-1990-2024.csv"}, since=dt.date(2024, 1, 2), today=dt.date(2024, 12, 31)
    )
    assert {len(dated[f"UST.{n}Y"]) for n in (1, 2, 3, 5, 7, 10)} == {8756}
    assert total(dated["UST.10Y"]) == (8756, 37212.81)
    assert total(dated["UST.30Y"]) == (7762, 36743.85)
    assert dated["UST.10Y"]["2020-03-09"] == 0.54
    assert "2005-06-01" not in dated["UST.30Y"]  # suspended from February 2002 to February 2006


@needs_shared
def test_tables_of_five_years_match_the_published_files(server):
    """Counts and sums by awk over the files, whose tenors become more from year to year."""
    files = {year: f"daily-treasury-rates-{year}.csv" for year in range(2021, 2026)}
    found = tables(server, files, since=dt.date(2021, 1, 4), today=dt.date(2025, 7, 11))
    assert total(found["UST.10Y"]) == (251 + 249 + 250 + 250 + 131, 3716.54)
    assert len(found["UST.4M"]) == 50 + 250 + 250 + 131
    assert len(found["UST.6W"]) == 100
    assert min(found["UST.6W"].items()) == ("2025-02-18", 4.41)
    assert found["UST.10Y"]["2025-04-08"] == 4.26


@needs_shared
def test_tables_of_two_years_match_the_published_files(server):
    """Counts and sums by awk over the files; the first is a copy that heads its dates in small letters."""
    files = {2025: "treasury_yields_2025-01_2026-02.csv", 2026: "fixture_ust_par_yields_2026.csv"}
    found = tables(server, files, since=dt.date(2025, 1, 2), today=dt.date(2026, 8, 5))
    assert total(found["UST.10Y"]) == (288 + 4, 1250.38)
    assert (found["UST.30Y"]["2025-04-08"], found["UST.30Y"]["2026-07-31"]) == (4.71, 5.27)


@needs_shared
def test_feed_of_four_years_matches_the_archive(server):
    """Counts and sums of ten-years by grep and awk over the pages; every figure by the archive's own table."""
    years = {1990: (250, 2138.10), 2008: (251, 919.73), 2019: (250, 535.35), 2020: (251, 223.19)}
    bodies = {
        f"{FOLDER}/pages/xml?data={NOMINAL}&page={page}": (DATA / f"raw_xml_{year}.xml").read_bytes()
        for page, year in enumerate(years)
    }
    bodies[f"{FOLDER}/pages/xml?data={NOMINAL}&page={len(years)}"] = feed()
    found = collected(server, treasury.SOURCE, bodies, NOMINALS)
    for year, pinned in years.items():
        assert total({day: value for day, value in found["UST.10Y"].items() if day[:4] == str(year)}) == pinned
    assert found == archive(years)


def archive(years):
    """The figures of some years in the archive's table: series -> ISO date -> figure."""
    with (DATA / "par-yield-curve-rates-1990-2024.csv").open(encoding="utf-8") as lines:
        header, *rows = csv.reader(lines)
    found = {}
    for written, *cells in rows:
        month, day, year = map(int, written.split("/"))
        year += 1900 if year >= 90 else 2000
        for heading, cell in zip(header[1:], cells, strict=True):
            if cell and year in years:
                series = "UST." + heading.replace(" Mo", "M").replace(" Yr", "Y")
                found.setdefault(series, {})[f"{year}-{month:02}-{day:02}"] = float(cell)
    return found


@needs_shared
@pytest.mark.parametrize(
    ("file", "days"),
    [
        ("fixture_treasury_feed.xml", {"2026-06-08": (4.10, 4.30, 4.80), "2026-06-09": (4.11, 4.31, 4.81)}),
        ("m-muecke_entry_fixture.xml", {"2022-02-01": (0.04, 1.81, 2.12)}),
    ],
)
def test_feed_matches_excerpts_of_others(server, file, days):
    """A feed with few tenors, and one entry's properties alone, here in a feed."""
    body = (DATA / file).read_bytes()
    if body.startswith(b"<m:properties>"):
        body = feed(body.partition(b">")[2].rpartition(b"<")[0])
    bodies = {f"{FOLDER}/pages/xml?page=0": body, f"{FOLDER}/pages/xml?page=1": feed()}
    found = collected(server, treasury.SOURCE, bodies, TENORS)
    assert found == {series: {day: rates[n] for day, rates in days.items()} for n, series in enumerate(TENORS)}
