"""What constructs mean at their edges: values, and the reasons of nulls that come from mistakes."""

from decimal import Decimal

import pytest

from underwriter.feel import Environment, Value

ENVIRONMENT = Environment()
N = Decimal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 in (!= 10)", True),
        ("5 in ((!= 5))", False),
        ("null in ((!= 5))", True),
        ("5 in [(< 3), (> 4)]", True),
        ("(< 10) = (< 10)", True),
        ("(< 10) = (<= 10)", False),
        ("(= 10) = [10..10]", False),
        ("(!= 10) = (!= 10)", True),
        ("(< 10).end", N(10)),
        ("(< 10).start included", False),
        ('"abc" in (? = "x", contains(?, "b"))', True),
        ("5 in (? > 3 and ? < 6)", True),
        ("[1, 2] in ([1, 2], [3])", True),
        ("for x in 3..1 return x", [N(3), N(2), N(1)]),
        ("for x in [1..3) return x", [N(1), N(2)]),
        ("for x in 1..4 return if x = 1 then 1 else partial[-1] * x", [N(1), N(2), N(6), N(24)]),
        ("for x in [1, 2], y in [x..3] return x * 10 + y", [N(11), N(12), N(13), N(22), N(23)]),
        ("for x in 5 return x", [N(5)]),
        ("some x in [1..3] satisfies x > 2", True),
        ("every x in [] satisfies false", True),
        ("[1, 2, 3][-1]", N(3)),
        ("[1, 2, 3][4]", None),
        ("[1, 2, 3][0]", None),
        ("[1, 2, 3][1.5]", None),
        ("5[1]", N(5)),
        ("5[item > 3]", [N(5)]),
        ("[{a: 1}, {a: 2}][a > 1]", [{"a": N(2)}]),
        ("[[1, 2], [3]][1][2]", N(2)),
        ("[{a: 1}, {a: 2}].a", [N(1), N(2)]),
        ('{"a b": 1, "c+d": a b + 1}.c+d', N(2)),
        ("{and more: 1, r: and more + 1}.r", N(2)),
        ("for if so in [1, 2] return if so + 1", [N(2), N(3)]),
        ("some a-b in [1, 2] satisfies a-b = 2", True),
        ("null and false", False),
        ("null or true", True),
        ("null + 1", None),
        ("null < 1", None),
        (r'"\u0041\U01F600\uD83D\uDE00"', "A\N{GRINNING FACE}\N{GRINNING FACE}"),
        ("1 /* one */ + // and\n 1", N(2)),
        (".5 + 1.5e-1", N("0.65")),
        ("收入 = 收入", True),
        ('string length(["abc"])', N(3)),
        ("count(5)", N(1)),
        ('date("2026-01-31") - duration("P1M") < @"2026-01-01"', True),
    ],
)
def test_constructs_have_their_values(text: str, expected: Value) -> None:
    evaluated = ENVIRONMENT.evaluate(text, {"收入": N(1)})
    assert evaluated.value == expected
    assert (evaluated.warnings, evaluated.diagnostics) == ((), ())


@pytest.mark.parametrize(
    ("text", "expected", "kind"),
    [
        ("true and 5", None, "type-mismatch"),
        ("false and 5", False, None),
        ("5 and false", False, "type-mismatch"),
        ('"a" or true', True, "type-mismatch"),
        ("if 5 then 1 else 2", N(2), "type-mismatch"),
        ("some x in [1] satisfies x", None, "type-mismatch"),
        ("not(5)", None, "type-mismatch"),
        ('[1]["a"]', [], "type-mismatch"),
        ('1 = "1"', None, "type-mismatch"),
        ("1 != [1]", None, "type-mismatch"),
        ('1 < "1"', None, "type-mismatch"),
        ('1 + "1"', None, "type-mismatch"),
        ('-"1"', None, "type-mismatch"),
        ("1 / 0", None, "division-by-zero"),
        ("0 / 0", None, "division-by-zero"),
        ("(-8) ** 0.5", None, "out-of-range"),
        ("1e6144 * 10", None, "overflow"),
        ("for x in [3..1] return x", None, "empty-range"),
        ("(1).foo", None, "unknown-member"),
        ('@"2026-01-31" in 5', None, "type-mismatch"),
    ],
)
def test_mistakes_give_null_with_a_reason(text: str, expected: Value, kind: str | None) -> None:
    evaluated = ENVIRONMENT.evaluate(text)
    assert evaluated.value == expected
    assert [warning.kind for warning in evaluated.warnings] == ([kind] if kind else [])


@pytest.mark.parametrize(
    "text", ["sum(1, list: [2])", "f(a: 1, 2)", "{a: 1, b}", "function(a, ) a", "x instance of", "[1..", "(!= )", "1 ="]
)
def test_what_is_no_expression_is_told(text: str) -> None:
    evaluated = ENVIRONMENT.evaluate(text)
    assert evaluated.value is None
    assert evaluated.diagnostics
