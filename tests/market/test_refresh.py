"""A refresh through real HTTP: preference, failure, what stays, what is stored and what is remembered."""

import datetime as dt
import json
import logging

import numpy as np
import pytest

from haven.errors import HavenError
from haven.market import refresh, snapshot
from haven.market.fetch import StoppedError
from haven.market.home import home, store_url
from haven.market.load import load_files
from haven.market.refresh import Order, refresh_store, wanted_series
from haven.market.refreshes import KEPT, keep_refresh, kept_refreshes
from haven.market.series import SCALE, find_series
from haven.market.settings import load_settings
from haven.market.sources import web
from haven.market.store import Store
from tests.market.histories import histories
from tests.market.publishers import SERVED, Publishers
from tests.shared import needs_shared

NOW = dt.datetime(2026, 11, 20, 21, 0)
TAKE_TURN = web.Web._take_turn
FEEDS = {"UST.10Y": ["fred"], "SOFR": ["nyfed", "fred"], "SWAP.10Y": ["eris"]}


@pytest.fixture
def publishers(haven_home, monkeypatch, server):
    """Publishers with a few days of November 2026, and settings that send every source to them."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr(web.Web, "_take_turn", lambda *_: None)
    served = Publishers(server)
    served.publish("fred", "UST.10Y", {"2026-11-18": 4.34, "2026-11-19": 4.40})
    served.publish("fred", "SOFR", {"2026-11-18": 4.42, "2026-11-19": 4.37})
    served.publish("nyfed", "SOFR", {"2026-11-18": 4.42, "2026-11-19": 4.37})
    served.publish("eris", "SWAP.10Y", {"2026-11-18": 3.80, "2026-11-19": 3.85})
    set_feeds(haven_home, served, FEEDS)
    return served


def set_feeds(home, served, feeds):
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text(served.settings(feeds))


def refreshed(now=NOW, **order):
    return refresh_store(load_settings(), now, Order(**order))


def row(report, series):
    (found,) = (one for one in report.series if one.series == series)
    return found


def held(series):
    """The quoted figures the store holds of a series, by date."""
    history = Store(store_url()).history(find_series(series))
    return dict(zip(history.dates.astype(str).tolist(), (100 * history.values).round(10).tolist(), strict=True))


def test_figures_match_what_was_served(publishers):
    report = refreshed()
    assert report.outcome == "complete"
    assert report.figures == 6
    assert held("UST.10Y") == {"2026-11-18": 4.34, "2026-11-19": 4.40}
    assert held("SWAP.10Y") == {"2026-11-18": 3.80, "2026-11-19": 3.85}
    assert {load.source for load in Store(store_url()).loads()} == {"fred", "nyfed", "eris"}
    sofr = row(report, "SOFR")
    assert (sofr.date, sofr.value, sofr.source) == (dt.date(2026, 11, 19), 4.37, "nyfed")
    assert (sofr.age, sofr.status) == (1, "fresh")


def test_a_source_that_fails_satisfies_the_next_being_asked(publishers):
    publishers.down = {"nyfed"}
    report = refreshed()
    assert report.outcome == "complete"
    assert row(report, "SOFR").source == "fred"
    assert row(report, "SOFR").remark == "nyfed failed"
    assert held("SOFR") == {"2026-11-18": 4.42, "2026-11-19": 4.37}
    assert [why.partition(":")[0] for why in report.failures] == ["nyfed"]


def test_a_source_not_needed_satisfies_no_remark_when_it_fails(publishers):
    publishers.down = {"fred"}
    report = refreshed()
    assert (row(report, "SOFR").source, row(report, "SOFR").remark) == ("nyfed", "")
    assert "fred failed" in row(report, "UST.10Y").remark


def test_a_suspect_satisfies_being_told_when_stale_too(publishers):
    quiet = {str(day): 4.30 + 0.01 * (n % 3) for n, day in enumerate(business_days("2026-09-14", 45))}
    publishers.figures["fred"]["UST.10Y"] = {**quiet, "2026-11-13": 6.40}
    refreshed()
    status = row(refreshed(), "UST.10Y")
    assert (status.date, status.status) == (dt.date(2026, 11, 13), "stale")
    assert status.remark.endswith("; suspect")


def test_the_preferred_source_satisfies_being_the_only_one_asked(publishers):
    refreshed()
    assert {query["id"] for source, query in publishers.asked if source == "fred"} == {"DGS10"}


def test_the_last_good_figure_satisfies_staying_marked_with_its_age(publishers):
    refreshed()
    publishers.down = {"eris"}
    later = dt.datetime(2026, 12, 1, 14, 0)  # Thanksgiving between is no business day
    report = refreshed(later)
    assert report.outcome == "partial"
    swap = row(report, "SWAP.10Y")
    assert (swap.date, swap.value, swap.age, swap.status) == (dt.date(2026, 11, 19), 3.85, 7, "stale")
    assert "eris failed" in swap.remark
    assert held("SWAP.10Y") == {"2026-11-18": 3.80, "2026-11-19": 3.85}


def test_the_failure_of_every_source_satisfies_the_outcome(publishers):
    publishers.down = {"fred", "nyfed", "eris"}
    report = refreshed()
    assert report.outcome == "failed"
    assert len(report.failures) == 3
    assert row(report, "SWAP.10Y").status == "illustrative"
    assert Store(store_url()).version() == 0


def test_one_figure_that_cant_be_true_refuses_the_whole_source(publishers):
    publishers.publish("fred", "UST.2Y", {"2026-11-19": 3.84})
    publishers.publish("fred", "UST.10Y", {"2026-11-19": 0.0440})
    set_feeds(home(), publishers, {**FEEDS, "UST.2Y": ["fred"]})
    report = refreshed()
    assert report.outcome == "partial"
    assert "is it in decimal rather than percent?" in report.failures[0]
    assert held("UST.2Y") == held("UST.10Y") == {}


def test_a_series_a_source_has_nothing_of_satisfies_the_next_being_asked(publishers):
    publishers.figures["nyfed"] = {"OBFR": {"2026-11-19": 4.33}}
    set_feeds(home(), publishers, {"SOFR": ["nyfed", "fred"], "OBFR": ["nyfed"]})
    report = refreshed()
    assert (report.outcome, report.without) == ("complete", [])
    sofr = row(report, "SOFR")
    assert (sofr.value, sofr.source, sofr.remark) == (4.37, "fred", "not at nyfed")
    publishers.publish("fred", "SOFR", {"2026-11-20": 4.38})
    assert row(refreshed(NOW + dt.timedelta(hours=1)), "SOFR").value == 4.38, "what fred brought hides no new figure"


def test_a_series_nobody_has_anything_of_satisfies_being_named(publishers):
    set_feeds(home(), publishers, {**FEEDS, "SWAP.2Y": ["eris"], "VIX": ["fred"]})
    publishers.publish("fred", "VIX", {})
    for report in (refreshed(), refreshed(NOW + dt.timedelta(hours=1)), refreshed(dry_run=True)):
        assert (report.outcome, report.unanswered, report.without) == ("partial", [], ["SWAP.2Y", "VIX"])
        assert report.told == "The refresh was partial.\nno source asked has a figure of SWAP.2Y, VIX"
    assert kept_refreshes(1)[0]["why"] == "no source asked has a figure of SWAP.2Y, VIX"
    publishers.publish("eris", "SWAP.2Y", {"2026-11-19": 3.6})
    publishers.publish("fred", "VIX", {"2026-11-19": 17.2})
    assert refreshed(NOW + dt.timedelta(hours=2)).outcome == "complete"


def test_a_source_that_has_nothing_new_satisfies_complete(publishers):
    refreshed()
    report = refreshed(NOW + dt.timedelta(hours=1), since=dt.date(2026, 11, 20))
    assert (report.outcome, report.figures) == ("complete", 0)


def test_a_series_imported_by_the_desk_satisfies_having_something(publishers, tmp_path):
    (tmp_path / "mine.csv").write_text("series,date,value\nSWAP.2Y,2026-11-19,3.6\n")
    load_files([tmp_path / "mine.csv"], NOW)
    set_feeds(home(), publishers, {**FEEDS, "SWAP.2Y": ["eris"]})
    report = refreshed()
    assert (report.outcome, row(report, "SWAP.2Y").remark) == ("complete", "not at eris")


def test_a_jump_satisfies_being_kept_flagged_and_listed(publishers):
    quiet = {str(day): 4.30 + 0.01 * (n % 3) for n, day in enumerate(business_days("2026-09-14", 45))}
    publishers.figures["fred"]["UST.10Y"] = {**quiet, "2026-11-19": 6.40}
    report = refreshed()
    assert row(report, "UST.10Y").status == "suspect"
    assert "2026-11-19" in row(report, "UST.10Y").remark
    assert held("UST.10Y")["2026-11-19"] == 6.40
    assert row(refreshed(), "UST.10Y").status == "suspect", "it stays so until a figure follows it"


def business_days(first, count):
    return np.busday_offset(first, np.arange(count), roll="forward")


def test_html_in_place_of_data_refuses_the_source(publishers):
    publishers.spoilt = {"eris": b"<html><body>Please log in</body></html>"}
    report = refreshed()
    assert report.outcome == "partial"
    assert "it sends a web page instead of data" in report.failures[0]


def test_a_bug_in_a_source_satisfies_the_log_and_the_others(publishers, monkeypatch, caplog):
    monkeypatch.setattr("haven.market.sources.eris.parse_day", lambda *_: 1 / 0)
    with caplog.at_level(logging.ERROR, "haven"):
        logging.getLogger("haven").propagate = True
        report = refreshed()
    assert report.outcome == "partial"
    assert "internal error" in report.failures[0]
    assert "ZeroDivisionError" in caplog.text


def test_a_second_refresh_satisfies_nothing_new_and_no_vintage(publishers):
    refreshed()
    before = Store(store_url()).version()
    report = refreshed(NOW + dt.timedelta(hours=1))
    assert (report.outcome, report.figures) == ("complete", 0)
    assert Store(store_url()).version() == before


def test_a_correction_satisfies_both_being_known(publishers):
    refreshed()
    publishers.publish("fred", "UST.10Y", {"2026-11-19": 4.41, "2026-11-20": 4.48})
    report = refreshed(NOW + dt.timedelta(hours=3))
    assert report.figures == 2
    assert held("UST.10Y") == {"2026-11-18": 4.34, "2026-11-19": 4.41, "2026-11-20": 4.48}
    assert "corrected by the source: 2026-11-19" in row(report, "UST.10Y").remark
    before = Store(store_url()).histories([find_series("UST.10Y")], known_at=NOW)["UST.10Y"]
    assert before.values[-1] == pytest.approx(0.0440, abs=1e-12)


def test_only_recent_figures_satisfy_being_asked_again(publishers):
    refreshed()
    refreshed()
    first, second = (query for source, query in publishers.asked if source == "fred")
    assert "cosd" not in first
    assert second["cosd"] == "2026-11-05"


def test_a_series_not_asked_for_before_satisfies_its_whole_history(publishers):
    refreshed()
    publishers.publish("fred", "UST.2Y", {"1990-01-02": 7.87})
    set_feeds(home(), publishers, {**FEEDS, "UST.2Y": ["fred"]})
    refreshed()
    assert held("UST.2Y") == {"1990-01-02": 7.87}


def test_a_store_that_was_replaced_satisfies_everything_anew(publishers, haven_home, monkeypatch):
    refreshed()
    for path in haven_home.glob("store.sqlite*"):
        path.unlink()
    monkeypatch.setattr(snapshot, "_current", snapshot._Current())
    assert refreshed().figures == 6
    monkeypatch.setenv("HAVEN_STORE", f"sqlite:///{haven_home / 'other.sqlite'}")
    assert refreshed().figures == 6


def test_since_satisfies_older_figures_being_fetched_again(publishers):
    refreshed()
    publishers.publish("fred", "UST.10Y", {"2026-11-10": 4.17, "2026-09-01": 4.33})
    assert "2026-11-10" in held_after(since=dt.date(2026, 10, 1))
    assert "2026-09-01" not in held("UST.10Y")


def held_after(**order):
    refreshed(**order)
    return held("UST.10Y")


def test_one_source_satisfies_only_its_series(publishers):
    report = refreshed(source="fred")
    assert report.outcome == "complete"
    assert {one.series for one in report.series} == {"UST.10Y", "SOFR"}
    assert {source for source, _ in publishers.asked} == {"fred"}


@pytest.mark.parametrize(
    ("source", "said"), [("frod", "source must be one Haven knows, got 'frod'; try fred"), ("acm", "feeds no series")]
)
def test_a_source_that_can_bring_nothing_is_refused(publishers, source, said):
    with pytest.raises(HavenError, match=said):
        refreshed(source=source)


def test_a_dry_run_satisfies_writing_nothing_and_showing_what_would_be(publishers, haven_home):
    before = {path: path.read_bytes() for path in haven_home.rglob("*")}
    report = refreshed(dry_run=True)
    assert {path: path.read_bytes() for path in haven_home.rglob("*")} == before
    assert (report.outcome, report.figures) == ("complete", 6)
    assert (row(report, "SWAP.10Y").value, row(report, "SWAP.10Y").source) == (3.85, "eris")
    refreshed()
    publishers.publish("eris", "SWAP.10Y", {"2026-11-20": 3.94})
    report = refreshed(dry_run=True)
    assert row(report, "SWAP.10Y").value == 3.94
    assert "2026-11-20" not in held("SWAP.10Y")
    assert refreshed().figures == 1


def test_a_dry_run_satisfies_showing_a_series_nothing_was_known_of(publishers):
    set_feeds(home(), publishers, {"VIX": ["fred"]})
    publishers.publish("fred", "VIX", {"2026-11-19": 17.2})
    assert row(refreshed(dry_run=True), "VIX").value == 17.2


def test_a_store_that_cant_take_figures_satisfies_their_being_fetched_again(publishers, monkeypatch):
    def full(*_):
        raise HavenError("#N/A", "the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "append", full)
        with pytest.raises(HavenError, match="the disk is full"):
            refreshed()
    assert (kept_refreshes(1)[0]["outcome"], kept_refreshes(1)[0]["why"]) == ("broken off", "the disk is full")
    assert refreshed().figures == 6


def test_stopping_satisfies_whole_sources_and_the_log(publishers):
    stored = []

    def tell(done, of, text):
        stored.append(done)

    with pytest.raises(StoppedError, match="stopped"):
        refresh_store(load_settings(), NOW, tell=tell, stopped=lambda: stored[-1:] >= [1])
    assert len(Store(store_url()).loads()) == 1
    assert kept_refreshes(1)[0]["outcome"] == "broken off"
    assert refreshed().outcome == "complete"


def test_a_key_satisfies_being_sent_and_never_kept(publishers, haven_home, monkeypatch, capsys):
    key = "never-to-be-shown"
    monkeypatch.setenv("HAVEN_FRED_KEY", key)
    settings = (haven_home / "settings.toml").read_text()
    (haven_home / "settings.toml").write_text(
        settings.replace("[sources.fred]", f'[sources.fred]\napi_url = "{publishers.url("fred")}"')
    )
    report = refreshed()
    assert key in {query.get("api_key") for _, query in publishers.asked}
    assert report.outcome == "partial"
    assert key not in repr(report)
    assert key not in "".join(capsys.readouterr())
    for path in haven_home.rglob("*"):
        assert path.is_dir() or key.encode() not in path.read_bytes(), path


def test_fred_satisfies_two_calls_a_second(publishers, haven_home, monkeypatch):
    monkeypatch.setattr(web.Web, "_take_turn", TAKE_TURN)
    pauses = []
    monkeypatch.setattr(refresh, "pause", lambda _: pauses.append)
    publishers.publish("fred", "MORTGAGE.30Y", {"2026-11-19": 6.1})
    set_feeds(haven_home, publishers, {"UST.10Y": ["fred"], "MORTGAGE.30Y": ["fred"]})
    assert refreshed().figures == 3
    assert pauses == [pytest.approx(0.5, abs=0.3)]  # the second of its calls, less what the first took


def test_progress_satisfies_counting_every_source(publishers):
    told = []
    refresh_store(load_settings(), NOW, tell=lambda *words: told.append(words))
    assert told[0][:2] == (0, 3)
    assert told[-1] == (3, 3, "done")
    assert [done for done, _, _ in told] == [0, 1, 2, 3]


def test_two_refreshes_at_once_satisfy_each_figure_being_stored_once(publishers):
    faster = []

    def tell(done, total, about):
        if not faster:
            faster.append(refreshed())

    report = refresh_store(load_settings(), NOW, tell=tell)
    assert (faster[0].figures, report.figures, report.outcome) == (6, 0, "complete")
    assert len(Store(store_url()).loads()) == 3


def test_the_log_of_refreshes_satisfies_newest_first_and_a_limit(publishers):
    refreshed()
    publishers.down = {"eris"}
    refreshed(NOW + dt.timedelta(hours=1))
    newest, oldest = kept_refreshes(10)
    assert (newest["outcome"], oldest["outcome"]) == ("partial", "complete")
    assert {source["source"]: bool(source["failure"]) for source in newest["sources"]}["eris"] is True
    for minute in range(KEPT + 5):
        keep_refresh(NOW + dt.timedelta(days=1, minutes=minute), {"outcome": "complete"})
    assert len(kept_refreshes(10 * KEPT)) == KEPT


def test_a_memory_that_cant_be_written_satisfies_the_store_and_the_log(publishers, haven_home, caplog):
    (haven_home / "fetched.json").mkdir()
    (haven_home / "refreshes").write_text("in the way")
    assert refreshed().outcome == "complete"
    assert held("UST.10Y")["2026-11-19"] == 4.40
    assert caplog.text.count("the refresh could not be remembered") == 4  # by each source, and the list of refreshes


def test_a_damaged_memory_satisfies_a_whole_fetch(publishers, haven_home):
    refreshed()
    (haven_home / "fetched.json").write_text("{ half")
    assert refreshed().outcome == "complete"
    assert json.loads((haven_home / "fetched.json").read_text())


def test_wanted_series_satisfy_the_default_settings(haven_home):
    wanted = wanted_series(load_settings())
    assert wanted["SOFR"] == ["nyfed", "fred"]
    assert wanted["SWAP.10Y"] == ["eris"]
    assert wanted["VIX"] == ["fred"]
    assert "FFOIS.1Y" not in wanted


def test_a_desks_own_file_satisfies_beating_live_sources(publishers, haven_home, tmp_path):
    mine = tmp_path / "mine.csv"
    mine.write_text("series,date,value\nSWAP.10Y,2026-11-19,3.86\n")
    text = publishers.settings({**FEEDS, "SWAP.10Y": ["file", "eris"]})
    (haven_home / "settings.toml").write_text(
        f'{text}\n[sources.file]\npath = "{mine.as_posix()}"\nseries = ["SWAP.*"]\n'
    )
    report = refreshed()
    assert (row(report, "SWAP.10Y").value, row(report, "SWAP.10Y").source) == (3.86, "file")
    mine.write_text("series,date,value\nSWAP.10Y,2026-11-19,3.86\nSWAP.10Y,2026-01-05,3.70\n")
    assert refreshed().figures == 1
    mine.unlink()
    assert row(refreshed(), "SWAP.10Y").remark == "file failed"
    assert held("SWAP.10Y") == {"2026-01-05": 3.70, "2026-11-18": 3.80, "2026-11-19": 3.86}


@pytest.fixture
def published(publishers, haven_home):
    """What every public source published around April 2025, and settings that ask them all."""
    real = histories("2024-07-01", "2025-04-10")
    set_feeds(haven_home, publishers, None)
    publishers.figures = {source: {} for source in SERVED}
    for series, dated in real.items():
        for source in load_settings().sources_of(series):
            publishers.publish(source, series, dated)
    return real


APRIL = dt.datetime(2025, 4, 11, 21, 0)


@needs_shared
def test_all_public_sources_match_what_they_published(publishers, published):
    report = refreshed(APRIL)
    assert (report.failures, report.unanswered) == ([], [])
    assert set(report.without) == set(wanted_series(load_settings())) - set(published)
    assert {result.source for result in report.sources} == set(SERVED)
    assert report.figures == sum(map(len, published.values())) > 15000
    store = Store(store_url())
    for series, dated in published.items():
        history = store.history(find_series(series))
        assert history.dates.astype(str).tolist() == sorted(dated), series
        quoted = history.values * SCALE[find_series(series).unit]
        assert quoted == pytest.approx([dated[day] for day in sorted(dated)], rel=1e-12), series
    known = {"UST.10Y": 4.26, "SOFR": 4.40, "KW.TP.10Y": 0.4769, "TIPS.10Y": 2.04, "IORB": 4.40}
    assert {series: held(series)["2025-04-08"] for series in known} == known
    assert held("SWAP.10Y")["2025-04-04"] == pytest.approx(3.51, abs=0.005)
    assert refreshed(APRIL + dt.timedelta(hours=1)).figures == 0


@needs_shared
@pytest.mark.parametrize("source", SERVED)
def test_each_public_source_that_fails_satisfies_the_others(publishers, published, source):
    publishers.down = {source}
    report = refreshed(APRIL)
    assert [why.partition(":")[0] for why in report.failures] == [source]
    lost = {
        series
        for series, named in wanted_series(load_settings()).items()
        if source in named and (named == [source] or series not in published)
    }
    assert set(report.unanswered) == lost
    assert all(not Store(store_url()).history(find_series(series)).dates.size for series in lost)
    assert {load.source for load in Store(store_url()).loads()} == set(SERVED) - {source}
