"""Swap spreads from quotes. Rates are decimals; a spread is swap minus Treasury, in basis points."""

import numpy as np

from haven.analytics.arrays import FloatArray, to_bp


def swap_spread(swap: FloatArray, treasury: FloatArray) -> FloatArray:
    """Swap rate minus Treasury yield, decimals of one shape, in bp: negative when the swap is the lower."""
    return to_bp(swap - treasury)


def swap_on_bond_basis(swap: FloatArray) -> FloatArray:
    """An annual Act/360 swap rate as a semi-annual bond-equivalent one: ``2(sqrt(1 + s 365/360) - 1)``."""
    rate: FloatArray = 2.0 * (np.sqrt(1.0 + swap * 365.0 / 360.0) - 1.0)
    return rate
