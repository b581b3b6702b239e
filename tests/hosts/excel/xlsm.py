"""Workbooks that may hold macros."""

from haven.hosts.excel.addin import BOOK_TYPE, MACRO_TYPE, unzipped
from haven.workbook.files import zipped


def as_macro_workbook(workbook):
    """An .xlsx as an .xlsm."""
    parts = unzipped(workbook)
    types = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = types.replace(BOOK_TYPE.encode(), MACRO_TYPE.encode())
    return zipped(parts)
