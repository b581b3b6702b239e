"""What the colour-blind and a grey printer see of the charts: neighbours differ in colour and lightness or dashes."""

import io
import itertools

import numpy as np
import openpyxl
import pytest
from openpyxl.chart import BarChart

from haven.workbook.template import PAGES, look
from haven.workbook.template.page import FAINT

SIGHTS = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB."""
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
"""IEC 61966-2-1, D65."""
WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(color):
    parts = np.array([int(color[place : place + 2], 16) for place in (0, 2, 4)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE 1976 L*a*b*."""
    ratio = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    x, y, z = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(one, other, sight):
    seen = (lab(np.array(SIGHTS[sight]) @ linear(color)) for color in (one, other))
    return float(np.linalg.norm(np.subtract(*seen)))


def contrast(one, other):
    """WCAG 2.1."""
    low, high = sorted(float((TO_XYZ @ linear(color))[1]) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


def test_colour_arithmetic_matches_published_values():
    """L*a*b* of sRGB red and WCAG's contrast of black on white; to a deuteranope grey and pink are almost one."""
    assert lab(linear("FF0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    assert contrast("000000", "FFFFFF") == pytest.approx(21.0, abs=1e-5)
    assert difference("8A98A6", "B0609A", "normal") > 4 * difference("8A98A6", "B0609A", "deutan")


def drawn(series, *, is_columns):
    """Colour and dashes of a series that is seen."""
    shape = series.graphicalProperties
    if is_columns:
        return (shape.solidFill.srgbClr, "") if shape.solidFill is not None else None
    return shape.line.solidFill.srgbClr, shape.line.prstDash


def neighbours(chart):
    """Columns that touch, and lines of the same dashes, which may meet anywhere."""
    is_columns = isinstance(chart, BarChart)
    seen = [look for look in (drawn(series, is_columns=is_columns) for series in chart.series) if look]
    pairs = itertools.pairwise(seen) if is_columns else itertools.combinations(seen, 2)
    return {(one, other) for (one, dash), (other, same) in pairs if dash == same and one != other}


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("Data", "Functions", "Status")])
def test_neighbours_in_charts_satisfy_being_told_apart(built_desk, page):
    charts = openpyxl.load_workbook(io.BytesIO(built_desk))[page]._charts
    assert charts
    for one, other in set().union(*(neighbours(chart) for chart in charts)):
        assert min(difference(one, other, sight) for sight in SIGHTS) >= 20.0, (one, other)
        assert abs(lab(linear(one))[0] - lab(linear(other))[0]) >= 7.0, (one, other)


@pytest.mark.parametrize("color", [look.INK, look.SOFT, look.BLUE, FAINT.color])
def test_type_satisfies_the_contrast_of_small_print(color):
    assert contrast(color, "FFFFFF") >= 4.5
