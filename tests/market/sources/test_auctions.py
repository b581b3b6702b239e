import collections
import csv
import datetime as dt
import json

import numpy as np
import pytest
from werkzeug import Response

from haven.functions import call
from haven.market.series import find_series
from haven.market.sources import auctions
from haven.market.sources.auctions import benchmark_years, parse
from tests.market.sources.serving import HttpSource, request_for, serve
from tests.shared import SHARED, needs_shared

PATH = "/services/api/fiscal_service/v1/accounting/od/auctions_query"


def auction(date, term, high_yield, cover, coupon, maturity, **others):
    """One auction as the API writes it: everything is text."""
    return {
        "auction_date": date,
        "security_type": "Note",
        "security_term": term,
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
    auction("2026-09-09", "9-Year 11-Month", "4.834000", "2.710000", "4.625000", "2036-08-15"),
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


@needs_shared
def test_terms_match_the_auctions_of_2023():
    """A nominal ten-year, twenty-year and thirty-year were sold each month, a two- and a five-year at least."""
    with (SHARED / "data/treasury/auctions_combined_to_2024-08.csv").open(encoding="utf-8") as lines:
        terms = [row["Security Term"] for row in csv.DictReader(lines) if row["Auction Date"].endswith("/2023")]
    counts = collections.Counter(benchmark_years(auction("", term, "", "", "", "")) for term in terms)
    assert counts[20] == 12 and counts[3] == 12 and counts[7] == 12
    assert counts[30] == 14 and counts[10] == 18  # TIPS among them: the file does not tell them apart


def test_an_answer_that_may_be_cut_refuses(monkeypatch):
    monkeypatch.setattr(auctions, "MOST", len(AUCTIONS))
    with pytest.raises(Exception, match="fewer than 5 auctions"):
        parse(answer(*AUCTIONS), [find_series("OTR.YIELD.10Y")])


def test_spreadsheet_dates_satisfy_their_epoch():
    assert np.datetime64("1899-12-30") + 49902 == np.datetime64("2036-08-15")
