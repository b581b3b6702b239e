"""What moved, the regimes of real periods, readings and the watch list."""

import shutil

import numpy as np
import pytest

from haven.functions import CellError, call
from haven.market.load import load_files
from haven.market.snapshot import refresh
from tests.conftest import NOW

PERIODS = [
    ("2020-02-20", "2020-03-09", "safe haven"),
    ("2020-03-09", "2020-03-18", "lost haven"),
    ("2022-01-03", "2022-06-14", "policy repricing"),
    ("2023-10-02", "2023-10-19", "term-premium sell-off"),
    ("2025-04-02", "2025-04-11", "lost haven"),
    ("2024-05-06", "2024-05-17", "mixed"),
]


def load_rows(tmp_path, rows):
    """Give the store a desk's own figures: quoted values by series and date."""
    path = tmp_path / "desk.csv"
    path.write_text("series,date,value\n" + "".join(f"{name},{day},{value}\n" for (name, day), value in rows.items()))
    load_files([path], NOW)
    refresh()


def lookback(start, end):
    """Business days between two dates, as the swap-spread history counts them."""
    return float(len(call("HV_HISTORY", ["SPREAD.10Y", start, end])) - 2)


def test_lookback_of_the_worked_case_matches_seven_days(real_market):
    assert lookback("2025-04-02", "2025-04-11") == 7.0


@pytest.mark.parametrize("model", ["ACM", "KW"])
@pytest.mark.parametrize(("start", "end", "regime"), PERIODS)
def test_regime_matches_the_period(real_market, start, end, regime, model):
    assert call("HV_REGIME", [end, lookback(start, end), model]) == regime


def test_regime_why_satisfies_naming_dates_figures_and_disagreement(real_market):
    header, *rows = call("HV_REGIMEWHY", ["2025-04-11", 7])
    says = {row[0]: row[1:] for row in rows}
    assert header == ["figure", "value", "says"]
    assert says["regime"] == ["lost haven", "2025-04-02 to 2025-04-11, ACM"]
    assert says["10Y yield, bp"][0] == pytest.approx(28.0, abs=1e-9)
    assert says["swap spread, bp"][0] == pytest.approx(-10.6, abs=0.05)
    assert says["1Y swap, bp"][0] == pytest.approx(-6.0, abs=0.5)
    assert says["dollar, %"][0] == "no source"
    _, *week = call("HV_REGIMEWHY", ["2025-04-08", 2])
    assert any("opposite directions" in row[2] for row in week)


@pytest.mark.parametrize(
    ("start", "end", "equities", "volatility", "regime"),
    [
        # S&P 500 and VIX at the close of those days
        ("2025-04-02", "2025-04-11", (5670.97, 5363.36), (21.51, 37.56), "lost haven"),
        ("2020-02-20", "2020-03-09", (3373.23, 2746.56), (15.56, 54.46), "safe haven"),
        ("2025-04-02", "2025-04-11", (5363.36, 5670.97), (21.51, 37.56), "mixed"),
    ],
)
def test_other_markets_satisfy_having_a_say(
    real_market, tmp_path, monkeypatch, start, end, equities, volatility, regime
):
    """Where the store has them: with equities up, April 2025 would have been no lost haven."""
    own = tmp_path / "own.sqlite"
    shutil.copy(real_market.removeprefix("sqlite:///"), own)
    monkeypatch.setenv("HAVEN_STORE", f"sqlite:///{own}")
    days = (start, end)
    load_rows(tmp_path, {(name, day): value for name, pair in (("SPX", equities), ("VIX", volatility))
                         for day, value in zip(days, pair, strict=True)})  # fmt: skip
    assert call("HV_REGIME", [end, lookback(start, end)]) == regime
    shown = {row[0]: row[1] for row in call("HV_REGIMEWHY", [end, lookback(start, end)])}
    assert shown["equities, %"] == pytest.approx(100 * (equities[1] / equities[0] - 1))
    assert shown["volatility, points"] == pytest.approx(volatility[1] - volatility[0])


def test_own_rules_satisfy_being_read(real_market, haven_home):
    haven_home.mkdir(exist_ok=True)
    (haven_home / "regimes.csv").write_text("regime,figure,low,high,why\nany move,yield size,1,,it moved\n")
    assert call("HV_REGIME", ["2025-04-11", 7]) == "any move"
    (haven_home / "regimes.csv").write_text("regime,figure,low,high,why\nweak dollar,dollar,,0,it fell\n")
    assert call("HV_REGIME", ["2025-04-11", 7]) == "mixed"
    (haven_home / "regimes.csv").write_text("regime,figure,low,high,why\nodd,moon phase,1,,\n")
    assert "figure must be one of yield" in call("HV_REGIME", ["2025-04-11", 7]).why


def test_decomposition_of_every_day_satisfies_adding_up(real_market):
    spread = call("HV_HISTORY", ["SPREAD.10Y", "2019-01-02", "2025-05-16"])[1:]
    zero = {row[0] for row in call("HV_HISTORY", ["GSW.BETA0", "2019-01-02", "2025-05-16"])[1:]}
    days = [[row[0]] for row in spread if row[0] in zero]
    header, *rows = call("HV_DECOMPOSE", ["10Y", days])
    assert header[:5] == ["date", "Treasury yield", "Expected short rate", "Swap term premium", "Minus swap spread"]
    figures = np.array([row[1:] for row in rows])
    assert len(rows) == len(days) > 1500
    assert np.abs(figures[:, 0] - figures[:, 1:4].sum(axis=1)).max() == pytest.approx(0.0, abs=1e-9)
    assert np.abs(figures[:, 2] - figures[:, 4] + figures[:, 3] - figures[:, 5]).max() == pytest.approx(0.0, abs=1e-9)
    one = dict(call("HV_DECOMPOSE", ["10Y", "2025-04-11"])[1:])
    assert list(one.values()) == pytest.approx(rows[[day[0].isoformat() for day in days].index("2025-04-11")][1:])


def test_inflation_split_satisfies_adding_up():
    split = dict(call("HV_DECOMPOSE", ["10Y", "2025-04-11", "ACM", {"inflation": 1}])[1:])
    real = call("HV_QUOTE", ["TIPS.10Y", "2025-04-11"])
    assert split["Memo: real yield"] == pytest.approx(1e4 * real)
    assert split["Memo: real yield"] + split["Memo: inflation compensation"] == pytest.approx(split["Treasury yield"])


@pytest.mark.parametrize("years", [1, 2])
def test_policy_split_matches_the_swap_of_its_years(years):
    """The path priced by swaps averages to their rate: the one-year one, compounded daily, the two-year one yearly."""
    split = dict(call("HV_DECOMPOSE", ["10Y", "2025-04-11", "ACM", {"policy": years}])[1:])
    priced = split[f"Memo: expected, priced over {years}Y"]
    swap = call("HV_SWAPRATE", [f"{years}Y", "2025-04-11"])
    assert priced == pytest.approx(1e4 * years / 10 * np.log1p(swap * 365 / 360), abs=0.3 * years)
    assert priced + split["Memo: expected beyond"] == pytest.approx(split["Expected short rate"], abs=1e-9)


def test_policy_split_satisfies_the_futures_where_there_are_any(tmp_path):
    months = [f"FF.{year}M{month:02}" for year in (2025, 2026) for month in range(1, 13)][4:18]
    load_rows(tmp_path, {(name, "2025-04-11"): 96.0 for name in months})
    split = dict(call("HV_DECOMPOSE", ["10Y", "2025-04-11", "ACM", {"policy": 1}])[1:])
    assert split["Memo: expected, priced over 1Y"] == pytest.approx(1e3 * 0.04 * 365 / 360, abs=0.3)


def test_bad_date_satisfies_spoiling_only_its_row():
    _, good, bad, last = call("HV_DECOMPOSE", ["10Y", [["2025-04-11"], ["2025-04-12"], ["2025-04-14"]]])
    assert [isinstance(row[1], CellError) for row in (good, bad, last)] == [False, True, False]
    assert "Saturday" in bad[1].why


def test_reading_satisfies_its_figures(real_market):
    text = call("HV_READING", ["10Y", "2025-04-11"])
    assert text.count(". ") == 1
    for said in ("2025-04-04 to 2025-04-11", "rose 47 bp to 4.48 %", "more negative swap spread",
                 "54 bp below the Treasury", "more negative than a dealer's break-even of -51"):  # fmt: skip
        assert said in text
    assert "illustrative" not in text


@pytest.mark.parametrize(
    ("tenor", "date", "said"),
    [
        (
            "2Y",
            "2023-04-25",
            ("higher swap spread -3", "2Y swap is 6 bp above the Treasury, 52 bp above a dealer's break-even of -47"),
        ),
        ("10Y", "2025-04-11", ("more negative swap spread +4", "3 bp more negative than a dealer's break-even")),
        ("10Y", "2024-01-25", ("yield was unchanged at 4.14 %",)),
    ],
)
def test_reading_satisfies_the_sign_of_its_spread(real_market, tenor, date, said):
    """Spreads: 2Y 3.0 to 5.8 bp over the week to 25 April 2023, 10Y -49.8 to -53.7 in that to 11 April 2025."""
    text = call("HV_READING", [tenor, date])
    assert all(part in text for part in said), text


def test_reading_after_a_holiday_satisfies_a_week_of_seven_days():
    """Monday 21 April 2025 follows Good Friday: its week begins on the 14th, five business days before on the 11th."""
    assert call("HV_READING", ["10Y", "2025-04-21"]).startswith("From 2025-04-14 to 2025-04-21 ")


@pytest.mark.parametrize("name", ["HV_REGIME", "HV_READING"])
def test_bad_element_satisfies_spoiling_only_itself(name):
    of = {"HV_REGIME": lambda days: [days, 7], "HV_READING": lambda days: ["10Y", days]}[name]
    good, saturday, again = (row[0] for row in call(name, of([["2025-04-11"], ["2025-04-12"], ["2025-04-11"]])))
    assert good == again == call(name, of("2025-04-11"))
    assert (saturday.code, saturday.why) == ("#N/A", call(name, of("2025-04-12")).why)


def test_reading_on_the_sample_satisfies_its_label():
    assert "(illustrative swap rates)" in call("HV_READING", ["10Y", "2025-04-11"])


def test_reading_satisfies_its_label_for_the_tenors_without_quotes(tmp_path):
    load_rows(tmp_path, {("SWAP.10Y", f"2025-04-{day:02}"): 3.8 for day in (1, 2, 3, 4, 7, 8, 9, 10, 11)})
    labelled = {t: "illustrative" in call("HV_READING", [t, "2025-04-11"]) for t in ("3Y", "7Y", "8Y", "10Y")}
    assert labelled == {"3Y": True, "7Y": True, "8Y": True, "10Y": False}


def test_watch_list_satisfies_its_sources(real_market):
    header, *rows = call("HV_WATCHLIST", ["2025-04-11"])
    found = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    ten = found["Swap spread 10Y"]
    assert ten["level"] == pytest.approx(-53.7, abs=0.05)
    assert ten["change 1w"] == pytest.approx(ten["level"] - call("HV_SWAPSPREAD", ["10Y", "2025-04-04"]))
    assert (ten["flag"], ten["age"]) == ("extreme", 0)
    gap = found["Gap 10Y to break-even"]["level"]
    assert gap == pytest.approx(ten["level"] - call("HV_BREAKEVEN", ["10Y", "2025-04-11"]))
    slope = call("HV_SWAPSPREAD", ["30Y", "2025-04-11"]) - ten["level"]
    assert found["Spread curve 10s30s"]["level"] == pytest.approx(slope)
    assert found["Volatility"]["level"] == "no source"
    assert "no figures of VIX" in found["Volatility"]["why it matters"]


@pytest.mark.parametrize("quoted", [["SWAP.2Y"], ["SWAP.10Y"], ["SWAP.2Y", "SWAP.10Y"]])
def test_difference_of_a_quote_and_a_demonstration_figure_satisfies_being_illustrative(tmp_path, quoted):
    load_rows(tmp_path, {(name, "2025-04-11"): 3.7 for name in quoted})
    header, *rows = call("HV_WATCHLIST", ["2025-04-11"])
    (slope,) = (row for row in rows if row[0] == "SOFR curve 2s10s")
    assert slope[header.index("source")] == ("file" if len(quoted) == 2 else "illustrative")


def test_basis_and_its_slope_satisfy_the_quotes_behind_them(tmp_path):
    rows = {"SWAP.2Y": 3.60, "SWAP.10Y": 3.70, "FFOIS.2Y": 3.57, "FFOIS.10Y": 3.62}
    load_rows(tmp_path, {(name, "2025-04-11"): value for name, value in rows.items()})
    header, *answer = call("HV_WATCHLIST", ["2025-04-11"])
    found = {row[0]: dict(zip(header, row, strict=True)) for row in answer}
    assert found["SOFR - fed funds basis 2Y"]["level"] == pytest.approx(3.0, abs=1e-9)
    assert found["SOFR - fed funds basis 10Y"]["level"] == pytest.approx(8.0, abs=1e-9)
    assert found["SOFR - fed funds slope 2s10s"]["level"] == pytest.approx(5.0, abs=1e-9)
    assert call("HV_QUOTE", ["sofrff.10y - SOFRFF.2Y", "2025-04-11"]) == pytest.approx(5.0, abs=1e-9)


def test_watch_list_satisfies_saying_what_has_no_figures():
    _, *rows = call("HV_WATCHLIST", ["2025-04-11"])
    why = {row[0]: row[-1] for row in rows}
    assert "no figures of FFOIS.10Y and FFOIS.2Y" in why["SOFR - fed funds slope 2s10s"]
    assert "no figures of MBS.CURRENTCOUPON" in why["Current-coupon spread"]


def test_watch_list_satisfies_the_rhythm_of_weekly_figures(tmp_path):
    """Dealers' positions of a Wednesday come out on Thursday of the week after, and are all there is for a week."""
    load_rows(tmp_path, {("DEALER.UST", "2025-03-26"): 350_000, ("DEALER.UST", "2025-04-02"): 360_000})
    for day, age, flagged in (
        ("2025-04-11", 7, False),
        ("2025-04-16", 10, False),
        ("2025-04-17", 11, True),
        ("2025-04-21", 12, True),
    ):
        (row,) = (row for row in call("HV_WATCHLIST", [day]) if row[0] == "Dealer Treasury positions")
        assert (row[8], row[6] == "stale") == (age, flagged)


def test_watch_list_satisfies_calling_old_figures_stale():
    header, *rows = call("HV_WATCHLIST", ["2026-07-22"])
    stale = {row[0]: dict(zip(header, row, strict=True)) for row in rows}["Mortgage spread"]
    carried = np.datetime64("2025-12-31") + 10  # the weekly mortgage rate answers for ten days
    holidays = 5  # King, Washington, Memorial Day, Juneteenth, and 3 July for the 4th, a Saturday
    assert (stale["flag"], stale["age"]) == ("stale", np.busday_count(carried - 1, "2026-07-22") - holidays)


@pytest.mark.parametrize(
    ("name", "args", "code", "why"),
    [
        ("HV_WATCHLIST", ["1900-01-02"], "#N/A", "SPREAD.10Y begins on 2018-04-03"),
        ("HV_REGIME", ["2025-04-12"], "#N/A", "Saturday 2025-04-12"),
        ("HV_REGIME", ["2025-04-11", 0], "#NUM!", "business days from 1 to 1300"),
        ("HV_REGIME", ["2018-04-05", 30], "#N/A", "there must be 30 business days before"),
        ("HV_REGIME", ["2025-04-11", 5, "SURVEY"], "#VALUE!", "model must be one of ACM, KW"),
        ("HV_READING", ["30Y", "2025-04-11"], "#NUM!", "up to 10Y|from 1M to 10Y"),
        (
            "HV_READING",
            ["10Y", "2018-04-05"],
            "#N/A",
            "there must be a swap spread a week before 2018-04-05, got none",
        ),
        ("HV_YIELDMOVE", ["10Y", "2025-04-02"], "#VALUE!", "end is missing"),
    ],
)
def test_function_refuses(name, args, code, why):
    answer = call(name, args)
    assert isinstance(answer, CellError)
    assert answer.code == code, answer.why
    assert any(part in answer.why for part in why.split("|")), answer.why


def test_lookback_satisfies_reaching_the_first_spread_and_no_further():
    date = call("HV_HISTORY", ["SPREAD.10Y"])[4][0]
    assert isinstance(call("HV_REGIME", [date, 3]), str)
    assert "must be 4 business days before 2018-04-06, the swap spread has 3" in call("HV_REGIME", [date, 4]).why
