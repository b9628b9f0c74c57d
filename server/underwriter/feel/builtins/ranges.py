"""How points and ranges lie to each other (DMN 1.5, 10.3.4.7, table 78). An end without limit is beyond all others."""

from collections.abc import Callable
from typing import TypeAlias

from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.builtins.kinds import ORDERED_KINDS, is_less
from underwriter.feel.faults import Fault
from underwriter.feel.types import BOOLEAN, RangeType, Type
from underwriter.feel.values import Range, Value

_Relation: TypeAlias = Callable[..., bool]


def _starts_before(left: Range, right: Range) -> bool:
    """Tell whether the first range holds values below all of the second's."""
    if left.low is None or right.low is None:
        return left.low is None and right.low is not None
    if is_less(left.low, right.low):
        return True
    return left.low_included and not right.low_included and not is_less(right.low, left.low)


def _ends_before(left: Range, right: Range) -> bool:
    """Tell whether the second range holds values above all of the first's."""
    if left.high is None or right.high is None:
        return right.high is None and left.high is not None
    if is_less(left.high, right.high):
        return True
    return right.high_included and not left.high_included and not is_less(right.high, left.high)


def _before(left: Range, right: Range) -> bool:
    if left.high is None or right.low is None:
        return False
    if is_less(left.high, right.low):
        return True
    return not (left.high_included and right.low_included) and not is_less(right.low, left.high)


def _meets(left: Range, right: Range) -> bool:
    if left.high is None or right.low is None or not (left.high_included and right.low_included):
        return False
    return not is_less(left.high, right.low) and not is_less(right.low, left.high)


def _overlaps(left: Range, right: Range) -> bool:
    return not _before(left, right) and not _before(right, left)


def _overlaps_before(left: Range, right: Range) -> bool:
    return _starts_before(left, right) and not _before(left, right) and not _ends_before(right, left)


def _includes(left: Range, right: Range) -> bool:
    return not _starts_before(right, left) and not _ends_before(left, right)


def _starts(left: Range, right: Range) -> bool:
    return _have_one_start(left, right) and not _ends_before(right, left)


def _finishes(left: Range, right: Range) -> bool:
    return _have_one_end(left, right) and not _starts_before(left, right)


def _coincides(left: Range, right: Range) -> bool:
    return _have_one_start(left, right) and _have_one_end(left, right)


def _have_one_start(left: Range, right: Range) -> bool:
    return not _starts_before(left, right) and not _starts_before(right, left)


def _have_one_end(left: Range, right: Range) -> bool:
    return not _ends_before(left, right) and not _ends_before(right, left)


def _converse(relation: _Relation) -> _Relation:
    return lambda left, right: relation(right, left)


def _of_ranges(relation: _Relation) -> _Relation:
    """Return a relation of ranges that takes points as well, as ranges of one value."""
    return lambda left, right: relation(_as_range(left), _as_range(right))


def _as_range(value: Value) -> Range:
    if not isinstance(value, Range):
        return Range(value, value)
    if value.operator == "!=":
        raise Fault("out-of-range", "a range of all values but one has no ends")
    return value


def _parameters(form: str, kind: Type) -> tuple[Parameter, ...]:
    """Return the parameters of a form such as `PR`; two of a sort are numbered, as the standard does."""
    names = {"P": "point", "R": "range"}
    types = {"P": kind, "R": RangeType(item=kind)}
    numbers = ("1", "2") if form[0] == form[1] else ("", "")
    return tuple(Parameter(names[sort] + number, types[sort]) for sort, number in zip(form, numbers, strict=True))


def _builtin(name: str, relation: _Relation, forms: str, doc: str, example: str) -> Builtin:
    """Return a function that takes what `forms` tells, P for a point and R for a range, all of one ordered kind."""
    implementation = _of_ranges(relation)
    signatures = (
        Signature(_parameters(form, kind), BOOLEAN, implementation) for kind in ORDERED_KINDS for form in forms.split()
    )
    return Builtin(name, doc, example, tuple(signatures))


RANGES = (
    _builtin(
        "before",
        _before,
        "PP RP PR RR",
        "Whether all of the first, a point or a range, lies below all of the second.",
        "before([1..5), 5) and not(before([1..5], [5..9]))",
    ),
    _builtin(
        "after",
        _converse(_before),
        "PP RP PR RR",
        "Whether all of the first, a point or a range, lies above all of the second.",
        "after(12, [1..10]) and not(after([5..9], 5))",
    ),
    _builtin(
        "meets",
        _meets,
        "RR",
        "Whether the first range ends with the value that the second begins with.",
        "meets([1..5], [5..10]) and not(meets([1..5), [5..10]))",
    ),
    _builtin(
        "met by",
        _converse(_meets),
        "RR",
        "Whether the first range begins with the value that the second ends with.",
        "met by([5..10], [1..5]) and not(met by((5..10], [1..5]))",
    ),
    _builtin(
        "overlaps",
        _overlaps,
        "RR",
        "Whether the ranges have a value in common.",
        "overlaps([1..5], [5..8]) and not(overlaps([1..5), [5..8]))",
    ),
    _builtin(
        "overlaps before",
        _overlaps_before,
        "RR",
        "Whether the first range begins before the second, and ends in it.",
        "overlaps before([1..5], [3..8]) and not(overlaps before([1..9], [3..8]))",
    ),
    _builtin(
        "overlaps after",
        _converse(_overlaps_before),
        "RR",
        "Whether the second range begins before the first, and ends in it.",
        "overlaps after([3..8], [1..5]) and not(overlaps after([3..8], [1..9]))",
    ),
    _builtin(
        "finishes",
        _finishes,
        "PR RR",
        "Whether the first, a point or a range, ends where the range does, and lies in it.",
        "finishes([5..10], [1..10]) and finishes(10, [1..10]) and not(finishes(10, [1..10)))",
    ),
    _builtin(
        "finished by",
        _converse(_finishes),
        "RP RR",
        "Whether the range ends where the second, a point or a range that lies in it, does.",
        "finished by([1..10], [5..10]) and not(finished by([1..10), 10))",
    ),
    _builtin(
        "includes",
        _includes,
        "RP RR",
        "Whether all of the second, a point or a range, lies in the range.",
        "includes([1..10], 5) and includes((> 10), [11..20]) and not(includes([1..10), 10))",
    ),
    _builtin(
        "during",
        _converse(_includes),
        "PR RR",
        "Whether all of the first, a point or a range, lies in the range.",
        "during(5, [1..10]) and during([1..5], [1..10]) and not(during(10, [1..10)))",
    ),
    _builtin(
        "starts",
        _starts,
        "PR RR",
        "Whether the first, a point or a range, begins where the range does, and lies in it.",
        "starts(1, [1..10]) and not(starts([1..5], (1..10]))",
    ),
    _builtin(
        "started by",
        _converse(_starts),
        "RP RR",
        "Whether the range begins where the second, a point or a range that lies in it, does.",
        "started by([1..10], [1..5]) and not(started by((1..10], 1))",
    ),
    _builtin(
        "coincides",
        _coincides,
        "PP RR",
        "Whether both are the same point, or ranges with the same ends.",
        "coincides(5, 5) and coincides([1..5], [1..5]) and not(coincides([1..5], [1..5)))",
    ),
)
