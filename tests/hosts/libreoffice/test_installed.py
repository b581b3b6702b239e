"""The extension installed as a user has it; where LibreOffice keeps extensions is a folder of the test's own."""

from pathlib import Path

from haven.cli import main
from haven.hosts.libreoffice.office import program, run
from tests.hosts.libreoffice.offices import needs_office

pytestmark = needs_office
BOOK = Path(__file__).with_name("installed.fods")  # =HV_SWAPSPREAD("10Y";"2025-04-08"), never calculated


def test_an_installed_extension_satisfies_doctor_and_a_cell_until_it_is_removed(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("UNO_SHARED_PACKAGES_CACHE", (tmp_path / "extensions").as_uri())
    monkeypatch.setenv("UserInstallation", (tmp_path / "profile").as_uri())
    shown = []
    for action, sound in (("install", 0), ("uninstall", 1)):
        assert main(["libreoffice", action]) == 0
        assert main(["libreoffice", "doctor"]) == sound
        run([program("soffice"), "--headless", "--convert-to", "csv", "--outdir", str(tmp_path), str(BOOK)])
        shown.append((tmp_path / "installed.csv").read_text().strip())
    assert shown == ["-56", "#NAME?"]
    told = capsys.readouterr().out
    assert told.count("failed") == 2 and "the extension must be installed: haven libreoffice install" in told
