"""Nothing that an author writes becomes code: generated Python holds only our names, and texts come back as given."""

import ast
import re
from decimal import localcontext

from hypothesis import example, given, settings
from hypothesis import strategies as st

from underwriter.feel import ANY, FEEL_CONTEXT, Environment, Frame, Scope, Source, Value, Variable
from underwriter.feel.runtime import RUNTIME

from .strategies_of_attacks import HOSTILE_TEXTS, hostile_texts

ENVIRONMENT = Environment()
OWN_NAMES = re.compile(r"(k|t|h|v)\d+|warnings|moment")
PYTHON_NAMES = {"all", "any", "abs", "str", "Decimal"}
ATTRIBUTES = {"get", "body", "is_finite", "__class__", "upper", "lower", "startswith", "endswith", "date", "time"}
"""`__class__` stands only where the generator asks for a value's kind: it is never what an author wrote."""


def quoted(text: str) -> str:
    """Return a text as FEEL writes it in a string."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(character, character) for character in text) + '"'


def forms(name: str) -> list[str]:
    """Return expressions that hold the name wherever it may stand."""
    key = quoted(name)
    return [
        key,
        f"{{{key}: 1}}",
        f"{{{key}: function(n) n}}",
        f"get value({{{key}: 1}}, {key})",
        f"context put({{}}, {key}, x)",
        f"x = {key} or x in ({key}, {quoted(name + name)})",
        f"if x = {key} then {key} else {key} + {key}",
        f"[{{{key}: x}}][item = {key}]",
    ]


def generated(text: str) -> list[ast.AST]:
    """Return all nodes of the Python that is generated for an expression on `x`."""
    source = Source(text)
    tree = ENVIRONMENT.parse(source, ["x"]).tree
    assert tree is not None, text
    checked = ENVIRONMENT.check(tree, source, Scope({"x": ANY}))
    generator = ENVIRONMENT.generator(is_folding=False)
    python = generator.expression(checked, Frame({("x",): Variable("v0", ANY)}))
    return list(ast.walk(ast.parse(python, mode="eval")))


@given(st.sampled_from(HOSTILE_TEXTS) | hostile_texts)
@settings(max_examples=150)
@example("a'b\"c\\d{e}%s\n__class__")
def test_generated_code_has_no_names_but_ours(name: str) -> None:
    for text in forms(name):
        for node in generated(text):
            if isinstance(node, ast.Name):
                known = node.id in RUNTIME or node.id in PYTHON_NAMES or OWN_NAMES.fullmatch(node.id)
                assert known, (text, node.id)
            if isinstance(node, ast.Attribute):
                assert node.attr in ATTRIBUTES, (text, node.attr)
            assert not isinstance(node, ast.JoinedStr | ast.Starred | ast.Await | ast.Yield)


@given(st.sampled_from(HOSTILE_TEXTS) | hostile_texts)
@settings(max_examples=150)
def test_texts_come_back_as_they_were_written(text: str) -> None:
    key = quoted(text)
    for is_folding in (True, False):
        written = f"{{{key}: [x, {key}]}}"
        source = Source(written)
        tree = ENVIRONMENT.parse(source, ["x"]).tree
        assert tree is not None
        checked = ENVIRONMENT.check(tree, source, Scope({"x": ANY}))
        generator = ENVIRONMENT.generator(is_folding=is_folding)
        python = generator.expression(checked, Frame({("x",): Variable("x", ANY)}))
        warnings: list[object] = []
        with localcontext(FEEL_CONTEXT):
            value = eval(python, generator.namespace(), {"x": text, "warnings": warnings})  # noqa: S307 - under test
        assert value == {text: [text, text]}
        assert not warnings


def test_names_that_python_would_take_for_one_stay_two() -> None:
    """Python normalises identifiers (NFKC); FEEL names are compared as they are written."""
    for one, other in (("\ufb01", "fi"), ("\u212b", "\u00c5"), ("\U0001d431", "x"), ("\u017f", "s")):
        values: dict[str, Value] = {one: "one", other: "other"}
        assert ENVIRONMENT.evaluate(f"[{one}, {other}]", values).value == ["one", "other"]
        text = f"(function({one}, {other}) [{one}, {other}])(1, 2) = [1, 2]"
        assert ENVIRONMENT.evaluate(text).value is True
        assert ENVIRONMENT.evaluate(f"{{{one}: 1, {other}: 2, sum: {one} + {other}}}.sum = 3").value is True
