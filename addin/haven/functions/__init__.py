"""Every spreadsheet function, declared once; :func:`call` evaluates any of them as a cell would."""

import haven.functions.balance_sheet
import haven.functions.balance_sheet_capital
import haven.functions.balance_sheet_rules
import haven.functions.help
import haven.functions.market
import haven.functions.rates
import haven.functions.rates_bonds
import haven.functions.rates_curve
import haven.functions.rates_futures
import haven.functions.rates_policy
import haven.functions.rates_spreads
import haven.functions.regimes
import haven.functions.scenarios
import haven.functions.term_premium
import haven.functions.term_premium_curve
import haven.functions.term_premium_model
import haven.functions.watch_list
import haven.functions.what_moved  # noqa: F401 - importing a category declares its functions
from haven.functions.answer import Answer, Answers, CellError, call
from haven.functions.catalogue import CATALOGUE, Argument, Declaration
from haven.functions.kinds import MISSING

__all__ = ["CATALOGUE", "MISSING", "Answer", "Answers", "Argument", "CellError", "Declaration", "call"]
