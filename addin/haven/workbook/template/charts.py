"""Charts in one look: native, sized to cells, legible in grey; each series names its cells, its colour and its line."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from openpyxl.chart import BarChart, LineChart, Reference, ScatterChart, Series
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties

from haven.workbook.template.look import FACE, GRID, INK, RULE, SOFT

Chart: TypeAlias = BarChart | LineChart | ScatterChart

SOLID: Final = "solid"
DASHED: Final = "sysDash"
DOTTED: Final = "sysDot"
_THIN, _THICK = 15_000, 24_000
YEAR: Final = 365.25
SOFR_BEGINS: Final = 43102
"""2 January 2018, as a spreadsheet counts it: the year in which SOFR, and with it any swap spread to it, begins."""


class Line(NamedTuple):
    """A series: its name or the cell that holds it (``=Sheet!A1``), its cells, and how it is drawn.

    ``x`` are a scatter line's own cells across; a column without ``color`` is not seen and only carries the next.
    """

    label: str
    values: str
    color: str = ""
    dash: str = SOLID
    x: str = ""


def lines(title: str, categories: str, series: Sequence[Line], number_format: str = "0") -> LineChart:
    """Lines over labelled places, such as tenors."""
    chart = LineChart()
    for line in series:
        chart.append(_drawn(_labelled(Series(Reference(range_string=line.values)), line), line))
    chart.set_categories(Reference(range_string=categories))
    _finish(chart, title, number_format)
    chart.display_blanks = "span"  # from tenor to tenor past #N/A; LibreOffice would draw "gap" as zero
    return chart


def columns(title: str, categories: str, series: Sequence[Line], *, stacked: bool = False) -> BarChart:
    """Columns side by side, or stacked: then what is above zero and what is below each pile up from zero."""
    chart = BarChart()
    for line in series:
        made = _labelled(Series(Reference(range_string=line.values)), line)
        made.graphicalProperties = _filled(line.color)
        made.invertIfNegative = False
        chart.append(made)
    chart.set_categories(Reference(range_string=categories))
    chart.gapWidth = 60
    if stacked:
        chart.grouping, chart.overlap = "stacked", 100
    _finish(chart, title, "0")
    return chart


def through_time(
    title: str, dates: str, series: Sequence[Line], number_format: str = "0", *, wide: bool = False
) -> ScatterChart:
    """Scatter lines over dates, a label at the beginning of each year; ``wide`` for both halves of a page."""
    chart = _scatter(title, dates, series, number_format)
    _scale(chart.x_axis, "yyyy", YEAR, SOFR_BEGINS)
    if wide:
        chart.layout = _plot(0.62, left=0.04)
    return chart


def by_years(title: str, years: str, series: Sequence[Line]) -> ScatterChart:
    """Lines over maturities from one to ten years, which may begin at different ones."""
    chart = _scatter(title, years, series, "0")
    _scale(chart.x_axis, "0", 1, 1, 10)
    return chart


def _scatter(title: str, x: str, series: Sequence[Line], number_format: str) -> ScatterChart:
    chart = ScatterChart()
    chart.style, chart.scatterStyle = 2, "lineMarker"
    for line in series:
        made = Series(Reference(range_string=line.values), Reference(range_string=line.x or x))
        chart.append(_drawn(_labelled(made, line), line))
    _finish(chart, title, number_format)
    chart.x_axis.majorGridlines = None
    return chart


def _scale(axis: Any, number_format: str, step: float, low: float, high: float | None = None) -> None:
    axis.number_format, axis.majorUnit = number_format, step
    axis.scaling.min, axis.scaling.max = low, high


def without_legend(chart: Chart) -> None:
    """Take the legend away where the labels below the columns say all."""
    chart.legend = None
    chart.layout = _plot(0.66)


def _labelled(series: Any, line: Line) -> Any:
    label = line.label
    series.tx = SeriesLabel(strRef=StrRef(label[1:])) if label.startswith("=") else SeriesLabel(v=label)
    return series


def _drawn(series: Any, line: Line) -> Any:
    width = _THICK if line.dash == SOLID else _THIN
    series.graphicalProperties = GraphicalProperties(
        ln=LineProperties(solidFill=line.color, w=width, prstDash=line.dash, cap="rnd")  # type: ignore[arg-type]
    )
    series.smooth = False
    series.marker.symbol = "none"
    return series


def _filled(color: str) -> GraphicalProperties:
    if color:
        return GraphicalProperties(solidFill=color)
    return GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))


def _finish(chart: Any, title: str, number_format: str) -> None:
    """Title at the left, unless a cell above says it; quiet axes, legend below."""
    if title:
        chart.title = title
        chart.title.tx.rich.p[0].pPr = _type(1100, INK, bold=True)
        chart.title.overlay = False
        chart.title.layout = Layout(manualLayout=ManualLayout(xMode="edge", yMode="edge", x=0.015, y=0.02))
    chart.legend.position = "b"
    chart.legend.txPr = _rich(900, INK)
    chart.layout = _plot(0.62)
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False
        axis.title = None
        axis.txPr = _rich(900, SOFT)
        axis.majorTickMark = "none"
    chart.x_axis.tickLblPos = "low"
    chart.x_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=SOFT, w=9_000))
    chart.y_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=GRID, w=6_000))
    chart.y_axis.number_format = number_format
    chart.graphical_properties = GraphicalProperties(solidFill="FFFFFF", ln=LineProperties(solidFill=RULE, w=9_000))
    chart.roundedCorners = False
    chart.display_blanks = "gap"


def _plot(height: float, left: float = 0.075) -> Layout:
    """Where the plot stands in its chart."""
    return Layout(
        manualLayout=ManualLayout(
            layoutTarget="inner", xMode="edge", yMode="edge", x=left, y=0.15, w=0.97 - left, h=height
        )
    )


def _rich(size: int, color: str) -> RichText:
    return RichText(p=[Paragraph(pPr=_type(size, color), endParaRPr=CharacterProperties())])


def _type(size: int, color: str, *, bold: bool = False) -> ParagraphProperties:
    return ParagraphProperties(defRPr=CharacterProperties(sz=size, b=bold, solidFill=color, latin=Font(typeface=FACE)))
