"""The ribbon's Share group, with the real xlwings over a model of Excel that holds a desk workbook."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from haven.errors import HavenError
from haven.hosts.excel import jobs
from haven.hosts.excel.book import excel
from haven.hosts.share import inspect_saved, new_file, write_client
from haven.workbook.inspect import inspect
from haven.workbook.inspect.report import report
from tests.hosts.excel import excel_com


@pytest.fixture
def desk(built_desk, tmp_path):
    path = tmp_path / "open" / "Möbel & desk.xlsx"
    path.parent.mkdir()
    path.write_bytes(built_desk)
    return path


class Excel:
    """The model with a desk workbook open, told at the end of a job."""

    status_bar = ""

    def __init__(self, path):
        self.com = excel_com.excel(str(path))[1]
        app = excel(self.com)
        self.books, self.api, self.said = app.books, app.api, []
        self.name = path.name

    def macro(self, _):
        return lambda *what: self.said.append(what)

    def do(self, word, about=""):
        jobs.run(self, word, self.name, about)
        return self.said[-1][1]


@pytest.fixture
def app(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    return Excel(desk)


def test_freeze_satisfies_a_copy_of_values_that_is_opened(app, desk, tmp_path):
    before = desk.read_bytes()
    said = app.do("freeze")
    made = next(tmp_path.glob("Möbel _ desk-values-*.xlsx"))
    assert said.endswith(f"Haven formulas are values in {made}")
    assert made.name in [book.name for book in app.books]
    assert not any(leak.what.startswith("=HV_") for leak in inspect(made) if leak.kind == "formula")
    assert openpyxl.load_workbook(made)["Desk"]["B8"].value == -54
    assert desk.read_bytes() == before


def test_a_client_sheet_satisfies_being_clean_and_opened(app, tmp_path):
    app.com.log.append(("InputBox", "=Example Fund"))
    app.books[app.name].sheets["Client"].api.Activate()
    said = app.do("client")
    made = next(tmp_path.glob("Client-client-*.xlsx"))
    assert said == str(made)
    assert made.name in [book.name for book in app.books]
    assert inspect(made) == []
    assert openpyxl.load_workbook(made)["Client"]["A2"].value.startswith("Prepared for =Example Fund")


def test_the_pdf_satisfies_being_made_by_excel_of_the_client_sheet(app, tmp_path):
    app.com.log.append(("InputBox", "Example Fund"))
    app.books[app.name].sheets["Client"].api.Activate()
    said = app.do("client", "pdf")
    _, terms = app.com.log[-1]
    assert said == terms["Filename"] and terms["Filename"].endswith(".pdf") and Path(said).parent == tmp_path
    assert (terms["Type"], terms["IncludeDocProperties"], terms["OpenAfterPublish"]) == (0, False, True)
    assert [book.name for book in app.books] == [app.name]


@pytest.mark.parametrize("answer", [False, "", "  "])
def test_no_answer_for_whom_satisfies_nothing_done(app, tmp_path, answer):
    app.com.log.append(("InputBox", answer))
    assert app.do("client") == ""
    assert list(tmp_path.glob("*.xlsx")) == []


def test_the_usual_brand_satisfies_standing_on_the_sheet(app, tmp_path, haven_home):
    haven_home.mkdir(exist_ok=True)
    (haven_home / "brand.toml").write_text('name = "Example Securities"')
    app.com.log.append(("InputBox", "Example Fund"))
    app.books[app.name].sheets["Client"].api.Activate()
    app.do("client")
    made = next(tmp_path.glob("Client-client-*.xlsx"))
    assert openpyxl.load_workbook(made)["Client"]["A1"].value == "Example Securities"


def test_a_binary_workbook_is_refused(app):
    app.name = "book.xlsb"
    assert "must be saved as .xlsx or .xlsm first" in app.do("freeze")


def test_a_new_file_satisfies_a_name_of_its_own():
    assert new_file("a/b:c", "values", ".xlsx", dt.datetime(2026, 11, 20)).name == "a_b_c-values-20261120-000000.xlsx"


def test_inspect_satisfies_a_report_in_a_new_workbook_and_nothing_written(app, desk):
    leaks, before = inspect(desk), desk.read_bytes()
    assert app.do("inspect") == f"{desk}: {len(leaks):,} leaks"
    ours, made = (app.books[name] for name in (app.name, next(b.name for b in app.books if b.name != app.name)))
    cells = made.sheets[0].used_range
    lines = [cell.raw_value or "" for cell in cells]
    assert lines[:2] == [f"{desk}: {len(leaks):,} leaks", ""]
    assert lines[2:] == list(report(leaks))[:-1]  # which ends in an empty line
    assert not any(str(cell.formula).lstrip().startswith("=") for cell in cells)
    assert [cell.raw_value for cell in cells if cell.font.bold] == [line for line in lines if line[:1].strip()]
    assert ours.api.Saved and desk.read_bytes() == before


def test_inspect_of_unsaved_changes_satisfies_saying_so_and_telling_of_the_file(app, desk):
    app.books[app.name].sheets["Desk"].range("A200").value = "=1+1"
    said, unsaved = app.do("inspect").split("\n")
    assert said == f"{desk}: {len(inspect(desk)):,} leaks"
    assert unsaved.startswith(f"{desk.name} has changes that are not saved")


def test_inspect_of_a_clean_workbook_satisfies_no_report(desk, tmp_path):
    page = tmp_path / "page.xlsx"
    write_client(desk, ["Client"], "Example Fund", page)
    app = Excel(page)
    assert app.do("inspect") == f"{page}: no leaks"
    assert [book.name for book in app.books] == [page.name]


def test_inspect_of_a_workbook_never_saved_is_refused(app):
    app.name = app.books.add().name
    assert app.do("inspect") == f"{app.name} must be saved first: what is inspected is the file"


def test_inspect_of_a_workbook_on_a_server_is_refused():
    place = "https://example.sharepoint.com/desk.xlsx"
    with pytest.raises(HavenError, match=f"must be a file of this computer to be inspected, got {place}"):
        inspect_saved(place, "desk.xlsx", changed=False)
