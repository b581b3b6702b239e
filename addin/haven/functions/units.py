"""What a number in a cell means, and how it is shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of results: ``label`` in help and tables, ``format`` as a spreadsheet number format."""

    label: str
    format: str


BASIS_POINTS = Unit("bp", "0.0")
RATE = Unit("decimal rate", "0.00%")
RATIO = Unit("decimal", "0.00%")
PRICE = Unit("per 100 face", "0.000000")
MONEY = Unit("USD", "#,##0")
YEARS = Unit("years", "0.00")
NUMBER = Unit("number", "General")
FACTOR = Unit("factor", "0.000000")
DATE = Unit("date", "yyyy-mm-dd")
TEXT = Unit("text", "General")
MIXED = Unit("as the series or row says", "General")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its header and the unit of the cells below it."""

    name: str
    unit: Unit
