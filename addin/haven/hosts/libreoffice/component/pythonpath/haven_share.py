"""What sharing an open LibreOffice document needs: a copy of it as a file, a question to the user, a report."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]

XLSX = "Calc MS Excel 2007 XML"
BOLD = 150.0
"""com.sun.star.awt.FontWeight.BOLD"""


@contextmanager
def saved_copy(document: Any) -> "Iterator[str]":
    """The path of a copy as .xlsx, with the values last calculated, in a folder that goes again."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "copy.xlsx")  # noqa: PTH118
        document.storeToURL(uno.systemPathToFileUrl(path), (PropertyValue(Name="FilterName", Value=XLSX),))
        yield path


def ask_text(context: Any, window: Any, question: str) -> str:
    """What the user types into a dialogue of one line; empty when it is closed without OK."""
    manager = context.ServiceManager
    model = manager.createInstanceWithContext("com.sun.star.awt.UnoControlDialogModel", context)
    model.Title, model.Width, model.Height = "Haven", 180, 52
    controls: tuple[tuple[str, str, dict[str, Any], tuple[int, int, int, int]], ...] = (
        ("FixedText", "question", {"Label": question}, (6, 6, 168, 10)),
        ("Edit", "answer", {}, (6, 18, 168, 12)),
        ("Button", "ok", {"Label": "OK", "PushButtonType": 1, "DefaultButton": True}, (124, 34, 50, 14)),
    )
    for kind, name, properties, (x, y, width, height) in controls:
        control = model.createInstance(f"com.sun.star.awt.UnoControl{kind}Model")
        control.PositionX, control.PositionY, control.Width, control.Height = x, y, width, height
        for key, value in properties.items():
            setattr(control, key, value)
        model.insertByName(name, control)
    dialog = manager.createInstanceWithContext("com.sun.star.awt.UnoControlDialog", context)
    dialog.setModel(model)
    dialog.createPeer(window.getToolkit(), window)
    try:
        return str(dialog.getControl("answer").getText()) if dialog.execute() else ""
    finally:
        dialog.dispose()


def write_lines(sheet: Any, lines: "list[str]") -> None:
    """Write lines of text into a sheet, a row each, those that stand at the margin in bold."""
    for row, line in enumerate(lines):
        cell = sheet.getCellByPosition(0, row)
        cell.setString(line)
        if not line.startswith(" "):
            cell.CharWeight = BOLD
