"""Inserts and deletes rows and columns of a workbook in LibreOffice, whose Python runs this, and saves it as .xlsx."""

import json
import sys

import uno

SOFFICE, DRIVER, FILE, OUT, EDITS, *SETTINGS = sys.argv[1:]
sys.path.insert(0, DRIVER)
from drive import FORMATS, bind, named_value, reading  # noqa: E402

with reading(SOFFICE, FILE, *SETTINGS) as (_, document):
    bind(document)
    for title, edit, start, count in json.loads(EDITS):
        sheet = document.Sheets.getByName(title)
        lines = sheet.Rows if edit.endswith("rows") else sheet.Columns
        (lines.insertByIndex if edit.startswith("insert") else lines.removeByIndex)(start - 1, count)
    document.storeToURL(uno.systemPathToFileUrl(OUT), (named_value("FilterName", FORMATS[".xlsx"]),))
