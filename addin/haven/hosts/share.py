"""The commands that share a workbook: ``haven freeze``."""

import argparse
import sys
from pathlib import Path
from typing import Any


def add_commands(commands: Any) -> None:
    """Add the commands to those of ``haven``."""
    freeze = commands.add_parser("freeze", help="turn the Haven formulas of a workbook into the values they show")
    freeze.add_argument("file", metavar="FILE", type=Path)
    freeze.add_argument("--out", metavar="FILE", type=Path, required=True)
    freeze.set_defaults(run=_freeze)


def _freeze(arguments: argparse.Namespace) -> int:
    from haven.workbook.freeze import freeze

    count = freeze(arguments.file, arguments.out)
    _say(f"{arguments.out}: {count} Haven formulas are values now")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
