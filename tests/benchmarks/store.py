"""The store beside pandas: 30 years of 60 daily series in and out, snapshots of 200 series, a desk's file in."""

import datetime as dt
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy as sa

from haven.market.history import Figures
from haven.market.load import load_files
from haven.market.series import catalogue, find_series
from haven.market.snapshot import Snapshot
from haven.market.store import Store

NOW = dt.datetime(2026, 11, 20)
DAYS = np.busday_offset("1996-11-18", np.arange(7500), roll="forward")
PERCENT = 4.0
NAMES = [name for name in catalogue() if not name.endswith("*")][:200]
WRITTEN = [name for name in NAMES if find_series(name).low <= PERCENT <= find_series(name).high][:60]
YEARS_5 = 1250


def timed(work):
    began = time.perf_counter()
    answer = work()
    return 1e3 * (time.perf_counter() - began), answer


def written(store, names, days):
    chance = np.random.default_rng(7)
    figures = [Figures(name, days, chance.normal(0.04, 0.01, days.size)) for name in names]
    return timed(lambda: store.append(figures, "fred", "benchmark", NOW))[0]


def made(folder, name):
    store = Store(f"sqlite:///{folder / name}")
    store.create()
    return store


def show(label, ours, theirs=None):
    peer = "" if theirs is None else f"   pandas {theirs:9.1f} ms   {theirs / ours:6.1f}x"
    print(f"{label:<44} Haven {ours:8.2f} ms{peer}")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["HAVEN_HOME"] = str(folder)
        store = made(folder, "long.sqlite")
        engine = sa.create_engine(f"sqlite:///{folder / 'pandas.sqlite'}")
        frame = pd.DataFrame({
            "series": np.repeat(WRITTEN, DAYS.size), "date": np.tile(DAYS.astype("M8[s]"), len(WRITTEN)), "value": 0.04,
        })  # fmt: skip
        theirs, _ = timed(lambda: frame.to_sql("observation", engine, index=False))
        show(f"write {len(frame):,} figures of 60 series", written(store, WRITTEN, DAYS), theirs)
        query = sa.text(f"select date, value from observation where series = '{WRITTEN[9]}' order by date")
        theirs, _ = timed(lambda: pd.read_sql(query, engine))
        store.history(find_series(WRITTEN[0]))
        show("one history of 30 years", timed(lambda: store.history(find_series(WRITTEN[9])))[0], theirs)
        for label, days in (("5 years", DAYS[-YEARS_5:]), ("30 years", DAYS)):
            many = made(folder, f"{label}.sqlite")
            written(many, NAMES, days)
            Snapshot(many, many.version()).read(NAMES[:1])
            market, cold = Snapshot(many, many.version()), 0.0
            cold, _ = timed(lambda market=market: market.read(NAMES))
            show(f"snapshot of 200 series, {label}, cold", cold)
            warm, _ = timed(lambda market=market: [market.history(name) for name in NAMES])
            show(f"snapshot of 200 series, {label}, warm", warm)
        path = folder / "desk.csv"
        rows = frame[:263_000].assign(value=PERCENT, date=frame["date"].dt.date)
        rows.to_csv(path, index=False)
        theirs, _ = timed(lambda: pd.read_csv(path).to_sql("imported", engine, index=False))
        show(f"import {len(rows):,} rows of a desk's CSV, checked", timed(lambda: load_files([path], NOW))[0], theirs)


if __name__ == "__main__":
    main()
