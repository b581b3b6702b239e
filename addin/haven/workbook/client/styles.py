"""The formats a client page uses, taken out of a workbook's styles one by one."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

from haven.workbook.client.markup import DECLARATION, DRAWING, MAIN, copied, local
from haven.workbook.client.numbers import visible_code
from haven.workbook.package import Package
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
        self._styles: dict[int, Style] = {}

    def style(self, number: int) -> Style:
        """The format of a cell; the plain one for a number out of range."""
        if number not in self._styles:
            known = 0 <= number < len(self._formats)
            self._styles[number] = self._read(self._formats[number]) if known else Style()
        return self._styles[number]

    def _read(self, element: Element) -> Style:
        alignment = element.find("{*}alignment")
        number = element.get("numFmtId", "0")
        return Style(
            self._entry(element, "font", _FONT, _PLAIN_FONT),
            self._entry(element, "fill", _FILL, PLAIN_FILL),
            self._entry(element, "border", _BORDER, PLAIN_BORDER),
            "" if alignment is None else copied(alignment, only=_ALIGNMENT),
            self._codes.get(number) or (BUILT_IN.get(int(number), "General") if number.isdigit() else "General"),
        )

    def _entry(self, element: Element, name: str, only: frozenset[str], plain: str) -> str:
        number, table = element.get(f"{name}Id", ""), self._tables[name]
        return copied(table[int(number)], only=only) if number.isdigit() and int(number) < len(table) else plain

    def theme(self) -> bytes:
        """The colours and faces of the workbook's theme as a theme of no name."""
        scheme = self._theme.find("{*}themeElements/{*}clrScheme")
        colours = {local(entry): entry for entry in scheme} if scheme is not None else {}
        listed = "".join(
            f'<a:{name}><a:srgbClr val="{_rgb(colours.get(name), otherwise)}"/></a:{name}>'
            for name, otherwise in zip(_COLOURS, _OFFICE_COLOURS, strict=True)
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
        if len(digits) == 6 and all(digit in "0123456789abcdefABCDEF" for digit in digits):
            return digits
    return otherwise
