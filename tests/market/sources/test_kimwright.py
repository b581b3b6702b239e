import csv

import pytest

from haven.market.series import catalogue
from haven.market.sources import fred, kimwright
from haven.market.sources.kimwright import parse
from tests.market.sources.serving import HttpSource, figures
from tests.shared import SHARED, needs_shared

LEGEND = b"Note: This is not an official Federal Reserve statistical release.\n\nSeries,Mnemonic\n\n"
HEADER = LEGEND + b"Date,THREEFF0100.B,THREEFFTP0100.B,THREEFY0100.B,THREEFY1000.B,THREEFYTP0100.B,THREEFYTP1000.B\n"


class TestKimWright(HttpSource):
    source = kimwright.SOURCE
    bodies = {
        "/data/yield-curve-tables/feds200533.csv": HEADER
        + b"2025-04-07,3.61,-0.02,3.7211,4.0512,-0.0101,0.3901\n"
        + b"2025-04-08,3.60,-0.01,3.7019,4.1413,-0.0033,0.4769\n"
        + b"2025-04-18,NA,NA,NA,NA,NA,NA\n"
    }
    expected = {
        "KW.TP.10Y": {"2025-04-07": 0.3901, "2025-04-08": 0.4769},
        "KW.TP.1Y": {"2025-04-07": -0.0101, "2025-04-08": -0.0033},
        "KW.FIT.10Y": {"2025-04-07": 4.0512, "2025-04-08": 4.1413},
    }
    no_rows = {"/data/yield-curve-tables/feds200533.csv": HEADER}
    header = (b"THREEFYTP1000.B", b"THREEFYTP1000")
    figure = b"0.4769"


@needs_shared
@pytest.mark.parametrize(
    ("years", "file", "count", "total"),
    [(10, "THREEFYTP10_1990_2026-07", 9131, 7526.3359), (2, "THREEFYTP2", 9029, 2792.4877)],
)
def test_term_premia_match_the_published_history(years, file, count, total):
    """Count, sum and the day by awk and grep over FRED's copy, here under the Board's own column."""
    with (SHARED / f"data/kim_wright/{file}.csv").open(encoding="utf-8") as lines:
        rows = list(csv.reader(lines))[1:]
    body = (
        LEGEND.decode()
        + f"Date,THREEFYTP{years:02d}00.B\n"
        + "\n".join(f"{day},{value or 'NA'}" for day, value in rows)
    )
    series = next(s for s in catalogue().values() if s.id == f"KW.TP.{years}Y")
    dated = figures(parse(body.encode(), {series.code: series}))[series.id]
    assert (len(dated), sum(dated.values())) == (count, pytest.approx(total, abs=1e-4))
    assert dated["2025-04-08"] == {10: 0.4769, 2: 0.0722}[years]


@needs_shared
def test_fred_matches_the_board():
    """FRED has the same figures under ids of its own."""
    body = (SHARED / "data/kim_wright/THREEFYTP2.csv").read_bytes()
    series = next(s for s in catalogue().values() if s.id == "KW.TP.2Y")
    dated = figures(fred.parse(body, {fred.CODES[series.id]: series}))[series.id]
    assert (len(dated), dated["2025-04-08"]) == (9029, 0.0722)
