"""The spreadsheet's own functions: the ``formulas`` library where its answers are Excel's, our own where they are not.

Only functions compared with a spreadsheet, one by one, are let in; any other is refused by name.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from haven.errors import HavenError, Reason
from haven.functions.kinds import Missing
from haven.workbook.conditions import CONDITIONAL
from haven.workbook.corrections import CORRECTED
from haven.workbook.operators import NOT_AVAILABLE, Rows, check_steps, flat
from haven.workbook.references import MAX_STEPS
from haven.workbook.values import Value

Argument: TypeAlias = Value | Rows | Missing
"""A value, the rows of a range or array, or MISSING for an argument left out."""

KNOWN: Final = frozenset({
    "ABS", "AND", "AVERAGE", "AVERAGEIF", "AVERAGEIFS", "CEILING", "CHAR", "CHOOSE", "CLEAN", "CODE", "CONCAT",
    "CONCATENATE", "CORREL", "COUNT", "COUNTA", "COUNTBLANK", "COUNTIF", "COUNTIFS", "DATE", "DAY", "DAYS",
    "EDATE", "EOMONTH", "EXACT", "EXP", "FALSE", "FILTER", "FIND", "FLOOR", "FORECAST", "HLOOKUP", "HOUR", "IFS",
    "INDEX", "INT", "INTERCEPT", "ISBLANK", "ISERR", "ISERROR", "ISEVEN", "ISLOGICAL", "ISNA", "ISNONTEXT",
    "ISNUMBER", "ISODD", "ISTEXT", "LARGE", "LEFT", "LEN", "LN", "LOG", "LOG10", "LOOKUP", "LOWER", "MATCH",
    "MAX", "MAXIFS", "MEDIAN", "MID", "MIN", "MINIFS", "MINUTE", "MMULT", "MOD", "MONTH", "N", "NA",
    "NETWORKDAYS", "NORM.S.DIST", "NORM.S.INV", "NOT", "NOW", "NPV", "OR", "PERCENTILE", "PI", "PMT", "POWER",
    "PRODUCT", "PROPER", "PV", "QUARTILE", "RADIANS", "RANK", "REPLACE", "REPT", "RIGHT", "ROUND", "ROUNDDOWN",
    "ROUNDUP", "RSQ", "SEARCH", "SECOND", "SIGN", "SLOPE", "SMALL", "SQRT", "STDEV", "STDEV.P", "STDEV.S",
    "STDEVP", "SUBSTITUTE", "SUM", "SUMIF", "SUMIFS", "SUMPRODUCT", "SUMSQ", "SWITCH", "T", "TEXT", "TEXTJOIN",
    "TODAY", "TRANSPOSE", "TRIM", "TRUE", "TRUNC", "UNIQUE", "UPPER", "VALUE", "VAR", "VAR.P", "VAR.S", "VARP",
    "VLOOKUP", "WEEKDAY", "WEEKNUM", "WORKDAY", "XLOOKUP", "XMATCH", "XOR", "YEAR", "YEARFRAC",
})  # fmt: skip
"""The functions that can be computed, but for those of :mod:`haven.workbook.evaluate` that choose what to compute."""

VOLATILE: Final = frozenset({"NOW", "TODAY"})
"""Functions whose answer changes with the clock, and with it every cell that uses them."""

_OWN: Final[dict[str, Callable[..., Value | Rows]]] = {**CORRECTED, **CONDITIONAL}
_OF_NUMBERS: Final = frozenset({
    "AVERAGE", "CORREL", "COUNT", "FORECAST", "INTERCEPT", "LARGE", "MAX", "MEDIAN", "MIN", "NPV", "PERCENTILE",
    "PRODUCT", "QUARTILE", "RANK", "RSQ", "SLOPE", "SMALL", "STDEV", "STDEV.P", "STDEV.S", "STDEVP", "SUM",
    "SUMPRODUCT", "SUMSQ", "VAR", "VAR.P", "VAR.S", "VARP",
})  # fmt: skip
"""Functions that pass over text in ranges; the library would take in what reads as a number."""
_SEARCHING: Final = frozenset({
    "HLOOKUP", "LARGE", "LOOKUP", "MATCH", "MMULT", "PERCENTILE", "QUARTILE", "RANK", "SMALL", "VLOOKUP", "XLOOKUP",
    "XMATCH",
})  # fmt: skip
"""Functions that go through the cells of their second argument for each cell of the first, or the reverse."""
_MATCHING: Final = frozenset({"HLOOKUP", "MATCH", "SEARCH", "VLOOKUP", "XLOOKUP", "XMATCH"})
"""Functions whose wildcards the library tries at every place of a text, and for every further star again."""
_CASELESS: Final = frozenset({"MATCH", "XMATCH"})
"""Functions whose wildcards the library would have tell capitals apart."""


def call_library(name: str, arguments: Sequence[Argument]) -> Value | Rows:
    """The answer of one of the spreadsheet's own functions.

    Raises
    ------
    HavenError
        INVALID for a function that is not among :data:`KNOWN`, or arguments it can't be computed with.
    """
    if name not in KNOWN:
        raise HavenError(Reason.INVALID, f"{name} is not among the functions that can be computed here")
    given = [_present(name, argument) for argument in arguments]
    if name in _SEARCHING:
        check_steps(*given[:2])
    if name in _MATCHING and len(given) > 1:
        _check_wildcards(given[0], given[1])
    try:
        if name in _OWN:
            return _OWN[name](*given)
        from haven.workbook.bridge import call_formulas

        return call_formulas(name, *(_prepared(name, argument) for argument in given))
    except HavenError:
        raise
    except Exception as failure:
        raise HavenError(Reason.INVALID, f"{name} can't be computed with these arguments") from failure


def _check_wildcards(sought: Value | Rows, among: Value | Rows) -> None:
    stars = max((text.count("*") for text in flat(sought) if isinstance(text, str)), default=0)
    steps = sum(len(text) ** stars for text in flat(among) if isinstance(text, str)) if stars else 0
    if steps > MAX_STEPS:
        raise HavenError(Reason.INVALID, f"{stars} wildcards in such texts take more than {MAX_STEPS:,} steps")


def _present(name: str, argument: Argument) -> Value | Rows:
    """An argument left out counts as 0, but for what XLOOKUP answers when it finds nothing."""
    if isinstance(argument, Missing):
        return NOT_AVAILABLE if name == "XLOOKUP" else 0.0
    return argument


def _prepared(name: str, argument: Value | Rows) -> Value | Rows:
    """An argument in the form in which the library answers as Excel does."""
    if argument is None:
        return [[None]]
    if name in _OF_NUMBERS and isinstance(argument, list):
        return [[None if isinstance(cell, str) else cell for cell in row] for row in argument]
    if name in _CASELESS:
        rows = argument if isinstance(argument, list) else [[argument]]
        return [[cell.casefold() if isinstance(cell, str) else cell for cell in row] for row in rows]
    return argument
