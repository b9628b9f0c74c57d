"""Hypothesis strategies for FEEL: trees of every kind, and well-typed numeric and boolean expressions.

Trees are such as the parser could have made: for example, no negative number literals.
"""

from decimal import Decimal
from typing import TypeVar

from hypothesis import strategies as st

from underwriter.feel import nodes
from underwriter.feel.nodes import Expression, UnaryTest, UnaryTests
from underwriter.feel.source import Span

Item = TypeVar("Item")

NOWHERE = Span(0, 0)
DECLARED_NAMES = ("monthly income", "profit-and-loss", "a+b", "string length", "is defined", "decision 2.1", "月 收入")
PLAIN_NAMES = ("a", "b2", "_c", "?", "income", "收入", "横綱", "🐎", "not", "of", "item")
names = st.sampled_from(DECLARED_NAMES + PLAIN_NAMES)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.decimals(0, 10**12, allow_nan=False, allow_infinity=False).map(abs) | st.sampled_from(
    [Decimal("0"), Decimal("0.5"), Decimal("1e40"), Decimal("1.5e-50"), Decimal("1e6144")]
)


def _literals() -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.builds(nodes.NumberLiteral, numbers, span=st.just(NOWHERE)),
        st.builds(nodes.StringLiteral, texts, span=st.just(NOWHERE)),
        st.builds(nodes.BooleanLiteral, st.booleans(), span=st.just(NOWHERE)),
        st.builds(nodes.NullLiteral, span=st.just(NOWHERE)),
        st.builds(nodes.TemporalLiteral, texts, span=st.just(NOWHERE)),
        st.builds(nodes.Name, names, span=st.just(NOWHERE)),
    )


def _tuples(items: st.SearchStrategy[Item], smallest: int = 0) -> st.SearchStrategy[tuple[Item, ...]]:
    return st.lists(items, min_size=smallest, max_size=3).map(tuple)


def _tests(expressions: st.SearchStrategy[Expression]) -> st.SearchStrategy[tuple[UnaryTest, ...]]:
    operators = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    operator_tests = st.builds(nodes.OperatorTest, operators, expressions, span=st.just(NOWHERE))
    value_tests = st.builds(nodes.ValueTest, expressions, span=st.just(NOWHERE))
    return _tuples(operator_tests | value_tests, 1)


def _arguments(expressions: st.SearchStrategy[Expression]) -> st.SearchStrategy[tuple[nodes.Argument, ...]]:
    by_place = st.builds(nodes.Argument, expressions, st.none(), span=st.just(NOWHERE))
    by_name = st.builds(nodes.Argument, expressions, names, span=st.just(NOWHERE))
    return _tuples(by_place) | _tuples(by_name)


def _types() -> st.SearchStrategy[nodes.WrittenType]:
    here = st.just(NOWHERE)
    named = st.builds(
        nodes.NamedType,
        st.sampled_from(
            ["number", "date and time", "years and months duration", "Any", "list", "function", "tLoan.rate"]
        ),
        span=here,
    )
    return st.recursive(
        named,
        lambda inner: st.one_of(
            st.builds(nodes.ItemsType, st.sampled_from(["list", "range"]), inner, span=here),
            st.dictionaries(names, inner, min_size=1, max_size=3).map(
                lambda entries: nodes.EntriesType(tuple(entries), tuple(entries.values()), span=NOWHERE)
            ),
            st.builds(nodes.SignatureType, _tuples(inner), inner, span=here),
        ),
        max_leaves=3,
    )


def _compound(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    here = st.just(NOWHERE)
    iterations = _tuples(st.builds(nodes.Iteration, names, inner, st.none() | inner, span=here), 1)
    entries = _tuples(st.builds(nodes.ContextEntry, names | texts, inner, span=here))
    parameters = _tuples(
        st.builds(nodes.Parameter, names, st.none() | _types(), span=here),
    )
    arithmetic = st.sampled_from(["+", "-", "*", "/", "**"])
    comparison = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    return st.one_of(
        st.builds(nodes.Path, inner, names, span=here),
        st.builds(nodes.Negation, inner, span=here),
        st.builds(nodes.Arithmetic, arithmetic, inner, inner, span=here),
        st.builds(nodes.Comparison, comparison, inner, inner, span=here),
        st.builds(nodes.Between, inner, inner, inner, span=here),
        st.builds(nodes.In, inner, _tests(inner), span=here),
        st.builds(nodes.Conjunction, inner, inner, span=here),
        st.builds(nodes.Disjunction, inner, inner, span=here),
        st.builds(nodes.If, inner, inner, inner, span=here),
        st.builds(nodes.For, iterations, inner, span=here),
        st.builds(nodes.Quantified, st.sampled_from(["some", "every"]), iterations, inner, span=here),
        st.builds(nodes.Filter, inner, inner, span=here),
        st.builds(nodes.ListLiteral, _tuples(inner), span=here),
        st.builds(nodes.ContextLiteral, entries, span=here),
        st.builds(nodes.RangeLiteral, inner, inner, st.booleans(), st.booleans(), span=here),
        st.builds(nodes.OperatorRange, comparison, inner, span=here),
        st.builds(nodes.FunctionLiteral, parameters, inner, st.booleans(), span=here),
        st.builds(nodes.Call, inner, _arguments(inner), span=here),
        st.builds(nodes.InstanceOf, inner, _types(), span=here),
    )


def expressions(max_leaves: int = 12) -> st.SearchStrategy[Expression]:
    """Trees of every kind of expression, without regard to types. Their names need DECLARED_NAMES."""
    return st.recursive(_literals(), _compound, max_leaves=max_leaves)


def unary_tests(max_leaves: int = 8) -> st.SearchStrategy[UnaryTests]:
    """Trees of whole cells."""
    any_test = nodes.UnaryTests((nodes.AnyTest(span=NOWHERE),), span=NOWHERE)
    tests = st.builds(nodes.UnaryTests, _tests(expressions(max_leaves)), st.booleans(), span=st.just(NOWHERE))
    return st.just(any_test) | tests


# Well-typed texts, for comparing one way of evaluating with another.

NUMERIC_NAMES = ("x", "y", "z")
BOOLEAN_NAMES = ("p", "q")


def _numeric(numeric: st.SearchStrategy[str], boolean: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(numeric, st.sampled_from("+-*/"), numeric).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        numeric.map(lambda operand: f"-({operand})"),
        st.tuples(boolean, numeric, numeric).map(lambda t: f"(if {t[0]} then {t[1]} else {t[2]})"),
        st.tuples(numeric, numeric).map(lambda t: f"max({t[0]}, {t[1]})"),
        st.lists(numeric, min_size=1, max_size=3).map(lambda items: f"sum([{', '.join(items)}])"),
    )


def _boolean(numeric: st.SearchStrategy[str], boolean: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    comparison = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    return st.one_of(
        st.tuples(numeric, comparison, numeric).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(boolean, st.sampled_from(["and", "or"]), boolean).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(numeric, numeric, numeric).map(lambda t: f"({t[0]} between {t[1]} and {t[2]})"),
        st.tuples(numeric, numeric, numeric).map(lambda t: f"({t[0]} in [{t[1]}..{t[2]}))"),
        st.tuples(numeric, numeric, numeric).map(lambda t: f"({t[0]} in (< {t[1]}, {t[2]}))"),
        boolean.map(lambda operand: f"not({operand})"),
    )


def typed_texts(depth: int = 3) -> tuple[st.SearchStrategy[str], st.SearchStrategy[str]]:
    """Texts of numeric and of boolean expressions over NUMERIC_NAMES and BOOLEAN_NAMES, all well typed, some null."""
    numeric: st.SearchStrategy[str] = st.sampled_from([*NUMERIC_NAMES, "0", "1", "2.5", "100", "0.001"])
    boolean: st.SearchStrategy[str] = st.sampled_from([*BOOLEAN_NAMES, "true", "false"])
    for _ in range(depth):
        numeric, boolean = numeric | _numeric(numeric, boolean), boolean | _boolean(numeric, boolean)
    return numeric, boolean
