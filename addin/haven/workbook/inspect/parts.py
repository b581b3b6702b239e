"""The leaks of an Excel workbook that are parts of the file, stand in them, or lie between them."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final
from xml.etree.ElementTree import Element

from haven.workbook.inspect.leak import Leak, leak, marks, of_sheet
from haven.workbook.inspect.pictures import beside
from haven.workbook.inspect.tells import SPREADSHEET, fallbacks, remarks, told
from haven.workbook.markup import local
from haven.workbook.package import Package

PARTS: Final = {
    "customXml": "custom XML", "customXmlProps": "custom XML", "comments": "comment",
    "vmlDrawing": "comment or control", "threadedComment": "threaded comment", "person": "threaded comment",
    "printerSettings": "printer settings", "connections": "external connection", "queryTable": "external connection",
    "xmlMaps": "external connection", "externalLink": "link", "externalLinkPath": "link", "hyperlink": "link",
    "vbaProject": "VBA", "vbaProjectSignature": "VBA", "vbaProjectSignatureAgile": "VBA",
    "vbaProjectSignatureV3": "VBA", "wordVbaData": "VBA", "xlMacrosheet": "VBA", "xlIntlMacrosheet": "VBA",
    "dialogsheet": "VBA", "extensibility": "add-in name", "webextension": "add-in name",
    "webextensiontaskpanes": "add-in name", "attachedToolbars": "add-in name", "pivotTable": "pivot cache",
    "pivotCacheDefinition": "pivot cache", "pivotCacheRecords": "pivot cache", "slicer": "pivot cache",
    "slicerCache": "pivot cache", "timeline": "pivot cache", "timelineCache": "pivot cache",
    "timelineCacheDefinition": "pivot cache", "oleObject": "embedded object", "package": "embedded object",
    "control": "embedded object", "ctrlProp": "embedded object", "activeXControlBinary": "embedded object",
    "chartUserShapes": "drawing inside a chart", "revisionHeaders": "tracked changes",
    "revisionLog": "tracked changes", "usernames": "tracked changes", "thumbnail": "picture of the workbook",
    "rdRichValue": "linked data", "rdRichValueStructure": "linked data", "rdRichValueWebImage": "linked data",
    "richValueRel": "linked data", "rdSupportingPropertyBag": "linked data",
    "rdSupportingPropertyBagStructure": "linked data", "rdArray": "linked data",
    "volatileDependencies": "external connection", "customProperty": "custom XML", "origin": "signature",
    "signature": "signature", "certificate": "signature", "labelInfo": "custom document property",
    "classificationlabels": "custom document property", "powerPivotData": "external connection",
    "customData": "custom XML", "customDataProps": "custom XML", "hdphoto": "image metadata",
}  # fmt: skip
"""What a part is, by the end of the kind of the relation that leads to it."""
_READ: Final = frozenset({"comments", "threadedComment", "person", "connections", "externalLink"})
"""Those of them that say more, element by element."""
_MARKUP: Final = frozenset(
    {
        "officeDocument", "chartsheet", "styles", "theme", "drawing", "chart", "chartEx", "table", "tableSingleCells",
        "chartStyle", "chartColorStyle", "themeOverride", "sheetMetadata",
    }
)  # fmt: skip
_PROPERTIES: Final = frozenset({"core-properties", "extended-properties", "custom-properties"})
_CELLS: Final = frozenset({"worksheet", "sharedStrings"})
_HARMLESS: Final = _MARKUP | _PROPERTIES | _CELLS | {"calcChain", "image", "rdRichValueTypes", "richStyles"}
_TYPES: Final = "[Content_Types].xml"
_HEADINGS: Final = (
    "Worksheets|Charts|Named Ranges|Arbeitsblätter|Diagramme|Benannte Bereiche|Feuilles de calcul|Graphiques"
    "|Plages nommées|Hojas de cálculo|Gráficos|Rangos con nombre|Fogli di lavoro|Intervalli denominati"
)
_PLAIN_PROPERTIES: Final = {
    **dict.fromkeys(
        (
            "Application", "AppVersion", "DocSecurity", "ScaleCrop", "SharedDoc", "LinksUpToDate", "HyperlinksChanged",
            "created", "modified", "language", "revision", "TotalTime",
        ),
        ".*",
    ),
    "creator": "openpyxl", "HeadingPairs": rf"(?:(?:{_HEADINGS})\d+)*",
}  # fmt: skip
"""Properties that any office writes unasked, and which of their values are no leak."""
_PHONETIC: Final = re.compile(rb"<(?:\w+:)?rPh\b[^>]*>\s*<(?:\w+:)?t\b[^>]*>([^<]{0,200})")
_PRINTED: Final = re.compile(r"!(?:Print_Area|Print_Titles|_FilterDatabase)")


def leaks_of_parts(package: Package) -> Iterator[Leak]:
    """What each part is and tells, but for the cells, and what lies between the parts."""
    kinds: dict[str, dict[str, None]] = {}
    for listed in package.names:
        for relation, target in package.relations(listed) if listed.endswith(".rels") else ():
            if relation.get("TargetMode") != "External":
                kinds.setdefault(target, {})[_kind(relation)] = None
    for name in package.names:
        yield from of_sheet(_part(package, name, kinds), package.homes.get(name, ""))
    yield from (leak("bytes outside the parts", "the file", what) for what in package.outside())


def _kind(relation: Element) -> str:
    return relation.get("Type", "").rpartition("/")[2]


def _part(package: Package, name: str, kinds: Mapping[str, Collection[str]]) -> Iterator[Leak]:
    """What a part is by its name and the kinds of relation that lead to it, and what it tells."""
    if name.endswith("/"):
        is_used = any(other.startswith(name) and other != name for other in package.names)
        yield from [leak("part that nothing refers to", name)] if package.raw(name) or not is_used else ()
    elif name.endswith(".rels"):
        yield from _relations(package, name)
    elif name == _TYPES:
        yield from _gone(package)
    elif name not in kinds:
        yield leak("part that nothing refers to", name)
    for kind in kinds.get(name, ()):
        yield from _of_kind(package, kind, name)
    if name.endswith((".xml", ".rels", ".vml")):
        yield from _text(package.part(name), name, has_cells=bool(_CELLS & set(kinds.get(name, ()))))


def _text(content: bytes, name: str, *, has_cells: bool) -> Iterator[Leak]:
    """What the text of a part tells as a whole; but for cells, which tell their own."""
    yield from remarks(content, name)
    if not has_cells:
        yield from marks(content.decode("utf-8", "replace"), name)
    elif hint := _PHONETIC.search(content):
        yield leak("phonetic text", name, hint[1].decode("utf-8", "replace"))


def _gone(package: Package) -> Iterator[Leak]:
    """Parts that the list of their types names and the file does not hold."""
    for listed in package.tree(_TYPES).iterfind("{*}Override"):
        if (part := listed.get("PartName", "").lstrip("/")) not in package.names:
            yield leak("name of a part that is gone", _TYPES, part)


def _relations(package: Package, listed: str) -> Iterator[Leak]:
    """What the relations of a part lead to outside the file, or in vain."""
    for relation, target in package.relations(listed):
        if relation.get("TargetMode") == "External":
            yield leak("link", listed, relation.get("Target", ""))
        elif target not in package.names:
            kind = PARTS.get(_kind(relation), "name of a part that is gone")
            yield leak(kind, listed, relation.get("Target", ""))


def _of_kind(package: Package, kind: str, part: str) -> Iterator[Leak]:
    """What a part is by the kind of a relation that leads to it, and what it tells."""
    if kind in PARTS:
        found = list(_read(package, part)) if kind in _READ else []
        yield from found or [leak(PARTS[kind], part)]
    elif kind not in _HARMLESS:
        yield leak("unknown part", part, kind)
    elif kind == "image":
        yield from (leak("image metadata", part, found) for found in beside(package.raw(part), part[-3:].lower()))
    elif kind in _PROPERTIES:
        yield from _properties(package, part)
    elif kind in _MARKUP:
        yield from _read(package, part)
        yield from _beside_styles(package.tree(part), part) if kind == "styles" else ()


def _read(package: Package, part: str) -> Iterator[Leak]:
    tree = package.tree(part)
    yield from told(tree, part, SPREADSHEET, package.homes.get(part, ""))
    yield from fallbacks(tree, part)


def _beside_styles(tree: Element, part: str) -> Iterator[Leak]:
    """Text that other programs keep beside the formats, where offices write none."""
    for extension in tree.iter():
        if local(extension) == "extLst" and (text := "".join(extension.itertext()).strip()):
            yield leak("document property", part, text)


def _properties(package: Package, part: str) -> Iterator[Leak]:
    titles = {tab.get("name", "") for tab in package.tabs if tab.get("state", "visible") == "visible"}
    for element in package.tree(part):
        name = local(element)
        text = " ".join("".join(element.itertext()).split())
        if name == "property":
            yield leak("custom document property", f"{part} {element.get('name', '')}", text)
        elif name == "TitlesOfParts":
            for title in element.iter():
                if title.text and title.text.strip() and _PRINTED.split(title.text)[0].strip("'") not in titles:
                    yield leak("document property", f"{part} {name}", title.text)
        elif text and not re.fullmatch(_PLAIN_PROPERTIES.get(name, ""), text, re.DOTALL):
            yield leak("document property", f"{part} {name}", text)
