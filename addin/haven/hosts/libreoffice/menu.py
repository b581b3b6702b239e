"""The Haven menu and toolbar of LibreOffice."""

from typing import Final
from xml.sax.saxutils import escape, quoteattr

MENU: Final = {
    "Refresh": "refresh",
    "Stop refreshing": "stop",
    "Desk workbook": "desk",
    "Scenario table": "scenario",
    "Freeze to values": "freeze",
    "Client sheet": "client",
    "PDF": "pdf",
    "Inspect": "inspect",
    "Why this cell": "why",
    "Functions": ".uno:FunctionDialog",
    "Status": "status",
    "Log": "log",
    "About": "about",
}
"""What each entry does: a word of the component's ``ACTIONS``, or a command of LibreOffice itself."""
COMMANDS: Final = "service:org.haven.Commands?"
SHEETS_ONLY: Final = "com.sun.star.sheet.SpreadsheetDocument"


def menu_xcu() -> str:
    """The configuration that adds the menu and the toolbar to spreadsheets."""
    return _DOCUMENT.format(context=_property("Context", SHEETS_ONLY), entries=_entries())


def _entries() -> str:
    return "".join(
        f'<node oor:name="m{place}" oor:op="replace">'
        f"{_property('URL', action if ':' in action else COMMANDS + action)}"
        f"{_property('Title', title, lang='en')}{_property('Target', '_self')}{_property('Context', SHEETS_ONLY)}"
        "</node>"
        for place, (title, action) in enumerate(MENU.items(), start=10)
    )


def _property(name: str, value: str, lang: str = "") -> str:
    language = f" xml:lang={quoteattr(lang)}" if lang else ""
    return f"<prop oor:name={quoteattr(name)}><value{language}>{escape(value)}</value></prop>"


_DOCUMENT: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:component-data xmlns:oor="http://openoffice.org/2001/registry"
    oor:name="Addons" oor:package="org.openoffice.Office">
  <node oor:name="AddonUI">
    <node oor:name="OfficeMenuBar">
      <node oor:name="org.haven.menu" oor:op="replace">
        <prop oor:name="Title"><value xml:lang="en">Haven</value></prop>{context}
        <node oor:name="Submenu">{entries}</node>
      </node>
    </node>
    <node oor:name="OfficeToolBar">
      <node oor:name="org.haven.toolbar" oor:op="replace">{entries}</node>
    </node>
  </node>
</oor:component-data>
"""
