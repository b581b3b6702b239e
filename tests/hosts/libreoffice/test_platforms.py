"""LibreOffice and Haven's process on Windows and macOS, as far as that can be seen without these systems."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import haven
from haven.cli import main
from haven.functions import CATALOGUE
from haven.hosts.libreoffice import office
from haven.hosts.libreoffice.component.pythonpath.haven_client import Client
from haven.hosts.libreoffice.extension import settings

PACKAGE = str(Path(haven.__file__).parents[1])
ASKED = {"call": "HV_SWAPSPREAD", "args": ["10Y", "2025-04-08"]}


@pytest.mark.parametrize("name", ["soffice", "unopkg"])
def test_a_program_off_the_path_satisfies_its_usual_folder(tmp_path, monkeypatch, name):
    folder = tmp_path / "Program Files" / "LibreOffice é" / "program"
    folder.mkdir(parents=True)
    (folder / name).write_text("#!/bin/sh\n")
    (folder / name).chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(office, "_FOLDERS", (str(tmp_path / "absent"), str(folder)))
    assert office.program(name) == str(folder / name)


def test_the_usual_folders_satisfy_each_system():
    assert {r"C:\Program Files\LibreOffice\program", "/Applications/LibreOffice.app/Contents/MacOS"} < set(
        office._FOLDERS
    )


def test_the_process_satisfies_a_start_without_a_window(monkeypatch):
    """On Windows: no console, and a list of arguments, which needs no quoting."""
    started = []

    def start(command, **options):
        started.append((command, options))
        raise OSError

    monkeypatch.setattr(subprocess, "CREATE_NO_WINDOW", 0x08000000, raising=False)
    monkeypatch.setattr(subprocess, "Popen", start)
    monkeypatch.setenv("PYTHONHOME", r"C:\Program Files\LibreOffice\program\python-core")
    python = r"C:\Users\Zoë Ng\AppData\Local\Haven\Scripts\python.exe"
    with pytest.raises(Exception, match="does not answer"):
        Client(python, r"C:\Users\Zoë Ng").ask(ASKED)
    command, options = started[0]
    assert command == [python, "-m", "haven.hosts.libreoffice.serve"]
    assert options["creationflags"] == 0x08000000 and "shell" not in options
    assert "PYTHONHOME" not in options["env"] and options["env"]["PYTHONPATH"] == r"C:\Users\Zoë Ng"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_python_in_a_folder_with_blanks_and_accents_satisfies_answers(tmp_path):
    folder = tmp_path / 'Zoë\'s "desk" $HOME'
    folder.mkdir()
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(stat.S_IRWXU)
    (folder / "package").symlink_to(PACKAGE)
    client = Client(str(python), str(folder / "package"))
    try:
        assert client.ask(ASKED) == {"value": -56.0}
    finally:
        client.close()


def test_the_extension_satisfies_the_python_that_wrote_it(monkeypatch):
    python = r"C:\Users\Zoë Ng\Haven\python.exe"
    monkeypatch.setattr(sys, "executable", python)
    assert json.loads(json.dumps(settings()))["python"] == python


@pytest.fixture
def diagnosed(monkeypatch, capsys):
    """What doctor says of an installed extension with some settings changed."""

    def diagnose(**changed):
        monkeypatch.setattr(office, "program", lambda name: name)
        monkeypatch.setattr(office, "office_python", lambda: "python")
        monkeypatch.setattr(office, "installed_settings", lambda: {**settings(), **changed})
        return main(["libreoffice", "doctor"]), capsys.readouterr().out

    return diagnose


def test_doctor_satisfies_a_sound_installation(diagnosed):
    code, told = diagnosed()
    assert code == 0 and "failed" not in told and f"{len(CATALOGUE)} functions" in told


@pytest.mark.parametrize("change", ["python", "path"])
def test_doctor_refuses_a_haven_that_is_gone_or_moved(diagnosed, tmp_path, change):
    gone = str(tmp_path / "gone")
    other = {} if change == "python" else {"python": shutil.which("python3", path="/usr/bin") or os.devnull}
    code, told = diagnosed(**{**other, change: gone})
    assert code == 1 and "failed  the Haven process" in told and "does not answer" in told


@pytest.mark.parametrize("changed", [{"functions": settings()["functions"][1:]}, {"version": "0.0.9"}])
def test_doctor_refuses_an_extension_of_another_version(diagnosed, changed):
    code, told = diagnosed(**changed)
    assert code == 1 and "failed  the extension" in told and "run haven libreoffice install again" in told


def test_doctor_refuses_a_process_of_another_version(diagnosed):
    code, told = diagnosed(version="0.0.9")
    assert code == 1 and f"must have the Haven of the extension, 0.0.9, and has {haven.__version__}" in told
