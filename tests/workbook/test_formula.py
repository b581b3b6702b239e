import pytest

from haven.errors import HavenError
from haven.workbook.formula import (
    Area,
    Array,
    Call,
    Constant,
    ErrorConstant,
    Name,
    Omitted,
    parse_formula,
    walk,
)


def shown(node):  # noqa: PLR0911
    """A tree in one line: brackets around every operation."""
    match node:
        case Constant(value):
            return repr(value)
        case ErrorConstant(code):
            return code
        case Omitted():
            return "_"
        case Array(rows):
            return "{" + ";".join(",".join(map(shown, row)) for row in rows) + "}"
        case Name(sheet, name):
            return f"{sheet}!{name}" if sheet else name
        case Area(sheet, first, last):
            return f"{sheet or ''}{[*first, *last]}"
        case Call(function, arguments):
            return f"{function}({' '.join(map(shown, arguments))})"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("-2^2", "^(u-(2.0) 2.0)"),
        ("2^3^2", "^(^(2.0 3.0) 2.0)"),
        ("2^-1%", "^(2.0 u-(%(1.0)))"),
        ("1+2*3-4/5", "-(+(1.0 *(2.0 3.0)) /(4.0 5.0))"),
        ('1+2&"a"="b"', "=(&(+(1.0 2.0) 'a') 'b')"),
        ("(1+2)*3", "*(+(1.0 2.0) 3.0)"),
        ('F("say ""hi""",,)', "F('say \"hi\"' _ _)"),
        ("F()", "F()"),
        ("ORG.HAVEN.FUNCTIONS.HV_VERSION()", "HV_VERSION()"),
        ("_xlfn.XLOOKUP(1,2,3)+_xlfn._xlws.SORT(1)", "+(XLOOKUP(1.0 2.0 3.0) SORT(1.0))"),
        ("[1]!hv_test(1)+'C:\\a b\\Haven.xlam'!HV_TEST(2)", "+(HV_TEST(1.0) HV_TEST(2.0))"),
        ("{1,-2;\"a\",TRUE}", "{1.0,u-(2.0);'a',True}"),
        ("1E5+1.5e-3+.5", "+(+(100000.0 0.0015) 0.5)"),
        ("IF(#N/A,Desk!#REF!)", "IF(#N/A #REF!)"),
        ("A1+$B$2:C$3", "+([1, 1, 1, 1] [2, 2, 3, 3])"),
        ("SUM(A:$B)+SUM(2:3)", "+(SUM([1, 1, 1048576, 2]) SUM([2, 1, 3, 16384]))"),
        ("'My ''S'!A1+Données!B2+x.y!C3", "+(+(My 'S[1, 1, 1, 1] Données[2, 2, 2, 2]) x.y[3, 3, 3, 3])"),
        ("rate+Desk!tenor_1+\\n", "+(+(rate Desk!tenor_1) \\n)"),
        ("LOG10(1)+LOG10+ZAR1", "+(+(LOG10(1.0) [10, 8509, 10, 8509]) ZAR1)"),
        (" 1 \n + 2 ", "+(1.0 2.0)"),
    ],
)  # fmt: skip
def test_parse_formula_matches_excel(text, tree):
    assert shown(parse_formula(text)) == tree


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Rates[10Y]", "structured references"),
        ("SUM(Rates[[#This Row],[x]])", "structured references"),
        ("[@x]", "structured references"),
        ("[1]Sheet!A1", "other workbooks"),
        ("'[other.xlsx]S'!A1", "other workbooks"),
        ("'C:\\desk\\[other.xlsx]S'!A1", "other workbooks"),
        ("SUM(Jan:Mar!A1)", "sheet ranges"),
        ("SUM('Jan 1:Mar 1'!A1)", "sheet ranges"),
        ("SUM(A1#)", "a spilled range"),
        ("SUM(A1:INDEX(B:B,2))", "a range between calculated cells"),
        ("SUM((A1,B1))", "a union of ranges"),
        ("SUM(A1:B2 B1:C2)", "can't be read"),
        ("@A1", "@ can't be computed"),
        ("1+", "ends too early"),
        ("F(1", "a bracket is open"),
        ("1)", "can't be read at ')'"),
        ('"open', "can't be read"),
        ("", "ends too early"),
        ("(" * 5000, "nested too deeply"),
    ],
)
def test_parse_formula_refuses(text, reason):
    with pytest.raises(HavenError) as failure:
        parse_formula(text)
    assert reason in failure.value.message


@pytest.mark.parametrize(
    ("text", "by", "corners"),
    [
        ("A1", (2, 3), ((3, 4), (3, 4))),
        ("$A1", (2, 3), ((3, 1), (3, 1))),
        ("A$1", (2, 3), ((1, 4), (1, 4))),
        ("$A$1:B2", (2, 3), ((1, 1), (4, 5))),
        ("B:$D", (2, 3), ((1, 4), (1048576, 5))),
        ("$2:3", (2, 3), ((2, 1), (5, 16384))),
        ("A1", (-1, -1), ((1048576, 16384), (1048576, 16384))),
    ],
)
def test_area_satisfies_moving_with_the_formula_where_it_is_relative(text, by, corners):
    assert parse_formula(text).moved(by) == corners


def test_walk_satisfies_passing_every_node():
    assert sum(isinstance(node, Area) for node in walk(parse_formula("A1+F(B1,-C1%)"))) == 3
