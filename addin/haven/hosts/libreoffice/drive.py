"""Run by LibreOffice's own Python: opens a workbook without a screen, recalculates it, and stores it.

``drive.py SOFFICE FILE OUT SETTING…`` stores ``OUT`` in the format of its name and prints, as JSON, every formula
cell: sheet, address, formula, error code, and value as number or text.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "component", "pythonpath"))  # noqa: PTH100, PTH118, PTH120
from haven_formulas import FORMULAS, bind, sheets  # type: ignore[import-not-found]

FORMATS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8"}
START_SECONDS = 60
READ_SECONDS = 60
NEVER = 0  # of macros and of links alike


def main(soffice: str, file: str, out: str, *settings: str) -> None:
    """Open, bind our names, recalculate hard, list, store."""
    process, name = start(soffice, *settings)
    desktop = None
    try:
        desktop = service(connected(name), "frame.Desktop")
        document = desktop.loadComponentFromURL(
            uno.systemPathToFileUrl(file), "_blank", 0, (named_value("Hidden", True),)
        )
        if document is None:
            sys.exit("it is no workbook that LibreOffice can open")
        bind(document)
        started = time.perf_counter()
        document.calculateAll()
        seconds = time.perf_counter() - started
        cells = [cell for sheet in sheets(document) for cell in _described(sheet)]
        document.storeToURL(
            uno.systemPathToFileUrl(out),
            (named_value("FilterName", FORMATS[os.path.splitext(out)[1]]),),  # noqa: PTH122
        )
        document.close(True)
        json.dump({"seconds": seconds, "cells": cells}, sys.stdout)
    finally:
        end(process, desktop)


def _described(sheet: Any) -> "Iterator[dict[str, Any]]":
    """Every formula cell of a sheet, read block by block: a question a cell would take longer than calculating it."""
    failed = sheet.queryFormulaCells(ERROR_RESULT).Cells.createEnumeration()
    errors = {}
    while failed.hasMoreElements():
        cell = failed.nextElement()
        errors[cell.CellAddress.Row, cell.CellAddress.Column] = cell.getError()
    blocks = sheet.queryContentCells(FORMULAS)
    for place in range(blocks.Count):
        block = blocks.getByIndex(place)
        top, left = block.RangeAddress.StartRow, block.RangeAddress.StartColumn
        for down, row in enumerate(zip(block.getFormulaArray(), block.getDataArray())):  # noqa: B905 - older Pythons
            for right, (formula, value) in enumerate(zip(*row)):  # noqa: B905
                yield {
                    "sheet": sheet.Name,
                    "address": f"{_letters(left + right)}{top + down + 1}",
                    "formula": formula,
                    "error": errors.get((top + down, left + right), 0),
                    "value": value,
                }


def _letters(column: int) -> str:
    """The name of a column, counted from 0."""
    before, last = divmod(column, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


ERROR_RESULT = 4  # com.sun.star.sheet.FormulaResult.ERROR


@contextmanager
def reading(soffice: str, file: str, *settings: str) -> "Iterator[tuple[Any, Any]]":
    """An office and a workbook opened in it; nothing in it runs, and an office that hangs is ended."""
    process, name = start(soffice, *settings)
    watch = threading.Timer(READ_SECONDS, process.kill)
    watch.start()
    desktop = None
    try:
        office = connected(name)
        desktop = service(office, "frame.Desktop")
        opening = {"Hidden": True, "MacroExecutionMode": NEVER, "UpdateDocMode": NEVER}
        properties = tuple(named_value(key, value) for key, value in opening.items())
        document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(file), "_blank", 0, properties)
        yield office, document
        document.close(True)
    finally:
        watch.cancel()
        end(process, desktop)


def start(soffice: str, *settings: str) -> "tuple[subprocess.Popen[bytes], str]":
    """An office without a screen, and the name under which it listens."""
    name = f"haven{os.getpid()}"
    command = [soffice, "--headless", "--norestore", "--nologo", f"--accept=pipe,name={name};urp", *settings]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL), name  # noqa: S603


def connected(name: str) -> Any:
    """The office just started."""
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    last = time.monotonic() + START_SECONDS
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={name};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > last:
                raise
            time.sleep(0.1)


def service(office: Any, name: str) -> Any:
    """One of an office's services."""
    return office.ServiceManager.createInstanceWithContext(f"com.sun.star.{name}", office)


def end(process: "subprocess.Popen[bytes]", desktop: Any) -> None:
    """Close an office, or stop it when it doesn't answer."""
    try:
        if desktop is not None:
            desktop.terminate()
        process.wait(10)
    except Exception:  # noqa: BLE001 - the office may have gone while it was asked to go
        process.kill()


def named_value(name: str, value: object) -> Any:
    """A setting as an office takes it."""
    return PropertyValue(Name=name, Value=value)


if __name__ == "__main__":
    main(*sys.argv[1:])
