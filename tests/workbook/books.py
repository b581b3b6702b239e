"""Workbooks for tests: made by openpyxl, or part by part as Excel would save what openpyxl can't; and their oracles."""

import io
import shutil
import subprocess
import zipfile

import openpyxl
import pytest

needs_libreoffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is absent")

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def book(fill):
    """The bytes of a workbook that ``fill`` was given to write in."""
    workbook = openpyxl.Workbook()
    fill(workbook)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def sheet_xml(rows, *, before="", after="", dimension="A1:E9"):
    """A worksheet part around the given row markup."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
        f'<worksheet xmlns="{_MAIN}" xmlns:r="{_OFFICE}" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" mc:Ignorable="x14ac">'
        f'<dimension ref="{dimension}"/>{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def raw_book(sheets, *, names="", strings=(), extra=None, properties=""):
    """The bytes of a workbook put together from worksheet parts by sheet name, and any further parts.

    Members are compressed in different ways and dated, one has a comment, as a check that copies keep them.
    """
    numbered = list(enumerate(sheets, start=1))
    parts = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{properties}<sheets>'
            + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered)
            + f"</sheets><definedNames>{names}</definedNames></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": _relations(
            {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n, _ in numbered}
            | {"rId90": ("sharedStrings", "sharedStrings.xml")}
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">' + "".join(f"<si>{item}</si>" for item in strings) + "</sst>",
        **{f"xl/worksheets/sheet{n}.xml": sheets[name] for n, name in numbered},
        **(extra or {}),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        target.comment = b"kept"
        for place, (name, content) in enumerate(parts.items()):
            member = zipfile.ZipInfo(name, (2025, 4, 2 + place % 9, 9, 30, 0))
            member.compress_type = (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)[place % 3 == 2]
            member.external_attr = 0o600 << 16
            member.comment = b"note" if place == 3 else b""
            target.writestr(member, content)
    return file.getvalue()


def _content_types(sheets):
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/>'
        '<Override PartName="/xl/drawings/drawing1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
            for n in range(1, sheets + 1)
        )
        + "</Types>"
    )


def _relations(targets):
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="{id_}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
            for id_, (kind, target) in targets.items()
        )
        + "</Relationships>"
    )


_TEXT_BOX = """<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor>
<xdr:from><xdr:col>5</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>
<xdr:to><xdr:col>8</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>4</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>
<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="TextBox 1"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>
<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>
</xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>my note</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/>
</xdr:twoCellAnchor></xdr:wsDr>"""

_SPARKLINE = """<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
 uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"><x14:sparklineGroups
 xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:sparklineGroup><x14:sparklines><x14:sparkline>
<xm:f>Desk!A1:B1</xm:f><xm:sqref>C1</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup>
</x14:sparklineGroups></ext></extLst>"""

FOREIGN_ROWS = """<row r="1" spans="1:5" x14ac:dyDescent="0.25">
  <c r="A1" s="0"><v>1.5</v></c><c r="B1" t="s"><v>0</v></c><c r="D1" t="str"><f>B1&amp;"x"</f><v>tenorx</v></c></row>
<row r="3"><c r="A3" cm="1"><f t="array" ref="A3:A4">_xlfn._xlws.SORT(A1:A2)</f><v>0</v></c>
<c r="B3" vm="2" t="e"><v>#VALUE!</v></c><!-- a remark --><c t="b"><v>1</v></c><c r="E3" s="0"/></row>
<row r="4"><c r="A4"><v>1.5</v></c><c r="B4"><f t="shared" ref="B4:B5" si="0">A4*2</f><v>3</v></c></row>
<row r="5"><c r="B5"><f t="shared" si="0"/><v>0</v></c></row><row r="8" s="3" customFormat="1"/>"""


def foreign_book():
    """What only Excel makes: a text box, a sparkline, a control, a dynamic array, comments, macros, a custom part."""
    return raw_book(
        {
            "Desk": sheet_xml(FOREIGN_ROWS, after=f'<drawing r:id="rId1"/>{_SPARKLINE}'),
            "My Notes": sheet_xml('<row r="1"><c r="A1"><f>Desk!A1*2</f><v>3</v></c></row>'),
        },
        strings=["<t>tenor</t>", "<r><t>rich </t></r><r><rPr><b/></rPr><t>text</t></r>"],
        extra={
            "xl/worksheets/_rels/sheet1.xml.rels": _relations({"rId1": ("drawing", "../drawings/drawing1.xml")}),
            "xl/drawings/drawing1.xml": _TEXT_BOX,
            "xl/ctrlProps/ctrlProp1.xml": '<formControlPr objectType="CheckBox" checked="Checked"/>',
            "xl/comments1.xml": f'<comments xmlns="{_MAIN}"><authors/><commentList/></comments>',
            "xl/metadata.xml": f'<metadata xmlns="{_MAIN}"/>',
            "xl/vbaProject.bin": bytes(range(256)) * 8,
            "customXml/item1.xml": "<mine/>",
        },
    )


def members(data):
    """Everything a zip tells of its members, with their bytes as compressed, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        listed = sorted(source.infolist(), key=lambda member: member.header_offset)
        ends = [*(member.header_offset for member in listed[1:]), source.start_dir]
        return {
            member.filename: (data[member.header_offset : end], member.date_time, member.comment, member.external_attr)
            for member, end in zip(listed, ends, strict=True)
        }


def recalculate(path, folder, kind="xlsx"):
    """The file LibreOffice makes of a workbook on opening and saving it."""
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", kind,
         "--outdir", str(folder / "out"), str(path)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return folder / "out" / f"{path.stem}.{kind}"
