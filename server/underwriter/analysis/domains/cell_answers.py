"""How unary tests may come out for a subject from a domain: the cells of tables and of scorecards, and `in`."""

from collections.abc import Callable

from underwriter.analysis.domains.comparisons import ANYTHING, Answers, any_of, both, compared, negated
from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.making import answers
from underwriter.feel.nodes import (
    AnyTest,
    BooleanLiteral,
    Expression,
    ListLiteral,
    OperatorRange,
    OperatorTest,
    RangeLiteral,
    UnaryTest,
    UnaryTests,
    ValueTest,
)
from underwriter.feel.types import ANY, BOOLEAN, ListType, RangeType, Type, plain

DomainOf = Callable[[Expression], Domain]
"""Gives the domain of an expression in a test; it may read the subject as `?`."""


def cell_answers(cell: UnaryTests, subject: Domain, domain_of: DomainOf) -> Answers:
    """Return whether a cell may accept its subject."""
    found = [test_answers(test, subject, domain_of) for test in cell.tests]
    if not cell.is_negated:
        return found[0] if len(found) == 1 else any_of(found)
    refused: Answers = frozenset({True})
    for one in found:
        refused = both(refused, negated(one))
    return refused


def test_answers(test: UnaryTest, subject: Domain, domain_of: DomainOf) -> Answers:
    """Return how one test may come out."""
    match test:
        case AnyTest():
            return frozenset({True})
        case OperatorTest(operator=symbol, endpoint=endpoint):
            return compared(symbol, subject, domain_of(endpoint))
        case ValueTest(value=value):
            return _value_answers(value, subject, domain_of)


def _value_answers(node: Expression, subject: Domain, domain_of: DomainOf) -> Answers:
    kind = plain(subject.type)
    if kind == ANY or isinstance(kind, ListType | RangeType):
        return ANYTHING
    match node:
        case RangeLiteral():
            low, high = ">=" if node.low_included else ">", "<=" if node.high_included else "<"
            return both(compared(low, subject, domain_of(node.low)), compared(high, subject, domain_of(node.high)))
        case OperatorRange(operator=symbol, endpoint=endpoint):
            return compared(symbol, subject, domain_of(endpoint))
        case ListLiteral(items=items):
            return _in_list([domain_of(item) for item in items], subject)
    value = domain_of(node)
    if value.type == BOOLEAN and not isinstance(node, BooleanLiteral):
        return answers(value) if kind != BOOLEAN else ANYTHING
    return ANYTHING if _may_hold_several(value.type) else compared("=", subject, value)


def _in_list(items: list[Domain], subject: Domain) -> Answers:
    """Return whether the subject may be one of some items: it is, or it is not."""
    if any(_may_hold_several(item.type) for item in items):
        return frozenset({True, False})
    is_one = any_of([compared("=", subject, item) for item in items])
    return frozenset(answer is True for answer in is_one)


def _may_hold_several(type_: Type) -> bool:
    kind = plain(type_)
    return kind == ANY or isinstance(kind, ListType | RangeType)
