"""The command line as a desk uses it."""

import json

import openpyxl
import pytest

from haven.cli import main
from haven.functions import CATALOGUE


def run(capsys, *words):
    """Exit code, standard output and standard error of one command."""
    code = main([str(word) for word in words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def called(capsys, *words):
    code, out, _ = run(capsys, "call", *words, "--json")
    return code, json.loads(out)


def test_call_matches_the_anchor_of_8_april(capsys):
    assert called(capsys, "HV_SWAPSPREAD", "10Y", "2025-04-08") == (0, {"value": -56.0})


def test_call_satisfies_arrays_options_and_files(capsys, tmp_path):
    assert called(capsys, "HV_SWAPSPREAD", '[["2Y"],["10Y"]]', "2025-04-08") == (0, {"value": [[-25.0], [-56.0]]})
    (tmp_path / "tenors.json").write_text('["2Y", "10Y"]')
    found = called(capsys, "HV_SWAPSPREAD", f"@{tmp_path / 'tenors.json'}", "45755")
    assert found == (0, {"value": [[-25.0, -56.0]]})
    plain = called(capsys, "HV_BREAKEVEN", "10Y", "2025-04-08")[1]["value"]
    dearer = called(capsys, "HV_BREAKEVEN", "10Y", "2025-04-08", '{"hurdle": 0.15}')[1]["value"]
    as_rows = called(capsys, "HV_BREAKEVEN", "10Y", "2025-04-08", '[["hurdle", 0.15]]')[1]["value"]
    assert dearer == as_rows < plain


def test_call_satisfies_dates_as_iso_text(capsys):
    assert called(capsys, "HV_ASOF", "UST.10Y") == (0, {"value": "2026-07-22"})


def test_failed_call_satisfies_error_and_reason(capsys):
    code, answer = called(capsys, "HV_SWAPSPREAD", "10Y", "2025-04-12")
    assert code == 1
    assert answer["error"] == "#N/A"
    assert "the last before it is of 2025-04-11" in answer["why"]
    code, answer = called(capsys, "HV_NONSENSE")
    assert (code, answer["error"]) == (1, "#VALUE!")


def test_call_without_json_matches_what_a_cell_shows(capsys):
    assert run(capsys, "call", "hv_swaprate", "10Y", "2025-04-08") == (0, "3.70%\n", "")
    assert run(capsys, "call", "HV_SWAPSPREAD", "10Y", "2025-04-08") == (0, "-56.0\n", "")
    assert "Minus swap spread" in run(capsys, "call", "HV_YIELDMOVE", "10Y", "2025-04-02", "2025-04-11")[1]


def test_negative_arguments_satisfy_being_no_options(capsys):
    assert called(capsys, "HV_SACCR", "-1e8", "10Y") == called(capsys, "HV_SACCR", "100000000", "10Y")
    code, answer = called(capsys, "HV_PARRATE", "-5Y")
    assert (code, answer["why"]) == (1, "tenor must be like 10Y, 18M or 1W, up to 100 years, got '-5Y'")


def test_batch_satisfies_one_answer_a_line(capsys, tmp_path):
    lines = [
        '{"name": "HV_SWAPSPREAD", "args": ["10Y", "2025-04-08"]}',
        "",
        "not json",
        '{"args": []}',
        "[1]",
        '{"name": "HV_SWAPSPREAD", "args": ["10X"]}',
        '{"name": "HV_VERSION"}',
        '{"name": "HV_SWAPSPREAD", "args": [NaN]}',
    ]
    file = tmp_path / "asked.jsonl"
    file.write_text("\n".join(lines))
    code, out, _ = run(capsys, "call", "--batch", file)
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [answer.get("error", "") for answer in answers] == [
        "",
        "#VALUE!",
        "#VALUE!",
        "#VALUE!",
        "#VALUE!",
        "",
        "#VALUE!",
    ]
    assert answers[0] == {"value": -56.0}
    assert "line 3" in answers[1]["why"]


def test_functions_satisfy_the_catalogue(capsys):
    listed = json.loads(run(capsys, "functions", "--json")[1])
    assert {row["name"] for row in listed} == set(CATALOGUE)
    assert all({"name", "category", "help", "arguments"} <= set(row) for row in listed)
    assert "HV_SWAPSPREAD(tenor, [date], [measure])" in run(capsys, "functions")[1]


def test_function_explained_satisfies_its_arguments_and_options(capsys):
    code, out, _ = run(capsys, "functions", "hv_breakeven")
    assert code == 0
    assert out.startswith("HV_BREAKEVEN(tenor, [date], [options])\n")
    options = [o.name for o in CATALOGUE["HV_BREAKEVEN"].arguments[-1].kind.options]
    assert [line.split()[0] for line in out.splitlines() if line.startswith("      ") and line[6] != " "] == options
    assert "after-tax return asked on equity; default 0.10" in out
    assert max(map(len, out.splitlines())) <= 120
    code, _, why = run(capsys, "functions", "HV_BREAKEVN")
    assert (code, "did you mean 'HV_BREAKEVEN'" in why) == (1, True)


def test_no_command_satisfies_being_shown_them_all(capsys):
    with pytest.raises(SystemExit):
        main([])
    assert "build the desk workbook" in capsys.readouterr().err


@pytest.mark.parametrize("given", ['{"hurdle": 0.12', "{hurdle: 0.12}", "'{hurdle:", '["2Y",'])
def test_call_refuses_what_was_to_be_json(capsys, given):
    code, _, why = run(capsys, "call", "HV_BREAKEVEN", "10Y", "", given)
    assert code == 1
    assert given in why
    assert 'must be JSON such as \'{"hurdle": 0.12}\', in a Windows prompt "{\\"hurdle\\": 0.12}"' in why


def test_desk_satisfies_its_promise(capsys, tmp_path):
    file = tmp_path / "desk.xlsx"
    code, out, _ = run(capsys, "desk", "--out", file)
    assert code == 0
    for said in ("ILLUSTRATIVE", "Swap spread against break-even", "term premium", "What moved", "Data", str(file)):
        assert said in out
    assert openpyxl.load_workbook(file).sheetnames == [
        "Desk",
        "Curve",
        "Balance sheet",
        "Term premium",
        "Scenarios",
        "Client",
        "Data",
        "Functions",
        "Status",
    ]


def test_status_satisfies_the_label_and_the_loads(capsys, tmp_path):
    assert "ILLUSTRATIVE" in run(capsys, "status")[1]
    desk = tmp_path / "swaps.csv"
    desk.write_text("series,date,value\n" + "".join(f"SWAP.{n}Y,2025-04-08,3.7\n" for n in (1, 2, 3, 5, 7, 10, 20, 30)))
    assert run(capsys, "import", desk)[0] == 0
    out = run(capsys, "status")[1]
    assert "ILLUSTRATIVE" not in out
    assert "swaps.csv" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["desk", "--date", "2025-04-12"], "Saturday 2025-04-12"),
        (["desk", "--date", "tomorrow"], "date must be a spreadsheet date or ISO text"),
        (["desk", "--out", "/nowhere/at/all.xlsx"], "must be a folder that exists"),
        (["desk", "--out", "desk.csv"], "must be named .xlsx"),
        (["refresh", "nothing.xlsx"], "is not a file"),
        (["import", "nothing.csv"], "is not a file"),
        (["call", "HV_SWAPSPREAD", "@nothing.json"], "must name a file that holds JSON"),
        (["call", "--batch", "nothing.jsonl"], "nothing.jsonl"),
    ],
)
def test_command_refuses_with_a_sentence(capsys, words, said):
    code, out, err = run(capsys, *words)
    assert (code, out) == (1, "")
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize("words", [[], ["nonsense"], ["desk", "--nonsense"], ["import"]])
def test_unknown_command_refuses_with_usage(capsys, words):
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert "usage: haven" in capsys.readouterr().err


def test_a_bug_satisfies_the_log_and_no_traceback(capsys, haven_home, monkeypatch):
    monkeypatch.setattr("haven.workbook.summary.sources", lambda _: 1 / 0)
    code, _, err = run(capsys, "status")
    assert code == 1
    assert "internal error, see the log" in err
    assert "ZeroDivisionError" in (haven_home / "haven.log").read_text()
    with pytest.raises(ZeroDivisionError):
        run(capsys, "--debug", "status")


def test_refused_rows_satisfy_being_listed(capsys, tmp_path):
    desk = tmp_path / "desk.csv"
    desk.write_text("series,date,value\n" + "SWAP.10Y,2025-04-08,999\n" * 30)
    code, _, err = run(capsys, "import", desk)
    assert code == 1
    assert "desk.csv row 2: SWAP.10Y must be between" in err
    assert "and 10 more" in err
    assert "nothing was loaded: 30 rows" in err
