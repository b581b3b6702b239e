"""Eris' SOFR par coupon curves, daily and historical."""

import csv
import datetime as dt
from dataclasses import replace

import pytest

from haven.errors import HavenError
from haven.market.series import family, find_series
from haven.market.sources.eris import SINGLE_DAYS, SOURCE, fetch, fetch_day, parse_day, parse_history
from tests.market.sources.serving import HttpSource, collected, figures, request_for, serve_bodies
from tests.shared import SHARED, needs_shared, shared_bytes

DAILY = shared_bytes("data/wire/Eris_20260702_EOD_ParCouponCurve_SOFR_excerpt.csv")
HISTORICAL = shared_bytes("data/wire/Eris_Historical_ParCouponCurve_SOFR_excerpt.csv")
HEADER = b"Symbol,EvaluationDate,FairCoupon (%)\n"


def wanted(*ids):
    return {find_series(name).code: find_series(name) for name in ids}


def test_a_daily_file_without_the_wanted_satisfies_nothing():
    """Where a desk has most tenors of its own, Eris is asked for the others alone."""
    assert parse_day(HEADER + b"SOFR10Y,07/02/2026,4.065\n", wanted("SWAP.2Y", "SWAP.5Y")) == []


@pytest.mark.parametrize("word", ["", ".", "NA", "ND", "-", "-999.99"])
def test_missing_rates_satisfy_being_left_out(word):
    daily = HEADER + f"SOFR10Y,07/02/2026,{word}\nSOFR2Y,07/02/2026,3.6\n".encode()
    assert figures(parse_day(daily, wanted("SWAP.2Y", "SWAP.10Y"))) == {"SWAP.2Y": {"2026-07-02": 3.6}}
    history = f"Evaluation Date,SOFR10Y\n2026-07-02,{word}\n2026-07-01,4.067\n".encode()
    assert figures(parse_history(history, wanted("SWAP.10Y"))) == {"SWAP.10Y": {"2026-07-01": 4.067}}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"Ticker,Date,Rate\nSOFR10Y,07/02/2026,4\n", "its header must begin with Symbol, got Ticker, Date, Rate"),
        (b"Symbol,EvaluationDate,Coupon (%)\nSOFR10Y,07/02/2026,4\n", "column FairCoupon"),
        (HEADER + b"SOFR10Y,07/02/2026,4\nSOFR2Y,07/01/2026,4\n", "must be of one day"),
        (HEADER + b"SOFR10Y,07/02/2026,4\nSOFR2Y,07/0", "row SOFR2Y must have 3 cells like its header, got 2"),
        (HEADER + b"USD10Y,07/02/2026,4\n", "must have symbols such as SOFR10Y, got USD10Y"),
        (HEADER + b"SOFR10Y,2026-07-02,4\n", "a date must look like 04/08/2025"),
        (HEADER + b"SOFR10Y,07/02/2026,four\n", "got 'four'"),
    ],
)
def test_changed_daily_file_refuses(body, why):
    with pytest.raises(HavenError, match=why) as failure:
        parse_day(body, wanted("SWAP.10Y"))
    assert failure.value.message.startswith("eris: ")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"Date,SOFR10Y\n2026-07-02,4\n", "its header must begin with Evaluation Date"),
        (b"Evaluation Date,USD10Y\n2026-07-02,4\n", "must have columns such as SOFR10Y"),
        (b"Evaluation Date,SOFR10Y\n2026-07-02,4\n2026-07", "its table is damaged"),
        (b"Evaluation Date,SOFR10Y\n07/02/2026,4\n", "a date must look like 2025-04-08"),
    ],
)
def test_changed_history_refuses(body, why):
    with pytest.raises(HavenError, match=why):
        parse_history(body, wanted("SWAP.10Y"))


def test_source_satisfies_every_swap_of_the_catalogue():
    assert {series.id for series in family("SWAP")} == SOURCE.feeds


LATEST = "/Eris_Latest_EOD_ParCouponCurve_SOFR.csv"
HISTORY = "/Eris_Historical_ParCouponCurve_SOFR.csv"


class TestEris(HttpSource):
    source = SOURCE
    bodies = {
        LATEST: HEADER + b"SOFR2Y,07/02/2026,3.8012345678\nSOFR10Y,07/02/2026,4.0647448168\n",
        HISTORY: b"Evaluation Date,SOFR2Y,SOFR10Y\n2026-07-02,3.801,4.065\n2026-07-01,3.812,4.067\n",
    }
    expected = {
        "SWAP.2Y": {"2026-07-02": 3.8012345678, "2026-07-01": 3.812},
        "SWAP.10Y": {"2026-07-02": 4.0647448168, "2026-07-01": 4.067},
    }
    no_rows = {LATEST: HEADER, HISTORY: b"Evaluation Date,SOFR2Y,SOFR10Y\n"}
    header = (b"Symbol", b"Ticker")
    figure = b"4.067"


def by_code(request):
    return {series.code: series for series in request.series}


def collect_history(request):
    body = fetch(request, HISTORY.lstrip("/"))
    return parse_history(body, by_code(request)) if body else []


def collect_past_day(request):
    body = fetch_day(request, dt.date(2026, 7, 1))
    return parse_day(body, by_code(request)) if body else []


class TestHistory(HttpSource):
    source = replace(SOURCE, collect=collect_history)
    bodies = {HISTORY: TestEris.bodies[HISTORY]}
    expected = {
        "SWAP.2Y": {"2026-07-02": 3.801, "2026-07-01": 3.812},
        "SWAP.10Y": {"2026-07-02": 4.065, "2026-07-01": 4.067},
    }
    no_rows = {HISTORY: TestEris.no_rows[HISTORY]}
    header = (b"Evaluation Date", b"Date")
    figure = b"4.067"


class TestArchive(HttpSource):
    source = replace(SOURCE, collect=collect_past_day)
    bodies = {
        "/archives/2026/07-July/Eris_20260701_EOD_ParCouponCurve_SOFR.csv": HEADER
        + b"SOFR2Y,07/01/2026,3.8123456789\nSOFR10Y,07/01/2026,4.0671234567\n"
    }
    expected = {"SWAP.2Y": {"2026-07-01": 3.8123456789}, "SWAP.10Y": {"2026-07-01": 4.0671234567}}
    no_rows = dict.fromkeys(bodies, HEADER)
    header = (b"FairCoupon (%)", b"Coupon (%)")
    figure = b"4.0671234567"

    def test_refuses_404(self, server):
        """A day without a file is a holiday."""
        serve_bodies(server, {})
        assert self.collect(server) == {}


@needs_shared
class TestErisAsServed(HttpSource):
    source = SOURCE
    bodies = {LATEST: DAILY, HISTORY: HISTORICAL}
    expected = {
        "SWAP.3M": {"2026-07-02": 3.7193567517, "2026-07-01": 3.739},
        "SWAP.10Y": {"2026-07-02": 4.0647448168, "2026-07-01": 4.067},
        "SWAP.1D": {"2026-07-02": 3.6357215934},
    }
    no_rows = {place: body.partition(b"\n")[0] + b"\n" for place, body in bodies.items()}
    header = (b"Symbol", b"Ticker")
    figure = b"3.739"


@needs_shared
class TestHistoryAsServed(HttpSource):
    source = replace(SOURCE, collect=collect_history)
    bodies = {HISTORY: HISTORICAL}
    expected = {
        "SWAP.1W": {"2026-07-02": 3.638, "2026-07-01": 3.634},
        "SWAP.3M": {"2026-07-02": 3.719, "2026-07-01": 3.739},
        "SWAP.10Y": {"2026-07-02": 4.065, "2026-07-01": 4.067},
    }
    no_rows = {HISTORY: HISTORICAL.partition(b"\n")[0] + b"\n"}
    header = (b"Evaluation Date", b"Date")
    figure = b"3.634"


@needs_shared
def test_a_past_day_matches_the_archive_as_served(server):
    bodies = {
        LATEST: dated(dt.date(2026, 7, 3), 4.03),
        "/archives/2026/07-July/Eris_20260702_EOD_ParCouponCurve_SOFR.csv": DAILY,
    }
    assert collected(server, SOURCE, bodies, ["SWAP.1D", "SWAP.10Y"], since=dt.date(2026, 7, 2)) == {
        "SWAP.1D": {"2026-07-02": 3.6357215934},
        "SWAP.10Y": {"2026-07-02": 4.0647448168, "2026-07-03": 4.03},
    }


@needs_shared
def test_history_of_six_years_matches_the_swap_file(server):
    """Counts and sums by awk over the file, laid out as Eris does: its last day by itself, all days in the history."""
    with (SHARED / "data/swaps/USD-SOFR-1D_par_rates.csv").open() as lines:
        header, *rows = csv.reader(lines)
    codes = ["SOFR" + name.lstrip("0") for name in header[1:]]
    rows = [[row[0][:10], *row[1:]] for row in rows]
    day = dt.date.fromisoformat(rows[-1][0])
    latest = [f"{code},{day:%m/%d/%Y},{rate}" for code, rate in zip(codes, rows[-1][1:], strict=True)]
    history = [",".join(["Evaluation Date", *codes]), *map(",".join, rows)]
    bodies = {LATEST: HEADER + "\n".join(latest).encode(), HISTORY: "\n".join(history).encode()}
    found = collected(server, SOURCE, bodies, SOURCE.feeds)
    assert len(found) == 33
    assert {series: len(rates) for series, rates in found.items() if len(rates) != 1595} == {"SWAP.1D": 1593}
    assert sum(found["SWAP.10Y"].values()) == pytest.approx(3839.215009, abs=1e-6)
    assert sum(found["SWAP.2Y"].values()) == pytest.approx(3871.001435, abs=1e-6)
    assert found["SWAP.10Y"]["2025-04-04"] == pytest.approx(3.51179, abs=5e-6)
    assert found["SWAP.2Y"]["2025-04-04"] == pytest.approx(3.45631, abs=5e-6)


def dated(day, rate):
    return HEADER + f"SOFR10Y,{day:%m/%d/%Y},{rate}\n".encode()


def asked(server):
    return [request.path for request, _ in server.log]


def test_days_since_satisfy_archive_then_root_then_holiday(server):
    wednesday, monday = dt.date(2026, 7, 1), dt.date(2026, 7, 6)
    bodies = {
        LATEST: dated(monday, 4.03),
        "/archives/2026/07-July/Eris_20260701_EOD_ParCouponCurve_SOFR.csv": dated(wednesday, 4.01),
        "/Eris_20260702_EOD_ParCouponCurve_SOFR.csv": dated(dt.date(2026, 7, 2), 4.02),
    }
    serve_bodies(server, bodies)
    assert figures(SOURCE.collect(request_for(server, ["SWAP.10Y"], since=wednesday))) == {
        "SWAP.10Y": {"2026-07-01": 4.01, "2026-07-02": 4.02, "2026-07-06": 4.03}
    }
    assert asked(server) == [
        LATEST,
        "/archives/2026/07-July/Eris_20260701_EOD_ParCouponCurve_SOFR.csv",
        "/archives/2026/07-July/Eris_20260702_EOD_ParCouponCurve_SOFR.csv",
        "/Eris_20260702_EOD_ParCouponCurve_SOFR.csv",
        "/archives/2026/07-July/Eris_20260703_EOD_ParCouponCurve_SOFR.csv",
        "/Eris_20260703_EOD_ParCouponCurve_SOFR.csv",
    ]


def test_recent_days_satisfy_the_root_before_the_archive(server):
    monday, tuesday = dt.date(2026, 11, 16), dt.date(2026, 11, 17)
    bodies = {LATEST: dated(tuesday, 4.03), "/Eris_20261116_EOD_ParCouponCurve_SOFR.csv": dated(monday, 4.01)}
    serve_bodies(server, bodies)
    assert figures(SOURCE.collect(request_for(server, ["SWAP.10Y"], since=monday))) == {
        "SWAP.10Y": {"2026-11-16": 4.01, "2026-11-17": 4.03}
    }
    assert asked(server) == [LATEST, "/Eris_20261116_EOD_ParCouponCurve_SOFR.csv"]


def test_a_day_that_fails_refuses_the_whole(server):
    wednesday, friday = dt.date(2026, 7, 1), dt.date(2026, 7, 3)
    bodies = {LATEST: dated(friday, 4.03), "/archives/2026/07-July/Eris_20260701_EOD_ParCouponCurve_SOFR.csv": b"?"}
    serve_bodies(server, bodies)
    with pytest.raises(HavenError, match="eris: its header must begin with Symbol"):
        SOURCE.collect(request_for(server, ["SWAP.10Y"], since=wednesday))


def test_many_days_satisfy_one_call_for_the_history(server):
    newest = dt.date(2026, 7, 6)
    serve_bodies(
        server,
        {LATEST: dated(newest, 4.03), HISTORY: b"Evaluation Date,SOFR10Y\n2026-07-06,4.030\n2026-01-05,4.2\n"},
    )
    since = newest - dt.timedelta(days=SINGLE_DAYS * 2)
    assert figures(SOURCE.collect(request_for(server, ["SWAP.10Y"], since=since))) == {
        "SWAP.10Y": {"2026-07-06": 4.03, "2026-01-05": 4.2}
    }
    assert asked(server) == [LATEST, HISTORY]


def test_the_latest_day_alone_satisfies_one_call(server):
    friday = dt.date(2026, 7, 3)
    serve_bodies(server, {LATEST: dated(friday, 4.03)})
    assert figures(SOURCE.collect(request_for(server, ["SWAP.10Y"], since=friday))) == {
        "SWAP.10Y": {"2026-07-03": 4.03}
    }
    assert asked(server) == [LATEST]
