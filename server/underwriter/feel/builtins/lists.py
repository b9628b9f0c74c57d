"""Functions of lists that give lists, or look for items (DMN 1.5, 10.3.4.4). No list is ever changed."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cmp_to_key

from underwriter.feel.bounds import MAXIMUM_ITEMS
from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.comparison import contains, equal
from underwriter.feel.faults import Fault
from underwriter.feel.types import ANY, BOOLEAN, NUMBER, FunctionType, ListType, Type, join
from underwriter.feel.values import Value

_LIST = Parameter("list", ListType())
_PRECEDES = FunctionType(parameters=(("x", ANY), ("y", ANY)), result=BOOLEAN)
_POSITION = Parameter("position", NUMBER)


def _same(arguments: Sequence[Type]) -> Type:
    return arguments[0] if isinstance(arguments[0], ListType) else ListType()


def _appended(arguments: Sequence[Type]) -> Type:
    item = arguments[0].item if isinstance(arguments[0], ListType) else ANY
    for type_ in arguments[1:]:
        item = join(item, type_)
    return ListType(item=item)


def _joined(arguments: Sequence[Type]) -> Type:
    result = arguments[0]
    for type_ in arguments[1:]:
        result = join(result, type_)
    return result if isinstance(result, ListType) else ListType()


def _append(items: list[Value], *more: Value) -> list[Value]:
    return [*items, *more]


def _concatenate(*lists: list[Value]) -> list[Value]:
    return [item for items in lists for item in items]


def _reverse(items: list[Value]) -> list[Value]:
    return items[::-1]


def _distinct(items: Sequence[Value]) -> list[Value]:
    """Return each value once, in the order of first appearance; values that Python can hash are looked up."""
    found: list[Value] = []
    seen: set[tuple[type, Value]] = set()
    for item in items:
        if isinstance(item, list | dict):
            if not contains(found, item):
                found.append(item)
        elif (type(item), item) not in seen:
            seen.add((type(item), item))
            found.append(item)
    return found


def _union(*lists: list[Value]) -> list[Value]:
    return _distinct(_concatenate(*lists))


def _index_of(items: list[Value], match: Value) -> list[Value]:
    return [Decimal(index) for index, item in enumerate(items, 1) if equal(item, match) is True]


def _offset(items: list[Value], position: Decimal, room: int = 0) -> int:
    """Return where in a Python list a FEEL position is; `room` more places count as being in the list."""
    if position != int(position) or not 0 < abs(position) <= len(items) + room:
        raise Fault("out-of-range", "there is no position {} in a list of {}", position, len(items))
    return int(position) - 1 if position > 0 else len(items) + int(position)


def _sublist(items: list[Value], start: Decimal, length: Decimal | None = None) -> list[Value]:
    first = _offset(items, start)
    if length is None:
        return items[first:]
    if length != int(length) or length < 1 or first + length > len(items):
        raise Fault("out-of-range", "there are no {} items from position {} on", length, start)
    return items[first : first + int(length)]


def _insert_before(items: list[Value], position: Decimal, new: Value) -> list[Value]:
    offset = _offset(items, position)
    return [*items[:offset], new, *items[offset:]]


def _remove(items: list[Value], position: Decimal) -> list[Value]:
    offset = _offset(items, position)
    return [*items[:offset], *items[offset + 1 :]]


def _flatten(items: list[Value]) -> list[Value]:
    """Return all that is in lists within lists, in order; bounded, since lists may hold one list many times."""
    flat: list[Value] = []
    waiting = list(reversed(items))
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item))
        else:
            flat.append(item)
        if len(flat) + len(waiting) > MAXIMUM_ITEMS:
            raise Fault("too-many", "there are more than {} items", MAXIMUM_ITEMS)
    return flat


def _sort(items: list[Value], precedes: Callable[[Value, Value], Value]) -> list[Value]:
    """Return the items so that none precedes one before it; those of equal rank keep their order."""

    def order(left: Value, right: Value) -> int:
        if precedes(left, right) is True:
            return -1
        return 1 if precedes(right, left) is True else 0

    return sorted(items, key=cmp_to_key(order))


LIST_CONTAINS = Builtin(
    "list contains",
    "Whether an item of the list equals the element; null is found like any value.",
    "list contains([1, 2, 3], 2)",
    (Signature((_LIST, Parameter("element", ANY, takes_null=True)), BOOLEAN, contains, is_total=True),),
)
APPEND = Builtin(
    "append",
    "The list with the items after it.",
    "append([1], 2, 3) = [1, 2, 3]",
    (Signature((_LIST, Parameter("item", ANY, takes_null=True)), _appended, _append, is_variadic=True),),
)
CONCATENATE = Builtin(
    "concatenate",
    "The items of all lists in one.",
    "concatenate([1], [2, 3]) = [1, 2, 3]",
    (Signature((_LIST,), _joined, _concatenate, is_variadic=True),),
)
UNION = Builtin(
    "union",
    "The items of all lists in one, each value once.",
    "union([1, 2], [2, 3]) = [1, 2, 3]",
    (Signature((_LIST,), _joined, _union, is_variadic=True),),
)
DISTINCT_VALUES = Builtin(
    "distinct values",
    "The list with each value once.",
    "distinct values([1, 2, 1]) = [1, 2]",
    (Signature((_LIST,), _same, _distinct, is_total=True),),
)
REVERSE = Builtin(
    "reverse",
    "The list from its end.",
    "reverse([1, 2]) = [2, 1]",
    (Signature((_LIST,), _same, _reverse, is_total=True, template="{0}[::-1]"),),
)
INDEX_OF = Builtin(
    "index of",
    "The positions at which the value stands, counted from 1.",
    "index of([1, 2, 1], 1) = [1, 3]",
    (Signature((_LIST, Parameter("match", ANY, takes_null=True)), ListType(item=NUMBER), _index_of, is_total=True),),
)
SUBLIST = Builtin(
    "sublist",
    "The items from a position on, all or so many; a negative position counts from the end.",
    "sublist([4, 5, 6], 2) = [5, 6] and sublist([4, 5, 6], -2, 1) = [5]",
    (
        Signature(
            (_LIST, Parameter("start position", NUMBER), Parameter("length", NUMBER, is_optional=True)), _same, _sublist
        ),
    ),
)
INSERT_BEFORE = Builtin(
    "insert before",
    "The list with a new item at a position.",
    "insert before([1, 3], 2, 2) = [1, 2, 3]",
    (Signature((_LIST, _POSITION, Parameter("newItem", ANY, takes_null=True)), ListType(), _insert_before),),
)
REMOVE = Builtin(
    "remove",
    "The list without the item at a position.",
    "remove([1, 2, 3], 2) = [1, 3]",
    (Signature((_LIST, _POSITION), _same, _remove),),
)
FLATTEN = Builtin(
    "flatten",
    "The items of the list and of the lists in it, in one list.",
    "flatten([[1, 2], [[3]], 4]) = [1, 2, 3, 4]",
    (Signature((_LIST,), ListType(), _flatten),),
)
SORT = Builtin(
    "sort",
    "The list in the order of a function that tells whether its first argument comes before its second.",
    "sort(list: [3, 1, 2], precedes: function(x, y) x < y) = [1, 2, 3]",
    (Signature((_LIST, Parameter("precedes", _PRECEDES)), _same, _sort),),
)

LISTS = (
    LIST_CONTAINS,
    APPEND,
    CONCATENATE,
    UNION,
    DISTINCT_VALUES,
    REVERSE,
    INDEX_OF,
    SUBLIST,
    INSERT_BEFORE,
    REMOVE,
    FLATTEN,
    SORT,
)
