import pytest

from haven.market.sources import fedboard
from tests.market.sources.fedfile import COLUMNS, LEGEND, fed_file
from tests.market.sources.serving import HttpSource, collected
from tests.shared import SHARED, needs_shared

HEADER = LEGEND.encode() + b"Date," + ",".join(COLUMNS).encode() + b"\n"
BETWEEN = b"1.0," * 93
TIPS_HEADER = b"Note: not an official release\n\nDate,BETA0,BETA1,BETA2,BETA3,BKEVEN02,TAU1,TAU2,TIPSY02\n"


def parameters(curve):
    """The series of one curve."""
    return [series for series in sorted(fedboard.SOURCE.feeds) if series.startswith(curve)]


class TestFedBoard(HttpSource):
    source = fedboard.SOURCE
    bodies = {
        "/data/yield-curve-tables/feds200628.csv": HEADER
        + b"1979-12-31,10.42211681,2.25777973,-4.59508632,0,"
        + BETWEEN
        + b"2.19764639,-999.99\n1980-01-01,"
        + b",".join([b"NA"] * 99)
        + b"\n1980-01-02,10.30006631,2.711367,-621.4268267,617.0601141,"
        + BETWEEN
        + b"2.07040043,2.07253571\n",
        "/data/yield-curve-tables/feds200805.csv": TIPS_HEADER
        + b"2022-10-11,-92.34006,94.392644,-6969.486641,7127.724394,2.4753,4.21,4.33,1.7\n",
    }
    expected = {
        "GSW.BETA0": {"1979-12-31": 10.42211681, "1980-01-02": 10.30006631},
        "GSW.BETA3": {"1979-12-31": 0.0, "1980-01-02": 617.0601141},
        "GSW.TAU2": {"1980-01-02": 2.07253571},
        "TIPS.BETA0": {"2022-10-11": -92.34006},
        "TIPS.TAU1": {"2022-10-11": 4.21},
    }
    no_rows = {
        "/data/yield-curve-tables/feds200628.csv": HEADER,
        "/data/yield-curve-tables/feds200805.csv": TIPS_HEADER,
    }
    header = (b"TAU1", b"TAU_1")
    figure = b"617.0601141"


class TestTipsFile(HttpSource):
    source = fedboard.SOURCE
    bodies = {
        "/data/yield-curve-tables/feds200805.csv": TIPS_HEADER
        + b"2022-10-11,-92.34006,94.392644,-6969.486641,7127.724394,2.4753,4.21,4.33,1.7\n2022-10-12,"
        + b",".join([b"NA"] * 8)
        + b"\n"
    }
    expected = {"TIPS.BETA0": {"2022-10-11": -92.34006}, "TIPS.TAU1": {"2022-10-11": 4.21}}
    no_rows = {"/data/yield-curve-tables/feds200805.csv": TIPS_HEADER}
    header = (b"TAU1", b"TAU_1")
    figure = b"4.21"


@needs_shared
def test_nominal_file_matches_the_published_parameters(server):
    """Counts and sums by awk over the parameters' file; the days by reading it."""
    bodies = {"/data/yield-curve-tables/feds200628.csv": fed_file()}
    dated = collected(server, fedboard.SOURCE, bodies, parameters("GSW"))
    sums = {series: (len(found), sum(found.values())) for series, found in dated.items()}
    assert sums["GSW.BETA0"] == (16042, pytest.approx(88873.126019, abs=1e-5))
    assert sums["GSW.BETA3"] == (16042, pytest.approx(8319869.691466, abs=1e-4))
    assert sums["GSW.TAU2"] == (11422, pytest.approx(105629.288364, abs=1e-5))
    assert dated["GSW.TAU1"]["2025-04-08"] == 0.6254287223
    assert dated["GSW.BETA1"]["1961-06-14"] == -1.27795525
    assert "1979-12-31" not in dated["GSW.TAU2"] and "1961-07-04" not in dated["GSW.BETA0"]


@needs_shared
def test_tips_file_matches_the_published_parameters(server):
    """The columns as published, from the Parquet copy of three years: 779 weekdays, 33 of them holidays."""
    import pyarrow.parquet as pq

    table = pq.read_table(SHARED / "data/gsw/feds200805_tips_2022-10_2025-10.parquet").to_pandas()
    body = TIPS_HEADER.partition(b"Date")[0] + table.rename(columns={"date": "Date"}).to_csv(index=False).encode()
    bodies = {"/data/yield-curve-tables/feds200805.csv": body}
    found = collected(server, fedboard.SOURCE, bodies, parameters("TIPS"))
    assert set(found) == {f"TIPS.{name}" for name in ("BETA0", "BETA1", "BETA2", "BETA3", "TAU1", "TAU2")}
    assert {len(dated) for dated in found.values()} == {746}
    assert found["TIPS.BETA0"]["2022-10-11"] == pytest.approx(-92.34006, abs=1e-6)
    assert max(found["TIPS.BETA0"]) == "2025-10-03"
    assert found["TIPS.BETA0"]["2025-10-03"] == pytest.approx(1.776957, abs=1e-6)
