"""A workbook with one secret for each thing that must not leave with a page, each told by its kind in ``SECRETS``."""

import io
import zipfile
import zlib

import openpyxl
from openpyxl.chart import LineChart, Reference
from openpyxl.chart.series import SeriesLabel
from openpyxl.comments import Comment
from openpyxl.formatting.rule import ColorScaleRule, FormulaRule
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from haven.workbook.cells import change_cells
from haven.workbook.files import zipped
from haven.workbook.package import Package

SECRETS = {
    "Zformula": "formula",
    "Zhyperlink": "link",
    "Zexternalbook": "link",
    "Zdefinedname": "defined name",
    "Zhiddensheet": "hidden sheet",
    "Zveryhidden": "very hidden sheet",
    "Zhiddenrow": "hidden row",
    "Zhiddencolumn": "hidden column",
    "Zcomment": "comment",
    "Zthreaded": "threaded comment",
    "Zcustomxml": "custom XML",
    "Zcustomproperty": "custom document property",
    "Zcoreproperty": "document property",
    "Zcompany": "document property",
    "Zprinter": "printer settings",
    "Zheader": "header or footer",
    "Zfooter": "header or footer",
    "Zvalidation": "data validation that names another sheet",
    "Zcondition": "conditional format that names another sheet",
    "Zpivotcache": "pivot cache",
    "Zchartcache": "chart data off the page",
    "Zimagetext": "image metadata",
    "Zconnection": "external connection",
    "Zmacro": "VBA",
    "Zunusedstring": "unused shared string",
    "Zaddin": "add-in name",
    "Zcustomui": "add-in name",
    "Zpath": "path",
    "Zbeyond": "cell beyond the print area",
    "Zorphan": "part that nothing refers to",
    "Zarchive": "bytes outside the parts",
    "Zwhatif": "scenario",
    "Zundermerge": "cell under a merged one",
    "Zphonetic": "phonetic text",
    "Zmarkup": "comment in the markup",
    "Zundercell": "cell under a drawing",
    "Zunderbox": "drawing under another",
    "Zoverhang": "drawing beyond the print area",
}
"""Secret -> the kind of leak that names it."""
DRAWN_ONLY = (
    "Zalttext",
    "Zlinkedcell",
    "Zhiddenbox",
    "Zunprinted",
    "Zoffaxis",
    "Zhiddenseries",
    "Zcropped",
    "Zstylename",
    "Zformattext",
    "Zshowsnothing",
    "Zstyletable",
    "Ztheme",
    "Zbookmark",
    "Zaxisformat",
    "Zemptyformat",
    "Zdeletedaxis",
    "Znamelessseries",
    "Zwhite",
    "Zbetweenhidden",
    "Zclipped",
    "Zwhitebox",
)
"""Secrets of what a copy of the page would carry along; they are no kind of their own."""
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FORMULA_VALUE = 4.123456789


def png(*texts):
    """A grey picture of 3 x 2 pixels, with text chunks."""

    def chunk(kind, content):
        return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")

    head = (3).to_bytes(4, "big") + (2).to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    written = [chunk(b"tEXt", b"Comment\0" + text.encode()) for text in texts]
    lines = chunk(b"IDAT", zlib.compress(b"\0abc\0def"))
    return b"".join([b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", head), *written, lines, chunk(b"IEND", b"")])


def poisoned():
    """The bytes of the workbook; its page is ``Page``, printed to ``A1:E12``."""
    file = io.BytesIO()
    _drawn().save(file)
    data = change_cells(Package(file.getvalue()), {"Page": {"B2": FORMULA_VALUE}})
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    _add_parts(parts)
    content = io.BytesIO(zipped(parts))
    with zipfile.ZipFile(content, "a") as target:
        target.comment = b"Zarchive"
    return content.getvalue()


def _drawn():
    """What openpyxl can make of it."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Page"
    page["A1"], page["B1"], page["B2"] = "shown text", -53.7123456, '=IF(TRUE,4.1,"Zformula")'
    page["B1"].number_format = page["B2"].number_format = '0.0;-0.0;"Zformattext"'
    page["A3"], page["A4"] = "see the site", "noted"
    page["A3"].hyperlink = "https://zhyperlink.example/Zhyperlink"
    page["A4"].comment = Comment("Zcomment", "Zcomment author")
    page["A6"], page["G1"], page["C2"] = "Zhiddenrow", "Zbeyond", "Zhiddencolumn"
    page.column_dimensions["A"].width = 16
    page.row_dimensions[6].hidden = True
    page.column_dimensions["C"].hidden = True
    page["D3"], page["E3"] = "merged", "Zundermerge"
    page["D5"] = "Zshowsnothing"
    page["D5"].number_format = ";;;"
    page["B5"] = "Zwhite"
    page["B5"].font = openpyxl.styles.Font(color="FFFFFFFF")
    page["A9"] = "Zundercell"
    page["E1"].number_format = '0.0" Zemptyformat"'
    for row in range(7, 11):
        page.cell(row, 4).value, page.cell(row, 5).value = row, row * 1.5
    page.print_area = "A1:E12"
    page.oddHeader.center.text, page.oddFooter.left.text = "Zheader", "Zfooter"
    choice = DataValidation(type="list", formula1="='Zvalidation sheet'!$A$1:$A$2")
    choice.add("A1")
    page.add_data_validation(choice)
    page.conditional_formatting.add("B1", FormulaRule(formula=["'Zcondition sheet'!$A$1>0"]))
    scale = ColorScaleRule(start_type="min", start_color="FFFFFF", end_type="max", end_color="0B5D9E")
    page.conditional_formatting.add("D7:D10", scale)
    for name in ("Zvalidation sheet", "Zcondition sheet", "Zhiddensheet", "Zveryhidden"):
        book.create_sheet(name)["A1"] = f"{name} cell"
    book["Zhiddensheet"].sheet_state, book["Zveryhidden"].sheet_state = "hidden", "veryHidden"
    book["Zhiddensheet"]["B1"] = 77.125
    for place, where in ((page, "D7:D10"), (book["Zhiddensheet"], "B1:B4")):
        chart = LineChart()
        chart.width, chart.height = (4.4, 3) if place is page else (1.4, 1)
        chart.add_data(Reference(place, range_string=f"'{place.title}'!{where}"))
        if place is page:
            chart.title, chart.legend, chart.x_axis.title, chart.x_axis.delete = "heading", None, "Zdeletedaxis", True
            chart.series[0].tx = SeriesLabel(v="Znamelessseries")
        page.add_chart(chart, "A7" if place is page else "D11")
    book.defined_names["Zdefinedname"] = DefinedName("Zdefinedname", attr_text='"Zdefinedname value"')
    book.properties.creator = book.properties.title = "Zcoreproperty"
    book.custom_doc_props.append(StringProperty(name="desk", value="Zcustomproperty"))
    style = openpyxl.styles.NamedStyle(name="Zstylename")
    page["A5"].style = style
    return book


def _add_parts(parts):
    """What only Excel makes, part by part."""
    book, sheet, drawing = "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/drawings/drawing1.xml"
    phonetic = '<rPh sb="0" eb="1"><t>Zphonetic</t></rPh>'
    strings = f'<sst xmlns="{_MAIN}"><si><t>used string</t>{phonetic}</si><si><t>Zunusedstring</t></si></sst>'
    _relate(parts, book, "sharedStrings", "xl/sharedStrings.xml", strings)
    _replace(parts, "docProps/app.xml", b"</Properties>", b"<Company>Zcompany</Company></Properties>")
    _replace(parts, sheet, b"<sheetData>", b"<!-- Zmarkup --><sheetData>")
    _replace(parts, "xl/theme/theme1.xml", b'name="Office Theme"', b'name="Ztheme"')
    table = b'<tableStyles count="1"><tableStyle name="Zstyletable" pivot="0"/></tableStyles>'
    _replace(parts, "xl/styles.xml", b"</styleSheet>", table + b"</styleSheet>")
    title = (
        b'<title><tx><rich><a:p><a:r><a:rPr bmk="Zbookmark"/><a:t>shown title</a:t></a:r></a:p></rich></tx></title>'
        b'<numFmt formatCode="0.0;-0.0;&quot;Zaxisformat&quot;" sourceLinked="0"/>'
    )
    assert b"<valAx>" in parts["xl/charts/chart1.xml"]
    parts["xl/charts/chart1.xml"] = parts["xl/charts/chart1.xml"].replace(
        b"<majorTickMark", title + b"<majorTickMark", 1
    )
    path = b'<x15ac:absPath xmlns:x15ac="x" url="C:\\Users\\someone\\Zpath\\"/>'
    _replace(parts, book, b"<sheets>", path + b"<sheets>")
    scenario = b'<scenarios><scenario name="Zwhatif" user="Zwhatif"><inputCells r="A1" val="1"/></scenario></scenarios>'
    _replace(parts, sheet, b"</sheetData>", b"</sheetData>" + scenario)
    _replace(parts, sheet, b"</scenarios>", b'</scenarios><mergeCells count="1"><mergeCell ref="D3:E3"/></mergeCells>')
    _relate(parts, book, "externalLink", "xl/externalLinks/externalLink1.xml", f'<externalLink xmlns="{_MAIN}"/>')
    link = (
        f'<Relationship Id="r1" Type="{_OFFICE}/externalLinkPath" Target="Zexternalbook.xlsx" TargetMode="External"/>'
    )
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = _listed(link)
    _relate(parts, sheet, "threadedComment", "xl/threadedComments/threadedComment1.xml", "<x>Zthreaded</x>")
    _relate(parts, "", "customXml", "customXml/item1.xml", "<x>Zcustomxml</x>")
    _relate(parts, "", "extensibility", "customUI/customUI14.xml", "<x>Zcustomui</x>")
    _relate(parts, sheet, "printerSettings", "xl/printerSettings/printerSettings1.bin", "Zprinter".encode("utf-16-le"))
    records = f'<pivotCacheRecords xmlns="{_MAIN}"><r><s v="Zpivotcache"/></r></pivotCacheRecords>'
    _relate(parts, book, "pivotCacheRecords", "xl/pivotCache/pivotCacheRecords1.xml", records)
    connection = f'<connections xmlns="{_MAIN}"><connection id="1" name="Zconnection"/></connections>'
    _relate(parts, book, "connections", "xl/connections.xml", connection)
    _relate(parts, book, "vbaProject", "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0Zmacro")
    _relate(parts, drawing, "image", "xl/media/image1.png", png("Zimagetext"))
    _relate(parts, drawing, "cropped", "xl/media/image2.png", png("Zcropped"))
    parts["xl/drawings/_rels/drawing1.xml.rels"] = parts["xl/drawings/_rels/drawing1.xml.rels"].replace(
        b"relationships/cropped", b"relationships/image"
    )
    parts["xl/Zorphan.xml"] = b"<x>Zorphan</x>"
    cache = b'<numCache><ptCount val="1"/><pt idx="0"><v>Zchartcache</v></pt></numCache>'
    _replace(parts, "xl/charts/chart2.xml", b"</numRef>", cache + b"</numRef>")
    axis = b"<title><tx><rich><a:p><a:r><a:t>Zoffaxis</a:t></a:r></a:p></rich></tx></title>"
    parts["xl/charts/chart2.xml"] = parts["xl/charts/chart2.xml"].replace(
        b"<majorTickMark", axis + b"<majorTickMark", 1
    )
    name = b'<tx><strRef><f>\'Zhiddensheet\'!$A$1</f><strCache><ptCount val="1"/><pt idx="0"><v>Zhiddenseries</v></pt>'
    _replace(parts, "xl/charts/chart2.xml", b"<val>", name + b"</strCache></strRef></tx><val>")
    name = b"<definedName name=\"Other\">'Zaddin.xlam'!HV_X(1)</definedName>"
    _replace(parts, book, b"</definedNames>", name + b"</definedNames>")
    _add_drawn(parts, drawing)


def _add_drawn(parts, drawing):
    """Pictures and text boxes."""
    place = "<{0}><col>3</col><colOff>0</colOff><row>1</row><rowOff>0</rowOff></{0}>".format
    start = f'<oneCellAnchor>{place("from")}<ext cx="9525" cy="9525"/>'
    picture = (
        f'{start}<pic><nvPicPr><cNvPr id="9" name="Zalttext" descr="Zalttext"/><cNvPicPr/></nvPicPr><blipFill>'
        f'<a:blip xmlns:r="{_OFFICE}" r:embed="image"/></blipFill><spPr/></pic><clientData/></oneCellAnchor>'
    )
    cropped = picture.replace('embed="image"/>', 'embed="cropped"/><a:srcRect l="50000"/>')
    cropped = cropped.replace("<row>1<", "<row>3<")
    boxes = "".join(
        f'{start}<sp macro="[0]!Zmacro" textlink="\'Zhiddensheet\'!Zlinkedcell"><nvSpPr>'
        f'<cNvPr id="8" name="Zalttext" descr="Zalttext" hidden="{hidden:d}"><a:hlinkClick r:id="Zalttext" '
        f'xmlns:r="{_OFFICE}"/></cNvPr><cNvSpPr/></nvSpPr><spPr><a:prstGeom prst="rect"/></spPr><txBody><a:bodyPr/>'
        f'<a:p><a:r><a:rPr bmk="Zbookmark"/><a:t>{text}</a:t></a:r></a:p></txBody></sp>'
        f'<clientData fPrintsWithSheet="{printed:d}"/></oneCellAnchor>'
        for text, hidden, printed in (("shown box", 0, 1), ("Zhiddenbox", 1, 1), ("Zunprinted", 0, 0))
    )
    box = boxes.split("<clientData")[0].removeprefix(start)
    corners = place("from") + place("to")
    boxes += f"<twoCellAnchor>{corners.replace('<row>1', '<row>5')}{box}<clientData/></twoCellAnchor>".replace(
        "shown box", "Zbetweenhidden"
    )
    start_of = place("from").replace("<row>1", "<row>10")
    overhang = box.replace("shown box", "Zoverhang")
    boxes += f'<oneCellAnchor>{start_of}<ext cx="2540000" cy="190500"/>{overhang}<clientData/></oneCellAnchor>'
    white = "<spPr><a:solidFill/>"
    under = box.replace("shown box", "Zunderbox"), box.replace("<spPr>", white).replace("shown box", "above")
    boxes += "".join(
        f'<oneCellAnchor>{start_of.replace("<row>10", "<row>2")}<ext cx="254000" cy="190500"/>{thing}'
        "<clientData/></oneCellAnchor>"
        for thing in under
    )
    unseen = {
        "Zclipped": box.replace(
            "<a:bodyPr/>", '<a:bodyPr vertOverflow="clip"/>' + "<a:p><a:r><a:t>x</a:t></a:r></a:p>" * 9
        ),
        "Zwhitebox": box.replace("<a:t>", '<a:rPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill></a:rPr><a:t>'),
    }
    boxes += "".join(
        f"{start}{thing}<clientData/></oneCellAnchor>".replace("shown box", secret) for secret, thing in unseen.items()
    )
    _replace(parts, drawing, b"</wsDr>", (picture + cropped + boxes).encode() + b"</wsDr>")


def _replace(parts, name, before, after):
    assert before in parts[name], f"{name} has no {before}"
    parts[name] = parts[name].replace(before, after)


def _relate(parts, source, kind, target, content):
    """Add a part and a relation that leads to it."""
    folder, _, file = source.rpartition("/")
    listed = f"{folder}/_rels/{file}.rels" if source else "_rels/.rels"
    relation = f'<Relationship Id="{kind}" Type="{_OFFICE}/{kind}" Target="/{target}"/>'
    parts.setdefault(listed, _listed(""))
    parts[listed] = parts[listed].replace(b"</Relationships>", relation.encode() + b"</Relationships>")
    parts[target] = content if isinstance(content, bytes) else content.encode()
    kinds = f'<Override PartName="/{target}" ContentType="application/octet-stream"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", kinds.encode())


def _listed(relations):
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{namespace}">{relations}</Relationships>'.encode()


def holds(data, secret):
    """Whether a file or any part of it holds a text, in any capitals and usual encoding."""
    pieces = [data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            pieces += [source.read(name) for name in source.namelist()]
            pieces += [name.encode() for name in source.namelist()]
    wanted = [secret.lower().encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")]
    return any(text in piece.lower() for piece in pieces for text in wanted)
