"""Stand-ins for pywin32, with which the real xlwings imports and converts on any system.

What matters is kept as Excel's COM has it: error cells and omitted arguments are whole numbers, ranges are tuples of
tuples of floats, text, booleans and None, and what comes back is turned into what a Variant would hold.
"""

import ctypes
import datetime as dt
import sys
from collections.abc import Callable
from contextlib import ExitStack
from types import ModuleType
from typing import Any
from unittest.mock import patch

MISSING = -2147352572
ERROR_CELLS = {"#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029, "#NUM!": 2036}
ERROR_CELLS["#N/A"] = 2042


def error_cell(code: str) -> int:
    """An error cell as COM passes it."""
    return -2146828288 + ERROR_CELLS[code]


class ComError(Exception):
    """What pywin32 raises when Excel refuses: number, text, details."""

    @property
    def hresult(self) -> int:
        """The number of the failure."""
        return int(self.args[0])


class Dispatched:
    """Any COM object."""

    is_range = False


class Library:
    """A library of Windows: whatever is asked of it, nothing comes of it."""

    def __getattr__(self, name: str) -> "Library":
        return self

    def __call__(self, *_: object) -> "Library":
        return self


def load_xlwings() -> None:
    """Import xlwings as a user's script would."""
    import xlwings._xlwindows  # noqa: F401


def install(load: "Callable[[], None]" = load_xlwings) -> None:
    """Put the stand-ins where an import finds them, unless pywin32 is there, and load xlwings."""
    if "pywintypes" in sys.modules:
        return
    unwrapped = _module("win32com.server.util", unwrap=_unwrap, wrap=lambda obj, *_: obj)
    server = _module(
        "win32com.server",
        util=unwrapped,
        dispatcher=_module("win32com.server.dispatcher"),
        policy=_module("win32com.server.policy", DefaultPolicy=type("DefaultPolicy", (), {})),
    )
    client = _module(
        "win32com.client",
        CDispatch=type("CDispatch", (Dispatched,), {}),
        CoClassBaseClass=type("CoClassBaseClass", (Dispatched,), {}),
        DispatchBaseClass=type("DispatchBaseClass", (Dispatched,), {}),
        Dispatch=lambda obj, *_, **__: obj,
        DispatchEx=lambda *_: Dispatched(),
    )
    _module("win32com", client=client, server=server)
    _module("pywintypes", com_error=ComError, TimeType=type("TimeType", (), {}), IID=str)
    _module("pythoncom", IID_IDispatch="dispatch", TypeIIDs={"dispatch": Dispatched}, CoInitialize=lambda: None)
    sys.modules["pythoncom"].__dict__.update(com_error=ComError, __file__="pythoncom.dll")
    zone = type("TimeZoneInfo", (), {"utc": staticmethod(lambda: dt.UTC)})
    _module("win32timezone", TimeZoneInfo=zone)
    for name in ("win32api", "win32con", "win32event", "win32gui"):
        _module(name)
    _module("win32process", GetWindowThreadProcessId=lambda handle: (0, handle))
    with ExitStack() as during:
        for name in ("windll", "oledll", "PyDLL"):
            during.enter_context(patch.object(ctypes, name, Library(), create=True))
        load()
    import xlwings

    xlwings.engines.add(xlwings.Engine(impl=xlwings._xlwindows.engine))
    xlwings._xlwindows.is_range_instance = lambda value: isinstance(value, Dispatched) and value.is_range


def _unwrap(value: Any) -> Any:
    raise ValueError(f"{value!r} is not a Python object behind COM")


def _module(name: str, **members: Any) -> ModuleType:
    module = ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module
    return module
