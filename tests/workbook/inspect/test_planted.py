"""One secret at a time, planted by hand in a workbook that has no leaks, and told by its kind and its place."""

# ruff: noqa: E501 - one line a secret

import io
import struct
import zipfile

import openpyxl
import pytest

from haven.workbook.files import zipped
from haven.workbook.inspect import inspect_package
from haven.workbook.inspect.pictures import beside
from haven.workbook.package import Package
from tests.workbook.poisoned import png

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office/2017/10/relationships"
BOOK, SHEET, STYLES, THEME = "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/theme/theme1.xml"
DRAWING = "xl/drawings/drawing1.xml"
APP, CORE = "docProps/app.xml", "docProps/core.xml"
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
SHAPE = '<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="TextBox 1"/></xdr:nvSpPr></xdr:sp>'


def clean():
    """The parts of a workbook of one number that openpyxl writes, with an empty drawing."""
    file = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.save(file)
    with zipfile.ZipFile(file) as source:
        parts = {name: source.read(name).decode() for name in source.namelist()}
    namespaces = (
        'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    )
    relate(parts, SHEET, "drawing", DRAWING, f"<xdr:wsDr {namespaces}>{SHAPE}</xdr:wsDr>")
    return parts


def relate(parts, source, kind, target, content, office=OFFICE):
    """Add a part and the relation that leads to it."""
    folder, _, file = source.rpartition("/")
    listed = f"{folder}/_rels/{file}.rels".lstrip("/")
    parts.setdefault(listed, '<Relationships xmlns="x"></Relationships>')
    relation = f'<Relationship Id="{kind}" Type="{office}/{kind}" Target="/{target}"/>'
    parts[listed] = parts[listed].replace("</Relationships>", f"{relation}</Relationships>")
    parts[target] = content


def found(parts):
    return inspect_package(Package(zipped({name: as_bytes(part) for name, part in parts.items()})))


def as_bytes(part):
    return part if isinstance(part, bytes) else part.encode()


def test_what_openpyxl_writes_satisfies_no_leaks():
    assert found(clean()) == []


# fmt: off
REPLACED = [
    (BOOK, "<workbookPr />", '<workbookPr codeName="Zsecret"/>', "code name", "Zsecret"),
    (BOOK, "<workbookPr />", '<workbookPr/><fileSharing userName="Zsecret"/>', "document property", "Zsecret"),
    (BOOK, "<workbookPr />", '<workbookPr/><absPath url="https://z.example/Zsecret/"/>', "path", "Zsecret"),
    (BOOK, 'visibility="visible"', 'visibility="hidden"', "hidden window", "hidden"),
    (BOOK, "<workbookProtection />", '<workbookProtection workbookPassword="CC1A"/>', "hash of a password", "CC1A"),
    (BOOK, "<definedNames />", '<customWorkbookViews><customWorkbookView name="Zsecret"/></customWorkbookViews>', "custom view", "Zsecret"),
    (BOOK, "<definedNames />", '<functionGroups><functionGroup name="Zsecret"/></functionGroups>', "add-in name", "Zsecret"),
    (BOOK, "<definedNames />", '<webPublishObjects><webPublishObject destinationFile="Zsecret"/></webPublishObjects>', "publication on the web", "Zsecret"),
    (BOOK, "<definedNames />", '<definedNames><definedName name="x" comment="Zsecret">1</definedName></definedNames>', "comment", "Zsecret"),
    (BOOK, "<definedNames />", '<definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">Zsecret!A1</definedName></definedNames>', "defined name", "Zsecret"),
    (SHEET, "<sheetPr>", '<sheetPr codeName="Zsecret">', "code name", "Zsecret"),
    (SHEET, "</sheetData>", '</sheetData><sheetProtection hashValue="Zsecret"/>', "hash of a password", "Zsecret"),
    (SHEET, "</sheetData>", '</sheetData><dataConsolidate><dataRefs><dataRef name="Zsecret"/></dataRefs></dataConsolidate>', "link", "Zsecret"),
    (SHEET, "</sheetData>", f'</sheetData><mc:AlternateContent {MC}><mc:Choice><x>shown</x></mc:Choice><mc:Fallback><x>Zsecret</x></mc:Fallback></mc:AlternateContent>', "text for older programs", "Zsecret"),
    (SHEET, "</sheetData>", '</sheetData><scenarios><scenario name="n" comment="Zsecret"/></scenarios>', "scenario", "Zsecret"),
    (BOOK, "<workbookPr />", '<fileVersion appName="xl" codeName="Zsecret"/><workbookPr/>', "document property", "Zsecret"),
    (STYLES, "</styleSheet>", '<extLst><ext uri="{1}"><x>Zsecret</x></ext></extLst></styleSheet>', "document property", "Zsecret"),
    (SHEET, "</sheetData>", '</sheetData><autoFilter ref="A1:B9"><filterColumn colId="0"><filters><filter val="Zsecret"/></filters></filterColumn></autoFilter>', "value of a filter", "Zsecret"),
    (SHEET, "</sheetData>", '</sheetData><autoFilter ref="A1:B9"><filterColumn colId="0"><customFilters><customFilter operator="equal" val="Zsecret*"/></customFilters></filterColumn></autoFilter>', "value of a filter", "Zsecret"),
    (SHEET, "</sheetData>", '</sheetData><Zsecret/>', "unknown element", "Zsecret"),
    (SHEET, "</sheetData>", '</sheetData><controls><control name="Zsecret"/></controls>', "embedded object", "Zsecret"),
    (SHEET, "</sheetData>", '</sheetData><oleObjects><oleObject progId="Zsecret.Sheet"/></oleObjects>', "embedded object", "Zsecret"),
    (SHEET, "</sheetData>", '</sheetData><headerFooter><oddHeader>&amp;Z</oddHeader></headerFooter>', "header or footer", "&Z"),
    (SHEET, "</sheetData>", '</sheetData><hyperlinks><hyperlink ref="A1" tooltip="Zsecret"/></hyperlinks>', "link", "Zsecret"),
    (SHEET, "<sheetData>", "<?Zsecret x?><sheetData>", "comment in the markup", "Zsecret"),
    (STYLES, '<cellStyle name="Normal"', '<cellStyle name="Zsecret" xfId="0"/><cellStyle name="Normal"', "name of a style", "Zsecret"),
    (STYLES, '<tableStyles count="0" ', '<tableStyles><tableStyle name="Zsecret"/></tableStyles><tableStyles ', "name of a style", "Zsecret"),
    (THEME, 'name="Office Theme"', 'name="Zsecret"', "name of a theme", "Zsecret"),
    (THEME, '<a:clrScheme name="Office"', '<a:clrScheme name="Zsecret"', "name of a theme", "Zsecret"),
    (DRAWING, 'name="TextBox 1"', 'name="TextBox 1" descr="Zsecret"', "alternative text", "Zsecret"),
    (DRAWING, 'name="TextBox 1"', 'name="TextBox 1" title="Zsecret"', "alternative text", "Zsecret"),
    (DRAWING, 'name="TextBox 1"', 'name="Zsecret of ours"', "name of a shape", "Zsecret"),
    (DRAWING, 'name="TextBox 1"', 'name="TextBox 1" hidden="1"', "hidden drawing", "1"),
    (DRAWING, 'macro=""', 'macro="[0]!Zsecret"', "VBA", "Zsecret"),
    (DRAWING, 'textlink=""', 'textlink="Zsecret!A1"', "formula", "Zsecret"),
    (DRAWING, SHAPE, '<a:hlinkClick tooltip="Zsecret"/>', "link", "Zsecret"),
    (DRAWING, SHAPE, '<a:srcRect l="10000"/>', "cropped picture", "10000"),
    (APP, "</Properties>", "<Company>Zsecret</Company></Properties>", "document property", "Zsecret"),
    (APP, "</Properties>", "<Manager>Zsecret</Manager></Properties>", "document property", "Zsecret"),
    (APP, "</Properties>", "<HyperlinkBase>Zsecret</HyperlinkBase></Properties>", "document property", "Zsecret"),
    (APP, "</Properties>", "<TitlesOfParts><lpstr>Sheet</lpstr><lpstr>Zsecret</lpstr></TitlesOfParts></Properties>", "document property", "Zsecret"),
    (APP, "</Properties>", "<HeadingPairs><lpstr>Zsecret</lpstr><i4>1</i4></HeadingPairs></Properties>", "document property", "Zsecret"),
    (CORE, "openpyxl", "Zsecret", "document property", "Zsecret"),
    ("[Content_Types].xml", "</Types>", '<Override PartName="/Zsecret.xml" ContentType="x"/></Types>', "name of a part that is gone", "Zsecret"),
    ("xl/_rels/workbook.xml.rels", "</Relationships>", f'<Relationship Id="z" Type="{OFFICE}/worksheet" Target="Zsecret.xml"/></Relationships>', "name of a part that is gone", "Zsecret"),
]
"""Part, what is replaced in it, by what; the kind of leak and what it says."""
RELATED = [
    (BOOK, "theme", "xl/theme/theme2.xml", '<a:theme xmlns:a="x" name="Zsecret"/>', "name of a theme", "Zsecret"),
    (BOOK, "person", "xl/persons/person.xml", '<x><person displayName="Zsecret"/></x>', "threaded comment", "Zsecret"),
    (BOOK, "connections", "xl/connections.xml", '<x><connection><dbPr connection="DSN=Zsecret;PWD=hunter2;UID=x"/></connection></x>', "external connection", "DSN=Zsecret;PWD=…;UID=x"),
    (BOOK, "externalLink", "xl/externalLinks/e.xml", '<x><ddeLink ddeService="Zsecret" ddeTopic="t"/></x>', "link", "Zsecret, t"),
    (BOOK, "externalLink", "xl/externalLinks/e.xml", '<x><oleLink progId="Zsecret"/></x>', "link", "Zsecret"),
    (BOOK, "externalLink", "xl/externalLinks/e.xml", '<x><sheetNames><sheetName val="Zsecret"/></sheetNames></x>', "link", "Zsecret"),
    (BOOK, "sheetMetadata", "xl/metadata.xml", '<x><metadataStrings count="1"><s v="Zsecret"/></metadataStrings></x>', "linked data", "1"),
    (BOOK, "calcChain", "xl/calcChain.xml", '<x><c r="B9" i="1"/><c r="B10"/></x>', "list of formulas that are gone", "2 cells of Sheet"),
    (SHEET, "comments", "xl/comments1.xml", '<x><comment ref="B2"><t>Zsecret</t></comment></x>', "comment", "Zsecret"),
    (SHEET, "table", "xl/tables/t.xml", '<table displayName="Table1"><autoFilter ref="A1:B9"><filterColumn colId="0"><filters><filter val="Zsecret"/></filters></filterColumn></autoFilter></table>', "value of a filter", "Zsecret"),
    (SHEET, "table", "xl/tables/t.xml", '<table displayName="Zsecret"/>', "name of a table", "Zsecret"),
    (SHEET, "table", "xl/tables/t.xml", '<table displayName="Table1"><x><calculatedColumnFormula>Zsecret</calculatedColumnFormula></x></table>', "formula", "Zsecret"),
    (DRAWING, "chart", "xl/charts/c.xml", "<x><filteredLineSeries/></x>", "chart data off the page", ""),
    (DRAWING, "chartEx", "xl/charts/c.xml", "<x><strDim><f>Zsecret!A1</f><lvl/></strDim></x>", "chart data off the page", "Zsecret"),
    *((source, kind, f"xl/{kind}.bin", b"x", told, "") for source, kind, told in (
        ("", "thumbnail", "picture of the workbook"), ("", "webextensiontaskpanes", "add-in name"), ("", "origin", "signature"),
        (BOOK, "slicerCache", "pivot cache"), (BOOK, "timelineCache", "pivot cache"), (BOOK, "rdRichValue", "linked data"),
        (BOOK, "revisionHeaders", "tracked changes"), (BOOK, "usernames", "tracked changes"), (SHEET, "queryTable", "external connection"),
        (SHEET, "oleObject", "embedded object"), (SHEET, "package", "embedded object"), (SHEET, "control", "embedded object"),
        (SHEET, "vmlDrawing", "comment or control"), (SHEET, "printerSettings", "printer settings"), (SHEET, "Zsecret", "unknown part"),
    )),
]  # fmt: skip
"""Source and kind of a relation, the part and its content; the kind of leak and what it says."""
# fmt: on


@pytest.mark.parametrize(("part", "before", "after", "kind", "what"), REPLACED)
def test_a_secret_in_a_part_satisfies_being_found(part, before, after, kind, what):
    parts = clean()
    assert before in parts[part]
    parts[part] = parts[part].replace(before, after, 1)
    assert any(leak.kind == kind and what in leak.what + leak.place for leak in found(parts)), found(parts)


@pytest.mark.parametrize(("source", "kind", "target", "content", "told", "what"), RELATED)
def test_a_secret_part_satisfies_being_found(source, kind, target, content, told, what):
    parts = clean()
    relate(parts, source, kind, target, content)
    leaks = found(parts)
    assert any(leak.kind == told and what in leak.what for leak in leaks), leaks
    assert all("hunter2" not in str(leak) for leak in leaks)


@pytest.mark.parametrize(
    ("sheet", "style"),
    [
        ('numFmtId="200" fontId="0" fillId="0"', '<numFmts><numFmt numFmtId="200" formatCode=";;;"/></numFmts>'),
        ('numFmtId="0" fontId="1" fillId="0"', ""),
    ],
)
def test_a_cell_that_shows_nothing_satisfies_being_found(sheet, style):
    parts = clean()
    parts[STYLES] = parts[STYLES].replace('<numFmts count="0" />', style)
    parts[STYLES] = parts[STYLES].replace("</fonts>", '<font><color rgb="FFFFFFFF"/></font></fonts>')
    parts[STYLES] = parts[STYLES].replace("</cellXfs>", f"<xf {sheet}/></cellXfs>")
    assert found(parts) == []
    parts[SHEET] = parts[SHEET].replace('<c r="A1"', '<c r="A1" s="1"')
    assert [(leak.kind, leak.place, leak.what) for leak in found(parts)] == [
        ("cell that shows nothing", "Sheet!A1", "1.0")
    ]


def test_a_leak_satisfies_being_told_with_its_sheet():
    parts = clean()
    parts[DRAWING] = parts[DRAWING].replace('name="TextBox 1"', 'name="TextBox 1" descr="Zsecret"')
    assert [leak.sheet for leak in found(parts)] == ["Sheet"]


def test_a_drawing_beyond_the_print_area_satisfies_being_found():
    parts = clean()
    anchor = "<xdr:oneCellAnchor><xdr:from><xdr:col>8</xdr:col><xdr:row>4</xdr:row></xdr:from></xdr:oneCellAnchor>"
    parts[DRAWING] = parts[DRAWING].replace(SHAPE, anchor)
    assert found(parts) == []
    area = '<definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">Sheet!$A$1:$B$9</definedName></definedNames>'
    parts[BOOK] = parts[BOOK].replace("<definedNames />", area)
    assert [(leak.kind, leak.place) for leak in found(parts)] == [("drawing beyond the print area", "Sheet!I5:I5")]


def test_a_drawing_partly_beyond_the_print_area_satisfies_being_found():
    parts = clean()
    start = "<xdr:from><xdr:col>0</xdr:col><xdr:row>1</xdr:row></xdr:from>"
    ends = start.replace("from>", "to>").replace("<xdr:col>0", "<xdr:col>{}")
    anchor = f"<xdr:twoCellAnchor>{start}{ends}{SHAPE}</xdr:twoCellAnchor>"
    area = '<definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">Sheet!$A$1:$B$9</definedName></definedNames>'
    parts[BOOK] = parts[BOOK].replace("<definedNames />", area)
    assert found({**parts, DRAWING: parts[DRAWING].replace(SHAPE, anchor.format(2))}) == []
    leaks = found({**parts, DRAWING: parts[DRAWING].replace(SHAPE, anchor.format(3))})
    assert [(leak.kind, leak.place) for leak in leaks] == [("drawing beyond the print area", "Sheet!A2:C2")]


def test_what_lies_under_a_drawing_satisfies_being_found():
    parts = clean()
    corners = "".join(
        f"<xdr:{tag}><xdr:col>{n}</xdr:col><xdr:row>{n}</xdr:row></xdr:{tag}>" for tag, n in (("from", 0), ("to", 1))
    )
    fill = '<xdr:spPr><a:prstGeom prst="rect"/><a:solidFill/></xdr:spPr></xdr:sp>'
    anchor = f"<xdr:twoCellAnchor>{corners}{SHAPE.replace('</xdr:sp>', fill)}</xdr:twoCellAnchor>"
    parts[DRAWING] = parts[DRAWING].replace(SHAPE, 2 * anchor)
    assert [(leak.kind, leak.place, leak.what) for leak in found(parts)] == [
        ("cell under a drawing", "Sheet!A1", "1.0"), ("drawing under another", "Sheet!A1:A1", DRAWING),
    ]  # fmt: skip


def test_bytes_around_the_parts_satisfy_being_found():
    file = io.BytesIO()
    field = struct.pack("<2H", 0x5A5A, 6) + b"secret"
    with zipfile.ZipFile(file, "w") as target:
        for name, part in clean().items():
            member = zipfile.ZipInfo(name)
            member.extra = field if name == SHEET else b""
            target.writestr(member, part)
    data = file.getvalue()
    assert told(data) == [f"fields beside {SHEET}"]
    plain = zipped({name: as_bytes(part) for name, part in clean().items()})
    assert told(plain) == []
    assert told(plain + b"secret") == ["bytes after the archive"]
    assert told(b"secret" + plain) == ["bytes before docProps/app.xml"]
    start = plain.index(b"PK\1\2")
    end = plain.index(b"PK\5\6")
    moved = plain[end : end + 16] + struct.pack("<L", start + 6) + plain[end + 20 :]
    assert told(plain[:start] + b"secret" + plain[start:end] + moved) == ["bytes after the last part"]


def told(data):
    return list(Package(data).outside())


GIF = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff"
FRAME = b",\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
EMF = struct.pack("<2L32x4s16xL", 1, 108, b" EMF", 0).ljust(108, b"\0")
EMF_END = struct.pack("<5L", 14, 20, 0, 0, 20)
WMF = struct.pack("<3H12x", 1, 9, 0x300)
WMF_END = struct.pack("<LH", 3, 0)


@pytest.mark.parametrize(
    ("data", "ending", "what"),
    [
        (png(), "png", []),
        (png("x"), "png", ["tEXt"]),
        (GIF + FRAME, "gif", []),
        (GIF + b"!\xff\x0bNETSCAPE2.0\3\1\0\0\0" + FRAME, "gif", []),
        (GIF + b"!\xfe\6secret\0" + FRAME, "gif", ["comment"]),
        (GIF + b"!\xff\x0bXMP DataXMP\6secret\0" + FRAME, "gif", ["application data"]),
        (GIF + FRAME + b"secret", "gif", ["bytes after its end"]),
        (GIF, "gif", ["a damaged picture"]),
        (EMF + EMF_END, "emf", []),
        (EMF + struct.pack("<3L8s", 70, 20, 4, b"secret..") + EMF_END, "emf", ["comment"]),
        (EMF + EMF_END + b"secret", "emf", ["bytes after its end"]),
        (EMF[:50], "emf", ["a damaged picture"]),
        (WMF + WMF_END, "wmf", []),
        (WMF + struct.pack("<LH4s", 5, 0x626, b"secr") + WMF_END, "wmf", ["comment"]),
        (b"<svg><path d='M0'/></svg>", "svg", []),
        (b"<svg><metadata>secret</metadata></svg>", "svg", ["metadata"]),
        (b"<svg sodipodi:docname='secret.svg'/>", "svg", ["sodipodi:docname"]),
        (b"<svg><image xlink:href='file:///secret.png'/></svg>", "svg", ["file:///secret.png"]),
        (b"<svg><!-- secret --></svg>", "svg", ["comment secret"]),
        (b"II*\0", "iff", ["a format that may hold text"]),
    ],
)
def test_what_stands_beside_a_picture_matches_what_was_planted(data, ending, what):
    assert beside(data, ending) == what
