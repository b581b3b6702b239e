"""Array types and the one conversion between decimals and basis points."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
DateArray: TypeAlias = NDArray[np.datetime64]
"""Dates as ``datetime64[D]``."""


def to_bp(decimals: FloatArray) -> FloatArray:
    """Decimals in basis points, without binary dust: 0.0370 - 0.0426 is -56, not -56.00000000000001."""
    rounded: FloatArray = np.round(1e4 * decimals, 10)
    return rounded
