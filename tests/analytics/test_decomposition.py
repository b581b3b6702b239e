"""A yield taken apart adds up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haven.analytics.decomposition import decompose_yield
from haven.analytics.spreads import swap_on_bond_basis, swap_spread

rates = st.floats(-0.05, 0.25).map(lambda rate: np.array([rate]))


@given(rates, rates, rates, rates)
def test_components_satisfy_adding_up(treasury, swap, expected, fitted):
    whole, path, swap_premium, minus_spread, model, basis = decompose_yield(treasury, swap, expected, fitted)[:, 0]
    assert whole == pytest.approx(path + swap_premium + minus_spread, abs=1e-9)
    assert swap_premium == pytest.approx(model - minus_spread + basis, abs=1e-9)


def test_components_match_a_published_decomposition():
    """Barclays, 30y, June 2026, percent: yield 4.93, expected 3.13, swap 4.21, swap premium 1.08, gap 0.71; ±0.01."""
    rows = decompose_yield(*(np.array([rate]) for rate in (0.0493, 0.0421, 0.0313, 0.0493)))[:4, 0]
    assert rows == pytest.approx([493, 313, 108, 71], abs=1.0 + 1e-9)


def test_swap_spread_matches_the_difference_in_bp():
    assert swap_spread(np.array([0.0370]), np.array([0.0426]))[0] == -56.0


def test_swap_on_bond_basis_matches_the_worked_four_percent():
    assert 100 * swap_on_bond_basis(np.array([0.04])) == pytest.approx([4.0152], abs=5e-5)
