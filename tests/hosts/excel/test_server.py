"""The server's process: what it loads and what it must not."""

import os
import subprocess
import sys
from pathlib import Path

START = """
from tests.hosts.excel import pywin32
import sys
from haven.hosts.excel import server
pywin32.install(server.load_xlwings)
import haven.hosts.excel.udfs
from xlwings.com_server import XLPython
print(XLPython().CallUDF("haven.hosts.excel.udfs", "HV_VERSION", ()))
unwanted = ("pandas", "matplotlib", "xlwings.pro", "xlwings.server", "xlwings.reports")
print([name for name in unwanted if name in sys.modules])
import pandas
print(pandas.__name__)
"""


def run(*arguments, **where):
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, **where)


def test_the_server_satisfies_starting_without_pandas_and_paid_modules():
    root = Path(__file__).parents[3]
    done = run("-c", START, cwd=root, env={**os.environ, "PYTHONPATH": str(root)})
    assert done.returncode == 0, done.stderr
    version, loaded, later = done.stdout.splitlines()[-3:]
    assert version
    assert loaded == "[]"
    assert later == "pandas"


def test_isolated_python_satisfies_ignoring_a_folders_modules(tmp_path):
    """Beside the workbook lies a numpy.py; the server is started from that folder with ``-I``."""
    (tmp_path / "numpy.py").write_text("raise SystemExit('the wrong numpy')\n", encoding="utf-8")
    (tmp_path / "haven.py").write_text("raise SystemExit('the wrong haven')\n", encoding="utf-8")
    code = "import haven.functions; print(haven.functions.__file__)"
    done = run("-I", "-c", code, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert not done.stdout.startswith(str(tmp_path))
