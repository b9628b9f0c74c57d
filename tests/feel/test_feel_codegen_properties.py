"""Properties of generated code: all ways of evaluating an expression agree, and no tree whatever makes one raise."""

from collections.abc import Mapping
from decimal import Decimal, localcontext

from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.feel import (
    ANY,
    BOOLEAN,
    FEEL_CONTEXT,
    NUMBER,
    Date,
    DateTime,
    DaysDuration,
    Environment,
    Frame,
    MonthsDuration,
    Range,
    Scope,
    Source,
    Time,
    Type,
    Value,
    Variable,
)
from underwriter.feel.nodes import Expression
from underwriter.feel.temporal import UTC
from underwriter.feel.values import is_instance, type_of

from . import strategies

ENVIRONMENT = Environment()
NUMERIC, LOGICAL = strategies.typed_texts()
KNOWN: dict[str, Type] = dict.fromkeys(strategies.NUMERIC_NAMES, NUMBER) | dict.fromkeys(
    strategies.BOOLEAN_NAMES, BOOLEAN
)
UNKNOWN: dict[str, Type] = dict.fromkeys(KNOWN, ANY)
INPUTS = st.fixed_dictionaries(
    {
        name: st.none() | st.sampled_from([Decimal(n) for n in ("-2", "0", "1", "2.5", "100", "1e6000")])
        for name in "xyz"
    }
    | {name: st.none() | st.booleans() for name in "pq"}
)


def parsed(text: str) -> Expression:
    parse = ENVIRONMENT.parse(Source(text), KNOWN)
    assert parse.tree is not None, parse.diagnostics
    return parse.tree


def run(
    tree: Expression, types: Mapping[str, Type], values: Mapping[str, Value], *, is_folding: bool = True
) -> tuple[Value, bool]:
    """Return the value and the truth of an expression."""
    checked = ENVIRONMENT.check(tree, Source(""), Scope(types))
    generator = ENVIRONMENT.generator(is_folding=is_folding)
    frame = Frame({(name,): Variable(f"v{index}", types[name]) for index, name in enumerate(values)})
    parameters = ", ".join(f"v{index}" for index in range(len(values)))
    forms = (generator.expression(checked, frame), generator.truth(checked, frame))
    namespace = generator.namespace()
    exec(f"def run(warnings, {parameters}):\n return {forms[0]}, {forms[1]}", namespace)  # noqa: S102
    with localcontext(FEEL_CONTEXT):
        value, truth = namespace["run"]([], *values.values())  # type: ignore[operator]
    return value, bool(truth)


@given(NUMERIC | LOGICAL, INPUTS)
@settings(max_examples=300, deadline=None)
def test_typed_and_untyped_code_agree(text: str, values: dict[str, Value]) -> None:
    assert run(parsed(text), KNOWN, values)[0] == run(parsed(text), UNKNOWN, values)[0]


@given(NUMERIC | LOGICAL, INPUTS)
@settings(max_examples=200, deadline=None)
def test_folded_and_unfolded_code_agree(text: str, values: dict[str, Value]) -> None:
    assert run(parsed(text), KNOWN, values) == run(parsed(text), KNOWN, values, is_folding=False)


@given(LOGICAL, INPUTS)
@settings(max_examples=300, deadline=None)
def test_truth_is_that_the_value_is_true(text: str, values: dict[str, Value]) -> None:
    value, truth = run(parsed(text), KNOWN, values)
    assert truth is (value is True)
    negated, falsity = run(parsed(f"not({text})"), KNOWN, values)
    assert falsity is (value is False)
    assert negated is (None if value is None else not value)


@given(strategies.typed_texts(2)[0])
@settings(max_examples=100, deadline=None)
def test_generated_text_is_the_same_each_time(text: str) -> None:
    def generated() -> str:
        checked = ENVIRONMENT.check(parsed(text), Source(text), Scope(KNOWN))
        frame = Frame({(name,): Variable(name, type_) for name, type_ in KNOWN.items()})
        return ENVIRONMENT.generator().expression(checked, frame)

    assert generated() == generated()


VALUES = st.sampled_from(
    [
        None,
        True,
        Decimal("1.5"),
        Decimal("-1e6144"),
        "text",
        [],
        [Decimal(1), None, "x"],
        [{"a": Decimal(1)}, None],
        {"a": None, "b2": [Decimal(2)]},
        Date(2026, 1, 31),
        DateTime(Date(2026, 1, 31), Time(0, 0, 0, 0, UTC)),
        Time(9, 30, 0),
        DaysDuration(86_400 * 10**9),
        MonthsDuration(1),
        Range(Decimal(1), None),
    ]
)
NAMES = strategies.DECLARED_NAMES[:3] + strategies.PLAIN_NAMES[:5]
SITUATIONS = st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES))


@given(strategies.expressions(), SITUATIONS, st.booleans())
@settings(max_examples=400, deadline=None)
def test_no_tree_makes_evaluation_raise_and_checked_types_are_true(
    tree: Expression, values: dict[str, Value], is_typed: bool
) -> None:
    types = {name: type_of(value) if is_typed else ANY for name, value in values.items()}
    value, truth = run(tree, types, values)
    assert truth is (value is True)
    assert is_instance(value, ENVIRONMENT.check(tree, Source(""), Scope(types)).type)
    unfolded, _ = run(tree, types, values, is_folding=False)
    assert type(unfolded) is type(value)
