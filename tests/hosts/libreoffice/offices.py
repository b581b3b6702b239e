"""A LibreOffice for tests, with our extension and a profile of its own, on a screen of its own if asked."""

import json
import os
import shutil
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from haven.errors import HavenError
from haven.hosts.libreoffice.office import office_python, own_environment, private_office, program

STEPS = Path(__file__).with_name("steps.py")
SECONDS = 120


def _absent(*others):
    if os.environ.get("HAVEN_OFFICE") == "required":
        return ""
    for name in ("soffice", *others):
        if shutil.which(name) is None:
            return f"{name} is not installed"
    try:
        office_python()
    except HavenError as failure:
        return failure.message
    return ""


needs_office = pytest.mark.skipif(bool(_absent()), reason=_absent() or "all there")
_NO_SCREEN = _absent("Xvfb", "openbox", "xdotool")
needs_screen = pytest.mark.skipif(bool(_NO_SCREEN), reason=_NO_SCREEN or "all there")


class Office:
    """A running LibreOffice; :meth:`take` takes one of the steps of ``steps.py`` in it."""

    def __init__(self, settings, environment, *options):
        self._environment = {**own_environment(), **environment}
        self._pipe = f"haventest{os.getpid()}"
        self._settings = settings
        self._process = self.start(*options, "--norestore", "--nologo", f"--accept=pipe,name={self._pipe};urp")

    def start(self, *arguments):
        """Start the program, which hands over to the one that runs already."""
        command = [program("soffice"), *self._settings, *arguments]
        return subprocess.Popen(
            command,
            env=self._environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def take(self, step, *arguments):
        """What a step answers; it must end."""
        command = [office_python(), str(STEPS), self._pipe, step, *map(str, arguments)]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def end(self):
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@contextmanager
def office(home, *, on_screen):
    """A LibreOffice whose Haven has ``home``."""
    with private_office() as settings:
        if not on_screen:
            running = Office(settings, {"HAVEN_HOME": str(home)}, "--headless")
            try:
                yield running
            finally:
                running.end()
            return
        with _screen() as display:
            running = Office(settings, {"HAVEN_HOME": str(home), "DISPLAY": display}, "--calc")
            try:
                yield running
            finally:
                running.end()


@contextmanager
def _screen():
    """A display that nobody sees, with a window manager, without which no window is active."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as numbers:
            display = f":{numbers.readline().strip()}"
        manager = subprocess.Popen(["openbox"], env={**os.environ, "DISPLAY": display}, stderr=subprocess.DEVNULL)
        yield display
        manager.terminate()
        manager.wait()
    finally:
        server.terminate()
        server.wait()
