"""The parts of the new file, and how they refer to one another."""

from collections.abc import Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from haven.workbook.client.sheet import Sheet
from haven.workbook.files import zipped
from haven.workbook.markup import DECLARATION, MAIN, OFFICE

_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_SPREADSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CHART_TYPE: Final = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_DRAWING_TYPE: Final = "application/vnd.openxmlformats-officedocument.drawing+xml"


def workbook(sheets: Sequence[Sheet], styles: bytes, theme: bytes) -> bytes:
    """A workbook of the given sheets: no names but for its print titles, no properties, always the same bytes."""
    listed = "".join(
        f'<sheet name={quoteattr(sheet.title)} sheetId="{number}" r:id="sheet{number}"/>'
        for number, sheet in enumerate(sheets, start=1)
    )
    titles = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{number}">{_rows(sheet)}</definedName>'
        for number, sheet in enumerate(sheets)
    )
    parts = {
        "xl/workbook.xml": (
            f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets>'
            f"<definedNames>{titles}</definedNames></workbook>"
        ).encode(),
        "xl/styles.xml": styles,
        "xl/theme/theme1.xml": theme,
    }
    types = {
        "xl/workbook.xml": f"{_SPREADSHEET}.sheet.main+xml",
        "xl/styles.xml": f"{_SPREADSHEET}.styles+xml",
        "xl/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
    }
    targets = {"styles": ("styles", "styles.xml"), "theme": ("theme", "theme/theme1.xml")}
    for number, sheet in enumerate(sheets, start=1):
        targets[f"sheet{number}"] = ("worksheet", f"worksheets/sheet{number}.xml")
        name = f"xl/worksheets/sheet{number}.xml"
        parts[name], types[name] = sheet.part(), f"{_SPREADSHEET}.worksheet+xml"
        if any(sheet.drawing.anchors):
            _add_drawing(parts, types, number, sheet)
    parts["_rels/.rels"] = _relations({"workbook": ("officeDocument", "xl/workbook.xml")})
    parts["xl/_rels/workbook.xml.rels"] = _relations(targets)
    return zipped({"[Content_Types].xml": _types(types), **parts})


def _rows(sheet: Sheet) -> str:
    """The rows of a sheet that stand on every printed page, as a reference."""
    quoted = sheet.title.replace("'", "''")
    return escape(f"'{quoted}'!$1:${sheet.titles}")


def _add_drawing(parts: dict[str, bytes], types: dict[str, str], number: int, sheet: Sheet) -> None:
    """The drawing of a sheet with its charts and pictures."""
    name = f"xl/drawings/drawing{number}.xml"
    parts[name], types[name] = sheet.drawing.part(), _DRAWING_TYPE
    drawn = {"drawing": ("drawing", f"../drawings/drawing{number}.xml")}
    parts[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = _relations(drawn)
    targets = {}
    for place, chart in enumerate(sheet.drawing.charts, start=1):
        file = f"chart{number}_{place}.xml"
        parts[f"xl/charts/{file}"], types[f"xl/charts/{file}"] = chart, _CHART_TYPE
        targets[f"chart{place}"] = ("chart", f"../charts/{file}")
    for place, picture in enumerate(sheet.drawing.pictures, start=1):
        file = f"picture{number}_{place}.{picture.ending}"
        parts[f"xl/media/{file}"] = picture.content
        targets[f"picture{place}"] = ("image", f"../media/{file}")
    parts[f"xl/drawings/_rels/drawing{number}.xml.rels"] = _relations(targets)


def _types(types: Mapping[str, str]) -> bytes:
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        "png": "image/png",
        "jpeg": "image/jpeg",
    }
    listed = [f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in defaults.items()]
    listed += [f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in types.items()]
    return f'{DECLARATION}<Types xmlns="{_PACKAGE}/content-types">{"".join(listed)}</Types>'.encode()


def _relations(targets: Mapping[str, tuple[str, str]]) -> bytes:
    listed = "".join(
        f'<Relationship Id="{identity}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for identity, (kind, target) in targets.items()
    )
    return f'{DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'.encode()
