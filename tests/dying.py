"""Refreshes that are killed: at one of the doors every write goes through, or after a time.

Run as a program it imports what a refresh needs, once, then forks a process for each line it reads, so that a kill
costs no start of Python.
"""

import os
import pathlib
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).parents[1]


class Refreshes:
    """``haven refresh WORDS`` as often as asked, each in a process of its own, in the environment of now."""

    def __init__(self, *words):
        command = [sys.executable, "-m", "tests.dying", *map(str, words)]
        self._forking = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._forking.communicate(timeout=120)

    def run(self, *, door=0, seconds=0.0):
        """Refresh and be killed at that door, or after some seconds; how it ended, doors passed, seconds taken."""
        self._forking.stdin.write(f"{door} {seconds}\n")
        self._forking.stdin.flush()
        said = self._forking.stdout.readline().split()
        assert said, self._forking.stderr.read()
        return int(said[0]), int(said[1]), float(said[2])


def _count_doors(dies_at, counter):
    """Have every way to write tell the counter, before and after; die at one."""
    import sqlalchemy as sa

    passed = 0

    def tell():
        nonlocal passed
        passed += 1
        if passed == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        os.write(counter, b".")

    def around(owner, name):
        inner = getattr(owner, name)

        def outer(*given, **named):
            tell()
            answer = inner(*given, **named)
            tell()
            return answer

        setattr(owner, name, outer)

    around(os, "fsync")
    around(pathlib.Path, "replace")
    around(sa.engine.default.DefaultDialect, "do_commit")
    around(sa.engine.default.DefaultDialect, "do_executemany")


def _serve(words):
    import formulas  # noqa: F401 - so that no fork has to
    import httpx  # noqa: F401
    import pandas as pd  # noqa: F401

    import haven.market.refresh
    import haven.workbook.refresh  # noqa: F401
    from haven.cli import main

    for line in sys.stdin:
        door, seconds = line.split()
        begun = time.monotonic()
        reading, writing = os.pipe()
        if not (child := os.fork()):
            _count_doors(int(door), writing)
            # The timer's signal ends a process at once, as SIGKILL does.
            signal.setitimer(signal.ITIMER_REAL, float(seconds))
            os._exit(main(["refresh", "--quiet", *words]))
        os.close(writing)
        with os.fdopen(reading, "rb") as doors:
            passed = len(doors.read())
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(ended, passed, time.monotonic() - begun, flush=True)


if __name__ == "__main__":
    _serve(sys.argv[1:])
