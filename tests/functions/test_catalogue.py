"""Declarations: every one is complete, and a bad one is refused at import."""

import pytest

from haven.functions import CATALOGUE, CellError, call
from haven.functions.catalogue import CATEGORIES, spreadsheet_function
from haven.functions.kinds import Tenor
from haven.functions.units import BASIS_POINTS


@pytest.mark.parametrize("declaration", CATALOGUE.values(), ids=lambda d: d.name)
def test_declaration_satisfies_what_the_wizard_shows(declaration):
    assert 20 <= len(declaration.help) <= 255
    assert all(1 <= len(argument.help) <= 255 for argument in declaration.arguments)
    assert declaration.category in CATEGORIES


@pytest.mark.parametrize("declaration", CATALOGUE.values(), ids=lambda d: d.name)
def test_arguments_satisfy_saying_what_an_empty_one_means(declaration):
    left_out = [argument for argument in declaration.arguments if argument.optional and argument.name != "options"]
    assert [argument.name for argument in left_out if "empty" not in argument.help] == []


@pytest.mark.parametrize("declaration", CATALOGUE.values(), ids=lambda d: d.name)
def test_example_satisfies_the_sample(declaration):
    if not declaration.has_example:
        assert declaration.name == "HV_TERMPREMIUMFIT"
        return
    answer = call(declaration.name, declaration.example)
    assert not isinstance(answer, CellError)
    if declaration.is_table:
        assert declaration.own_header or answer[0] == [column.name for column in declaration.columns]
        assert len(answer) > 1
        assert not any(isinstance(cell, CellError) for row in answer for cell in row)


def declare(function, **changes):
    category = changes.pop("category", "Rates")
    return spreadsheet_function(category, BASIS_POINTS, **{"example": ("10Y",), **changes})(function)


def HV_GOOD(tenor: Tenor):
    """A function that is declared only by these tests.

    Parameters
    ----------
    tenor
        Maturity.
    """


def HV_UNDOCUMENTED(tenor: Tenor, extra: Tenor):
    """Documents one of its arguments.

    Parameters
    ----------
    tenor
        Maturity.
    """


def HV_NOHELP(tenor: Tenor):
    """

    Parameters
    ----------
    tenor
        Maturity.
    """


def HV_PLAIN(tenor: float):
    """Annotated with a type that is not a kind.

    Parameters
    ----------
    tenor
        Maturity.
    """


def renamed(name):
    copy = type(HV_GOOD)(HV_GOOD.__code__, HV_GOOD.__globals__, name)
    copy.__doc__, copy.__annotations__ = HV_GOOD.__doc__, HV_GOOD.__annotations__
    return copy


@pytest.mark.parametrize(
    ("function", "changes", "why"),
    [
        (HV_UNDOCUMENTED, {}, "docstring says"),
        (HV_NOHELP, {}, "its help must have"),
        (HV_PLAIN, {}, "not annotated with a kind"),
        (renamed("DV01"), {}, "its name must match"),
        (renamed("HV_X1"), {}, "its name must match"),
        (renamed("HV_SET"), {}, "a word of VBA"),
        (renamed("HV_SWAPSPREAD"), {}, "declared twice"),
        (renamed("HV_OTHER"), {"category": "Nonsense"}, "its category must be"),
        (renamed("HV_OTHER"), {"example": ("10Y", 1)}, "example must not have more"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_declaration_refuses(function, changes, why):
    before = dict(CATALOGUE)
    with pytest.raises(TypeError, match=why):
        declare(function, **changes)
    assert before == CATALOGUE
