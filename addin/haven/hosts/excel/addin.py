"""``Haven.xlam``, built on any system: wrappers, ribbon, help while typing, settings; the same bytes each time."""

import io
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from importlib import metadata
from importlib.resources import files
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Final

from haven.errors import HavenError, Reason
from haven.functions.text import in_order
from haven.hosts.excel.ribbon import ribbon_xml
from haven.hosts.excel.wrappers import MODULE, WHY, WHY_ARGUMENT, spelled, wrappers
from haven.market.atomic import atomic_write
from haven.workbook.files import zipped
from haven.workbook.package import Package
from haven.workbook.values import stored_value
from haven.workbook.worksheet import read_worksheet

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

XLWINGS: Final = "0.37.8"
"""The one version the add-in works with: the name of its library holds it."""
SETTINGS_SHEET: Final = "haven.conf"
HELP_SHEET: Final = "_IntelliSense_"
ATTACH_CLSID: Final = "{7C4B6C1E-5D0A-4F0B-9B1E-6A1D3C52E7A4}"
"""Under which a server started at logon is found."""
START: Final = '"{python}" -I -m haven.hosts.excel.server $(CLSID)'
"""How Excel starts the server: the same words for every workbook, so that one process serves all. ``-I`` keeps the
workbook's folder and the user's Python settings out of it."""
_MODULES: Final = ("HavenCalls", "HavenRibbon", "HavenExcel")
_ADDIN_TYPE: Final = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
BOOK_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO_TYPE: Final = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_RIBBON_RELATION: Final = (
    '<Relationship Id="havenRibbon" Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility" '
    'Target="customUI/customUI14.xml"/></Relationships>'
)
_CORE: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Haven</dc:title></cp:coreProperties>'
)
"""Document properties without the time they were written."""


def build(path: Path, python: str | None = None, *, attach: bool = False) -> None:
    """Write the add-in.

    Parameters
    ----------
    path
        The file to write, ``Haven.xlam``.
    python
        The interpreter that Excel starts; None means the windowless one beside this one.
    attach
        Excel starts no process but finds the server that ``haven excel serve`` started at logon.

    Raises
    ------
    HavenError
        INVALID when xlwings is not there or not of the version the add-in is made for.
    """
    if path.suffix.lower() != ".xlam":
        raise HavenError(Reason.INVALID, f"the add-in must be named .xlam, got {path.name}")
    check_xlwings()
    parts = _with_macros(_sheets(settings(python or windowless(sys.executable), attach=attach)))
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(MACRO_TYPE.encode(), _ADDIN_TYPE.encode())
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"</Relationships>", _RIBBON_RELATION.encode())
    parts["customUI/customUI14.xml"] = ribbon_xml()
    with atomic_write(path) as file:
        file.write(zipped(parts))


def check_xlwings() -> None:
    """Refuse any xlwings but the one the add-in is made for."""
    try:
        found = metadata.version("xlwings")
    except metadata.PackageNotFoundError:
        found = "none"
    if found != XLWINGS:
        raise HavenError(Reason.INVALID, f"xlwings must be {XLWINGS}, got {found}; install Haven with its excel extra")


def windowless(python: str) -> str:
    """The interpreter that shows no console, beside the one given."""
    path = PureWindowsPath(python)
    return str(path.with_name("pythonw.exe")) if path.name.lower() == "python.exe" else python


def settings(python: str, *, attach: bool) -> dict[str, str]:
    """What the add-in must know: how to start or find the server, with which library; the wizard's categories."""
    folder = PureWindowsPath(python).parent
    base = folder.parent if folder.name.lower() == "scripts" else folder
    return {
        "command": ATTACH_CLSID if attach else START.format(python=python),
        "library32": str(base / f"xlwings32-{XLWINGS}.dll"),
        "library64": str(base / f"xlwings64-{XLWINGS}.dll"),
        **{declaration.name: f"Haven {declaration.category}" for declaration in in_order()},
        WHY[0]: f"Haven {WHY[2]}",
    }


def installed_settings(path: Path) -> dict[str, str]:
    """The settings inside an add-in that was built."""
    package = Package.open(path)
    rows = read_worksheet(package, SETTINGS_SHEET).rows
    cells = [[stored_value(cell, package.shared_strings) for cell in row.cells] for row in rows]
    return {str(name): str(value) for name, value in cells}


def _sheets(stated: Mapping[str, str]) -> bytes:
    """The add-in's two sheets as a workbook without macros."""
    import openpyxl

    book = openpyxl.Workbook()
    book.code_name = "ThisWorkbook"
    book.remove(book.worksheets[0])
    conf = book.create_sheet(SETTINGS_SHEET)
    conf.sheet_properties.codeName = "Settings"
    for row in stated.items():
        conf.append(row)
    _write_help(book.create_sheet(HELP_SHEET))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write_help(sheet: "Worksheet") -> None:
    """Help as Excel-DNA's IntelliSense reads it: function, help, no link, then each argument with its help."""
    sheet.sheet_properties.codeName = "IntelliSense"
    sheet.append(["FunctionInfo", "1"])
    for declaration in in_order():
        arguments = [text for a in declaration.arguments for text in (spelled(a), a.help)]
        sheet.append([declaration.name, declaration.help, None, *arguments])
    sheet.append([*WHY[:2], None, *WHY_ARGUMENT])


def _with_macros(workbook: bytes) -> dict[str, bytes]:
    """The parts of a workbook, with our modules and the public part of xlwings in a VBA project."""
    from pyopenvba import ExcelFile

    parts = unzipped(workbook)
    parts["docProps/core.xml"] = _CORE
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(BOOK_TYPE.encode(), MACRO_TYPE.encode())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "haven.xlsm"
        path.write_bytes(zipped(parts))
        with ExcelFile(path) as file:
            project = file.add_vba_project()
            file.set_module("ThisWorkbook", _source("ThisWorkbook.cls"))
            for name in _MODULES:
                project.add_module(name, _source(f"{name}.bas"))
            project.add_module(MODULE, crlf(wrappers()))
            project.add_module("xlwings", _xlwings_source())
            file.save()
        return unzipped(path.read_bytes())


def _source(name: str) -> str:
    return crlf((files("haven.hosts.excel") / "vba" / name).read_text("utf-8"))


def _xlwings_source() -> str:
    """The VBA module of xlwings, which is under the BSD licence it begins with."""
    text = (files("xlwings") / "xlwings_custom_addin.bas").read_text("utf-8")
    return crlf(text.replace('PROJECT_NAME As String = "myaddin"', 'PROJECT_NAME As String = "haven"'))


def crlf(source: str) -> str:
    """Source with the line ends of VBA."""
    return source.replace("\r\n", "\n").replace("\n", "\r\n")


def unzipped(content: bytes) -> dict[str, bytes]:
    """The parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}
