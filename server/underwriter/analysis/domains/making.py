"""Makes domains: of a type, of known values, of ranges, and of several domains together."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache, reduce
from typing import Any

from underwriter.analysis.domains.domain import EVERYTHING, UNKNOWN, Domain
from underwriter.analysis.domains.structures import ContextDomain, ListDomain
from underwriter.feel.comparison import ORDERED
from underwriter.feel.types import (
    BOOLEAN,
    NULL,
    NUMBER,
    TIME,
    ChoiceType,
    ContextType,
    ListType,
    Type,
    join,
    plain,
    unconstrained,
)
from underwriter.feel.values import Range, Value, kind_of, type_of

MOST_VALUES = 64
"""How many values a domain lists; of more it tells the bounds."""

COMPARABLE = ORDERED - {TIME}
"""The kinds of which all values have one order: times with an offset and without have none."""

NULL_ONLY = Domain(NULL, can_be_null=True, values=frozenset())
"""The domain of what is always null."""

NOTHING = Domain(NULL, can_be_null=False, values=frozenset())
"""The domain of what is never evaluated."""

TRUTHS = Domain(BOOLEAN, can_be_null=True, values=frozenset({True, False}))
"""The domain of a condition of which nothing is known."""


def whole(type_: Type, *, can_be_null: bool = True) -> Domain:
    """Return the domain of which only the type is known."""
    match type_ := unconstrained(type_):
        case ListType(item=item):
            return ListDomain(type_, can_be_null, item=whole(item))
        case ContextType(fields=fields):
            members = {name: whole(field) for name, field in fields.items()}
            return ContextDomain(type_, can_be_null, members=members)
    return _whole_of_simple(type_, can_be_null=can_be_null)


@lru_cache(maxsize=1024)
def _whole_of_simple(type_: Type, *, can_be_null: bool) -> Domain:
    if isinstance(type_, ChoiceType):
        return of_values(type_, type_.values, can_be_null=can_be_null)
    if type_ == BOOLEAN:
        return replace(TRUTHS, can_be_null=can_be_null)
    if type_ == NULL:
        return NULL_ONLY
    return Domain(type_, can_be_null)


def of_values(type_: Type, values: Iterable[Value], *, can_be_null: bool = False) -> Domain:
    """Return the domain of these values of one kind, none of them null; of their bounds if they are many."""
    known: frozenset[Any] = frozenset(values)
    kind = plain(type_)
    within = Range(min(known), max(known)) if known and kind in COMPARABLE else EVERYTHING
    is_whole = kind == NUMBER and all(value == value.to_integral_value() for value in known)
    return Domain(type_, can_be_null, known if len(known) <= MOST_VALUES else None, within, is_whole)


def constant(value: Value) -> Domain:
    """Return the domain of one value."""
    if value is None:
        return NULL_ONLY
    match value:
        case list():
            return ListDomain(
                type_of(value), can_be_null=False, item=hull(map(constant, value)), fewest=len(value), most=len(value)
            )
        case dict():
            members = {name: constant(member) for name, member in value.items()}
            return ContextDomain(type_of(value), can_be_null=False, members=members)
        case Decimal() | str() | bool():
            return _scalar(kind_of(value), value)
    kind = kind_of(value)
    return of_values(kind, [value]) if kind in COMPARABLE else Domain(type_of(value), can_be_null=False)


@lru_cache(maxsize=4096)
def _scalar(kind: Type, value: Value) -> Domain:
    return of_values(kind, [value])


def numbers(low: Decimal | None, high: Decimal | None, *, can_be_null: bool = False, is_whole: bool = False) -> Domain:
    """Return the domain of the numbers between two ends, which belong to it; None is no end."""
    if low is not None and low == high:
        return of_values(NUMBER, [low], can_be_null=can_be_null)
    return Domain(NUMBER, can_be_null, None, Range(low, high), is_whole)


def truths(answers: Iterable[bool | None]) -> Domain:
    """Return the domain of a condition that comes out as one of these."""
    known = frozenset(answers)
    return Domain(BOOLEAN, None in known, known - {None})


def answers(domain: Domain) -> frozenset[bool | None]:
    """Return how a condition may come out: what is no boolean counts as null."""
    if domain.type == BOOLEAN and domain.values is not None:
        return domain.values | ({None} if domain.can_be_null else set())  # type: ignore[return-value]
    return frozenset({None}) if is_null(domain) else frozenset({True, False, None})


def is_null(domain: Domain) -> bool:
    """Tell whether nothing but null is in a domain."""
    return domain.can_be_null and domain.values == frozenset()


def with_null(domain: Domain) -> Domain:
    """Return the domain with null in it."""
    if domain.can_be_null:
        return domain
    return NULL_ONLY if domain.values == frozenset() else _with_nulls(domain, can_be_null=True)


def without_null(domain: Domain) -> Domain:
    """Return the domain without null."""
    if not domain.can_be_null:
        return domain
    return NOTHING if is_null(domain) else _with_nulls(domain, can_be_null=False)


def _with_nulls(domain: Domain, *, can_be_null: bool) -> Domain:
    """Return a copy of a domain. It is made often, and `replace` takes much longer than a constructor."""
    if type(domain) is Domain:
        return Domain(domain.type, can_be_null, domain.values, domain.within, domain.is_whole)
    return replace(domain, can_be_null=can_be_null)


def single(domain: Domain) -> Value | None:
    """Return the only value in a domain; None if there are several, or none but null."""
    if domain.can_be_null or domain.values is None or len(domain.values) != 1:
        return None
    return next(iter(domain.values))


def hull(domains: Iterable[Domain]) -> Domain:
    """Return a domain that holds all that these hold."""
    given = list(domains)
    can_be_null = any(domain.can_be_null for domain in given)
    parts = [domain for domain in given if domain.values != frozenset()]
    if not parts:
        return NULL_ONLY if can_be_null else NOTHING
    if len(parts) == 1:
        return with_null(parts[0]) if can_be_null else parts[0]
    return _hull_of_parts(parts, can_be_null=can_be_null)


def _hull_of_parts(parts: Sequence[Domain], *, can_be_null: bool) -> Domain:
    type_ = reduce(join, (domain.type for domain in parts))
    contexts = [domain for domain in parts if isinstance(domain, ContextDomain)]
    if len(contexts) == len(parts):
        shared = set.intersection(*(set(domain.members) for domain in contexts))
        members = {name: hull(domain.members[name] for domain in contexts) for name in shared}
        return ContextDomain(type_, can_be_null, members=members)
    lists = [domain for domain in parts if isinstance(domain, ListDomain)]
    if len(lists) == len(parts):
        return _hull_of_lists(type_, lists, can_be_null=can_be_null)
    if contexts or lists or len({plain(domain.type) for domain in parts}) > 1:
        return replace(UNKNOWN, can_be_null=can_be_null)
    known = [domain.values for domain in parts]
    values = None if None in known else frozenset().union(*(values for values in known if values is not None))
    if values is not None and len(values) > MOST_VALUES:
        values = None
    within = _range_hull([domain.within for domain in parts])
    return Domain(type_, can_be_null, values, within, all(domain.is_whole for domain in parts))


def _hull_of_lists(type_: Type, lists: Sequence[ListDomain], *, can_be_null: bool) -> ListDomain:
    longest = [domain.most for domain in lists]
    most = None if None in longest else max(most for most in longest if most is not None)
    fewest = min(domain.fewest for domain in lists)
    return ListDomain(type_, can_be_null, item=hull(domain.item for domain in lists), fewest=fewest, most=most)


def _range_hull(ranges: Sequence[Range]) -> Range:
    """Return a range that holds ranges of one kind; an end that one of them shares and includes is included."""
    lows: list[Any] = [range_.low for range_ in ranges]
    highs: list[Any] = [range_.high for range_ in ranges]
    low = None if any(end is None for end in lows) else min(lows)
    high = None if any(end is None for end in highs) else max(highs)
    low_included = low is None or any(r.low == low and r.low_included for r in ranges)
    high_included = high is None or any(r.high == high and r.high_included for r in ranges)
    return Range(low, high, low_included, high_included)
