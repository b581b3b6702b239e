"""A brand's rounding rules on whole pages: all figures of a unit alike, so that no figure gives another away."""

import io
import re
import tomllib
from decimal import Decimal

import openpyxl
import pytest

from haven.errors import HavenError
from haven.workbook.client.brand import Brand, Rounding, read_brand
from haven.workbook.client.file import client_file
from haven.workbook.package import Package
from tests.readme import README
from tests.workbook.books import book
from tests.workbook.poisoned import png

FIGURES = (
    (0.0392, "0.00%"), (-50.8198, "0.0"), (-3.1802, "+0.0;-0.0;0.0"), (0.8672, '"1d "+0.0" bp"'), (87.2, "#,##0.0"),
    (10.0, '0.##"Y"'), (45_758.0, "yyyy-mm-dd"), (0.7643, "0.0000"),
)  # fmt: skip


def own(workbook):
    sheet = workbook.active
    sheet.title = "Own"
    for row, (value, code) in enumerate(FIGURES, start=1):
        sheet.cell(row, 1, value).number_format = code
    sheet["A9"] = "rose 47 bp to 4.48 %"


def sent(data, sheet="Own", **rules):
    file = client_file(Package(data), [sheet], "A Fund", Brand(rounding=Rounding(**rules)), date="11 April 2025")
    return openpyxl.load_workbook(io.BytesIO(file.content))[sheet], file.left_out


def steps(**units):
    return {{"percent": "%"}.get(unit, unit): Decimal(step) for unit, step in units.items()}


def test_a_step_of_a_unit_satisfies_all_its_figures_in_cells_and_words():
    sheet, left_out = sent(book(own), units=steps(bp="5", percent="0.05"))
    assert [sheet.cell(row, 1).value for row in (4, 5, 6, 7, 8, 9, 11, 12)] == [
        pytest.approx(0.039), -50, -5, 0, 85, 10, 0.7643, "rose 45 bp to 4.50 %",
    ]  # fmt: skip
    assert sheet["A10"].value.year == 2025
    assert left_out == ["Own A4: rounded to 0"]


def test_a_range_satisfies_the_unit_its_cells_show_and_goes_before_it():
    sheet, _ = sent(book(own), areas=((((1, 1), (7, 1)), Decimal(1)),), units=steps(bp="5"))
    assert [sheet.cell(row, 1).value for row in (4, 5, 6, 7, 8)] == [pytest.approx(0.04), -51, -3, 1, 87]
    assert sheet["A10"].value.year == 2025


def test_a_step_above_a_rate_is_refused():
    with pytest.raises(
        HavenError, match=r"round\.A1:A8 must be at most the figures it rounds, got 5, and Own!A1 is 3.92"
    ):
        sent(book(own), areas=((((1, 1), (8, 1)), Decimal(5)),))


def test_a_rule_that_fits_no_figure_satisfies_being_named():
    _, left_out = sent(book(own), areas=((((20, 1), (30, 2)), Decimal(1)),), units=steps(bp="0.1"))
    assert left_out == ["the rule round.A20:B30, which fits no figure"]


def test_the_brand_of_the_readme_satisfies_the_client_page(built_desk, tmp_path):
    text = re.search(r"```toml\n(name = .*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[1]
    (tmp_path / "brand.toml").write_text(text, encoding="utf-8")
    (tmp_path / tomllib.loads(text)["logo"]).write_bytes(png(""))
    brand = read_brand(tmp_path / "brand.toml")
    file = client_file(Package(built_desk), ["Client"], "A Fund", brand)
    assert not any("rule" in what for what in file.left_out)
    sheet = openpyxl.load_workbook(io.BytesIO(file.content))["Client"]
    source = openpyxl.load_workbook(io.BytesIO(built_desk), data_only=True)["Client"]
    for row in range(11, 19):  # of the workbook; three lines of header stand above, without its own first row
        rates = [(sheet.cell(row + 3, column).value, source.cell(row, column).value) for column in (3, 4)]
        assert all(rounded == pytest.approx(rate, abs=0.000251) and rounded > 0 for rounded, rate in rates)
        spreads = [(sheet.cell(row + 3, column).value, source.cell(row, column).value) for column in (5, 7, 8)]
        assert all(2 * rounded % 1 == 0 and rounded == pytest.approx(figure, abs=0.251) for rounded, figure in spreads)


def test_rounded_tiles_and_the_reading_of_the_desk_satisfy_their_steps(built_desk):
    sheet, left_out = sent(built_desk, "Desk", units=steps(bp="5"))
    figures = [
        (cell.value, cell.coordinate)
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, float | int) and re.search(r"0\.0(?![0%])", cell.number_format)
    ]
    assert len(figures) > 50 and all(figure % 5 == 0 for figure, _ in figures), figures
    words = " ".join(cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str))
    sentences = re.findall(r"10Y Treasury \S+ bp from .*?\)|From \d.*?swap rates\)", words)
    assert len(sentences) == 2
    for sentence in sentences:
        figures = re.findall(
            r"[-+−]?(\d+(?:\.\d)?)(?: bp|(?=[,.) ]))", re.sub(r"\d{4}-\d\d-\d\d|\d+Y|[\d.]+ %", "", sentence)
        )
        assert len(figures) > 3 and all(float(figure) % 5 == 0 for figure in figures), (sentence, figures)
    assert "a chart of Desk with figures that a rule rounds, which can only be sent as a picture" in left_out
