"""Every spreadsheet function, declared once; :func:`call` evaluates any of them as a cell would."""

from haven.functions import balance_sheet, help, market, rates, term_premium, what_moved  # noqa: A004, F401
from haven.functions.answer import Answer, Answers, CellError, call
from haven.functions.catalogue import CATALOGUE, Argument, Declaration
from haven.functions.kinds import MISSING

__all__ = ["CATALOGUE", "MISSING", "Answer", "Answers", "Argument", "CellError", "Declaration", "call"]
