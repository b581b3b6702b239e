"""Every function of the catalogue as xlwings registers it; Excel's function server calls them by name.

Cells arrive raw: xlwings' own conversion takes an error cell for a blank one, and our kinds read dates and text.
"""

from collections.abc import Callable
from inspect import Parameter, Signature
from keyword import iskeyword
from typing import Any

from xlwings.udfs import xlarg, xlfunc, xlret

from haven.functions import CATALOGUE, MISSING, Declaration, call
from haven.hosts.excel.variants import from_excel, shortened, to_excel


def _registered(declaration: Declaration) -> Callable[..., Any]:
    """A function that takes and answers what xlwings passes, under the name and arguments of the catalogue."""

    def udf(*cells: Any) -> list[list[Any]]:
        rows = to_excel(call(declaration.name, [from_excel(cell) for cell in cells]))
        return rows if len(rows) == 1 and len(rows[0]) == 1 else shortened(rows)

    parameters = [
        Parameter(_spelled(argument.name), Parameter.POSITIONAL_OR_KEYWORD, default=MISSING)
        for argument in declaration.arguments
    ]
    udf.__name__ = declaration.name
    udf.__doc__ = declaration.help
    setattr(udf, "__signature__", Signature(parameters))  # noqa: B010 - inspect reads it
    registered = xlret("raw")(xlfunc(udf, category=declaration.category))
    for argument in declaration.arguments:
        registered = xlarg(_spelled(argument.name), "raw", doc=argument.help)(registered)
    return registered


def _spelled(name: str) -> str:
    return f"{name}_" if iskeyword(name) else name


globals().update({name: _registered(declaration) for name, declaration in CATALOGUE.items()})
