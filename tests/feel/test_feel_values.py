"""Expressions, inputs and values, row by row from data/values.csv: with the types of the inputs known, and unknown."""

from collections.abc import Mapping
from decimal import localcontext
from pathlib import Path

import pytest

from underwriter.feel import ANY, FEEL_CONTEXT, Environment, Scope, Source, Type, Value, Variable
from underwriter.feel.values import type_of

DATA = Path(__file__).parent / "data" / "values.csv"
ENVIRONMENT = Environment()


def rows() -> list[tuple[str, str, str]]:
    lines = DATA.read_text(encoding="utf-8").splitlines()[1:]
    parts = [line.split(";") for line in lines if not line.startswith("#")]
    assert all(len(row) == 3 for row in parts)
    return [(expression, inputs, expected) for expression, inputs, expected in parts]


def evaluate(text: str, types: Mapping[str, Type], values: Mapping[str, Value]) -> Value:
    source = Source(text)
    parse = ENVIRONMENT.parse(source, types)
    assert parse.tree is not None, parse.diagnostics
    checked = ENVIRONMENT.check(parse.tree, source, Scope(types))
    run = ENVIRONMENT.compile(checked, {name: Variable(f"v{i}", types[name]) for i, name in enumerate(types)})
    with localcontext(FEEL_CONTEXT):
        return run(*values.values(), [])


@pytest.mark.parametrize("is_typed", [True, False], ids=["typed", "untyped"])
@pytest.mark.parametrize(("text", "inputs", "expected"), rows())
def test_value(text: str, inputs: str, expected: str, is_typed: bool) -> None:
    values = ENVIRONMENT.evaluate(inputs).value if inputs else {}
    assert isinstance(values, dict)
    types = {name: type_of(value) if is_typed else ANY for name, value in values.items()}
    wanted = ENVIRONMENT.evaluate(expected)
    assert not wanted.diagnostics
    value = evaluate(text, types, values)
    assert (type(value), value) == (type(wanted.value), wanted.value)
