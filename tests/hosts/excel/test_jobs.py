"""The ribbon's Refresh: fetch, store, write; progress in the status bar, Cancel between steps."""

import os

import pytest

from haven.hosts.excel import jobs
from haven.hosts.excel.book import excel
from haven.market.home import store_url
from haven.market.store import Store
from tests.hosts.excel import excel_com
from tests.market.publishers import Publishers

FEEDS = {"UST.10Y": ["fred"], "SWAP.10Y": ["eris"]}


@pytest.fixture
def publishers(server, haven_home):
    served = Publishers(server)
    served.publish("fred", "UST.10Y", {"2025-04-10": 4.40})
    served.publish("eris", "SWAP.10Y", {"2025-04-10": 3.85})
    (haven_home / "settings.toml").write_text(served.settings(FEEDS))
    return served


class Listening:
    """Excel as a job sees it, that remembers its status bar and what it is told."""

    def __init__(self, stops_at=""):
        app = excel(excel_com.excel()[1])
        self.books, self.api, self.selection = app.books, app.api, app.selection
        self.screen_updating, self.calculation = True, "automatic"
        self.shown, self.said = [], []
        self.stops_at = stops_at

    @property
    def status_bar(self):
        return self.shown[-1]

    @status_bar.setter
    def status_bar(self, text):
        self.shown.append(text)
        if self.stops_at and self.stops_at in text:
            jobs.stop_flag(os.getpid()).touch()

    def macro(self, _):
        return lambda *what: self.said.append(what)


def sources_stored():
    return {load.source for load in Store(store_url()).loads()}


def test_refresh_satisfies_fetching_storing_and_writing(publishers):
    app = Listening()
    jobs.run(app, "refresh", "Book1", "")
    ((label, message),) = app.said
    assert (message, "DEMO" in label) == ("", False)
    assert sources_stored() == {"fred", "eris"}
    assert app.shown[0] == "Haven: 0 of 2 sources, waiting for fred, eris"
    assert app.shown[-1] == "Haven: writing into Book1"


def test_one_source_of_the_menu_satisfies_being_the_only_one_asked(publishers):
    jobs.run(Listening(), "refresh", "Book1", "fred")
    assert sources_stored() == {"fred"}


def test_a_source_that_fails_satisfies_being_told_while_the_book_is_written(publishers):
    publishers.down = {"eris"}
    app = Listening()
    jobs.run(app, "refresh", "Book1", "")
    ((label, message),) = app.said
    assert "DEMO" in label
    assert message.startswith("The refresh was partial: 1 series keep their last good figures.\neris: 127.0.0.1")


def test_a_workbook_closed_meanwhile_satisfies_being_told_and_the_store_filled(publishers):
    app = Listening()
    jobs.run(app, "refresh", "Closed.xlsx", "")
    assert app.said == [("", "Closed.xlsx has been closed; nothing was written into it")]
    assert sources_stored() == {"fred", "eris"}


def test_cancel_satisfies_stopping_before_the_book_is_written(publishers):
    app = Listening(stops_at="0 of 2")
    jobs.run(app, "refresh", "Book1", "")
    assert app.said == [("", "stopped; nothing was half-written")]
    assert not any("writing" in text for text in app.shown)


def test_bad_settings_satisfy_being_told(publishers, haven_home):
    (haven_home / "settings.toml").write_text("[feed]\n")
    app = Listening()
    jobs.run(app, "refresh", "Book1", "")
    assert "did you mean feeds?" in app.said[0][1]
