"""Eris' SOFR par coupon curves, daily and historical."""

import csv
import io

import pytest

from haven.errors import HavenError
from haven.market.series import family, find_series
from haven.market.sources.eris import SOURCE, parse_day, parse_history
from tests.shared import SHARED, needs_shared

WIRE = SHARED / "data/wire"
HEADER = b"Symbol,EvaluationDate,FairCoupon (%)\n"


def wanted(*ids):
    return {find_series(name).code: find_series(name) for name in ids}


def figures(found):
    return {one.series: dict(zip(one.dates.astype(str), one.values.tolist(), strict=True)) for one in found}


@needs_shared
def test_daily_curve_matches_the_excerpt():
    body = (WIRE / "Eris_20260702_EOD_ParCouponCurve_SOFR_excerpt.csv").read_bytes()
    assert figures(parse_day(body, wanted("SWAP.1D", "SWAP.3M", "SWAP.10Y", "SWAP.30Y"))) == {
        "SWAP.1D": {"2026-07-02": 3.6357215934},
        "SWAP.3M": {"2026-07-02": 3.7193567517},
        "SWAP.10Y": {"2026-07-02": 4.0647448168},
    }


@needs_shared
def test_history_matches_the_excerpt():
    body = (WIRE / "Eris_Historical_ParCouponCurve_SOFR_excerpt.csv").read_bytes()
    assert figures(parse_history(body, wanted("SWAP.1D", "SWAP.1W", "SWAP.10Y"))) == {
        "SWAP.1W": {"2026-07-02": 3.638, "2026-07-01": 3.634},
        "SWAP.10Y": {"2026-07-02": 4.065, "2026-07-01": 4.067},
    }


@needs_shared
def test_history_of_six_years_matches_the_swap_file():
    with (SHARED / "data/swaps/USD-SOFR-1D_par_rates.csv").open() as lines:
        header, *rows = csv.reader(lines)
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["Evaluation Date", *("SOFR" + name.lstrip("0") for name in header[1:])])
    writer.writerows([row[0][:10], *row[1:]] for row in rows)
    swaps = {series.code: series for series in family("SWAP")}
    found = figures(parse_history(stream.getvalue().encode(), swaps))
    assert len(found) == len(header) - 1 == 33
    tens = [float(row[header.index("10Y")]) for row in rows if row[header.index("10Y")]]
    assert len(found["SWAP.10Y"]) == len(tens)
    assert sum(found["SWAP.10Y"].values()) == pytest.approx(sum(tens), rel=1e-12)
    assert found["SWAP.10Y"]["2025-04-04"] == pytest.approx(3.51, abs=0.005)


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
        (HEADER, "must have rows, all of one day"),
        (HEADER + b"SOFR10Y,07/02/2026,4\nSOFR2Y,07/01/2026,4\n", "must have rows, all of one day"),
        (HEADER + b"SOFR10Y,07/02/2026,4\nSOFR2Y,07/0", "row SOFR2Y must have 3 cells like its header, got 2"),
        (HEADER + b"USD10Y,07/02/2026,4\n", "must have symbols such as SOFR10Y, got USD10Y"),
        (HEADER + b"SOFR10Y,2026-07-02,4\n", "a date must look like %m/%d/%Y"),
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
        (b"Evaluation Date,SOFR10Y\n2026-07-02,4\n2026-07", "row 2026-07 must have 2 cells"),
        (b"Evaluation Date,SOFR10Y\n07/02/2026,4\n", "a date must look like"),
    ],
)
def test_changed_history_refuses(body, why):
    with pytest.raises(HavenError, match=why):
        parse_history(body, wanted("SWAP.10Y"))


def test_source_satisfies_every_swap_of_the_catalogue():
    assert {series.id for series in family("SWAP")} == SOURCE.feeds
