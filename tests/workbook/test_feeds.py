"""What the Status page says of the last refreshes."""

import datetime as dt

from haven.market.refreshes import keep_refresh
from haven.workbook.feeds import refresh_rows

AT = dt.datetime(2025, 4, 9, 18, 0)
FRED = {"source": "fred", "figures": 2, "failure": ""}
ERIS = {"source": "eris", "figures": 0, "failure": "no connection, 4 times"}


def test_refreshes_satisfy_newest_first_with_why_each_was_not_complete():
    assert refresh_rows() == [[None, "none yet: haven refresh fetches"]]
    keep_refresh(AT, {"outcome": "complete", "sources": [FRED]})
    why = "no source has a figure of VIX"
    keep_refresh(AT + dt.timedelta(days=1), {"outcome": "partial", "why": why, "sources": [FRED, ERIS]})
    assert refresh_rows() == [
        [45757.75, "partial", 2.0, f"eris: no connection, 4 times; {why}"],
        [45756.75, "complete", 2.0, ""],
    ]
