"""Run by LibreOffice's own Python: ``drawing.py SOFFICE FILE FOLDER SETTING…`` draws the shapes of a workbook.

Each becomes a PNG in the folder, of the shape's name and as sharp as print needs.
"""

import os
import sys
from typing import Any

import uno  # type: ignore[import-not-found]
from drive import named_value, reading, service  # type: ignore[import-not-found]

PIXELS_AN_INCH = 250
MAX_SIDE = 5_000
HUNDREDTHS_AN_INCH = 2540


def main(soffice: str, file: str, folder: str, *settings: str) -> None:
    """Draw every shape of every sheet."""
    with reading(soffice, file, *settings) as (office, document):
        for sheet in range(document.Sheets.Count):
            page = document.Sheets.getByIndex(sheet).DrawPage
            for place in range(page.Count):
                _draw(office, page.getByIndex(place), folder)


def _draw(office: Any, shape: Any, folder: str) -> None:
    size = [round(side * PIXELS_AN_INCH / HUNDREDTHS_AN_INCH) for side in (shape.Size.Width, shape.Size.Height)]
    if not shape.Name or not 0 < min(size) <= max(size) <= MAX_SIDE:
        return
    graphic = service(office, "drawing.GraphicExportFilter")
    graphic.setSourceDocument(shape)
    pixels = {"PixelWidth": size[0], "PixelHeight": size[1], "Interlaced": 0}
    details = uno.Any("[]com.sun.star.beans.PropertyValue", tuple(named_value(*pair) for pair in pixels.items()))
    target = uno.systemPathToFileUrl(os.path.join(folder, f"{shape.Name}.png"))  # noqa: PTH118
    graphic.filter(
        (named_value("URL", target), named_value("MediaType", "image/png"), named_value("FilterData", details))
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
