"""The server asked as Excel asks it, and timed."""

import subprocess
import time
import uuid
from typing import Any, Final

from haven.errors import HavenError, Reason

PATIENCE_SECONDS: Final = 20.0
CLASS_ABSENT: Final = -2147221164
"""What Windows says of a class that nobody serves (yet)."""


def probe(command: str, calls: int) -> tuple[str, float, float]:
    """Start the server, or find the one started at logon, and call it.

    Parameters
    ----------
    command
        As the add-in's sheet has it: a command line with ``$(CLSID)``, or the class id of a running server.
    calls
        How many calls are timed after the first.

    Returns
    -------
    tuple
        The version it answers, seconds to the first answer, seconds a further call.
    """
    began = time.perf_counter()
    if command.startswith("{"):
        server, process = _found(command), None
    else:
        clsid = f"{{{uuid.uuid4()}}}"
        process = subprocess.Popen(command.replace("$(CLSID)", clsid))  # noqa: S603 - from our own add-in
        server = _awaited(clsid, process)
    try:
        version = str(_version(server))
        first = time.perf_counter() - began
        for _ in range(calls):
            _version(server)
        return version, first, (time.perf_counter() - began - first) / calls
    finally:
        if process:
            process.kill()


def _version(server: Any) -> Any:
    return server.CallUDF("haven.hosts.excel.udfs", "HV_VERSION", [])


def _found(clsid: str) -> Any:
    import pythoncom
    import win32com.client

    unknown = pythoncom.CoCreateInstance(clsid, None, pythoncom.CLSCTX_LOCAL_SERVER, pythoncom.IID_IDispatch)
    return win32com.client.Dispatch(unknown)


def _awaited(clsid: str, process: "subprocess.Popen[bytes]") -> Any:
    import pywintypes

    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            return _found(clsid)
        except pywintypes.com_error as failure:
            if failure.hresult != CLASS_ABSENT:
                raise
        if process.poll() is not None:
            raise HavenError(Reason.INVALID, f"the server ended at once with {process.returncode}")
        time.sleep(0.02)
    process.kill()
    raise HavenError(Reason.INVALID, f"the server did not answer within {PATIENCE_SECONDS:.0f} s")
