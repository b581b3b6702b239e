"""One secret for each kind of leak of an .ods file, each found at its place."""

# ruff: noqa: E501 - one line a secret

import pytest

from haven.errors import HavenError
from haven.workbook.files import zipped
from haven.workbook.inspect import inspect
from haven.workbook.inspect.report import MEANINGS
from tests.workbook.poisoned import png

NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office", "table": "table", "text": "text", "style": "style", "meta": "meta", "config": "config",
        "chart": "chart", "script": "script", "draw": "drawing", "form": "form", "svg": "svg-compatible",
    }.items()
) + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip

CELLS = """<table:table table:name="Page" table:style-name="ta1" table:print-ranges="Page.A1:Page.C9">
<table:table-column/><table:table-column table:visibility="collapse"/>
<table:table-row><table:table-cell table:formula="of:=1+&quot;Zformula&quot;" office:value="1"><text:p>1</text:p>
</table:table-cell><table:table-cell table:content-validation-name="v" table:number-columns-repeated="2"/><table:table-cell><text:p>Zbeyond</text:p>
</table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="3"/>
<table:table-row table:visibility="filter"><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><office:annotation><text:p>Zcomment</text:p></office:annotation></table:table-cell>
<table:table-cell><text:p><text:a xlink:href="https://zlink.example">x</text:a></text:p></table:table-cell>
<table:table-cell><text:p>see C:\\desk\\Zpath.xlsx and HV_ZADDIN</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><draw:object xlink:href="./Object 1"/></table:table-cell></table:table-row>
</table:table>"""

CONTENT = f"""<office:document-content {NAMESPACES}><office:scripts><script:event-listener/></office:scripts>
<office:automatic-styles><style:style style:name="ta1"/><style:style style:name="ta2">
<style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body>
<office:spreadsheet><table:content-validations><table:content-validation table:name="v"
 table:condition="of:cell-content-is-in-list([$'Zvalidation sheet'.A1:.A3])" table:base-cell-address="Zhidden.A1"/>
</table:content-validations>{CELLS}<table:table table:name="Zhidden" table:style-name="ta2"/>
<table:named-expressions><table:named-range table:name="Zname" table:cell-range-address="$Page.$A$1"/>
</table:named-expressions><table:data-pilot-tables><table:data-pilot-table table:name="Zpivot"/>
</table:data-pilot-tables><table:dde-links><table:dde-link table:name="Zdde"/></table:dde-links>
</office:spreadsheet></office:body></office:document-content>"""

PARTS = {
    "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
    "content.xml": CONTENT,
    "meta.xml": f"<office:document-meta {NAMESPACES}><office:meta><dc:creator>Zcreator</dc:creator>"
    '<meta:user-defined meta:name="desk">Zcustom</meta:user-defined><meta:generator>x</meta:generator></office:meta>'
    "</office:document-meta>",
    "settings.xml": f'<office:document-settings {NAMESPACES}><config:config-item config:name="PrinterName">Zprinter'
    "</config:config-item></office:document-settings>",
    "styles.xml": f"<office:document-styles {NAMESPACES}><style:header><text:p>Zheader <text:sheet-name>S"
    "</text:sheet-name></text:p></style:header><style:footer><text:p>Page <text:page-number>1</text:page-number>"
    "</text:p></style:footer></office:document-styles>",
    "Object 1/content.xml": f"<office:document-content {NAMESPACES}><chart:chart><chart:series "
    'chart:values-cell-range-address="Zother.A1:Zother.A3"/><chart:series '
    'chart:values-cell-range-address="Page.A1:Page.A3"/></chart:chart></office:document-content>',
    "Basic/Standard/Module1.xml": "<x>Zmacro</x>",
    "Thumbnails/thumbnail.png": "x",
    "Zforeign/part.xml": "<x/>",
}
FOUND = {
    "formula": ("Page!A1", "Zformula"),
    "hidden column": ("Page!B:B", ""),
    "hidden row": ("Page!5:5", ""),
    "cell beyond the print area": ("Page!D1", "Zbeyond"),
    "comment": ("Page!A6", "Zcomment"),
    "link": ("https://zlink.example", ""),
    "path": ("Page!C6", "Zpath"),
    "add-in name": ("Page!C6", "HV_ZADDIN"),
    "hidden sheet": ("Zhidden", ""),
    "defined name": ("Zname", "$Page.$A$1"),
    "pivot cache": ("content.xml", "Zpivot"),
    "data validation that names another sheet": ("Page!B1", "Zvalidation"),
    "document property": ("meta.xml creator", "Zcreator"),
    "custom document property": ("meta.xml desk", "Zcustom"),
    "printer settings": ("settings.xml PrinterName", "Zprinter"),
    "header or footer": ("styles.xml", "Zheader"),
    "chart data off the page": ("Object 1", "Zother.A1:Zother.A3"),
    "picture of the workbook": ("Thumbnails/thumbnail.png", ""),
    "image metadata": ("Pictures/logo.png", "tEXt"),
    "unknown part": ("Zforeign/part.xml", ""),
}


def written(folder, parts):
    path = folder / "book.ods"
    path.write_bytes(zipped({name: part.encode() if isinstance(part, str) else part for name, part in parts.items()}))
    return path


@pytest.fixture
def leaks(tmp_path):
    return inspect(written(tmp_path, {**PARTS, "Pictures/logo.png": png("Zimage")}))


def test_each_secret_satisfies_being_found_at_its_place(leaks):
    found = {(leak.kind, leak.place): leak.what for leak in leaks}
    for kind, (place, what) in FOUND.items():
        assert what in found[kind, place], kind


def test_a_leak_of_a_cell_or_a_chart_satisfies_having_its_sheet(leaks):
    ours = {"data validation that names another sheet", "chart data off the page", "formula", "comment"}
    assert {(leak.kind, leak.sheet) for leak in leaks if leak.kind in ours} == {(kind, "Page") for kind in ours}


def test_each_kind_satisfies_having_a_meaning(leaks):
    assert {leak.kind for leak in leaks} <= MEANINGS.keys()


def test_a_rule_that_looks_at_another_sheet_satisfies_its_place(tmp_path):
    rule = '<x:condition x:value="formula-is([$Zother.A1]&gt;0)"/>'
    rules = f'<x:conditional-format x:target-range-address="Page.B2:Page.C3" xmlns:x="c">{rule}</x:conditional-format>'
    content = CONTENT.replace("</table:table>", f"{rules}</table:table>", 1)
    (leak,) = (leak for leak in inspect(written(tmp_path, {**PARTS, "content.xml": content})) if "format" in leak.kind)
    assert (leak.place, leak.sheet, leak.what) == ("Page!B2:C3", "Page", "formula-is([$Zother.A1]>0)")


def test_what_runs_satisfies_being_found(leaks):
    assert {leak.place for leak in leaks if leak.kind == "VBA"} == {"content.xml", "Basic/Standard/Module1.xml"}
    assert [leak.what for leak in leaks if leak.kind == "external connection"] == ["Zdde"]


def test_nothing_else_satisfies_being_a_leak(leaks):
    assert {leak.kind for leak in leaks} == {*FOUND, "VBA", "external connection"}
    assert [leak.what for leak in leaks if leak.kind == "chart data off the page"] == ["Zother.A1:Zother.A3"]


TABLE = '<table:table table:name="S">{}</table:table>'
CELL = TABLE.format("<table:table-row><table:table-cell>{}</table:table-cell></table:table-row>")


@pytest.mark.parametrize(
    ("part", "content", "kind", "what"),
    [
        ("content.xml", CELL.format('<draw:frame draw:name="Object 1"><svg:title>Zsecret</svg:title></draw:frame>'), "alternative text", "Zsecret"),
        ("content.xml", CELL.format('<draw:frame draw:name="Zsecret thing"/>'), "name of a shape", "Zsecret"),
        ("content.xml", CELL.format('<draw:image xlink:href="http://z.example/Zsecret.png"/>'), "link", "Zsecret"),
        ("content.xml", CELL.format('<form:form form:name="Zsecret"/>'), "embedded object", "Zsecret"),
        ("content.xml", CELL.format("<!-- Zsecret -->"), "comment in the markup", "Zsecret"),
        ("content.xml", CELL.format("<text:ruby-text>Zsecret</text:ruby-text>"), "phonetic text", "Zsecret"),
        ("content.xml", '<table:table table:name="S" table:protection-key="Zsecret"/>', "hash of a password", "Zsecret"),
        ("content.xml", '<table:database-ranges><table:database-range table:name="Zsecret"/></table:database-ranges>', "defined name", "Zsecret"),
        ("content.xml", "<table:tracked-changes/>", "tracked changes", ""),
        ("styles.xml", '<style:style style:name="Zsecret"/>', "name of a style", "Zsecret"),
        ("meta.xml", '<meta:template xlink:href="Zsecret.ots"/>', "link", "Zsecret"),
        ("meta.xml", "<meta:printed-by>Zsecret</meta:printed-by>", "document property", "Zsecret"),
        ("settings.xml", '<config:config-item config:name="ActiveTable">Zsecret</config:config-item>', "setting", "Zsecret"),
        ("settings.xml", '<config:config-item-map-entry config:name="Zsecret"/>', "name of a sheet that is gone", "Zsecret"),
        ("META-INF/manifest.xml", '<x full-path="Zsecret.xml"/>', "name of a part that is gone", "Zsecret"),
        ("META-INF/documentsignatures.xml", "", "signature", ""),
        ("ObjectReplacements/Object 1", "", "picture of an object", ""),
        ("Versions/Version1", "", "earlier version", ""),
        ("VersionList.xml", "", "earlier version", ""),
        ("Configurations2/menubar/menubar.xml", "", "add-in name", ""),
    ],
)  # fmt: skip
def test_a_secret_planted_alone_satisfies_being_found(tmp_path, part, content, kind, what):
    parts = {"mimetype": PARTS["mimetype"], "content.xml": f"<x {NAMESPACES}>{CELL.format('')}</x>"}
    assert inspect(written(tmp_path, parts)) == []
    leaks = inspect(written(tmp_path, {**parts, part: f"<x {NAMESPACES}>{content}</x>"}))
    assert [leak.kind for leak in leaks] == [kind]
    assert what in leaks[0].what + leaks[0].place


def test_a_protected_document_is_refused(tmp_path):
    manifest = "<manifest><file-entry full-path='content.xml'><encryption-data/></file-entry></manifest>"
    parts = {"mimetype": PARTS["mimetype"], "content.xml": "\0\1", "META-INF/manifest.xml": manifest}
    with pytest.raises(HavenError, match=r"book\.ods is protected by a password"):
        inspect(written(tmp_path, parts))


def test_a_clean_document_satisfies_no_leaks(tmp_path):
    table = '<table:table table:name="S"><table:table-row><table:table-cell/></table:table-row></table:table>'
    content = f"<office:document-content {NAMESPACES}><office:body>{table}</office:body></office:document-content>"
    assert inspect(written(tmp_path, {"mimetype": PARTS["mimetype"], "content.xml": content})) == []


@pytest.mark.parametrize(
    "parts",
    [
        {"content.xml": "<x/>"},
        {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"},
        {"mimetype": PARTS["mimetype"]},
        {"mimetype": PARTS["mimetype"], "content.xml": '<!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>'},
        {"mimetype": PARTS["mimetype"], "content.xml": "<x>"},
    ],
)
def test_what_is_no_document_is_refused(tmp_path, parts):
    with pytest.raises(HavenError, match=r"book\.ods "):
        inspect(written(tmp_path, parts))
