"""What stands in cells and is not seen: values that their format hides, and formulas that are gone but for a list."""

from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree.ElementTree import Element

from haven.workbook.inspect.leak import Leak, leak
from haven.workbook.markup import local, numbered
from haven.workbook.package import Package

_BLANK: Final = ";;;"
_WHITE: Final = "FFFFFF"
_THEME: Final = {"0": _WHITE, "1": "000000"}
_INDEXED: Final = {"0": "000000", "1": _WHITE, "8": "000000", "9": _WHITE, "64": "000000", "65": _WHITE}


def unseen_formats(package: Package) -> Mapping[str, str]:
    """The numbers of the cell formats that show nothing, each with the reason."""
    part = next(iter(package.parts_of_kind("/styles")), "")
    if not part:
        return {}
    styles = package.tree(part)
    codes = {code.get("numFmtId", ""): code.get("formatCode", "") for code in styles.iterfind("{*}numFmts/{*}numFmt")}
    fonts, fills = styles.findall("{*}fonts/{*}font"), styles.findall("{*}fills/{*}fill")
    found: dict[str, str] = {}
    for number, given in enumerate(styles.iterfind("{*}cellXfs/{*}xf")):
        font, fill = numbered(fonts, given.get("fontId", "")), numbered(fills, given.get("fillId", ""))
        if codes.get(given.get("numFmtId", ""), "").replace('"', "").strip() == _BLANK:
            found[str(number)] = "a format that shows nothing"
        elif is_on_its_own_colour(font, fill):
            found[str(number)] = "text in the colour of its background"
    return found


def left_in_the_chain(package: Package, formulas: Mapping[str, int]) -> Iterator[Leak]:
    """The sheets for which the order of calculation lists more cells than have formulas now."""
    sheets = {tab.get("sheetId", ""): tab.get("name", "") for tab in package.tabs}
    for part in package.parts_of_kind("/calcChain"):
        listed: dict[str, int] = {}
        sheet = ""
        for cell in package.tree(part):
            sheet = cell.get("i", sheet)
            listed[sheet] = listed.get(sheet, 0) + (cell.get("a") != "1")
        for sheet, count in listed.items():
            name = sheets.get(sheet, "")
            if count and not formulas.get(name):
                yield leak("list of formulas that are gone", part, f"{count} cells of {name or 'a sheet that is gone'}")


def is_on_its_own_colour(font: Element | None, fill: Element | None) -> bool:
    """Whether text of a font can't be seen on a fill."""
    if font is None or fill is None:
        return False
    return _colour(font.find("{*}color"), "000000") == _background(fill) != ""


def _colour(element: Element | None, default: str) -> str:
    """A colour as RGB, or as its other names where it is not black or white; empty where it is automatic."""
    if element is None:
        return default
    given = element.attrib
    if "rgb" in given:
        return given["rgb"][-6:].upper()
    if "indexed" in given:
        return _INDEXED.get(given["indexed"], f"indexed {given['indexed']}")
    if "theme" in given:
        plain = "" if float(given.get("tint", "0")) else _THEME.get(given["theme"], "")
        return plain or f"theme {given['theme']} {given.get('tint', '')}"
    return default


def _background(fill: Element) -> str:
    """The colour of a fill; white where there is none, empty where it is of several."""
    pattern = fill.find("{*}patternFill")
    kind = "none" if pattern is None else pattern.get("patternType", "none")
    if pattern is None and any(local(child) == "gradientFill" for child in fill):
        return ""
    if kind == "none" or pattern is None:
        return _WHITE
    return _colour(pattern.find("{*}fgColor"), "") if kind == "solid" else ""
