"""The README and the list of functions say what the program does."""

import re

import pytest

from haven.cli import main
from tests.readme import FUNCTIONS, README, functions, generated


def test_readme_satisfies_being_generated():
    text = README.read_text(encoding="utf-8")
    assert generated(text) == text, "run python -m tests.readme"


def test_list_of_functions_satisfies_being_generated():
    assert FUNCTIONS.read_text(encoding="utf-8") == functions(), "run python -m tests.readme"


def test_readme_commands_satisfy_being_understood(capsys):
    commands = set(re.findall(r"^haven (\w+)", README.read_text(encoding="utf-8"), re.MULTILINE))
    assert commands >= {"import", "desk", "refresh"}
    for command in commands:
        with pytest.raises(SystemExit, match="0"):
            main([command, "--help"])
    assert "usage: haven" in capsys.readouterr().out
