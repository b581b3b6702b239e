"""What an element of markup tells beside what it shows: tables of names of elements, and the walk that reads them."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from haven.workbook.inspect.leak import PATH, Leak, leak
from haven.workbook.markup import local

TEXT: Final = ""
"""In the place of an attribute: the text of the element."""


class Tell(NamedTuple):
    """What some attributes of an element tell, unless their values are plain: those any office writes unasked.

    Without attributes, or with ``always``, the element itself tells. One with the attribute ``unless`` is passed over.
    """

    kind: str
    attributes: str | None = None
    plain: str = ""
    unless: str = ""
    always: bool = False


_OFFICE_NAMES: Final = (
    r"Office( Theme)?( 20\d\d)?( - 20\d\d)?|Office Classic( \d)?|Theme|Colours|Faces|Formats?|Default Design"
    "|Facet|Integral|Ion( Boardroom)?|Organic|Retrospect|Slice|Wisp|Banded|Basis|Berlin|Circuit|Damask|Depth"
    "|Dividend|Droplet|Frame|Gallery|Main Event|Mesh|Metropolitan|Parallax|Parcel|Savon|Slate|Vapor Trail|View"
    "|Wood Type|Grayscale|Blue( II| Warm| Green)?|Green( Yellow)?|Yellow( Orange)?|Orange( Red)?|Red( Orange| Violet)?"
    "|Violet( II)?|Median|Paper|Marquee|Slipstream|Aspect|Arial|Calibri( Light)?|Calibri-Cambria|Cambria|Corbel"
    "|Candara|Georgia|Times New Roman"
)
_STYLES: Final = (
    r"Normal( \d)?|Default|Heading( ?\d)?|Title|Total|Input|Output|Note|Calculation|Check Cell|Linked Cell"
    r"|Explanatory Text|Warning( Text)?|Good|Bad|Neutral|Comma( \[0\])?|Currency( \[0\])?|Percent"
    r"|(Followed )?Hyperlink|(\d\d% - )?Accent ?\d?|Error|Status|Text|Footnote|Result2?|Untitled\d+"
    r"|ConditionalStyle_\d+|Excel Built-in [\w\[\] ]+"
)
_SHAPE: Final = r"(?:[^\W\d][\w:,-]*\s){1,4}\d+|[^\W\d]{0,12}"
_NUMBERED: Final = r"(?:ThisWorkbook|(?:Sheet|Chart|Feuil|Tabelle|Hoja|Foglio|Planilha|Blad|Ark|Diagramm|Graph)\d+)?"
_HASHES: Final = Tell(
    "hash of a password",
    "password hashValue workbookPassword workbookHashValue revisionsPassword revisionsHashValue reservationPassword",
)
_CONNECTION: Final = (
    "name description sourceFile odcFile connection command serverCommand url post sourceName localConnection string"
)
_ALT: Final = Tell("alternative text", "descr title altText altTextSummary", "Picture")
_HANDLER: Final = (Tell("VBA", "macro"), Tell("formula", "textlink"))
_SCHEME: Final = (Tell("name of a theme", "name", _OFFICE_NAMES),)
_CODE: Final = (Tell("code name", "codeName", _NUMBERED),)
_FILTER: Final = (Tell("value of a filter", "val filterVal maxVal value"),)
_FILTERED: Final = (Tell("chart data off the page"),)
_EMPTY_FOOTER: Final = r"(?:&\"[^\"]*+\"|&\d++|&K[\dA-F+-]{6}|&[LCRPNDTAFBIUESXYHO+-]|Page|of|[\s\d/(),.-])*+"
_HEADER: Final = (Tell("header or footer", TEXT, _EMPTY_FOOTER),)

SPREADSHEET: Final[Mapping[str, tuple[Tell, ...]]] = {
    "workbookPr": _CODE, "sheetPr": _CODE,
    "fileSharing": (Tell("document property", "userName"), _HASHES),
    "workbookProtection": (_HASHES,), "sheetProtection": (_HASHES,),
    "protectedRange": (Tell("protected range", "name sqref securityDescriptor"), _HASHES),
    "absPath": (Tell(PATH, "url"),),
    "customWorkbookView": (Tell("custom view", "name"),), "customSheetView": (Tell("custom view", "guid"),),
    "webPublishObject": (Tell("publication on the web", "destinationFile title"),),
    "webPublishItem": (Tell("publication on the web", "destinationFile title"),),
    "functionGroup": (Tell("add-in name", "name"),), "smartTagType": (Tell("add-in name", "namespaceUri name url"),),
    "workbookView": (Tell("hidden window", "visibility", "visible"),),
    "scenario": (Tell("scenario", "name user comment"),), "inputCells": (Tell("scenario", "r val"),),
    "dataRef": (Tell("link", "name sheet"),),
    "ddeLink": (Tell("link", "ddeService ddeTopic"),), "oleLink": (Tell("link", "progId"),),
    "sheetName": (Tell("link", "val"),),
    "comment": (Tell("comment", TEXT),), "author": (Tell("comment", TEXT),),
    "threadedComment": (Tell("threaded comment", TEXT),), "person": (Tell("threaded comment", "displayName userId"),),
    "control": (Tell("embedded object", "name"),), "oleObject": (Tell("embedded object", "progId link"),),
    "legacyDrawingHF": (Tell("header or footer"),),
    **dict.fromkeys(
        ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"), _HEADER
    ),
    "table": (
        Tell("name of a table", "displayName", r"(?:Table|Tableau|Tabelle|Tabla|Tabella)_?\d+"),
        Tell("comment", "comment"), _ALT,
    ),
    "calculatedColumnFormula": (Tell("formula", TEXT),), "totalsRowFormula": (Tell("formula", TEXT),),
    "xmlColumnPr": (Tell("custom XML", "xpath"),), "xmlPr": (Tell("custom XML", "xpath"),),
    "cNvPr": (_ALT, Tell("name of a shape", "name", _SHAPE), Tell("hidden drawing", "hidden", "0|false")),
    **dict.fromkeys(("sp", "pic", "graphicFrame", "cxnSp"), _HANDLER),
    "hlinkClick": (Tell("link", "tooltip"),), "hlinkHover": (Tell("link", "tooltip"),),
    "srcRect": (Tell("cropped picture", "l t r b", r"0|-\d+"),),
    **dict.fromkeys(("theme", "clrScheme", "fontScheme", "fmtScheme", "themeFamily", "custClr"), _SCHEME),
    "cellStyle": (Tell("name of a style", "name", _STYLES, unless="builtinId"),),
    "tableStyle": (Tell("name of a style", "name"),), "slicerStyle": (Tell("name of a style", "name"),),
    "timelineStyle": (Tell("name of a style", "name"),),
    "connection": (Tell("external connection", _CONNECTION),),
    **dict.fromkeys(
        ("dbPr", "webPr", "textPr", "olapPr", "rangePr", "parameter", "oledbPr", "modelTextPr"),
        (Tell("external connection", _CONNECTION),),
    ),
    **dict.fromkeys(("filter", "customFilter", "dynamicFilter", "top10"), _FILTER),
    "dateGroupItem": (Tell("value of a filter", "year month day"),),
    "fileVersion": (Tell("document property", "codeName"),),
    "metadataStrings": (Tell("linked data", "count", "0"),),
    **dict.fromkeys(
        (f"filtered{kind}" for kind in (
            "AreaSeries", "BarSeries", "BubbleSeries", "LineSeries", "PieSeries", "RadarSeries", "ScatterSeries",
            "SurfaceSeries", "CategoryTitle", "SeriesTitle",
        )), _FILTERED,
    ),
}  # fmt: skip
"""What elements of the parts of an Excel workbook tell."""

_ENCODED: Final = rf"[A-Za-z]{{1,4}}\d+|[\w-]*_[\da-f]{{2}}_[\w-]*|{_STYLES}"
"""Names of styles that are numbered, or written in a code that says them once more in clear."""
_DRAWN: Final = (Tell("name of a shape", "name", _SHAPE), Tell("hidden drawing", "display", "always"))
DOCUMENT: Final[Mapping[str, tuple[Tell, ...]]] = {
    **dict.fromkeys(
        ("frame", "custom-shape", "rect", "line", "ellipse", "polygon", "path", "connector", "g", "control", "caption"),
        _DRAWN,
    ),
    "style": (Tell("name of a style", "display-name", _STYLES), Tell("name of a style", "name", _ENCODED)),
    "table": (Tell("hash of a password", "protection-key"),),
    "spreadsheet": (Tell("hash of a password", "protection-key"),),
    "form": (Tell("embedded object", "name datasource command href", always=True),),
    "consolidation": (Tell("link", "source-cell-range-addresses"),),
    "data-pilot-table": (Tell("pivot cache", "name", always=True),), "scenario": (Tell("scenario", "comment"),),
    "tracked-changes": (Tell("tracked changes"),),
    "dde-link": (Tell("external connection", "name", always=True),),
    "dde-source": (Tell("external connection", "dde-application dde-topic dde-item", always=True),),
    "database-source-sql": (Tell("external connection", "database-name sql-statement", always=True),),
    "database-source-table": (Tell("external connection", "database-name table-name", always=True),),
    "database-source-query": (Tell("external connection", "database-name query-name", always=True),),
    "event-listener": (Tell("VBA", "href event-name", always=True),), "script": (Tell("VBA"),),
    "object-ole": (Tell("embedded object"),), "plugin": (Tell("embedded object"),),
    "applet": (Tell("embedded object"),),
    "ruby-text": (Tell("phonetic text", TEXT),),
    **dict.fromkeys(("filter-condition", "filter-set-item"), _FILTER),
    "template": (Tell("link", "href title"),), "auto-reload": (Tell("link", "href"),),
}  # fmt: skip
"""What elements of an OpenDocument workbook tell."""

_COMPATIBILITY: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_REMARK: Final = re.compile(rb"<!--((?:(?!-->).){0,200})|<\?(?!xml[\s?])(.{0,200}?)\?>", re.DOTALL)


def told(tree: Element, place: str, tells: Mapping[str, tuple[Tell, ...]], sheet: str = "") -> Iterator[Leak]:
    """What the elements of a tree tell, by a table; ``sheet`` is the one whose cells they may refer to."""
    for element in tree.iter():
        for tell in tells.get(local(element), ()):
            given = {name.rpartition("}")[2]: value for name, value in element.items()}
            if tell.unless and tell.unless in given:
                continue
            if tell.attributes is None:
                yield leak(tell.kind, place)
                continue
            texts = [given.get(name, "") for name in tell.attributes.split()] or ["".join(element.itertext()).strip()]
            what = [text for text in texts if text and not re.fullmatch(tell.plain, text)]
            if what or tell.always:
                where = f"{sheet}!{given['ref']}" if sheet and "ref" in given else place
                yield leak(tell.kind, where, ", ".join(what))


def fallbacks(tree: Element, place: str) -> Iterator[Leak]:
    """Texts that only older programs show, where they are not those that newer ones do."""
    for element in tree.iter(f"{{{_COMPATIBILITY}}}AlternateContent"):
        shown = {text for child in element if local(child) == "Choice" for text in child.itertext()}
        for child in element:
            if local(child) == "Fallback":
                text = " ".join(text for text in child.itertext() if text.strip() and text not in shown)
                if text:
                    yield leak("text for older programs", place, text)


def remarks(content: bytes, place: str) -> Iterator[Leak]:
    """Comments and instructions between the elements of a part."""
    if remark := _REMARK.search(content):
        yield leak("comment in the markup", place, (remark[1] or remark[2] or b"").decode("utf-8", "replace"))
