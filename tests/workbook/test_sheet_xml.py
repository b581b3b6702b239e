"""The cells of a worksheet's XML, changed in place."""

import pytest

from haven.functions import CellError
from haven.workbook.sheet_xml import patched, scan

ROWS = '<row r="1"><c r="A1" s="1"/><c r="B1" s="2" /><c r="C1" t="s"><v>0</v></c></row><row r="3" ht="9" /><row/>'


def changed(rows, values, strings=("old",)):
    content = f'<worksheet xmlns="urn:x"><dimension ref="A1:C4"/><sheetData>{rows}</sheetData></worksheet>'.encode()
    text = patched(content, scan(content), values, strings).decode()
    return text[text.index("<dimension") : text.index("</worksheet>")]


@pytest.mark.parametrize(
    ("place", "value", "old", "new"),
    [
        ((1, 1), 2.5, '<c r="A1" s="1"/>', '<c r="A1" s="1"><v>2.5</v></c>'),
        ((1, 2), True, '<c r="B1" s="2" />', '<c r="B1" s="2" t="b"><v>1</v></c>'),
        ((1, 3), 7.0, '<c r="C1" t="s"><v>0</v></c>', '<c r="C1"><v>7</v></c>'),
        ((1, 3), None, '<c r="C1" t="s"><v>0</v></c>', '<c r="C1"/>'),
        ((1, 2), CellError("#N/A", ""), '<c r="B1" s="2" />', '<c r="B1" s="2" t="e"><v>#N/A</v></c>'),
        ((3, 2), 1.0, '<row r="3" ht="9" />', '<row r="3" ht="9"><c r="B3"><v>1</v></c></row>'),
        ((4, 1), 1.0, "<row/>", '<row><c r="A4"><v>1</v></c></row>'),
        ((2, 1), 1.0, '<row r="3"', '<row r="2"><c r="A2"><v>1</v></c></row><row r="3"'),
    ],
)
def test_change_satisfies_touching_only_its_cell(place, value, old, new):
    assert changed(ROWS, {place: value}) == changed(ROWS, {}).replace(old, new, 1)


@pytest.mark.parametrize("same", [{(1, 3): "old"}, {(1, 1): None}, {(9, 9): None}])
def test_equal_value_satisfies_changing_nothing(same):
    assert changed(ROWS, same) == changed(ROWS, {})


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "a<b>&c"])
def test_text_satisfies_staying_text(text):
    found = changed(ROWS, {(1, 1): text})
    assert "<f" not in found
    assert 't="inlineStr"' in found


def test_formula_satisfies_staying_beside_its_value():
    rows = '<row r="1"><c r="A1" t="e"><f>B1&amp;"x"</f><v>#N/A</v></c></row>'
    assert changed(rows, {(1, 1): "t"}) == changed(rows, {}).replace(' t="e"', ' t="str"').replace("#N/A", "t")


def test_new_cell_satisfies_widening_the_dimension():
    assert '<dimension ref="A1:E9"/>' in changed(ROWS, {(9, 5): 1.0})
