"""What each kind of box gives: its value as FEEL writes it, and the kinds of warnings that came with it."""

from decimal import Decimal

import pytest

from underwriter.dmn.boxes.expressions import FunctionKind
from underwriter.feel import feel_text

from .small_models import (
    NOON,
    boxed_filter,
    boxed_list,
    conditional,
    context,
    decision,
    function,
    given,
    invocation,
    iterator,
    literal,
    model,
    relation,
    table,
)

POINTS = table("C+", ["x"], ["points"], (["> 1"], ["10"]), (["> 2"], ["5"]))
GRADE = table("F", ["x"], ["grade", "limit"], (["> 2"], ['"A"', "x * 10"]), (["-"], ['"B"', "0"]))
BOXES = {
    "literal": (literal("x + 1"), "4", []),
    "literal of a stated type": (literal("[x]", "number"), "3", []),
    "literal of another type": (literal('"a"', "number"), "null", ["type-mismatch"]),
    "literal in another language": (literal("x", language="urn:other"), "null", ["unsupported-language"]),
    "literal that can't be read": (literal("x +"), "null", ["bad-syntax"]),
    "context": (context(("a", "x"), ("b c", "a + 1"), ("d", "b c * a")), "{a: 3, b c: 4, d: 12}", []),
    "context with a result": (context(("a", "x"), (None, "a * a")), "9", []),
    "context in a context": (context(("a", context(("b", "x"), ("c", "b + 1"))), (None, "a.c")), "4", []),
    "context with typed steps": (
        context(("a", '"no"', "number"), ("b", "a = null")),
        "{a: null, b: true}",
        ["type-mismatch"],
    ),
    "later step of the same name": (context(("a", "1"), ("a", "a + 1"), (None, "a")), "2", []),
    "list": (boxed_list("x", context(("a", "x"))), "[3, {a: 3}]", []),
    "relation": (relation(["a", "b"], ["x", "1"], ["2", "x * 2"]), "[{a: 3, b: 1}, {a: 2, b: 6}]", []),
    "relation of constants": (
        relation(["a", "b"], ["1", '"x"'], ["1 + 1", "null"]),
        '[{a: 1, b: "x"}, {a: 2, b: null}]',
        [],
    ),
    "relation that warns": (relation(["a"], ["1"], ["1 / 0"]), "[{a: 1}, {a: null}]", ["division-by-zero"]),
    "list of constants": (boxed_list("1", boxed_list("2")), "[1, [2]]", []),
    "conditional, true": (conditional("x > 2", '"more"', '"less"'), '"more"', []),
    "conditional, false": (conditional("x > 3", '"more"', '"less"'), '"less"', []),
    "conditional, null": (conditional("x > null", '"more"', '"less"'), '"less"', []),
    "conditional, neither": (conditional("if x > 0 then 1 else true", "2", "3"), "null", ["type-mismatch"]),
    "conditional of boxes": (conditional("x > 2", context(("a", "x")), GRADE), "{a: 3}", []),
    "filter": (boxed_filter("[1, x, 5]", "item >= x"), "[3, 5]", []),
    "filter by members": (boxed_filter("[{a: 1}, {a: x}]", "a = x"), "[{a: 3}]", []),
    "filter by null": (boxed_filter("[1, null, 5]", "item > 2"), "[5]", []),
    "filter by a number": (boxed_filter("[1, 2]", "if item > 0 then 1 else true"), "null", ["type-mismatch"]),
    "filter of one value": (boxed_filter("x", "item = 3"), "[3]", []),
    "filter of null": (boxed_filter("null", "true"), "null", []),
    "for": (iterator("for", "n", "[1, 2, x]", "n * x"), "[3, 6, 9]", []),
    "for over a range": (iterator("for", "n", "[1..x]", "n"), "[1, 2, 3]", []),
    "for over null": (iterator("for", "n", "null", "n"), "null", []),
    "for in for": (iterator("for", "n", "[1, 2]", iterator("for", "m", "[n, x]", "n + m")), "[[2, 4], [4, 5]]", []),
    "for with the results so far": (
        iterator("for", "n", "[1..x]", boxed_list("n", "count(partial)")),
        "[[1, 0], [2, 1], [3, 2]]",
        [],
    ),
    "a variable called partial": (iterator("for", "partial", "[1..x]", "partial + 1"), "[2, 3, 4]", []),
    "closures of a loop": (
        context(("all", iterator("for", "n", "[1, 2]", function(["m"], "n * m"))), (None, "for f in all return f(x)")),
        "[3, 6]",
        [],
    ),
    "some": (iterator("some", "n", "[1, x]", "n > 2"), "true", []),
    "some of none": (iterator("some", "n", "[]", "n > 2"), "false", []),
    "some, one unknown": (iterator("some", "n", "[1, null]", "n > 2"), "null", []),
    "some, no condition": (
        iterator("some", "n", "[1, 2]", 'if n = 1 then "no" else true'),
        "null",
        ["type-mismatch"],
    ),
    "every": (iterator("every", "n", "[1, x]", "n > 0"), "true", []),
    "every, not": (iterator("every", "n", "[1, x]", "n > 1"), "false", []),
    "function, called later": (context(("f", function(["a", "b"], "a - b")), (None, "f(b: 1, a: x)")), "2", []),
    "function of typed parameters": (
        context(("f", function(["a: number"], "a + 1")), (None, "[f(x), f([x]), f(null)]")),
        "[4, 4, null]",
        [],
    ),
    "function given another type": (
        context(("f", function(["a: number"], "a = null")), ("any", "[x, true][2]"), (None, "f(any)")),
        "null",
        ["type-mismatch"],
    ),
    "function of another language": (
        context(("f", function(["a"], "a", FunctionKind.JAVA)), (None, "f(x)")),
        "null",
        ["unsupported-language"],
    ),
    "function as an argument": (
        context(("less", function(["a", "b"], "a > b")), (None, "sort([1, x, 2], less)")),
        "[3, 2, 1]",
        [],
    ),
    "invocation": (
        context(("f", function(["a", "b"], "a - b")), (None, invocation("f", b="1", a="x"))),
        "2",
        [],
    ),
    "invocation of a function literal": (invocation("function(a) a + x", a="4"), "7", []),
    "invocation of a box": (invocation(function(["a"], GRADE), a="1"), '{grade: "A", limit: 30}', []),
    "invocation of an unknown parameter": (
        context(("f", function(["a"], "a")), (None, invocation("f", b="1"))),
        "null",
        ["wrong-argument-count"],
    ),
    "invocation of no function": (invocation("x", a="1"), "null", ["type-mismatch"]),
    "table": (GRADE, '{grade: "A", limit: 30}', []),
    "table that collects": (POINTS, "15", []),
    "table in a context": (context(("t", GRADE), (None, "t.limit + 1")), "31", []),
    "table in a list in a loop": (
        iterator("for", "x", "[1, 3]", boxed_list(POINTS, "x")),
        "[[null, 1], [15, 3]]",
        [],
    ),
}


@pytest.mark.parametrize(("logic", "expected", "kinds"), BOXES.values(), ids=BOXES)
def test_a_box_gives(logic, expected, kinds):
    found = model(given("x", "number"), decision("d", logic, ["x"])).evaluate({"x": Decimal(3)}, moment=NOON)
    assert feel_text(found.values["d"]) == expected
    assert [warning.kind for warning in found.warnings] == kinds


def test_a_loop_without_end_is_stopped():
    rounds = iterator(
        "for", "a", "[1..2000]", iterator("for", "b", "[1..2000]", iterator("some", "c", "[1..2000]", "c > b"))
    )
    found = model(decision("d", rounds)).evaluate({}, moment=NOON)
    assert found.values["d"] is None
    assert [warning.kind for warning in found.warnings] == ["too-much-work"]


def test_boxes_may_not_stand_in_each_other_without_end():
    logic = literal("1")
    for _ in range(500):
        logic = boxed_list(logic)
    deep = model(decision("d", logic))
    assert [finding.code for finding in deep.diagnostics] == ["too-deep"]
    assert [warning.kind for warning in deep.evaluate({}, moment=NOON).warnings] == ["too-deep"]


def test_a_box_of_constants_is_made_once():
    main = model(decision("d", boxed_list("1", relation(["a"], ["2"]))))
    assert main.evaluate({}, moment=NOON).values["d"] is main.evaluate({}, moment=NOON).values["d"]
