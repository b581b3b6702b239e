"""The formats a client page uses, taken out of a workbook's styles one by one."""

import colorsys
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

from haven.errors import HavenError, Reason
from haven.workbook.client.numbers import visible_code
from haven.workbook.inspect.unseen import is_on_its_own_colour
from haven.workbook.markup import DECLARATION, DRAWING, MAIN, copied, local, numbered, whole
from haven.workbook.package import Package
from haven.workbook.richtext import Run
from haven.workbook.values import Value

BUILT_IN: Final[Mapping[int, str]] = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm", 37: "#,##0;(#,##0)",
    38: "#,##0;[Red](#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)", 45: "mm:ss",
    46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
_FIRST_OWN: Final = 164
_FONT: Final = frozenset({"font", "b", "i", "strike", "u", "sz", "color", "name", "family", "vertAlign"})
_FILL: Final = frozenset({"fill", "patternFill", "gradientFill", "fgColor", "bgColor", "stop", "color"})
_BORDER: Final = frozenset({"border", "left", "right", "top", "bottom", "diagonal", "start", "end", "color"})
_ALIGNMENT: Final = frozenset({"alignment"})
_COLOURS: Final = (
    "dk1", "lt1", "dk2", "lt2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink",
)  # fmt: skip
_OFFICE_COLOURS: Final = (
    "000000", "FFFFFF", "44546A", "E7E6E6", "4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47", "0563C1",
    "954F72",
)  # fmt: skip
_THEME_ORDER: Final = (1, 0, 3, 2, *range(4, 12))
"""Where the colours stand that cells number: light before dark."""
_DIGITS: Final = re.compile("[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")
PLAIN_FILL: Final = '<fill><patternFill patternType="none"></patternFill></fill>'
_GREY_FILL: Final = '<fill><patternFill patternType="gray125"></patternFill></fill>'
PLAIN_BORDER: Final = "<border></border>"
_PLAIN_FONT: Final = '<font><sz val="11"/><name val="Calibri"/></font>'


@dataclass(frozen=True, slots=True)
class Style:
    """One cell format as markup, and its number format."""

    font: str = _PLAIN_FONT
    fill: str = PLAIN_FILL
    border: str = PLAIN_BORDER
    alignment: str = ""
    code: str = "General"


@dataclass(frozen=True, slots=True)
class Look:
    """What a conditional format changes of a cell format, as markup; empty where it changes nothing."""

    font: str = ""
    fill: str = ""
    border: str = ""
    code: str = ""

    def over(self, style: Style) -> Style:
        """A cell format with these changes."""
        return Style(
            _laid(self.font, style.font) if self.font else style.font,
            self.fill or style.fill,
            _laid(self.border, style.border) if self.border else style.border,
            style.alignment,
            self.code or style.code,
        )


class Source:
    """The cell formats of a workbook by number, read when asked for."""

    def __init__(self, package: Package) -> None:
        self._part = next((package.tree(part) for part in package.parts_of_kind("/styles")), Element("styleSheet"))
        self._theme = next((package.tree(part) for part in package.parts_of_kind("/theme")), Element("theme"))
        self._formats = self._part.findall("{*}cellXfs/{*}xf")
        self._tables = {
            name: self._part.findall(f"{{*}}{path}")
            for name, path in (("font", "fonts/{*}font"), ("fill", "fills/{*}fill"), ("border", "borders/{*}border"))
        }
        self._codes = {
            element.get("numFmtId", ""): element.get("formatCode", "General")
            for element in self._part.iterfind("{*}numFmts/{*}numFmt")
        }
        scheme = self._theme.find("{*}themeElements/{*}clrScheme")
        colours = {local(entry): entry for entry in scheme} if scheme is not None else {}
        self._colours = [
            _rgb(colours.get(name), otherwise) for name, otherwise in zip(_COLOURS, _OFFICE_COLOURS, strict=True)
        ]
        self._differences = self._part.findall("{*}dxfs/{*}dxf")
        self._styles: dict[tuple[int, tuple[Look, ...]], Style] = {}
        self._seen: dict[Style, bool] = {}

    def style(self, number: int, looks: Sequence[Look] = ()) -> Style:
        """The format of a cell, the plain one for a number out of range; of several looks the first ones win."""
        key = (number, tuple(looks))
        if key not in self._styles:
            known = 0 <= number < len(self._formats)
            style = self._read(self._formats[number]) if known else Style()
            for look in reversed(looks):
                style = look.over(style)
            self._styles[key] = style
        return self._styles[key]

    def is_seen(self, style: Style) -> bool:
        """Whether what stands in a cell of this format has another colour than its background."""
        if style not in self._seen:
            font, fill = (ET.fromstring(markup) for markup in (style.font, style.fill))  # noqa: S314 - our own markup
            self._seen[style] = not is_on_its_own_colour(font, fill)
        return self._seen[style]

    def seen_text(self, text: str, runs: Sequence[Run], style: Style) -> str:
        """The text of a cell of this format without its runs in the colour of the background."""
        fill = ET.fromstring(style.fill)  # noqa: S314 - our own markup
        seen = [run.text for run in runs if run.font is None or not is_on_its_own_colour(run.font, fill)]
        return text if len(seen) == len(runs) else "".join(seen)

    def look(self, number: str) -> Look:
        """What a conditional format changes, by its number among those of the workbook; none changes nothing."""
        element = numbered(self._differences, number)
        return Look() if element is None else self.read_look(element)

    def read_look(self, element: Element) -> Look:
        """What a conditional format changes."""
        font, fill, border = (element.find(f"{{*}}{name}") for name in ("font", "fill", "border"))
        code = element.find("{*}numFmt")
        return Look(
            "" if font is None else copied(font, only=_FONT),
            "" if fill is None else _plain_fill(copied(fill, only=_FILL)),
            "" if border is None else copied(border, only=_BORDER),
            "" if code is None else code.get("formatCode", ""),
        )

    def rgb(self, colour: Element) -> str:
        """The six digits of a colour.

        Raises
        ------
        HavenError
            INVALID for one that depends on the computer it is shown on.
        """
        digits, theme = colour.get("rgb", ""), colour.get("theme", "")
        if _DIGITS.fullmatch(digits):
            return digits[-6:].upper()
        place = numbered(_THEME_ORDER, theme)
        if place is None:
            raise HavenError(Reason.INVALID, "a colour must be of the workbook's theme or written out")
        return _tinted(self._colours[place], float(colour.get("tint", "0")))

    def _read(self, element: Element) -> Style:
        alignment = element.find("{*}alignment")
        number = element.get("numFmtId", "0")
        return Style(
            self._entry(element, "font", _FONT, _PLAIN_FONT),
            self._entry(element, "fill", _FILL, PLAIN_FILL),
            self._entry(element, "border", _BORDER, PLAIN_BORDER),
            "" if alignment is None else copied(alignment, only=_ALIGNMENT),
            self._codes.get(number) or BUILT_IN.get(whole(number), "General"),
        )

    def _entry(self, element: Element, name: str, only: frozenset[str], plain: str) -> str:
        entry = numbered(self._tables[name], element.get(f"{name}Id", ""))
        return plain if entry is None else copied(entry, only=only)

    def theme(self) -> bytes:
        """The colours and faces of the workbook's theme as a theme of no name."""
        listed = "".join(
            f'<a:{name}><a:srgbClr val="{digits}"/></a:{name}>'
            for name, digits in zip(_COLOURS, self._colours, strict=True)
        )
        faces = []
        for kind in ("majorFont", "minorFont"):
            latin = self._theme.find(f"{{*}}themeElements/{{*}}fontScheme/{{*}}{kind}/{{*}}latin")
            face = quoteattr(latin.get("typeface", "Calibri") if latin is not None else "Calibri")
            faces.append(f'<a:{kind}><a:latin typeface={face}/><a:ea typeface=""/><a:cs typeface=""/></a:{kind}>')
        fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
        line = f'<a:ln w="9525">{fill}</a:ln>'
        effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
        return (
            f'{DECLARATION}<a:theme xmlns:a="{DRAWING}" name="Theme">'
            f'<a:themeElements><a:clrScheme name="Colours">{listed}</a:clrScheme>'
            f'<a:fontScheme name="Faces">{"".join(faces)}</a:fontScheme><a:fmtScheme name="Formats">'
            f"<a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst>"
            f"<a:effectStyleLst>{effect * 3}</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst>"
            "</a:fmtScheme></a:themeElements></a:theme>"
        ).encode()


class Book:
    """The formats of a new workbook, numbered as they are asked for."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Style, bool], int] = {(Style(), False): 0}
        self._values: dict[str, list[Value]] = defaultdict(list)

    def number(self, style: Style, value: Value) -> int:
        """The number of a format for a cell that holds a value."""
        self._values[style.code].append(value)
        # What begins like a formula stays text even when the client enters the cell again.
        quoted = isinstance(value, str) and value.startswith(("=", "+", "-", "@"))
        return self._numbers.setdefault((style, quoted), len(self._numbers))

    def part(self) -> bytes:
        """The styles part, with no format but those used."""
        fonts, fills, borders = [_PLAIN_FONT], [PLAIN_FILL, _GREY_FILL], [PLAIN_BORDER]
        codes: list[str] = []
        formats = []
        for style, quoted in self._numbers:
            places = [_place(style.font, fonts), _place(style.fill, fills), _place(style.border, borders)]
            code = visible_code(style.code, self._values[style.code])
            number = 0 if code == "General" else _FIRST_OWN + _place(code, codes)
            numbers = f'numFmtId="{number}" fontId="{places[0]}" fillId="{places[1]}" borderId="{places[2]}" xfId="0"'
            applied = 'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"'
            quote = ' quotePrefix="1"' if quoted else ""
            formats.append(f"<xf {numbers} {applied}{quote}>{style.alignment}</xf>")
        listed = [
            f'<numFmt numFmtId="{number}" formatCode={quoteattr(code)}/>'
            for number, code in enumerate(codes, start=_FIRST_OWN)
        ]
        return (
            f'{DECLARATION}<styleSheet xmlns="{MAIN}">'
            + (f'<numFmts count="{len(listed)}">{"".join(listed)}</numFmts>' if listed else "")
            + f'<fonts count="{len(fonts)}">{"".join(fonts)}</fonts>'
            + f'<fills count="{len(fills)}">{"".join(fills)}</fills>'
            + f'<borders count="{len(borders)}">{"".join(borders)}</borders>'
            + '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
            + f'<cellXfs count="{len(formats)}">{"".join(formats)}</cellXfs>'
            + '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
        ).encode()


def _place(entry: str, entries: list[str]) -> int:
    if entry not in entries:
        entries.append(entry)
    return entries.index(entry)


def _rgb(entry: Element | None, otherwise: str) -> str:
    """The six digits of a theme colour."""
    for colour in entry if entry is not None else ():
        digits = colour.get("lastClr", colour.get("val", ""))
        if len(digits) == 6 and _DIGITS.fullmatch(digits):
            return digits
    return otherwise


def _laid(over: str, under: str) -> str:
    """Two elements of one name as one: each child of the first in place of that of the second."""
    found = ET.fromstring(under)  # noqa: S314 - our own markup
    for child in ET.fromstring(over):  # noqa: S314
        old = found.find(child.tag)
        place = len(found) if old is None else list(found).index(old)
        if old is not None:
            found.remove(old)
        found.insert(place, child)
    return ET.tostring(found, encoding="unicode")


def _plain_fill(markup: str) -> str:
    """The fill of a conditional format as cells write it: a solid one is of its background's colour."""
    fill = ET.fromstring(markup)  # noqa: S314
    pattern = fill.find("patternFill")
    if pattern is None or pattern.get("patternType", "solid") != "solid":
        return markup
    colour = pattern.find("bgColor") if pattern.find("bgColor") is not None else pattern.find("fgColor")
    pattern[:] = [] if colour is None else [Element("fgColor", colour.attrib)]
    pattern.set("patternType", "none" if colour is None else "solid")
    return ET.tostring(fill, encoding="unicode")


def _tinted(digits: str, tint: float) -> str:
    """A colour lighter by a share of what lacks to white, or darker by a share of what it has."""
    hue, light, saturation = colorsys.rgb_to_hls(*(byte / 255 for byte in bytes.fromhex(digits)))
    light = light + (1 - light) * tint if tint > 0 else light * (1 + tint)
    return bytes(round(255 * part) for part in colorsys.hls_to_rgb(hue, light, saturation)).hex().upper()
