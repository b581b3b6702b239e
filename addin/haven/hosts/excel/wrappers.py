"""The add-in's VBA functions: one wrapper for each function of the catalogue."""

from typing import Final

from haven.functions.catalogue import Argument, Declaration
from haven.functions.text import in_order

MODULE: Final = "HavenFunctions"
WHY: Final = ("HV_WHY", "Why the formula of a cell fails: it is evaluated again.", "Help")
WHY_ARGUMENT: Final = ("cell", "The cell whose error is to be explained.")
_RESERVED: Final = """
    addressof alias and any array as attribute base boolean byref byte byval call case cbool cbyte ccur cdate cdbl
    cdec cint clng close const csng cstr cvar cverr date debug decimal declare dim do double each else elseif empty
    end enum eqv erase error event exit explicit false for friend function get global gosub goto if imp implements
    in input integer is len let lib like line lock long longlong longptr loop lset me mid mod module name new next
    not nothing null object on open option optional or output paramarray preserve print private property ptrsafe
    public put raiseevent random read redim rem reset resume return rset seek select set shared single spc static
    step stop string sub tab text then time to true type typeof unlock until variant wend while width with
    withevents write xor
"""
"""Words VBA keeps for itself, and a few that would hide what a wrapper uses."""


def wrappers() -> str:
    """The source of the module that holds every spreadsheet function."""
    functions = "\n".join(_wrapper(declaration) for declaration in in_order())
    return _MODULE.format(module=MODULE, functions=functions)


def _wrapper(declaration: Declaration) -> str:
    names = [spelled(argument) for argument in declaration.arguments]
    signature = ", ".join(
        f"Optional {name} As Variant" if argument.optional else f"{name} As Variant"
        for name, argument in zip(names, declaration.arguments, strict=True)
    )
    name = declaration.name
    return _FUNCTION.format(name=name, signature=signature, arguments=", ".join(names))


def spelled(argument: Argument) -> str:
    """The name of an argument in VBA, where ``date`` is a word of the language."""
    return f"{argument.name}_" if argument.name.lower() in _RESERVED.split() else argument.name


_MODULE: Final = """Attribute VB_Name = "{module}"
Option Explicit

{functions}
Public Function HV_WHY(cell As Variant) As Variant
    If IsObject(cell) Then
        HV_WHY = HavenReason(cell.Cells(1, 1))
    Else
        HV_WHY = "HV_WHY asks for a cell, such as HV_WHY(B7)"
    End If
End Function
"""
_FUNCTION: Final = """Public Function {name}({signature}) As Variant
    {name} = HavenCall("{name}", Array({arguments}))
End Function
"""
