"""Client sheets: pages of a workbook as values in a new file."""
