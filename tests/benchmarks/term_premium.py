"""The ACM estimate beside pyacm on the same panel in one run, and what a cell pays.

Run as ``python tests/benchmarks/term_premium.py``; the panel is the sample's.
"""

import timeit
import warnings

import numpy as np
import pandas as pd

from haven.analytics import acm
from haven.functions import call
from haven.functions.models import find_acm
from haven.market.snapshot import current, using

YEARS = np.arange(12, 121, 12)


def best(action, number=5, repeat=5):
    """Best time of one call, in milliseconds."""
    return 1e3 * min(timeit.repeat(action, number=number, repeat=repeat)) / number


def main():
    import pyacm

    class Peer(pyacm.NominalACM):
        """Without the check of the index's frequency, which knows the names of older pandas only."""

        @staticmethod
        def _assertions(*_):
            return None

    with using(current()):
        model = find_acm()
        rows = acm.month_ends(model.curve.dates)
        dates, yields = model.curve.dates[rows], model.zeros[rows]
        frame = pd.DataFrame(yields, pd.DatetimeIndex(dates), acm.MATURITIES)
        maturities = list(acm.RETURN_MATURITIES)
        warnings.simplefilter("ignore")
        ours = best(lambda: acm.decompose(acm.estimate(dates, yields, yields[:, 0]), yields, YEARS))
        theirs = best(lambda: Peer(curve=frame, curve_m=frame, selected_maturities=maturities), number=1)
        beside = f"Haven {ours:7.1f} ms   pyacm {theirs:7.1f} ms   {theirs / ours:.1f}x"
        print(f"estimate and decompose {dates.size} months    {beside}")
        for days in (1_000, 4_000, 16_000):
            daily = np.resize(model.zeros, (days, acm.LONGEST))
            spent = best(lambda d=daily: acm.decompose(model.model, d, YEARS))
            print(f"decompose {days:>6,} days x 10 maturities  {spent:7.1f} ms")
        cell = best(lambda: call("HV_TERMPREMIUM", ["10Y", "2025-04-11"]), number=2000)
        print(f"HV_TERMPREMIUM, a call                  {1e3 * cell:7.0f} us")


if __name__ == "__main__":
    main()
