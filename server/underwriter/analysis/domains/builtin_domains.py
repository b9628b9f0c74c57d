"""What built-ins give for arguments from some domains; of those that are not told here, the type and its range."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, localcontext
from itertools import product
from math import prod

from underwriter.analysis.domains.comparisons import negated
from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.intervals import (
    absolute,
    greatest_of,
    is_bounded,
    least_of,
    rounded_apart,
    summed,
)
from underwriter.analysis.domains.making import (
    NOTHING,
    NULL_ONLY,
    answers,
    constant,
    hull,
    is_null,
    numbers,
    truths,
    whole,
)
from underwriter.analysis.domains.structures import ListDomain
from underwriter.feel.builtins.calls import attempt
from underwriter.feel.builtins.entry import Selection, Signature
from underwriter.feel.folding import NO_PLACE
from underwriter.feel.types import NUMBER, ListType, plain
from underwriter.feel.values import FEEL_CONTEXT, Range, Value

_MOST_CALLS = 16
"""Of how many combinations of arguments a call is worked out one by one."""

Arguments = Sequence[Domain]
DomainOfCall = Callable[[Selection, Arguments], Domain | None]


def builtin_domain(name: str, selection: Selection, arguments: Arguments) -> Domain:
    """Return the domain of a call of a built-in; `arguments` are in the order of its parameters."""
    if NOTHING in arguments:
        return NOTHING
    if any(is_null(d) and not selection.signature.parameter(place).takes_null for place, d in enumerate(arguments)):
        return NULL_ONLY
    if selection.is_sure:
        known = _each_by_itself(selection.signature, arguments)
        find = _BY_NAME.get(name)
        found = known if known is not None or find is None else find(selection, arguments)
        if found is not None:
            return found
    return _any_result(selection, arguments)


def _any_result(selection: Selection, arguments: Arguments) -> Domain:
    """Return what is known of every result: its type, and its range if the built-in promises one."""
    signature = selection.signature
    is_null_free = signature.is_total and selection.is_sure and not any(d.can_be_null for d in arguments)
    found = whole(selection.result, can_be_null=not is_null_free)
    if signature.result_range is None or not selection.is_sure:
        return found
    return replace(found, within=signature.result_range)


def _each_by_itself(signature: Signature, arguments: Arguments) -> Domain | None:
    """Return what the call gives for every combination of its arguments, if these are few; None if they are not."""
    if signature.reads_moment or any(domain.values is None for domain in arguments):
        return None
    if prod(len(domain.values or ()) + domain.can_be_null for domain in arguments) > _MOST_CALLS:
        return None
    choices = [[*(domain.values or ()), *([None] if domain.can_be_null else [])] for domain in arguments]
    with localcontext(FEEL_CONTEXT):
        return hull(constant(_result(signature, given)) for given in product(*choices))


def _result(signature: Signature, given: Sequence[Value]) -> Value:
    if any(value is None and not signature.parameter(place).takes_null for place, value in enumerate(given)):
        return None
    return attempt(signature.implementation, [], NO_PLACE, *given)


def _items(selection: Selection, arguments: Arguments) -> ListDomain | None:
    """Return the list that a function of many numbers is given, as one or number by number."""
    if isinstance(selection.signature.parameters[0].type, ListType):
        return arguments[0] if isinstance(arguments[0], ListDomain) else None
    count = len(arguments)
    return ListDomain(ListType(item=NUMBER), False, item=hull(arguments), fewest=count, most=count)


def _gives_null(arguments: Arguments) -> bool:
    """Tell whether one of several numbers is always null, or their list always empty."""
    return any(is_null(domain) or (isinstance(domain, ListDomain) and domain.most == 0) for domain in arguments)


def _is_empty_or_null(items: ListDomain) -> bool:
    return items.can_be_null or items.item.can_be_null or items.fewest == 0


def _extreme(of_ranges: Callable[[Sequence[Range]], Range]) -> DomainOfCall:
    """Return what tells of `min` or `max`: of numbers given one by one, the least or greatest of their ends."""

    def domain(selection: Selection, arguments: Arguments) -> Domain | None:
        items = _items(selection, arguments)
        if _gives_null(arguments):
            return NULL_ONLY
        if items is None or plain(items.item.type) != NUMBER:
            return None
        is_list = isinstance(selection.signature.parameters[0].type, ListType)
        within = items.item.within if is_list else of_ranges([domain.within for domain in arguments])
        return _numbers(within, can_be_null=_is_empty_or_null(items), is_whole=items.item.is_whole)

    return domain


def _numbers(within: Range, *, can_be_null: bool, is_whole: bool = False) -> Domain:
    low, high = within.low, within.high
    if low == high and low is not None:
        return numbers(low, high, can_be_null=can_be_null)  # type: ignore[arg-type]
    return Domain(NUMBER, can_be_null, None, within, is_whole)


def _sum(selection: Selection, arguments: Arguments) -> Domain | None:
    items = _items(selection, arguments)
    if _gives_null(arguments):
        return NULL_ONLY
    if items is None or plain(items.item.type) != NUMBER:
        return None
    within = summed(items.item.within, max(items.fewest, 1), items.most)
    can_be_null = _is_empty_or_null(items) or not is_bounded(within)
    return _numbers(within, can_be_null=can_be_null, is_whole=items.item.is_whole)


def _mean(selection: Selection, arguments: Arguments) -> Domain | None:
    items = _items(selection, arguments)
    if _gives_null(arguments):
        return NULL_ONLY
    if items is None or plain(items.item.type) != NUMBER:
        return None
    within = rounded_apart(items.item.within)
    return _numbers(within, can_be_null=_is_empty_or_null(items) or not is_bounded(within))


def _count(selection: Selection, arguments: Arguments) -> Domain | None:
    del selection
    items = arguments[0]
    if not isinstance(items, ListDomain):
        return None
    most = None if items.most is None else Decimal(items.most)
    return numbers(Decimal(items.fewest), most, can_be_null=items.can_be_null, is_whole=True)


def _abs(selection: Selection, arguments: Arguments) -> Domain | None:
    del selection
    number = arguments[0]
    if plain(number.type) != NUMBER:
        return None
    return _numbers(absolute(number.within), can_be_null=number.can_be_null, is_whole=number.is_whole)


def _rising(selection: Selection, arguments: Arguments) -> Domain | None:
    """Return what a function gives that never falls when its first argument rises, if the others are known."""
    number, *others = arguments
    if any(domain.values is None or len(domain.values) != 1 or domain.can_be_null for domain in others):
        return None
    fixed = [next(iter(domain.values or ())) for domain in others]

    def at(end: Value) -> Value:
        return None if end is None else _result(selection.signature, [end, *fixed])

    with localcontext(FEEL_CONTEXT):
        low, high = at(number.within.low), at(number.within.high)
    can_be_null = number.can_be_null or low is None or high is None
    is_whole = not others or number.is_whole
    return _numbers(Range(low, high), can_be_null=can_be_null, is_whole=is_whole)


def _not(selection: Selection, arguments: Arguments) -> Domain:
    del selection
    return truths(negated(answers(arguments[0])))


def _joined(selection: Selection, arguments: Arguments) -> Domain | None:
    lists = [domain for domain in arguments if isinstance(domain, ListDomain)]
    if len(lists) < len(arguments):
        return None
    longest = [domain.most for domain in lists]
    most = None if None in longest else sum(most for most in longest if most is not None)
    can_be_null = most is None or any(domain.can_be_null for domain in lists)
    item, fewest = hull(domain.item for domain in lists), sum(domain.fewest for domain in lists)
    return ListDomain(selection.result, can_be_null, item=item, fewest=fewest, most=most)


def _appended(selection: Selection, arguments: Arguments) -> Domain | None:
    first, *items = arguments
    if not isinstance(first, ListDomain):
        return None
    most = None if first.most is None else first.most + len(items)
    item, fewest = hull([first.item, *items]), first.fewest + len(items)
    return ListDomain(selection.result, first.can_be_null or most is None, item=item, fewest=fewest, most=most)


def _same_items(selection: Selection, arguments: Arguments) -> Domain | None:
    items = arguments[0]
    return replace(items, type=selection.result) if isinstance(items, ListDomain) else None


def _some_items(selection: Selection, arguments: Arguments) -> Domain | None:
    items = arguments[0]
    if not isinstance(items, ListDomain):
        return None
    return replace(items, type=selection.result, can_be_null=True, fewest=0)


def _distinct(selection: Selection, arguments: Arguments) -> Domain | None:
    joined = _joined(selection, arguments)
    return replace(joined, fewest=min(joined.fewest, 1)) if isinstance(joined, ListDomain) else None


def _modulo(selection: Selection, arguments: Arguments) -> Domain | None:
    """Return what is left of a division: it lies between zero and the divisor."""
    del selection
    divisor = arguments[1].within
    if not isinstance(divisor.low, Decimal) or divisor.low <= 0:
        return None
    is_whole = arguments[0].is_whole and arguments[1].is_whole
    return Domain(NUMBER, True, None, Range(Decimal(0), divisor.high), is_whole)


_BY_NAME: Mapping[str, DomainOfCall] = {
    "min": _extreme(least_of),
    "max": _extreme(greatest_of),
    "sum": _sum,
    "mean": _mean,
    "median": _mean,
    "count": _count,
    "abs": _abs,
    "not": _not,
    "modulo": _modulo,
    **dict.fromkeys(
        (
            "floor",
            "ceiling",
            "decimal",
            "round up",
            "round down",
            "round half up",
            "round half down",
            "round half even",
        ),
        _rising,
    ),
    "concatenate": _joined,
    "union": _distinct,
    "distinct values": _distinct,
    "append": _appended,
    "reverse": _same_items,
    "sublist": _some_items,
}
