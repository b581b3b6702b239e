"""Questions about dates, answered from a history."""

from dataclasses import replace

import numpy as np
import pytest

from haven.errors import HavenError, Reason
from haven.market.curve import QuotedCurve
from haven.market.history import History, Merger, latest, merge


def history(name, days, values, age=0, source="file"):
    return History(name, np.array(days, "M8[D]"), np.array(values, float), np.full(len(days), source), age)


DAILY = history("A", ["2025-04-10", "2025-04-11", "2025-04-14"], [1, 2, 3])
WEEKLY = history("W", ["2025-04-03", "2025-04-10"], [6, 7], age=10)


def days(*texts):
    return np.array(texts, "M8[D]")


def test_daily_series_satisfies_exact_dates():
    assert DAILY.at(days("2025-04-14", "2025-04-10")).tolist() == [3, 1]


@pytest.mark.parametrize(
    ("date", "why"),
    [
        ("2025-04-12", "Saturday 2025-04-12; the last before it is of 2025-04-11"),
        ("2025-04-09", "begins on 2025-04-10"),
        ("2025-04-15", "Tuesday 2025-04-15; the last before it is of 2025-04-14"),
    ],
)
def test_daily_series_refuses_other_dates(date, why):
    with pytest.raises(HavenError, match=why) as failure:
        DAILY.at(days("2025-04-11", date))
    assert failure.value.reason == Reason.NO_DATA
    assert list(failure.value.elements) == [1]


def test_weekly_series_satisfies_carrying_forward_to_its_age():
    assert WEEKLY.at(days("2025-04-09", "2025-04-10", "2025-04-20")).tolist() == [6, 7, 7]
    with pytest.raises(HavenError):
        WEEKLY.at(days("2025-04-21"))


def test_empty_series_refuses_every_date():
    with pytest.raises(HavenError, match="has no figures; load them"):
        history("E", [], []).at(days("2025-04-11"))


def test_latest_satisfies_every_input():
    other = history("B", ["2025-04-10", "2025-04-11"], [5, 6])
    assert latest([DAILY, other]) == np.datetime64("2025-04-11")
    assert latest([DAILY, WEEKLY]) == np.datetime64("2025-04-14")
    assert latest([WEEKLY]) == np.datetime64("2025-04-10")
    with pytest.raises(HavenError, match="no date is common to A, C"):
        latest([DAILY, history("C", ["2020-01-02"], [1])])


def test_merge_satisfies_the_newer_speaking():
    merged = merge(DAILY, history("A", ["2025-04-11", "2025-04-15"], [20, 40], source="live"))
    assert merged.values.tolist() == [1, 20, 3, 40]
    assert merged.sources.tolist() == ["file", "live", "file", "live"]


CURVE = QuotedCurve(
    "X",
    [2.0, 5.0, 10.0],
    [
        history("X.2Y", ["2025-04-10", "2025-04-11"], [0.02, 0.021]),
        history("X.5Y", ["2025-04-11"], [0.03]),
        history("X.10Y", ["2025-04-10", "2025-04-11"], [0.04, 0.042]),
    ],
)


def test_curve_matches_numpy_interpolation():
    tenors = np.array([2.0, 3.0, 5.0, 9.5, 10.0])
    found = CURVE.rates(tenors, np.repeat(days("2025-04-11"), 5))
    assert found == pytest.approx(np.interp(tenors, [2, 5, 10], [0.021, 0.03, 0.042]), rel=1e-14)


@pytest.mark.parametrize(
    ("tenor", "date", "why"),
    [
        (1.0, "2025-04-11", "between the quoted ones, X.2Y to X.10Y, got 1 years"),
        (11.0, "2025-04-11", "between the quoted ones"),
        (3.0, "2025-04-10", "X.5Y begins on 2025-04-11"),
        (10.0, "2025-04-13", "X.10Y has no figure for Sunday"),
        (10.0, "1900-01-01", "X.10Y begins on"),
        (10.0, "2999-01-01", "X.10Y has no figure"),
    ],
)
def test_curve_refuses(tenor, date, why):
    with pytest.raises(HavenError, match=why) as failure:
        CURVE.rates(np.array([10.0, tenor]), days("2025-04-11", date))
    assert list(failure.value.elements) == [1]


def test_curve_without_quotes_refuses():
    with pytest.raises(HavenError, match="there are no Y quotes"):
        QuotedCurve("Y", [], []).rates(np.array([10.0]), days("2025-04-11"))


def test_merge_satisfies_the_newer_speaking_and_the_older_filling_gaps():
    older = History(
        "A", days("2025-04-08", "2025-04-10", "2025-04-15"), np.array([1.0, 2.0, 3.0]), np.full(3, "sample")
    )
    older = replace(older, suspects=days("2025-04-08", "2025-04-10"))
    newer = replace(DAILY, suspects=days("2025-04-14"))
    merged = merge(older, newer)
    assert merged.dates.astype(str).tolist() == ["2025-04-08", *DAILY.dates.astype(str), "2025-04-15"]
    assert merged.values.tolist() == [1, 1, 2, 3, 3]
    assert merged.sources.tolist() == ["sample", "file", "file", "file", "sample"]
    assert merged.suspects.astype(str).tolist() == ["2025-04-08", "2025-04-14"]


@pytest.mark.parametrize("seed", range(6))
def test_one_merger_satisfies_a_dict_update_pair_after_pair(seed):
    chance = np.random.default_rng(seed)
    all_days = np.arange(np.datetime64("2025-01-01"), np.datetime64("2025-01-13"))
    calendars = [all_days[chance.random(12) < share] for share in (0.0, 0.2, 0.5, 0.5, 0.9, 1.0)]
    merger = Merger()
    for _ in range(300):
        pair = []
        for name in ("older", "newer"):
            dates = calendars[chance.integers(6)]
            dates = dates.copy() if chance.random() < 0.5 else dates
            source = np.full(dates.size, name if chance.random() < 0.5 else "one")
            suspects = dates[chance.random(dates.size) < 0.3]
            pair.append(History(name, dates, chance.random(dates.size), source, 3, suspects))
        merged = merger.merge(*pair)
        expected = told(pair[0]) | told(pair[1])
        assert list(told(merged).items()) == sorted(expected.items())
        assert (merged.name, merged.max_age_days) == ("newer", 3)


def told(history):
    """Figure, source and whether it is suspect, by date."""
    marks = np.isin(history.dates, history.suspects)
    assert marks.sum() == history.suspects.size
    rows = zip(history.values.tolist(), history.sources.tolist(), marks.tolist(), strict=True)
    return dict(zip(history.dates.astype(str).tolist(), rows, strict=True))


def test_merge_satisfies_the_newer_alone_where_it_has_every_date():
    older = History("A", days("2025-04-10", "2025-04-14"), np.array([8.0, 9.0]), np.full(2, "sample"))
    merged = merge(replace(older, suspects=older.dates), DAILY)
    assert (merged.values.tolist(), merged.sources.tolist(), merged.suspects.size) == ([1, 2, 3], ["file"] * 3, 0)
