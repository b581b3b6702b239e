"""The spreadsheet functions as LibreOffice sees them: names, help, and calls passed on to the Haven process."""

import struct
from collections.abc import Callable
from typing import Any

import uno  # type: ignore[import-not-found]
import unohelper  # type: ignore[import-not-found]
from com.sun.star.lang import XServiceInfo, XServiceName  # type: ignore[import-not-found]
from com.sun.star.sheet import LocalizedName, XAddIn, XCompatibilityNames  # type: ignore[import-not-found]
from haven_client import ProcessGoneError  # type: ignore[import-not-found]
from haven_office import CLIENT, REASONS, SETTINGS  # type: ignore[import-not-found]
from org.haven import XFunctions  # type: ignore[import-not-found]

SERVICE = "org.haven.Functions"
ADDIN = "com.sun.star.sheet.AddIn"
MAX_REASONS = 100
ERRORS = {"#N/A": 32767, "#VALUE!": 519, "#NUM!": 503}

WHY = "Select the cell and choose Haven > Why this cell"
"""All HV_WHY can say: a formula can't be calculated again while another is, and its failures are not kept by cell."""

ENGLISH = uno.createUnoStruct("com.sun.star.lang.Locale", "en", "US", "")  # that of Excel's files

FUNCTIONS: dict[str, dict[str, Any]] = {function["name"]: function for function in SETTINGS["functions"]}
_REASON = {"help": "Says where the reason is shown why a cell fails.", "arguments": [["cell", "The cell that fails."]]}


def call(name: str, document: Any, arguments: "tuple[Any, ...]") -> Any:
    """A function's answer as a cell takes it: a number, text, a truth value, an error, or rows of these.

    ``document`` is the one whose cell asks; it may have overrides.
    """
    given = list(arguments)
    while given and given[-1] is None:
        given.pop()
    try:
        value = CLIENT.ask({"call": name, "args": given, "overrides": _overrides(document)})["value"]
    except ProcessGoneError as gone:
        value = {"error": "#VALUE!", "why": str(gone)}
    rows = value if isinstance(value, list) else [[value]]
    return tuple(tuple(_cell(cell) for cell in row) for row in rows)


def _overrides(document: Any) -> str:
    """The overrides of a document, as its last refresh noted them; empty for none."""
    names = document.getPropertyValue("NamedRanges")
    cells = names.getByName("Data_overrides").getReferredCells() if names.hasByName("Data_overrides") else None
    return str(cells.getCellByPosition(0, 0).getString()) if cells else ""


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        del REASONS[:-MAX_REASONS]
        REASONS.append(f"{value['error']}  {value['why']}")
        # A NaN whose payload is the code is an error to a cell.
        return struct.unpack("<d", struct.pack("<Q", 0x7FF80000 << 32 | ERRORS[value["error"]]))[0]
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


class AddIn(unohelper.Base, XFunctions, XAddIn, XCompatibilityNames, XServiceName, XServiceInfo):  # type: ignore[misc]
    """What LibreOffice asks about the functions; the functions themselves are added below."""

    def __init__(self, context: object) -> None:  # noqa: ARG002 - UNO passes it
        self._locale = uno.createUnoStruct("com.sun.star.lang.Locale")

    def getProgrammaticFuntionName(self, name: str) -> str:  # the interface spells it so
        """Our names are the same everywhere."""
        return name

    def getDisplayFunctionName(self, name: str) -> str:
        """Our names are the same everywhere."""
        return name

    def getFunctionDescription(self, name: str) -> str:
        """The text of the function wizard."""
        return str(FUNCTIONS[name]["help"])

    def getDisplayArgumentName(self, name: str, place: int) -> str:
        """The name of an argument in the function wizard; the document is the first, which is not shown."""
        return str(FUNCTIONS[name]["arguments"][place - 1][0])

    def getArgumentDescription(self, name: str, place: int) -> str:
        """The help of an argument in the function wizard."""
        return str(FUNCTIONS[name]["arguments"][place - 1][1])

    def getProgrammaticCategoryName(self, name: str) -> str:  # noqa: ARG002 - the interface has it
        """Where the function wizard lists the function."""
        return "Add-In"

    def getDisplayCategoryName(self, name: str) -> str:  # noqa: ARG002 - the interface has it
        """Where the function wizard lists the function."""
        return "Add-In"

    def getCompatibilityNames(self, name: str) -> "tuple[Any, ...]":
        """The name in Excel's files."""
        return (LocalizedName(ENGLISH, name),)

    def setLocale(self, locale: object) -> None:
        """Help is in English whatever the language of the office."""
        self._locale = locale

    def getLocale(self) -> Any:
        """The language the office asked for."""
        return self._locale

    def getServiceName(self) -> str:
        """What LibreOffice writes before our names in its files."""
        return SERVICE

    def getImplementationName(self) -> str:
        """The name in the components file."""
        return SERVICE

    def supportsService(self, name: str) -> bool:
        """Whether this is such a service."""
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> "tuple[str, ...]":
        """What this component is."""
        return (ADDIN, SERVICE)


def _method(name: str) -> "Callable[..., Any]":
    return lambda _, document, *arguments: call(name, document, arguments)


for _name in FUNCTIONS:
    setattr(AddIn, _name, _method(_name))
AddIn.HV_WHY = lambda *_: WHY
FUNCTIONS["HV_WHY"] = _REASON

g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - the loader looks for this name
g_ImplementationHelper.addImplementation(AddIn, SERVICE, (ADDIN, SERVICE))
