"""Scheduled meetings of the Federal Open Market Committee.

Source
------
Federal Reserve Board: the statements' dates (press releases ``monetaryYYYYMMDDa``) for the meetings held, and the
tentative schedules announced each year, of 28 June 2016 for 2017, 4 June 2021 for 2022, 9 August 2024 for 2025 and
2026, and 5 September 2025 for 2027 and January 2028. Meetings that were called at short notice are left out, as nobody
could have priced them; that of 18 March 2020 was scheduled until it was brought forward to 15 March.
"""

from typing import Final

import numpy as np

from haven.analytics.arrays import DateArray
from haven.analytics.calendars import FEDERAL_RESERVE

_SCHEDULE: Final = """
2015-01-28 2015-03-18 2015-04-29 2015-06-17 2015-07-29 2015-09-17 2015-10-28 2015-12-16
2016-01-27 2016-03-16 2016-04-27 2016-06-15 2016-07-27 2016-09-21 2016-11-02 2016-12-14
2017-02-01 2017-03-15 2017-05-03 2017-06-14 2017-07-26 2017-09-20 2017-11-01 2017-12-13
2018-01-31 2018-03-21 2018-05-02 2018-06-13 2018-08-01 2018-09-26 2018-11-08 2018-12-19
2019-01-30 2019-03-20 2019-05-01 2019-06-19 2019-07-31 2019-09-18 2019-10-30 2019-12-11
2020-01-29 2020-03-18 2020-04-29 2020-06-10 2020-07-29 2020-09-16 2020-11-05 2020-12-16
2021-01-27 2021-03-17 2021-04-28 2021-06-16 2021-07-28 2021-09-22 2021-11-03 2021-12-15
2022-01-26 2022-03-16 2022-05-04 2022-06-15 2022-07-27 2022-09-21 2022-11-02 2022-12-14
2023-02-01 2023-03-22 2023-05-03 2023-06-14 2023-07-26 2023-09-20 2023-11-01 2023-12-13
2024-01-31 2024-03-20 2024-05-01 2024-06-12 2024-07-31 2024-09-18 2024-11-07 2024-12-18
2025-01-29 2025-03-19 2025-05-07 2025-06-18 2025-07-30 2025-09-17 2025-10-29 2025-12-10
2026-01-28 2026-03-18 2026-04-29 2026-06-17 2026-07-29 2026-09-16 2026-10-28 2026-12-09
2027-01-27 2027-03-17 2027-04-28 2027-06-09 2027-07-28 2027-09-15 2027-10-27 2027-12-08
2028-01-26
"""

DECISIONS: Final = np.array(_SCHEDULE.split(), dtype="M8[D]")
"""The day each scheduled meeting announces its decision."""

EFFECTIVE: Final = FEDERAL_RESERVE.shift(DECISIONS, 1)
"""The day each decision moves the overnight rate: the next business day."""


def meetings_after(asof: np.datetime64) -> tuple[DateArray, DateArray]:
    """Decision and effective dates of the scheduled meetings whose decision is not yet in force on ``asof``."""
    ahead = asof < EFFECTIVE
    return DECISIONS[ahead], EFFECTIVE[ahead]
