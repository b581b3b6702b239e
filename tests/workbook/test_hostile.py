"""Hostile workbooks through the command line, in a process that may use 30 s of processor time and 1 GB of memory."""

import os
import resource
import subprocess
import sys

import pytest

from tests.workbook.hostile import HOSTILE, HOSTILE_DOCUMENTS

SECONDS = 30
BYTES = 1_000_000_000
HANDLED = {
    "all_upon_all", "array_over_the_whole_sheet", "bomb_nested_part", "chain_of_many", "cycle_of_many", "cycle_of_one",
    "deep_elements", "entities_in_[Content_Types].xml", "external_in_[Content_Types].xml", "external_part",
    "far_corner",
    "formula_8000", "formula_a_million", "huge_number", "huge_text", "many_large_arrays", "matrix_product",
    "million_attributes", "million_strings", "names_in_a_circle", "names_in_a_long_chain",
    "names_that_double", "negative_size", "nested_braces", "nested_brackets", "nested_calls", "nested_signs",
    "no_sheets", "power_tower", "product_of_columns", "quoted_sheet", "quotes_without_end", "repeated_text",
    "search_of_all_in_all", "shared_master_missing", "sparse_million_of_pure_markup", "styles",
    "sumproduct_many", "text_joined", "text_of_runs", "text_substituted", "text_that_doubles", "traversing_members",
    "truncated_middle", "wildcards", "same_drawing_thousands_of_times",
    "text_of_one_letter", "merges_upon_merges", "print_area_of_many_ranges",
}  # fmt: skip
"""Those that ``refresh`` can handle; the others it must refuse."""


@pytest.fixture(params=HOSTILE)
def hostile(request, tmp_path):
    """The name of a hostile workbook and its file."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(HOSTILE[request.param]())
    return request.param, path


SHARING = """
import resource, sys, time
from haven.cli import main
for command in sys.argv[2:]:
    soft = int(time.process_time()) + int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
    print("exit", main(command.split("\\n")), flush=True)
"""
"""A program that runs several commands one after another, each with the seconds of one, all in the memory of one."""
MEMORY = "haven: there is not enough memory for this; close other programs, or take a smaller file"


def limited():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_DATA, (BYTES, BYTES))


def run(*arguments, program=("-m", "haven.cli"), refusal=1):
    """The exit code of a ``haven`` command and what it said."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *program, *map(str, arguments)],
        env=environment, preexec_fn=limited, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode in (0, 1, refusal), said[-2000:]
    assert "Traceback" not in said
    assert "internal error" not in said
    return done.returncode, said


def test_refresh_refuses_or_survives_a_hostile_workbook(hostile):
    name, path = hostile
    before = path.read_bytes()
    code, said = run("refresh", "--offline", path)
    assert code == (0 if name in HANDLED else 1), said[:500]
    if code:
        assert path.read_bytes() == before
        assert said.startswith("haven: ")
        assert len(said.splitlines()) == 1


def test_compute_refuses_or_survives_a_hostile_workbook(hostile, tmp_path):
    name, path = hostile
    out = tmp_path / "out.xlsx"
    code, said = run("compute", path, "--out", out)
    assert code == (0 if name in HANDLED else 1), said[:500]
    assert out.exists() == (code == 0)


def test_import_refuses_a_hostile_workbook(hostile, haven_home):
    _, path = hostile
    code, said = run("import", path)
    assert code == 1
    assert said.startswith("haven: ")
    assert len(said) < 1000
    assert not list(haven_home.glob("*.sqlite"))


def test_what_is_shared_refuses_or_survives_a_hostile_workbook(hostile, tmp_path):
    _, path = hostile
    before = path.read_bytes()
    commands = [
        f"freeze\n{path}\n--out\n{tmp_path / 'frozen.xlsx'}",
        f"client\n{path}\n--sheet\nS\n--client\nX\n--as-of\n2025-04-08\n--out\n{tmp_path / 'client.xlsx'}",
        f"inspect\n{path}",
    ]
    _, said = run(SECONDS, *commands, program=("-c", SHARING))
    codes = [int(line[5:]) for line in said.splitlines() if line.startswith("exit ")]
    told = [line for line in said.splitlines() if line.startswith("haven: ")]
    assert len(codes) == 3
    assert codes[0] in (0, 1) and codes[1] in (0, 1) and codes[2] in (0, 1, 2)
    assert (tmp_path / "frozen.xlsx").exists() == (codes[0] == 0)
    assert (tmp_path / "client.xlsx").exists() == (codes[1] == 0)
    assert len(told) == (codes[0] > 0) + (codes[1] > 0) + (codes[2] == 2 or MEMORY in told[-1:])
    assert all(len(line) < 1000 for line in told)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", HOSTILE_DOCUMENTS)
def test_inspect_refuses_or_survives_a_hostile_document(name, tmp_path):
    path = tmp_path / "book.ods"
    path.write_bytes(HOSTILE_DOCUMENTS[name]())
    code, said = run("inspect", path, refusal=2)
    if code == 2:
        assert said.startswith(("haven: book.ods ", "haven: a print area must have at most 100 ranges"))
        assert len(said.splitlines()) == 1
