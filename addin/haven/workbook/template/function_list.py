"""Functions: every spreadsheet function with a live example."""

from itertools import groupby
from typing import Any, Final

from haven.functions.catalogue import Declaration
from haven.functions.text import in_order
from haven.functions.units import MIXED, NUMBER, Column
from haven.workbook.template.look import BLUE, SOFT, entry, or_absent
from haven.workbook.template.page import Page

_FORMATS: Final = {MIXED: "[>=1]#,##0.0;[>-1]0.0000;#,##0.0", NUMBER: "#,##0.####"}
"""How a figure without a unit of its own is shown."""


def draw(page: Page, inputs: dict[str, object]) -> None:  # noqa: ARG001
    """One row a function, by category: what it answers, its arguments, an example and its result."""
    page.widths(1.7, 24, 70, 46, 50, 14, 1.7)
    page.heading(
        "Functions",
        "arguments in [brackets] may be left out; a table shows its first figure; – the store has none for the example",
        last="G",
    )
    page.header("B4", ["Function", "What it answers", "Arguments", "Example", "Result"], words=True)
    row = 5
    for category, members in groupby(in_order(), key=lambda declaration: declaration.category):
        page.section(f"B{row}", category, 5)
        row += 1
        for declaration in members:
            _function(page, row, declaration)
            row += 1
        row += 1
    page.sheet.freeze_panes = "C5"


def _function(page: Page, row: int, declaration: Declaration) -> None:
    arguments = ", ".join(f"[{a.name}]" if a.optional else a.name for a in declaration.arguments)
    page.text(f"B{row}", declaration.name, bold=True, color=BLUE, wrap=True)
    page.text(f"C{row}", declaration.help, wrap=True)
    page.text(f"D{row}", arguments, color=SOFT, wrap=True)
    call = f"{declaration.name}({','.join(as_formula(argument) for argument in declaration.example)})"
    lines = (-(-len(words) // room) for words, room in ((declaration.help, 84), (arguments, 54), (call, 56)))
    page.sheet.row_dimensions[row].height = 3 + 13 * max(lines)
    if not declaration.has_example:
        page.text(f"E{row}", "on data of your own", color=SOFT, italic=True, wrap=True)
        return
    shown = (*declaration.columns, Column("", declaration.unit))[1].unit if declaration.is_table else declaration.unit
    figure = or_absent(entry(call, 2, 2) if declaration.is_table else call)
    page.text(f"E{row}", call, wrap=True)
    page.text(f"F{row}", f"={figure}", number_format=_FORMATS.get(shown, shown.format), align="right", wrap=True)


def as_formula(argument: Any) -> str:
    """An argument of an example as a formula spells it."""
    if argument is None:
        return ""
    if isinstance(argument, str):
        return '"' + argument.replace('"', '""') + '"'
    if isinstance(argument, bool):
        return str(argument).upper()
    if isinstance(argument, dict):
        return as_formula([[key, value] for key, value in argument.items()])
    if isinstance(argument, (list, tuple)):
        return "{" + ";".join(",".join(as_formula(cell) for cell in row) for row in argument) + "}"
    return f"{argument:.15g}"
