"""Whole models: names across elements and files, types, functions, services, and what only one branch needs."""

from decimal import Decimal

import pytest

from underwriter.dmn.models.model import ModelRefused, load_model
from underwriter.feel import Environment, feel_text

from .small_models import (
    NOON,
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
    knowledge,
    literal,
    model,
    service,
    table,
)

LOANS = definitions(
    item("tLoan", components=[item("amount", "number"), item("monthly rate", "number")]),
    given("loan", "tLoan"),
    decision("interest", "loan.amount * loan.monthly rate", ["loan"], "number"),
    knowledge("doubled", ["n: number"], "n * 2"),
    service("Interest of", ["interest"], ["loan"]),
    namespace="urn:loans",
    name="loans",
)
LOAN = {"amount": Decimal(200), "monthly rate": Decimal("0.5")}


def values(evaluation):
    return {name: feel_text(value) for name, value in evaluation.values.items()}


def kinds(evaluation):
    return [warning.kind for warning in evaluation.warnings]


@pytest.mark.parametrize("prefix", ["loans", "all loans", ""])
def test_elements_of_imports_are_named_after_the_import(prefix):
    dot = f"{prefix}." if prefix else ""
    main = model(
        imported(prefix, "urn:loans"),
        given("my loan", f"{dot}tLoan"),
        decision("calls", f"{dot}doubled(my loan.monthly rate)", ["my loan", "urn:loans#doubled"]),
        decision("reads", f"{dot}interest + 1", ["urn:loans#interest"]),
        decision("serves", f"{dot}Interest of(my loan)", ["my loan", "urn:loans#Interest of"]),
        decision("types", f"my loan instance of {dot}tLoan", ["my loan"]),
        others=[LOANS],
    )
    assert main.diagnostics == ()
    found = main.evaluate({"my loan": LOAN, "loan": LOAN}, moment=NOON)
    assert values(found) == {"calls": "1.0", "reads": "101.0", "serves": "100.0", "types": "true"}
    assert found.warnings == ()


def test_a_file_sees_only_what_its_own_imports_name():
    between = definitions(
        imported("l", "urn:loans"), decision("b", "l.interest", ["urn:loans#interest"]), namespace="urn:between"
    )
    main = model(imported("b", "urn:between"), decision("d", "b.b + 1", ["urn:between#b"]), others=[LOANS, between])
    assert values(main.evaluate({"loan": LOAN}, moment=NOON)) == {"d": "101.0"}


def test_inputs_of_one_name_are_told_apart_by_their_namespaces():
    main = model(
        imported("l", "urn:loans"),
        given("loan", "number"),
        decision("d", "loan + l.interest", ["loan", "urn:loans#interest"]),
        others=[LOANS],
    )
    assert list(main.inputs) == ["loan", "urn:loans#loan"]
    assert values(main.evaluate({"loan": Decimal(1), "urn:loans#loan": LOAN}, moment=NOON)) == {"d": "101.0"}


def test_names_with_spaces_and_operators_are_read_where_they_are_declared():
    main = model(
        given("a-b", "number"),
        given("a", "number"),
        given("b", "number"),
        decision("profit & loss", "a-b", ["a-b"]),
        decision("difference", "a-b", ["a", "b"]),
        decision("sum", "profit & loss + difference", ["profit & loss", "difference"]),
    )
    found = main.evaluate({"a-b": Decimal(100), "a": Decimal(5), "b": Decimal(3)}, moment=NOON)
    assert values(found) == {"profit & loss": "100", "difference": "2", "sum": "102"}


TYPES = {
    "number": (item("t", "number"), Decimal(5), "5", []),
    "text for a number": (item("t", "number"), "5", "null", ["type-mismatch"]),
    "null": (item("t", "number"), None, "null", []),
    "allowed string": (item("t", "string", allowed='"a", "b"'), "b", '"b"', []),
    "string that is not allowed": (item("t", "string", allowed='"a", "b"'), "c", "null", ["type-mismatch"]),
    "allowed number": (item("t", "number", allowed="[0..9], 99"), Decimal(99), "99", []),
    "number that is not allowed": (item("t", "number", allowed="[0..9]"), Decimal(10), "null", ["type-mismatch"]),
    "constraint by a function": (
        item("t", "string", constraint="string length(?) > 2"),
        "ab",
        "null",
        ["type-mismatch"],
    ),
    "list": (item("t", "number", is_collection=True), [Decimal(1)], "[1]", []),
    "one value for a list": (item("t", "number", is_collection=True), Decimal(1), "[1]", []),
    "one item for a value": (item("t", "number"), [Decimal(1)], "1", []),
    "allowed values of a list's items": (
        item("t", "string", allowed='"a"', is_collection=True),
        ["a", "b"],
        "null",
        ["type-mismatch"],
    ),
    "constraint of a list": (
        item("t", "number", constraint="count(?) > 1", is_collection=True),
        [Decimal(1)],
        "null",
        ["type-mismatch"],
    ),
    "context": (item("t", components=[item("a", "number")]), {"a": None, "b": "x"}, '{a: null, b: "x"}', []),
    "context without an entry": (item("t", components=[item("a")]), {"b": "x"}, "null", ["type-mismatch"]),
    "entry that is not allowed": (
        item("t", components=[item("a", "number", allowed="> 0")]),
        {"a": Decimal(0)},
        "null",
        ["type-mismatch"],
    ),
    "type of itself": (
        item("t", components=[item("n", "number"), item("children", "t", is_collection=True)]),
        {"n": Decimal(1), "children": [{"n": Decimal(2), "children": []}]},
        "{n: 1, children: [{n: 2, children: []}]}",
        [],
    ),
}


@pytest.mark.parametrize(("type_", "value", "expected", "expected_kinds"), TYPES.values(), ids=TYPES)
def test_a_value_is_made_one_of_the_type_that_is_stated(type_, value, expected, expected_kinds):
    as_input = model(type_, given("x", "t"), decision("d", "x", ["x"])).evaluate({"x": value}, moment=NOON)
    as_result = model(type_, given("x"), decision("d", "x", ["x"], "t")).evaluate({"x": value}, moment=NOON)
    as_step = model(type_, given("x"), decision("d", context(("a", "x", "t"), (None, "a")), ["x"])).evaluate(
        {"x": value}, moment=NOON
    )
    for found in (as_input, as_result, as_step):
        assert (feel_text(found.values["d"]), kinds(found)) == (expected, expected_kinds)


def test_instance_of_asks_for_the_type_alone():
    main = model(
        item("tSmall", "number", allowed="< 10"),
        item("tName", "string", allowed='"a"'),
        item("tBoth", components=[item("n", "tSmall"), item("s", "tName")]),
        decision("parts", '[20 instance of tSmall, "b" instance of tName]'),
        decision("wholes", '[{n: 20, s: "b"} instance of tBoth, {n: 1} instance of tBoth]'),
    )
    assert values(main.evaluate({}, moment=NOON)) == {"parts": "[true, true]", "wholes": "[true, false]"}


def test_function_types_give_knowledge_models_their_types():
    main = model(
        item("f", signature=(["n: number"], "string")),
        knowledge("k", ["n"], "n", type_name="f"),
        decision("d", boxed_list("k(1)", 'k("a")'), ["k"]),
    )
    found = main.evaluate({}, moment=NOON)
    assert values(found) == {"d": "[null, null]"}
    assert kinds(found) == ["type-mismatch", "type-mismatch"]


FUNCTIONS = {
    "a call": ("k(1, 2)", "-1", []),
    "named arguments": ("k(b: 1, a: 2)", "1", []),
    "an argument of another type": ('k(1, "b")', "null", ["type-mismatch"]),
    "too few arguments": ("k(1)", "null", ["wrong-argument-count"]),
    "a list of one for a number": ("k([1], 2)", "-1", []),
    "as a value": ("sort([1, 3, 2], above)", "[3, 2, 1]", []),
    "recursion": ("factorial(5)", "120", []),
    "recursion without end": ("forever(1)", "null", ["too-deep"]),
    "a function that calls another": ("square of sum(1, 2)", "9", []),
    "missing logic": ("empty()", "null", ["missing-logic"]),
}


@pytest.mark.parametrize(("text", "expected", "expected_kinds"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_knowledge_models_are_functions(text, expected, expected_kinds):
    names = ["k", "above", "factorial", "forever", "square of sum", "empty"]
    main = model(
        knowledge("k", ["a: number", "b: number"], "a - b"),
        knowledge("above", ["a", "b"], "a > b"),
        knowledge("factorial", ["n: number"], "if n < 2 then 1 else n * factorial(n - 1)"),
        knowledge("forever", ["n: number"], "forever(n + 1) + 1"),
        knowledge("square", ["n: number"], "n * n"),
        knowledge("square of sum", ["a", "b"], invocation("square", n="a + b"), ["square"]),
        knowledge("empty", [], None),
        decision("d", text, names),
    )
    found = main.evaluate({}, moment=NOON)
    assert (feel_text(found.values["d"]), kinds(found)) == (expected, expected_kinds)


def test_boxed_recursion_is_bounded():
    body = context(("more", invocation("k", n="n + 1")), (None, "more"))
    found = model(knowledge("k", ["n: number"], body), decision("d", invocation("k", n="1"), ["k"])).evaluate(
        {}, moment=NOON
    )
    assert (found.values["d"], kinds(found)) == (None, ["too-deep"])


SERVED = (
    given("x", "number"),
    decision("base", "x * 10", ["x"], "number"),
    decision("half", "base / 2", ["base"]),
    decision("text", "string(half)", ["half"]),
    service("One", ["text"], ["x"]),
    service("Given base", ["half"], [], ["base"]),
    service("Two", ["half", "text"], ["x"]),
    service("Ordered", ["pair"], ["x"], ["base"]),
    decision("pair", "[x, base]", ["x", "base"]),
)
SERVICES = {
    "one output": ("One(4)", '"20"', []),
    "an input decision stands for the decision": ("Given base(4)", "2", []),
    "several outputs": ("Two(4)", '{half: 20, text: "20"}', []),
    "a member of several outputs": ("Two(4).text", '"20"', []),
    "inputs go before input decisions": ("Ordered(1, 2)", "[1, 2]", []),
    "named arguments": ("Ordered(base: 1, x: 2)", "[2, 1]", []),
    "an argument of another type": ('One("a")', "null", ["type-mismatch"]),
    "too many arguments": ("One(1, 2)", "null", ["wrong-argument-count"]),
    "as a value": ("for f in [One] return f(2)", '["10"]', []),
    "beside the decision itself": ("[One(4), text]", '["20", "5"]', []),
}


@pytest.mark.parametrize(("text", "expected", "expected_kinds"), SERVICES.values(), ids=SERVICES)
def test_services_are_functions(text, expected, expected_kinds):
    names = ["One", "Given base", "Two", "Ordered", "text"]
    found = model(*SERVED, decision("d", text, names)).evaluate({"x": Decimal(1)}, ["d"], moment=NOON)
    assert (feel_text(found.values["d"]), kinds(found)) == (expected, expected_kinds)


@pytest.mark.parametrize(
    ("name", "inputs", "expected", "expected_kinds"),
    [
        ("One", {"x": Decimal(4)}, {"text": '"20"'}, []),
        ("Two", {"x": Decimal(4)}, {"half": "20", "text": '"20"'}, []),
        ("Given base", {"base": Decimal(4)}, {"half": "2"}, []),
        ("Given base", {"base": [Decimal(4)]}, {"half": "2"}, []),
        ("Given base", {"base": "four"}, {"half": "null"}, ["type-mismatch"]),
        ("Given base", {}, {"half": "null"}, ["missing-input"]),
    ],
)
def test_services_are_evaluated_by_name(name, inputs, expected, expected_kinds):
    found = model(*SERVED).evaluate_service(name, inputs, moment=NOON)
    assert (values(found), kinds(found)) == (expected, expected_kinds)


def test_a_services_result_is_made_one_of_its_type():
    types = item("tResult", signature=([], "string"))
    main = model(types, decision("n", "1"), service("S", ["n"], type_name="tResult"))
    found = main.evaluate_service("S", {}, moment=NOON)
    assert (values(found), kinds(found)) == ({"n": "null"}, ["type-mismatch"])


def test_missing_logic_and_inputs_are_null_with_a_warning():
    found = model(given("x"), decision("none", None), decision("d", "[x, none]", ["x", "none"])).evaluate(
        {}, ["d"], moment=NOON
    )
    assert (values(found), kinds(found)) == ({"d": "[null, null]"}, ["missing-input", "missing-logic"])


def test_decisions_that_require_each_other_are_null():
    main = model(decision("a", "b + 1", ["b"]), decision("b", "a + 1", ["a"]), decision("c", "1"))
    found = main.evaluate({}, moment=NOON)
    assert values(found) == {"a": "null", "b": "null", "c": "1"}
    assert kinds(found) == ["circular-decisions", "circular-decisions"]


def computed(main, inputs, decisions):
    return set(main.evaluate(inputs, decisions, is_traced=True, moment=NOON).computed)


BRANCHES = {
    "a literal if": "if x then a else b",
    "a boxed conditional": conditional("x", "a", boxed_list("b")),
    "a conditional of a stated type": literal("if x then a else b", "number"),
}


@pytest.mark.parametrize("logic", BRANCHES.values(), ids=BRANCHES)
def test_what_only_one_branch_needs_is_computed_only_there(logic):
    main = model(
        given("x", "boolean"),
        decision("d", logic, ["x", "a", "b"]),
        decision("a", "2 * a1", ["a1"]),
        decision("a1", "if x then deep else 0", ["x", "deep"]),
        decision("deep", "7"),
        decision("b", "1 + b1", ["b1"]),
        decision("b1", "4"),
    )
    assert values(main.evaluate({"x": True}, ["d"], moment=NOON)) == {"d": "14"}
    assert computed(main, {"x": True}, ["d"]) == {"d", "a", "a1", "deep"}
    assert computed(main, {"x": False}, ["d"]) == {"d", "b", "b1"}
    assert computed(main, {"x": False}, ["d", "a1"]) == {"d", "a1", "b", "b1"}


def test_a_service_that_is_called_leaves_the_trace_of_its_decisions_alone():
    main = model(*SERVED, decision("d", "One(4)", ["One"]))
    assert (
        feel_text(main.evaluate({"x": Decimal(1)}, ["d", "text"], is_traced=True, moment=NOON).computed["text"])
        == '"5"'
    )
    assert set(main.evaluate_service("One", {"x": Decimal(1)}, is_traced=True, moment=NOON).computed) == {
        "base",
        "half",
        "text",
    }


def test_what_both_branches_or_another_decision_need_is_computed_once_before():
    main = model(
        given("x", "boolean"),
        decision("d", "if x then shared + 1 else shared + only", ["x", "shared", "only"]),
        decision("e", "if x then other else null", ["x", "other"]),
        decision("f", "other", ["other"]),
        decision("shared", "1"),
        decision("only", "2"),
        decision("other", "3"),
    )
    assert computed(main, {"x": True}, ["d", "e", "f"]) == {"d", "e", "f", "shared", "other"}
    assert main.python(["d", "e", "f"]).count(" = k") == len({"shared", "only", "other"})


def test_a_trace_tells_values_and_rows():
    logic = table("C+", ["x"], ["points"], (["> 1"], ["10"]), (["> 2"], ["5"]), (["> 9"], ["1"]))
    main = model(given("x", "number"), decision("points", logic, ["x"]), decision("twice", "points * 2", ["points"]))
    found = main.evaluate({"x": Decimal(3)}, ["twice"], is_traced=True, moment=NOON)
    assert {name: feel_text(value) for name, value in found.computed.items()} == {"points": "15", "twice": "30"}
    assert [(hits.element, hits.rows) for hits in found.hits] == [("points", (1, 2))]


def test_the_moment_is_one_for_a_whole_evaluation():
    main = model(
        knowledge("k", [], "now()"),
        decision("a", "now()"),
        decision("d", "k() = now() and a = now() and today() = date(a)", ["k", "a"]),
    )
    assert values(main.evaluate({}, ["d"], moment=NOON)) == {"d": "true"}


def test_only_an_unreadable_main_file_is_refused():
    assert isinstance(load_model("a.dmn", {"a.dmn": "<a"}, Environment()), ModelRefused)
    with pytest.raises(KeyError):
        load_model("b.dmn", {"a.dmn": "<a"}, Environment())


def test_a_function_of_an_inner_scope_keeps_its_own_names():
    main = model(given("x"), decision("d", context(("f", function(["x"], "x + 1")), (None, "[f(1), x]")), ["x"]))
    assert values(main.evaluate({"x": Decimal(5)}, moment=NOON)) == {"d": "[2, 5]"}
