"""``haven call --known-at`` where the store had not yet what is asked for: from when on it had, or why it never has."""

import datetime as dt
import json

import pytest

from haven.cli import main
from haven.market.load import load_files

FIRST = dt.datetime(2025, 4, 9, 12, 0)
HOUR = dt.timedelta(hours=1)
SPREAD = ["call", "HV_SWAPSPREAD", "10Y", "2025-04-08"]
BY_THEN = "only what the store had loaded by then answers, not what comes with Haven; haven refresh or haven import"


@pytest.fixture
def desk(tmp_path):
    """A store with a desk's own swap rate at noon, and what is said of a call as known at half past."""

    def load(at, *rows):
        path = tmp_path / "desk.csv"
        path.write_text("\n".join(["series,date,value", *rows]))
        load_files([path], at)

    load(FIRST, "SWAP.10Y,2025-04-08,3.70")
    return load


def said(capsys, words, at="2025-04-09T12:30"):
    code = main([*words, "--known-at", at])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_what_only_comes_with_haven_is_refused_with_what_to_do(desk, capsys):
    code, _, err = said(capsys, SPREAD)
    assert code == 1
    assert err.startswith(f"#N/A  there are no UST quotes; {BY_THEN}")


@pytest.mark.parametrize("loads_between", [0, 1, 5])
def test_what_was_loaded_later_is_refused_with_the_time(desk, capsys, loads_between):
    for hour in range(loads_between):
        desk(FIRST + HOUR * (1 + hour), f"SPX,2025-03-{hour + 3:02},5000")
    loaded = FIRST + HOUR * (1 + loads_between) + dt.timedelta(microseconds=300)
    desk(loaded, "UST.10Y,2025-04-08,4.26")
    desk(loaded + HOUR, "VIX,2025-04-08,50")
    moment = f"2025-04-09T{13 + loads_between}:00:01"
    code, _, err = said(capsys, SPREAD)
    assert (code, err) == (1, f"#N/A  there are no UST quotes; the store knows the answer since {moment} UTC\n")
    assert said(capsys, SPREAD, moment)[:2] == (0, "-56.0\n")


def test_what_no_time_can_answer_is_refused_as_ever(desk, capsys):
    words = ["call", "HV_QUOTE", "SWAP.10Y", "2025-04-12"]
    why = "SWAP.10Y has no figure for Saturday 2025-04-12; the last before it is of 2025-04-08"
    assert said(capsys, words) == (1, "", f"#N/A  {why}\n")
    assert said(capsys, ["call", "HV_QUOTE", "SWAP.10X"])[2].startswith("#VALUE!  series must be an id")


def test_json_and_a_batch_satisfy_the_same_words(desk, capsys, tmp_path):
    batch = tmp_path / "batch.jsonl"
    calls = [["HV_QUOTE", ["SWAP.10Y", "2025-04-08"]], ["HV_QUOTE", ["UST.10Y", "2025-04-08"]]]
    batch.write_text("\n".join(json.dumps({"name": name, "args": args}) for name, args in calls))
    code, out, _ = said(capsys, ["call", "--batch", str(batch)])
    known, unknown = map(json.loads, out.splitlines())
    assert (code, known) == (0, {"value": pytest.approx(0.037, abs=1e-15)})
    assert BY_THEN in unknown["why"]
    assert BY_THEN in json.loads(said(capsys, [*SPREAD, "--json"])[1])["why"]
