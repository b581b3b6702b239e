"""What is drawn on a page: text boxes as they read, the rest as pictures that another program draws."""

import io
import re
import zipfile
import zlib

import pytest
from openpyxl.chart import LineChart, Reference

from haven.errors import HavenError, Reason
from haven.hosts.libreoffice.sketch import drawn
from haven.workbook.client.brand import Brand, Rounding
from haven.workbook.client.file import client_file
from haven.workbook.package import Package
from haven.workbook.pictures import metadata
from tests.workbook.books import book, needs_libreoffice
from tests.workbook.poisoned import holds, png

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PLAIN = '<spPr><a:prstGeom prst="rect"/><a:solidFill><a:srgbClr val="F2F5F8"/></a:solidFill></spPr>'


def anchored(thing, row=1):
    corner = f"<from><col>1</col><colOff>0</colOff><row>{row}</row><rowOff>0</rowOff></from>"
    return f'<oneCellAnchor>{corner}<ext cx="914400" cy="457200"/>{thing}<clientData/></oneCellAnchor>'


def shape(inner, outline=PLAIN):
    return f'<sp><nvSpPr><cNvPr id="7" name="box"/><cNvSpPr/></nvSpPr>{outline}<txBody><a:bodyPr/>{inner}</txBody></sp>'


def hidden(text):
    return shape(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>").replace('name="box"', 'name="box" hidden="1"')


def group(inner):
    return f'<grpSp><nvGrpSpPr><cNvPr id="3" name="group"/></nvGrpSpPr>{inner}</grpSp>'


def sent(*things, draw=None, brand=None, picture=None, ranges=()):
    """A page with a chart whose data is on another sheet and the given things, as the client has it."""

    def page(workbook):
        own, other = workbook.active, workbook.create_sheet("Other")
        own.title, own["A1"], own["L9"] = "Own", "text", 1
        for row in range(1, 5):
            other.cell(row, 1).value = 10 * row
        chart = LineChart()
        chart.add_data(Reference(other, range_string="Other!$A$1:$A$4"))
        own.add_chart(chart, "A2")

    package = Package(book(page))
    (name,) = (part for part in package.names if part.startswith("xl/drawings/drawing"))
    content = package.part(name).replace(b"</wsDr>", "".join(map(anchored, things)).encode() + b"</wsDr>")
    parts = {name: content}
    data = package.replace_parts(parts)
    if picture:
        file = io.BytesIO(data)
        with zipfile.ZipFile(file, "a") as target:
            target.writestr("xl/media/image1.png", picture)
        relations = Package(file.getvalue()).part("xl/drawings/_rels/drawing1.xml.rels")
        listed = f'<Relationship Id="p" Type="{_OFFICE}/image" Target="/xl/media/image1.png"/></Relationships>'
        data = Package(file.getvalue()).replace_parts(
            {"xl/drawings/_rels/drawing1.xml.rels": relations.replace(b"</Relationships>", listed.encode())}
        )
    return client_file(
        Package(data), ["Own"], "A Fund", brand or Brand(), date="11 April 2025", draw=draw, ranges=ranges
    )


def drawing(file):
    return Package(file.content).part("xl/drawings/drawing1.xml").decode()


def pictures(file):
    with zipfile.ZipFile(io.BytesIO(file.content)) as source:
        return {name: source.read(name) for name in source.namelist() if name.startswith("xl/media/")}


def test_a_text_box_matches_its_text_and_look():
    run, clock = '<a:r><a:rPr sz="1400" b="1"/><a:t>read </a:t></a:r>', '<a:fld id="x"><a:pPr/><a:t>me</a:t></a:fld>'
    markup = drawing(sent(shape(f'<a:p><a:pPr algn="ctr"/>{run}{clock}</a:p>')))
    assert '<a:pPr algn="ctr"></a:pPr><a:r><a:rPr sz="1400" b="1"></a:rPr><a:t>read </a:t></a:r>' in markup
    assert "<a:r><a:t>me</a:t></a:r>" in markup
    assert '<a:prstGeom prst="rect"></a:prstGeom><a:solidFill><a:srgbClr val="F2F5F8">' in markup


def test_figures_in_a_text_box_match_their_steps():
    words = Rounding(units={"bp": 1})
    markup = drawing(sent(shape("<a:p><a:r><a:t>at -53.7 bp</a:t></a:r></a:p>"), brand=Brand(rounding=words)))
    assert "at -54 bp" in markup and "53.7" not in markup


def test_a_path_in_a_text_box_is_refused():
    with pytest.raises(HavenError, match=r"nothing was written.*path"):
        sent(shape(r"<a:p><a:r><a:t>see C:\desk\own.xlsx</a:t></a:r></a:p>"))


def test_without_another_program_a_chart_of_other_data_satisfies_being_named():
    why = "LibreOffice must be installed to draw it as a picture"
    file = sent()
    assert file.left_out == [f"a chart of Own whose data is not on the page: {why}"]
    assert not any(name.startswith("xl/drawings") for name in Package(file.content).names)


def test_a_program_that_fails_satisfies_being_named():
    def fails(workbook, names):
        raise HavenError(Reason.INVALID, "it is closed")

    assert sent(draw=fails).left_out == ["a chart of Own whose data is not on the page: it is closed"]
    assert sent(draw=lambda *_: {}).left_out[0].endswith(": it could not be drawn as a picture")
    assert sent(draw=lambda _, names: dict.fromkeys(names, b"GIF89a")).left_out[0].endswith("must be PNG or JPEG")


def test_a_drawn_picture_satisfies_standing_in_its_place_without_metadata():
    def draws(workbook, names):
        assert list(names) == ["sketch 1"]
        assert Package(workbook).part("xl/drawings/drawing1.xml").count(b"sketch 1") == 1
        return {"sketch 1": png("secret")}

    file = sent(shape("<a:p><a:r><a:t>above</a:t></a:r></a:p>"), draw=draws)
    assert file.left_out == []
    assert [metadata(content) for content in pictures(file).values()] == [[]]
    markup = drawing(file)
    assert markup.index("xdr:pic") < markup.index("above")
    assert markup.count("<xdr:row>4</xdr:row>") == 2


@pytest.mark.parametrize(
    ("thing", "why"),
    [
        (shape("<a:p/>", "<spPr><a:custGeom/></spPr>"), "a shape or text box of Own: "),
        ('<cxnSp><nvCxnSpPr><cNvPr id="3" name="line"/></nvCxnSpPr><spPr/></cxnSp>', "a line of Own: "),
        (group(shape("<a:p/>")), "a group of shapes of Own: "),
        (group(hidden("secret")), "a group of shapes of Own of which a part is hidden"),
        (
            f'<pic><nvPicPr><cNvPr id="3" name="p"/></nvPicPr><blipFill><a:blip xmlns:r="{_OFFICE}" r:link="p"/>'
            "</blipFill></pic>",
            "a picture of Own that is a link to a file",
        ),
        ("<contentPart/>", "something drawn of Own of a kind that can't be sent"),
    ],
)  # fmt: skip
def test_what_can_not_be_sent_as_it_is_satisfies_being_named(thing, why):
    file = sent(thing)
    assert len(file.left_out) == 2
    assert any(line.startswith(why) for line in file.left_out)


def test_a_hidden_thing_satisfies_staying_behind():
    file = sent(hidden("secret"))
    assert len(file.left_out) == 1 and not holds(file.content, "secret")


@needs_libreoffice
def test_a_chart_of_other_data_matches_as_a_picture_in_libreoffice():
    file = sent(draw=drawn)
    assert file.left_out == []
    (content,) = pictures(file).values()
    width, height = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    assert width == pytest.approx(15 / 2.54 * 250, abs=5) and height == pytest.approx(7.5 / 2.54 * 250, abs=5)
    assert metadata(content) == []
    assert not holds(file.content, "Other")


def test_an_upright_picture_satisfies_staying_one_and_a_turned_one_being_drawn():
    form = '<a:xfrm{}><a:off x="0" y="0"/></a:xfrm><a:prstGeom prst="rect"/>'
    blip = f'<a:blip xmlns:r="{_OFFICE}" r:embed="p"/>'
    pic = f'<pic><nvPicPr><cNvPr id="3"/></nvPicPr><blipFill>{blip}</blipFill><spPr>{form}</spPr></pic>'
    assert len(sent(pic.format(""), picture=_halves()).left_out) == 1
    turned = sent(pic.format(' rot="90"'), picture=_halves())
    assert turned.left_out[1].startswith("a picture of Own, cropped or changed")


@needs_libreoffice
def test_of_a_cropped_picture_only_what_is_shown_satisfies_leaving():
    pic = (
        '<pic><nvPicPr><cNvPr id="3" name="p"/><cNvPicPr/></nvPicPr><blipFill>'
        f'<a:blip xmlns:r="{_OFFICE}" r:embed="p"/>'
        '<a:srcRect l="50000"/><a:stretch/></blipFill>'
        '<spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="914400" cy="457200"/></a:xfrm>'
        '<a:prstGeom prst="rect"/></spPr></pic>'
    )
    file = sent(pic, draw=drawn, picture=_halves())
    assert file.left_out == []
    colours = _colours(list(pictures(file).values())[1]) - {(255, 255, 255)}
    assert (0, 0, 255) in colours
    assert max(red for red, _, _ in colours) < 128, "beyond the seam, which smoothing blends, the hidden half shows"


def test_a_drawing_partly_on_the_page_satisfies_leaving_as_its_part_of_it_alone():
    asked = []

    def draws(workbook, names):
        asked.extend(names)
        return dict.fromkeys(names, _halves())

    box = shape("<a:p><a:r><a:t>secret</a:t></a:r></a:p>")
    file = sent(box, draw=draws, ranges=["A1:B3"])
    assert len(asked) == 2 and not holds(file.content, "secret")
    assert file.left_out == [
        "a chart of Own in A2:J16, as far as it reaches beyond the page",
        "a shape or text box of Own in B2:C4, as far as it reaches beyond the page",
    ]
    sizes = [(int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) for data in pictures(file).values()]
    column = 8.43 * 5.25
    assert sizes == [(pytest.approx(20 * 2 * column / (15 / 2.54 * 72), abs=1), 1), (round(20 * column / 72), 8)]
    markup = drawing(file)
    assert re.findall(r"<xdr:col>(\d)</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>(\d)</xdr:row>", markup) == [
        ("0", "4"), ("1", "4"),
    ]  # fmt: skip
    assert re.findall(r'cx="(\d+)" cy="(\d+)"', markup) == [
        (str(round(2 * column * 12_700)), "381000"), (str(round(column * 12_700)), "381000"),
    ]  # fmt: skip


def _halves():
    """A picture of 20 x 10 pixels, red on the left and blue on the right."""
    line = b"\0" + b"\xff\0\0" * 10 + b"\0\0\xff" * 10
    return _png(20, 10, line * 10)


def _png(width, height, lines):

    def chunk(kind, content):
        return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _colours(data):
    """The colours of a PNG of eight bits a channel, without those of its outermost pixels, which may be blended."""

    width, depth = int.from_bytes(data[16:20]), {2: 3, 6: 4}[data[25]]
    start = data.index(b"IDAT")
    lines = zlib.decompress(data[start + 4 : start + 4 + int.from_bytes(data[start - 4 : start])])
    size, above, found = width * depth, bytes(width * depth), []
    for place in range(0, len(lines), size + 1):
        line = bytearray(lines[place + 1 : place + 1 + size])
        for at in range(size):
            left, up = (line[at - depth] if at >= depth else 0), above[at]
            corner = above[at - depth] if at >= depth else 0
            guess = left + up - corner
            paeth = min((left, up, corner), key=lambda value: abs(guess - value))
            line[at] = (line[at] + (0, left, up, (left + up) // 2, paeth)[lines[place]]) & 0xFF
        found.append([tuple(line[at : at + 3]) for at in range(0, size, depth)])
        above = bytes(line)
    return {colour for row in found[1:-1] for colour in row[2:-2]}
