"""What stands in cells and is not seen: values that their format hides, and formulas that are gone but for a list."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final
from xml.etree.ElementTree import Element

from haven.workbook.client.numbers import section_of, unseen_words
from haven.workbook.inspect.leak import Leak, leak
from haven.workbook.markup import local, numbered, whole
from haven.workbook.package import Package
from haven.workbook.richtext import RichTexts
from haven.workbook.values import Value
from haven.workbook.worksheet import CellXml

_BLANK: Final = ";;;"
_FIRST_OWN: Final = 164
"""The first number of a format that is no office's own."""
_WHITE: Final = "FFFFFF"
_THEME: Final = {"0": _WHITE, "1": "000000"}
_INDEXED: Final = {"0": "000000", "1": _WHITE, "8": "000000", "9": _WHITE, "64": "000000", "65": _WHITE}


class Unseen:
    """What the formats of a workbook's cells do not show."""

    def __init__(self, package: Package) -> None:
        part = next(iter(package.parts_of_kind("/styles")), "")
        self._styles = package.tree(part) if part else Element("styleSheet")
        self._texts = RichTexts(package)
        fills = self._styles.findall("{*}fills/{*}fill")
        formats = list(self._styles.iterfind("{*}cellXfs/{*}xf"))
        self._fills = [numbered(fills, given.get("fillId", "")) for given in formats]
        self._worded = {
            str(number): code
            for number, given in enumerate(formats)
            if unseen_words(code := self._codes.get(given.get("numFmtId", ""), ""), ())
        }
        self._shown: dict[str, set[int | None]] = defaultdict(set)
        self._hidden = {str(number) for number, given in enumerate(formats) if self._hides(given, self._fills[number])}

    def _hides(self, given: Element, fill: Element | None) -> bool:
        """Whether a format shows nothing, or text in the colour of its background."""
        code = self._codes.get(given.get("numFmtId", ""), "")
        font = numbered(self._fonts, given.get("fontId", ""))
        return code.replace('"', "").strip() == _BLANK or is_on_its_own_colour(font, fill)

    @cached_property
    def _codes(self) -> dict[str, str]:
        codes = self._styles.iterfind("{*}numFmts/{*}numFmt")
        return {code.get("numFmtId", ""): code.get("formatCode", "") for code in codes}

    @cached_property
    def _fonts(self) -> list[Element]:
        return self._styles.findall("{*}fonts/{*}font")

    def of(self, cell: CellXml, content: bytes, value: Value) -> str:
        """What is not seen of the value of a cell of a worksheet's content; notes what its number format shows."""
        number = cell.element.attributes.get("s", "0")
        if number in self._worded:
            self._shown[self._worded[number]].add(section_of(self._worded[number], value))
        if number in self._hidden:
            return str(value)
        runs = self._texts.runs(cell, content)
        fill = numbered(self._fills, number) if runs else None
        return "".join(run.text for run in runs if is_on_its_own_colour(run.font, fill))

    def words(self) -> Iterator[Leak]:
        """The words of number formats that none of the cells looked at shows."""
        for number, code in self._codes.items():
            if whole(number) >= _FIRST_OWN and (words := unseen_words(code, self._shown[code])):
                yield leak("number format", " ".join(words), code)


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
