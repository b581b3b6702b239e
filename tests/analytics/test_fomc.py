"""Meeting dates against the schedules announced before them, and against what the target rate did after them."""

import numpy as np
import pandas as pd
import pytest

from haven.analytics.fomc import DECISIONS, EFFECTIVE, meetings_after
from tests.shared import SHARED, needs_shared

ANNOUNCED = {
    # Last days of the meetings as the schedules of 2014 (reported in the press), 28 June 2016, May 2018, May 2019,
    # 4 June 2021 and 9 August 2024 give them; the first meeting of the year after ends each.
    2015: "01-28 03-18 04-29 06-17 07-29 09-17 10-28 12-16 2016-01-27",
    2017: "02-01 03-15 05-03 06-14 07-26 09-20 11-01 12-13 2018-01-31",
    2019: "01-30 03-20 05-01 06-19 07-31 09-18 10-30 12-11 2020-01-29",
    2020: "01-29 03-18 04-29 06-10 07-29 09-16 11-05 12-16 2021-01-27",
    2022: "01-26 03-16 05-04 06-15 07-27 09-21 11-02 12-14 2023-02-01",
    2025: "01-29 03-19 05-07 06-18 07-30 09-17 10-29 12-10 2026-01-28",
    2026: "01-28 03-18 04-29 06-17 07-29 09-16 10-28 12-09 2027-01-27",
}
STATEMENTS = {
    # Days of the statements among the Board's press releases.
    2016: "01-27 03-16 04-27 06-15 07-27 09-21 11-02 12-14",
    2018: "01-31 03-21 05-02 06-13 08-01 09-26 11-08 12-19",
    2021: "01-27 03-17 04-28 06-16 07-28 09-22 11-03 12-15",
}
AT_SHORT_NOTICE = ["2020-03-04", "2020-03-16"]
"""Days on which a decision of no scheduled meeting took effect."""


@pytest.mark.parametrize(("year", "listed"), [*ANNOUNCED.items(), *STATEMENTS.items()])
def test_decisions_match_the_boards_schedule(year, listed):
    expected = [day if len(day) > 5 else f"{year}-{day}" for day in listed.split()]
    held = DECISIONS[(np.datetime64(f"{year}-01-01") <= DECISIONS) & (np.datetime64(expected[-1]) >= DECISIONS)]
    assert held.astype(str).tolist() == expected


@needs_shared
def test_effective_dates_match_every_change_of_the_target():
    table = pd.read_csv(SHARED / "data/fred/DFEDTARU.csv")
    table = table[table.iloc[:, 0] >= "2014-12-31"]
    changed = table[table.iloc[:, 1].diff().fillna(0.0) != 0.0].iloc[:, 0].tolist()
    assert len(changed) > 30
    # The series dates its first two rises by their decisions.
    assert [day for day in changed[:2] if np.datetime64(day) in DECISIONS] == ["2015-12-16", "2016-12-14"]
    assert [day for day in changed[2:] if np.datetime64(day) not in EFFECTIVE] == AT_SHORT_NOTICE


def test_meetings_satisfy_eight_a_year_on_working_days():
    years, counts = np.unique(DECISIONS.astype("M8[Y]").astype(int) + 1970, return_counts=True)
    assert dict(zip(years.tolist(), counts.tolist(), strict=True)) == {**dict.fromkeys(range(2015, 2028), 8), 2028: 1}
    assert np.is_busday(DECISIONS).all()
    assert (np.diff(DECISIONS).astype(int) >= 34).all()


def test_a_decision_satisfies_being_ahead_until_it_is_in_force():
    decisions, effective = meetings_after(np.datetime64("2025-03-19"))
    assert (str(decisions[0]), str(effective[0])) == ("2025-03-19", "2025-03-20")
    assert str(meetings_after(np.datetime64("2025-03-20"))[0][0]) == "2025-05-07"
