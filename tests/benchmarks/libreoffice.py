"""What a call costs through the pipe of the LibreOffice extension, beside the same call in this process."""

import sys
import time
from pathlib import Path

import haven
from haven.functions import call
from haven.hosts.libreoffice.component.pythonpath.haven_client import Client

SCALAR = ["10Y", "2025-04-08"]
ARRAY = [[["10Y"]] * 10_000, "2025-04-08"]


def seconds(work, times):
    """The best of three means."""
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        for _ in range(times):
            work()
        best = min(best, (time.perf_counter() - started) / times)
    return best


def main():
    client = Client(sys.executable, str(Path(haven.__file__).parents[1]))
    for title, arguments, times in (("scalar", SCALAR, 1000), ("10,000 values", ARRAY, 5)):
        message = {"call": "HV_SWAPSPREAD", "args": arguments}
        piped = seconds(lambda message=message: client.ask(message), times)
        direct = seconds(lambda arguments=arguments: call("HV_SWAPSPREAD", arguments), times)
        print(f"{title:15} pipe {1e3 * piped:8.3f} ms   direct {1e3 * direct:8.3f} ms   ratio {piped / direct:.2f}")
    client.close()


if __name__ == "__main__":
    main()
