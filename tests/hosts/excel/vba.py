"""The add-in's VBA in pyOpenVBA's interpreter, with the real functions behind a stand-in for the COM server."""

from importlib.resources import files
from itertools import count

from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.interpreter import EMPTY, MISSING, VBAArray, VBAErrorValue, VBAObject, method
from pyopenvba.interpreter._values import error
from xlwings.com_server import XLPython

from haven.hosts.excel.wrappers import MODULE, wrappers
from tests.hosts.excel import excel_com, pywin32

EXCEL = """
Public stand_in As Object
Public starts As Long
Public wizard As Boolean
Public overrides As String
Public Function HavenServer() As Object
    starts = starts + 1
    If stand_in Is Nothing Then Err.Raise 5, , "no server here"
    Set HavenServer = stand_in
End Function
Public Function HavenInWizard() As Boolean
    HavenInWizard = wizard
End Function
Public Function HavenOverrides() As Variant
    If overrides <> "" Then HavenOverrides = overrides
End Function
Public Sub UseOverrides(ByVal told As String)
    overrides = told
End Sub
Public Sub UseServer(ByVal server As Object)
    Set stand_in = server
    Call HavenForgetServer
End Sub
Public Sub UseWizard(ByVal shown As Boolean)
    wizard = shown
End Sub
Public Function HavenValues(ByVal area As Object) As Variant
    HavenValues = area.Value2
End Function
Public Sub HavenEvaluate(ByVal sheet As Object, ByVal formula As String)
    Err.Raise 5, , "formulas do not call VBA here"
End Sub
Public Function CountStarts() As Long
    CountStarts = starts
End Function
"""


class Server(VBAObject):
    """The function server; ``fail_with`` holds the error numbers of the calls to come, ``calls`` what was asked."""

    def __init__(self, *fail_with):
        self.fail_with = list(fail_with)
        self.calls = []

    @method
    def CallUDF(self, module, name, arguments):
        self.calls.append((module, name))
        if self.fail_with:
            raise error(self.fail_with.pop(0), "the remote procedure call failed")
        given = tuple(variant(argument) for argument in arguments.items)
        answer = XLPython().CallUDF(str(module), str(name), given)
        return excel_com.array(answer) if isinstance(answer, list) else answer


def variant(value):
    """A VBA value as COM hands it to Python."""
    if value is MISSING:
        return pywin32.MISSING
    if isinstance(value, VBAErrorValue):
        return pywin32.error_cell("#N/A") + value.number - 2042
    if isinstance(value, VBAArray):
        return excel_com.outgoing(value)
    return None if value is EMPTY else excel_com.outgoing(value)


def source(name):
    return (files("haven.hosts.excel") / "vba" / f"{name}.bas").read_text("utf-8")


def workbook(server=None):
    """An Excel with the add-in's functions in it, answered by a server."""
    app = ExcelApplication()
    app.add_workbook()
    app.add_module(EXCEL, name="HavenExcel")
    app.add_module(source("HavenCalls"), name="HavenCalls")
    app.add_module(wrappers(), name=MODULE)
    app.run("UseServer", server or Server())
    return app


def enter(app, **expressions):
    """Put what VBA expressions answer into cells: ``B1='HV_SWAPRATE(Range("A1"))'``."""
    name = f"Entered{next(_counter)}"
    lines = "\n".join(f'    Range("{address}").Value = {text}' for address, text in expressions.items())
    app.add_module(f"Sub {name}()\n{lines}\nEnd Sub\n", name=f"Module{name}")
    app.run(name)


_counter = count()
