"""Dates between numpy and QuantLib."""

from functools import cache

import numpy as np
import QuantLib

UNIX_EPOCH_SERIAL = 25569
"""1 January 1970 in QuantLib's count of days."""


@cache
def to_quantlib(date):
    """One date as a QuantLib date."""
    return QuantLib.Date(int(np.datetime64(date, "D").astype(np.int64)) + UNIX_EPOCH_SERIAL)


def from_quantlib(date):
    """One QuantLib date as a datetime64."""
    return np.datetime64(date.serialNumber() - UNIX_EPOCH_SERIAL, "D")
