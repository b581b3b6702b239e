"""What kind of move a move was, from its figures."""

from collections.abc import Mapping
from typing import Final

_SMALL_MOVE: Final = 1e-9


def figures(treasury: float, front: float, expected: float, premium: float, spread: float) -> dict[str, float]:
    """The figures that regimes are told by, from moves in bp.

    Parameters
    ----------
    treasury, front, expected, premium, spread
        Moves of the Treasury yield, the one-year swap rate, the model's expected short rate, the model's Treasury
        premium, and the swap spread (negative: more negative).

    Returns
    -------
    dict
        The moves, their sizes, the front end's move in the direction of the yield, and shares of the yield's move
        (zero when it did not move).
    """
    moved = abs(treasury) > _SMALL_MOVE
    return {
        "yield": treasury,
        "yield size": abs(treasury),
        "front": front,
        "front with yield": front * (1 if treasury > 0 else -1),
        "expected": expected,
        "expected share": expected / treasury if moved else 0.0,
        "premium": premium,
        "premium share": premium / treasury if moved else 0.0,
        "spread": spread,
        "spread size": abs(spread),
    }


def first_match(moved: Mapping[str, float], rules: Mapping[str, list[tuple[str, float, float]]], otherwise: str) -> str:
    """The first regime all of whose conditions (figure, low, high) hold; one on a figure not known decides nothing."""
    for regime, conditions in rules.items():
        known = [low <= moved[figure] <= high for figure, low, high in conditions if figure in moved]
        if known and all(known):
            return regime
    return otherwise
