"""Every function of the catalogue as xlwings registers it; Excel's function server calls them by name.

Cells arrive raw: xlwings' own conversion takes an error cell for a blank one, and our kinds read dates and text.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from inspect import Parameter, Signature
from keyword import iskeyword
from typing import Any

from xlwings.udfs import xlarg, xlfunc, xlret

from haven.errors import HavenError
from haven.functions import CATALOGUE, MISSING, CellError, Declaration, call
from haven.hosts.excel.variants import from_excel, shortened, to_excel
from haven.market.snapshot import Snapshot, current, using
from haven.workbook.overrides import from_text


def _registered(declaration: Declaration) -> Callable[..., Any]:
    """A function that takes and answers what xlwings passes, under the name and arguments of the catalogue."""
    count = len(declaration.arguments)

    def udf(*cells: Any) -> list[list[Any]]:
        arguments = [from_excel(cell) for cell in cells[:count]]
        try:
            with _market(*cells[count:]):
                answer = call(declaration.name, arguments)
        except HavenError as failure:
            answer = CellError(failure.reason, failure.message)
        rows = to_excel(answer)
        return rows if len(rows) == 1 and len(rows[0]) == 1 else shortened(rows)

    parameters = [
        Parameter(_spelled(argument.name), Parameter.POSITIONAL_OR_KEYWORD, default=MISSING)
        for argument in declaration.arguments
    ]
    parameters.append(Parameter("overrides", Parameter.POSITIONAL_OR_KEYWORD, default=MISSING))
    udf.__name__ = declaration.name
    udf.__doc__ = declaration.help
    setattr(udf, "__signature__", Signature(parameters))  # noqa: B010 - inspect reads it
    registered = xlret("raw")(xlfunc(udf, category=declaration.category))
    for argument in declaration.arguments:
        registered = xlarg(_spelled(argument.name), "raw", doc=argument.help)(registered)
    return xlarg("overrides", "raw")(registered)


def _market(overrides: object = None) -> AbstractContextManager[Any]:
    """The market as the calling workbook sees it, whose overrides come after the arguments."""
    return using(_overlaid(current(), overrides)) if isinstance(overrides, str) and overrides else nullcontext()


@lru_cache(maxsize=8)
def _overlaid(market: Snapshot, overrides: str) -> Snapshot:
    """Kept for the next cell, with all that is derived from it."""
    return market.overridden(from_text(overrides))


def _spelled(name: str) -> str:
    return f"{name}_" if iskeyword(name) else name


globals().update({name: _registered(declaration) for name, declaration in CATALOGUE.items()})
