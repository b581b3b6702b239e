"""A refresh over HTTP on loopback of all public sources with the default settings, then one with nothing new.

Everything the reference data holds of them, since 1961; the NY Fed's ACM figures, monthly there, are carried to every
day, as its workbook has them, and what is not there is made up. Server and bodies are ready before; the server shares
the processor. The second pair keeps the waits between calls that spare the publishers, which loopback needs not.
Run as ``python -m tests.benchmarks.refresh``.
"""

import datetime as dt
import logging
import os
import tempfile
import time
from functools import cache
from pathlib import Path

import numpy as np
from pytest_httpserver import HTTPServer

from haven.market.refresh import Order, refresh_store, wanted_series
from haven.market.series import find_series
from haven.market.settings import load_settings
from haven.market.sources import web
from tests.market.histories import histories
from tests.market.publishers import Publishers

NOW = dt.datetime(2026, 11, 20, 21, 0)
FIRST = {"treasury": "1990-01-02"}
"""The first day a publisher's own file has, where another's goes further back."""


class Printed(Publishers):
    """Publishers that write each body once."""

    body = cache(Publishers.body)


def publish(served, settings):
    """All real histories, and random walks of the series without one."""
    known = {name: _every_day(dated) if name.startswith("ACM.") else dated for name, dated in histories().items()}
    recent = np.arange(np.datetime64("2018-04-02"), np.datetime64("2026-11-20"))
    days = recent[np.is_busday(recent)].astype(str).tolist()
    walk = np.random.default_rng(1)
    for name, named in wanted_series(settings).items():
        series = find_series(name)
        middle = max(series.low, -1e6) / 2 + min(series.high, 1e6) / 2
        made_up = (middle * (1 + np.cumsum(walk.normal(0, 0.001, len(days))))).round(4).tolist()
        dated = known.get(name) or dict(zip(days, made_up, strict=True))
        for source in named:
            first = FIRST.get(source, "")
            served.publish(source, name, {day: value for day, value in dated.items() if day >= first})


def _every_day(dated):
    held = np.array(sorted(dated), "M8[D]")
    days = np.arange(held[0], held[-1] + 1)
    days = days[np.is_busday(days)]
    values = np.interp(days.astype(int), held.astype(int), [dated[str(day)] for day in held])
    return dict(zip(days.astype(str).tolist(), values.tolist(), strict=True))


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with HTTPServer(host="127.0.0.1", threaded=True) as server:
        served = Printed(server)
        take_turn = web.Web._take_turn
        for waits in (False, True):
            web.Web._take_turn = take_turn if waits else lambda *_: None
            with tempfile.TemporaryDirectory() as folder:
                os.environ["HAVEN_HOME"] = folder
                os.environ.pop("HAVEN_STORE", None)
                (Path(folder) / "settings.toml").write_text(served.settings(None))
                settings = load_settings()
                if not any(served.figures.values()):
                    publish(served, settings)
                    refresh_store(settings, NOW, Order(dry_run=True))
                served.asked.clear()
                print(f"{'with' if waits else 'without'} waits between calls to a publisher")
                for title in ("first, everything", "again, nothing new"):
                    _show(title, settings, served)


def _show(title, settings, served):
    asked = len(served.asked)
    started, busy = time.perf_counter(), time.process_time()
    report = refresh_store(settings, NOW)
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    found = f"{len(report.sources)} sources  {len(report.series)} series  {report.figures:>9,} new figures"
    print(f"  {title:<20}{report.outcome}  {found}  {len(served.asked) - asked:>3} calls  {seconds:5.2f} s")
    print(f"{'':<22}the processor was busy with it, and with serving, for {busy:.2f} s")
    for why in report.failures:
        print(f"    {why}")


if __name__ == "__main__":
    main()
