"""Functions of lists that give lists, or look for items (DMN 1.5, 10.3.4.4). No list is ever changed."""

from collections.abc import Callable, Hashable, Sequence
from decimal import Decimal
from itertools import chain

from underwriter.feel.bounds import MAXIMUM_ITEMS, spend, spend_on
from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.comparison import contains, equal
from underwriter.feel.faults import Fault
from underwriter.feel.types import ANY, BOOLEAN, NUMBER, STRING, FunctionType, ListType, Type, join
from underwriter.feel.values import Range, Value

_LIST = Parameter("list", ListType())
_ELEMENT = Parameter("element", ANY, takes_null=True)
_ITEM = Parameter("item", ANY, takes_null=True)
_MATCH = Parameter("match", ANY, takes_null=True)
_NEW_ITEM = Parameter("newItem", ANY, takes_null=True)
_POSITION = Parameter("position", NUMBER)
_START = Parameter("start position", NUMBER)
_LENGTH = Parameter("length", NUMBER, takes_null=True, is_optional=True)
_TEST = FunctionType(parameters=(("item", ANY), ("newItem", ANY)), result=BOOLEAN)


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


def _replaced(arguments: Sequence[Type]) -> Type:
    items = _same(arguments)
    return ListType(item=join(items.item, arguments[2]) if isinstance(items, ListType) else ANY)


def _append(items: list[Value], *more: Value) -> list[Value]:
    return [*items, *more]


def _concatenate(*lists: list[Value]) -> list[Value]:
    if sum(map(len, lists)) > MAXIMUM_ITEMS:  # found before it is made: one list may stand here many times
        raise Fault("too-long", "the result is too long")
    spend_on(*lists)
    return list(chain.from_iterable(lists))


def _reverse(items: list[Value]) -> list[Value]:
    return items[::-1]


class _Identities:
    """Numbers values so that those which FEEL holds equal, and no others, have the same number.

    What is held in many places is looked at once: lists within lists can hold one value more often than can be counted.
    """

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._seen: dict[int, int] = {}

    def number(self, value: Value) -> int:
        """Return the number of a value, which must live as long as this object."""
        if not isinstance(value, list | dict | Range):
            return self._numbers.setdefault((type(value), value), len(self._numbers))
        if id(value) not in self._seen:
            self._seen[id(value)] = self._numbers.setdefault(self._structure(value), len(self._numbers))
        return self._seen[id(value)]

    def _structure(self, value: list[Value] | dict[str, Value] | Range) -> Hashable:
        match value:
            case list():
                return (list, *map(self.number, value))
            case dict():
                return (dict, frozenset((key, self.number(entry)) for key, entry in value.items()))
        ends = (self.number(value.low), self.number(value.high))
        return (Range, ends, value.low_included, value.high_included, value.operator)


def _distinct(items: Sequence[Value]) -> list[Value]:
    """Return each value once, in the order of first appearance."""
    spend(items)
    if {item.__class__ for item in items} == {str}:
        return list(dict.fromkeys(items))
    identities = _Identities()
    found: dict[int, Value] = {}
    for item in items:
        found.setdefault(identities.number(item), item)
    return list(found.values())


def _union(*lists: list[Value]) -> list[Value]:
    return _distinct(_concatenate(*lists))


def _index_of(items: list[Value], match: Value) -> list[Value]:
    return [Decimal(index) for index, item in enumerate(items, 1) if equal(item, match) is True]


def _offset(items: list[Value], position: Decimal) -> int:
    """Return where in a Python list a FEEL position is, its fraction cut off; raise `Fault` for one beyond the list."""
    if not 1 <= abs(position) < len(items) + 1:
        raise Fault("out-of-range", "there is no position {} in a list of {}", position, len(items))
    return int(position) - 1 if position > 0 else len(items) + int(position)


def _sublist(items: list[Value], start: Decimal, length: Decimal | None = None) -> list[Value]:
    first = _offset(items, start)
    if length is None:
        return items[first:]
    if not 0 <= length < len(items) - first + 1:
        raise Fault("out-of-range", "there are no {} items from position {} on", length, start)
    return items[first : first + int(length)]


def _insert_before(items: list[Value], position: Decimal, new: Value) -> list[Value]:
    offset = _offset(items, position)
    return [*items[:offset], new, *items[offset:]]


def _remove(items: list[Value], position: Decimal) -> list[Value]:
    offset = _offset(items, position)
    return [*items[:offset], *items[offset + 1 :]]


def _replace_at(items: list[Value], position: Decimal, new: Value) -> list[Value]:
    offset = _offset(items, position)
    return [*items[:offset], new, *items[offset + 1 :]]


def _replace_matching(items: list[Value], is_match: Callable[[Value, Value], Value], new: Value) -> list[Value]:
    """Return the list with the new item for each of which a function of both says true."""
    outcomes = [is_match(item, new) for item in items]
    if not all(isinstance(outcome, bool) for outcome in outcomes):
        raise Fault("type-mismatch", "the match function gives no boolean")
    return [new if outcome else item for item, outcome in zip(items, outcomes, strict=True)]


def _flatten(items: list[Value]) -> list[Value]:
    """Return all that is in lists within lists, in order; bounded, since lists may hold one list many times."""
    flat: list[Value] = []
    waiting = list(reversed(items))
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            spend_on(item)
            waiting.extend(reversed(item))
        else:
            flat.append(item)
        if len(flat) + len(waiting) > MAXIMUM_ITEMS:
            raise Fault("too-many", "there are more than {} items", MAXIMUM_ITEMS)
    return flat


def _contains_of(kind: Type) -> Signature:
    """Return the signature of `list contains` for items of one kind, among which Python compares as FEEL does."""
    parameters = (Parameter("list", ListType(item=kind)), Parameter("element", kind, takes_null=True))
    return Signature(parameters, BOOLEAN, contains, is_total=True, template="({1} in {0})")


LIST_CONTAINS = Builtin(
    "list contains",
    "Whether an item of the list equals the element; null is found like any value.",
    "list contains([1, 2, 3], 2)",
    (
        _contains_of(NUMBER),
        _contains_of(STRING),
        Signature((_LIST, _ELEMENT), BOOLEAN, contains, is_total=True),
    ),
)
APPEND = Builtin(
    "append",
    "The list with the items after it.",
    "append([1], 2, 3) = [1, 2, 3]",
    (Signature((_LIST, _ITEM), _appended, _append, is_variadic=True),),
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
    (Signature((_LIST,), _same, _distinct),),
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
    (Signature((_LIST, _MATCH), ListType(item=NUMBER), _index_of, is_total=True),),
)
SUBLIST = Builtin(
    "sublist",
    "The items from a position on, all or so many; a negative position counts from the end.",
    "sublist([4, 5, 6], 2) = [5, 6] and sublist([4, 5, 6], -2, 1) = [5]",
    (Signature((_LIST, _START, _LENGTH), _same, _sublist),),
)
INSERT_BEFORE = Builtin(
    "insert before",
    "The list with a new item at a position.",
    "insert before([1, 3], 2, 2) = [1, 2, 3]",
    (Signature((_LIST, _POSITION, _NEW_ITEM), ListType(), _insert_before),),
)
REMOVE = Builtin(
    "remove",
    "The list without the item at a position.",
    "remove([1, 2, 3], 2) = [1, 3]",
    (Signature((_LIST, _POSITION), _same, _remove),),
)
LIST_REPLACE = Builtin(
    "list replace",
    "The list with a new item in place of the one at a position, or of each for which a function of the item and the "
    "new item says true.",
    "list replace([1, 2, 3], 2, 9) = [1, 9, 3] and "
    "list replace([1, 2, 3], function(item, newItem) item < newItem, 2) = [2, 2, 3]",
    (
        Signature((_LIST, _POSITION, _NEW_ITEM), _replaced, _replace_at),
        Signature((_LIST, Parameter("match", _TEST), _NEW_ITEM), _replaced, _replace_matching),
    ),
)
FLATTEN = Builtin(
    "flatten",
    "The items of the list and of the lists in it, in one list.",
    "flatten([[1, 2], [[3]], 4]) = [1, 2, 3, 4]",
    (Signature((_LIST,), ListType(), _flatten),),
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
    LIST_REPLACE,
    FLATTEN,
)
