"""Whether all text of a shape is seen."""

from xml.etree import ElementTree as ET

import pytest

from haven.workbook.client.legible import unseen_text
from haven.workbook.markup import DRAWING

CUT = "whose text does not fit in it; make it larger"
UNSEEN = "with text in the colour of its background; give it another fill or colour"
RED = '<a:solidFill><a:srgbClr val="FF0000"/></a:solidFill>'

WHITE = RED.replace("FF0000", "FFFFFF")
CLEAR = '<a:solidFill><a:srgbClr val="000000"><a:alpha val="{}"/></a:srgbClr></a:solidFill>'


def shape(
    text,
    size="1000",
    form='vertOverflow="clip" lIns="0" rIns="0" tIns="0" bIns="0"',
    fill="",
    ink="",
    run="r",
    listed="",
):
    runs = f'<a:p><a:{run}><a:rPr sz="{size}">{ink}</a:rPr><a:t>{text}</a:t></a:{run}></a:p>'
    if listed:
        runs = f"<a:lstStyle><a:lvl1pPr><a:defRPr>{listed}</a:defRPr></a:lvl1pPr></a:lstStyle>{runs}"
    return ET.fromstring(
        f'<x:sp xmlns:x="x" xmlns:a="{DRAWING}"><x:spPr>{fill}</x:spPr>'
        f"<x:txBody><a:bodyPr {form}/>{runs}</x:txBody></x:sp>"
    )


@pytest.mark.parametrize(
    ("shown", "width", "height", "why"),
    [
        (shape("ten letters"), 100, 12, ""),
        (shape("word " * 40), 100, 12, CUT),
        (shape("word " * 40), 100, 200, ""),
        (shape("word " * 40, form=""), 100, 12, ""),
        (shape("word", size="0", form='vertOverflow="clip"'), 10, 100, ""),
        (shape("word", size="0", form='vertOverflow="clip"'), 10, 12, CUT),
        (shape("word", fill=RED, ink=RED), 100, 12, UNSEEN),
        (shape("word", fill=RED), 100, 12, ""),
        (shape("word", fill=RED, ink="<a:noFill/>"), 100, 12, UNSEEN),
        (shape("word", ink=CLEAR.format(0)), 100, 12, UNSEEN),
        (shape("word", fill="<a:gradFill/>", ink="<a:noFill/>"), 100, 12, UNSEEN),
        (shape("word", ink=CLEAR.format(60000)), 100, 12, ""),
        (shape("word", ink=WHITE, run="fld"), 100, 12, UNSEEN),
        (shape("word", listed=WHITE), 100, 12, UNSEEN),
        (shape("word"), 0, 12, "that has no size"),
        (shape(" "), 0, 12, ""),
    ],
)
def test_text_of_a_shape_satisfies_being_seen_or_a_reason(shown, width, height, why):
    assert unseen_text(shown, width, height) == why
