Attribute VB_Name = "HavenRibbon"
Option Explicit

' What the ribbon calls. Everything it does is done by Python; long work in a process of its own.

Private Const ACTIONS As String = "haven.hosts.excel.actions"

Private ribbon As Object
Private shown As String     ' the market date and whether the data is a demonstration

Public Sub HavenLoaded(ByVal ui As Object)
    Set ribbon = ui
End Sub

Public Sub HavenPress(ByVal control As Object)
    HavenDo control.tag
End Sub

Public Sub HavenAsOf(ByVal control As Object, ByVal text As String)
    HavenDo "as_of:" & text
End Sub

Public Sub HavenLabel(ByVal control As Object, ByRef label As Variant)
    label = IIf(shown = "", "press Refresh", shown)
End Sub

Public Sub HavenWhyHere(ByVal control As Object)
    If ActiveCell Is Nothing Then Exit Sub
    MsgBox HavenReason(ActiveCell), vbInformation, "Haven"
End Sub

' Called when work outside Excel has ended: what the ribbon shows, and what to tell.
Public Sub HavenDone(ByVal label As String, ByVal message As String)
    Application.StatusBar = False
    If label <> "" Then shown = label
    If Not ribbon Is Nothing Then ribbon.Invalidate
    If message <> "" Then MsgBox message, vbInformation, "Haven"
End Sub

' Descriptions for the function wizard, from the sheet that also serves help while typing.
Public Sub HavenDescribe()
    Dim row As Long, column As Long, helps() As String, sheet As Object, macroName As String
    Set sheet = ThisWorkbook.Worksheets("_IntelliSense_")
    On Error Resume Next
    row = 2
    Do While sheet.Cells(row, 1).Value2 <> ""
        macroName = "'" & ThisWorkbook.Name & "'!" & sheet.Cells(row, 1).Value2
        column = 5
        ReDim helps(0 To 0)
        Do While sheet.Cells(row, column).Value2 <> ""
            ReDim Preserve helps(0 To (column - 5) \ 2)
            helps((column - 5) \ 2) = sheet.Cells(row, column).Value2
            column = column + 2
        Loop
        If column = 5 Then
            Application.MacroOptions Macro:=macroName, Description:=sheet.Cells(row, 2).Value2, _
                Category:=HavenSetting(sheet.Cells(row, 1).Value2)
        Else
            Application.MacroOptions Macro:=macroName, Description:=sheet.Cells(row, 2).Value2, _
                Category:=HavenSetting(sheet.Cells(row, 1).Value2), ArgumentDescriptions:=helps
        End If
        row = row + 1
    Loop
End Sub

' A setting of the add-in's own sheet.
Public Function HavenSetting(ByVal name As String) As String
    Dim row As Long
    row = 1
    Do While ThisWorkbook.Worksheets("haven.conf").Cells(row, 1).Value2 <> ""
        If ThisWorkbook.Worksheets("haven.conf").Cells(row, 1).Value2 = name Then
            HavenSetting = ThisWorkbook.Worksheets("haven.conf").Cells(row, 2).Value2
            Exit Function
        End If
        row = row + 1
    Loop
    Err.Raise vbObjectError + 4, "Haven", "the add-in has no setting " & name & "; run haven excel install"
End Function

Private Sub HavenDo(ByVal command As String)
    Dim message As String
    On Error GoTo Failed
    message = HavenAsk(ACTIONS, "press", Array(Application, command))
    If message <> "" Then MsgBox message, vbInformation, "Haven"
    Exit Sub
Failed:
    MsgBox Err.Description, vbExclamation, "Haven"
End Sub
