"""No text and no value makes an exception: only values, warnings and findings come out."""

import os
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from underwriter.feel import STANDARD, Environment, Value
from underwriter.feel.printer import print_tree
from underwriter.feel.temporal import parse_temporal
from underwriter.feel.value_text import feel_text
from underwriter.feel.values import Range

from .strategies import DECLARED_NAMES, expressions
from .strategies_of_attacks import mutated

EXAMPLES = 20_000 if os.environ.get("UNDERWRITER_SOAK") else 150
ENVIRONMENT = Environment()
SEARCHING = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

plain_values: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=5),
    st.sampled_from([Decimal(text) for text in ("0", "-0", "1", "-1", "2.5", "1E+6144", "1E-6143", "9" * 34)]),
    st.sampled_from(
        [
            parse_temporal(text)
            for text in (
                *(
                    "2020-02-29",
                    "999999999-12-31",
                    "-999999999-01-01",
                    "12:00:00",
                    "12:00:00Z",
                    "00:00:00@Europe/Paris",
                ),
                *("2020-02-29T12:00:00@Europe/Paris", "P1D", "-P999999999D", "P1Y", "-P999999Y", "PT0.000000001S"),
            )
        ]
    ),
)
values: st.SearchStrategy[Value] = st.recursive(
    plain_values,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["a", "item", "b2", "x"]), inner, max_size=2),
        st.builds(Range, inner, inner, st.booleans(), st.booleans()),
    ),
    max_leaves=5,
)
examples = st.sampled_from([function.example for function in STANDARD])
trees = expressions().map(print_tree)
calls = st.builds(
    lambda function, arguments: f"{function.name}({', '.join(arguments)})",
    st.sampled_from(STANDARD),
    st.lists(
        st.sampled_from(["a", "b2", "_c", "income", "[a, b2]", "null", "-1", '"("', "function(x, y) a"]), max_size=4
    ),
)


def evaluate(text: str, given_values: list[Value]) -> None:
    names = (*DECLARED_NAMES, "a", "b2", "_c", "income")
    named = {name: given_values[index % len(given_values)] for index, name in enumerate(names)}
    evaluated = ENVIRONMENT.evaluate(text, named)
    assert evaluated.value is None or feel_text(evaluated.value)
    assert all(map(str, evaluated.warnings))
    assert all(diagnostic.render() for diagnostic in evaluated.diagnostics)


@pytest.mark.slow
@SEARCHING
@given(mutated(examples | trees), st.lists(values, min_size=1, max_size=4))
def test_broken_texts_raise_nothing(text: str, given_values: list[Value]) -> None:
    evaluate(text, given_values)


@pytest.mark.slow
@SEARCHING
@given(trees, st.lists(values, min_size=1, max_size=4))
def test_expressions_of_any_types_raise_nothing(text: str, given_values: list[Value]) -> None:
    evaluate(text, given_values)


@pytest.mark.slow
@SEARCHING
@given(calls, st.lists(values, min_size=1, max_size=4))
def test_builtins_take_any_values(text: str, given_values: list[Value]) -> None:
    evaluate(text, given_values)
