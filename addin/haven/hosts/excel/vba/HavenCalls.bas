Attribute VB_Name = "HavenCalls"
Option Explicit
Option Private Module

' A call of a Haven function: arguments to the server, answers and real errors back.

Private Const FUNCTIONS As String = "haven.hosts.excel.udfs"
Private Const SECONDS_BETWEEN_STARTS As Long = 30

Private server As Object        ' one for the whole of Excel, until it dies
Private brokenUntil As Date     ' a server that does not start must not hold up every cell
Private brokenWhy As String
Private trace As Collection     ' why calls fail, while somebody asks

Public Function HavenCall(ByVal name As String, ByVal arguments As Variant) As Variant
    Dim place As Long, overrides As Variant
    If HavenInWizard() Then
        HavenCall = "calculated on OK"
        Exit Function
    End If
    On Error GoTo Failed
    For place = LBound(arguments) To UBound(arguments)
        If IsObject(arguments(place)) Then arguments(place) = CellsOf(arguments(place))
    Next place
    overrides = HavenOverrides()
    If VarType(overrides) = vbString Then
        ReDim Preserve arguments(LBound(arguments) To UBound(arguments) + 1)
        arguments(UBound(arguments)) = overrides
    End If
    HavenCall = Decoded(HavenAsk(FUNCTIONS, name, arguments), name)
    Exit Function
Failed:
    Note name & ": " & Err.Description, 0, 0
    HavenCall = CVErr(xlErrValue)
End Function

' What a function of a Python module answers; a server that has died is started again, once.
Public Function HavenAsk(ByVal module As String, ByVal name As String, ByVal arguments As Variant) As Variant
    Dim retried As Boolean
    On Error GoTo Failed
Again:
    If server Is Nothing Then StartServer
    HavenAsk = server.CallUDF(module, name, arguments)
    Exit Function
Failed:
    If retried Or Not IsGone(Err.Number) Then Err.Raise Err.Number, "Haven", Err.Description
    retried = True
    Set server = Nothing
    Resume Again
End Function

' Why the formula behind a cell fails: it is evaluated again while its calls leave their reasons.
Public Function HavenReason(ByVal cell As Object) As String
    Dim first As Object, entry As Variant, found As String
    Set first = FirstOf(cell)
    If InStr(1, first.Formula, "HV_", vbTextCompare) = 0 Then
        HavenReason = "the cell holds no Haven formula"
        Exit Function
    End If
    If Len(first.Formula) > 255 Then
        HavenReason = "Excel evaluates formulas again up to 255 characters, this one has " & Len(first.Formula)
        Exit Function
    End If
    Set trace = New Collection
    On Error Resume Next
    HavenEvaluate first.Worksheet, first.Formula
    On Error GoTo 0
    For Each entry In trace
        If entry(1) = cell.Row - first.Row And entry(2) = cell.Column - first.Column Then found = found & entry(0) & vbLf
    Next entry
    If found = "" Then
        For Each entry In trace
            If InStr(found, entry(0) & vbLf) = 0 And Len(found) < 1000 Then found = found & entry(0) & vbLf
        Next entry
    End If
    Set trace = Nothing
    If found = "" Then found = "its Haven functions answer without an error" & vbLf
    HavenReason = Left$(found, Len(found) - 1)
End Function

Public Sub HavenForgetServer()
    Set server = Nothing
    brokenUntil = 0
End Sub

Private Sub StartServer()
    If Now < brokenUntil Then Err.Raise vbObjectError + 1, "Haven", brokenWhy
    On Error GoTo Failed
    Set server = HavenServer()
    Exit Sub
Failed:
    brokenUntil = Now + SECONDS_BETWEEN_STARTS / 86400
    brokenWhy = "the Haven server does not start: " & Err.Description & "; see Haven > Doctor"
    Err.Raise vbObjectError + 1, "Haven", brokenWhy
End Sub

' Whether an error says that the server's process has gone.
Private Function IsGone(ByVal number As Long) As Boolean
    Select Case number
        Case &H800706BA, &H800706BE, &H80010108, &H80010007, &H80010012, 462
            IsGone = True
    End Select
End Function

' The cells of a range; of whole columns and rows only those in use.
Private Function CellsOf(ByVal area As Object) As Variant
    Dim used As Object
    Set used = area
    If area.Rows.Count = area.Worksheet.Rows.Count Or area.Columns.Count = area.Worksheet.Columns.Count Then
        Set used = Application.Intersect(area, area.Worksheet.UsedRange)
    End If
    If used Is Nothing Then Exit Function
    CellsOf = HavenValues(used)
End Function

' An answer with its marked texts turned into errors.
Private Function Decoded(ByVal answer As Variant, ByVal name As String) As Variant
    Dim row As Long, column As Long
    If Not IsArray(answer) Then
        Decoded = DecodedCell(answer, name, 0, 0)
        Exit Function
    End If
    If IsFlat(answer) Then
        For column = LBound(answer) To UBound(answer)
            answer(column) = DecodedCell(answer(column), name, 0, column - LBound(answer))
        Next column
    Else
        For row = LBound(answer, 1) To UBound(answer, 1)
            For column = LBound(answer, 2) To UBound(answer, 2)
                answer(row, column) = DecodedCell(answer(row, column), name, row - LBound(answer, 1), column - LBound(answer, 2))
            Next column
        Next row
    End If
    Decoded = answer
End Function

' A text beginning with the mark is an error: its number in four digits, then the reason.
Private Function DecodedCell(ByVal value As Variant, ByVal name As String, ByVal row As Long, ByVal column As Long) As Variant
    DecodedCell = value
    If VarType(value) <> vbString Then Exit Function
    If Left$(value, 1) <> Chr$(1) Then Exit Function
    Note name & ": " & Mid$(value, 6), row, column
    DecodedCell = CVErr(CLng(Mid$(value, 2, 4)))
End Function

Private Sub Note(ByVal reason As String, ByVal row As Long, ByVal column As Long)
    If Not trace Is Nothing Then trace.Add Array(reason, row, column)
End Sub

Private Function IsFlat(ByVal values As Variant) As Boolean
    Dim last As Long
    On Error GoTo Flat
    last = UBound(values, 2)
    Exit Function
Flat:
    IsFlat = True
End Function

' The cell that holds the formula: of a spilled or array formula the first.
Private Function FirstOf(ByVal cell As Object) As Object
    Set FirstOf = cell
    On Error Resume Next
    If cell.HasArray Then Set FirstOf = cell.CurrentArray.Cells(1, 1)
    If cell.HasSpill Then Set FirstOf = cell.SpillParent
End Function
