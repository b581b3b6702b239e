"""Freeze a workbook: Haven formulas become the values they show; all else stays byte for byte."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from haven.market.atomic import atomic_write
from haven.workbook.cells import Edit, apply_edits, without_formula
from haven.workbook.files import check_replaceable
from haven.workbook.package import Package
from haven.workbook.references import format_address
from haven.workbook.values import stored_value
from haven.workbook.worksheet import CellXml, RowXml, scan_rows

_OURS: Final = re.compile(r"\bHV_[A-Z]+\s*\(", re.IGNORECASE)
_QUOTED: Final = re.compile('"[^"]*"')
_SHOWN: Final = 5


def freeze(path: Path, out: Path) -> int:
    """Write a workbook whose Haven formulas are the values last calculated; errors stay real errors.

    Parameters
    ----------
    path
        The workbook; it may be ``out`` too.
    out
        The file to write; an existing one is replaced.

    Returns
    -------
    int
        How many formulas became values.

    Raises
    ------
    HavenError
        INVALID when the file can't be read, a Haven formula has no value yet, or ``out`` can't be replaced.
    """
    package = Package.open(path)
    check_replaceable(out, like=path)
    content, count = frozen(package)
    with atomic_write(out) as file:
        file.write(content)
    return count


def frozen(package: Package) -> tuple[bytes, int]:
    """The file with its Haven formulas as values, and how many there were."""
    ours = _with_names(package)
    parts, lacking, count = {}, [], 0
    for sheet, part in package.sheets.items():
        content = package.part(part)
        edits: list[Edit] = []
        for cell in _cells(scan_rows(package, sheet), ours):
            value = stored_value(cell, package.shared_strings)
            if value is None:
                lacking.append(f"{sheet}!{format_address(cell.address)}")
            edits.append(without_formula(content, cell, value))
        if edits:
            parts[part] = apply_edits(content, edits)
        count += len(edits)
    if lacking:
        more = f" and {len(lacking) - _SHOWN} more" if len(lacking) > _SHOWN else ""
        raise package.refusal(
            f"has Haven formulas without a value: {', '.join(lacking[:_SHOWN])}{more}; run haven compute first"
        )
    # Excel calls a file damaged whose calculation chain names cells without a formula; it makes a new one by itself.
    return package.replace_parts(parts, without="/calcChain" if parts else ""), count


def _with_names(package: Package) -> "re.Pattern[str]":
    """What tells a Haven formula: a call, or a name that stands for one."""
    names = [
        re.escape(element.get("name", ""))
        for element in package.workbook.iterfind("{*}definedNames/{*}definedName")
        if _OURS.search(_QUOTED.sub("", element.text or ""))
    ]
    return re.compile(
        "|".join([_OURS.pattern, *(rf"(?<![\w.\\])(?:{name})(?![\w.\\(])" for name in names)]), re.IGNORECASE
    )


def _cells(rows: Iterable[RowXml], ours: "re.Pattern[str]") -> Iterator[CellXml]:
    """The cells with a Haven formula; those that share one stand under the first."""
    shared: set[str] = set()
    for row in rows:
        for cell in row.cells:
            if cell.formula is None:
                continue
            group = cell.formula.attributes.get("si") if cell.formula.attributes.get("t") == "shared" else None
            if ours.search(_QUOTED.sub("", cell.formula_text)):
                if group is not None:
                    shared.add(group)
                yield cell
            elif group in shared and not cell.formula_text:
                yield cell
