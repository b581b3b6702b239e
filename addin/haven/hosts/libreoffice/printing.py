"""Run by LibreOffice's own Python: ``printing.py SOFFICE FILE OUT SETTING…`` stores a workbook as PDF.

LibreOffice leaves rows without a height of their own as high as one line; here they grow with their text, as in Excel.
"""

import sys
from typing import Any

import uno  # type: ignore[import-not-found]
from drive import named_value, reading  # type: ignore[import-not-found]

LINE_SIZE = 11
"""The size of type that a row has room for."""


def main(soffice: str, file: str, out: str, *settings: str) -> None:
    """Open, let rows grow, store."""
    with reading(soffice, file, *settings) as (_, document):
        for place in range(document.Sheets.Count):
            _grow(document.Sheets.getByIndex(place))
        document.storeToURL(uno.systemPathToFileUrl(out), (named_value("FilterName", "calc_pdf_Export"),))


def _grow(sheet: Any) -> None:
    """Give rows whose text may need more than a line the height they need, unless they have one of their own."""
    formats = sheet.UniqueCellFormatRanges
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    for place in range(formats.Count):
        ranges = formats.getByIndex(place)
        if not (ranges.IsTextWrapped or ranges.CharHeight > LINE_SIZE):
            continue
        for area in ranges.RangeAddresses:
            for number in range(area.StartRow, min(area.EndRow, cursor.RangeAddress.EndRow) + 1):
                row = sheet.Rows.getByIndex(number)
                if row.OptimalHeight:
                    row.OptimalHeight = True


if __name__ == "__main__":
    main(*sys.argv[1:])
