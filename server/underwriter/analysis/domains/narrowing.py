"""What is known of names where a condition holds, or where it does not: `if a = null then ... else a + 1`."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.intervals import meet
from underwriter.analysis.domains.making import (
    COMPARABLE,
    NOTHING,
    NULL_ONLY,
    hull,
    is_null,
    of_values,
    single,
    with_null,
    without_null,
)
from underwriter.feel.nodes import (
    Between,
    Comparison,
    Conjunction,
    Disjunction,
    Expression,
    Name,
    NullLiteral,
    Path,
)
from underwriter.feel.types import BOOLEAN, plain
from underwriter.feel.values import Range

Steps = tuple[str, ...]
Narrowed = Mapping[Steps, Domain]
DomainOf = Callable[[Expression], Domain]

_REVERSED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


def steps_of(node: Expression) -> Steps | None:
    """Return the name and the members that a path is written with; None for anything else."""
    members: list[str] = []
    while isinstance(node, Path):
        members.append(node.member)
        node = node.operand
    return (node.name, *reversed(members)) if isinstance(node, Name) else None


def where_true(condition: Expression, domain_of: DomainOf) -> Narrowed:
    """Return the domains of names where a condition is true."""
    match condition:
        case Conjunction(left=left, right=right):
            return _both(where_true(left, domain_of), where_true(right, domain_of))
        case Comparison(operator=symbol, left=left, right=right):
            return _both(
                _compared(left, symbol, right, domain_of), _compared(right, _REVERSED[symbol], left, domain_of)
            )
        case Between(operand=operand, low=low, high=high):
            return _both(_compared(operand, ">=", low, domain_of), _compared(operand, "<=", high, domain_of))
    steps = steps_of(condition)
    return {} if steps is None else {steps: _only(domain_of(condition), True)}


def where_not_true(condition: Expression, domain_of: DomainOf) -> Narrowed:
    """Return the domains of names where a condition is false or null."""
    match condition:
        case Disjunction(left=left, right=right):
            return _both(where_not_true(left, domain_of), where_not_true(right, domain_of))
        case Comparison(operator="=" | "!=" as symbol, left=left, right=right):
            return _both(
                _compared(left, _OPPOSITE[symbol], right, domain_of),
                _compared(right, _OPPOSITE[symbol], left, domain_of),
            )
        case Comparison(operator=symbol, left=left, right=right):
            return _both(
                _compared_or_null(left, _OPPOSITE[symbol], right, domain_of),
                _compared_or_null(right, _REVERSED[_OPPOSITE[symbol]], left, domain_of),
            )
    steps = steps_of(condition)
    return {} if steps is None else {steps: _only(domain_of(condition), False, None)}


def _compared(node: Expression, symbol: str, other: Expression, domain_of: DomainOf) -> Narrowed:
    """Return what is left of a name's domain where it compares so with something."""
    steps = steps_of(node)
    if steps is None:
        return {}
    domain = domain_of(node)
    if isinstance(other, NullLiteral):
        return {steps: _null_or_not(domain, is_null_wanted=symbol == "=")} if symbol in ("=", "!=") else {}
    return {steps: _cut(domain, symbol, domain_of(other))}


def _compared_or_null(node: Expression, symbol: str, other: Expression, domain_of: DomainOf) -> Narrowed:
    """Return what is left of a name's domain where it compares so with something, or one of the two is null."""
    steps = steps_of(node)
    bound = None if steps is None else domain_of(other)
    if steps is None or bound is None or bound.can_be_null:
        return {}
    domain = domain_of(node)
    kept = _cut(domain, symbol, bound)
    return {steps: with_null(kept) if domain.can_be_null else kept}


def _null_or_not(domain: Domain, *, is_null_wanted: bool) -> Domain:
    if not is_null_wanted:
        return without_null(domain)
    return NULL_ONLY if domain.can_be_null else NOTHING


def _cut(domain: Domain, symbol: str, bound: Domain) -> Domain:
    """Return what of a domain may compare so with something in another one; null compares with nothing but null."""
    if symbol == "!=":
        return _without(domain, bound)
    kept = without_null(domain)
    if plain(kept.type) != plain(bound.type) or plain(kept.type) not in COMPARABLE:
        return domain if symbol == "=" else kept
    ends = {
        "=": bound.within,
        "<": Range(None, bound.within.high, high_included=False),
        "<=": Range(None, bound.within.high, high_included=bound.within.high_included),
        ">": Range(bound.within.low, None, low_included=False),
        ">=": Range(bound.within.low, None, low_included=bound.within.low_included),
    }
    kept = _inside(kept, ends[symbol])
    return hull([kept, NULL_ONLY]) if symbol == "=" and domain.can_be_null and bound.can_be_null else kept


def _inside(domain: Domain, range_: Range) -> Domain:
    shared = meet(domain.within, range_)
    if shared is None:
        return NOTHING
    if domain.values is None:
        return replace(domain, within=shared)
    values = [value for value in domain.values if meet(Range(value, value), range_) is not None]
    return of_values(domain.type, values) if values else NOTHING


def _without(domain: Domain, bound: Domain) -> Domain:
    """Return a domain without the one value that something is known to be, if that is so."""
    value = single(bound)
    if is_null(bound):
        return without_null(domain)
    if value is None or domain.values is None or value not in domain.values:
        return domain
    left = domain.values - {value}
    return of_values(domain.type, left, can_be_null=domain.can_be_null) if left or domain.can_be_null else NOTHING


def _only(domain: Domain, *wanted: bool | None) -> Domain:
    if domain.type != BOOLEAN or domain.values is None:
        return domain
    return replace(domain, can_be_null=domain.can_be_null and None in wanted, values=domain.values & set(wanted))


def _both(left: Narrowed, right: Narrowed) -> Narrowed:
    """Return what is known where two conditions hold."""
    shared = {steps: shared_domain(left[steps], right[steps]) for steps in left.keys() & right.keys()}
    return {**left, **right, **shared}


def shared_domain(left: Domain, right: Domain) -> Domain:
    """Return what two domains of one name share, as far as that is told from their values and bounds."""
    within = meet(left.within, right.within)
    known = [domain.values for domain in (left, right) if domain.values is not None]
    values = frozenset.intersection(*known) if known else None
    can_be_null = left.can_be_null and right.can_be_null
    if within is None or values == frozenset():
        return NULL_ONLY if can_be_null else NOTHING
    return replace(left, can_be_null=can_be_null, values=values, within=within)
