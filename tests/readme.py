"""What is generated of the README (command output, lists of functions and sources), and workbook/functions.md.

``python -m tests.readme`` writes both anew; a test holds them to it. ``python -m tests.readme --speed`` also
runs the benchmarks and puts what they print beside the commands that make it.
"""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from itertools import groupby
from pathlib import Path

from haven.cli import main
from haven.functions.text import in_order
from haven.market.series import catalogue, find_series
from haven.market.sources.registry import sources

README = Path(__file__).parents[1] / "README.md"
FUNCTIONS = README.parent / "workbook" / "functions.md"
_OUTPUT = re.compile(r"(<!-- output of: haven (.+?) -->\n```\n)(.*?)(```)", re.DOTALL)
_BENCHMARK = re.compile(r"(<!-- benchmark of: python (.+?) -->.*?```\n)(.*?)(```)", re.DOTALL)
_SOURCES = re.compile(r"(<!-- sources -->\n)(.*?)(<!-- end of sources -->)", re.DOTALL)
_FUNCTIONS = re.compile(r"(<!-- functions -->\n)(.*?)(<!-- end of functions -->)", re.DOTALL)


def output(command):
    """What a command prints on the sample, in a folder of its own."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as printed:
        os.chdir(folder)
        try:
            main(shlex.split(command))
        finally:
            os.chdir(before)
        return printed.getvalue().replace(f"{Path(folder).resolve()}{os.sep}", "")


def categories():
    """Each category and the declarations of its functions."""
    return groupby(in_order(), key=lambda declaration: declaration.category)


def names():
    """A table of the names of the functions, a row a category."""
    lines = ["", "| | |", "|---|---|"]
    for category, members in categories():
        lines.append(f"| {category} | {', '.join(declaration.name for declaration in members)} |")
    return "\n".join([*lines, "", ""])


def functions():
    """The page of all functions: what each takes and is for, a table a category."""
    lines = ["# Functions", "", "Arguments in brackets may be left out; `haven functions NAME` explains each."]
    for category, members in categories():
        lines += ["", f"## {category}", "", "| | |", "|---|---|"]
        lines += [f"| `{declaration.signature}` | {declaration.help} |" for declaration in members]
    return "\n".join([*lines, ""])


def feeds():
    """A table of every source that has series of its own."""
    lines = ["", "| source | series | published | may be used |", "|---|---|---|---|"]
    for name, source in sources().items():
        families = dict.fromkeys(
            f"{row.family}.*" if (row := find_series(one)).family else one for one in in_catalogue(source)
        )
        if families:
            lines.append(f"| `{name}` | {', '.join(families)} | {source.publishes} | {source.licence} |")
    return "\n".join([*lines, "", ""])


def in_catalogue(source):
    """The series of a source, as the catalogue orders them."""
    return [series for series in catalogue() if series in source.feeds]


def generated(text):
    """The README with its generated parts anew."""
    text = _SOURCES.sub(lambda found: found[1] + feeds() + found[3], text)
    text = _OUTPUT.sub(lambda found: found[1] + output(found[2]) + found[4], text)
    return _FUNCTIONS.sub(lambda found: found[1] + names() + found[3], text)


def measured(text):
    """The README with its benchmarks run anew."""

    def run(found):
        command = [sys.executable, *shlex.split(found[2])]
        printed = subprocess.run(command, cwd=README.parent, check=True, capture_output=True, text=True).stdout
        return found[1] + printed + found[4]

    return _BENCHMARK.sub(run, text)


if __name__ == "__main__":
    FUNCTIONS.write_text(functions(), encoding="utf-8")
    readme = generated(README.read_text(encoding="utf-8"))
    README.write_text(measured(readme) if "--speed" in sys.argv else readme, encoding="utf-8")
