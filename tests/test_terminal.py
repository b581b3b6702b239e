"""``haven init``, ``refresh``, ``status`` and ``log`` as a desk and its scheduler use them."""

import datetime as dt
import io
import json
import re
import threading
import time

import openpyxl
import pytest

from haven.cli import main
from haven.hosts import terminal
from haven.market.sources import web
from tests.market.publishers import Publishers

FEEDS = {"UST.10Y": ["fred"], "SOFR": ["nyfed", "fred"], "SWAP.10Y": ["eris"]}


@pytest.fixture
def publishers(server, haven_home):
    served = Publishers(server)
    served.publish("fred", "UST.10Y", {"2025-04-10": 4.40})
    served.publish("nyfed", "SOFR", {"2025-04-10": 4.37})
    served.publish("eris", "SWAP.10Y", {"2025-04-10": 3.85})
    haven_home.mkdir()
    (haven_home / "settings.toml").write_text(served.settings(FEEDS))
    return served


def run(capsys, *words):
    code = main([str(word) for word in words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_refresh_satisfies_a_table_a_line_a_series_and_exit_code_0(capsys, publishers):
    code, out, _ = run(capsys, "refresh")
    assert code == 0
    header, *lines = out.splitlines()
    assert header.split() == ["series", "date", "value", "source", "age", "status", "remark"]
    (swap,) = (line for line in lines if line.startswith("SWAP.10Y"))
    assert swap.split()[1:4] == ["2025-04-10", "3.85", "eris"]
    assert "\n\n  eris   1 new" in out
    assert "complete: every series was answered for; 3 new figures" in out


def test_sources_satisfy_a_line_each_by_name(capsys, publishers):
    publishers.publish("fred", "UST.10Y", {f"2025-03-{day:02}": 4.3 for day in range(3, 29) if day % 7 not in {1, 2}})
    publishers.spoilt = {"nyfed": b"[]"}
    _, out, _ = run(capsys, "refresh")
    lines = [line for line in out.splitlines() if line.startswith("  ")]
    assert [line.split()[0] for line in lines] == ["eris", "fred", "fred", "nyfed"]
    assert re.fullmatch(r"  eris    1 new figures of 1 series, 1 asked for, \d\.\d s", lines[0])
    assert re.fullmatch(r"  fred   21 new figures of 1 series, 1 asked for, \d\.\d s", lines[1])
    assert lines[3] == "  nyfed  failed: its JSON must have a list of objects at refRates"
    _, again, _ = run(capsys, "refresh", "--source", "eris")
    assert re.search(r"^  eris  nothing new, 1 asked for, \d\.\d s$", again, re.MULTILINE)


def test_exit_codes_satisfy_complete_partial_failed(capsys, publishers):
    codes = []
    for down in (set(), {"eris"}, {"eris", "fred", "nyfed"}):
        publishers.down = down
        codes.append(run(capsys, "refresh", "--quiet")[0])
    assert codes == [0, 3, 4]


def test_quiet_satisfies_failures_only_and_on_standard_error(capsys, publishers):
    assert run(capsys, "refresh", "--quiet") == (0, "", "")
    publishers.down = {"eris"}
    code, out, err = run(capsys, "refresh", "--quiet")
    assert (code, out) == (3, "")
    assert err.startswith("haven refresh: eris: 127.0.0.1") and err.count("\n") == 1


def test_series_without_a_figure_satisfy_being_counted(capsys, publishers, haven_home):
    (haven_home / "settings.toml").write_text(publishers.settings({**FEEDS, "SWAP.4Y": ["eris"], "VIX": ["fred"]}))
    publishers.publish("fred", "VIX", {"2025-04-10": 40.7})
    code, out, _ = run(capsys, "refresh")
    assert code == 3
    assert [line for line in out.splitlines() if "SWAP.4Y" in line] == [out.splitlines()[-1]]
    assert "1 more series were asked for and have no figure yet; --json lists them" in out
    assert "\npartial: no source asked has a figure of SWAP.4Y; 4 new figures" in out
    publishers.down = {"fred"}
    assert (
        "partial: no source answered for 2 series, their last good figures stay; no source asked has"
        in (run(capsys, "refresh")[1])
    )
    code, out, err = run(capsys, "refresh", "--quiet")
    assert err.splitlines()[1:] == ["haven refresh: no source asked has a figure of SWAP.4Y"]
    said = json.loads(run(capsys, "refresh", "--json")[1])
    assert (said["unanswered"], said["without"]) == (["UST.10Y", "VIX"], ["SWAP.4Y"])
    assert [one["status"] for one in said["series"] if one["series"] == "SWAP.4Y"] == ["none"]
    assert "    no source asked has a figure of SWAP.4Y" in run(capsys, "log")[1].splitlines()


def test_settings_without_any_source_satisfy_a_word_of_it(capsys, publishers, haven_home):
    (haven_home / "settings.toml").write_text('[feeds]\n"*" = []\n')
    words = "nothing was asked for: settings.toml names no source under [feeds]\n"
    assert run(capsys, "refresh") == (0, words, "")


def test_the_clock_of_a_terminal_goes_on_while_a_source_is_waited_for(monkeypatch):
    class Screen(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stderr", screen := Screen())
    monkeypatch.setattr(terminal, "TICK_SECONDS", 0.05)
    with terminal._progress() as tell:
        tell(1, 3, "waiting for fred, eris")
        give_up = time.monotonic() + 30
        while "1/3 00:01 waiting for fred, eris" not in screen.getvalue() and time.monotonic() < give_up:
            time.sleep(0.05)
    assert "1/3 00:00 waiting for fred, eris" in screen.getvalue()
    assert "1/3 00:01 waiting for fred, eris" in screen.getvalue()
    assert screen.getvalue().endswith("\r"), "nothing of it stays"
    assert not [thread for thread in threading.enumerate() if "tick" in thread.name]


def test_json_satisfies_the_same_report(capsys, publishers, desk):
    publishers.down = {"eris"}
    code, out, err = run(capsys, "refresh", "--json", desk)
    said = json.loads(out)
    assert (code, said["outcome"], err) == (3, "partial", "")
    assert {source["source"] for source in said["sources"] if source["failure"]} == {"eris"}
    (sofr,) = (one for one in said["series"] if one["series"] == "SOFR")
    assert sofr["date"] >= "2025-04-10" and set(sofr) >= {"value", "source", "age", "status", "remark"}
    assert said["workbook"]["computed"] > 100


def test_a_workbook_satisfies_being_refreshed_when_nothing_could_be_fetched(capsys, publishers, desk):
    publishers.down = {"eris", "fred", "nyfed"}
    book = openpyxl.load_workbook(desk)
    book["Desk"]["B8"] = "stale"
    sheet, area = next(iter(book.defined_names["Data_series"].destinations))
    first = area.replace("$", "").partition(":")[0]
    book[sheet][first] = "stale"
    book.save(desk)
    code, out, _ = run(capsys, "refresh", desk)
    assert code == 4
    assert "failed: no source answered; the last good figures stay" in out
    assert "what was not fetched as it was in the store" in out
    assert openpyxl.load_workbook(desk, data_only=True)[sheet][first].value != "stale"


def test_no_network_satisfies_a_word_of_what_to_do(capsys, haven_home, monkeypatch):
    monkeypatch.setattr(web, "ATTEMPTS", 1)
    haven_home.mkdir()
    feeds = '[feeds]\n"*" = []\nSOFR = ["nyfed", "fred"]\n'
    places = [f'[sources.{name}]\nbase_url = "http://127.0.0.1:1"\n' for name in ("nyfed", "fred")]
    (haven_home / "settings.toml").write_text(feeds + "".join(places))
    code, out, _ = run(capsys, "refresh")
    assert code == 4
    assert out.splitlines()[-1].startswith("Is there a network? HTTPS_PROXY names a proxy")


def test_offline_satisfies_a_workbook_from_the_store_and_nobody_asked(capsys, publishers, desk):
    code, out, _ = run(capsys, "refresh", "--offline", desk)
    assert code == 0
    assert "refreshed, market of" in out
    assert publishers.asked == []


def test_a_dry_run_satisfies_leaving_the_workbook(capsys, publishers, desk):
    before = desk.read_bytes()
    code, out, _ = run(capsys, "refresh", "--dry-run", desk)
    assert code == 0
    assert desk.read_bytes() == before
    assert "a dry run, nothing was written" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--offline"], "--offline fetches nothing"),
        (["--offline", "--source", "fred", "desk.xlsx"], "--offline fetches nothing"),
        (["--source", "frod"], "source must be one Haven knows"),
        (["--since", "2125-01-01"], "since must be no later than today, got 2125-01-01"),
        (["nothing.xlsx"], "is not a file"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anybody_is_asked(capsys, publishers, words, said):
    code, out, err = run(capsys, "refresh", *words)
    assert (code, out) == (1, "")
    assert said in err
    assert publishers.asked == []


def test_a_date_that_is_none_is_refused_with_usage(capsys, publishers):
    with pytest.raises(SystemExit, match="2"):
        main(["refresh", "--since", "yesterday"])
    assert "must be a date like 2025-04-08" in capsys.readouterr().err


@pytest.mark.parametrize("limit", ["0", "-3", "x"])
def test_a_limit_that_is_none_is_refused_with_usage(capsys, limit):
    with pytest.raises(SystemExit, match="2"):
        main(["log", "--limit", limit])
    assert "must be a whole number from 1 on" in capsys.readouterr().err


def test_bad_settings_refuse_with_the_line(capsys, publishers, haven_home):
    (haven_home / "settings.toml").write_text('[feeds]\n"UST.*" = ["frod"]\n')
    code, _, err = run(capsys, "refresh")
    assert code == 1
    assert "settings.toml line 2: feeds.UST.*: 'frod' is not known; did you mean fred?" in err


def test_init_satisfies_writing_once(capsys, haven_home):
    code, out, _ = run(capsys, "init")
    assert code == 0 and str(haven_home / "settings.toml") in out
    code, _, err = run(capsys, "init")
    assert code == 1 and "exists; edit it" in err


def test_status_and_log_satisfy_what_was_fetched(capsys, publishers):
    assert "no refresh yet" in run(capsys, "log")[1]
    publishers.down = {"eris"}
    run(capsys, "refresh", "--quiet")
    log = run(capsys, "log")[1]
    assert "partial" in log and "eris failed: 127.0.0.1" in log
    assert json.loads(run(capsys, "log", "--json", "--limit", "1")[1])[0]["outcome"] == "partial"
    status = json.loads(run(capsys, "status", "--json")[1])
    assert {one["status"] for one in status["series"]} >= {"stale", "illustrative"}


def test_a_clock_set_back_satisfies_one_line_wherever_figures_are_shown(capsys, publishers, desk, monkeypatch):
    run(capsys, "refresh")
    monkeypatch.setattr(terminal, "utc_now", lambda: dt.datetime(2025, 4, 3, 14))
    line = "this machine's clock says 2025-04-03, the store has figures of "
    for words in (["status"], ["refresh", "--dry-run"], ["refresh", desk, "--offline"]):
        code, out, _ = run(capsys, *words)
        assert sum(told.startswith(line) for told in out.splitlines()) == (words[-1] != "--offline"), out
        assert code == {"status": 0, "refresh": 3 if words[-1] == "--dry-run" else 0}[words[0]]
    assert line in run(capsys, "refresh", "--quiet")[2]
    assert json.loads(run(capsys, "status", "--json")[1])["clock"].startswith(line)
    facts = {row[0].value: row[1].value for row in openpyxl.load_workbook(desk)["Status"]["K6:L15"]}
    assert facts["Clock"].startswith(line)
