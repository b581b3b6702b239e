"""Bloomberg through a session that behaves like blpapi's."""

import datetime as dt
import sys

import pytest

from haven.errors import HavenError
from haven.market.series import find_series
from haven.market.sources.bloomberg import SOURCE
from haven.market.sources.source import Request
from tests.market.sources.serving import TODAY, figures
from tests.market.sources.terminal import PARTIAL, RESPONSE, Event, Message, Terminal, history, now

TEN, TWO = "USOSFR10 Curncy", "USOSFR2 Curncy"
CODES = {"SWAP.10Y": TEN, "SWAP.2Y": TWO}
EIGHTH, NINTH = dt.date(2025, 4, 8), dt.date(2025, 4, 9)


@pytest.fixture
def collect(monkeypatch):
    """Collect from a terminal."""

    def run(terminal, codes=CODES, since=None, **settings):
        monkeypatch.setitem(sys.modules, "blpapi", terminal.module())
        settings = {"series": codes, **settings}
        series = tuple(map(find_series, codes))
        return SOURCE.collect(
            Request(web=None, base_url="", series=series, today=TODAY, since=since, settings=settings)
        )

    return run


def answering(*events):
    return Terminal(lambda _: list(events))


def good(_):
    return [
        Event(PARTIAL, history(TEN, {"date": EIGHTH, "PX_LAST": 3.70}, {"date": NINTH, "PX_LAST": 3.81})),
        Event(RESPONSE, history(TWO, {"date": EIGHTH, "PX_LAST": 3.52}, {"date": NINTH})),
    ]


def test_history_matches_what_the_terminal_answers(collect):
    terminal = Terminal(good)
    assert figures(collect(terminal, since=EIGHTH)) == {
        "SWAP.10Y": {"2025-04-08": 3.70, "2025-04-09": 3.81},
        "SWAP.2Y": {"2025-04-08": 3.52},
    }
    (asked,) = terminal.requests
    assert asked.kind == "HistoricalDataRequest"
    assert asked.lists == {"securities": [TEN, TWO], "fields": ["PX_LAST"]}
    assert asked.set_to == {
        "startDate": "20250408",
        "endDate": "20261120",
        "periodicitySelection": "DAILY",
        "nonTradingDayFillOption": "ACTIVE_DAYS_ONLY",
    }
    assert terminal.place == ("localhost", 8194)
    assert terminal.stopped == 1


def test_all_history_satisfies_a_first_date(collect):
    terminal = Terminal(good)
    collect(terminal, host="bpipe", port=9000)
    assert terminal.requests[0].set_to["startDate"] == "20000101"
    assert terminal.place == ("bpipe", 9000)


def test_fields_of_now_match_what_the_terminal_answers(collect):
    codes = {
        "SWAP.10Y": {"ticker": TEN, "field": "PX_MID", "reference": True},
        "SWAP.2Y": {"ticker": TWO, "field": "PX_MID", "reference": True, "unit": "bp"},
    }
    answer = now(
        {"security": TEN, "fieldData": {"PX_MID": 3.70, "LAST_UPDATE_DT": NINTH}},
        {"security": TWO, "fieldData": {"PX_MID": 352}},
    )
    terminal = answering(Event(RESPONSE, answer))
    found = collect(terminal, codes)
    assert figures(found) == {"SWAP.10Y": {"2025-04-09": 3.70}, "SWAP.2Y": {"2026-11-20": 352.0}}
    assert [quotes.unit for quotes in found] == ["percent", "bp"]
    (asked,) = terminal.requests
    assert (asked.kind, asked.lists["fields"]) == ("ReferenceDataRequest", ["PX_MID", "LAST_UPDATE_DT"])
    assert asked.set_to == {}


def test_a_ticker_of_two_series_satisfies_being_asked_for_once(collect):
    terminal = answering(Event(RESPONSE, history(TEN, {"date": EIGHTH, "PX_LAST": 3.7})))
    found = figures(collect(terminal, {"SWAP.10Y": TEN, "SR3.2025M06": TEN}))
    assert found == {"SWAP.10Y": {"2025-04-08": 3.7}, "SR3.2025M06": {"2025-04-08": 3.7}}
    assert terminal.requests[0].lists["securities"] == [TEN]


def test_a_history_without_entries_satisfies_no_quotes(collect):
    assert collect(answering(Event(RESPONSE, history(TEN), history(TWO)))) == []


@pytest.mark.parametrize(
    ("events", "why"),
    [
        (
            [Event(RESPONSE, history(TEN, securityError={"message": "Unknown/Invalid Security"}), history(TWO))],
            f"bloomberg: {TEN}: Unknown/Invalid Security",
        ),
        (
            [
                Event(
                    RESPONSE,
                    history(TEN, fieldExceptions=[{"fieldId": "PX_LAST", "errorInfo": {"message": "Bad Field"}}]),
                    history(TWO),
                )
            ],
            f"bloomberg: {TEN}: PX_LAST: Bad Field",
        ),
        ([Event(RESPONSE, history(TEN, {"date": EIGHTH, "PX_LAST": 3.7}))], f"bloomberg: {TWO}: no answer"),
        ([Event(RESPONSE, Message({"responseError": {"message": "daily limit reached"}}))], "daily limit reached"),
        ([Event(RESPONSE, history(TEN, {"date": EIGHTH, "PX_LAST": "n.a."}))], "can't be read: 'n.a.' is no float"),
        ([Event(RESPONSE, Message({"surprise": 1}))], "can't be read: no element securityData"),
        ([Event(PARTIAL, history(TEN))], "no answer in 30 s"),
        ([], "no answer in 30 s"),
        ([Event(9, Message({}, "SessionTerminated"))], "the terminal breaks off: SessionTerminated"),
    ],
)
def test_what_the_terminal_refuses_is_refused_by_name(collect, events, why):
    terminal = answering(*events)
    with pytest.raises(HavenError) as failure:
        collect(terminal)
    assert why in failure.value.message
    assert terminal.stopped == 1


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"starts": False}, "no terminal answers at localhost:8194; is it running and logged in"),
        ({"opens": False}, "does not open //blp/refdata"),
    ],
)
def test_a_terminal_that_is_not_ready_refuses(collect, parts, why):
    terminal = Terminal(good, **parts)
    with pytest.raises(HavenError, match=why):
        collect(terminal)
    assert terminal.stopped == 1


def test_no_library_refuses_with_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "blpapi", None)
    request = Request(web=None, base_url="", series=(), today=TODAY, settings={"series": {}})
    with pytest.raises(HavenError, match="blpapi must be installed beside Haven; WAPI <GO> on the terminal says where"):
        SOURCE.collect(request)


@pytest.mark.parametrize(
    "meant", [7, {"field": "PX_LAST"}, {"ticker": TEN, "filed": "PX_LAST"}, {"ticker": TEN, "unit": "index"}]
)
def test_wrong_settings_refuse(collect, meant):
    with pytest.raises(HavenError, match=r"sources\.bloomberg\.series\.SWAP\.10Y must be a ticker or"):
        collect(Terminal(good), {"SWAP.10Y": meant})
