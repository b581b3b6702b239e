"""Status: where the figures are from, and what could not be done."""

from haven.workbook.template.page import ISO_DATE, Page

FACT_ROWS = 12
LOAD_ROWS = 20
OVERRIDE_ROWS = 12
KEPT_ROWS = 40


def draw(page: Page, inputs: dict[str, object]) -> None:  # noqa: ARG001
    """Facts about the last refresh, the last loads of the store, and the cells that were not computed."""
    page.widths(2, 26, 60, 14, 22, 2)
    page.heading("Status", "What the last refresh found")
    page.table("Status_facts", "B4", [("Fact", "@"), ("", "@")], FACT_ROWS)
    page.table(
        "Status_loads",
        "B19",
        [("Loaded from", "@"), ("What", "@"), ("Load", "0"), ("When, UTC", "yyyy-mm-dd hh:mm")],
        LOAD_ROWS,
    )
    page.table(
        "Status_overrides",
        "B42",
        [("Override", "@"), ("What it stands for", "@"), ("Date", ISO_DATE), ("Figure", "#,##0.0000")],
        OVERRIDE_ROWS,
    )
    page.table("Status_kept", "B57", [("Cell not computed", "@"), ("Why", "@")], KEPT_ROWS)
