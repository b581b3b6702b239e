Attribute VB_Name = "HavenExcel"
Option Explicit
Option Private Module

' What only Excel on Windows has: the server's library, the window of the function wizard, Value2, Evaluate.

Private Declare PtrSafe Function LoadLibraryA Lib "kernel32" (ByVal path As String) As LongPtr
Private Declare PtrSafe Function FindWindowA Lib "user32" (ByVal class As String, ByVal title As String) As LongPtr

' The COM object of the server. Settings come from this add-in's own sheet: a workbook from outside must not
' choose the program that is started.
Public Function HavenServer() As Object
    Dim found As Variant, library As String
    #If Win64 Then
        library = HavenSetting("library64")
    #Else
        library = HavenSetting("library32")
    #End If
    If LoadLibraryA(library) = 0 Then Err.Raise vbObjectError + 2, "Haven", "could not load " & library
    If XLPyDLLActivateAuto(found, HavenSetting("command"), 1) <> 0 Then
        Err.Raise vbObjectError + 3, "Haven", CStr(found)
    End If
    Set HavenServer = found
End Function

' Whether the function wizard asks for a preview: it alone has such a window and locks the menus. While a workbook
' opens the menus are locked too, but there is no such window, and the cell is calculated.
Public Function HavenInWizard() As Boolean
    If FindWindowA("bosa_sdm_XL9", vbNullString) = 0 Then Exit Function
    On Error Resume Next
    HavenInWizard = Not Application.CommandBars("Standard").Controls(1).Enabled
End Function

' The overrides of the workbook whose cell is calculated, as its last refresh noted them; Empty for none.
Public Function HavenOverrides() As Variant
    On Error Resume Next
    HavenOverrides = Application.Caller.Worksheet.Parent.Names("Data_overrides").RefersToRange.Value2
End Function

' The values of cells; dates as numbers.
Public Function HavenValues(ByVal area As Object) As Variant
    HavenValues = area.Value2
End Function

' Evaluate a formula once more, on the sheet where it stands.
Public Sub HavenEvaluate(ByVal sheet As Object, ByVal formula As String)
    sheet.Evaluate formula
End Sub
