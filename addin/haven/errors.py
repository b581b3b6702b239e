"""The closed set of failures, and the one exception that carries them.

Everything below the hosts raises :class:`HavenError`. ``haven.functions.answer`` turns it into a spreadsheet error,
``haven.cli`` into an exit code, a host into what it tells.

A vectorised calculation marks the elements at fault with :func:`refuse`; the answer layer then spoils
those elements and asks again for the rest.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Reason(StrEnum):
    """Why a calculation failed; the value is the error a spreadsheet shows."""

    NO_DATA = "#N/A"
    """There is no figure for that series and date."""
    INVALID = "#VALUE!"
    """An argument, series, model, rule or option can't be understood."""
    NO_SOLUTION = "#NUM!"
    """Outside the domain of the formula, or no solution exists."""


class HavenError(Exception):
    """A failure with a reason from the closed set.

    ``message`` names argument, rule and value. ``elements`` maps the flat index of each element at fault
    to its own message; it is empty when the call as a whole failed.
    """

    def __init__(self, reason: Reason, message: str, elements: dict[int, str] | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.elements = elements or {}


def refuse(where: NDArray[np.bool_], reason: Reason, explain: Callable[[int], str]) -> None:
    """Raise for the elements of a flat array where ``where`` is true; do nothing when there are none.

    ``explain(i)`` words the failure of element ``i``.
    """
    if not np.count_nonzero(where):  # several times faster than any() on the one element of a cell
        return
    elements = {int(i): explain(int(i)) for i in np.flatnonzero(where)}
    raise HavenError(reason, next(iter(elements.values())), elements)


@contextmanager
def at_places(places: NDArray[np.intp]) -> Iterator[None]:
    """Let a calculation on some elements of an array blame them by their places in the whole."""
    try:
        yield
    except HavenError as failure:
        blamed = failure.elements or dict.fromkeys(range(places.size), failure.message)
        elements = {int(places[i]): why for i, why in blamed.items()}
        raise HavenError(failure.reason, failure.message, elements) from None
