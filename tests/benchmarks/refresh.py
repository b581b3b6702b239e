"""A refresh over HTTP on loopback of every source that sends tables or JSON records, then one with nothing new.

Six years of each series, all days of the Fed's zero curves. The waits between calls that spare the publishers are left
out: loopback needs none. Run as ``python -m tests.benchmarks.refresh``.
"""

import datetime as dt
import logging
import os
import tempfile
import time
from pathlib import Path

import numpy as np
from pytest_httpserver import HTTPServer

from haven.market.refresh import refresh_store
from haven.market.settings import load_settings
from haven.market.sources import web
from haven.market.sources.registry import sources
from tests.market.publishers import SERVED, Publishers

NOW = dt.datetime(2026, 11, 20, 21, 0)
FEEDS = {
    "UST.*": ["fred"],
    "TIPS.?*Y": ["fred"],
    "SOFR": ["nyfed"],
    "EFFR": ["nyfed"],
    "SWAP.*": ["eris"],
    "GSW.*": ["fedboard"],
    "KW.*": ["kimwright"],
}
YEARS = 6


def publish(served, settings):
    """Random walks of every series that is fed."""
    weekdays = np.arange(np.datetime64("1961-06-14"), np.datetime64("2026-11-20"))
    all_days = weekdays[np.is_busday(weekdays)].astype(str).tolist()
    walk = np.random.default_rng(1)
    for source in SERVED:
        days = all_days if source == "fedboard" else all_days[-261 * YEARS :]
        for series in sources()[source].feeds:
            if source in settings.sources_of(series):
                level = np.clip(4 + np.cumsum(walk.normal(0, 0.02, len(days))), 1.5, 8).round(4).tolist()
                served.publish(source, series, dict(zip(days, level, strict=True)))


def main():
    web.SECONDS_BETWEEN_CALLS = 0.0
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder, HTTPServer(host="127.0.0.1", threaded=True) as server:
        os.environ["HAVEN_HOME"] = folder
        os.environ.pop("HAVEN_STORE", None)
        served = Publishers(server)
        (Path(folder) / "settings.toml").write_text(served.settings(FEEDS))
        settings = load_settings()
        publish(served, settings)
        for title in ("first, everything", "again, nothing new"):
            started = time.perf_counter()
            report = refresh_store(settings, NOW)
            seconds = time.perf_counter() - started
            found = f"{len(report.series)} series  {report.figures:>7,} new figures"
            print(f"{title:<20}{report.outcome}  {found}  {seconds:5.2f} s")
            for why in report.failures:
                print(f"  {why}")


if __name__ == "__main__":
    main()
