"""Tells whether a value is in a domain: what tests of domains hold them to."""

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.structures import ContextDomain, ListDomain
from underwriter.feel.types import ANY, plain
from underwriter.feel.values import Range, Value, kind_of


def is_in(value: Value, domain: Domain) -> bool:
    """Tell whether a domain holds a value."""
    if value is None:
        return domain.can_be_null
    if isinstance(domain, ListDomain):
        return isinstance(value, list) and _is_list_in(value, domain)
    if isinstance(domain, ContextDomain):
        return isinstance(value, dict) and _is_context_in(value, domain)
    if domain.values is not None and value not in domain.values:
        return False
    if plain(domain.type) not in (ANY, kind_of(value)) and not isinstance(value, list | dict | Range):
        return False
    return _is_within(value, domain.within) and (not domain.is_whole or value == int(value))  # type: ignore[call-overload]


def _is_context_in(value: dict[str, Value], domain: ContextDomain) -> bool:
    """Tell whether the members that a value has are in their domains: a trace leaves out those that nobody read."""
    return all(is_in(member, domain.members[name]) for name, member in value.items() if name in domain.members)


def _is_list_in(value: list[Value], domain: ListDomain) -> bool:
    is_long_enough = domain.fewest <= len(value) and (domain.most is None or len(value) <= domain.most)
    return is_long_enough and all(is_in(item, domain.item) for item in value)


def _is_within(value: Value, range_: Range) -> bool:
    above = range_.low is None or value > range_.low or (range_.low_included and value == range_.low)  # type: ignore[operator]
    below = range_.high is None or value < range_.high or (range_.high_included and value == range_.high)  # type: ignore[operator]
    return above and below
