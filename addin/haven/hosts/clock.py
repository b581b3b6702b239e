"""The clock, read by the hosts alone: below them the time is an argument."""

import datetime as dt


def utc_now() -> dt.datetime:
    """Now, in UTC, without a zone as the store keeps it."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
