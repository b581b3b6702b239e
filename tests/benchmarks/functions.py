"""HV_SWAPSPREAD as cells call it, beside the bare numpy arithmetic on prepared arrays, in one run.

Run as ``python tests/benchmarks/functions.py``.
"""

import subprocess
import sys
import timeit

import numpy as np

from haven.functions import call
from haven.functions.kinds import EXCEL_EPOCH
from haven.market.snapshot import current, using

CELLS = 10_000


def best(action, number=20):
    """Best time of one call, in seconds."""
    return min(timeit.repeat(action, number=number, repeat=7)) / number


def main():
    market = current()
    spread = market.history("SPREAD.10Y")
    rng = np.random.default_rng(7)
    days = rng.choice(spread.dates, CELLS)
    serials = tuple((float((day.item() - EXCEL_EPOCH).days),) for day in days)
    swap, treasury = market.history("SWAP.10Y"), market.history("UST.10Y")

    def bare():
        swaps = swap.values[np.searchsorted(swap.dates, days)]
        return 1e4 * (swaps - treasury.values[np.searchsorted(treasury.dates, days)])

    with using(market):
        array = best(lambda: call("HV_SWAPSPREAD", ["10Y", serials]))
        scalar = best(lambda: call("HV_SWAPSPREAD", ["10Y", serials[0][0]]), number=2000)
    numpy_only = best(bare)
    print(f"{CELLS:,} swap spreads, bare numpy        {1e3 * numpy_only:8.2f} ms    1.0x")
    print(f"{CELLS:,} swap spreads, one array call    {1e3 * array:8.2f} ms  {array / numpy_only:5.1f}x")
    print(f"{CELLS:,} swap spreads, a call each       {1e3 * CELLS * scalar:8.2f} ms    {1e6 * scalar:.0f} us a call")

    numpy_import = "import numpy"
    seconds = {
        code: min(
            timeit.repeat(
                lambda code=code: subprocess.run([sys.executable, "-c", code], check=True), number=1, repeat=7
            )
        )
        for code in (numpy_import, f"{numpy_import}, haven.functions")
    }
    alone, both = seconds.values()
    print(f"import haven.functions beyond numpy        {1e3 * (both - alone):6.0f} ms")
    command = [sys.executable, "-m", "haven.cli", "call", "HV_SWAPSPREAD", "10Y", "2025-04-08", "--json"]
    whole = min(timeit.repeat(lambda: subprocess.run(command, check=True, capture_output=True), number=1, repeat=5))
    print(f"haven call, whole process                  {1e3 * whole:6.0f} ms")


if __name__ == "__main__":
    main()
