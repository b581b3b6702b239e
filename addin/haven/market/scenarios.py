"""Named scenarios: what each changes, and why."""

import csv
from functools import cache
from importlib.resources import files

from haven.errors import HavenError, Reason


@cache
def scenarios() -> dict[str, tuple[tuple[str, float], ...]]:
    """Each named scenario's changes as (key, value); a key that begins with ``+`` adds."""
    found: dict[str, tuple[tuple[str, float], ...]] = {}
    with (files("haven.market") / "scenarios.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            found[row["scenario"]] = (*found.get(row["scenario"], ()), (row["key"], float(row["value"])))
    return found


def find_scenario(name: str) -> tuple[tuple[str, float], ...]:
    """The changes of a named scenario, in any case.

    Raises
    ------
    HavenError
        INVALID for an unknown name, listing the known ones.
    """
    for known, changes in scenarios().items():
        if known.casefold() == name.strip().casefold():
            return changes
    raise HavenError(Reason.INVALID, f"scenario must be one of {', '.join(scenarios())}, got {name!r}")
