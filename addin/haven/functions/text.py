"""The catalogue and its answers as text, for a terminal."""

import datetime as dt
import re
from collections.abc import Sequence
from itertools import groupby
from textwrap import indent, wrap
from typing import Any, Final

from haven.functions.answer import Answer, Answers
from haven.functions.catalogue import CATALOGUE, CATEGORIES, Declaration
from haven.functions.kinds import OptionsKind
from haven.functions.units import Unit

_WIDTH, _NAME_WIDTH = 120, 28
_DECIMALS: Final = re.compile(r"\.(0+)")


def described() -> list[dict[str, Any]]:
    """Every function with its category, help and arguments, by category."""
    return [
        {
            "name": declaration.name,
            "category": declaration.category,
            "help": declaration.help,
            "unit": declaration.unit.label,
            "columns": [column.name for column in declaration.columns],
            "arguments": [
                {
                    "name": argument.name,
                    "kind": argument.kind.name,
                    "help": argument.help,
                    "optional": argument.optional,
                    **_options(argument.kind),
                }
                for argument in declaration.arguments
            ],
        }
        for declaration in in_order()
    ]


def _options(kind: object) -> dict[str, Any]:
    if not isinstance(kind, OptionsKind):
        return {}
    return {"options": [{"name": o.name, "help": o.help, "default": o.default} for o in kind.options]}


def listed() -> str:
    """Every function with its signature and help, by category."""
    blocks = []
    for category, members in groupby(in_order(), key=lambda declaration: declaration.category):
        lines = [category]
        for declaration in members:
            lines += [f"  {declaration.signature}", f"      {declaration.help}"]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def explained(declaration: Declaration) -> str:
    """One function with its arguments, and its options with their defaults."""
    lines = [declaration.signature, f"    {declaration.help}", ""]
    for argument in declaration.arguments:
        lines += _entry(argument.name, argument.help, "  ")
        if isinstance(argument.kind, OptionsKind):
            for option in argument.kind.options:
                default = f"; default {option.default}" if option.default else ""
                lines += _entry(option.name, f"{option.help}{default}", "      ")
    if declaration.notes:
        lines += ["", *indent(declaration.notes, "  ").splitlines()]
    return "\n".join(lines)


def _entry(name: str, text: str, margin: str) -> list[str]:
    """A name and what it means, wrapped beside it."""
    first = f"{margin}{name:<{_NAME_WIDTH - len(margin)}}  "
    return wrap(text, _WIDTH, initial_indent=first, subsequent_indent=" " * len(first))


def in_order() -> list[Declaration]:
    """The catalogue by category, in the order of the wizard."""
    return sorted(CATALOGUE.values(), key=lambda declaration: CATEGORIES.index(declaration.category))


def as_text(declaration: Declaration, answer: Answers) -> str:
    """An answer as a sheet would show it."""
    if not isinstance(answer, list):
        return _shown(answer, declaration.unit)
    units = [column.unit for column in declaration.columns]
    units += [declaration.unit] * (len(answer[0]) - len(units))
    rows = [[_shown(cell, unit) for cell, unit in zip(row, units, strict=True)] for row in answer]
    return _aligned(rows)


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _shown(value: Answer, unit: Unit) -> str:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return value.isoformat() if isinstance(value, dt.date) else str(value)
    decimals = _DECIMALS.search(unit.format)
    places = len(decimals[1]) if decimals else 0
    if unit.format == "General":
        return f"{value:.6g}"
    return f"{100 * value:.{places}f}%" if unit.format.endswith("%") else f"{value:,.{places}f}"
