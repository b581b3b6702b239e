"""The commands that share a workbook, as a desk types them."""

import json
import re
import shutil
import subprocess
import zipfile

import openpyxl
import pytest

from haven.cli import main
from haven.hosts.libreoffice.convert import converted
from haven.workbook.inspect.opendocument import MIMETYPE
from tests.workbook.books import book, needs_libreoffice
from tests.workbook.poisoned import poisoned


def run(capsys, *words):
    code = main([str(word) for word in words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_client_sheet_satisfies_inspection_from_the_command_line(desk, tmp_path, capsys):
    brand, out = tmp_path / "brand.toml", tmp_path / "client.xlsx"
    brand.write_text('name = "=HYPERLINK(1)"\ndisclaimer = "@not a formula"\n[round]\nbp = 0.5')
    code, said, _ = run(capsys, "client", desk, "--client", "+A Fund", "--brand", brand, "--out", out)
    assert (code, said) == (0, f"{out}: Client for +A Fund\n")
    assert run(capsys, "inspect", out) == (0, f"{out}: no leaks\n", "")
    sheet = openpyxl.load_workbook(out)["Client"]
    assert (sheet["A1"].value, sheet["A1"].data_type) == ("=HYPERLINK(1)", "s")
    assert sheet["B9"].value == -54
    assert "@not a formula" in [cell.value for row in sheet.iter_rows() for cell in row]


def test_a_given_date_satisfies_standing_on_a_page_that_states_none(tmp_path, capsys):
    file, out = tmp_path / "own.xlsx", tmp_path / "client.xlsx"
    file.write_bytes(book(lambda workbook: workbook.active.append([4.2])))
    words = ("client", file, "--client", "A", "--out", out, "--sheet", "Sheet")
    assert run(capsys, *words, "--as-of", "2025-04-08")[0] == 0
    assert openpyxl.load_workbook(out)["Sheet"]["A2"].value == "Prepared for A  ·  market of 8 April 2025"


def test_a_date_other_than_the_workbook_states_is_refused(desk, tmp_path, capsys):
    out = tmp_path / "client.xlsx"
    words = ("client", desk, "--client", "A", "--out", out)
    code, _, said = run(capsys, *words, "--as-of", "2024-01-02")
    assert code == 1 and "as-of must be 11 April 2025, the market date of desk.xlsx, got 2 January 2024" in said
    assert not out.exists()
    assert run(capsys, *words, "--as-of", "2025-04-11")[0] == 0


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--client", "A", "--out", "client.csv"], "out must be named .xlsx or .pdf, got client.csv"),
        (["--client", "", "--out", "client.xlsx"], "client must be 1 to 200 characters, got 0"),
        (["--client", "A", "--out", "client.xlsx", "--as-of", "soon"], "as-of must be"),
        (
            ["--client", "A", "--out", "client.xlsx", "--range", "B2", "--sheet", "Desk", "--sheet", "Curve"],
            "one sheet",
        ),
        (["--client", "A", "--out", "client.xlsx", "--brand", "absent.toml"], "absent.toml"),
    ],
)
def test_a_client_command_is_refused(desk, tmp_path, capsys, monkeypatch, words, why):
    monkeypatch.chdir(tmp_path)
    code, _, said = run(capsys, "client", desk, *words)
    assert code == 1 and why in said
    assert list(tmp_path.glob("client.*")) == []


@needs_libreoffice
def test_the_desk_page_satisfies_having_all_its_charts(desk, tmp_path, capsys):
    out = tmp_path / "client.xlsx"
    assert run(capsys, "client", desk, "--sheet", "Desk", "--client", "A", "--out", out) == (
        0,
        f"{out}: Desk for A\n",
        "",
    )
    sheet = openpyxl.load_workbook(out)["Desk"]
    drawn = len(openpyxl.load_workbook(desk)["Desk"]._charts)
    assert len(sheet._charts) + len(sheet._images) == drawn and sheet._images
    assert run(capsys, "inspect", out) == (0, f"{out}: no leaks\n", "")


@needs_libreoffice
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is absent")
def test_wrapped_text_in_a_row_without_height_satisfies_standing_above_the_next_row(tmp_path, capsys):
    def page(workbook):
        sheet = workbook.active
        sheet["A1"], sheet["A2"], sheet["A3"] = "wrapped words " * 20 + "last", "below", "beneath"
        sheet["A1"].alignment = openpyxl.styles.Alignment(wrap_text=True)
        sheet["A2"].alignment = openpyxl.styles.Alignment(wrap_text=True)
        sheet.row_dimensions[2].height = 40

    file, out = tmp_path / "book.xlsx", tmp_path / "client.pdf"
    file.write_bytes(book(page))
    run(capsys, "client", file, "--sheet", "Sheet", "--client", "A", "--as-of", "2025-04-11", "--out", out)
    words = subprocess.run(["pdftotext", "-bbox", out, "-"], check=True, capture_output=True, text=True).stdout
    ends = {word: float(end) for end, word in re.findall(r'yMax="([\d.]+)">(\w+)<', words)}
    assert ends["last"] + 5 < ends["below"]
    assert ends["beneath"] - ends["below"] == pytest.approx(15, abs=2)


@needs_libreoffice
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is absent")
def test_each_printed_page_satisfies_telling_whose_for_whom_of_when_and_its_number(desk, tmp_path, capsys):
    brand, out = tmp_path / "brand.toml", tmp_path / "client.pdf"
    brand.write_text('name = "Example Securities"')
    run(
        capsys,
        "client",
        desk,
        "--sheet",
        "Curve",
        "--sheet",
        "Balance sheet",
        "--client",
        "A",
        "--brand",
        brand,
        "--out",
        out,
    )
    text = subprocess.run(["pdftotext", "-layout", out, "-"], check=True, capture_output=True, text=True).stdout
    pages = text.split("\f")[:-1]
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert "Example Securities" in page and "ILLUSTRATIVE swap rates" in page
        assert "Prepared for A · market of 11 April 2025" in " ".join(page.split())
        assert f"Page {number} of {len(pages)}" in page


@needs_libreoffice
def test_a_workbook_of_libreoffice_matches_that_of_excel(desk, tmp_path, capsys):
    file, out = tmp_path / "desk.ods", tmp_path / "client.xlsx"
    file.write_bytes(converted(desk.read_bytes(), ".xlsx", ".ods"))
    assert run(capsys, "client", file, "--client", "A", "--out", out) == (0, f"{out}: Client for A\n", "")
    sheet = openpyxl.load_workbook(out)["Client"]
    assert sheet["B9"].value == -54
    assert len(sheet._charts) == 2


def test_a_workbook_of_libreoffice_is_refused_without_it(tmp_path, capsys, monkeypatch):
    file = tmp_path / "book.ods"
    with zipfile.ZipFile(file, "w") as target:
        target.writestr("mimetype", MIMETYPE)
        target.writestr("content.xml", "<x/>")
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    code, _, said = run(capsys, "client", file, "--client", "A", "--out", tmp_path / "client.xlsx")
    assert code == 1 and "LibreOffice's soffice must be installed" in said


def test_the_workbook_itself_is_refused_as_out(desk, capsys):
    before = desk.read_bytes()
    code, _, said = run(capsys, "client", desk, "--client", "A", "--out", desk)
    assert code == 1 and "out must not be desk.xlsx itself" in said
    assert desk.read_bytes() == before


def test_freeze_satisfies_replacing_in_place(desk, tmp_path, capsys):
    file = tmp_path / "book.xlsx"
    file.write_bytes(desk.read_bytes())
    assert "Haven formulas are values now" in run(capsys, "freeze", file, "--out", file)[1]
    assert run(capsys, "freeze", file, "--out", file)[1] == f"{file}: 0 Haven formulas are values now\n"


def test_inspection_satisfies_its_exit_codes(tmp_path, capsys):
    file = tmp_path / "poisoned.xlsx"
    file.write_bytes(poisoned())
    code, said, _ = run(capsys, "inspect", file, "--json")
    assert code == 1
    formula = {"kind": "formula", "place": "Page!B2", "what": '=IF(TRUE,4.1,"Zformula")', "sheet": "Page"}
    assert {**formula, "means": "how figures are made"} in json.loads(said)
    code, said, _ = run(capsys, "inspect", file)
    assert code == 1 and said.endswith(" leaks\n")
    file.write_bytes(b"PK and nothing")
    assert run(capsys, "inspect", file)[0] == 2
    assert run(capsys, "inspect", tmp_path / "absent.xlsx")[0] == 2
