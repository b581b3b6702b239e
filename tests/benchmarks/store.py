"""The store beside pandas: 30 years of 60 daily series in and out, snapshots of 200 series, a desk's file in.

Each time is the best of a few, and ours and pandas' are taken in turn, so that other work on the machine says little.
"""

import datetime as dt
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy as sa

from haven.analytics.calendars import SIFMA
from haven.market import sample
from haven.market.history import Figures
from haven.market.load import load_files
from haven.market.series import catalogue, find_series
from haven.market.snapshot import Snapshot
from haven.market.store import Store

NOW = dt.datetime(2026, 11, 20, 21)
DAYS = np.busday_offset(np.datetime64(NOW, "D"), np.arange(-7499, 1), roll="backward", busdaycal=SIFMA.days)
PERCENT = 4.0
NAMES = [name for name in catalogue() if not name.endswith("*")][:200]
PLAUSIBLE = [name for name in NAMES if find_series(name).low <= PERCENT <= find_series(name).high]
WRITTEN = PLAUSIBLE[:60]
DESK = [name for name in PLAUSIBLE if name not in sample.ids()][:36]
"""What a desk's file may hold at 4 %, as the sample does not know better."""
PERIODS = {"5 years": DAYS[-1250:], "30 years": DAYS}
REFRESHES = 250
TIMES = 7


def timed(work, *others, times=TIMES):
    """The best time of each piece of work in milliseconds; the pieces take turns."""
    best = [np.inf] * (1 + len(others))
    for _ in range(times):
        for place, each in enumerate((work, *others)):
            began = time.perf_counter()
            each()
            best[place] = min(best[place], 1e3 * (time.perf_counter() - began))
    return best


def write(store, names, days):
    chance = np.random.default_rng(7)
    store.append([Figures(name, days, chance.normal(0.04, 0.01, days.size)) for name in names], "fred", "here", NOW)


def made(folder, name):
    store = Store(f"sqlite:///{folder / name}")
    store.create()
    return store


def long(names, value):
    """A row a series and day, all of one value."""
    dates = np.tile(DAYS.astype("M8[s]"), len(names))
    return pd.DataFrame({"series": np.repeat(names, DAYS.size), "date": dates, "value": value})


def show(label, goal, ours, theirs=None):
    peer = "" if theirs is None else f"   pandas {theirs:9.1f} ms   {theirs / ours:6.1f}x"
    print(f"{label:<48} Haven {ours:8.2f} ms {f'(wanted {goal:g})' if goal else '':<14}{peer}")


def snapshots(store, label, goal=None):
    """Times of all series, read anew and read again; a figure of each is asked for both times."""

    def newest(market):
        return [market.history(name).values[-1] for name in NAMES]

    def cold():
        market = Snapshot(store, store.version())
        market.read(NAMES)
        newest(market)

    market = Snapshot(store, store.version())
    market.read(NAMES)
    show(f"snapshot of 200 series, {label}, cold", goal, *timed(cold))
    show(f"snapshot of 200 series, {label}, warm", 0.05, *timed(lambda: list(map(market.history, NAMES))))


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["HAVEN_HOME"] = str(folder)
        engine = sa.create_engine(f"sqlite:///{folder / 'pandas.sqlite'}")
        frame = long(WRITTEN, 0.04)
        store = made(folder, "long.sqlite")
        times = timed(
            lambda: write(store, WRITTEN, DAYS),
            lambda: frame.to_sql("observation", engine, index=False, if_exists="replace"),
            times=1,
        )
        show(f"write {len(frame):,} figures of 60 series", 8000, *times)
        query = sa.text(f"select date, value from observation where series = '{WRITTEN[9]}' order by date")
        series = find_series(WRITTEN[9])
        show("one history of 30 years", 5, *timed(lambda: store.history(series), lambda: pd.read_sql(query, engine)))
        for label, days in PERIODS.items():
            many = made(folder, f"{label}.sqlite")
            write(many, NAMES, days)
            snapshots(many, label, 10)
        for day in range(REFRESHES):
            write(many, NAMES, DAYS[day : day + 1])
        snapshots(many, f"and {REFRESHES} refreshes")
        path = folder / "desk.csv"
        rows = long(DESK, PERCENT)[:263_000].assign(date=lambda made: made["date"].dt.date)
        rows.to_csv(path, index=False)
        times = timed(
            lambda: load_files([path], NOW),
            lambda: pd.read_csv(path).to_sql("imported", engine, index=False),
            times=1,
        )
        show(f"import {len(rows):,} rows of a desk's CSV, checked", None, *times)


if __name__ == "__main__":
    main()
