import math

import numpy as np
import pytest

from haven.errors import HavenError, Reason
from haven.market.series import find_series
from haven.market.sources.tables import AMERICAN, ISO, NAMED, days, figures, number, records, rows, table

NAN = math.nan


@pytest.mark.parametrize(
    "spelt",
    [
        "",
        " ",
        ".",
        "-",
        "--",
        "NA",
        "na",
        "N/A",
        "ND",
        "NaN",
        "null",
        "None",
        "-999.99",
        "-999.9900",
        None,
        -999.99,
        NAN,
    ],
)
def test_missing_figure_satisfies_each_spelling(spelt):
    assert math.isnan(number(spelt, "s"))


@pytest.mark.parametrize(
    ("spelt", "value"),
    [
        ("1.5", 1.5),
        (" -1.5 ", -1.5),
        ("+.5", 0.5),
        ("5.", 5),
        ("1,234,567.8", 1234567.8),
        ("1e3", 1000),
        (3, 3),
        (2.5, 2.5),
    ],
)
def test_figure_satisfies_each_spelling(spelt, value):
    assert number(spelt, "s") == value


@pytest.mark.parametrize(
    "spelt", ["abc", "1_0", "1,5", "12,34", "e5", "inf", "-inf", "1e999", "٣", "1 2", "0x10", "=1+1", "#N/A", "5%"]
)
def test_figure_refuses_what_is_none(spelt):
    with pytest.raises(HavenError, match=r"^s: a figure must be"):
        number(spelt, "s")


@pytest.mark.parametrize("spelt", [True, False, [], {}, math.inf])
def test_figure_refuses_other_kinds(spelt):
    with pytest.raises(HavenError):
        number(spelt, "s")


@pytest.mark.parametrize(
    "body",
    [
        b"Date,A,B\n2024-01-02,1,2\n2024-01-03,NA,4\n",
        b"\xef\xbb\xbfDate,A,B\r\n2024-01-02,1,2\r\n2024-01-03,,4\r\n\r\n",
        b'"Date","A","B"\n"2024-01-02","1","2"\n"2024-01-03","ND","4"',
        b"Note, see below\n\nA,Mnemonic\n\n Date , A , B\n2024-01-02, 1 , 2\n2024-01-03, .,4",
        b"Date,A,C,B\n2024-01-02,1,not a figure,2\n2024-01-03,-999.99,,4\n",
    ],
    ids=["plain", "windows", "quoted", "legend", "other columns"],
)
def test_columns_satisfy_the_ways_a_table_is_written(body):
    dates, columns = figures(body, "s", ("Date",), ["A", "B", "D"])
    assert dates.tolist() == np.array(["2024-01-02", "2024-01-03"], "M8[D]").tolist()
    assert set(columns) == {"A", "B"}
    np.testing.assert_array_equal(columns["A"], [1, NAN])
    np.testing.assert_array_equal(columns["B"], [2, 4])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "its header must begin with Date, got nothing"),
        (b"Day,A\n2024-01-02,1\n", "its header must begin with Date, got Day, A"),
        (b"Date,A,A\n2024-01-02,1,2\n", "column A must be there once"),
        (b"Date,A\n2024-01-02\n", "its table is damaged"),
        (b"Date,A\n2024-01-02,1,2\n", "its table is damaged"),
        (b"Date,A\n2024-01-02,x\n", "its table is damaged: .*'x'"),
        (b"Date,A\n2024-01-02,inf\n", "a figure of A must be finite"),
        (b"Date,A\n2024-01-02,1e999\n", "a figure of A must be finite"),
        (b'Date,A\n2024-01-02,"1\n', "its table is damaged"),
        (b"Date,A\n,1\n", "a date must look like"),
        (b"Date,A\n2024,1\n", "a date must look like"),
        (b"Date,A\n2024-02-30,1\n", "a date must be one of the calendar"),
        (b"Date,A\n2024-01-02T00:00:00,1\n", "a date must look like"),
        (b"\n" * 10_000_000 + b"x", "its header must begin with Date, got nothing"),
        ((b" " * 1000 + b"\n") * 10_000 + b"Date,A\n", "its header must begin with Date, got nothing"),
        (b"Date,\xff\n", "its text must be UTF-8, byte 5 is not"),
    ],
)
def test_columns_refuse_a_damaged_table(body, why):
    with pytest.raises(HavenError, match=why) as caught:
        figures(body, "s", ("Date",), ["A"])
    assert caught.value.reason is Reason.NO_DATA


def test_table_refuses_a_column_that_is_gone():
    with pytest.raises(HavenError, match="s: column DGS2 must be there"):
        table(b"Date,DGS10\n2024-01-02,4\n", "s", ("Date",), {n: find_series("UST.10Y") for n in ("DGS10", "DGS2")})


def test_dates_satisfy_each_form_given():
    written = ["12/31/2024", "1/2/25", " 01/02/1990 ", "6/14/69", "14-Jun-1961", "2025-04-08"]
    meant = ["2024-12-31", "2025-01-02", "1990-01-02", "1969-06-14", "1961-06-14", "2025-04-08"]
    assert days(written, "s", AMERICAN, NAMED, ISO).astype(str).tolist() == meant


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("31/12/2024", "must be one of the calendar"),
        ("02/30/24", "must be one of the calendar"),
        ("12/31/024", "must look like 04/08/2025 or 8-Apr-2025, got"),
        ("12/31", "must look like"),
        ("14-JUN-1961", "must look like"),
        ("14-Mai-1961", "must look like"),
        ("2024-12-31", "must look like"),
        ("", "must look like"),
        ("٣/1/2024", "must look like"),
    ],
)
def test_dates_refuse_another_form(written, why):
    with pytest.raises(HavenError, match=f"^s: a date {why}"):
        days(["1/2/2024", written], "s", AMERICAN, NAMED)


def test_rows_satisfy_their_header():
    assert rows(b"Note\n\nDate,A\n2024-01-02,1\n\n", "s", ("Date",)) == (["Date", "A"], [["2024-01-02", "1"]])


@pytest.mark.parametrize("body", [b'Date,A\n"' + b"a" * 200_000, b"Date," + b"a" * 200_000 + b"\n"])
def test_rows_refuse_an_endless_cell(body):
    with pytest.raises(HavenError, match="s: its table is damaged"):
        rows(body, "s", ("Date",))


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"a": 1}', b'{"a": [1]}', b"[" * 100_000, b"null", b"\xff"])
def test_records_refuse_other_json(body):
    with pytest.raises(HavenError, match=r"^s: "):
        records(body, "s", "a")
