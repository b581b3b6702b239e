"""Imports run one way, and importing the functions stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "addin" / "haven"
LAYERS = ["errors", "analytics", "market", "functions", "workbook", "hosts", "cli"]
ANALYTICS_MAY_IMPORT = {"numpy", "haven", "collections", "dataclasses", "typing", "functools", "itertools", "math"}


def modules():
    return sorted(
        path.relative_to(SOURCE) for path in SOURCE.rglob("*.py") if path.name != "__init__.py" or path.parent != SOURCE
    )


def imported(path):
    for node in ast.walk(ast.parse((SOURCE / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} uses a relative import"
            yield node.module


@pytest.mark.parametrize("path", modules(), ids=str)
def test_imports_satisfy_the_layers(path):
    own = LAYERS.index(path.parts[0].removesuffix(".py"))
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "haven" and len(parts) > 1:
            assert LAYERS.index(parts[1]) <= own, f"{path} imports {name}"


@pytest.mark.parametrize("path", [p for p in modules() if p.parts[0] == "analytics"], ids=str)
def test_analytics_satisfy_purity(path):
    assert {name.split(".")[0] for name in imported(path)} <= ANALYTICS_MAY_IMPORT


def test_the_paid_modules_of_xlwings_satisfy_absence():
    names = {name for path in modules() for name in imported(path)}
    assert not {name for name in names if name.startswith(("xlwings.pro", "xlwings.server", "xlwings.reports"))}


def test_importing_functions_satisfies_lightness():
    heavy = ["pandas", "sqlalchemy", "openpyxl", "formulas", "pyarrow", "httpx", "requests", "sqlite3", "xlwings"]
    code = f"import sys, haven.functions; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
