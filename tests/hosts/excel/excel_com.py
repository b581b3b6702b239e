"""Excel's COM objects, played by pyOpenVBA's model of Excel, as pywin32 would hand them to the real xlwings."""

import datetime as dt
import shutil
from typing import Any

from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.interpreter import (
    EMPTY,
    MISSING,
    NOTHING,
    NULL,
    VBAArray,
    VBADate,
    VBAErrorValue,
    VBAInt,
    VBAObject,
    VBARuntimeError,
)

from tests.hosts.excel.pywin32 import ComError, Dispatched

EXCEPTION = -2147352567
REJECTED = -2147418111
WINDOW = 4711


class Com(Dispatched):
    """One COM object: members by name, calls of its default member, plain values out and in.

    ``log`` holds what was called that pyOpenVBA has no model of, such as ``Dirty``.
    """

    def __init__(self, inner: VBAObject, log: "list[tuple[str, str]] | None" = None) -> None:
        object.__setattr__(self, "_inner", inner)
        object.__setattr__(self, "is_range", inner.vba_type_name == "Range")
        object.__setattr__(self, "log", [] if log is None else log)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in _UNMODELLED:
            return _UNMODELLED[name](self)
        spec = self._inner.vba_member(name)
        if spec is None:
            raise AttributeError(f"{self._inner.vba_type_name}.{name}")
        if spec.kind == "method" or name == "Range":
            return lambda *args, **named: self._call(name, args, named)
        return self._call(name, (), {})

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _UNMODELLED:
            self.log.append((name, value))
            return
        self._guarded(lambda: self._inner.vba_set(name, incoming(value)))

    def __call__(self, *args: Any) -> Any:
        return self._call("Item", args, {})

    def __iter__(self) -> Any:
        return (self._outgoing(item) for item in self._inner.vba_iterate())

    def _call(self, name: str, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        given = {key: incoming(value) for key, value in named.items()}
        return self._outgoing(
            self._guarded(lambda: self._inner.vba_get(name, [incoming(value) for value in args], given))
        )

    def _guarded(self, action: Any) -> Any:
        try:
            return action()
        except VBARuntimeError as failure:
            details = (0, "Excel", str(failure), None, 0, -2146827284)
            raise ComError(EXCEPTION, "Exception occurred.", details, None) from failure

    def _outgoing(self, value: Any) -> Any:
        if isinstance(value, VBAObject):
            return None if value is NOTHING else Com(value, self.log)
        return outgoing(value)


_UNMODELLED: "dict[str, Any]" = {
    "Dirty": lambda com: lambda: com.log.append(("Dirty", com.Address)),
    "HasSpill": lambda _: False,
    "ProtectContents": lambda com: ("protect", com.Name) in com.log,
    "Hwnd": lambda _: WINDOW,
    "SaveCopyAs": lambda com: lambda path: shutil.copy(com.FullName, path),
    "Open": lambda com: lambda path, *_: com._call("Open", (path,), {}),
    "InputBox": lambda com: lambda *_, **__: next(what for name, what in com.log if name == "InputBox"),
    "ExportAsFixedFormat": lambda com: lambda **terms: com.log.append(("ExportAsFixedFormat", terms)),
}


def outgoing(value: Any) -> Any:
    """A value as COM passes it to Python."""
    if value is EMPTY or value is NULL or value is NOTHING:
        return None
    if isinstance(value, VBAErrorValue):
        return -2146828288 + int(value.number)
    if isinstance(value, VBAArray):
        rows, *columns = (range(first, last + 1) for first, last in value.bounds)
        if not columns:
            return tuple(outgoing(value.get([i])) for i in rows)
        return tuple(tuple(outgoing(value.get([i, j])) for j in columns[0]) for i in rows)
    if isinstance(value, VBADate):
        return dt.datetime(1899, 12, 30) + dt.timedelta(days=value.serial)
    return int(value) if isinstance(value, VBAInt) else value


def incoming(value: Any) -> Any:
    """A value from Python as Excel takes it."""
    if isinstance(value, Com):
        return value._inner
    if value is None:
        return MISSING
    if isinstance(value, (list, tuple)):
        return array(value)
    if isinstance(value, dt.datetime):
        return VBADate((value.replace(tzinfo=None) - dt.datetime(1899, 12, 30)).total_seconds() / 86400)
    return VBAInt(value, "Long") if type(value) is int else value


def array(rows: Any) -> VBAArray:
    """Rows, or a flat list, as a VBA array."""
    nested = bool(rows) and isinstance(rows[0], (list, tuple))
    bounds = [(0, len(rows) - 1), (0, len(rows[0]) - 1)] if nested else [(0, len(rows) - 1)]
    values = VBAArray(bounds)
    for i, row in enumerate(rows):
        if nested:
            for j, value in enumerate(row):
                values.set([i, j], EMPTY if value is None else incoming(value))
        else:
            values.set([i], EMPTY if row is None else incoming(row))
    return values


def excel(path: "str | None" = None) -> "tuple[ExcelApplication, Com]":
    """An Excel with a new workbook or that of a file, and its COM object."""
    model = ExcelApplication.open(path, with_vba=False) if path else ExcelApplication()
    if not path:
        model.add_workbook()
    return model, Com(model.application)
