"""What a client sheet costs: the desk workbook's Client page beside openpyxl that loads and saves the values.

``python tests/benchmarks/client.py`` prints; nothing is asserted.
"""

import io
import os
import tempfile
import time
from pathlib import Path


def best(action, times=5):
    """The shortest of several runs, in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main():
    """Build a desk workbook, then print one line a way."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HAVEN_HOME"] = folder
        from datetime import datetime

        import openpyxl

        from haven.workbook.client.brand import Brand
        from haven.workbook.client.file import client_file
        from haven.workbook.freeze import frozen
        from haven.workbook.inspect import inspect_package
        from haven.workbook.package import Package
        from haven.workbook.refresh import build_desk

        path = Path(folder) / "desk.xlsx"
        build_desk(path, None, None, datetime(2026, 11, 20))
        data = path.read_bytes()

        def plain():
            openpyxl.load_workbook(io.BytesIO(data), data_only=True).save(io.BytesIO())

        peer = best(plain)
        ways = {
            "openpyxl, load and save the values": plain,
            "client sheet, inspected": lambda: client_file(Package(data), ["Client"], "A Fund", Brand()),
            "haven inspect, the whole workbook": lambda: inspect_package(Package(data)),
            "haven freeze, the whole workbook": lambda: frozen(Package(data)),
        }
        for name, way in ways.items():
            seconds = best(way)
            print(f"{name:<36}{1e3 * seconds:8.0f} ms {peer / seconds:6.1f}x")


if __name__ == "__main__":
    main()
