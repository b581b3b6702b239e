import io
import tracemalloc
import zipfile

import pytest

from haven.errors import HavenError
from haven.workbook import package as module
from haven.workbook import worksheet
from haven.workbook.package import Package
from haven.workbook.worksheet import read_worksheet
from tests.workbook.books import foreign_book, raw_book, sheet_xml
from tests.workbook.hostile import HOSTILE


def zipped(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return file.getvalue()


def test_package_satisfies_sheets_in_tab_order_and_strings_without_formatting():
    package = Package(foreign_book())
    assert package.sheets == {"Desk": "xl/worksheets/sheet1.xml", "My Notes": "xl/worksheets/sheet2.xml"}
    assert package.shared_strings == ["tenor", "rich text"]
    assert package.sheet_name("DESK") == "Desk"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04 and then nothing", "damaged or not an Excel workbook"),
        (b"series,date,value\n", "damaged or not an Excel workbook"),
        (foreign_book()[:-3000], "damaged or not an Excel workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "in the old .xls format"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "is protected by a password"),
        (zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "not an Excel workbook"),
    ],
)
def test_package_refuses_what_is_no_workbook(data, message):
    with pytest.raises(HavenError) as failure:
        Package(data, "desk.xlsx")
    assert failure.value.message.startswith("desk.xlsx ")
    assert message in failure.value.message


def test_package_refuses_a_damaged_part():
    data = foreign_book()
    place = data.index(b"xl/worksheets/sheet1.xml") + 200
    damaged = data[:place] + b"\xff" * 40 + data[place + 40 :]
    with pytest.raises(HavenError, match=r"is damaged at xl/worksheets/sheet1\.xml"):
        read_worksheet(Package(damaged), "Desk")


def test_package_refuses_an_encrypted_member():
    data = bytearray(raw_book({"S": sheet_xml("")}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(HavenError, match="is protected by a password"):
        Package(bytes(data))


def test_package_refuses_more_than_its_limits(monkeypatch):
    data = raw_book({"S": sheet_xml(" " * 100_000)})
    monkeypatch.setattr(module, "MAX_UNPACKED", 90_000)
    with pytest.raises(HavenError, match="unpacks to 0 MB, the limit is"):
        Package(data)
    monkeypatch.setattr(module, "MAX_PARTS", 3)
    with pytest.raises(HavenError, match="at most 3 parts"):
        Package(data)
    monkeypatch.setattr(module, "MAX_BYTES", 1000)
    with pytest.raises(HavenError, match="is larger than the limit"):
        Package(data)


def test_parts_refuse_more_than_their_limits(monkeypatch):
    data = raw_book({"S": sheet_xml(" " * 5000 + "<row><c/><c/></row>")}, strings=["<t>a</t>"] * 9)
    monkeypatch.setattr(worksheet, "MAX_HELD", 2)
    with pytest.raises(HavenError, match="more than 2 rows and cells"):
        read_worksheet(Package(data), "S")
    monkeypatch.setattr(module, "MAX_ELEMENTS", 8)
    with pytest.raises(HavenError, match="more than 8 elements at xl/sharedStrings"):
        Package(data).shared_strings  # noqa: B018 - read when asked for
    monkeypatch.setattr(module, "MAX_PART", 5000)
    with pytest.raises(HavenError, match=r"more than 0 MB at xl/worksheets/sheet1\.xml"):
        read_worksheet(Package(data), "S")
    monkeypatch.setattr(module, "MAX_TREE", 100)
    with pytest.raises(HavenError, match="more than 0 MB at _rels"):
        Package(data)


def test_a_part_larger_than_told_is_refused_and_not_unpacked():
    data = HOSTILE["bomb_lying_small"]()
    tracemalloc.start()
    try:
        with pytest.raises(HavenError, match="Bad CRC-32"):
            read_worksheet(Package(data), "S")
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "start", ['<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa">]>', "<!DOCTYPE worksheet SYSTEM 'file:///etc/passwd'>"]
)
def test_worksheet_refuses_a_document_type(start):
    sheet = sheet_xml('<row><c t="str"><v>&a;</v></c></row>').replace("<worksheet", f"{start}<worksheet")
    with pytest.raises(HavenError, match="without a document type"):
        read_worksheet(Package(raw_book({"S": sheet})), "S")


@pytest.mark.parametrize(
    "sheet",
    [
        "<worksheet>",
        "<worksheet/>",
        "",
        sheet_xml('<row r="x"/>'),
        sheet_xml("&undefined;"),
        sheet_xml("").replace("UTF-8", "x"),
    ],
)
def test_worksheet_refuses_broken_markup(sheet):
    with pytest.raises(HavenError, match=r"is damaged at xl/worksheets/sheet1\.xml"):
        read_worksheet(Package(raw_book({"S": sheet})), "S")


def test_package_refuses_an_absent_file(tmp_path):
    with pytest.raises(HavenError, match="is not a file"):
        Package.open(tmp_path / "absent.xlsx")
