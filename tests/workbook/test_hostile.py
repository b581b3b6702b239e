"""Hostile workbooks through the command line, in a process that may use 30 s of processor time and 1 GB of memory."""

import shutil

import pytest

from tests.workbook.hostile import HOSTILE, HOSTILE_DOCUMENTS
from tests.workbook.limited import limited

HANDLED = {
    "all_upon_all", "array_over_the_whole_sheet", "bomb_nested_part", "chain_of_many", "cycle_of_many", "cycle_of_one",
    "deep_elements", "entities_in_[Content_Types].xml", "external_in_[Content_Types].xml", "external_part",
    "far_corner",
    "formula_8000", "formula_a_million", "huge_number", "huge_text", "many_large_arrays", "matrix_product",
    "million_strings", "names_in_a_circle", "names_in_a_long_chain",
    "names_that_double", "negative_size", "nested_braces", "nested_brackets", "nested_calls", "nested_signs",
    "no_sheets", "power_tower", "product_of_columns", "quoted_sheet", "quotes_without_end", "repeated_text",
    "search_of_all_in_all", "shared_master_missing", "styles",
    "sumproduct_many", "text_joined", "text_of_runs", "text_substituted", "text_that_doubles", "traversing_members",
    "wildcards", "same_drawing_thousands_of_times",
    "text_of_one_letter", "merges_upon_merges", "print_area_of_many_ranges",
    "absolute_name", "relations_in_a_circle", "svg_of_one_word", "gif_of_tiny_blocks",
    "emf_of_tiny_records", "conditional_formats_within_limits",
}  # fmt: skip
"""Those that ``refresh`` can handle; the others it must refuse."""


@pytest.fixture(scope="module")
def haven():
    with limited() as run:
        yield run


@pytest.fixture(scope="module", params=HOSTILE)
def built(request, tmp_path_factory):
    """The name of a hostile workbook and its file, made once for all tests of it."""
    path = tmp_path_factory.mktemp("hostile") / "book.xlsx"
    path.write_bytes(HOSTILE[request.param]())
    yield request.param, path
    path.unlink()


@pytest.fixture
def hostile(built, tmp_path):
    """The name of a hostile workbook and a copy of its file."""
    name, path = built
    return name, shutil.copy(path, tmp_path / "book.xlsx")


@pytest.fixture
def run(haven, tmp_path, haven_home):
    """Runs a command that may succeed, or fail with one of the codes; answers its exit code and what it said."""

    def checked(*arguments, codes=(0, 1)):
        code, said = haven(tmp_path, *arguments)
        assert code in codes, said[-2000:]
        assert "Traceback" not in said
        assert "internal error" not in said
        return code, said

    return checked


def test_refresh_refuses_or_survives_a_hostile_workbook(hostile, run):
    name, path = hostile
    before = path.read_bytes()
    code, said = run("refresh", "--offline", path)
    assert code == (0 if name in HANDLED else 1), said[:500]
    if code:
        assert path.read_bytes() == before
        assert said.startswith("haven: ")
        assert len(said.splitlines()) == 1


def test_compute_refuses_or_survives_a_hostile_workbook(hostile, run, tmp_path):
    name, path = hostile
    out = tmp_path / "out.xlsx"
    code, said = run("compute", path, "--out", out)
    assert code == (0 if name in HANDLED else 1), said[:500]
    assert out.exists() == (code == 0)


def test_import_refuses_a_hostile_workbook(hostile, run, haven_home):
    _, path = hostile
    code, said = run("import", path)
    assert code == 1
    assert said.startswith("haven: ")
    assert len(said) < 1000
    assert not list(haven_home.glob("*.sqlite"))


@pytest.mark.parametrize(
    "command", ["freeze {} --out", "client {} --sheet S --client X --as-of 2025-04-08 --out"], ids=["freeze", "client"]
)
def test_what_is_shared_refuses_or_survives_a_hostile_workbook(hostile, run, tmp_path, command):
    _, path = hostile
    before, out = path.read_bytes(), tmp_path / "out.xlsx"
    words = [path if word == "{}" else word for word in command.split()]
    code, said = run(*words, out)
    told = [line for line in said.splitlines() if line.startswith("haven: ")]
    assert out.exists() == (code == 0)
    assert len(told) == code and all(len(line) < 1000 for line in told)
    assert path.read_bytes() == before


def test_inspect_refuses_or_survives_a_hostile_workbook(hostile, run):
    _, path = hostile
    before = path.read_bytes()
    code, said = run("inspect", path, codes=(0, 1, 2))
    assert said.startswith("haven: ") == (code == 2)
    assert len(said) < 500_000
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", HOSTILE_DOCUMENTS)
def test_inspect_refuses_or_survives_a_hostile_document(name, tmp_path, run):
    path = tmp_path / "book.ods"
    path.write_bytes(HOSTILE_DOCUMENTS[name]())
    code, said = run("inspect", path, codes=(0, 1, 2))
    if code == 2:
        assert said.startswith(("haven: book.ods ", "haven: a print area must have at most 100 ranges"))
        assert len(said.splitlines()) == 1
