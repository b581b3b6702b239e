"""What can stand between Excel and Haven, looked at one by one: state, reason, remedy."""

import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from haven.errors import HavenError
from haven.hosts.excel.addin import ATTACH_CLSID, XLWINGS, installed_settings
from haven.hosts.excel.install import addin_path

OFFICE: Final = r"Software\Microsoft\Office\16.0\Excel"
POLICY: Final = r"Software\Policies\Microsoft\Office\16.0\Excel"
ATTACK_RULES: Final = r"SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
CHILD_PROCESSES: Final = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
WIN32_CALLS: Final = "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b"
CALLS_TIMED: Final = 100
_BITS: Final = {0x14C: 32, 0x8664: 64}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; ``remedy`` is empty where nothing need be done."""

    ok: bool
    about: str
    reason: str
    remedy: str = ""

    def __str__(self) -> str:
        line = f"{'ok    ' if self.ok else 'failed'}  {self.about}: {self.reason}"
        return f"{line}\n        {self.remedy}" if self.remedy else line


class Machine:
    """What the checks ask of the computer."""

    system = sys.platform

    def registry(self, key: str, name: str) -> object:
        """A value of the registry, the user's before the machine's; None where there is none."""
        if sys.platform == "win32":
            import winreg

            for root in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
                try:
                    with winreg.OpenKey(root, key) as opened:
                        return winreg.QueryValueEx(opened, name)[0]
                except OSError:
                    continue
        return None

    def loads(self, library: Path) -> bool:
        """Whether a library can be loaded into this process."""
        import ctypes

        try:
            ctypes.CDLL(str(library))
        except OSError:
            return False
        return True

    def timed_server(self, command: str) -> tuple[str, float, float]:
        """Ask the server as Excel does: its version, seconds to the first answer, seconds a further call."""
        from haven.hosts.excel.probe import probe

        return probe(command, CALLS_TIMED)


def examine(machine: "Machine | None" = None) -> Iterator[Finding]:
    """Look at everything, in the order in which it must work."""
    machine = machine or Machine()
    if machine.system == "darwin":
        yield Finding(False, "Excel", "Excel for Mac has no COM", "use haven desk, haven compute or LibreOffice")
        return
    if machine.system != "win32":
        yield Finding(False, "Excel", "there is none on this system", "use haven desk, haven compute or LibreOffice")
        return
    for check in _CHECKS:
        yield check(machine)


def _excel(machine: Machine) -> Finding:
    found = machine.registry(r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", "")
    if not found:
        return Finding(False, "Excel", "it is not registered on this PC", "install desktop Office")
    if "WindowsApps" in str(found):
        remedy = "replace it by the desktop Office installer; Python can't reach Store Office"
        return Finding(False, "Excel", "it is the Microsoft Store's", remedy)
    return Finding(True, "Excel", f"{found}, {bits(Path(str(found)))} bits")


def _addin(machine: Machine) -> Finding:  # noqa: ARG001 - one signature for all checks
    path = addin_path()
    if not path.exists():
        return Finding(False, "add-in", f"{path} is not there", "run haven excel install")
    try:
        stated = installed_settings(path)
    except (HavenError, OSError) as failure:
        return Finding(False, "add-in", f"{path} can't be read: {failure}", "run haven excel install")
    if XLWINGS not in stated.get("library64", ""):
        return Finding(False, "add-in", f"it is not made for xlwings {XLWINGS}", "run haven excel install")
    return Finding(True, "add-in", str(path))


def _enabled(machine: Machine) -> Finding:
    if machine.registry(rf"{OFFICE}\Resiliency\DisabledItems", "") is not None:
        remedy = "in Excel: File > Options > Add-ins > Manage: Disabled Items"
        return Finding(False, "add-in enabled", "Excel has disabled items", remedy)
    return Finding(True, "add-in enabled", "Excel has disabled nothing")


def _trusted(machine: Machine) -> Finding:
    for root in (POLICY, OFFICE):
        if machine.registry(rf"{root}\Security\Trusted Locations", "AllLocationsDisabled") == 1:
            remedy = f"ask for {addin_path().parent} to be trusted, or for the add-in to be signed"
            return Finding(False, "trusted location", "trusted locations are switched off", remedy)
        if machine.registry(rf"{root}\Security", "VBAWarnings") == 4:
            return Finding(False, "trusted location", "all macros are switched off", "ask for macros in this folder")
    return Finding(True, "trusted location", f"{addin_path().parent}, which Excel trusts")


def _mark_of_the_web(machine: Machine) -> Finding:  # noqa: ARG001
    if Path(f"{addin_path()}:Zone.Identifier").exists():
        remedy = "right-click it > Properties > Unblock, or run haven excel install"
        return Finding(False, "mark of the web", "the add-in is marked as downloaded", remedy)
    return Finding(True, "mark of the web", "none")


def _python(machine: Machine) -> Finding:
    try:
        stated = installed_settings(addin_path())
    except (HavenError, OSError):
        return Finding(False, "Python", "no add-in says which", "run haven excel install")
    library = Path(stated["library64"])
    if not library.exists():
        return Finding(False, "Python", f"{library} is not there", "install Haven with its excel extra again")
    if not machine.loads(library):
        return Finding(False, "Python", f"{library} does not load", "ask whether an antivirus program holds it")
    return Finding(True, "Python", stated["command"])


def _attack_rules(machine: Machine) -> Finding:
    blocking = [rule for rule in (CHILD_PROCESSES, WIN32_CALLS) if str(machine.registry(ATTACK_RULES, rule)) == "1"]
    if CHILD_PROCESSES in blocking:
        remedy = "run haven excel install --attach: a server started at logon, Office starts nothing"
        return Finding(False, "attack-surface rules", "Office may start no program", remedy)
    if blocking:
        remedy = "ask for an exclusion of the add-in; its VBA calls Windows to find the server"
        return Finding(False, "attack-surface rules", "macros may not call Windows", remedy)
    return Finding(True, "attack-surface rules", "none that stops xlwings")


def _server(machine: Machine) -> Finding:
    try:
        command = installed_settings(addin_path())["command"]
        version, first, further = machine.timed_server(command)
    except Exception as failure:  # noqa: BLE001 - whatever stands in the way is the finding
        attach = ATTACH_CLSID in str(failure)
        remedy = "start it: haven excel serve" if attach else "see the log; an antivirus program may have stopped it"
        return Finding(False, "server", f"it does not answer: {failure}", remedy)
    reason = f"Haven {version}, first answer after {first:.2f} s, then {1e3 * further:.2f} ms a call"
    return Finding(True, "server", reason)


def bits(program: Path) -> int:
    """Whether a Windows program has 32 or 64 bits; 0 if it is none."""
    try:
        with program.open("rb") as file:
            file.seek(0x3C)
            (header,) = struct.unpack("<I", file.read(4))
            file.seek(header + 4)
            (kind,) = struct.unpack("<H", file.read(2))
    except (OSError, struct.error):
        return 0
    return _BITS.get(kind, 0)


_CHECKS: Final[tuple[Callable[[Machine], Finding], ...]] = (
    _excel,
    _addin,
    _enabled,
    _trusted,
    _mark_of_the_web,
    _python,
    _attack_rules,
    _server,
)
