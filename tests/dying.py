"""Commands that are killed: at one of the doors every write goes through, or after a time.

A door is passed before and after a file is flushed or put in place and a transaction ends, and before each statement
that writes into the store: what one wrote is nowhere before the next or the end.

Run as a program it imports what commands need, once, then forks a process for each line it reads, so that a kill
costs no start of Python.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import time

WRITES = re.compile(r"(?!SELECT|PRAGMA)\w+( (INTO|TABLE|FROM))? \w+")
"""The first words of a statement that writes."""
ROOT = pathlib.Path(__file__).parents[1]


class Command:
    """``haven WORDS`` as often as asked, each in a process of its own, in the environment of now."""

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
        """Run and be killed at that door, or after some seconds; how it ended, doors passed, seconds taken.

        A door has the name of what it leads to, such as ``replace`` or ``INSERT INTO block``, once it is passed.
        """
        self._forking.stdin.write(f"{door} {seconds}\n")
        self._forking.stdin.flush()
        said = self._forking.stdout.readline().rstrip("\n").split("\t")
        assert said != [""], self._forking.stderr.read()
        ended, seconds, *doors = said
        return int(ended), doors, float(seconds)


def _watch_doors(dies_at, passed):
    """Have every way to write tell its name; die at one instead."""
    import sqlalchemy as sa

    doors = 0

    def tell(name):
        nonlocal doors
        doors += 1
        if doors == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        os.write(passed, f"\t{name}".encode())

    def around(owner, name):
        inner = getattr(owner, name)

        def outer(*given, **named):
            tell(name)
            answer = inner(*given, **named)
            tell(name)
            return answer

        setattr(owner, name, outer)

    def before_statements(owner, name):
        inner = getattr(owner, name)

        def outer(dialect, cursor, statement, *given, **named):
            if writes := WRITES.match(statement.strip()):
                tell(f"{writes[0]} of many rows" if name == "do_executemany" else writes[0])
            return inner(dialect, cursor, statement, *given, **named)

        setattr(owner, name, outer)

    around(os, "fsync")
    around(pathlib.Path, "replace")
    around(sa.engine.default.DefaultDialect, "do_commit")
    before_statements(sa.engine.default.DefaultDialect, "do_execute")
    before_statements(sa.engine.default.DefaultDialect, "do_executemany")


def _serve(words):
    import formulas  # noqa: F401 - so that no fork has to
    import httpx  # noqa: F401
    import keyring
    import pandas as pd  # noqa: F401

    import haven.market.refresh
    import haven.workbook.refresh  # noqa: F401
    from haven.cli import main

    keyring.get_keyring()
    for line in sys.stdin:
        door, seconds = line.split()
        begun = time.monotonic()
        reading, writing = os.pipe()
        if not (child := os.fork()):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            _watch_doors(int(door), writing)
            # The timer's signal ends a process at once, as SIGKILL does.
            signal.setitimer(signal.ITIMER_REAL, float(seconds))
            os._exit(main(words))
        os.close(writing)
        with os.fdopen(reading) as doors:
            passed = doors.read()
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(f"{ended}\t{time.monotonic() - begun}{passed}", flush=True)


if __name__ == "__main__":
    _serve(sys.argv[1:])
