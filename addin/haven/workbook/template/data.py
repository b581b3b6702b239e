"""Data: what a refresh wrote."""

from haven.workbook.template.page import BP, ISO_DATE, PERCENT, Page

SERIES_ROWS = 230
HISTORY_ROWS = 260


def draw(page: Page, inputs: dict[str, object]) -> None:  # noqa: ARG001
    """Every series that has figures, and the year of history behind the charts."""
    page.widths(2, 17, 42, 12, 10, 12, 26, 3, 12, 12, 12, 12, 12)
    page.heading("Data", "Written by refresh; figures in the unit they are quoted in, the latest up to the Desk date")
    page.text("B3", None, bold=True, color="D55E00")
    page.name("Data_note_2", "B3")
    page.table(
        "Data_series",
        "B5",
        [("Series", "@"), ("Name", "@"), ("Figure", "#,##0.0000"), ("Unit", "@"), ("Date", ISO_DATE), ("Source", "@")],
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
