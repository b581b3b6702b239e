"""The Haven process and its client, as the extension uses them, without LibreOffice."""

import ast
import os
import re
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

import haven
from haven.functions import CATALOGUE, call
from haven.hosts.libreoffice import office
from haven.hosts.libreoffice.component.pythonpath.haven_client import Client, ProcessGoneError
from haven.hosts.libreoffice.extension import COMPONENT, interface, settings
from haven.hosts.libreoffice.menu import MENU
from haven.hosts.libreoffice.serve import answer
from haven.workbook.inspect import inspect
from haven.workbook.inspect.report import report

PACKAGE = str(Path(haven.__file__).parents[1])
ASKED = {"call": "HV_SWAPSPREAD", "args": ["10Y", "2025-04-08"]}


@pytest.fixture
def client():
    client = Client(sys.executable, PACKAGE)
    yield client
    client.close()


def test_answers_satisfy_the_protocol():
    assert answer(ASKED) == {"value": -56.0}
    assert answer({"call": "HV_ASOF", "args": ["SPREAD.10Y"]})["value"] > 45_000
    failed = answer({"call": "HV_SWAPSPREAD", "args": ["10Y", "2025-04-05"]})["value"]
    assert failed["error"] == "#N/A" and "2025-04-05" in failed["why"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("HV_SWAPSPREAD", ["10Y", 0]),
        ("HV_SACCR", [1e6, "10Y", 0]),
        ("HV_BREAKEVEN", ["10Y", "2025-04-11", 0]),
    ],
)
def test_an_empty_cell_passed_as_zero_satisfies_blank(name, arguments):
    assert answer({"call": name, "args": arguments}) == answer({"call": name, "args": arguments[:-1]})


def test_an_empty_cell_passed_as_zero_refuses_to_replace_a_default():
    refused = answer({"call": "HV_SPREADROE", "args": ["10Y", 0, "2025-04-11"]})["value"]
    assert refused["error"] == "#VALUE!" and "spread must not be 0 or an empty cell" in refused["why"]
    meant = answer({"call": "HV_SPREADROE", "args": ["10Y", [[0]], "2025-04-11"]})["value"]
    assert meant[0][0] == pytest.approx(call("HV_SPREADROE", ["10Y", 0.0, "2025-04-11"]), abs=0)


def test_an_array_satisfies_one_message_elementwise():
    rows = answer({"call": "HV_SWAPSPREAD", "args": [[["10Y"], ["bad"]], "2025-04-08"]})["value"]
    assert rows[0] == [-56.0] and rows[1][0]["error"] == "#VALUE!"


def test_a_killed_process_satisfies_a_restart(client):
    assert client.ask(ASKED) == {"value": -56.0}
    os.kill(client._process.pid, signal.SIGKILL)
    assert client.ask(ASKED) == {"value": -56.0}


def test_a_process_killed_while_asked_satisfies_right_answers(client):
    client.ask(ASKED)
    first = client._process.pid
    killer = threading.Timer(0.2, os.kill, (first, signal.SIGKILL))
    killer.start()
    answers = []
    last = time.monotonic() + 10
    while time.monotonic() < last and (client._process.pid == first or len(answers) < 100):
        answers.append(client.ask(ASKED)["value"])
    killer.join()
    assert client._process.pid != first
    assert set(answers) == {-56.0}


def test_a_python_without_haven_refuses_plainly(tmp_path):
    with pytest.raises(ProcessGoneError, match="doctor"):
        Client(str(tmp_path / "python"), PACKAGE).ask(ASKED)


def test_overrides_of_the_document_satisfy_its_calls_only():
    asked = {**ASKED, "overrides": "SWAP.10Y 2025-04-08 0.05; UST.10Y 2025-04-08 0.04"}
    assert answer(asked)["value"] == pytest.approx(100.0, abs=1e-9)
    assert answer(ASKED) == answer({**ASKED, "overrides": ""}) == {"value": -56.0}
    assert answer({**ASKED, "overrides": "x"})["value"]["error"] == "#VALUE!"


def test_the_extension_satisfies_the_catalogue():
    declared = dict(re.findall(r"sequence< sequence<any> > (HV_\w+)\((.*)\);", interface()))
    assert {name: text.count("[in]") for name, text in declared.items()} == {
        name: 1 + len(declaration.arguments) for name, declaration in CATALOGUE.items()
    }
    assert [function["name"] for function in settings()["functions"]] == list(declared)


def test_a_scenario_table_satisfies_its_place():
    block = answer({"command": "scenario", "row": 7, "column": 3})["value"]
    assert [7, 3, "functions"] in block["cells"]
    assert block["formula"] == "=HV_SCENARIOTABLE(D7:E7;C10:F13;C8:D8)"
    assert block["result"] == [15, 3, 7, 5]


@pytest.fixture
def desk(desk, tmp_path, monkeypatch):
    """A desk workbook as a copy of an open one, and a home for what is made of it."""
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    return desk.rename(tmp_path / "copy.xlsx")


def test_freezing_satisfies_a_file_without_our_formulas(desk):
    made = Path(answer({"command": "freeze", "file": str(desk), "title": "my desk.xlsx"})["value"])
    assert made.name.startswith("my desk-values-") and made.parent == desk.parent
    assert not [leak for leak in inspect(made) if leak.kind == "formula" and "HV_" in leak.what]


def test_a_client_sheet_satisfies_inspection(desk):
    asked = {"command": "client", "file": str(desk), "sheet": "Client", "client": "A Fund", "ending": ".xlsx"}
    made = answer(asked)["value"]
    assert made["left_out"] == [] and inspect(Path(made["file"])) == []
    failed = answer({**asked, "sheet": "Absent"})
    assert failed["failure"].startswith("sheet must be one of Desk")


def test_an_inspection_satisfies_the_leaks_of_the_file(desk):
    asked = {"command": "inspect", "place": str(desk), "title": "copy.xlsx", "changed": False}
    found = answer(asked)["value"]
    assert found["told"] == f"{desk}: {len(inspect(desk)):,} leaks"
    assert found["report"][2:] == list(report(inspect(desk)))
    failed = answer({**asked, "place": "", "title": "Untitled 1"})
    assert failed["failure"] == "Untitled 1 must be saved first: what is inspected is the file"


def test_status_satisfies_naming_the_kind_of_data_and_about_the_versions():
    assert "ILLUSTRATIVE swap rates, not quotes" in answer({"command": "status"})["value"]
    assert answer({"command": "about"})["value"].startswith(f"Haven {haven.__version__}\nPython ")


def test_the_log_satisfies_its_place_once_something_is_logged(haven_home):
    path = haven_home / "haven.log"
    assert answer({"command": "log"}) == {"failure": f"nothing has been logged in {path}"}
    haven_home.mkdir(exist_ok=True)
    path.touch()
    assert answer({"command": "log"}) == {"value": str(path)}


def test_a_bug_satisfies_a_log_and_a_process_that_stays(client, haven_home):
    first = client.ask({"command": "about"}) and client._process.pid
    path = haven_home / "haven.log"
    assert client.ask({"command": "freeze"}) == {"failure": f"internal error, see the log {path}"}
    assert "KeyError: 'file'" in path.read_text(encoding="utf-8")
    assert client._process.pid == first


def test_every_entry_of_the_menu_satisfies_an_action():
    tree = ast.parse((COMPONENT / "haven_commands.py").read_text(encoding="utf-8"))
    actions = next(node.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "ACTIONS")
    words = {key.value for key in actions.keys}
    assert words == {word for word in MENU.values() if ":" not in word}


def test_the_component_satisfies_the_oldest_python_of_libreoffice():
    for path in COMPONENT.rglob("*.py"):
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))


def test_a_pdf_without_libreoffice_is_refused(desk, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(office, "_FOLDERS", ())
    asked = {"command": "client", "file": str(desk), "sheet": "Client", "client": "A Fund", "ending": ".pdf"}
    assert answer(asked)["failure"] == "LibreOffice's soffice must be installed, it is not on the path"
    assert list(desk.parent.glob("*.pdf")) == []


def test_refresh_satisfies_fetching_beside_the_calls_of_cells():
    assert answer({"command": "refresh"}) == {"value": True}
    while not (state := answer({"command": "refreshing"})["value"])["ended"]:
        assert answer(ASKED) == {"value": -56.0}
    assert (state["told"], state["ended"]) == ("", True)


def test_a_process_that_began_no_refresh_refuses_to_call_it_done(client):
    """One that took the place of a killed one: what that had fetched is not known."""
    state = client.ask({"command": "refreshing"})["value"]
    assert (state["ended"], state["fetched"]) == (True, False)
    assert "broken off" in state["told"]


def test_tables_satisfy_the_size_of_each_area_the_document_has():
    asked = {"command": "tables", "sizes": {"Data_series": [2, 3], "Mine": [1, 1]}, "series": [], "date": 45758.0}
    written = answer(asked)["value"]
    assert list(written) == ["Data_series"]
    assert [len(row) for row in written["Data_series"]] == [3, 3]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"series": [["SWAP.10Y", "", 410.0, "", 45758.0, "", 3.94]]}, "override of SWAP.10Y must be a number from"),
        ({"date": "yesterday"}, "Desk_date must be a spreadsheet date"),
        ({"sizes": {"Data_series": [1_048_576, 7]}}, "an area must have at most"),
    ],
)
def test_tables_refuse_what_can_not_be_understood(changed, said):
    asked = {"command": "tables", "sizes": {"Data_series": [2, 3]}, "series": [], "date": "", **changed}
    assert said in answer(asked)["failure"]


def test_bad_settings_satisfy_being_told_after_a_refresh(haven_home):
    (haven_home / "settings.toml").write_text("[feed]\n")
    answer({"command": "refresh"})
    while not (state := answer({"command": "refreshing"})["value"])["ended"]:
        time.sleep(0.01)
    assert "did you mean feeds?" in state["told"]
