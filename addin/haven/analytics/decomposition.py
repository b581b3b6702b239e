"""A Treasury yield, or its move, taken apart: expected short rate, swap term premium, swap spread.

``y = E + TP_swap - SS`` with ``TP_swap = swap - E``, exactly. A published Treasury premium already contains the
gap between Treasury and swap: ``TP_swap = TP_model + SS + basis``, where the basis is the par yield minus the
model's fitted zero yield.
"""

from typing import Final

import numpy as np

from haven.analytics.arrays import FloatArray, to_bp

COMPONENTS: Final = (
    "Treasury yield",
    "Expected short rate",
    "Swap term premium",
    "Minus swap spread",
    "Memo: model Treasury premium",
    "Memo: par/zero basis",
)


def decompose_yield(treasury: FloatArray, swap: FloatArray, expected: FloatArray, fitted: FloatArray) -> FloatArray:
    """Components of Treasury yields, bp.

    Parameters
    ----------
    treasury, swap : (n,) arrays
        Par yields and par swap rates, decimals.
    expected, fitted : (n,) arrays
        The model's risk-neutral and fitted zero yields of the same tenors, decimals.

    Returns
    -------
    (6, n) array
        Rows as ``COMPONENTS``. Row 0 is the sum of rows 1 to 3; row 2 is row 4 - row 3 + row 5.
    """
    rows = [treasury, expected, swap - expected, treasury - swap, fitted - expected, treasury - fitted]
    return to_bp(np.stack(rows))
