import csv

import pytest

from haven.market.sources import fred, kimwright
from tests.market.sources.serving import HttpSource, collected
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


PREMIA = {
    2: (9029, 2792.4877, 0.0722),
    3: (9029, 3289.2126, 0.0776),
    4: (9029, 3735.2293, 0.0983),
    5: (9029, 4227.8939, 0.1364),
    6: (9029, 4786.8392, 0.1890),
    7: (9029, 5403.9389, 0.2524),
    8: (9029, 6063.7085, 0.3232),
    9: (9029, 6750.8517, 0.3987),
    10: (9131, 7526.3359, 0.4769),
}
"""By years, the count and sum of the published term premia and that of 2025-04-08, by awk over FRED's copies."""
FITTED = {
    1: (8839, 26419.4905, 3.9394),
    2: (8839, 28595.7078, 3.7774),
    3: (8839, 30349.2855, 3.7351),
    4: (8839, 31862.1822, 3.7576),
    5: (8839, 33228.5263, 3.8159),
    6: (8839, 34497.2406, 3.8942),
    7: (8839, 35693.9948, 3.9834),
    8: (8839, 36832.6416, 4.0784),
    9: (8839, 37920.9845, 4.1759),
    10: (8839, 38963.7162, 4.2740),
}
"""The same of the fitted yields."""


def columns(file):
    """The columns of a file by name, each its cells by ISO date."""
    with (SHARED / "data/kim_wright" / file).open(encoding="utf-8") as lines:
        header, *rows = csv.reader(lines)
    return {name: {row[0]: row[place] for row in rows} for place, name in enumerate(header)}


def board_file():
    """FRED's copies in one table under the Board's own columns."""
    fitted = columns("THREEFY1_10_daily_1990_2025-05.csv")
    table = {f"THREEFY{n:02}00.B": fitted[f"THREEFY{n}"] for n in FITTED}
    table |= {f"THREEFYTP{n:02}00.B": columns(f"THREEFYTP{n}.csv")[f"THREEFYTP{n}"] for n in range(2, 10)}
    table["THREEFYTP1000.B"] = columns("THREEFYTP10_1990_2026-07.csv")["Value"]
    days = sorted(set().union(*table.values()))
    lines = [",".join([day, *(column.get(day) or "NA" for column in table.values())]) for day in days]
    return LEGEND + "\n".join([",".join(["Date", *table]), *lines]).encode() + b"\n"


@needs_shared
def test_the_boards_file_matches_the_published_history(server):
    known = {f"KW.TP.{n}Y": pinned for n, pinned in PREMIA.items()}
    known |= {f"KW.FIT.{n}Y": pinned for n, pinned in FITTED.items()}
    bodies = {"/data/yield-curve-tables/feds200533.csv": board_file()}
    found = collected(server, kimwright.SOURCE, bodies, known)
    assert found.keys() == known.keys()
    for series, (count, total, april) in known.items():
        dated = found[series]
        assert (len(dated), dated["2025-04-08"]) == (count, april), series
        assert sum(dated.values()) == pytest.approx(total, abs=1e-4), series


@needs_shared
@pytest.mark.parametrize("years", range(2, 10))
def test_fred_matches_the_board(server, years):
    """FRED has the same figures under ids of its own."""
    body = (SHARED / f"data/kim_wright/THREEFYTP{years}.csv").read_bytes()
    bodies = {f"/graph/fredgraph.csv?id=THREEFYTP{years}": body}
    dated = collected(server, fred.SOURCE, bodies, [f"KW.TP.{years}Y"])[f"KW.TP.{years}Y"]
    count, total, april = PREMIA[years]
    assert (len(dated), sum(dated.values()), dated["2025-04-08"]) == (count, pytest.approx(total, abs=1e-4), april)
