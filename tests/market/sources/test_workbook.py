"""A workbook of live vendor formulas as a source: the values it was saved with, and no error taken for one."""

import datetime as dt

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from haven.errors import HavenError
from haven.market.series import find_series
from haven.market.sources.source import Request
from haven.market.sources.workbook import SOURCE
from tests.market.sources.serving import TODAY, figures

DAY = dt.datetime(2025, 4, 8)
GOOD = [["USOSFR10 Curncy", 3.70, DAY], ["USOSFR2 Curncy", 3.52, DAY], ["SPX", 5000, DAY], [None, None, None]]
CODES = {"SWAP.10Y": "USOSFR10 Curncy", "SWAP.2Y": "USOSFR2 Curncy", "SPX": "SPX"}


def save(folder, rows, name="live.xlsx"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Desk's quotes"
    for row in [["code", "last", "as of"], *rows]:
        sheet.append(row)
    width = "ABC"[max(map(len, rows)) - 1]
    place = f"'Desk''s quotes'!$A$2:${width}${len(rows) + 1}"
    book.defined_names["Live"] = DefinedName("Live", attr_text=place)
    book.defined_names["Cell"] = DefinedName("Cell", attr_text="'Desk''s quotes'!$A$2")
    book.save(folder / name)
    return folder / name


def collect(path, place="Live", codes=CODES, **settings):
    series = tuple(map(find_series, codes))
    settings = {"path": str(path), "range": place, "series": codes, **settings}
    return SOURCE.collect(Request(web=None, base_url="", series=series, today=TODAY, settings=settings))


@pytest.mark.parametrize("place", ["Live", "Desk's quotes!A2:C5", "'Desk''s quotes'!$A$2:$C$5"])
def test_a_range_matches_its_values(tmp_path, place):
    assert figures(collect(save(tmp_path, GOOD), place)) == {
        "SWAP.10Y": {"2025-04-08": 3.70},
        "SWAP.2Y": {"2025-04-08": 3.52},
        "SPX": {"2025-04-08": 5000.0},
    }


def test_a_range_without_dates_satisfies_the_day_it_was_saved(tmp_path):
    path = save(tmp_path, [row[:2] for row in GOOD])
    stamp = openpyxl.load_workbook(path).properties.modified.replace(tzinfo=dt.UTC)
    day = str(stamp.astimezone().date())
    assert figures(collect(path))["SWAP.10Y"] == {day: 3.70}


def test_a_unit_satisfies_rates_alone(tmp_path):
    found = {quotes.series: quotes.unit for quotes in collect(save(tmp_path, GOOD), unit="decimal")}
    assert found == {"SWAP.10Y": "decimal", "SWAP.2Y": "decimal", "SPX": "index"}


@pytest.mark.parametrize(
    "word", ["#N/A Requesting Data...", "#N/A N/A", "#NAME?", "#N/A", "Retrieving...", "", None, True, "3.70"]
)
def test_what_is_no_figure_refuses_by_its_cell(tmp_path, word):
    path = save(tmp_path, [GOOD[0], ["USOSFR2 Curncy", word, DAY], GOOD[2]])
    with pytest.raises(
        HavenError, match=r"workbook: Desk's quotes!B3 \(SWAP\.2Y\) has '.*'; let the vendor's formulas"
    ):
        collect(path)


def test_a_formula_never_calculated_refuses(tmp_path):
    path = save(tmp_path, [["USOSFR10 Curncy", '=BDP("USOSFR10 Curncy","PX_LAST")', DAY], *GOOD[1:]])
    with pytest.raises(HavenError, match=r"Desk's quotes!B2 \(SWAP\.10Y\) has ''"):
        collect(path)


def test_a_date_that_is_none_refuses(tmp_path):
    path = save(tmp_path, [["USOSFR10 Curncy", 3.7, "today"], *GOOD[1:]])
    with pytest.raises(HavenError, match=r"B2 \(SWAP\.10Y\) has no date beside it, but 'today'"):
        collect(path)


def test_many_refused_cells_satisfy_a_short_list(tmp_path):
    codes = {f"SWAP.{n}Y": f"T{n}" for n in (1, 2, 3, 4, 5, 6, 7)}
    path = save(tmp_path, [[code, "#N/A", DAY] for code in codes.values()])
    with pytest.raises(HavenError, match=r"B6 .* and 2 more; let"):
        collect(path, codes=codes)


def test_a_series_without_a_row_refuses(tmp_path):
    with pytest.raises(HavenError, match=r"the range has no row for SWAP\.2Y"):
        collect(save(tmp_path, [GOOD[0], GOOD[2]]))


@pytest.mark.parametrize(
    "place", ["Nowhere", "Sheet9!A2:C5", "Desk's quotes!Rates", "Desk's quotes!", "Desk's quotes!A:C", "A2:C5", "#REF!"]
)
def test_a_place_that_is_not_there_refuses(tmp_path, place):
    with pytest.raises(HavenError, match=r"sources\.workbook\.range must be a named range or .*there are Live"):
        collect(save(tmp_path, GOOD), place)


@pytest.mark.parametrize("place", ["Cell", "Desk's quotes!A2:A5", "Desk's quotes!A2:D5"])
def test_a_place_of_another_shape_refuses(tmp_path, place):
    with pytest.raises(HavenError, match=r"sources\.workbook\.range must have columns series, value and date"):
        collect(save(tmp_path, GOOD), place)


def test_a_workbook_that_can_not_be_read_refuses(tmp_path):
    with pytest.raises(HavenError, match="can't be read"):
        collect(tmp_path / "nothing.xlsx")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(HavenError, match="is damaged or no workbook"):
        collect(tmp_path / "broken.xlsx")
    with pytest.raises(HavenError, match=r"path must end in \.xlsx or \.xlsm"):
        collect(tmp_path / "live.xls")
    with pytest.raises(HavenError, match="unit must be one of"):
        collect(save(tmp_path, GOOD), unit="pct")
