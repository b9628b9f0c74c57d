"""Texts that are long, deep or ask for too much: what the parser takes also runs, and the rest is refused at once."""

from decimal import Decimal, localcontext
from functools import cache

import pytest

from underwriter.feel import ANY, FEEL_CONTEXT, NUMBER, Environment, Scope, Source, Value, Variable
from underwriter.feel.codegen.code import DEEPEST_TEXT, nesting
from underwriter.feel.values import is_instance, type_of

ENVIRONMENT = Environment()
N = Decimal
FORMS = (
    "(@)",
    "-(@)",
    "[@]",
    "not(@)",
    "abs(@)",
    "sum(@)",
    "max(y, @)",
    "string(@)",
    "{a: @}",
    "{a: @}.a",
    "1 - (@)",
    "2 ** (@)",
    "y / (@)",
    "if y = 2 then 3 else (@)",
    "if @ then 1 else 2",
    "y and (@)",
    "y or (@)",
    "y = (@)",
    "y < (@)",
    "y in (@)",
    "y in (1, @)",
    "y between 1 and (@)",
    "y[@]",
    "[y][item = (@)]",
    "for i in (@) return i",
    "for i in y return (@)",
    "some i in (@) satisfies i = 1",
    "every i in y satisfies (@)",
    "(function(a) @)(y)",
    "(function(a: number) a)(@)",
    "(@) instance of number",
)


@cache
def deepest(form: str) -> str:
    """Return the deepest text of a form, again and again within itself, that the parser takes."""
    before, after = form.split("@")
    texts = (f"{before * depth}x{after * depth}" for depth in range(110, 15, -1))
    return next(text for text in texts if ENVIRONMENT.parse(Source(text), ()).tree is not None)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("value", [N(2), True, "text", [N(1)], None], ids=str)
def test_the_deepest_text_that_parses_also_runs(form: str, value: Value) -> None:
    text = deepest(form)
    for types in ({}, {"x": type_of(value), "y": NUMBER}):
        source = Source(text)
        tree = ENVIRONMENT.parse(source, ()).tree
        assert tree is not None
        scope = {"x": ANY, "y": ANY} | types
        checked = ENVIRONMENT.check(tree, source, Scope(scope))
        run = ENVIRONMENT.compile(checked, {name: Variable(f"v_{name}", type_) for name, type_ in scope.items()})
        with localcontext(FEEL_CONTEXT):
            assert is_instance(run(value, N(1), []), checked.type)


def test_depth_is_counted_outside_of_strings() -> None:
    brackets = "(" * (DEEPEST_TEXT + 1)
    assert nesting(f"{brackets}{')' * len(brackets)}") == DEEPEST_TEXT + 1
    assert nesting(f"get('{brackets}')") == 1
    assert nesting(f'get("{brackets}\'")') == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1+" * 500_000 + "1", "text-too-long"),
        ('"' + "a" * 1_000_000 + '"', "text-too-long"),
        ("(" * 10_000 + "1" + ")" * 10_000, "text-too-long"),
        ("(" * 5_000 + "1" + ")" * 5_000, "too-many-tokens"),
        ("[" * 2_000 + "1" + "]" * 2_000, "nested-too-deeply"),
        ("-" * 4_000 + "1", "nested-too-deeply"),
        ("1 " + "+ 1" * 2_000, "nested-too-deeply"),
        ("1e99999", "number-out-of-range"),
    ],
)
def test_texts_beyond_the_limits_are_refused(text: str, code: str) -> None:
    evaluated = ENVIRONMENT.evaluate(text)
    assert evaluated.value is None
    assert [diagnostic.code for diagnostic in evaluated.diagnostics] == [code]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("10 ** (10 ** 10)", "overflow"),
        ("for x in 1..1000000000000 return x", "too-many"),
        ("5 in [1..1000000000000]", None),
        ("some x in 1..1000000000000 satisfies x = 1", "too-many"),
        ("for x in 1..400, y in 1..400 return x", "too-many"),
    ],
)
def test_too_much_gives_null_with_a_reason(text: str, kind: str | None) -> None:
    warnings = ENVIRONMENT.evaluate(text).warnings
    assert [warning.kind for warning in warnings] == ([kind] if kind else [])


@pytest.mark.parametrize(
    "name",
    ["__class__", "{}", "{0}", "a'b", 'a"b', "a\\b", "a\nb", "warnings", "k0", "t0", "None", "lambda", "a{b}", "%s"],
)
def test_names_of_authors_are_only_data(name: str) -> None:
    key = '"' + name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    context: Value = {name: N(1)}
    assert ENVIRONMENT.evaluate(f"{{{key}: 1}}").value == context
    assert ENVIRONMENT.evaluate(f"get value({{{key}: 1}}, {key})").value == N(1)
    assert ENVIRONMENT.evaluate(f"{{{key}: function(n) if n = 0 then n else n}} instance of context").value is True
    if name.isidentifier() and name != "None":
        assert ENVIRONMENT.evaluate(f"(function({name}) for x in [{name}] return {name} + x)(2)").value == [N(4)]
        assert ENVIRONMENT.evaluate(f"c.{name}", {"c": context}).value == N(1)
        assert ENVIRONMENT.evaluate(f"[c][{name} = 1].{name}", {"c": context}).value == [N(1)]
        missing = ENVIRONMENT.evaluate(f"1.{name}" if name.startswith("_") else f"(1).{name}")
        assert missing.value is None
