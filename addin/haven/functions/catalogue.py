"""The catalogue: each spreadsheet function is declared once, from its signature and docstring.

Hosts, help, number formats, the command line and the Functions sheet are all derived from here. A bad
declaration is refused at import, naming the function and the rule.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

from haven.functions.kinds import Kind, OptionsKind
from haven.functions.units import Column, Unit

MAX_HELP = 255
"""What Excel's function wizard shows of one text."""
MAX_WIZARD = 254
"""Excel fails to register a function whose argument names, with one separator each, are longer."""

CATEGORIES = (
    "Market",
    "Rates",
    "Balance sheet",
    "Term premium",
    "What moved",
    "Watch list",
    "Scenarios",
    "Help",
)
_NAME = re.compile(r"HV_[A-Z]+")
_VBA_WORDS = frozenset(
    {"DATE", "DIM", "DO", "END", "ERROR", "FOR", "FUNCTION", "GET", "IF", "IS", "LET", "LOOP"}
    | {"ME", "NEW", "NEXT", "NOT", "ON", "OPTION", "SET", "STOP", "SUB", "TO", "TYPE", "WITH"}
)
_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
_PARAMETER = re.compile(r"^(\w+)(?: : [^\n]*)?\n((?:[ ]{4}[^\n]*(?:\n|$)|\n)+)", re.MULTILINE)

Plain = TypeVar("Plain", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a spreadsheet function."""

    name: str
    kind: Kind
    help: str
    optional: bool
    default: Any


@dataclass(frozen=True, slots=True)
class Declaration:
    """One spreadsheet function: what every host needs to know of it.

    ``columns`` are those of a table and empty for an elementwise function; ``example`` holds the arguments
    of a call that works on the sample, and nothing where they are too many to write into a formula.
    """

    name: str
    category: str
    help: str
    arguments: tuple[Argument, ...]
    unit: Unit
    columns: tuple[Column, ...]
    example: tuple[Any, ...]
    function: Callable[..., Any]
    notes: str
    own_header: bool

    @property
    def has_example(self) -> bool:
        """Whether the example is a call; it is none where the arguments would not fit a formula."""
        return bool(self.example) or not any(not argument.optional for argument in self.arguments)

    @property
    def signature(self) -> str:
        """The call as help shows it, what may be left out in brackets."""
        names = ", ".join(f"[{a.name}]" if a.optional else a.name for a in self.arguments)
        return f"{self.name}({names})"

    @property
    def is_table(self) -> bool:
        """Whether the function answers a table, header row first."""
        return bool(self.columns)


CATALOGUE: dict[str, Declaration] = {}
"""Every declared function by name, in the order of declaration."""


def spreadsheet_function(
    category: str,
    unit: Unit,
    *,
    example: tuple[Any, ...],
    columns: tuple[Column, ...] = (),
    own_header: bool = False,
) -> Callable[[Plain], Plain]:
    """Declare a plain function as a spreadsheet function and leave it as it is.

    Parameters
    ----------
    category
        One of ``CATEGORIES``: the wizard's list.
    unit
        What a result means; for a table, what its columns do not say.
    example
        Arguments of a call that works on the sample.
    columns
        Makes it a table with these columns.
    own_header
        The function answers all rows itself, header included: ``columns`` then names its first columns only.

    Raises
    ------
    TypeError
        The declaration breaks a rule: name, category, help, or a docstring that disagrees with the signature.
    """

    def declare(function: Plain) -> Plain:
        declaration = _declare(function, category, unit, columns, example, own_header)
        CATALOGUE[declaration.name] = declaration
        return function

    return declare


def _declare(
    function: Callable[..., Any],
    category: str,
    unit: Unit,
    columns: tuple[Column, ...],
    example: tuple[Any, ...],
    own_header: bool,
) -> Declaration:
    name = function.__name__
    sections = _sections(inspect.getdoc(function) or "")
    arguments = _arguments(function, sections.get("Parameters", ""))
    summary = " ".join(sections[""].split())
    if columns and not own_header:
        summary = f"{summary} Columns: {', '.join(column.name for column in columns)}."
    rules = {
        f"its name must match {_NAME.pattern}": bool(_NAME.fullmatch(name)),
        "its name must not be a word of VBA": name.removeprefix("HV_") not in _VBA_WORDS,
        "it is declared twice": name not in CATALOGUE,
        f"its category must be one of {', '.join(CATEGORIES)}": category in CATEGORIES,
        f"its help must have 1 to {MAX_HELP} characters": 0 < len(summary) <= MAX_HELP,
        "its argument names are too long for the wizard": sum(len(a.name) + 1 for a in arguments) <= MAX_WIZARD,
        "required arguments must come first": sorted(a.optional for a in arguments) == [a.optional for a in arguments],
        "its example must not have more arguments than the function": len(example) <= len(arguments),
    }
    for rule, kept in rules.items():
        if not kept:
            raise TypeError(f"{name}: {rule}")
    notes = "\n\n".join(sections[title] for title in ("Notes", "Source") if title in sections)
    called = _by_public_names(function)
    return Declaration(name, category, summary, arguments, unit, columns, example, called, notes, own_header)


def _by_public_names(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with arguments such as ``yield_``, a word of Python, called by the name users know: ``yield``."""
    spelled = {name.rstrip("_"): name for name in inspect.signature(function).parameters}
    if all(public == name for public, name in spelled.items()):
        return function
    return lambda **arguments: function(**{spelled[name]: value for name, value in arguments.items()})


def _sections(doc: str) -> dict[str, str]:
    """A numpydoc text by section title; the first paragraph stands under the empty title."""
    parts = _SECTION.split(doc)
    titled = dict(zip(parts[1::2], (part.strip("\n") for part in parts[2::2]), strict=True))
    return {"": parts[0].split("\n\n")[0], **titled}


def _with_keys(text: str, keys: list[str]) -> str:
    """Help of an options argument with as many of its keys as the wizard shows."""
    whole = f"{text} Keys: {', '.join(keys)}."
    if len(whole) <= MAX_HELP:
        return whole
    return whole[: MAX_HELP - 1].rpartition(", ")[0] + ", …"


def _arguments(function: Callable[..., Any], documented: str) -> tuple[Argument, ...]:
    parameters = inspect.signature(function).parameters
    helps = {name: " ".join(text.split()) for name, text in _PARAMETER.findall(documented + "\n")}
    if list(helps) != list(parameters):
        raise TypeError(f"{function.__name__}: docstring says {list(helps)}, signature says {list(parameters)}")
    hints = get_type_hints(function, include_extras=True)
    arguments = []
    for name, parameter in parameters.items():
        kind = next((mark for mark in getattr(hints[name], "__metadata__", ()) if isinstance(mark, Kind)), None)
        if kind is None:
            raise TypeError(f"{function.__name__}: argument {name} is not annotated with a kind")
        text = helps[name]
        if isinstance(kind, OptionsKind):
            text = _with_keys(text, [option.name for option in kind.options])
        if not 0 < len(text) <= MAX_HELP:
            raise TypeError(
                f"{function.__name__}: help of {name} must have 1 to {MAX_HELP} characters, not {len(text)}"
            )
        given = parameter.default is not inspect.Parameter.empty
        arguments.append(Argument(name.rstrip("_"), kind, text, given, parameter.default if given else None))
    return tuple(arguments)
