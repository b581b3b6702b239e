"""Workbooks made to hurt who reads them: each by name, as bytes. All are small on disk."""

# ruff: noqa: E501 - one line a workbook

import io
import struct
import zipfile

from tests.workbook.books import raw_book, sheet_xml
from tests.workbook.inspect.test_opendocument import NAMESPACES

PART = "xl/worksheets/sheet1.xml"
CELL = '<row r="1"><c r="A1"><f>HV_SWAPSPREAD("10Y")</f></c></row>'
MILLION = 1_000_000
SPACES = " " * 1_000_000
QUOTES = "'" * 2_000_000
WHOLE = '<mergeCell ref="A1:XFD1048576"/>'


def cell(formula):
    """A worksheet whose first cell holds a formula."""
    return sheet_xml(f'<row r="1"><c r="A1"><f>{formula}</f></c><c r="B1"><f>HV_SWAPSPREAD("10Y")</f></c></row>')


def repacked(data, change):
    """A workbook with its parts changed by ``change``, a function of the dict of parts."""
    parts = _parts_of(data)
    change(parts)
    return zipped(parts)


def zipped(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return file.getvalue()


def with_part(name, content, base=None):
    """A plain workbook in which one part is another, given as text or as (start, million bytes, times, end)."""
    data = base or raw_book({"S": sheet_xml(CELL)})
    source = zipfile.ZipFile(io.BytesIO(data))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            if member != name:
                target.writestr(member, source.read(member))
        with target.open(name, "w", force_zip64=True) as part:
            for piece in content if isinstance(content, list) else [content]:
                part.write(piece.encode() if isinstance(piece, str) else piece)
    return file.getvalue()


def _lying(size, told):
    """A part that unpacks to ``size`` million bytes while the directory tells ``told`` bytes."""
    start, end = sheet_xml(CELL).split("<sheetData>")
    data = bytearray(with_part(PART, [f"{start}", *[SPACES] * size, f"<sheetData>{end}"]))
    true = struct.pack("<L", len(start) + size * MILLION + len(f"<sheetData>{end}"))
    lie = struct.pack("<L", told)
    at = data.rindex(PART.encode(), 0, data.index(b"PK\5\6")) - 46
    assert data[at : at + 4] == b"PK\1\2" and data[at + 24 : at + 28] == true
    data[at + 24 : at + 28] = lie
    return bytes(data)


def overlapping(size, names):
    """Parts that are all one compressed heap of so many million bytes, told apart only by the directory."""
    data = with_part("xl/media/heap.bin", [SPACES] * size)
    end = data.index(b"PK\5\6")
    start = struct.unpack("<L", data[end + 16 : end + 20])[0]
    at = data.index(b"xl/media/heap.bin", start) - 46
    entry = data[at : at + 46 + len("xl/media/heap.bin")]
    entries = b"".join(entry.replace(b"heap.bin", b"%04d.bin" % n) for n in range(names))
    count = struct.unpack("<H", data[end + 10 : end + 12])[0] + names
    tail = data[end : end + 8] + struct.pack("<HHLL", count, count, end - start + len(entries), start) + b"\0\0"
    return data[:end] + entries + tail


def packed(method):
    """A plain workbook packed in another way."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as target:
        for name, content in _parts_of(raw_book({"S": sheet_xml(CELL)})).items():
            target.writestr(name, content)
    return file.getvalue()


def named(before, after):
    """A plain workbook with the name of a part changed, byte for byte, wherever the archive says it."""
    return zipped({**_parts_of(raw_book({"S": sheet_xml(CELL)})), before: b"<x/>"}).replace(before.encode(), after)


def zip64_lie(field):
    """A part whose directory entry says by a field for large archives how large it is, or where."""
    data = zipped(_parts_of(raw_book({"S": sheet_xml(CELL)})))
    end = data.index(b"PK\5\6")
    start = struct.unpack("<L", data[end + 16 : end + 20])[0]
    at = data.index(PART.encode(), start)
    size = {"size": 24, "place": 42}[field]
    entry = bytearray(data[at - 46 : at])
    entry[size : size + 4] = b"\xff" * 4
    extra = struct.pack("<2HQ", 1, 8, 1 << 62)
    entry[30:32] = struct.pack("<H", len(extra))
    data = data[: at - 46] + bytes(entry) + PART.encode() + extra + data[at + len(PART) :]
    end += len(extra)
    directory = struct.unpack("<L", data[end + 12 : end + 16])[0] + len(extra)
    return data[: end + 12] + struct.pack("<L", directory) + data[end + 16 :]


def _parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {name: source.read(name) for name in source.namelist()}


def circle():
    """A sheet, its drawing and a chart whose relations lead to one another and to themselves."""
    listed = '<Relationships xmlns="r">{}</Relationships>'.format
    relation = '<Relationship Id="{0}" Type="r/{0}" Target="/xl/{1}"/>'.format
    drawing, chart = "drawings/drawing1.xml", "charts/chart1.xml"
    return raw_book({"S": sheet_xml(CELL)}, extra={
        f"xl/{drawing}": "<x/>", f"xl/{chart}": "<x/>",
        "xl/worksheets/_rels/sheet1.xml.rels": listed(relation("drawing", drawing) + relation("worksheet", PART[3:])),
        "xl/drawings/_rels/drawing1.xml.rels": listed(relation("chart", chart) + relation("worksheet", PART[3:])),
        "xl/charts/_rels/chart1.xml.rels": listed(relation("drawing", drawing) + relation("chart", chart)),
    })  # fmt: skip


def pictured(name, content):
    """A sheet with a picture."""
    return repacked(
        raw_book({"S": sheet_xml(CELL)}),
        lambda parts: parts.update({
            f"xl/media/{name}": content,
            "xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships xmlns="r"><Relationship Id="a" Type="r/image" Target="/xl/media/{name}"/></Relationships>',
        }),
    )  # fmt: skip


def million_members():
    """A directory of a million empty members."""
    count = MILLION
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0)
    directory = b"".join(entry + b"%06x" % n for n in range(count))
    local = struct.pack("<4s2B4HL2L2H", b"PK\3\4", 20, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0) + b"000000"
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(directory), len(local))
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(local) + len(directory), 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return local + directory + end64 + locator + end


def nested():
    """A zip of zips of zips, as a part, and as the whole file."""
    inner = zipped({"a.bin": b"\0" * 10_000_000})
    for _ in range(4):
        inner = zipped({f"{n}.zip": inner for n in range(16)})
    return inner


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
FILE_ENTITY = '<!ENTITY e11 SYSTEM "file:///etc/passwd">'


def entities(part, declared, *, base=None):
    """A part with a document type; ``&e11;`` stands in its first text or attribute."""
    base = base or raw_book({"S": sheet_xml('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')}, strings=["<t>x</t>"])
    text = zipfile.ZipFile(io.BytesIO(base)).read(part).decode()
    head, _, body = text.partition("?>") if text.startswith("<?xml") else ("", "", text)
    root = body.strip()[1:].split()[0].split(">")[0].rstrip("/")
    start = f"{head}?>" if head else ""
    body = body.replace("<t>x</t>", "<t>&e11;</t>").replace("<v>0</v>", "<v>&e11;</v>")
    return with_part(part, f"{start}<!DOCTYPE {root} [{declared}]>{body}", base)


def _rows(cells):
    return sheet_xml("".join(cells))


def encoded(encoding):
    sheet = cell('"&amp;"').replace("<worksheet", f"<!DOCTYPE w [{ENTITIES}]><worksheet")
    return with_part(PART, sheet.replace("UTF-8", encoding).encode(encoding))


def names(text):
    return "".join(f'<definedName name="{name}">{body}</definedName>' for name, body in text)


def _styles(count):
    xf = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    return (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<fonts count="1"><font><sz val="11"/></font></fonts><fills count="1"><fill/></fills>'
        f'<borders count="1"><border/></borders><cellStyleXfs count="1">{xf}</cellStyleXfs>'
        f'<cellXfs count="{count}">{xf * count}</cellXfs></styleSheet>'
    )


def rels(part, target, mode=""):
    def change(parts):
        old = parts[part].decode()
        place = old.index('Target="', old.index("worksheet") if "worksheet" in old else 0) + 8
        parts[part] = (old[:place] + target + '"' + mode + old[old.index('"', place) + 1 :]).encode()

    return repacked(raw_book({"S": sheet_xml(CELL)}), change)


# fmt: off
HOSTILE = {
    "bomb_sheet": lambda: with_part(PART, [sheet_xml("").split("<sheetData>")[0], *[SPACES] * 520, "<sheetData/></worksheet>"]),
    "bomb_within_limits": lambda: with_part(PART, [sheet_xml("").split("<sheetData>")[0], *[SPACES] * 110, "<sheetData/></worksheet>"]),
    "bomb_media": lambda: with_part("xl/media/a.bin", [b"\0" * MILLION] * 520),
    "bomb_lying_small": lambda: _lying(1100, 900),
    "bomb_lying_large": lambda: _lying(1, 3_000_000_000),
    "bomb_nested": nested,
    "bomb_nested_part": lambda: with_part("xl/media/a.zip", nested()),
    "bomb_overlapping": lambda: overlapping(50, 5000),
    "million_members": million_members,
    **{
        f"{kind}_in_{part.rpartition('/')[2]}": (lambda part=part, declared=declared: entities(part, declared))
        for kind, declared in (("entities", ENTITIES), ("external", ENTITIES.replace(ENTITIES[ENTITIES.index("<!ENTITY e11"):], FILE_ENTITY)))
        for part in ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", PART)
    },
    "encoding_utf16": lambda: encoded("utf-16"),
    "encoding_utf32": lambda: encoded("utf-32"),
    "encoding_cp037": lambda: encoded("cp037"),
    "encoding_utf7": lambda: encoded("utf-7"),
    "million_sparse_rows": lambda: with_part(PART, _rows(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, MILLION + 1))),
    "million_empty_rows": lambda: with_part(PART, _rows(f'<row r="{n}"/>' for n in range(1, MILLION + 1))),
    "million_cells_in_few_rows": lambda: with_part(PART, _rows("<row>" + "<c><v>1</v></c>" * 10_000 + "</row>" for _ in range(100))),
    "million_formulas": lambda: with_part(PART, _rows(f'<row r="{n}"><c r="A{n}"><f>A{n + 1}+1</f><v>1</v></c></row>' for n in range(1, MILLION + 1))),
    "five_million_cells": lambda: with_part(PART, [sheet_xml("").split("<sheetData>")[0] + "<sheetData>", *["<row>" + "<c/>" * 10_000 + "</row>"] * 500, "</sheetData></worksheet>"]),
    "sparse_million_of_pure_markup": lambda: with_part(PART, sheet_xml(CELL, after="<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 3_000_000 + "</mergeCells>")),
    "markup_among_the_cells": lambda: with_part(PART, sheet_xml(CELL + "<a/>" * 24_000_000)),
    "markup_among_the_cells_of_many_sheets": lambda: raw_book({f"S{n}": sheet_xml(CELL + "<a/>" * MILLION) for n in range(60)}),
    "million_attributes": lambda: with_part(PART, sheet_xml("<row " + " ".join(f'a{n}="1"' for n in range(MILLION)) + "/>")),
    "millions_of_attributes": lambda: with_part(PART, sheet_xml("<row " + " ".join(f"a{n:x}=''" for n in range(9 * MILLION)) + "/>" + CELL)),
    "deep_elements": lambda: with_part(PART, sheet_xml(CELL, after="<a>" * MILLION + "</a>" * MILLION)),
    "far_corner": lambda: raw_book({"S": sheet_xml('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>SUM(A:XFD)+HV_SWAPSPREAD("10Y")</f></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')}),
    "array_over_the_whole_sheet": lambda: raw_book({"S": sheet_xml('<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">HV_SWAPSPREAD("10Y")</f></c></row>')}),
    "many_large_arrays": lambda: raw_book({"S": sheet_xml("".join(f'<row r="{n}"><c r="A{n}"><f t="array" ref="A{n}:ZZ{n + 2000}">HV_SWAPSPREAD("10Y")</f></c></row>' for n in range(1, 400)))}),
    "beyond_the_far_corner": lambda: raw_book({"S": sheet_xml('<row r="9999999"><c r="ZZZZ9999999"><v>1</v></c></row>')}),
    "product_of_columns": lambda: raw_book({"S": cell("SUM(C1:C1000000*D1:ZZ1)")}),
    "sumproduct_many": lambda: raw_book({"S": sheet_xml("".join(f'<row r="{n}"><c r="A{n}"><f>SUM(B1:Z40000)*HV_SWAPSPREAD("10Y")</f></c></row>' for n in range(1, 300)))}),
    "matrix_product": lambda: raw_book({"S": cell("SUM(MMULT(C1:C100000,D1:ZZ1))")}),
    "search_of_all_in_all": lambda: raw_book({"S": sheet_xml('<row r="1"><c r="A1"><f>SUM(MATCH(C1:C90000,D1:D90000,0))</f></c><c r="B1"><f>SUM(COUNTIF(C1:C90000,D1:D90000))</f></c></row>')}),
    "wildcards": lambda: raw_book({"S": sheet_xml(f'<row r="1"><c r="A1"><f>COUNTIF(B1,C1)+HV_SWAPSPREAD("10Y")</f></c><c r="B1" t="str"><v>{"a" * 30_000}</v></c><c r="C1" t="str"><v>{"*a" * 100}b</v></c><c r="D1"><f>MATCH(C1,B1:B2,0)</f></c><c r="E1"><f>SEARCH(C1,B1)</f></c><c r="F1"><f>XMATCH(C1,B1:B2,2)</f></c></row>')}),
    "text_that_doubles": lambda: raw_book({"S": sheet_xml('<row r="1"><c r="A1" t="str"><v>xxxxxxxx</v></c></row>' + "".join(f'<row r="{n}"><c r="A{n}"><f>A{n - 1}&amp;A{n - 1}</f></c></row>' for n in range(2, 60)))}),
    "text_substituted": lambda: raw_book({"S": cell('SUBSTITUTE(REPT("x",32000),"x",REPT("y",32000))')}),
    "text_joined": lambda: raw_book({"S": sheet_xml('<row r="1"><c r="A1"><f>LEN(CONCAT(B1:B60000))</f></c></row>' + "".join(f'<row r="{n}"><c r="B{n}" t="s"><v>0</v></c></row>' for n in range(2, 60_000)))}, strings=[f"<t>{'x' * 32_000}</t>"]),
    "text_of_runs": lambda: raw_book({"S": sheet_xml(f'<row r="1"><c r="A1" t="inlineStr"><is>{"<r><t>abcdefgh</t></r>" * 500_000}</is></c></row>')}),
    "repeated_text": lambda: raw_book({"S": cell('REPT("x",30000)&amp;REPT("x",2000000000)')}),
    "power_tower": lambda: raw_book({"S": cell("9^9^9^9^9+FACT(1E9)+COMBIN(1E9,5E8)")}),
    "cycle_of_one": lambda: raw_book({"S": cell('A1+HV_SWAPSPREAD("10Y")')}),
    "cycle_of_many": lambda: raw_book({"S": sheet_xml("".join(f'<row r="{n}"><c r="A{n}"><f>A{n % 50_000 + 1}+1</f></c></row>' for n in range(1, 50_001)))}),
    "chain_of_many": lambda: raw_book({"S": sheet_xml("".join(f'<row r="{n}"><c r="A{n}"><f>A{n + 1}+1</f></c></row>' for n in range(1, 50_001)))}),
    "all_upon_all": lambda: raw_book({"S": sheet_xml("".join(f'<row r="{n}"><c r="A{n}"><f>SUM(B$1:B{n})</f></c><c r="B{n}"><f>SUM(C$1:C$5000)</f></c><c r="C{n}"><f>RAND()</f></c></row>' for n in range(1, 5001)))}),
    "formula_8000": lambda: raw_book({"S": cell("+".join(["1"] * 4000))}),
    "formula_a_million": lambda: raw_book({"S": cell("+".join(["1"] * MILLION))}),
    "nested_brackets": lambda: raw_book({"S": cell("(" * 4000 + "1" + ")" * 4000)}),
    "nested_calls": lambda: raw_book({"S": cell("ABS(" * 2000 + "1" + ")" * 2000)}),
    "nested_signs": lambda: raw_book({"S": cell("-" * 8000 + "1")}),
    "nested_braces": lambda: raw_book({"S": cell("{" * 8000 + "1")}),
    "quotes_without_end": lambda: raw_book({"S": cell('"' * 7999)}),
    "styles": lambda: raw_book({"S": sheet_xml('<row r="1"><c r="A1" s="4000000000"><f>HV_SWAPSPREAD("10Y")</f></c></row>')}, extra={"xl/styles.xml": _styles(60_000)}),
    "million_strings": lambda: with_part("xl/sharedStrings.xml", '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + "<si><t>x</t></si>" * MILLION + "</sst>"),
    "ten_million_strings": lambda: with_part("xl/sharedStrings.xml", ['<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">', *["<si><t/></si>" * 100_000] * 70, "</sst>"]),
    "strings_of_runs": lambda: with_part("xl/sharedStrings.xml", ['<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si>', *["<r><t>a</t></r>" * 100_000] * 60, "</si></sst>"]),
    "string_index_beyond": lambda: raw_book({"S": sheet_xml('<row r="1"><c r="A1" t="s"><v>99999999999</v></c><c r="B1" t="s"><v>-1</v></c></row>')}),
    "names_in_a_circle": lambda: raw_book({"S": cell("a1a+HV_SWAPSPREAD(\"10Y\")")}, names=names([("a1a", "b1b"), ("b1b", "a1a")])),
    "names_in_a_long_chain": lambda: raw_book({"S": cell('name_0+HV_SWAPSPREAD("10Y")')}, names=names([(f"name_{n}", f"name_{n + 1}") for n in range(20_000)])),
    "names_that_double": lambda: raw_book({"S": cell('name_0+HV_SWAPSPREAD("10Y")')}, names=names([*((f"name_{n}", f"name_{n + 1}+name_{n + 1}") for n in range(40)), ("name_40", "1")])),
    "half_a_million_names": lambda: raw_book({"S": sheet_xml(CELL)}, names=names([(f"name_{n}", "S!$A$1") for n in range(500_000)])),
    "quoted_sheet": lambda: raw_book({"S&apos;'../../x": sheet_xml(CELL)}),
    "traversing_part": lambda: rels("xl/_rels/workbook.xml.rels", "../../../../etc/passwd"),
    "external_part": lambda: rels("xl/_rels/workbook.xml.rels", "http://192.0.2.1/x.xml", ' TargetMode="External"'),
    "missing_part": lambda: rels("xl/_rels/workbook.xml.rels", "worksheets/none.xml"),
    "workbook_missing": lambda: rels("_rels/.rels", "xl/none.xml"),
    "workbook_is_relations": lambda: rels("_rels/.rels", "_rels/.rels"),
    "traversing_members": lambda: with_part("../../../tmp/evil.xml", "<a/>"),
    "same_part_twice": lambda: raw_book({"S": sheet_xml(CELL)}, extra={}).replace(b"xl/sharedStrings.xml", PART[:20].encode()),
    "same_sheet_part": lambda: repacked(raw_book({f"S{n}": sheet_xml(CELL) for n in range(9)}), lambda parts: parts.update({"xl/_rels/workbook.xml.rels": parts["xl/_rels/workbook.xml.rels"].replace(b"sheet2.xml", b"sheet1.xml")})),
    "no_sheets": lambda: raw_book({}),
    "truncated": lambda: raw_book({"S": sheet_xml(CELL)})[:-900],
    "truncated_middle": lambda: raw_book({"S": sheet_xml(CELL)})[300:],
    "encrypted": lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096),
    "plain_text": lambda: b"series,date,value\nUST.10Y,2025-04-08,4.2\n",
    "binary_workbook": lambda: rels("_rels/.rels", "xl/workbook.bin"),
    "negative_size": lambda: raw_book({"S": sheet_xml('<row r="-5"><c r="A1"><v>1e999</v></c><c r="B1"><v>nan</v></c></row>')}),
    "huge_number": lambda: raw_book({"S": sheet_xml(f'<row r="1"><c r="A1"><v>{"9" * 500_000}</v></c></row>')}),
    "huge_row_number": lambda: raw_book({"S": sheet_xml(f'<row r="{"9" * 500_000}"/>')}),
    "huge_sheet_id": lambda: raw_book({"S": cell("x")}, names='<definedName name="x" localSheetId="-1">S!$A$1</definedName>' + '<definedName name="y" localSheetId="' + "9" * 9000 + '">1</definedName>'),
    "huge_text": lambda: raw_book({"S": sheet_xml(f'<row r="1"><c r="A1" t="str"><f>HV_SWAPSPREAD("10Y")&amp;B1</f></c><c r="B1" t="inlineStr"><is><t>{"x" * 3_000_000}</t></is></c></row>')}),
    "shared_master_missing": lambda: raw_book({"S": sheet_xml('<row r="1"><c r="A1"><f t="shared" si="7"/></c><c r="B1"><f t="shared" si="7" ref="XFD1048576">A1+1</f></c><c r="C1"><f t="shared" si="7"/></c></row>')}),
    "same_sheet_part_thousands_of_times": lambda: repacked(raw_book({"S": sheet_xml("<row>" + "<c><v>1</v></c>" * 100_000 + "</row>")}), lambda parts: parts.update({"xl/workbook.xml": parts["xl/workbook.xml"].replace(b"</sheets>", b"".join(b'<sheet name="T%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(10, 3000)) + b"</sheets>")})),
    "same_drawing_thousands_of_times": lambda: raw_book({"S": sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>')}, extra={"xl/drawings/drawing1.xml": f"<x>{'<a/>' * 100_000}</x>", "xl/worksheets/_rels/sheet1.xml.rels": '<Relationships xmlns="r">' + "".join(f'<Relationship Id="r{n}" Type="r/drawing" Target="../drawings/drawing1.xml"/>' for n in range(50_000)) + "</Relationships>"}),
    "haven_formulas_within_the_limit": lambda: with_part(PART, _rows(f'<row r="{n}"><c r="A{n}"><f>HV_SWAPSPREAD("10Y")</f><v>{n}</v></c></row>' for n in range(1, 399_000))),
    "text_of_one_letter": lambda: raw_book({"S": sheet_xml(f'<row r="1"><c r="A1" t="str"><v>{"a" * 30_000}</v></c></row>', after=f'<dataValidations><dataValidation sqref="A1"><formula1>{"a" * 2_000_000}</formula1><formula2>{QUOTES}</formula2></dataValidation></dataValidations>')}),
    "merges_upon_merges": lambda: with_part(PART, sheet_xml("".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 100_000)), after=f"<mergeCells>{WHOLE * 400_000}</mergeCells>")),
    "print_area_of_many_ranges": lambda: raw_book({"S": sheet_xml('<row r="1">' + "<c><v>1</v></c>" * 10_000 + "</row>")}, names=f'<definedName name="_xlnm.Print_Area" localSheetId="0">{",".join(["S!$A$1:$B$2"] * 200_000)}</definedName>'),
    "overlapping_few": lambda: overlapping(9, 8),
    "packed_by_lzma": lambda: packed(zipfile.ZIP_LZMA),
    "packed_by_bzip2": lambda: packed(zipfile.ZIP_BZIP2),
    "names_but_for_capitals": lambda: zipped({**_parts_of(raw_book({"S": sheet_xml(CELL)})), "XL/Workbook.xml": b"<x/>"}),
    "zero_in_a_name": lambda: named("xl/a-secret.xml", b"xl/a.xml\0secret"),
    "backslash_in_a_name": lambda: named("xl/a.xml", b"xl\\a.xml"),
    "absolute_name": lambda: named("xl/a.xml", b"/l/a.xml"),
    "zip64_size": lambda: zip64_lie("size"),
    "zip64_place": lambda: zip64_lie("place"),
    "relations_in_a_circle": circle,
    "protected": lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1000) + "EncryptedPackage".encode("utf-16-le"),
    "million_conditional_formats": lambda: with_part(PART, sheet_xml(CELL, after='<conditionalFormatting sqref="A1"><cfRule type="expression"><formula>S!A1&gt;0</formula></cfRule></conditionalFormatting>' * MILLION)),
    "conditional_formats_within_limits": lambda: with_part(PART, sheet_xml(CELL, after='<conditionalFormatting sqref="A1"><cfRule type="expression"><formula>T!A1&gt;0</formula></cfRule></conditionalFormatting>' * 120_000)),
    "huge_name": lambda: raw_book({"S": sheet_xml(CELL)}, names=names([("x", "S!$A$1+" * 2_000_000 + "1")])),
    "deep_workbook": lambda: with_part("xl/workbook.xml", "<a>" * MILLION + "</a>" * MILLION),
    "svg_of_one_word": lambda: pictured("a.svg", b"<svg " + b"sodipodi-" * 5 * MILLION),
    "gif_of_tiny_blocks": lambda: pictured("a.gif", b"GIF89a\1\0\1\0\0\0\0" + b"!\xfe" + b"\1x" * 40 * MILLION),
    "emf_of_tiny_records": lambda: pictured("a.emf", struct.pack("<2L32x4s16xL", 1, 108, b" EMF", 0).ljust(108, b"\0") + struct.pack("<2L", 2, 8) * 12 * MILLION),
    "bad_crc": lambda: raw_book({"S": sheet_xml(CELL)}).replace(b"HV_SWAPSPREAD", b"HV_SWAPSPREAE", 1),
}
# fmt: on


def document(*pieces, **parts):
    """An .ods file whose content is the pieces, put into a sheet unless they begin with a root of their own."""
    head = f"<office:document-content {NAMESPACES}><office:body>"
    content = (
        pieces if pieces[0].startswith(("<!", "<x>")) else [head, *pieces, "</office:body></office:document-content>"]
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        with target.open("content.xml", "w") as part:
            for piece in content:
                part.write(piece.encode())
        for name, part in parts.items():
            target.writestr(f"{name}.xml", part)
    return file.getvalue()


def table(rows, attributes=""):
    return f'<table:table table:name="S" {attributes}>{rows}</table:table>'


ALL_ROWS = 'table:number-rows-repeated="1048576"'
ALL_COLUMNS = 'table:number-columns-repeated="16384"'
FORMULA_CELL = '<table:table-cell table:formula="of:=1"/>'
VALUE_CELL = '<table:table-cell office:value="1"/>'
NINES = "9" * 4000
NEST = ("<table:table-row><table:table-cell><table:table>", "</table:table></table:table-cell></table:table-row>")

# fmt: off
HOSTILE_DOCUMENTS = {
    "bomb": lambda: document("<x>", *[SPACES] * 520, "</x>"),
    "bomb_within_limits": lambda: document("<x>", *[SPACES] * 90, "</x>"),
    "entities": lambda: document(f"<!DOCTYPE x [{ENTITIES}]><x>&e11;</x>"),
    "entities_in_styles": lambda: document(table(""), styles=f"<!DOCTYPE x [{ENTITIES}]><x>&e11;</x>"),
    "external": lambda: document('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
    "rows_and_columns_repeated": lambda: document(table(f'<table:table-row {ALL_ROWS}><table:table-cell {ALL_COLUMNS} office:value="1"/></table:table-row>' * 1000)),
    "repeated_4000_digits": lambda: document(table(f'<table:table-column table:visibility="collapse" table:number-columns-repeated="{NINES}"/><table:table-row table:number-rows-repeated="{NINES}"/><table:table-row><table:table-cell table:number-columns-repeated="{NINES}"/><table:table-cell table:formula="1"/></table:table-row>')),
    "repeated_a_million_digits": lambda: document(table(f'<table:table-row table:number-rows-repeated="{"9" * MILLION}"/>')),
    "formulas": lambda: document(table(f'<table:table-row>{FORMULA_CELL * 390_000}</table:table-row>')),
    "print_area_of_many_ranges": lambda: document(table(f'<table:table-row>{VALUE_CELL * 200_000}</table:table-row>', f'table:print-ranges="{"S.A1:S.B2 " * 500_000}"')),
    "print_area_of_one_letter": lambda: document(table("", f'table:print-ranges="{"x" * MILLION}"')),
    "tables_in_tables": lambda: document(table(NEST[0] * 50_000 + NEST[1] * 50_000)),
    "chart_of_quotes": lambda: document(table(""), **{"Object 1/content": f'<office:document-content {NAMESPACES}><chart:chart chart:values-cell-range-address="{QUOTES}"/><chart:chart chart:values-cell-range-address="{"x" * MILLION}"/></office:document-content>'}),
    "charts_by_the_thousand": lambda: document(table("<a/>" * 500_000), **{f"Object {n}/content": f"<office:document-content {NAMESPACES}><chart:chart/></office:document-content>" for n in range(5000)}),
}
# fmt: on
