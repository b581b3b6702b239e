"""Data: what a refresh wrote."""

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle

from haven.workbook.template.page import BP, INPUT, ISO_DATE, ORANGE, PERCENT, SOFT, Page

SERIES_ROWS = 230
HISTORY_ROWS = 260


def draw(page: Page, inputs: dict[str, object]) -> None:  # noqa: ARG001
    """Every series that has figures, and the year of history behind the charts."""
    page.widths(2, 17, 42, 12, 10, 12, 26, 12, 12, 12, 12, 12, 12)
    page.heading("Data", "Written by refresh; figures in the unit they are quoted in, the latest up to the Desk date")
    page.text("B3", None, bold=True, color="D55E00")
    page.name("Data_note_2", "B3")
    page.table(
        "Data_series",
        "B5",
        [
            ("Series", "@"),
            ("Name", "@"),
            ("Figure", "#,##0.0000"),
            ("Unit", "@"),
            ("Date", ISO_DATE),
            ("Source", "@"),
            ("In the store", "#,##0.0000"),
        ],
        SERIES_ROWS,
    )
    page.table(
        "Data_history",
        "I5",
        [
            ("Date", ISO_DATE),
            ("Spread 10Y bp", BP),
            ("Break-even bp", BP),
            ("UST 10Y", PERCENT),
            ("Premium ACM", PERCENT),
        ],
        HISTORY_ROWS,
    )
    page.sheet.freeze_panes = "A6"
    mark_overrides(page)


def mark_overrides(page: Page) -> None:
    """Colour the figures that differ from the store's, as soon as they are typed over."""
    look = DifferentialStyle(fill=PatternFill(bgColor=INPUT), font=Font(bold=True, color=ORANGE))
    typed = Rule(type="expression", dxf=look, formula=['AND($D6<>"",$D6<>$H6)'])
    page.sheet.conditional_formatting.add(f"D6:D{5 + SERIES_ROWS}", typed)
    page.text("B4", "Type over a figure to have your own in this workbook; empty the cell to clear it", color=SOFT)
    page.text("D3", None, color=SOFT)
    page.name("Data_overrides", "D3")
