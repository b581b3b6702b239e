"""Adapters that let a spreadsheet program call Haven."""
