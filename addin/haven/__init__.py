"""Haven: swap spreads, balance-sheet cost and term premia as spreadsheet functions."""

__version__ = "0.1.0"
