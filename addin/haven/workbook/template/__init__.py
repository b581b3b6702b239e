"""The desk workbook as a new file: pages, names, formulas and charts, still without a number.

Numbers come from a refresh, the first one like every later one.
"""

import io

from openpyxl import Workbook

from haven.workbook.template import (
    balance_sheet,
    client,
    curve,
    data,
    desk,
    function_list,
    scenarios,
    status,
    term_premium,
)
from haven.workbook.template.page import Page

PAGES = {
    "Desk": desk,
    "Curve": curve,
    "Balance sheet": balance_sheet,
    "Term premium": term_premium,
    "Scenarios": scenarios,
    "Client": client,
    "Data": data,
    "Functions": function_list,
    "Status": status,
}


def new_workbook(inputs: dict[str, object]) -> bytes:
    """The template as a file; ``inputs`` fills the input cells by name."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    drawn: list[str] = []
    for title, description in PAGES.items():
        page = Page(workbook, title, drawn)
        description.draw(page, inputs)
    # The file brings its results with it, so no program needs to calculate on opening it.
    workbook.calculation.fullCalcOnLoad = False
    workbook.calculation.calcId = 191029
    workbook.properties.creator = "Haven"
    workbook.properties.title = "Haven desk"
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()
