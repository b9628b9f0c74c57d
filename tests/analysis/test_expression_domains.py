"""The values that expressions may take: what is computed is always in the domain, which is as narrow as told."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.expression_domains import domain_of_text
from underwriter.analysis.domains.making import NULL_ONLY, TRUTHS, constant, numbers, of_values, with_null
from underwriter.analysis.domains.names import Names
from underwriter.analysis.domains.structures import ContextDomain, ListDomain
from underwriter.decisioning.functions import CREDIT_FUNCTIONS
from underwriter.feel import Environment, Scope
from underwriter.feel.source import Source
from underwriter.feel.types import NUMBER, ChoiceType, ContextType, ListType, Type
from underwriter.feel.values import Range, Value

from .memberships import is_in

ENVIRONMENT = Environment().extended(CREDIT_FUNCTIONS)
LOAN = ContextType(fields={"owed": NUMBER, "kind": ChoiceType(values=("CAR", "HOME"))})

DOMAINS: dict[str, Domain] = {
    "age": numbers(Decimal(0), Decimal(130), can_be_null=True, is_whole=True),
    "income": numbers(Decimal(0), Decimal("1E9"), can_be_null=True),
    "balance": numbers(Decimal(-500), Decimal(500)),
    "share": numbers(Decimal(0), Decimal(1)),
    "grade": of_values(ChoiceType(values=("A", "B", "C")), ("A", "B", "C"), can_be_null=True),
    "late": TRUTHS,
    "months": ListDomain(
        ListType(item=NUMBER), can_be_null=True, item=numbers(Decimal(-3), Decimal(3), can_be_null=True), most=3
    ),
    "loans": ListDomain(
        ListType(item=LOAN),
        can_be_null=False,
        item=ContextDomain(
            LOAN,
            can_be_null=False,
            members={
                "owed": numbers(Decimal(0), Decimal(100), can_be_null=True),
                "kind": of_values(ChoiceType(values=("CAR", "HOME")), ("CAR", "HOME"), can_be_null=True),
            },
        ),
        most=2,
    ),
}
TYPES: dict[str, Type] = {name: domain.type for name, domain in DOMAINS.items()}


def domain_of(text: str) -> Domain:
    source = Source(text)
    parse = ENVIRONMENT.parse(source, DOMAINS)
    assert parse.tree is not None, parse.diagnostics
    checked = ENVIRONMENT.check(parse.tree, source, Scope(TYPES))
    assert not checked.diagnostics, checked.diagnostics
    return domain_of_text(checked, Names(DOMAINS.get))


def value_of(text: str, values: dict[str, Value]) -> Value:
    """Evaluate as policies do: by the types of the inputs, not by those of the values."""
    return ENVIRONMENT.evaluate(text, values).value


def _numbers(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.sampled_from([low, high]).map(Decimal) | st.decimals(low, high, places=2)


VALUES = st.fixed_dictionaries(
    {
        "age": st.none() | st.integers(0, 130).map(Decimal),
        "income": st.none() | _numbers(0, 1_000_000_000),
        "balance": _numbers(-500, 500),
        "share": _numbers(0, 1),
        "grade": st.none() | st.sampled_from("ABC"),
        "late": st.none() | st.booleans(),
        "months": st.none() | st.lists(st.none() | _numbers(-3, 3), max_size=3),
        "loans": st.lists(
            st.fixed_dictionaries(
                {"owed": st.none() | _numbers(0, 100), "kind": st.none() | st.sampled_from(["CAR", "HOME"])}
            ),
            max_size=2,
        ),
    }
)

NUMBER_ATOMS = st.sampled_from(["age", "income", "balance", "share", "0", "1", "2.5", "-7", "loans[1].owed", "null"])
CONDITION_ATOMS = st.sampled_from(
    ["late", "true", "age = null", "income != null", 'grade = "A"', 'grade in ("A", "C")', "age in [18..60)", "null"]
)
LISTS = st.sampled_from(
    ["months", "loans.owed", 'loans[kind = "CAR"].owed', "[age, 1]", "concatenate([0], loans.owed)", "months[item > 0]"]
)


def _extended(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    comparison = st.builds("({} {} {})".format, inner, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), inner)
    condition = st.one_of(
        CONDITION_ATOMS,
        comparison,
        st.builds("({} {} {})".format, comparison, st.sampled_from(["and", "or"]), CONDITION_ATOMS),
        st.builds("not({})".format, comparison),
        st.builds("({} between {} and {})".format, inner, inner, inner),
    )
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/"]), inner),
        st.builds("(if {} then {} else {})".format, condition, inner, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max", "sum", "mean"]), inner, inner),
        st.builds("{}({})".format, st.sampled_from(["min", "max", "sum", "mean", "count", "median"]), LISTS),
        st.builds("{}({})".format, st.sampled_from(["abs", "floor", "ceiling", "-"]), inner),
        st.builds("{}({}, 1)".format, st.sampled_from(["round up", "round down", "decimal", "round half up"]), inner),
        st.builds("modulo({}, 3)".format, inner),
        st.builds("{{a: {}, b: a + {}}}.b".format, inner, inner),
        st.builds("(for x in {} return x + {})[1]".format, LISTS, inner),
        st.builds("(if {} then 1 else 0)".format, condition),
    )


EXPRESSIONS = st.recursive(NUMBER_ATOMS, _extended, max_leaves=8)


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS, st.lists(VALUES, min_size=3, max_size=3))
def test_every_value_is_in_the_domain(text: str, all_values: list[dict[str, Value]]) -> None:
    source = Source(text)
    parse = ENVIRONMENT.parse(source, DOMAINS)
    assert parse.tree is not None, parse.diagnostics
    checked = ENVIRONMENT.check(parse.tree, source, Scope(TYPES))
    domain = domain_of_text(checked, Names(DOMAINS.get))
    for values in all_values:
        value = value_of(text, values)
        assert is_in(value, domain), (text, values, value, domain)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2", constant(Decimal(3))),
        ("age + 1", numbers(Decimal(1), Decimal(131), can_be_null=True, is_whole=True)),
        ("if age = null then 18 else age", numbers(Decimal(0), Decimal(130), is_whole=True)),
        ("if age > 60 then 60 else age", numbers(Decimal(0), Decimal(60), can_be_null=True, is_whole=True)),
        ("balance * share", numbers(Decimal(-500), Decimal(500))),
        ("min(balance, 0.12)", numbers(Decimal(-500), Decimal("0.12"))),
        ("sum(concatenate([0], loans.owed))", numbers(Decimal(0), Decimal(300), can_be_null=True)),
        ("count(loans)", numbers(Decimal(0), Decimal(2), is_whole=True)),
        ("floor(share / 0.3)", numbers(Decimal(0), Decimal(3), is_whole=True)),
        ("null + 1", NULL_ONLY),
        ('if grade = "A" then 1 else 2', of_values(NUMBER, [Decimal(1), Decimal(2)])),
        ('if grade = null or grade = "C" then "A" else grade', of_values(DOMAINS["grade"].type, ("A", "B"))),
        ("share >= 0", constant(True)),
        ("age > 130", with_null(constant(False))),
        ('highest annual rate(0.24, "ANNUITY", 12, 0)', constant(Decimal("0.2170"))),
    ],
)
def test_the_domain_is_as_narrow_as_told(text: str, expected: Domain) -> None:
    found = domain_of(text)
    assert (found.can_be_null, found.values, found.within, found.is_whole) == (
        expected.can_be_null,
        expected.values,
        expected.within,
        expected.is_whole,
    )


def test_a_function_that_never_gives_less_than_zero_has_that_bound() -> None:
    found = domain_of('effective annual rate("ANNUITY", share, 12, 0)')
    assert found.within == Range(Decimal(0), None)
