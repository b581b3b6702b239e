"""A grid of break-evens in one call, beside the same cells called one by one, in one run.

Run as ``python tests/benchmarks/balance_sheet.py``.
"""

import resource
import time
import timeit

import numpy as np

from haven.functions import call
from haven.market.snapshot import current, using

OPTIONS = {"tenor": "10Y", "date": "2025-04-11"}


def grid(size):
    """Break-evens over hurdles across and leverage ratios down."""
    hurdles = np.linspace(0.05, 0.2, size).tolist()
    ratios = [[ratio] for ratio in np.linspace(0.02, 0.08, size).tolist()]
    return call("HV_GRID", ["HV_BREAKEVEN", "hurdle", [hurdles], "leverage_ratio", ratios, OPTIONS])


def main():
    with using(current()):
        whole = min(timeit.repeat(lambda: grid(200), number=3, repeat=5)) / 3
        options = {"hurdle": 0.12, "leverage_ratio": 0.05}
        one = (
            min(timeit.repeat(lambda: call("HV_BREAKEVEN", ["10Y", "2025-04-11", options]), number=500, repeat=5)) / 500
        )
        print(f"200 x 200 break-evens, HV_GRID      {1e3 * whole:8.1f} ms")
        print(f"200 x 200 break-evens, cell by cell {1e3 * 40_000 * one:8.1f} ms   {40_000 * one / whole:.0f}x")
        for size in (250, 500, 1000):
            start = time.perf_counter()
            grid(size)
            print(f"{size * size:>9,} scenarios in one call    {1e3 * (time.perf_counter() - start):8.1f} ms")
        print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
