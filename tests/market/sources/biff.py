"""Legacy Excel workbooks, written by code: the NY Fed's wire format around figures a test names."""

import io

import xlwt


def write_xls(sheets):
    """The bytes of a BIFF workbook; ``sheets`` maps names to rows."""
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for row, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                if cell is not None:
                    sheet.write(row, place, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def write_acm(header, rows):
    """The ACM workbook as published: a monthly sheet, then the daily one."""
    return write_xls({"ACM Monthly": [header], "ACM Daily": [header, *rows]})
