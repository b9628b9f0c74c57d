"""What the checker says of wrong models. They load nevertheless, and what is wrong in them is null."""

import pytest

from underwriter.dmn.boxes.expressions import FunctionKind

from .small_models import (
    NOON,
    boxed_filter,
    boxed_list,
    conditional,
    context,
    decision,
    definitions,
    function,
    given,
    imported,
    invocation,
    item,
    iterator,
    knowledge,
    literal,
    model,
    relation,
    service,
)


def _nested(name, depth):
    inner = item("a", "number")
    for _ in range(depth):
        inner = item("a", components=[inner])
    return item(name, components=[inner])


OTHER = definitions(decision("far", "1"), namespace="urn:other", name="other")
WRONG = {
    "an import of nothing": (
        [imported("lib", "urn:nowhere"), decision("d", "lib.x")],
        ["unknown-name: there is nothing called 'lib'"],
    ),
    "a reference to nothing": (
        [decision("d", "1", ["e"])],
        ["unknown-reference: there is no element with the id 'e'"],
    ),
    "a reference into a file that is not imported": (
        [decision("d", "far", ["urn:other#far"])],
        ["not-imported: this file does not import the namespace 'urn:other'"],
    ),
    "an input as a service's output": (
        [given("x"), service("s", ["x"])],
        ["misplaced-reference: 'x' is not a decision"],
    ),
    "two elements of one name": (
        [given("x"), decision("x", "1")],
        [
            "duplicate-id: 'x' has the id of 'x' at small.dmn:1:1",
            "duplicate-name: 'x' also stands at small.dmn:1:1",
        ],
    ),
    "a name that is not required": (
        [given("x"), decision("d", "x + 1")],
        ["unknown-name: there is nothing called 'x'"],
    ),
    "an unknown type": (
        [item("tLoan", "number"), given("x", "tLaon")],
        ["unknown-type: there is no type 'tLaon'"],
    ),
    "a type that is itself": (
        [item("a", "b"), item("b", "a")],
        ["circular-type: the type 'a' is defined by itself"],
    ),
    "a bad allowed value": (
        [item("a", "number", allowed="[1..")],
        ["unexpected-token: found the end of the text, expected a value, a name or '('"],
    ),
    "an allowed value of another type": (
        [item("a", "number", allowed='< "x"')],
        ["type-mismatch: a number cannot be compared with a string; the result is always null"],
    ),
    "types in a long row": (
        [*(item(f"t{n}", f"t{n + 1}") for n in range(60)), item("t60", "number")],
        ["too-deep: more than 50 types refer to each other in a row up to 't50'"],
    ),
    "a type of many parts within each other": ([_nested("t", 95), given("x", "t")], []),
    "decisions in a circle": (
        [decision("a", "b", ["b"]), decision("b", "c", ["c"]), decision("c", "a", ["a"])],
        ["circular-decisions: decisions require each other: a -> b -> c -> a"],
    ),
    "no logic": (
        [decision("d", None)],
        ["missing-logic: 'd' has no logic: its value is null, unless a decision service is given it"],
    ),
    "a function in Java": (
        [knowledge("k", ["a"], literal("a"), kind=FunctionKind.JAVA)],
        ["unsupported-language: functions in Java are not run: the value is null"],
    ),
    "a value of another type": (
        [decision("d", '"a"', type_name="number")],
        ["type-mismatch: this is a string, but a number is asked for"],
    ),
    "a step of another type": (
        [decision("d", context(("a", "1", "string")))],
        ["type-mismatch: this is a number, but a string is asked for"],
    ),
    "a step twice": (
        [decision("d", context(("a", "1"), ("a", "2")))],
        ["duplicate-key: 'a' stands here twice"],
    ),
    "a result before the end": (
        [decision("d", context((None, "1"), ("a", "2")))],
        ["misplaced-result: an entry without a name is the context's result, and must be the last"],
    ),
    "a column twice": (
        [decision("d", relation(["a", "a"], ["1", "2"]))],
        ["duplicate-key: 'a' stands here twice"],
    ),
    "a parameter twice": (
        [knowledge("k", ["a", "a"], "a")],
        ["duplicate-key: 'a' stands here twice"],
    ),
    "a call of no function": (
        [decision("d", invocation("1", a="2"))],
        ["not-a-function: a number cannot be called"],
    ),
    "arguments that don't fit": (
        [knowledge("k", ["a", "b"], "a"), decision("d", invocation("k", a="1", c="2"), ["k"])],
        [
            "unknown-argument: the function has no parameter 'c'",
            "wrong-argument-count: the parameter 'b' is given no value",
        ],
    ),
    "an argument of another type": (
        [knowledge("k", ["a: number"], "a"), decision("d", invocation("k", a='"x"'), ["k"])],
        ["type-mismatch: this is a string, but a number is asked for"],
    ),
    "conditions that are none": (
        [
            decision("d", conditional("1", "2", "3")),
            decision("e", boxed_filter("[1]", "2")),
            decision("f", iterator("every", "n", "[1]", '"x"')),
        ],
        [
            "type-mismatch: a condition must be a boolean, this is a number",
            "type-mismatch: a condition must be a boolean, this is a number",
            "type-mismatch: a condition must be a boolean, this is a string",
        ],
    ),
    "a mistake deep in boxes": (
        [decision("d", boxed_list(iterator("for", "n", "[1]", function(["a"], "m + a"))))],
        ["unknown-name: there is nothing called 'm'"],
    ),
    "a circle of functions is none": (
        [knowledge("a", [], "b()", ["b"]), knowledge("b", [], "a()", ["a"])],
        [],
    ),
    "a type may contain itself": (
        [item("tree", components=[item("children", "tree", is_collection=True)])],
        [],
    ),
}


@pytest.mark.parametrize(("parts", "expected"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said(parts, expected):
    wrong = model(*parts, others=[OTHER])
    assert sorted(f"{finding.code}: {finding.message}" for finding in wrong.diagnostics) == sorted(expected)
    assert set(wrong.evaluate({}, moment=NOON).values) == set(wrong.decisions)
