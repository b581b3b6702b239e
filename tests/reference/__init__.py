"""Published figures, one table each: where from and how exact is said in its first lines."""

import csv
from pathlib import Path


def rows(name):
    """The rows of a reference table, numbers as floats."""
    with (Path(__file__).parent / f"{name}.csv").open(encoding="utf-8") as lines:
        table = csv.DictReader(line for line in lines if not line.startswith("#"))
        return [{key: float(value) for key, value in row.items()} for row in table]
