"""The sources there are."""

from collections.abc import Mapping

from haven.market.sources.source import Source


def sources() -> Mapping[str, Source]:
    """Every source by its name."""
    return {}
