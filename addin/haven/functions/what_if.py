"""Any numeric function of the catalogue evaluated with its arguments and options given by name.

Arguments and options of a function share one list of names here, so a scenario or a grid can vary either. A whole
column of scenarios, or a whole grid, is one broadcast call of the function.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.errors import HavenError, Reason
from haven.functions import units
from haven.functions.answer import Answer, CellError, as_rows, broadcast, call
from haven.functions.catalogue import CATALOGUE, Argument, Declaration
from haven.functions.dates import or_latest_quote
from haven.functions.kinds import DATE, MISSING, TENOR, BlockKind, Option, OptionsKind, is_blank, nearest
from haven.functions.trade import DEFAULTS_OF_THE_DATE

_OF_THE_DATE: Final = {"spread", *DEFAULTS_OF_THE_DATE}
"""What is the market's or the rules' of the date where it is not given."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def find_numeric(name: str) -> Declaration:
    """A function whose answer is one number.

    Raises
    ------
    HavenError
        INVALID for an unknown name, and for tables, texts and dates.
    """
    declaration = CATALOGUE.get(name.strip().upper())
    numeric = [d.name for d in CATALOGUE.values() if _is_numeric(d)]
    if declaration is None or declaration.name not in numeric:
        raise HavenError(Reason.INVALID, f"function must be {nearest(name.strip().upper(), numeric)}, got {name!r}")
    return declaration


def _is_numeric(declaration: Declaration) -> bool:
    """Whether a function answers one number, elementwise."""
    if declaration.is_table or declaration.unit in {units.DATE, units.TEXT}:
        return False
    return all(isinstance(a.kind, OptionsKind) or not isinstance(a.kind, BlockKind) for a in declaration.arguments)


def variables(declaration: Declaration) -> dict[str, Argument]:
    """Everything that can be varied, by name: the arguments, then the options."""
    found = {a.name: a for a in declaration.arguments if not isinstance(a.kind, OptionsKind)}
    for argument in declaration.arguments:
        if isinstance(argument.kind, OptionsKind):
            for option in argument.kind.options:
                found[option.name] = Argument(option.name, option.kind, option.help, True, _default(option))
    return found


def _default(option: Option) -> float | None:
    return float(option.default) if _NUMBER.fullmatch(option.default) else None


def evaluate(declaration: Declaration, cells: Mapping[str, Any]) -> list[list[Answer]]:
    """The function's answers over cells by variable name: a cell, a row, a column, or a block of one shape."""
    known = variables(declaration)
    elements = []
    for name, variable in known.items():
        cell = cells.get(name, MISSING)
        if name in cells or name in {a.name for a in declaration.arguments}:
            elements.append((variable, as_rows(cell)))
    return broadcast(_by_name(declaration), {}, elements)


def _by_name(declaration: Declaration) -> Callable[..., Any]:
    """The function with its options as keywords of their own."""
    own = {argument.name for argument in declaration.arguments}
    options = next((a.name for a in declaration.arguments if isinstance(a.kind, OptionsKind)), None)

    def function(**values: Any) -> Any:
        arguments = {name: value for name, value in values.items() if name in own}
        if options:
            arguments[options] = {name: value for name, value in values.items() if name not in own}
        return declaration.function(**arguments)

    return function


def settings(declaration: Declaration, block: list[list[Any]], argument: str) -> dict[str, Any]:
    """Key/value rows as cells by variable name; an unknown key is refused with the nearest one."""
    known = variables(declaration)
    if any(len(row) != 2 for row in block):
        raise HavenError(Reason.INVALID, f"{argument} must be two columns, key and value")
    given: dict[str, Any] = {}
    for key, value in block:
        if is_blank(key):
            if not is_blank(value):
                raise HavenError(Reason.INVALID, f"{argument} must name what is to be {value!r}, its key is empty")
            continue
        name = str(key).strip().lower()
        if name.removeprefix("+") not in known:
            raise HavenError(
                Reason.INVALID, f"{argument} must name {nearest(name.removeprefix('+'), list(known))}, got {key!r}"
            )
        given[name] = value
    return {name: value for name, value in given.items() if not is_blank(value)}


def changed(declaration: Declaration, base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of a scenario: ``leverage_ratio`` sets, ``+repo_spread`` adds to what holds without it."""
    cells = dict(base)
    for key, value in changes.items():
        name = key.removeprefix("+")
        cells[name] = _base(declaration, base, name) + _number(key, value) if key.startswith("+") else value
        if key.startswith("+") and name in _OF_THE_DATE and name not in base:
            cells.setdefault("date", _market_date(declaration, base)[0].item())
    return cells


def _base(declaration: Declaration, base: Mapping[str, Any], name: str) -> float:
    """What a variable is without the scenario: given, the market's or the rules' of the date, or its default."""
    if name in base:
        return _number(name, base[name])
    if name in DEFAULTS_OF_THE_DATE:
        options = {key: value for key, value in base.items() if key == "bank"}
        return float(DEFAULTS_OF_THE_DATE[name](_tenor(base), _market_date(declaration, base), options)[0])
    if name == "spread":
        return figure(call("HV_SWAPSPREAD", [base.get("tenor"), base.get("date")]))
    default = variables(declaration)[name].default
    if default is None:
        raise HavenError(Reason.INVALID, f"+{name} needs a value of {name} to add to; give it in options")
    return _number(name, default)


def _tenor(base: Mapping[str, Any]) -> FloatArray:
    tenor: FloatArray = TENOR.array([TENOR.read("tenor", base.get("tenor", ""))])
    return tenor


def _market_date(declaration: Declaration, base: Mapping[str, Any]) -> DateArray:
    """The date the function answers for without the scenario: given, or the latest of the quotes it reads."""
    date = DATE.array([DATE.blank if is_blank(base.get("date")) else DATE.read("date", base["date"])])
    reads_spread = "spread" in variables(declaration) and "spread" not in base
    return or_latest_quote(date, _tenor(base), *(("SWAP", "UST") if reads_spread else ("UST",)))


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        raise HavenError(Reason.INVALID, f"{name} must be a number to add to, got {value!r}")
    return float(value)


def one(declaration: Declaration, cells: Mapping[str, Any]) -> Answer:
    """The answer of one scenario."""
    return evaluate(declaration, cells)[0][0]


def figure(answer: Any) -> float:
    """An answer as a number; raises the failure it holds."""
    if isinstance(answer, CellError):
        raise HavenError(Reason(answer.code), answer.why)
    assert isinstance(answer, float)
    return answer
