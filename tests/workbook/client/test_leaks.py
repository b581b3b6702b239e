"""One secret for each thing that must not leave: none is in what a client receives, each is found by inspection."""

import io
import re
import shutil
import subprocess
import zlib

import openpyxl
import pytest

from haven.hosts.libreoffice.convert import printed
from haven.hosts.libreoffice.sketch import drawn
from haven.workbook.client.brand import Brand
from haven.workbook.client.file import client_file
from haven.workbook.inspect import inspect_package
from haven.workbook.package import Package
from tests.workbook.books import needs_libreoffice
from tests.workbook.poisoned import DRAWN_ONLY, FORMULA_VALUE, SECRETS, holds, poisoned

TOLD = (
    "Zformula", "Zhyperlink", "Zexternalbook", "Zdefinedname", "Zcoreproperty", "Zcompany", "Zhiddensheet",
    "Zveryhidden", "Zheader", "Zfooter", "Zvalidation", "Zcondition", "Zunusedstring", "Zaddin", "Zpath", "Zbeyond",
    "Zorphan", "Zundercell",
)  # fmt: skip
"""Secrets that inspection repeats, so that a reader knows which one it is."""


@pytest.fixture(scope="module")
def source():
    return poisoned()


@pytest.fixture(scope="module")
def made(source):
    return client_file(Package(source), ["Page"], "Example Fund", Brand(name="Example"), date="11 April 2025")


@pytest.fixture(scope="module")
def sheet(made):
    return openpyxl.load_workbook(io.BytesIO(made.content))["Page"]


@pytest.mark.parametrize("secret", [*SECRETS, *DRAWN_ONLY])
def test_a_secret_of_the_workbook_satisfies_absence(source, made, secret):
    assert holds(source, secret)
    assert not holds(made.content, secret)


@pytest.mark.parametrize("secret", SECRETS)
def test_inspection_satisfies_finding_each_secret(source, secret):
    kinds = {leak.kind for leak in inspect_package(Package(source))}
    assert SECRETS[secret] in kinds


@pytest.mark.parametrize("secret", TOLD)
def test_inspection_satisfies_naming_the_secret_or_its_place(source, secret):
    told = [str(leak) for leak in inspect_package(Package(source)) if leak.kind == SECRETS[secret]]
    assert any(secret.lower() in line.lower() for line in told), told


def test_inspection_satisfies_naming_the_chunk_of_a_picture(source):
    told = [str(leak) for leak in inspect_package(Package(source)) if leak.kind == "image metadata"]
    assert told == [f"image metadata: xl/media/image{number}.png: tEXt" for number in (1, 2)]


def test_inspection_satisfies_the_place_of_cells(source):
    places = {leak.kind: leak.place for leak in inspect_package(Package(source))}
    assert places["formula"] == "Page!B2"
    assert places["hidden row"] == "Page!6:6"
    assert places["hidden column"] == "Page!C:C"
    assert places["cell beyond the print area"] == "Page!G1"


def test_what_a_client_receives_satisfies_inspection(made):
    assert inspect_package(Package(made.content)) == []


def test_precision_that_is_not_shown_satisfies_absence(made, sheet):
    assert sheet["B4"].value == -53.7
    assert sheet["B5"].value == 4.1
    assert not holds(made.content, "53.7123456")
    assert not holds(made.content, str(FORMULA_VALUE))


def test_the_page_satisfies_staying_what_it_was(made, sheet):
    texts = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {"shown text", "see the site", "noted", "merged"} <= set(texts)
    assert len(sheet._charts) == 1
    assert holds(made.content, "shown box")
    assert sorted(made.left_out) == [
        "a chart of Page whose data is not on the page: LibreOffice must be installed to draw it as a picture",
        "a picture of Page, cropped or changed: LibreOffice must be installed to draw it as a picture",
        "a shape or text box of Page in D11:H11, as far as it reaches beyond the page",
        "a shape or text box of Page that has no size",
        "a shape or text box of Page that is covered by something else drawn",
        "a shape or text box of Page which is not printed",
        "a shape or text box of Page whose text does not fit in it; make it larger",
        "a shape or text box of Page with text in the colour of its background; give it another fill or colour",
        "a shape or text box of Page, partly on the page: LibreOffice must be installed to draw it as a picture",
        "cells of Page under something drawn: A9",
    ]


@pytest.fixture(scope="module")
def sketched(source):
    return client_file(Package(source), ["Page"], "Example Fund", Brand(), date="11 April 2025", draw=drawn)


@needs_libreoffice
@pytest.mark.parametrize("secret", [*SECRETS, *DRAWN_ONLY])
def test_a_secret_satisfies_absence_from_pictures_of_what_is_drawn(sketched, secret):
    assert len(sketched.left_out) == 7
    assert not holds(sketched.content, secret)


@needs_libreoffice
@pytest.mark.parametrize("secret", [*SECRETS, *DRAWN_ONLY, "53.7123456"])
def test_a_secret_satisfies_absence_from_the_pdf(pdf, secret):
    assert not any(holds(piece, secret) for piece in pdf)


@needs_libreoffice
def test_the_pdf_matches_the_page(pdf):
    if len(pdf) < 3 or shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is absent")
    assert b"shown text" in pdf[0] and b"-53.7" in pdf[0] and b"Example Fund" in pdf[0]


@pytest.fixture(scope="module")
def pdf(made, tmp_path_factory):
    """Text, raw bytes and unpacked streams of the PDF."""
    data = printed(made.content)
    path = tmp_path_factory.mktemp("pdf") / "client.pdf"
    path.write_bytes(data)
    text = b""
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True).stdout
    streams = []
    for match in re.finditer(rb"stream\r?\n", data):
        try:
            streams.append(zlib.decompressobj().decompress(data[match.end() :]))
        except zlib.error:
            continue
    return [text, data, *streams]
