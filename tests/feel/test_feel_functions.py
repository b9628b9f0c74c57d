"""Functions as values: their parameters, what they see, how they are called, and how much they may do."""

from decimal import Decimal

import pytest

from underwriter.feel import NUMBER, Environment, Frame, FunctionType, ListType, Scope, Source, Type, Value, Variable

ENVIRONMENT = Environment()
N = Decimal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(function(a, b) a - b)(5, 1)", N(4)),
        ("(function(a, b) a - b)(b: 5, a: 1)", N(-4)),
        ("(function() 7)()", N(7)),
        ("{add: function(a) function(b) a + b, r: add(1)(2)}.r", N(3)),
        ("{f: function(x) {g: function(y) x + y}, r: f(1).g(2)}.r", N(3)),
        ("{twice: function(f, x) f(f(x)), r: twice(function(n) n * 3, 2)}.r", N(18)),
        ("for f in (for x in [1, 2, 3] return function(y) x + y) return f(10)", [N(11), N(12), N(13)]),
        ("(for x in [1, 2], y in [x..2] return function() x * 10 + y)[2]()", N(12)),
        ("[1, 2, 3][(function(n) n > 1)(item)]", [N(2), N(3)]),
        (
            "{factorial: function(n) if n < 2 then 1 else n * factorial(n - 1), r: factorial(20)}.r",
            N(2432902008176640000),
        ),
        ("for k in [3, 4] return {f: function(n) if n < 2 then k else f(n - 1), r: f(5)}.r", [N(3), N(4)]),
        (
            "{sum all: function(l) if count(l) = 0 then 0 else l[1] + sum all(remove(l, 1)), r: sum all([1, 2, 3])}.r",
            N(6),
        ),
        ("{f: function(n) if n = 0 then 0 else f(n - 1), r: f(360)}.r", N(0)),
        ("{f: abs, r: f(-1)}.r", N(1)),
        ("(function(f) f([1, 2, 3]) + f(1, 2))(sum)", N(9)),
        ('{f: substring, r: f("abcdef", 2)}.r', "bcdef"),
        ('{f: substring, r: f("abcdef", 2, 3)}.r', "bcd"),
        ('{f: substring, r: f(string: "abcdef", start position: 5)}.r', "ef"),
        ("for f in [floor, ceiling] return f(1.5)", [N(1), N(2)]),
        ("sort([3, 1, 2], function(x, y) x > y)", [N(3), N(2), N(1)]),
        ("{abs: function(x) 42, r: abs(1)}.r", N(42)),
        ("(function(n: number) n)([5])", N(5)),
        ("(function(n: list<number>) n)(5)", [N(5)]),
        ("(function(n: number) n = null)(null)", True),
        ('string((function(d: date and time) d)(@"2026-01-31"))', "2026-01-31T00:00:00Z"),
        ("(function(f: function<number> -> number) f(2))(function(x) x + 1)", N(3)),
        ("(function(l) l[abs(item) > 1])([1, -3])", [N(-3)]),
        ("(function(l) l[count(names) = 1])([{names: [1]}, {names: []}])", [{"names": [N(1)]}]),
        ("(function(l) l[(function(f) f(item))(abs) > 1])([1, -3])", [N(-3)]),
        ("(function(if so, or not) if so - or not)(3, 1)", N(2)),
    ],
)
def test_functions_are_called(text: str, expected: Value) -> None:
    evaluated = ENVIRONMENT.evaluate(text)
    assert evaluated.value == expected
    assert (evaluated.warnings, evaluated.diagnostics) == ((), ())


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("(function(a) a)(1, 2)", "wrong-argument-count", "wrong-argument-count"),
        ("(function(a) a)()", "wrong-argument-count", "wrong-argument-count"),
        ("(function(a) a)(b: 1)", "unknown-argument", "unknown-argument"),
        ("(function(a: number) a != null)(true)", "type-mismatch", "type-mismatch"),
        ("(function(a: number) a)([1, 2])", "type-mismatch", None),
        ("(function(f: function<number> -> number) f(1))(function(x, y) x)", "type-mismatch", "type-mismatch"),
        ('(function(f: function<number> -> number) f(1))(function(x) "a")', "type-mismatch", "type-mismatch"),
        ("(function(f: function<number> -> number) f(1) + 1)((for i in [1] return function(x) [x, x])[1])", None, None),
        ("{f: sqrt, r: f(1, 2)}.r", "wrong-argument-count", None),
        ("5(1)", "type-mismatch", "not-a-function"),
        ('"abs"(-1)', "type-mismatch", "not-a-function"),
        ("no such(1)", None, None),
        ("nobody(1)", "unknown-name", "unknown-function"),
        (
            '(function(a) external {java: {class: "java.lang.Math", method signature: "abs"}})(1)',
            "external-function",
            None,
        ),
    ],
)
def test_calls_that_do_not_fit_give_null_with_a_reason(text: str, kind: str | None, code: str | None) -> None:
    evaluated = ENVIRONMENT.evaluate(text)
    assert evaluated.value is None
    if kind is not None:
        assert [warning.kind for warning in evaluated.warnings] == [kind]
        assert [diagnostic.code for diagnostic in evaluated.diagnostics] == ([code] if code else [])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{f: function(n) f(n + 1), r: f(1)}.r", "too-deep"),
        ("{f: function(n) 1 + f(n + 1), r: [1, f(1)]}.r", "too-deep"),
        ("(function(f) f(f))(function(f) f(f))", "too-deep"),
        ("{f: function(n) sum(for i in [n] return f(i + 1)), r: f(1)}.r", "too-deep"),
        ("{f: function(n) count(sort([n, 1, 2], function(x, y) f(x) < 1)), r: f(1)}.r", "too-deep"),
        ("{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(60)}.r", "too-much-work"),
        ("for x in 1..1000 return for y in 1..1000 return for z in 1..1000 return x", "too-much-work"),
        ("some x in 1..100000 satisfies some y in 1..100000 satisfies x + y < 0", "too-much-work"),
        (
            "for x in 1..100000 return [1][item > 1 or count((for y in 1..1000 return y)[item > 2]) = 0]",
            "too-much-work",
        ),
        ("count(sort(for i in 1..90000 return modulo(i * 7919, 90001), function(x, y) x + 0 < y))", "too-much-work"),
    ],
)
def test_endless_work_gives_null_with_one_reason(text: str, kind: str) -> None:
    evaluated = ENVIRONMENT.evaluate(text)
    assert evaluated.value is None
    assert [warning.kind for warning in evaluated.warnings] == [kind]


def test_work_is_counted_anew_for_each_evaluation() -> None:
    text = "count(for x in 1..400 return for y in 1..400 return x)"
    assert [ENVIRONMENT.evaluate(text).value for _ in range(5)] == [N(400)] * 5


def generated(text: str, types: dict[str, Type]) -> str:
    source = Source(text)
    tree = ENVIRONMENT.parse(source, types).tree
    assert tree is not None
    frame = Frame({(name,): Variable(name, type_) for name, type_ in types.items()})
    return ENVIRONMENT.generator().expression(ENVIRONMENT.check(tree, source, Scope(types)), frame)


def test_calls_of_functions_that_call_no_others_are_not_counted() -> None:
    assert "enter" not in generated("{f: function(n: number) n + 1, r: f(1) + f(2)}", {})
    assert "enter" not in generated("{f: function(n) abs(n), g: function(n) f(n) * 2, r: g(1)}", {})
    assert "enter" in generated("{f: function(n) f(n), r: f(1)}", {})
    assert "enter" in generated("f(1)", {"f": FunctionType(parameters=(("n", NUMBER),), result=NUMBER)})
    assert "enter" not in generated("f(1)", {"f": FunctionType(parameters=(("n", NUMBER),), result=NUMBER, calls=3)})


def test_only_loops_in_loops_or_functions_are_counted() -> None:
    types: dict[str, Type] = {"l": ListType(item=NUMBER)}
    assert "spend" not in generated("for x in l return x + 1", types)
    assert "spend" not in generated("count(l[item > 1]) + count(l[item > 2])", types)
    assert "spend" in generated("for x in l return count(l[item > x])", types)
    assert "spend" in generated("function(n) count(l[item > n])", types)
