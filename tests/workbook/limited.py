"""``haven`` commands, each in a process of its own that may use 30 s of processor time and 1 GB of memory.

What it waits for shows as time by the clock, of which it has more, as a busy machine takes some of it.
The processes are copies of one that has imported Haven, which saves each of some hundred the start.
"""

import json
import os
import subprocess
import sys
from contextlib import contextmanager

SECONDS = 30
WAIT = 300
BYTES = 1_000_000_000
_PARENT = """
import json, os, resource, signal, sys, traceback
import haven.cli, haven.functions, haven.market.load, haven.workbook.refresh, haven.workbook.freeze
import haven.workbook.client.file, haven.workbook.inspect, numpy, openpyxl

def run(asked):
    signal.alarm(asked["wait"])
    resource.setrlimit(resource.RLIMIT_CPU, (asked["seconds"], resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_DATA, (asked["bytes"], asked["bytes"]))
    os.environ.update(asked["environment"])
    said = os.open(asked["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(said, 1)
    os.dup2(said, 2)
    try:
        code = haven.cli.main(asked["arguments"])
    except BaseException:
        traceback.print_exc()
        code = 99
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        run(json.loads(line))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@contextmanager
def limited():
    """A function that runs a command and answers its exit code and what it said."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def run(folder, *arguments):
        said = folder / "said.txt"
        asked = {
            "arguments": [str(argument) for argument in arguments],
            "environment": {"HAVEN_HOME": os.environ["HAVEN_HOME"]},
            "said": str(said), "seconds": SECONDS, "wait": WAIT, "bytes": BYTES,
        }  # fmt: skip
        parent.stdin.write(json.dumps(asked) + "\n")
        parent.stdin.flush()
        code = int(parent.stdout.readline())
        return code, said.read_text(encoding="utf-8")

    try:
        yield run
    finally:
        parent.stdin.close()
        parent.wait()
