"""What a host tells of Haven itself: the store behind its figures, and the versions."""

import sys
from typing import Final

from haven import __version__

LOADS: Final = 10
"""How many of the newest loads are told."""


def store_told() -> str:
    """What the store holds and from when."""
    from haven.market.snapshot import current

    market = current()
    kind = "ILLUSTRATIVE swap rates, not quotes" if market.is_demo else "real quotes of the desk's store"
    lines = [f"Store: {market.store_name}", f"Swap rates: {kind}", f"Series with figures: {len(market.ids())}"]
    lines += [f"{load.fetched_at:%Y-%m-%d %H:%M} UTC  {load.source}  {load.name}" for load in market.loads()[:LOADS]]
    return "\n".join(lines)


def versions() -> str:
    """Which Haven this is, and which Python runs it."""
    return f"Haven {__version__}\nPython {sys.version.split()[0]}: {sys.executable}"
