"""What lies under something drawn: wholly or in part, under one thing or several, opaque or not."""

import pytest

from haven.errors import HavenError
from haven.workbook import overlay
from haven.workbook.markup import DRAWING, OFFICE
from haven.workbook.overlay import Overlay
from haven.workbook.package import Package
from haven.workbook.page import read_page
from haven.workbook.references import format_address
from tests.workbook.books import raw_book, sheet_xml
from tests.workbook.test_pixels import png, under_transparency

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
RED = '<a:solidFill><a:srgbClr val="FF0000"/></a:solidFill>'
CLEAR = '<a:solidFill><a:srgbClr val="FF0000"><a:alpha val="50000"/></a:srgbClr></a:solidFill>'
ROWS = "".join(
    f'<row r="{row}">' + "".join(f'<c r="{column}{row}"><v>1</v></c>' for column in "ABCD") + "</row>"
    for row in range(1, 5)
)
PICTURE = f'<pic><blipFill><a:blip r:embed="p" xmlns:r="{OFFICE}">{{}}</a:blip></blipFill><spPr/></pic>'
FRAME = (
    f'<graphicFrame><a:graphic><a:graphicData><c:chart xmlns:c="{CHART}" xmlns:r="{OFFICE}" r:id="c"/>'
    "</a:graphicData></a:graphic></graphicFrame>"
)


def shape(fill=RED, form="rect", rest="", name=""):
    return f'<sp><nvSpPr><cNvPr{name}/></nvSpPr><spPr>{rest}<a:prstGeom prst="{form}"/>{fill}</spPr></sp>'


def place(tag, column, row, across=0, down=0):
    return (
        f"<{tag}><col>{column}</col><colOff>{across * 12700}</colOff><row>{row}</row><rowOff>{down * 12700}</rowOff>"
        f"</{tag}>"
    )


def over(thing, start=(1, 1), end=(3, 3), client=""):
    """A thing from the one corner of cells to the other; from B2 to C3 unless told."""
    return f"<twoCellAnchor>{place('from', *start)}{place('to', *end)}{thing}<clientData {client}/></twoCellAnchor>"


def covered(*anchors, after="", picture=b"", chart="", before=""):
    """The cells of A1:D4 that are covered, and which of the anchors."""
    listed = f'<Relationship Id="d" Type="{OFFICE}/drawing" Target="../drawings/drawing1.xml"/>'
    related = f'<Relationship Id="p" Type="{OFFICE}/image" Target="../media/p.png"/>' * bool(picture)
    related += f'<Relationship Id="c" Type="{OFFICE}/chart" Target="../charts/c.xml"/>' * bool(chart)
    extra = {
        "xl/drawings/drawing1.xml": f'<wsDr xmlns:a="{DRAWING}">{"".join(anchors)}</wsDr>',
        "xl/worksheets/_rels/sheet1.xml.rels": f"<Relationships>{listed}</Relationships>",
        "xl/drawings/_rels/drawing1.xml.rels": f"<Relationships>{related}</Relationships>",
        **({"xl/media/p.png": picture} if picture else {}),
        **({"xl/charts/c.xml": f'<chartSpace xmlns:a="{DRAWING}">{chart}</chartSpace>'} if chart else {}),
    }
    package = Package(raw_book({"S": sheet_xml(ROWS, before=before, after=after)}, extra=extra))
    found = Overlay(read_page(package, "S", []))
    cells = [(row, column) for row in range(1, 5) for column in range(1, 5)]
    hidden = [number for number in range(len(anchors)) if found.hides_drawing("xl/drawings/drawing1.xml", number)]
    return " ".join(format_address(cell) for cell in cells if found.hides_cell(cell)), hidden


ALL = "B2 C2 B3 C3"


@pytest.mark.parametrize(
    ("anchors", "cells"),
    [
        ([over(shape())], ALL),
        ([over(shape(), end=(2, 2, 30))], "B2"),
        ([over(shape(), start=(1, 1, 0, 8))], "B3 C3"),
        ([over(shape(), start=(1, 1, 1, 1))], ALL),
        ([over(shape(), end=(2, 3, 20)), over(shape(), start=(2, 1, 20))], ALL),
        ([over(shape(), end=(2, 3, 10)), over(shape(), start=(2, 1, 30))], "B2 B3"),
        ([over(shape(form="ellipse"), start=(0, 0), end=(4, 4))], ALL),
        ([over(shape(form="rightArrow"))], ""),
        ([over(shape(rest='<a:xfrm rot="2700000"/>'))], ""),
        ([over(shape(""))], ""),
        ([over(shape("") .replace("</sp>", '<style><a:fillRef idx="1"/></style></sp>'))], ALL),
        ([over(shape("<a:noFill/>").replace("</sp>", '<style><a:fillRef idx="1"/></style></sp>'))], ""),
        ([over(shape(CLEAR))], ""),
        ([over(shape(), client='fPrintsWithSheet="0"')], ""),
        ([over(shape(name=' hidden="1"'))], ""),
        ([f"<AlternateContent><Choice>{over(shape())}</Choice><Fallback/></AlternateContent>"], ALL),
        ([over(f"<AlternateContent><Choice>{shape()}</Choice></AlternateContent>")], ALL),
        ([f'<absoluteAnchor><pos x="0" y="0"/><ext cx="571500" cy="190500"/>{shape()}</absoluteAnchor>'], "A1"),
        ([f'<oneCellAnchor>{place("from", 3, 3)}<ext cx="9999999" cy="9999999"/>{shape()}</oneCellAnchor>'], "D4"),
    ],
)  # fmt: skip
def test_cells_under_a_shape_match_what_is_not_seen(anchors, cells):
    assert covered(*anchors) == (cells, [])


@pytest.mark.parametrize(
    ("picture", "inner", "cells"),
    [
        (png(1, 1, 8, 2, b"\0\1\2\3"), "", ALL),
        (under_transparency(), "", ""),
        (b"\xff\xd8 a photograph", "", ALL),
        (png(1, 1, 8, 2, b"\0\1\2\3"), '<a:alphaModFix amt="40000"/>', ""),
        (png(1, 1, 8, 2, b"\0\1\2\3"), "<a:clrChange/>", ""),
    ],
)
def test_cells_under_a_picture_match_what_is_not_seen(picture, inner, cells):
    assert covered(over(PICTURE.format(inner)), picture=picture) == (cells, [])


@pytest.mark.parametrize(
    ("chart", "cells"), [("<chart/>", ALL), ("<chart/><spPr><a:noFill/></spPr>", ""), (f"<spPr>{RED}</spPr>", ALL)]
)
def test_cells_under_a_chart_match_what_is_not_seen(chart, cells):
    assert covered(over(FRAME), chart=chart) == (cells, [])


def test_a_group_satisfies_covering_where_its_members_stand():
    half = '<a:xfrm><a:off x="{}" y="-5"/><a:ext cx="50" cy="100"/></a:xfrm>'
    form = '<a:chOff x="100" y="-5"/><a:chExt cx="100" cy="100"/>'
    group = f"<grpSp><grpSpPr><a:xfrm>{form}</a:xfrm></grpSpPr>{{}}</grpSp>"
    right = shape(rest=half.format(150))
    assert covered(over(group.format(right))) == ("C2 C3", [])
    assert covered(over(group.format(right + shape(rest=half.format(100)))))[0] == ALL
    inner = group.replace("<a:chOff", '<a:off x="150" y="-5"/><a:ext cx="50" cy="100"/><a:chOff')
    left = shape(rest=half.format(100))
    assert covered(over(group.format(inner.format(right)))) == ("", [])
    assert covered(over(group.format(inner.format(right + left)))) == ("C2 C3", [])


def test_a_drawing_under_a_later_one_satisfies_being_hidden():
    small, large = over(shape(), end=(2, 2)), over(shape())
    assert covered(small, large)[1] == [0]
    assert covered(large, small)[1] == []
    assert covered(small, over(shape(CLEAR)))[1] == []
    assert covered(small, over(shape(), start=(2, 2)))[1] == []


def test_a_merged_cell_satisfies_being_hidden_only_as_a_whole():
    merged = '<mergeCells><mergeCell ref="B2:D2"/></mergeCells>'
    assert covered(over(shape()), after=merged)[0] == "C2 B3 C3"
    assert covered(over(shape(), end=(4, 3)), after=merged)[0] == "B2 C2 D2 B3 C3 D3"


def test_hidden_columns_satisfy_taking_no_room():
    hidden = '<cols><col min="3" max="3" width="9" hidden="1"/></cols>'
    one = f'<oneCellAnchor>{place("from", 1, 1)}<ext cx="1130000" cy="190500"/>{shape()}</oneCellAnchor>'
    assert covered(one, before=hidden)[0] == "B2 D2"
    assert covered(one)[0] == "B2 C2"


def test_more_than_can_be_looked_at_is_refused(monkeypatch):
    monkeypatch.setattr(overlay, "MAX_OPAQUE", 2)
    with pytest.raises(HavenError, match="at most 2 filled things may be drawn on a sheet, S has more"):
        covered(*[over(shape())] * 3)
