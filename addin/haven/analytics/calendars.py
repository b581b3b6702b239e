"""Business days of three US calendars, 1990 to 2100: beyond, only weekends are not business days."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from haven.analytics import holidays
from haven.analytics.arrays import BoolArray, DateArray, IntArray

Roll = Literal["following", "preceding", "modifiedfollowing"]


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Which days are business days."""

    name: str
    days: np.busdaycalendar

    def is_business_day(self, dates: DateArray) -> BoolArray:
        """Whether each date is a business day."""
        return np.asarray(np.is_busday(dates, busdaycal=self.days))

    def roll(self, dates: DateArray, rule: Roll = "modifiedfollowing") -> DateArray:
        """Each date moved to a business day; modified following never leaves the month."""
        return np.busday_offset(dates, 0, roll=rule, busdaycal=self.days)

    def shift(self, dates: DateArray, business_days: IntArray | int) -> DateArray:
        """Each date moved by business days; one that is none counts from the next one."""
        return np.busday_offset(dates, business_days, roll="following", busdaycal=self.days)


def _calendar(name: str, closed: DateArray) -> Calendar:
    return Calendar(name, np.busdaycalendar(holidays=closed))


SIFMA: Final = _calendar("SIFMA", holidays.government_securities())
"""The US government securities market: swaps settle, roll and pay on its business days."""
SOFR_FIXING: Final = _calendar("SOFR", holidays.sofr_fixing())
"""Days on which there is a SOFR."""
FEDERAL_RESERVE: Final = _calendar("FED", holidays.federal_reserve())
"""Days on which the Federal Reserve Banks are open."""

CALENDARS: Final = {calendar.name: calendar for calendar in (SIFMA, SOFR_FIXING, FEDERAL_RESERVE)}
