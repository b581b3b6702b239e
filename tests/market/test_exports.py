"""Vendors' exports read as a map says, and the refusals of a map or a file that is wrong."""

import datetime as dt
import re
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from haven.cli import main
from haven.errors import HavenError
from haven.market.exports import read_files, read_map
from haven.market.load import load_files
from haven.market.snapshot import refresh
from tests.conftest import NOW
from tests.market.sources.biff import write_xls
from tests.shared import SHARED, needs_shared

EXAMPLE = """[columns]
date = "Date"

[series]
"US 10" = "SWAP.10Y"
"""
LONG = """[columns]
date = "Day"
series = "Ticker"
value = "Last"
"""


def write(folder, name, written, encoding="utf-8"):
    path = folder / name
    path.write_text(written, encoding=encoding)
    return path


def read(folder, written_map, *exports):
    """The rows of exports under a map: (row, series, date, value, unit)."""
    read_rows = read_files(exports, write(folder, "map.toml", written_map))
    return [(row.line, row.series, row.date[:10], float(row.value), row.unit) for _, rows in read_rows for row in rows]


def value(series, date):
    return float(refresh().history(series).at(np.array([date], "M8[D]"))[0])


def example(name):
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    return re.search(rf"<!-- {re.escape(name)} -->\n```\w*\n(.*?)```", readme, re.DOTALL)[1]


def test_the_example_of_the_readme_matches_its_figures(tmp_path, capsys):
    paths = [str(write(tmp_path, name, example(name))) for name in ("map.toml", "export.csv")]
    assert main(["import", "--map", *paths]) == 0
    assert "5 figures of 3 series, 2025-04-08 to 2025-04-09" in capsys.readouterr().out
    assert value("SWAP.10Y", "2025-04-08") == pytest.approx(0.037012, rel=1e-15)
    assert value("SWAP.2Y", "2025-04-08") == pytest.approx(0.035237, rel=1e-15)
    assert value("XCCY.EURUSD.3M", "2025-04-09") == -4.0


@needs_shared
def test_swap_file_matches_its_known_dates(tmp_path):
    file = SHARED / "data/swaps/USD-SOFR-1D_par_rates.csv"
    columns = pd.read_csv(file, nrows=0).columns[1:]
    series = "\n".join(f'"{name}" = "SWAP.{name.lstrip("0")}"' for name in columns)
    loaded = load_files([file], NOW, write(tmp_path, "map.toml", f'[columns]\ndate = "Date"\n[series]\n{series}\n'))
    published = pd.read_csv(file)
    assert (loaded.series, loaded.figures) == (33, int(published[columns].notna().sum().sum()))
    assert value("SWAP.10Y", "2025-04-04") == pytest.approx(0.0351, abs=5e-5)
    history = refresh().history("SWAP.10Y")
    assert history.values.sum() * 100 == pytest.approx(published["10Y"].sum(), rel=1e-12)
    assert str(history.dates[-1]) == published["Date"].dropna().iloc[-1][:10]


@needs_shared
def test_money_market_panel_matches_its_known_dates(tmp_path):
    file = SHARED / "data/nyfed/money_market_panel_2003_2026-04.csv"
    written = (
        '[columns]\ndate = "DATE"\n[series]\n"SOFR" = "SOFR"\n"EFFR" = "EFFR"\n"Broad General Collateral Rate" = "BGCR"'
    )
    rows = {(series, date): figure for _, series, date, figure, _ in read(tmp_path, written, file)}
    assert (rows["SOFR", "2026-04-28"], rows["EFFR", "2026-04-28"]) == (3.64, 3.64)
    assert rows["BGCR", "2026-04-28"] == 3.62
    assert ("SOFR", "2003-05-01") not in rows
    published = pd.read_csv(file)["SOFR"].replace("-", np.nan).astype(float)
    sofr = [figure for (series, _), figure in rows.items() if series == "SOFR"]
    assert len(sofr) == published.count()
    assert sum(sofr) == pytest.approx(published.sum(), rel=1e-12)


def test_a_row_a_figure_satisfies_codes_units_and_what_is_not_named(tmp_path):
    export = write(
        tmp_path,
        "export.csv",
        "Ticker,Day,Last,Bid\nUSOSFR10 Curncy,08/04/2025,0.0370,1\nOTHER,x,y,z\nEUXOQQ3,08/04/2025,-3.5,1\n",
    )
    written = f"""{LONG}[format]
date = "%d/%m/%Y"
unit = "decimal"
[series]
"USOSFR10 Curncy" = "swap.10y"
"EUXOQQ3" = {{ series = "XCCY.EURUSD.3M", unit = "bp" }}
"""
    assert read(tmp_path, written, export) == [
        (2, "SWAP.10Y", "2025-04-08", 0.037, "decimal"),
        (4, "XCCY.EURUSD.3M", "2025-04-08", -3.5, "bp"),
    ]


def test_our_own_ids_satisfy_needing_no_codes(tmp_path):
    export = write(tmp_path, "export.csv", "Ticker,Day,Last\nswap.10y,2025-04-08,370\nSPX,2025-04-08,5000\n")
    assert read(tmp_path, f'{LONG}[format]\nunit = "bp"\n', export) == [
        (2, "SWAP.10Y", "2025-04-08", 370.0, "bp"),
        (3, "SPX", "2025-04-08", 5000.0, ""),
    ]


@pytest.mark.parametrize(
    ("written", "marks", "figure"),
    [
        ("3,7012", 'decimal = ","', 3.7012),
        ('"1.234,5"', 'decimal = ","\nthousands = "."', 1234.5),
        ("1234567,", 'decimal = ","\nthousands = "."', 1234567.0),
        ("1 234.5", 'thousands = " "', 1234.5),
        ("-.5", "", -0.5),
        ("1.5e-3", "", 0.0015),
    ],
)
def test_numbers_satisfy_the_marks_of_the_map(tmp_path, written, marks, figure):
    export = write(tmp_path, "export.csv", f"Date;US 10\n2025-04-08;{written}\n")
    found = read(tmp_path, f'[file]\nseparator = ";"\n[format]\n{marks}\n{EXAMPLE}', export)
    assert found[0][3] == figure


@pytest.mark.parametrize(
    ("written", "marks"),
    [
        ("3.70", 'decimal = ","'),
        ("3.70", 'decimal = ","\nthousands = "."'),
        ("3,70", ""),
        ("1,234.5", ""),
        ("12,34.5", 'thousands = ","'),
        ("3.70%", ""),
        ("#N/A Requesting Data...", ""),
        ("٣", ""),
        ("=1+1", ""),
        ("1_000", ""),
    ],
)
def test_other_numbers_refuse_naming_the_row(tmp_path, written, marks):
    export = write(tmp_path, "export.csv", f"Date;US 10\n2025-04-07;\n2025-04-08;{written}\n")
    with pytest.raises(HavenError, match=r"export\.csv row 3, US 10: value must be a number \(decimal"):
        read(tmp_path, f'[file]\nseparator = ";"\n[format]\n{marks}\n{EXAMPLE}', export)


@pytest.mark.parametrize(
    ("written", "form", "date"),
    [
        ("2025-04-08 17:00:00-04:00", "", "2025-04-08"),
        ("08.04.25", "%d.%m.%y", "2025-04-08"),
        ("8-Apr-2025", "%d-%b-%Y", "2025-04-08"),
        ("20250408", "%Y%m%d", "2025-04-08"),
        ("45755", "excel", "2025-04-08"),
        ("45755.75", "excel", "2025-04-08"),
    ],
)
def test_dates_satisfy_the_format_of_the_map(tmp_path, written, form, date):
    export = write(tmp_path, "export.csv", f"Date,US 10\n{written},3.7\n")
    assert read(tmp_path, (f'[format]\ndate = "{form}"\n' if form else "") + EXAMPLE, export)[0][2] == date


@pytest.mark.parametrize(
    ("written", "form"),
    [("04/08/2025", ""), ("31.02.2025", "%d.%m.%Y"), ("", ""), ("-1", "excel"), ("1e300", "excel"), ("nan", "excel")],
)
def test_other_dates_refuse_naming_the_row(tmp_path, written, form):
    export = write(tmp_path, "export.csv", f"Date,US 10\n{written},3.7\n")
    with pytest.raises(HavenError, match=r"export\.csv row 2, US 10: date must be"):
        read(tmp_path, (f'[format]\ndate = "{form}"\n' if form else "") + EXAMPLE, export)


@pytest.mark.parametrize("word", ["", ".", "-", "NA", "ND", "N/A", "n.v."])
def test_missing_figures_satisfy_being_left_out(tmp_path, word):
    export = write(tmp_path, "export.csv", f"Date,US 10\n2025-04-07,{word}\n\nSource: us\n2025-04-08,3.7\n")
    assert read(tmp_path, f'[format]\nmissing = ["n.v."]\n{EXAMPLE}', export) == [
        (5, "SWAP.10Y", "2025-04-08", 3.7, "")
    ]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "parquet"])
def test_other_kinds_of_files_match_csv(tmp_path, kind):
    export = tmp_path / f"export.{kind}"
    rows = [["A vendor"], ["Date", "US 10"], [dt.datetime(2025, 4, 8), 3.7], [dt.datetime(2025, 4, 9), None]]
    if kind == "xlsx":
        book = openpyxl.Workbook()
        sheet = book.create_sheet("Rates")
        for row in rows:
            sheet.append(row)
        book.save(export)
    elif kind == "xls":
        rows[2][0], rows[3][0] = 45755, 45756
        export.write_bytes(write_xls({"Notes": [], "Rates": rows}))
    else:
        pd.DataFrame({"US 10": [3.7, None]}, pd.DatetimeIndex([row[0] for row in rows[2:]], name="Date")).to_parquet(
            export
        )
    where = "" if kind == "parquet" else '[file]\nsheet = "Rates"\nheader = 2\n'
    form = '[format]\ndate = "excel"\n' if kind == "xls" else ""
    line = 2 if kind == "parquet" else 3
    assert read(tmp_path, where + form + EXAMPLE, export) == [(line, "SWAP.10Y", "2025-04-08", 3.7, "")]


def test_an_error_in_a_cell_refuses(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Date", "US 10"])
    book.active.append([dt.date(2025, 4, 8), "#N/A"])
    book.active["B2"].data_type = "e"
    book.save(tmp_path / "export.xlsx")
    with pytest.raises(HavenError, match=r"export\.xlsx row 2, US 10: value must be a number .* got '#N/A'"):
        read(tmp_path, EXAMPLE, tmp_path / "export.xlsx")


def test_codes_satisfy_being_in_one_file_of_several(tmp_path):
    one = write(tmp_path, "one.csv", "Date,US 10\n2025-04-08,3.7\n")
    two = write(tmp_path, "two.csv", "Date,US 2\n2025-04-08,3.5\n")
    found = read(tmp_path, EXAMPLE + '"US 2" = "SWAP.2Y"\n', one, two)
    assert [row[1] for row in found] == ["SWAP.10Y", "SWAP.2Y"]
    with pytest.raises(HavenError, match=r"map\.toml line 6: 'US 2' is in none of one\.csv"):
        read(tmp_path, EXAMPLE + '"US 2" = "SWAP.2Y"\n', one)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            ("[columns]", "[colums]"),
            "map.toml line 1: table must be one of file, columns, format, series, got 'colums'",
        ),
        (("date =", "dates ="), "map.toml line 2: columns must have keys among date, series, value, got 'dates'"),
        (('date = "Date"', ""), "map.toml line 1: columns must name the date column"),
        (('"Date"', "7"), "map.toml line 2: date must be text, got 7"),
        (('"Date"', '"Day"'), "map.toml line 2: column 'Day' is not in export.csv, which has Date, US 10, Date.1"),
        (('"Date"', '"Twice"'), "map.toml line 2: column 'Twice' is twice in export.csv"),
        (("\n[ser", '\nvalue = "V"\n[ser'), "map.toml line 1: columns must name series and value"),
        (('"US 10" = "SWAP.10Y"', ""), "map.toml line 4: series must say which column is which series"),
        (("SWAP.10Y", "SWAP.10X"), "map.toml line 5: series must be an id of the catalogue, got 'SWAP.10X'; did you"),
        (('"SWAP.10Y"', "7"), "map.toml line 5: 'US 10' must be an id of ours"),
        (('"SWAP.10Y"', '{ serie = "SWAP.10Y" }'), "map.toml line 5: 'US 10' must be an id of ours"),
        (('"SWAP.10Y"', '{ series = "SPX", unit = "bp" }'), "map.toml line 5: unit of SPX must be index, got 'bp'"),
        (("US 10", "US 11"), "map.toml line 5: 'US 11' is in none of export.csv"),
        (("[col", '[format]\ndecimal = ";"\n[col'), "map.toml line 2: decimal must be a point or a comma, got ';'"),
        (("[col", '[format]\nthousands = "."\n[col'), "map.toml line 2: thousands must be a mark other than"),
        (("[col", '[format]\nunit = "pct"\n[col'), "map.toml line 2: unit must be one of percent, decimal, bp"),
        (("[col", '[format]\ndate = "%d.%m"\n[col'), "map.toml line 2: date must be a format such as"),
        (("[col", '[format]\ndate = "DD.MM.YYYY"\n[col'), "map.toml line 2: date must be a format such as"),
        (("[col", "[format]\nmissing = [7]\n[col"), "map.toml line 2: missing must be a list of text"),
        (("[col", "[file]\nheader = 0\n[col"), "map.toml line 2: header must be a row number from 1, got 0"),
        (("[col", "[file]\nheader = true\n[col"), "map.toml line 2: header must be a whole number, got True"),
        (("[col", "[file]\nheader = 9\n[col"), "export.csv has no header in row 9"),
        (("[col", '[file]\nseparator = ""\n[col'), "map.toml line 2: separator must be one character"),
        (("[col", '[file]\nencoding = "ansi?"\n[col'), "map.toml line 2: encoding must be one such as cp1252"),
        (("[col", "file = 7\n[col"), "file must be a table"),
        (("= ", "= ="), "map map.toml is not TOML"),
    ],
)
def test_a_wrong_map_refuses_naming_its_line(tmp_path, change, why):
    export = write(tmp_path, "export.csv", "Date,US 10,Date.1,Twice,Twice\n2025-04-08,3.7,,,\n")
    assert change[0] in EXAMPLE
    with pytest.raises(HavenError) as failure:
        read(tmp_path, EXAMPLE.replace(*change, 1), export)
    assert why in failure.value.message


def test_a_map_that_is_not_there_or_not_text_refuses(tmp_path):
    with pytest.raises(HavenError, match="can't be read"):
        read_map(tmp_path / "nothing.toml")
    (tmp_path / "map.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(HavenError, match="must be UTF-8 text"):
        read_map(tmp_path / "map.toml")


def test_an_export_without_figures_refuses(tmp_path):
    export = write(tmp_path, "export.csv", "Date,US 10\n2025-04-08,NA\n")
    with pytest.raises(HavenError, match=r"export\.csv: no figure that map\.toml names"):
        read(tmp_path, EXAMPLE, export)
