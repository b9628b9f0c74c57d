"""What each function that is not temporal gives, call by call: values, nulls and the reasons for nulls.

The calls are checked as written, and once more with the function as a value: then nothing is known before run time.
"""

import pytest

from underwriter.feel import Environment
from underwriter.feel.comparison import equal

ENVIRONMENT = Environment()

VALUES = [
    # conversion
    ('number("1,000,000.01", ",", ".")', "1000000.01"),
    ('number("1 000,5", " ", ",")', "1000.5"),
    ('number("1.000", ".")', "1000"),
    ('number("-.5e2", null, null)', "-50"),
    ('number("1 5", null, " ")', "1.5"),
    ('number(decimal separator: ",", from: "1,5")', "1.5"),
    ("string(-1.50)", '"-1.50"'),
    ("string(decimal(-0.4, 0))", '"0"'),
    ('string({a: "x", b c: [1, null], ",": true})', '"{a: \\"x\\", b c: [1, null], \\",\\": true}"'),
    ("string([1..3))", '"[1..3)"'),
    ('string("a\\"b")', '"a\\"b"'),
    ('range("[1..3]")', "[1..3]"),
    ('range(" ]-1.5 .. 3[ ")', "(-1.5..3)"),
    ('range("[\\"a\\"..\\"c\\")")', '["a".."c")'),
    ('range("(..3]")', "(<= 3)"),
    ('range("]..0)")', "(< 0)"),
    ('range("[0..)")', "(>= 0)"),
    ('range("(@\\"P1D\\"..[ ")', '(> @"P1D")'),
    ('range("(\\"a..)\\"..\\"b\\")")', '("a..)".."b")'),
    ('range("[date(\\"2026-01-01\\")..@\\"2026-02-01\\"]")', '[@"2026-01-01"..@"2026-02-01"]'),
    ('range("[duration(\\"P1D\\")..@\\"P2D\\"]")', '[@"P1D"..@"P2D"]'),
    ('range(from: "[1..1]")', "[1..1]"),
    # booleans
    ("not(false)", "true"),
    ("not(negand: true)", "false"),
    # strings
    ('substring("foobar", 3)', '"obar"'),
    ('substring("foobar", 3, 3)', '"oba"'),
    ('substring("foobar", 3, 30)', '"obar"'),
    ('substring("foobar", -2, 1)', '"a"'),
    ('substring("foobar", -6)', '"foobar"'),
    ('substring("foobar", 2.9, 1.9)', '"o"'),
    ('substring("🐎ab", 2)', '"ab"'),
    ('substring(start position: 2, string: "ab")', '"b"'),
    ('substring("ab", 1, null)', '"ab"'),
    ('string length("🐎月")', "2"),
    ('upper case("straße")', '"STRASSE"'),
    ('lower case("ÄB")', '"äb"'),
    ('substring before("foobar", "x")', '""'),
    ('substring before("foobar", "o")', '"f"'),
    ('substring after("foobar", "x")', '""'),
    ('substring after("", "a")', '""'),
    ('substring after("foobar", "")', '"foobar"'),
    ('contains("", "")', "true"),
    ('starts with("foobar", "")', "true"),
    ('ends with(string: "foobar", match: "ar")', "true"),
    ('string join(["a", null, "c"])', '"ac"'),
    ('string join(["a", "b"], null)', '"ab"'),
    ('string join([], "X")', '""'),
    ('string join("a", "X")', '"a"'),
    ('string join(delimiter: "-", list: ["a", "b"])', '"a-b"'),
    ('matches("ABC", "b", "i")', "true"),
    ('matches("ABC", "b", null)', "false"),
    ('matches(pattern: "b", input: "abc")', "true"),
    ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', '"[1=ab][2=]cd"'),
    ('replace(input: "abc", pattern: "B", replacement: "#", flags: "i")', '"a#c"'),
    ('split("John Doe", "\\s")', '["John", "Doe"]'),
    ('split(delimiter: ";", string: "a;;b")', '["a", "", "b"]'),
    # lists
    ("list contains([1, null], null)", "true"),
    ('list contains(["a"], "b")', "false"),
    ("list contains([[1], [2]], [2])", "true"),
    ("count([])", "0"),
    ("count(5)", "1"),
    ("min(1, 3, 2)", "1"),
    ("max([1, 3, 2])", "3"),
    ('min("b", "a")', '"a"'),
    ('max([@"2026-01-01", @"2025-01-01"])', '@"2026-01-01"'),
    ('max(@"P1D", @"PT25H")', '@"PT25H"'),
    ('min(list: [@"P1Y", @"P11M"])', '@"P11M"'),
    ("sum(list: [1, 2.5])", "3.5"),
    ("sum(7)", "7"),
    ("mean(1, 2, 3)", "2"),
    ("all([])", "true"),
    ("all([true, null, false])", "false"),
    ("all(true, true)", "true"),
    ("any([])", "false"),
    ("any([null, true])", "true"),
    ("any(false, false)", "false"),
    ("sublist([4, 5, 6], 2)", "[5, 6]"),
    ("sublist([4, 5, 6], -2, 1)", "[5]"),
    ("sublist([4, 5, 6], 3, 0)", "[]"),
    ("sublist([4, 5, 6], 1.9, 2.9)", "[4, 5]"),
    ("sublist(list: [4, 5], start position: 1, length: null)", "[4, 5]"),
    ("append([1], 2, null)", "[1, 2, null]"),
    ("append([[1]], [2])", "[[1], [2]]"),
    ("concatenate([1], [[2]], [3])", "[1, [2], 3]"),
    ("insert before([1, 3], 2, 2)", "[1, 2, 3]"),
    ("insert before([1, 3], -1, 2)", "[1, 2, 3]"),
    ("insert before(newItem: null, position: 1, list: [1])", "[null, 1]"),
    ("remove([1, 2, 3], -3)", "[2, 3]"),
    ("list replace([1, 2, 3], -1, 9)", "[1, 2, 9]"),
    ("list replace([1, 2, 3], 2.5, null)", "[1, null, 3]"),
    ("list replace([2, 4, 7], function(item, newItem) item < newItem, 5)", "[5, 5, 7]"),
    ("list replace(match: function(a, b) a = 2, newItem: 9, list: [1, 2])", "[1, 9]"),
    ("reverse([1, [2, 3]])", "[[2, 3], 1]"),
    ("index of([1, null, 1.0], 1)", "[1, 3]"),
    ("index of([1], 2)", "[]"),
    ("union([1, 2], [2.0, 3])", "[1, 2, 3]"),
    ('distinct values([1, "1", true, 1.0, null, null])', '[1, "1", true, null]'),
    ("distinct values([[1], [1.0], {a: 1, b: 2}, {b: 2.0, a: 1}])", "[[1], {a: 1, b: 2}]"),
    ("flatten([[1, [2, []]], 3, null])", "[1, 2, 3, null]"),
    ("product([2.5, 1, 2.5, 3])", "18.75"),
    ("product(6)", "6"),
    ("median([8, 2, 5, 7])", "6"),
    ("median(8, 2, 5)", "5"),
    ("stddev([2, 4, 7, 5])", "2.081665999466132735282297706979931"),
    ("mode([3, 6, 1, 9, 6, 1, 3])", "[1, 3, 6]"),
    ("mode([])", "[]"),
    ("sort([3, 1, 2], function(x, y) x > y)", "[3, 2, 1]"),
    ("sort(precedes: function(a, b) a.n < b.n, list: [{n: 2}, {n: 1}])", "[{n: 1}, {n: 2}]"),
    # numbers
    ("decimal(1/3, 2.5)", "0.33"),
    ("decimal(2.5, 0)", "2"),
    ("decimal(1234.5, -2)", "1200"),
    ("floor(-1.5)", "-2"),
    ("floor(-1.56, 1)", "-1.6"),
    ("ceiling(n: 1.56, scale: 1)", "1.6"),
    ("round up(-1.121, 2)", "-1.13"),
    ("round down(-1.129, 2)", "-1.12"),
    ("round half up(-2.5, 0)", "-3"),
    ("round half down(-2.5, 0)", "-2"),
    ("round half up(5.5, 6176)", "5.5"),
    ("round down(5.5, -6111)", "0"),
    ("abs(n: -3)", "3"),
    ('abs(@"-P1D")', '@"P1D"'),
    ('abs(@"-P1Y")', '@"P1Y"'),
    ("modulo(10.1, -4.5)", "-3.4"),
    ("modulo(divisor: 4, dividend: 10)", "2"),
    ("sqrt(number: 16)", "4"),
    ("exp(0)", "1"),
    ("log(1)", "0"),
    ("odd(-1)", "true"),
    ("odd(1.5)", "false"),
    ("even(0)", "true"),
    ("even(1e40)", "true"),
    # contexts
    ('get value({a: {b: 1}}, ["a", "b"])', "1"),
    ('get value(key: "a", m: {a: 1})', "1"),
    ("get entries({})", "[]"),
    ('context({key: "a", value: null})', "{a: null}"),
    ('context(entries: [{key: "a", value: 1, more: 2}])', "{a: 1}"),
    ("context([])", "{}"),
    ('context put({a: 1, b: 2}, "a", 3)', "{a: 3, b: 2}"),
    ('context put({}, "", null)', '{"": null}'),
    ('context put(context: {x: {y: {z: 1}}}, keys: ["x", "y", "z"], value: 2)', "{x: {y: {z: 2}}}"),
    ('context put({x: {}}, ["x", "y"], 2)', "{x: {y: 2}}"),
    ("context merge([{a: {x: 1}}, {a: {y: 2}}])", "{a: {y: 2}}"),
    ("context merge({a: 1})", "{a: 1}"),
    # ranges, of other kinds than numbers and without ends
    ('before(@"2026-01-01", @"2026-01-02")', "true"),
    ('before(range: ["a".."c"), point: "c")', "true"),
    ('during(@"P1D", [@"PT1H"..@"P2D"])', "true"),
    ('includes([@"09:00:00"..@"17:00:00"], @"12:30:00")', "true"),
    ('finishes(@"2026-12-31T00:00:00", (<= @"2026-12-31T00:00:00"))', "true"),
    ("includes((> 10), (> 11))", "true"),
    ("includes((> 10), (>= 10))", "false"),
    ("includes((> 10), (< 11))", "false"),
    ("overlaps((> 10), (< 11))", "true"),
    ("overlaps((> 10), (<= 10))", "false"),
    ("overlaps before((< 5), (> 1))", "true"),
    ("before((< 5), [5..6])", "true"),
    ("after((> 5), 5)", "true"),
    ("meets((<= 5), (>= 5))", "true"),
    ("starts([5..6], (>= 5))", "true"),
    ("started by((>= 5), 5)", "true"),
    ("coincides((> 5), (> 5))", "true"),
    ("coincides((> 5), (>= 5))", "false"),
]

FAULTS = [
    ('number("1,000.0", " ", ".")', "bad-conversion"),
    ('number("1,5", ",", ",")', "bad-conversion"),
    ('number("1.5", null, ",")', "bad-conversion"),
    ('number("1", "x")', "bad-conversion"),
    ('number("x")', "bad-conversion"),
    ('number("1", 2, ".")', "type-mismatch"),
    ("number(1)", "type-mismatch"),
    ('string("a", "b")', "wrong-argument-count"),
    ('range("[1..]")', "bad-conversion"),
    ('range("[..1]")', "bad-conversion"),
    ('range("(..)")', "bad-conversion"),
    ('range("(..true)")', "bad-conversion"),
    ('range("[1+1..3]")', "bad-conversion"),
    ('range("[duration(string(\\"P1D\\"))..@\\"P2D\\"]")', "bad-conversion"),
    ('range("[3..1]")', "bad-conversion"),
    ('range("[1..\\"a\\"]")', "bad-conversion"),
    ('range("[null..null]")', "bad-conversion"),
    ('range(">= 10")', "bad-conversion"),
    ('range("")', "bad-conversion"),
    ("range([1..3])", "type-mismatch"),
    ('substring("abc", 0)', "out-of-range"),
    ('substring("abc", 4)', "out-of-range"),
    ('substring("abc", -4)', "out-of-range"),
    ('substring("abc", 1, 0)', "out-of-range"),
    ('string join([1, 2], ",")', "type-mismatch"),
    ('string join(lst: ["a"])', "wrong-argument-count"),
    ('matches("a", "(")', "bad-pattern"),
    ('matches("a", "a", "p")', "bad-pattern"),
    ('matches("a", [])', "type-mismatch"),
    ('replace("abc", "b", "$")', "bad-replacement"),
    ('split("abc", "")', "bad-pattern"),
    ('max(1, "a")', "type-mismatch"),
    ('max([1, "a"])', "type-mismatch"),
    ('max(@"10:00:00", @"10:00:00Z")', "type-mismatch"),
    ("max(true, false)", "type-mismatch"),
    ('sum([1, "a"])', "type-mismatch"),
    ("mode()", "wrong-argument-count"),
    ("all(true, 1)", "type-mismatch"),
    ("stddev([47])", "out-of-range"),
    ("sublist([1], 2)", "out-of-range"),
    ("sublist([1, 2], 1, 3)", "out-of-range"),
    ("sublist([1, 2], 1, -1)", "out-of-range"),
    ("insert before([], 1, 2)", "out-of-range"),
    ("remove([1], 0)", "out-of-range"),
    ("list replace([1], 2, 0)", "out-of-range"),
    ('list replace([1], "1", 0)', "type-mismatch"),
    ("list replace([1], function(a) true, 0)", "type-mismatch"),
    ("list replace([1], function(a, b) null, 0)", "type-mismatch"),
    ("sort([1, 2], function(x) true)", "type-mismatch"),
    ("round up(5.5)", "wrong-argument-count"),
    ("round up(5.5, 6177)", "out-of-range"),
    ("decimal(5.5, -6112)", "out-of-range"),
    ("modulo(10, 0)", "division-by-zero"),
    ("sqrt(-1)", "out-of-range"),
    ("log(0)", "out-of-range"),
    ("exp(100000)", "overflow"),
    ("abs(true)", "type-mismatch"),
    ("even(n: 4)", "wrong-argument-count"),
    ('get value({a: 1}, ["a", null])', "bad-entry"),
    ("get value({a: 1}, [])", "bad-entry"),
    ('context([{key: "a", value: 1}, {key: "a", value: 2}])', "duplicate-key"),
    ('context([{key: "a"}])', "type-mismatch"),
    ("context([{key: null, value: 1}])", "bad-entry"),
    ('context put({x: 1}, ["y", "a"], 2)', "unknown-member"),
    ('context put({x: 1}, ["x", "a"], 2)', "unknown-member"),
    ("context put({}, [], 2)", "bad-entry"),
    ("context put({}, 1, 2)", "type-mismatch"),
    ("context merge([{a: 1}, null])", "type-mismatch"),
    ("context merge([1, 2])", "type-mismatch"),
    ('before(1, "a")', "type-mismatch"),
    ("meets(1, [1..2])", "type-mismatch"),
    ("includes((!= 5), 4)", "out-of-range"),
]

NULLS = [
    "number(null)",
    "string(null)",
    "not(null)",
    "substring(null, 1)",
    'contains("a", null)',
    "string join(null)",
    'matches(null, "a")',
    "count(null)",
    "max([])",
    "max([1, null])",
    "min(1, null)",
    "sum([])",
    "product([1, null])",
    "median([])",
    "mean(null)",
    "any([null, false])",
    "append(null, 1)",
    "concatenate([1], null)",
    "flatten(null)",
    "floor(1.5, null)",
    "round half up(null, 1)",
    "modulo(null, 2)",
    'get value({}, "a")',
    'context put(null, "a", 1)',
    "context(null)",
    "before(1, null)",
    "includes(null, 1)",
    "sort(null, function(x, y) true)",
]


def untyped(call: str) -> str:
    """Return the call of a parameter, which stands for the function."""
    name, _, arguments = call.partition("(")
    return f"(function(f) f({arguments})({name})"


@pytest.mark.parametrize(("call", "expected"), VALUES)
def test_value(call: str, expected: str) -> None:
    evaluated = ENVIRONMENT.evaluate(call)
    assert not evaluated.diagnostics
    assert evaluated.warnings == ()
    assert evaluated.value is not None
    assert equal(evaluated.value, ENVIRONMENT.evaluate(expected).value) is True


@pytest.mark.parametrize(("call", "expected"), VALUES)
def test_value_is_the_same_where_types_are_not_known(call: str, expected: str) -> None:
    evaluated = ENVIRONMENT.evaluate(untyped(call))
    assert evaluated.warnings == ()
    assert evaluated.value is not None
    assert equal(evaluated.value, ENVIRONMENT.evaluate(expected).value) is True


@pytest.mark.parametrize(("call", "kind"), FAULTS)
def test_null_has_a_reason(call: str, kind: str) -> None:
    evaluated = ENVIRONMENT.evaluate(call)
    assert evaluated.value is None
    assert [warning.kind for warning in evaluated.warnings] == [kind]


@pytest.mark.parametrize("call", NULLS)
def test_null_leads_to_null(call: str) -> None:
    evaluated = ENVIRONMENT.evaluate(call)
    assert evaluated.value is None
    assert evaluated.warnings == ()


@pytest.mark.parametrize(
    "call",
    [
        'max(1, "a")',
        'min([1], "a")',
        'before(1, "a")',
        'during(@"2026-01-01", [1..2])',
        'meets([1..2], ["a".."b"])',
        "sum(true)",
        "matches(1, 2)",
        'context put([1, 2], "a", 1)',
        'list replace([1], "a", 2)',
        "round up(1.5)",
    ],
)
def test_the_checker_knows_wrong_arguments(call: str) -> None:
    diagnostics = ENVIRONMENT.evaluate(call).diagnostics
    assert [
        diagnostic.code for diagnostic in diagnostics if diagnostic.code in ("type-mismatch", "wrong-argument-count")
    ]
