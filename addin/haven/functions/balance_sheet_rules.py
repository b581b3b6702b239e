"""Balance sheet: the rules in force, with where each is from."""

from typing import Annotated, Any, Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.functions.catalogue import spreadsheet_function
from haven.functions.dates import or_latest
from haven.functions.kinds import ChoiceKind, Date, optional
from haven.functions.units import DATE, NUMBER, TEXT, Column
from haven.market.rules import FOREVER, banks, parameters, rule, rules

Parameter = Annotated[str, ChoiceKind("rule", words=parameters())]
Bank = Annotated[str, ChoiceKind("bank", words=banks())]

_COLUMNS: Final = ("rule", "bank", "value", "unit", "from", "to", "source", "verified")
_UNITS: Final = {"value": NUMBER, "from": DATE, "to": DATE}


@spreadsheet_function("Balance sheet", NUMBER, example=("leverage_ratio", "2026-04-01", "JPM"))
def HV_RULE(parameter: Parameter, date: Date = optional(), bank: Bank = optional("JPM")) -> FloatArray:
    """The value of a capital rule on a date; a date before the rule began is #N/A, never the nearest rule.

    Parameters
    ----------
    parameter
        Such as leverage_ratio (the holding company's binding Tier 1 leverage requirement); HV_RULES lists them.
    date
        Market date; empty means the latest.
    bank
        Holding company; empty means JPM. Rules that are the same for all ignore it.
    """
    return rule(parameter, _or_latest(date), bank)


@spreadsheet_function(
    "Balance sheet",
    TEXT,
    columns=tuple(Column(name, _UNITS.get(name, TEXT)) for name in _COLUMNS),
    example=("2026-04-01", "JPM"),
)
def HV_RULES(date: Date = optional(), bank: Bank = optional("JPM")) -> list[Any]:
    """The capital rules in force on a date for a bank, each with its source and how well that was verified.

    Parameters
    ----------
    date
        Market date; empty means the latest.
    bank
        Holding company; empty means JPM.
    """
    day = _or_latest(date)[0]
    held = [r for r in rules() if r.bank in {bank, ""} and r.effective_from <= day <= r.effective_to]
    return [
        [r.parameter for r in held],
        [r.bank or "all" for r in held],
        [r.value for r in held],
        [r.unit for r in held],
        [r.effective_from for r in held],
        ["" if r.effective_to == FOREVER else r.effective_to for r in held],
        [r.source for r in held],
        [r.verification.replace("_", " ") for r in held],
    ]


def _or_latest(date: DateArray) -> DateArray:
    """An empty date is the latest of the Treasury curve: rules have no market date of their own."""
    return or_latest(date, "UST.10Y") if np.isnat(date).any() else date
