"""A process ends although a thread is in the middle of something, as a source that was given up is."""

import subprocess
import sys

import pytest

BUSY = """
import io, sys, threading, time
import pyarrow.csv

table = b"a,b\\n" + b"1,2\\n" * 100_000

def read():
    while True:
        pyarrow.csv.read_csv(io.BytesIO(table))

for _ in range(4):
    threading.Thread(target=read, daemon=True).start()
time.sleep(0.2)
from haven.cli import run
sys.argv = ["haven", *sys.argv[1:]]
run()
"""


@pytest.mark.parametrize("attempt", range(3))
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [(["functions", "HV_SWAPSPREAD"], 0, "HV_SWAPSPREAD"), (["functions", "HV_NONSENSE"], 1, "HV_NONSENSE")],
)
def test_a_busy_thread_satisfies_the_exit_code_and_every_word(words, code, said, attempt):
    ended = subprocess.run(
        [sys.executable, "-c", BUSY, *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == code, ended.stderr
    assert said in (ended.stderr if code else ended.stdout)
