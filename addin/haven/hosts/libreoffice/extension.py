"""The LibreOffice extension: a .oxt file made of the component and what the catalogue says."""

import json
import sys
import zipfile
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

import haven
from haven.functions.catalogue import Argument, Declaration
from haven.functions.text import in_order
from haven.hosts.libreoffice.menu import menu_xcu

IDENTIFIER: Final = "org.haven"
COMPONENT: Final = Path(__file__).with_name("component")


def write_extension(path: Path) -> None:
    """Write the extension; its functions will be answered by the Python that runs this."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as extension:
        for name, text in _generated().items():
            extension.writestr(name, text)
        for file in sorted(COMPONENT.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                extension.write(file, file.relative_to(COMPONENT))


def settings() -> "dict[str, object]":
    """What the component must know: which Python to start, and the functions with their help."""
    functions = [{"name": d.name, "help": d.help, "arguments": list(map(_described, d.arguments))} for d in in_order()]
    return {
        "version": haven.__version__,
        "python": sys.executable,
        "path": str(Path(haven.__file__).parents[1]),
        "functions": functions,
    }


def _described(argument: Argument) -> list[str]:
    """Name and help for the wizard, which takes every argument that may hold anything for an optional one."""
    return [f"[{argument.name}]", argument.help] if argument.optional else [argument.name, f"Required. {argument.help}"]


def interface() -> str:
    """The functions as a UNO interface; LibreOffice reads its source, so no compiled type library is needed."""
    methods = "\n".join(f"    {signature};" for signature in (*map(_signature, in_order()), _WHY))
    return f"module org {{ module haven {{\n  interface XFunctions {{\n{methods}\n  }};\n}}; }};\n"


def _signature(declaration: Declaration) -> str:
    # LibreOffice fills in the document and shows it to nobody.
    # Our argument names may be words of the interface language; the wizard's come from the component.
    given = (f"[in] any argument{place}" for place, _ in enumerate(declaration.arguments, start=1))
    arguments = ", ".join(("[in] com::sun::star::beans::XPropertySet document", *given))
    return f"sequence< sequence<any> > {declaration.name}({arguments})"


# It is given the cell itself: an error would be passed on as the answer.
_WHY: Final = (
    "string HV_WHY([in] com::sun::star::beans::XPropertySet document, [in] com::sun::star::table::XCellRange cell)"
)


def _generated() -> dict[str, str]:
    return {
        "haven.json": json.dumps(settings()),
        "functions.idl": interface(),
        "addons.xcu": menu_xcu(),
        "description.xml": _DESCRIPTION.format(identifier=quoteattr(IDENTIFIER), version=quoteattr(haven.__version__)),
    }


_DESCRIPTION: Final = """<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006">
  <identifier value={identifier}/>
  <version value={version}/>
  <display-name><name lang="en">Haven</name></display-name>
</description>
"""
