"""The add-in's VBA in a real spreadsheet, LibreOffice, with a server in VBA; and the add-in itself opened there.

LibreOffice shows an error that VBA answers as text, so real errors are asserted in the interpreter's tests.
"""

import io
import json
import subprocess
from pathlib import Path

import openpyxl
import pytest
from pyopenvba import ExcelFile, VBAModuleKind

from haven.errors import HavenError
from haven.hosts.excel.addin import HELP_SHEET, build, crlf
from haven.hosts.excel.wrappers import MODULE, wrappers
from haven.hosts.libreoffice.office import office_python, program
from tests.hosts.excel.vba import source
from tests.hosts.excel.xlsm import as_macro_workbook

EXCEL = """Attribute VB_Name = "HavenExcel"
Public calls As Long
Public Function HavenServer() As Object
    Set HavenServer = New Server
End Function
Public Function HavenInWizard() As Boolean
End Function
Public Function HavenOverrides() As Variant
    HavenOverrides = "SWAP.10Y 2025-04-11 0.041"
End Function
Public Function HavenValues(ByVal area As Object) As Variant
    HavenValues = area.Value
End Function
Public Sub HavenEvaluate(ByVal sheet As Object, ByVal formula As String)
    Dim answer As Variant
    answer = HV_USTYIELD("10Y")
End Sub
"""
SERVER = """
Public Function CallUDF(module As String, name As String, arguments As Variant) As Variant
    Dim rows(0 To 1, 0 To 0) As Variant
    Select Case name
        Case "HV_SWAPRATE"
            CallUDF = "rate of " & arguments(0) & " with " & arguments(UBound(arguments))
        Case "HV_SWAPSPREAD"
            rows(0, 0) = -50#
            rows(1, 0) = -20#
            CallUDF = rows
        Case "HV_VERSION"
            HavenExcel.calls = HavenExcel.calls + 1
            If HavenExcel.calls = 1 Then Err.Raise -2147023174, , "gone"
            CallUDF = "call " & HavenExcel.calls
        Case "HV_USTYIELD"
            CallUDF = Chr$(1) & "2042no such day"
    End Select
End Function
"""
FORMULAS = {
    "A1": "10Y",
    "A2": "2Y",
    "B1": "=HV_SWAPRATE(A1)",
    "B2": "=SUM(HV_SWAPSPREAD(A1:A2))",
    "B3": "=HV_VERSION()",
    "B4": "=HV_USTYIELD(A1)",
    "C4": "=HV_WHY(B4)",
    "C1": "=HV_WHY(A1)",
}
MACROS_ON = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """What LibreOffice shows in the cells of a workbook that holds the add-in's VBA."""
    python = libreoffice_python()
    folder = tmp_path_factory.mktemp("macros")
    book = openpyxl.Workbook()
    for address, content in FORMULAS.items():
        book.active[address] = content
    content = io.BytesIO()
    book.save(content)
    path = folder / "book.xlsm"
    path.write_bytes(as_macro_workbook(content.getvalue()))
    with ExcelFile(path) as file:
        project = file.add_vba_project()
        for name, text in (("HavenCalls", source("HavenCalls")), ("HavenExcel", EXCEL), (MODULE, wrappers())):
            project.add_module(name, crlf(text))
        project.add_module("Server", crlf(SERVER), kind=VBAModuleKind.other)
        file.save()
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(MACROS_ON, encoding="utf-8")
    script = str(Path(__file__).with_name("run_macros.py"))
    done = run([python, script, program("soffice"), str(path), profile.as_uri()])
    return json.loads(done.stdout)


def libreoffice_python():
    try:
        return office_python()
    except HavenError as failure:
        pytest.skip(failure.message)


def run(command):
    # A virtual environment first on the path would give LibreOffice a Python without uno.
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(Path.home())}
    return subprocess.run(command, capture_output=True, text=True, timeout=180, check=True, env=environment)


def test_a_cell_satisfies_reaching_the_server(cells):
    assert cells[0][1] == "rate of 10Y with SWAP.10Y 2025-04-11 0.041"


def test_an_array_satisfies_reaching_the_formula(cells):
    assert float(cells[1][1]) == pytest.approx(-70.0, abs=1e-9)


def test_a_dead_server_satisfies_one_retry(cells):
    assert cells[2][1] == "call 2"


def test_why_satisfies_naming_function_and_reason(cells):
    assert cells[3][2] == "HV_USTYIELD: no such day"


def test_why_satisfies_saying_that_a_cell_is_not_ours(cells):
    assert cells[0][2] == "the cell holds no Haven formula"


def test_the_add_in_satisfies_opening(tmp_path):
    libreoffice_python()
    path = tmp_path / "Haven.xlam"
    build(path, r"C:\Haven\Scripts\pythonw.exe")
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    conversion = ["--infilter=Calc MS Excel 2007 VBA XML", "--convert-to", every_sheet, "--outdir", str(tmp_path)]
    run([program("soffice"), profile, "--headless", *conversion, str(path)])
    shown = (tmp_path / f"Haven-{HELP_SHEET}.csv").read_text("utf-8")
    assert shown.startswith("FunctionInfo,1")
    assert "HV_SWAPSPREAD," in shown
