"""Slips of unit that are plausible rates: what stands beside them tells."""

import datetime as dt

import numpy as np
import pytest

from haven.market import sample
from haven.market.checks import check
from haven.market.history import History, empty
from haven.market.load import RefusedRowsError, load_files
from haven.market.series import RATE_UNITS, find_series
from haven.market.slips import has_slips, reference
from haven.market.snapshot import refresh
from haven.market.sources.source import Quotes
from tests.market.histories import histories
from tests.shared import needs_shared

TODAY = dt.date(2026, 11, 20)


def quotes(series, dates, values, unit="percent"):
    return Quotes(series, np.array(dates, "M8[D]"), np.array(values, float), unit)


def held(series, dates, values, suspects=()):
    values = np.array(values, float)
    marked = np.array(suspects, "M8[D]")
    return History(series, np.array(dates, "M8[D]"), values, np.full(values.size, "eris"), 0, marked)


def days(count, last="2026-11-19"):
    return np.busday_offset(last, np.arange(1 - count, 1), roll="backward").astype(str).tolist()


def whys(asked, known=None):
    return [problem.why for problem in check(asked, known or empty(asked.series), TODAY).problems]


@pytest.mark.parametrize(
    ("series", "level", "value", "unit", "words"),
    [
        ("SOFR", 0.0435, 0.0433, "percent", "0.0433 percent beside 4.35 of 2026-11-19; is it in decimal rather than"),
        ("SOFR", 0.0435, 4.33, "bp", "0.0433 percent beside 4.35 of 2026-11-19; is it in percent rather than bp, 4.33"),
        ("SWAP.2Y", 0.0385, 0.000387, "decimal", ""),
        (
            "UST.3M",
            0.0004,
            4.0,
            "percent",
            "4 percent beside 0.04 of 2026-11-19; is it in bp rather than percent",
        ),
        ("TIPS.10Y", -0.0110, -0.0108, "percent", "is it in decimal rather than percent, -1.08 percent?"),
        ("KW.TP.10Y", 0.0085, 0.0084, "percent", "is it in decimal rather than percent, 0.84 percent?"),
        ("XCCY.EURUSD.3M", -20.0, -0.201, "bp", "-0.201 bp beside -20 of 2026-11-19; is it in percent rather than bp"),
    ],
)
def test_figure_a_unit_away_from_the_last_one_refuses(series, level, value, unit, words):
    """Nothing is quoted in hundredths of decimals, so that such a figure is no slip of unit."""
    known = held(series, days(79), np.full(79, level) * (1 + 0.001 * (np.arange(79) % 2)[::-1]))
    found = whys(quotes(series, ["2026-11-20"], [value], unit), known)
    assert (words in found[0] and found[0].startswith(f"{series} of 2026-11-20 can't be")) if words else not found


def test_figures_of_a_load_among_others_a_unit_away_refuse():
    asked = quotes("FFOIS.2Y", days(9), [3.8, 3.81, 3.8, 0.0382, 0.038, 3.79, 3.8, 0.0381, 3.8])
    found = whys(asked)
    assert [why[12:22] for why in found] == [days(9)[3], days(9)[4], days(9)[7]]


def test_corrected_slip_satisfies_belief():
    """What a load replaces, and what is suspect, says nothing of the unit."""
    known = held("SOFR", [*days(40), "2026-11-20"], [*np.full(40, 0.0435), 0.000433], ["2026-11-20"])
    asked = quotes("SOFR", ["2026-11-20"], [4.33])
    assert not check(asked, known, TODAY, reference(find_series("SOFR"), known)).problems
    assert not whys(quotes("SOFR", ["2026-11-20"], [4.33]), held("SOFR", ["2026-11-20"], [0.000433]))


def test_first_load_all_in_another_unit_refuses_by_a_rate_like_it():
    """Federal funds swaps are in no sample; the Treasury's yields of these days were near 4 %."""
    found = whys(quotes("FFOIS.2Y", ["2025-04-07", "2025-04-08", "2025-04-09"], [0.0367, 0.0371, 0.0385]))
    assert len(found) == 3 and "is it in decimal rather than percent, 3.67 percent?" in found[0]


def test_fall_to_nothing_of_march_2020_satisfies_belief():
    """The secured rate as published, and the worst of it at once: from 1.58 to 0.10 percent overnight."""
    dates = ["2020-03-12", "2020-03-13", "2020-03-16", "2020-03-17", "2020-03-18", "2020-03-20", "2020-03-23"]
    assert not whys(quotes("TGCR", dates, [1.17, 1.04, 0.25, 0.43, 0.04, 0.03, 0.01]))
    assert not whys(quotes("TGCR", ["2020-03-16"], [0.10]), held("TGCR", ["2020-03-13"], [0.0158]))


def test_import_in_another_unit_refuses_and_stores_nothing(tmp_path):
    path = tmp_path / "desk.csv"
    path.write_text("series,date,value\nSWAP.2Y,2025-04-08,0.0385\n", encoding="utf-8")
    before = refresh().version
    with pytest.raises(RefusedRowsError) as caught:
        load_files([path], dt.datetime(2025, 4, 11, 21))
    assert caught.value.lines[0].startswith("desk.csv row 2: SWAP.2Y of 2025-04-08 can't be 0.0385 percent beside 3.")
    assert refresh().version == before


def test_import_takes_the_date_of_new_york_for_today(tmp_path):
    path = tmp_path / "desk.csv"
    path.write_text("series,date,value\nSPX,2025-04-11,5300\n", encoding="utf-8")
    with pytest.raises(RefusedRowsError) as caught:
        load_files([path], dt.datetime(2025, 4, 11, 3))
    assert "to today, 2025-04-10, got 2025-04-11" in caught.value.lines[0]
    assert load_files([path], dt.datetime(2025, 4, 11, 5)).figures == 1


def published():
    """Every rate ever published that is at hand, by series."""
    return {name: dated for name, dated in histories().items() if has_slips(find_series(name))}


@needs_shared
@pytest.mark.parametrize("with_sample", [True, False])
def test_all_published_histories_satisfy_belief(with_sample):
    """Rates at nothing for years, negative real yields, premia that cross zero: not one figure is refused."""
    found = published()
    assert len(found) > 100 and sum(map(len, found.values())) > 400_000
    for name, dated in found.items():
        series = find_series(name)
        known = reference(series, None) if with_sample else empty(name)
        asked = quotes(name, list(dated), list(dated.values()), series.unit)
        assert check(asked, empty(name), TODAY, known).problems == (), name


@needs_shared
def test_published_histories_day_after_day_satisfy_belief():
    """As refreshes bring them: each figure of 2020 to 2023 alone, beside all before it."""
    for name in ("SOFR", "UST.1M", "UST.3M", "TIPS.5Y", "KW.TP.2Y", "SWAP.2Y"):
        dated = sorted(published()[name].items())
        dates, values = np.array([day for day, _ in dated], "M8[D]"), np.array([value for _, value in dated])
        for row in np.flatnonzero((dates >= np.datetime64("2020-01-01")) & (dates < np.datetime64("2020-07-01"))):
            known = held(name, dates[max(row - 300, 0) : row], values[max(row - 300, 0) : row] / 100)
            assert not whys(quotes(name, dates[row : row + 1], values[row : row + 1]), known), (name, dates[row])


@needs_shared
def test_last_published_figures_in_decimals_refuse():
    """Of rates above half a percent; below, a hundredth of them is a move that a day may bring."""
    refused, asked = 0, 0
    for name, dated in published().items():
        (*before, (day, value)) = sorted(dated.items())[-300:]
        if find_series(name).unit == "percent" and abs(value) > 0.5:
            known = held(name, [day for day, _ in before], [value / RATE_UNITS["percent"] for _, value in before])
            asked += 1
            refused += len(whys(quotes(name, [day], [value / 100]), known))
    assert asked > 80 and refused >= asked - 3, (refused, asked)


@needs_shared
def test_whole_published_histories_in_decimals_refuse():
    for name in ("SWAP.2Y", "SWAP.10Y", "SOFR", "EFFR", "UST.3M", "UST.2Y", "TIPS.10Y", "KW.FIT.2Y", "ACM.FIT.5Y"):
        dated = published()[name]
        asked = quotes(name, list(dated), np.array(list(dated.values())) / 100)
        assert check(asked, empty(name), TODAY, reference(find_series(name), None)).problems, name


def test_reference_satisfies_the_store_over_the_sample():
    """The illustrative path is no quote, but tells the unit of one."""
    series = find_series("SWAP.2Y")
    path = sample.history("SWAP.2Y")
    known = reference(series, held("SWAP.2Y", ["2026-11-19"], [0.0385]))
    assert known.dates.size == path.dates.size + 1 and known.values[-1] == 0.0385
