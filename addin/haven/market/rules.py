"""Capital rules by date and bank, each row with its source and how well it was verified."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.errors import HavenError, Reason, refuse

FOREVER: Final = np.datetime64("9999-12-31", "D")


@dataclass(frozen=True, slots=True)
class Rule:
    """A parameter's value for a bank (empty: every bank) from one date to another, both included."""

    parameter: str
    bank: str
    value: float
    unit: str
    effective_from: np.datetime64
    effective_to: np.datetime64
    source: str
    verification: str


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the table."""
    with (files("haven.market") / "rules.csv").open(encoding="utf-8") as rows:
        return tuple(
            Rule(
                parameter=row["parameter"],
                bank=row["bank"],
                value=float(row["value"]),
                unit=row["unit"],
                effective_from=np.datetime64(row["effective_from"], "D"),
                effective_to=np.datetime64(row["effective_to"], "D") if row["effective_to"] else FOREVER,
                source=row["source"],
                verification=row["verification"],
            )
            for row in csv.DictReader(rows)
        )


@cache
def parameters() -> tuple[str, ...]:
    """The names of all rules."""
    return tuple(dict.fromkeys(rule.parameter for rule in rules()))


@cache
def banks() -> tuple[str, ...]:
    """The banks that have rules of their own."""
    return tuple(dict.fromkeys(rule.bank for rule in rules() if rule.bank))


def rule(parameter: str, dates: DateArray, bank: str = "") -> FloatArray:
    """The value of a rule on each date.

    Raises
    ------
    HavenError
        NO_DATA for a bank without the rule and for the dates with no rule, never the nearest rule.
    """
    rows = [row for row in rules() if row.parameter == parameter and row.bank in {bank, ""}]
    if not rows:
        raise HavenError(Reason.NO_DATA, f"there is no rule {parameter} for bank {bank}")
    values = np.full(dates.shape, np.nan)
    for row in rows:
        values[(dates >= row.effective_from) & (dates <= row.effective_to)] = row.value
    first, last = min(row.effective_from for row in rows), max(row.effective_to for row in rows)
    known = f"from {first}" if last == FOREVER else f"from {first} to {last}"
    refuse(np.isnan(values), Reason.NO_DATA, lambda i: f"rule {parameter} is known {known}, not on {dates[i]}")
    return values
