import csv
import datetime as dt
import json

import numpy as np
import pytest
from werkzeug import Response

from haven.errors import HavenError
from haven.functions import call
from haven.market.series import find_series
from haven.market.sources import auctions
from haven.market.sources.auctions import benchmark_years, parse
from tests.market.sources.serving import HttpSource, collected, request_for, serve
from tests.shared import SHARED, needs_shared

PATH = "/services/api/fiscal_service/v1/accounting/od/auctions_query"


def auction(date, term, high_yield, cover, coupon, maturity, **others):
    """One auction as the API writes it: everything is text."""
    return {
        "auction_date": date,
        "security_type": "Note",
        "security_term": term,
        "original_security_term": term,
        "inflation_index_security": "No",
        "floating_rate": "No",
        "high_yield": high_yield,
        "bid_to_cover_ratio": cover,
        "int_rate": coupon,
        "maturity_date": maturity,
        **others,
    }


def answer(*found):
    """A body of the API."""
    return json.dumps(
        {"data": found, "meta": {"count": len(found), "total-pages": 1}, "links": {"next": None}}
    ).encode()


AUCTIONS = [
    auction("2026-08-11", "3-Year", "4.237000", "2.610000", "4.125000", "2029-08-15"),
    auction("2026-08-12", "10-Year", "4.683000", "2.490000", "4.625000", "2036-08-15"),
    auction(
        "2026-09-09",
        "9-Year 11-Month",
        "4.834000",
        "2.710000",
        "4.625000",
        "2036-08-15",
        original_security_term="10-Year",
    ),
    auction(
        "2026-09-17",
        "9-Year 10-Month",
        "2.653000",
        "2.240000",
        "2.375000",
        "2036-07-15",
        inflation_index_security="Yes",
    ),
    auction("2026-11-24", "10-Year", "null", "null", "null", "2036-11-15"),
]


class TestAuctions(HttpSource):
    source = auctions.SOURCE
    bodies = {PATH: answer(*AUCTIONS)}
    expected = {
        "OTR.YIELD.10Y": {"2026-08-12": 4.683, "2026-09-09": 4.834},
        "OTR.COVER.10Y": {"2026-08-12": 2.49, "2026-09-09": 2.71},
        "OTR.COUPON.10Y": {"2026-08-12": 4.625, "2026-09-09": 4.625},
        "OTR.MATURITY.10Y": {"2026-08-12": 49902.0, "2026-09-09": 49902.0},  # 2036-08-15
        "OTR.YIELD.3Y": {"2026-08-11": 4.237},
    }
    no_rows = {PATH: answer()}
    header = (b"bid_to_cover_ratio", b"cover")
    figure = b"2.710000"


def test_request_satisfies_the_apis_filter(server):
    asked = []

    def record(request):
        asked.append(request.args)
        return Response(answer())

    serve(server, record)
    auctions.SOURCE.collect(request_for(server, ["OTR.YIELD.10Y"], since=dt.date(2026, 8, 1)))
    assert asked[0]["filter"] == "security_type:in:(Note,Bond),auction_date:gte:2026-08-01"


@pytest.mark.parametrize(
    ("term", "years"),
    [
        ("2-Year", 2),
        ("1-Year 11-Month", 2),
        ("9-Year 11-Month", 10),
        ("9-Year 10-Month", 10),
        ("19-Year 11-Month", 20),
        ("29-Year 6-Month", 30),
        ("4-Year 4-Month", 4),
        ("13-Week", None),
    ],
)
def test_terms_satisfy_their_benchmark(term, years):
    assert benchmark_years(auction("2026-08-12", term, "4", "2", "4", "2036-08-15")) == years


@pytest.mark.parametrize(
    ("term", "issued", "years"),
    [
        ("9-Year 10-Month", "10-Year", 10),
        ("3-Year", "10-Year", 3),  # 912828TY6 on 2019-11-05
        ("6-Year 7-Month", "10-Year", None),  # 912828DV9 and 912828EE6 on 2008-10-08
        ("6-Year 10-Month", "10-Year", None),
        ("9-Year 11-Month", "null", 10),
    ],
)
def test_reopenings_satisfy_the_term_of_issue(term, issued, years):
    sold = auction("2026-08-12", term, "4", "2", "4", "2036-08-15", original_security_term=issued)
    assert benchmark_years(sold) == years


def test_other_kinds_satisfy_being_left_out():
    for kind in ("inflation_index_security", "floating_rate"):
        assert benchmark_years(auction("2026-08-12", "10-Year", "4", "2", "4", "2036-08-15", **{kind: "Yes"})) is None


def test_terms_match_the_auctions_price():
    """The ten-year of 2026-08-12 was sold at 99.540696 and issued on 2026-08-17: what its terms as series give."""
    wanted = [find_series(f"OTR.{name}.10Y") for name in ("YIELD", "COUPON", "MATURITY")]
    held = {one.series: float(one.values[0]) for one in parse(answer(AUCTIONS[1]), wanted)}
    yielded, coupon = held["OTR.YIELD.10Y"] / 100, held["OTR.COUPON.10Y"] / 100
    price = call("HV_BONDPRICE", [yielded, coupon, held["OTR.MATURITY.10Y"], "2026-08-17", "treasury"])
    assert price == pytest.approx(99.540696, abs=5e-7)


def iso(written):
    month, day, year = written.split("/")
    return f"{year}-{month}-{day}"


def published_auctions():
    """The notes and bonds of the published file as the API writes them.

    The file has neither yields nor coupons, whose place its prices take here. It does not say which are linked or
    float: the linked ones stay among the others, and only a floating note was ever reopened as a ``1-Year``.
    """
    with (SHARED / "data/treasury/auctions_combined_to_2024-08.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["Security Type"] != "Bill"]
    rows.sort(key=lambda row: iso(row["Auction Date"]))
    floating = {row["CUSIP"] for row in rows if row["Security Term"].startswith("1-Year")}
    issued = {row["CUSIP"]: row["Security Term"] for row in reversed(rows)}
    return [
        auction(
            iso(row["Auction Date"]),
            row["Security Term"],
            row["Price per $100"],
            "2.5",
            row["Price per $100"],
            iso(row["Maturity Date"]),
            security_type=row["Security Type"],
            original_security_term=issued[row["CUSIP"]],
            floating_rate="Yes" if row["CUSIP"] in floating else "No",
        )
        for row in rows
    ]


@needs_shared
def test_results_match_the_auctions_published(server):
    """Counts by grep over the file, of a term and its reopenings.

    Without the 42 floating ones of 426 two-years, and without a linked five-year and twenty-year first sold for half a
    year more. The 6-Year 7-Month and 6-Year 10-Month, both of 2008-10-08, are no seven-years.
    """
    counts = {2: 384, 3: 207, 5: 395, 7: 186, 10: 379, 20: 61, 30: 236}
    names = [f"OTR.{name}.{years}Y" for years in counts for name in ("YIELD", "MATURITY")]
    found = collected(server, auctions.SOURCE, {PATH: answer(*published_auctions())}, names)
    assert {years: len(found[f"OTR.YIELD.{years}Y"]) for years in counts} == counts
    assert {years: len(found[f"OTR.MATURITY.{years}Y"]) for years in counts} == counts
    assert "2008-10-08" not in found["OTR.YIELD.7Y"]
    assert found["OTR.YIELD.10Y"]["2023-08-09"] == 98.986162
    assert found["OTR.MATURITY.10Y"]["2023-08-09"] == (dt.date(2033, 8, 15) - dt.date(1899, 12, 30)).days


def test_an_answer_that_may_be_cut_refuses(monkeypatch):
    monkeypatch.setattr(auctions, "MOST", len(AUCTIONS))
    with pytest.raises(HavenError, match="fewer than 5 auctions"):
        parse(answer(*AUCTIONS), [find_series("OTR.YIELD.10Y")])


def test_spreadsheet_dates_satisfy_their_epoch():
    assert np.datetime64("1899-12-30") + 49902 == np.datetime64("2036-08-15")
