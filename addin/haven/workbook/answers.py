"""Our functions as one calculation calls them: what has been asked before is not computed again."""

from functools import partial

from haven.functions import CATALOGUE, call
from haven.workbook.evaluate import Functions


def functions() -> Functions:
    """Every function by name, remembering its answers.

    The answers hold for one snapshot of the market, so a calculation takes functions of its own.
    """
    known: dict[str, object] = {}
    return {name: partial(_answer, known, name) for name in CATALOGUE}


def _answer(known: dict[str, object], name: str, *args: object) -> object:
    asked = f"{name}{args!r}"
    if asked not in known:
        known[asked] = call(name, args)
    return known[asked]
