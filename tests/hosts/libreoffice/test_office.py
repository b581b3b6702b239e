"""The extension in a running LibreOffice: the wizard, documents, a killed process."""

import openpyxl
import pytest

from haven.functions import CATALOGUE, call
from haven.hosts.libreoffice.extension import COMPONENT
from tests.hosts.libreoffice.offices import needs_office, office

pytestmark = needs_office
TENORS = ("2Y", "5Y", "10Y", "30Y")
DAYS = ("2025-04-02", "2025-04-04", "2025-04-08", "2025-04-11")


def formulas(path, days):
    """A workbook of 5,000 Haven formulas and what each must be, one after the other."""
    book = openpyxl.Workbook()
    asked = [(TENORS[row % 4], days[row // 4 % len(days)]) for row in range(5000)]
    for row, (tenor, day) in enumerate(asked, start=1):
        book.active.cell(row, 1).value = f'=HV_SWAPSPREAD("{tenor}","{day}")'
    book.save(path)
    figures = {pair: call("HV_SWAPSPREAD", pair) for pair in set(asked)}
    return [figures[pair] for pair in asked]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with office(tmp_path_factory.mktemp("home"), on_screen=False) as running:
        yield running


def described(argument):
    """What the wizard says of an argument, and whether it may be left out."""
    return [f"[{argument.name}]", argument.help] if argument.optional else [argument.name, f"Required. {argument.help}"]


def test_the_wizard_satisfies_the_catalogue(running, capsys):
    wizard = running.take("descriptions")
    assert [argument for argument, _ in wizard.pop("HV_WHY")[1]] == ["cell"]
    shown = sum(len(arguments) for _, arguments in wizard.values())
    with capsys.disabled():
        print(f"\n{len(wizard)} functions and {shown} arguments in the wizard as in the catalogue")
    assert wizard == {
        name: [declaration.help, [described(argument) for argument in declaration.arguments]]
        for name, declaration in CATALOGUE.items()
    }


def test_written_tables_satisfy_all_or_nothing_and_text_that_stays_text(running):
    done = running.take("written", COMPONENT / "pythonpath")
    across, written, protected = done["told"]
    assert (
        "An array formula reaches out of Second" in across
        and written == ""
        and "Sheet Sheet1 is protected" in protected
    )
    at_array, after, undone = done["cells"]
    assert at_array == [["mine", "=1+1"], ["", ""], ["", "{=A1:B2}"]]
    assert after == [["=1+1", ""], ["1", "=#N/A"], ["1", "'+2"]]
    assert done["types"] == ["TEXT", 32767]
    assert undone == [["mine", "=1+1"], ["", ""], ["", ""]]


def test_a_process_killed_in_a_recalculation_satisfies_every_cell(running, tmp_path):
    expected = formulas(tmp_path / "book.xlsx", DAYS)
    done = running.take("killed", tmp_path / "book.xlsx")
    assert done["killed"] == 1
    assert done["before"] == expected
    assert done["after"] == expected


def test_two_documents_at_once_satisfy_their_own_values(running, tmp_path):
    expected = [formulas(tmp_path / "one.xlsx", DAYS[:2]), formulas(tmp_path / "two.xlsx", DAYS[2:])]
    assert running.take("two_at_once", tmp_path / "one.xlsx", tmp_path / "two.xlsx") == expected
