"""Steps taken in a running LibreOffice, by its own Python: ``steps.py PIPE STEP ARGUMENT…`` prints what it answers."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import uno
from com.sun.star.accessibility.AccessibleRole import MENU, MENU_BAR, MENU_ITEM
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException

NAME_ERROR = 525


class Steps:
    def __init__(self, pipe):
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        last = time.monotonic() + 60
        while True:
            try:
                self._remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except NoConnectException:
                if time.monotonic() > last:
                    raise
                time.sleep(0.1)
        self._desktop = self._service("com.sun.star.frame.Desktop")

    def _service(self, name):
        return self._remote.ServiceManager.createInstanceWithContext(name, self._remote)

    def _open(self, url, hidden=False):
        return self._desktop.loadComponentFromURL(url, "_blank", 0, (PropertyValue(Name="Hidden", Value=hidden),))

    # the function wizard

    def descriptions(self):
        """Every function of ours as the wizard shows it."""
        functions = self._service("com.sun.star.sheet.FunctionDescriptions")
        found = [{p.Name: p.Value for p in functions.getByIndex(place)} for place in range(functions.Count)]
        return {
            function["Name"]: [function["Description"], [[a.Name, a.Description] for a in function["Arguments"] or ()]]
            for function in found
            if function["Name"].startswith("HV_")
        }

    def typed(self, text, rest):
        """The formula of a cell into which a name is typed in part, completed, and its arguments typed."""
        document = self._new()
        self._type(text, "Return")
        self._type(rest, "Return")
        return self._until(lambda: document.Sheets.getByIndex(0).getCellByPosition(0, 0).Formula)

    def _new(self):
        document = self._open("private:factory/scalc")
        self._until(lambda: document.getCurrentController() and document.getCurrentController().Frame.isActive())
        return document

    def _type(self, text, key):
        subprocess.run(["xdotool", "type", "--delay", "40", text], check=True)
        time.sleep(0.7)
        subprocess.run(["xdotool", "key", key], check=True)
        time.sleep(0.7)

    # documents

    def opened(self, file, times):
        """What the first cells of a workbook show after it was opened, so many times, once closed in between."""
        answers = []
        for _ in range(int(times)):
            self._open(uno.systemPathToFileUrl(file)).close(True)
            document = self._open(uno.systemPathToFileUrl(file))
            answers.append(self._shown(document))
            document.close(True)
        return answers

    def opened_by_hand(self, title):
        """The same of a workbook that somebody else opens."""
        return self._shown(self._until(lambda: self._titled(title)))

    def _titled(self, title):
        every = self._desktop.Components.createEnumeration()
        while every.hasMoreElements():
            document = every.nextElement()
            if getattr(document, "Title", "") == title:
                return document
        return None

    def _shown(self, document):
        sheet = document.Sheets.getByIndex(0)
        cells = [sheet.getCellByPosition(0, row) for row in range(4)]
        self._until(lambda: all(cell.getError() != NAME_ERROR for cell in cells))
        return {
            "cells": [cell.String for cell in cells],
            "to_save": document.isModified(),
            "to_undo": document.UndoManager.isUndoPossible(),
            "title": document.Title,
        }

    def two_at_once(self, file, other):
        """The sums of two workbooks that are calculated at the same time."""
        documents = [self._bound(file), self._bound(other)]
        threads = [threading.Thread(target=document.calculateAll) for document in documents * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [self._column(document) for document in documents]

    def killed(self, file):
        """A column before, and after a calculation in which the Haven process was killed; how many were killed."""
        document = self._bound(file)
        document.calculateAll()
        before = self._column(document)
        killed = []
        timer = threading.Timer(0.15, lambda: killed.extend(self._kill()))
        timer.start()
        started = time.perf_counter()
        document.calculateAll()
        seconds = time.perf_counter() - started
        timer.join()
        return {"before": before, "after": self._column(document), "killed": len(killed), "seconds": seconds}

    def _kill(self):
        """End the Haven process of this office, which is known by its home."""
        home = f"HAVEN_HOME={os.environ['HAVEN_HOME']}".encode()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                served = b"haven.hosts.libreoffice.serve" in (process / "cmdline").read_bytes()
                ours = served and home in (process / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if ours:
                os.kill(int(process.name), signal.SIGKILL)
                yield process.name

    def written(self, pythonpath):
        """What writing tables into a document does: refused at an array formula, done and undone, refused."""
        sys.path.insert(0, pythonpath)
        from haven_areas import named_areas, write_tables

        document = self._open("private:factory/scalc", hidden=True)
        sheet = document.Sheets.getByIndex(0)
        for name, area in (("First", "$A$1:$B$2"), ("Second", "$A$4:$B$4")):
            origin = uno.createUnoStruct("com.sun.star.table.CellAddress")
            document.NamedRanges.addNewByName(name, f"$Sheet1.{area}", origin, 0)
        first, second = (sheet.getCellRangeByName(area) for area in ("A1:B2", "A4:B4"))
        array = sheet.getCellRangeByName("B4:C5")
        first.setFormulaArray((("mine", "=1+1"), ("", "")))
        array.setArrayFormula("=A1:B2")
        tables = {"First": [["=1+1", None], [True, {"error": "#N/A"}]], "Second": [[1.0, "+2"]]}
        told, cells = [], []
        for change in (lambda: None, lambda: array.clearContents(16), lambda: sheet.protect("")):
            change()
            told.append(write_tables(document, named_areas(document), tables))
            cells.append([*first.FormulaArray, *second.FormulaArray])
            if not told[-1]:
                types = [first.getCellByPosition(0, 0).Type.value, first.getCellByPosition(1, 1).getError()]
                document.UndoManager.undo()
        return {"told": told, "cells": cells, "types": types}

    def _bound(self, file):
        """A workbook opened without a screen; adding a named range has its names looked up."""
        document = self._open(uno.systemPathToFileUrl(file), hidden=True)
        document.NamedRanges.addNewByName("test", "0", uno.createUnoStruct("com.sun.star.table.CellAddress"), 0)
        return document

    def _column(self, document):
        rows = document.Sheets.getByIndex(0).getCellRangeByName("A1:A5000").getDataArray()
        return [row[0] for row in rows]

    # the menu

    def clicked(self, entry, formula=""):
        """What a click on an entry of the Haven menu does to a new sheet: its cells, and what is told."""
        document = self._new()
        sheet = document.Sheets.getByIndex(0)
        if formula:
            sheet.getCellByPosition(0, 0).setFormula(formula)
        count = len(self._windows())
        self._choose(document, entry)
        area = sheet.getCellRangeByName("A1:E15")
        had = area.getFormulaArray()
        self._until(lambda: area.getFormulaArray() != had or len(self._windows()) > count, 15)
        told = self._heard()
        return {"cells": area.getFormulaArray(), "told": told}

    def refreshed(self, file, series="", figure=0):
        """A desk workbook after a click on Refresh, and what is told; a figure of the Data page may be typed over."""
        document = self._titled(Path(file).name) or self._open(uno.systemPathToFileUrl(file))
        names = document.NamedRanges
        areas = {name: names.getByName(name).getReferredCells() for name in names.ElementNames}
        if series:
            row = next(place for place, row in enumerate(areas["Data_series"].DataArray) if row[0] == series)
            areas["Data_series"].getCellByPosition(2, row).setValue(float(figure))
        done = len(document.UndoManager.AllUndoActionTitles)
        self._choose(document, "Refresh")
        self._until(lambda: len(document.UndoManager.AllUndoActionTitles) > done)
        told = self._heard()
        wanted = ("Data_series", "Status_overrides", "Status_loads", "Status_refreshes")
        return {
            "areas": {name: areas[name].FormulaArray for name in wanted},
            "desk": document.Sheets.getByName("Desk").getCellRangeByName("B8:I8").DataArray[0],
            "undo": document.UndoManager.getCurrentUndoActionTitle(),
            "told": told,
        }

    def inspected(self, file, typed=""):
        """What a click on Inspect tells of a workbook, changed or not, and the lines of the report that it opens."""
        document = self._open(uno.systemPathToFileUrl(file))
        self._until(lambda: document.getCurrentController() and document.getCurrentController().Frame.isActive())
        if typed:
            document.Sheets.getByIndex(0).getCellRangeByName("A200").setString(typed)
        self._choose(document, "Inspect")
        self._until(self._told)
        report = self._desktop.getCurrentComponent()
        told = self._heard()
        lines = []
        if report.Title != document.Title:
            cursor = report.Sheets.getByIndex(0).createCursor()
            cursor.gotoEndOfUsedArea(False)
            cursor.gotoStartOfUsedArea(True)
            lines = [row[0] for row in cursor.getFormulaArray()]
        return {"told": told, "lines": lines, "changed": document.isModified()}

    def stopped(self):
        """What is told when a refresh is stopped while a source is waited for."""
        document = self._new()
        self._choose(document, "Refresh")
        time.sleep(1)
        self._choose(document, "Stop refreshing")
        self._until(self._told)
        return self._heard()

    def _choose(self, document, entry):
        """Click on an entry of the Haven menu."""
        self._click(document, "Haven")
        time.sleep(0.5)
        self._click(document, entry)

    def _windows(self):
        """The windows on the screen; one may close meanwhile, and a closed one may still be listed."""
        toolkit = self._service("com.sun.star.awt.Toolkit")
        windows = [toolkit.getTopWindow(place) for place in range(toolkit.getTopWindowCount())]
        return [window for window in windows if window and window.isVisible()]

    def _told(self):
        tops = [window.getAccessibleContext() for window in self._windows()]
        dialogs = [top for top in tops if _name(top) in ("Haven", "Function Wizard")]
        return [part.getAccessibleName() for dialog in dialogs for part in _parts(dialog)]

    def _heard(self):
        """What is told, and closed then; a box that has only just opened may not listen yet."""
        told = self._told()
        last = time.monotonic() + 10
        while self._told() and time.monotonic() < last:
            subprocess.run(["xdotool", "key", "Escape"], check=True)
            time.sleep(0.2)
        return told

    def _click(self, document, title):
        window = document.getCurrentController().Frame.getContainerWindow().getAccessibleContext()
        entry = next(part for part in _parts(window, (MENU_BAR, MENU, MENU_ITEM)) if part.getAccessibleName() == title)
        at, size = entry.getLocationOnScreen(), entry.getSize()
        place = [str(at.X + size.Width // 2), str(at.Y + size.Height // 2)]
        subprocess.run(["xdotool", "mousemove", *place, "click", "1"], check=True)

    def _until(self, found, seconds=30):
        last = time.monotonic() + seconds
        while True:
            answer = found()
            if answer or time.monotonic() > last:
                return answer
            time.sleep(0.05)


def _name(part):
    """What a part of the screen is called; nothing when it has closed meanwhile."""
    try:
        return part.getAccessibleName()
    except DisposedException:
        return ""


def _parts(part, roles=None):
    """A part of the screen and everything in it, or only what has these roles."""
    yield part
    for place in range(min(part.getAccessibleChildCount(), 100)):
        inner = part.getAccessibleChild(place).getAccessibleContext()
        if roles is None or inner.getAccessibleRole() in roles:
            yield from _parts(inner, roles)


if __name__ == "__main__":
    pipe, step, *arguments = sys.argv[1:]
    print(json.dumps(getattr(Steps(pipe), step)(*arguments)), flush=True)
    os._exit(0)  # the bridge must not outlive the interpreter
