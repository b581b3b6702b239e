"""A client of the one Haven process: started at the first call, started again once when it has gone.

Runs inside LibreOffice's own Python and needs nothing but the standard library.
"""

import json
import os
import subprocess
import threading


class ProcessGoneError(Exception):
    """The Haven process can't be started, or went away twice while it was asked."""


class Client:
    """Asks Haven, one message at a time, from any thread.

    ``python`` is the interpreter that has Haven, ``path`` the folder of the package.
    """

    def __init__(self, python: str, path: str) -> None:
        self._command = [python, "-m", "haven.hosts.libreoffice.serve"]
        self._path = path
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def ask(self, message: dict[str, object]) -> dict[str, object]:
        """The answer to one message.

        Raises
        ------
        ProcessGoneError
            Also after a new start.
        """
        line = json.dumps(message).encode() + b"\n"
        with self._lock:
            for _ in range(2):
                reply = self._exchange(line)
                if reply.endswith(b"\n"):
                    answer: dict[str, object] = json.loads(reply)
                    return answer
                self.close()
        raise ProcessGoneError(f"{' '.join(self._command)} does not answer; haven libreoffice doctor says why")

    def _exchange(self, line: bytes) -> bytes:
        """One line there and back; what comes back is cut short when the process has gone."""
        try:
            process = self._process = self._process or self._start()
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(line)
            process.stdin.flush()
            return process.stdout.readline()
        except OSError:
            return b""

    def _start(self) -> "subprocess.Popen[bytes]":
        # LibreOffice points these at its own Python.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        environment["PYTHONPATH"] = self._path
        return subprocess.Popen(  # noqa: S603 - the command is the one written at installation
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def close(self) -> None:
        """End the process; the next message starts it again."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
