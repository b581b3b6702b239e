"""The ribbon: Data, Build, Share and Help, with a menu of every function by category."""

from itertools import groupby
from typing import Final
from xml.etree import ElementTree

from haven.functions.text import in_order
from haven.market.sources.registry import sources

NAMESPACE: Final = "http://schemas.microsoft.com/office/2009/07/customui"
MAX_TIP: Final = 1024
SOURCE_MENU: Final = "Sources"
INSERT_MENU: Final = "Insert function"
AS_OF: Final = "As of"
LABEL: Final = "label"
GROUPS: Final = {
    "Data": {
        "Refresh": ("refresh", "RefreshAll", "Fetch the market, write it into this workbook and calculate."),
        SOURCE_MENU: ("", "GetExternalDataFromWeb", "Refresh from one source only."),
        "Cancel": ("cancel", "Delete", "Stop the refresh that is running; nothing half-written stays."),
        AS_OF: ("as_of", "", "The date of the desk workbook, such as 2025-04-11; empty means the latest."),
        LABEL: ("", "", ""),
    },
    "Build": {
        "Desk workbook": ("desk", "FileNew", "Build a new desk workbook on the latest market data and open it."),
        INSERT_MENU: ("", "FunctionWizard", "Write an example of a function at the selection, with number formats."),
        "Format": ("format", "FormatPainter", "Give the selected Haven cells the number formats of their functions."),
        "Scenario table": ("scenario", "WhatIfAnalysisMenu", "Write a table of scenarios at the selection."),
        "Repair links": ("repair", "FileLinksToFiles", "Re-enter Haven formulas that show #NAME? or another's path."),
    },
    "Share": {
        "Freeze to values": ("freeze", "PasteValues", "Open a copy in which Haven formulas are the values they show."),
        "Client sheet": (
            "client",
            "FileSendAsAttachment",
            "Open the active sheet, to its print area, as values under your firm's header; nothing else leaves.",
        ),
        "PDF": ("client:pdf", "FileSaveAsPdfOrXps", "The active sheet as a client may have it, as PDF."),
        "Inspect": (
            "inspect",
            "FileDocumentInspect",
            "List by sheet what this workbook, as last saved, would give away, in a new workbook.",
        ),
    },
    "Help": {
        "Why this cell": ("why", "ErrorChecking", "Say why the Haven formula of the active cell fails."),
        "Functions": ("functions", "Help", "Every function with its help, unit and arguments, in a new workbook."),
        "Status": ("status", "PropertySheet", "What the store holds and from when."),
        "Doctor": ("doctor", "FindDialog", "Check Excel, the add-in, Python and the server."),
        "Log": ("log", "FileOpen", "Open the log."),
        "About": ("about", "Info", "The versions of Haven, Python and xlwings."),
    },
}
"""By group, what stands on the ribbon: its word for Python, its picture, what it does."""
LARGE: Final = frozenset({"Refresh", "Desk workbook", INSERT_MENU, "Client sheet", "Why this cell"})


def ribbon_xml() -> bytes:
    """The customUI part of the add-in."""
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.Element(f"{{{NAMESPACE}}}customUI", onLoad="HavenLoaded")
    tab = _add(_add(_add(root, "ribbon"), "tabs"), "tab", id="haven", label="Haven")
    for title, entries in GROUPS.items():
        group = _add(tab, "group", id=f"haven{title}", label=title)
        for name, (word, image, tip) in entries.items():
            _entry(group, name, word, image, tip)
    ElementTree.indent(root)
    xml: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return xml


def _entry(group: ElementTree.Element, name: str, word: str, image: str, tip: str) -> None:
    identity = "haven" + name.title().replace(" ", "")
    looks = {"label": name, "screentip": name, "supertip": tip, "imageMso": image}
    if name in LARGE:
        looks["size"] = "large"
    if name == LABEL:
        _add(group, "labelControl", id=identity, getLabel="HavenLabel")
    elif name == AS_OF:
        del looks["imageMso"]
        _add(group, "editBox", id=identity, onChange="HavenAsOf", sizeString="2025-04-11", **looks)
    elif name == SOURCE_MENU:
        menu = _add(group, "menu", id=identity, **looks)
        for source in sources():
            _press(menu, f"{identity}_{source}", f"refresh:{source}", label=source)
    elif name == INSERT_MENU:
        _functions(_add(group, "menu", id=identity, **looks))
    elif word == "why":
        _add(group, "button", id=identity, onAction="HavenWhyHere", **looks)
    else:
        _press(group, identity, word, **looks)


def _functions(menu: ElementTree.Element) -> None:
    """Every function under its category."""
    for category, members in groupby(in_order(), key=lambda declaration: declaration.category):
        inner = _add(menu, "menu", id="insert" + category.replace(" ", ""), label=category)
        for declaration in members:
            _press(
                inner,
                f"insert_{declaration.name}",
                f"insert:{declaration.name}",
                label=declaration.name,
                supertip=declaration.help[:MAX_TIP],
            )


def _press(parent: ElementTree.Element, identity: str, word: str, **looks: str) -> None:
    _add(parent, "button", id=identity, tag=word, onAction="HavenPress", **looks)


def _add(parent: ElementTree.Element, kind: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, f"{{{NAMESPACE}}}{kind}", attributes)
