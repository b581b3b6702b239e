"""Installing, and what the doctor sees, on a Windows of the test's making."""

import struct
from pathlib import Path

import pytest

from haven.errors import HavenError
from haven.hosts.excel import doctor, install
from haven.hosts.excel.addin import ATTACH_CLSID, installed_settings
from haven.hosts.excel.doctor import Finding, Machine, bits, examine

PYTHON = r"C:\Haven\Scripts\pythonw.exe"
EXCEL = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"


@pytest.fixture
def windows(monkeypatch, tmp_path):
    """A Windows whose profile is a folder of the test."""
    monkeypatch.setattr(install.sys, "platform", "win32")
    monkeypatch.setattr(install.sys, "executable", PYTHON.replace("pythonw", "python"))
    monkeypatch.setattr(install, "_short_path", lambda path: path)
    monkeypatch.setenv("APPDATA", str(tmp_path))
    return tmp_path


class Fake(Machine):
    """A PC by its registry; its library loads and its server answers unless said otherwise."""

    system = "win32"

    def __init__(self, loads=True, server=("0.1.0", 0.6, 0.0004), **_):
        self.values = {(EXCEL, ""): r"C:\Office\excel.exe"}
        self._loads, self._server = loads, server

    def registry(self, key, name):
        return self.values.get((key, name))

    def loads(self, _):
        return self._loads

    def timed_server(self, _):
        if isinstance(self._server, Exception):
            raise self._server
        return self._server


def found(machine, about):
    return next(finding for finding in examine(machine) if finding.about == about)


def test_install_satisfies_excels_start_folder(windows):
    assert install.install() == [windows / "Microsoft" / "Excel" / "XLSTART" / "Haven.xlam"]
    assert PYTHON in installed_settings(install.addin_path())["command"]


def test_install_satisfies_keeping_what_was_there(windows):
    install.addin_path().parent.mkdir(parents=True)
    install.addin_path().write_bytes(b"before")
    install.install()
    assert install.addin_path().with_name(install.BACKUP).read_bytes() == b"before"


def test_attach_satisfies_a_server_at_logon(windows):
    assert install.install(attach=True)[1] == install.logon_path()
    assert install.logon_path().read_text() == f'@start "" "{PYTHON}" -I -m haven.hosts.excel.server {ATTACH_CLSID}\n'
    assert installed_settings(install.addin_path())["command"] == ATTACH_CLSID
    install.install()
    assert not install.logon_path().exists()


def test_uninstall_satisfies_leaving_nothing(windows):
    install.install(attach=True)
    assert len(install.uninstall()) == 2
    assert install.uninstall() == []


def test_an_add_in_in_use_is_refused(windows, monkeypatch):
    def locked(*_, **__):
        raise PermissionError("in use")

    monkeypatch.setattr(install, "build", locked)
    with pytest.raises(HavenError, match="close Excel"):
        install.install()


def test_another_system_is_refused(monkeypatch):
    monkeypatch.setattr(install.sys, "platform", "linux")
    for action in (install.install, install.uninstall):
        with pytest.raises(HavenError, match="on Windows only"):
            action()


def test_a_path_that_is_not_ascii_satisfies_its_short_form(monkeypatch):
    monkeypatch.setattr(install, "_short_path", lambda _: r"C:\Users\JRGEN~1\pythonw.exe")
    assert install.plain_path(r"C:\Users\Jürgen Maß\pythonw.exe") == r"C:\Users\JRGEN~1\pythonw.exe"


def test_a_path_without_short_form_is_refused(monkeypatch):
    monkeypatch.setattr(install, "_short_path", lambda path: path)
    with pytest.raises(HavenError, match=r"must be ASCII.*C:\\Haven"):
        install.plain_path(r"C:\Users\Jürgen\pythonw.exe")


def test_a_healthy_pc_satisfies_every_check(windows, monkeypatch):
    install.install()
    monkeypatch.setattr(Path, "exists", lambda path: not str(path).endswith("Zone.Identifier"))
    findings = list(examine(Fake()))
    assert [finding.about for finding in findings if not finding.ok] == []
    assert len(findings) == 8
    assert "0.60 s, then 0.40 ms a call" in findings[-1].reason


@pytest.mark.parametrize(
    ("key", "name", "value", "about", "remedy"),
    [
        (EXCEL, "", r"C:\Program Files\WindowsApps\excel.exe", "Excel", "desktop Office installer"),
        (rf"{doctor.OFFICE}\Resiliency\DisabledItems", "", b"", "add-in enabled", "Disabled Items"),
        (rf"{doctor.POLICY}\Security\Trusted Locations", "AllLocationsDisabled", 1, "trusted location", "signed"),
        (rf"{doctor.OFFICE}\Security", "VBAWarnings", 4, "trusted location", "macros"),
        (doctor.ATTACK_RULES, doctor.CHILD_PROCESSES, "1", "attack-surface rules", "--attach"),
        (doctor.ATTACK_RULES, doctor.WIN32_CALLS, "1", "attack-surface rules", "exclusion"),
    ],
)
def test_what_stands_in_the_way_satisfies_a_remedy(windows, key, name, value, about, remedy):
    machine = Fake()
    machine.values[key, name] = value
    finding = found(machine, about)
    assert not finding.ok
    assert remedy in finding.remedy


def test_rules_that_only_audit_satisfy_no_remedy(windows):
    machine = Fake()
    machine.values[doctor.ATTACK_RULES, doctor.CHILD_PROCESSES] = "2"
    assert found(machine, "attack-surface rules").ok


def test_an_absent_excel_and_add_in_satisfy_saying_so(windows):
    machine = Fake()
    machine.values.clear()
    assert "not registered" in found(machine, "Excel").reason
    assert found(machine, "add-in").remedy == "run haven excel install"
    assert found(machine, "Python").remedy == "run haven excel install"


def test_a_broken_add_in_satisfies_saying_so(windows):
    install.addin_path().parent.mkdir(parents=True)
    install.addin_path().write_bytes(b"not a workbook")
    assert "can't be read" in found(Fake(), "add-in").reason


def test_an_add_in_for_another_xlwings_satisfies_saying_so(windows, monkeypatch):
    install.install()
    monkeypatch.setattr(doctor, "XLWINGS", "9.9.9")
    assert "xlwings 9.9.9" in found(Fake(), "add-in").reason


def test_a_mark_of_the_web_satisfies_saying_so(windows):
    install.install()
    Path(f"{install.addin_path()}:Zone.Identifier").write_text("[ZoneTransfer]\nZoneId=3\n")
    assert "downloaded" in found(Fake(), "mark of the web").reason


def test_a_library_that_does_not_load_satisfies_saying_so(windows, monkeypatch):
    install.install()
    assert "is not there" in found(Fake(), "Python").reason
    monkeypatch.setattr(Path, "exists", lambda _: True)
    assert "does not load" in found(Fake(loads=False), "Python").reason


def test_a_silent_server_satisfies_saying_so(windows):
    install.install(attach=True)
    finding = found(Fake(server=OSError(f"class {ATTACH_CLSID} is not registered")), "server")
    assert (finding.ok, finding.remedy) == (False, "start it: haven excel serve")


@pytest.mark.parametrize(("system", "said"), [("darwin", "no COM"), ("linux", "none on this system")])
def test_other_systems_satisfy_saying_what_works(system, said):
    machine = Fake()
    machine.system = system
    (finding,) = examine(machine)
    assert said in finding.reason
    assert "LibreOffice" in finding.remedy


@pytest.mark.parametrize(("kind", "expected"), [(0x8664, 64), (0x14C, 32), (0x1234, 0)])
def test_the_bits_of_a_program_pinned(tmp_path, kind, expected):
    program = tmp_path / "excel.exe"
    program.write_bytes(
        b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x80) + b"\0" * 0x40 + b"PE\0\0" + struct.pack("<H", kind)
    )
    assert bits(program) == expected
    assert bits(tmp_path / "absent.exe") == 0


def test_a_finding_satisfies_state_reason_and_remedy():
    assert str(Finding(False, "Excel", "it is away", "fetch it")) == "failed  Excel: it is away\n        fetch it"
