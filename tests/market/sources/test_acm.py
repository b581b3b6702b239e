"""The NY Fed's ACM workbook, in its own legacy format around the official figures."""

import csv
import datetime as dt

import pytest

from haven.errors import HavenError
from haven.market.series import find_series
from haven.market.sources.acm import SOURCE, parse
from tests.market.sources.biff import write_acm, write_xls
from tests.market.sources.serving import HttpSource, collected, figures, serve_bodies
from tests.shared import SHARED, needs_shared

OFFICIAL = SHARED / "data/acm/ACM_official_monthly_1961_2025-10_vintage_2025-11.csv"
PLACE = "/ACMTermPremium.xls"
HEADER = ["DATE", "ACMY10", "ACMTP10", "ACMRNY10"]


def wanted(*ids):
    return {find_series(name).code: find_series(name) for name in ids}


@needs_shared
def test_workbook_matches_the_official_figures(server):
    """Sums by awk over the file; days by reading it."""
    with OFFICIAL.open() as lines:
        header, *rows = csv.reader(lines)
    dated = [[f"{dt.date.fromisoformat(row[0]):%d-%b-%Y}", *map(float, row[1:])] for row in rows]
    assert dated[0][0] == "30-Jun-1961"
    found = collected(server, SOURCE, {PLACE: write_acm(header, dated)}, SOURCE.feeds)
    assert set(found) == SOURCE.feeds
    assert len(found) == 30
    assert {len(dates) for dates in found.values()} == {773}
    assert sum(found["ACM.TP.10Y"].values()) == pytest.approx(1112.528421, abs=1e-6)
    assert sum(found["ACM.FIT.10Y"].values()) == pytest.approx(4517.097366, abs=1e-6)
    assert found["ACM.FIT.10Y"]["1961-06-30"] == 3.8671754841731585
    assert found["ACM.TP.10Y"]["2025-09-30"] == 0.6300690984350696
    assert found["ACM.RN.10Y"]["2025-09-30"] == 3.568417625537249


def test_since_satisfies_leaving_the_past_out():
    book = write_acm(HEADER, [["14-Jun-1961", 3.8, 0.2, 3.6], ["15-Jun-1961", 3.9, 0.3, 3.6]])
    assert figures(parse(book, wanted("ACM.TP.10Y"), dt.date(1961, 6, 15))) == {"ACM.TP.10Y": {"1961-06-15": 0.3}}
    assert parse(book, wanted("ACM.TP.10Y"), dt.date(2025, 1, 1)) == []


def test_missing_figures_satisfy_being_left_out():
    missing = [[f"{n:02}-Jun-1961", word, 0.2, 3.6] for n, word in enumerate(("", "NA", ".", "ND", "-", "-999.99"), 1)]
    book = write_acm(HEADER, [*missing, ["14-Jun-1961", 3.8, 0.2, 3.6], [None, None, None, None]])
    found = figures(parse(book, wanted("ACM.FIT.10Y", "ACM.TP.10Y")))
    assert found["ACM.FIT.10Y"] == {"1961-06-14": 3.8}
    assert len(found["ACM.TP.10Y"]) == 7


@pytest.mark.parametrize(
    ("book", "why"),
    [
        (b"not a workbook" * 100, "is damaged or no Excel file"),
        (write_acm(HEADER, [["14-Jun-1961", 3.8, 0.2, 3.6]])[:-1500], "is damaged"),
        (write_xls({"ACM Monthly": [HEADER]}), "must have a sheet 'ACM Daily', it has ACM Monthly"),
        (write_xls({"ACM Daily": []}), "is empty"),
        (write_acm(["DATE", "TP10"], [["14-Jun-1961", 0.2]]), "column ACMTP10 must be there, got DATE, TP10"),
        (write_acm(["Day", "ACMTP10"], [["14-Jun-1961", 0.2]]), "column DATE must be there"),
        (write_acm(HEADER, [["14/06/61", 3.8, 0.2, 3.6]]), "a date must look like"),
        (write_acm(HEADER, [["14-Jun-1961", 3.8, "about 0.2", 3.6]]), "a figure must be a number or missing"),
    ],
)
def test_changed_workbook_refuses(book, why):
    with pytest.raises(HavenError, match=why) as failure:
        parse(book, wanted("ACM.TP.10Y"))
    assert failure.value.message.startswith("acm: ")


def book(figure):
    """A workbook of two days, one figure of which is given."""
    return write_acm(HEADER, [["14-Jun-1961", 3.8, 0.25, 3.6], ["15-Jun-1961", 3.9, figure, 3.7]])


class TestAcm(HttpSource):
    source = SOURCE
    bodies = {PLACE: book(0.31)}
    expected = {
        "ACM.FIT.10Y": {"1961-06-14": 3.8, "1961-06-15": 3.9},
        "ACM.TP.10Y": {"1961-06-14": 0.25, "1961-06-15": 0.31},
        "ACM.RN.10Y": {"1961-06-14": 3.6, "1961-06-15": 3.7},
    }
    no_rows = {PLACE: write_acm(HEADER, [])}
    header = (b"ACMTP10", b"ACMTQ10")
    figure = b"0.31"

    def with_figure(self, word):
        """Cells are numbers, so another word in place of one is another workbook."""
        return {PLACE: book(word.decode())}

    def test_collect_satisfies_leaving_out_a_number_that_is_none(self, server):
        serve_bodies(server, {PLACE: book(-999.99)})
        assert self.collect(server)["ACM.TP.10Y"] == {"1961-06-14": 0.25}
