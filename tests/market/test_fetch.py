"""Sources asked at once."""

import threading

from haven.market import fetch
from haven.market.fetch import ask


def test_a_source_that_keeps_silent_satisfies_being_given_up(monkeypatch):
    monkeypatch.setattr(fetch, "SOURCE_SECONDS", 0.3)
    over = threading.Event()
    try:
        answers = {
            answer.source: answer.failure
            for answer in ask({"sql": lambda: [over.wait(30)], "fred": list}, stopped=lambda: False)
        }
    finally:
        over.set()
    assert answers == {"fred": "", "sql": "no answer in 0 s"}
