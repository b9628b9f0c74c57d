"""Functions that make one value of a list (DMN 1.5, 10.3.4.4). A null item makes the result null."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.builtins.kinds import ORDERED_KINDS
from underwriter.feel.faults import Fault
from underwriter.feel.types import NUMBER, ListType, Type
from underwriter.feel.values import Value

_ZERO = Decimal(0)
_ONE = Decimal(1)
_LIST_OF_NUMBERS = Parameter("list", ListType(item=NUMBER))
_NUMBER = Parameter("n", NUMBER, takes_null=True)


def _sum(items: Sequence[Decimal]) -> Decimal | None:
    try:
        return sum(items, _ZERO) if items else None
    except TypeError:  # an item is null: cheaper to find out than to look first
        return None


def _mean(items: Sequence[Decimal]) -> Decimal | None:
    total = _sum(items)
    return None if total is None else total / len(items)


def _product(items: Sequence[Decimal]) -> Decimal | None:
    if not items or None in items:
        return None
    result = _ONE
    for item in items:
        result *= item
    return result


def _median(items: Sequence[Decimal]) -> Decimal | None:
    if not items or None in items:
        return None
    ordered = sorted(items)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _stddev(items: Sequence[Decimal]) -> Decimal | None:
    """Return the sample's standard deviation (divisor n - 1)."""
    mean = _mean(items)
    if mean is None:
        return None
    if len(items) == 1:
        raise Fault("out-of-range", "the standard deviation needs two numbers or more")
    return (sum(((item - mean) ** 2 for item in items), _ZERO) / (len(items) - 1)).sqrt()


def _mode(items: Sequence[Decimal]) -> list[Decimal] | None:
    if None in items:
        return None
    counts: dict[Decimal, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(item for item, times in counts.items() if times == most)


def _extreme(choose: Callable[[Sequence[Value]], Value]) -> Callable[[Sequence[Value]], Value]:
    """Return `min` or `max` of a list whose items are of one ordered kind, or null."""

    def implementation(items: Sequence[Value]) -> Value:
        if not items or None in items:
            return None
        try:
            return choose(items)
        except TypeError:
            raise Fault("type-mismatch", "times with an offset and without have no order") from None

    return implementation


def _extreme_of_numbers(choose: Callable[[Sequence[Decimal]], Value]) -> Callable[[Sequence[Decimal]], Value]:
    def implementation(items: Sequence[Decimal]) -> Value:
        try:
            return choose(items) if items else None
        except TypeError:  # an item is null among others: cheaper to find out than to look first
            return None

    return implementation


def _of_all(function: Callable[[Sequence[Decimal]], Value]) -> Callable[..., Value]:
    return lambda *items: None if None in items else function(items)


def _extreme_entry(name: str, choose: Callable[..., Value], order: str, doc: str, example: str) -> Builtin:
    """Return `min` or `max`: inline for numbers given one by one, which is how policies cap amounts."""
    several = (Parameter("c1", NUMBER), Parameter("c2", NUMBER), Parameter("cN", NUMBER))
    of_list, of_values = _extreme(choose), _of_all(_extreme(choose))
    return Builtin(
        name,
        doc,
        example,
        (
            Signature(
                several[:2], NUMBER, choose, is_total=True, template=f"({{0}} if {{0}} {order} {{1}} else {{1}})"
            ),
            Signature(several, NUMBER, choose, is_total=True, is_variadic=True),
            Signature((_LIST_OF_NUMBERS,), NUMBER, _extreme_of_numbers(choose)),
            *(Signature((Parameter("list", ListType(item=kind)),), kind, of_list) for kind in ORDERED_KINDS[1:]),
            *(
                Signature((Parameter("c1", kind, takes_null=True),), kind, of_values, is_variadic=True)
                for kind in ORDERED_KINDS
            ),
        ),
    )


def _statistic(
    name: str, function: Callable[[Sequence[Decimal]], Value], doc: str, example: str, result: Type = NUMBER
) -> Builtin:
    """Return a function of numbers, given as a list or one by one."""
    return Builtin(
        name,
        doc,
        example,
        (
            Signature((_LIST_OF_NUMBERS,), result, function),
            Signature((_NUMBER,), result, _of_all(function), is_variadic=True),
        ),
    )


def _count(items: Sequence[Value]) -> Decimal:
    return Decimal(len(items))


MIN = _extreme_entry(
    "min",
    min,
    "<=",
    "The least of the values, all of one kind; null for none, and if any is null.",
    "min(3, 1, 2) = 1 and min([3, 1]) = 1",
)
MAX = _extreme_entry(
    "max",
    max,
    ">=",
    "The greatest of the values, all of one kind; null for none, and if any is null.",
    'max(3, 1) = 3 and max(["a", "b"]) = "b"',
)
SUM = _statistic("sum", _sum, "The sum of the numbers; null for none.", "sum([1, 2]) = 3")
MEAN = _statistic("mean", _mean, "The arithmetic mean; null for no numbers.", "mean([1, 2, 3]) = 2")
PRODUCT = _statistic("product", _product, "The product of the numbers; null for none.", "product([2, 3]) = 6")
MEDIAN = _statistic(
    "median", _median, "The middle number, or the mean of the two; null for no numbers.", "median([8, 2, 5, 3]) = 4"
)
STDDEV = _statistic(
    "stddev",
    _stddev,
    "The sample standard deviation; null for fewer than two numbers.",
    "stddev([2, 4, 4, 4, 6]) = sqrt(2)",
)
MODE = _statistic(
    "mode", _mode, "The numbers that come most often, in order.", "mode([6, 3, 9, 6]) = [6]", ListType(item=NUMBER)
)
COUNT = Builtin(
    "count",
    "How many items a list has, nulls among them.",
    "count([1, null]) = 2",
    (Signature((Parameter("list", ListType()),), NUMBER, _count, is_total=True, is_instant=True),),
)

AGGREGATES = (MIN, MAX, SUM, MEAN, PRODUCT, MEDIAN, STDDEV, MODE, COUNT)
