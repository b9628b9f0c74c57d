"""What generated decision tables call, beside FEEL's own runtime."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from underwriter.dmn.tables.hit_policy import Aggregation
from underwriter.feel import STANDARD, Builtin, Value
from underwriter.feel.builtins.calls import invoke_builtin
from underwriter.feel.coercion import coerced
from underwriter.feel.comparison import equal
from underwriter.feel.faults import Place, Warnings, note

_FUNCTIONS: Mapping[str, Builtin] = {function.name: function for function in STANDARD}
AGGREGATES: Mapping[Aggregation, Builtin] = {
    aggregation: _FUNCTIONS[aggregation.value] for aggregation in Aggregation if aggregation is not Aggregation.LIST
}
"""FEEL's functions that collect tables aggregate by (DMN 1.5, 10.3.2.10)."""

_FEW = 8
"""Up to so many rows are picked from a set one after the other; for more, its text is searched."""

Hit = tuple[int, *tuple[Value, ...]]
"""A row that matched: its number, and a value for each output."""


def aggregated(function: Builtin, hits: list[Value], warnings: Warnings, place: Place) -> Value:
    """Return what an aggregation makes of the values that a table collected."""
    return invoke_builtin(function, (None,), warnings, place, hits)


def agree(hits: Sequence[Hit]) -> bool:
    """Tell whether all hits answer the same, by FEEL's equality."""
    first = list(hits[0][1:])
    return all(equal(list(hit[1:]), first) is True for hit in hits)


def ranks_of(hit: tuple[Value, tuple[int, ...]]) -> tuple[int, ...]:
    """Return the places of a hit's outputs among their allowed values."""
    return hit[1]


def unreadable(warnings: Warnings, place: Place) -> None:
    """Stand in for a text that could not be read, and so has no meaning."""
    note(warnings, place, "unreadable-cell", "this text could not be read")


def meaningless(warnings: Warnings, place: Place, reason: str) -> None:
    """Stand in for a table that has no meaning as a whole."""
    note(warnings, place, "meaningless-table", "{}", reason)


def broken(hits: Sequence[Hit], policy: str, warnings: Warnings, place: Place) -> None:
    """Record that a single-hit table has several answers."""
    numbers = ", ".join(str(hit[0]) for hit in hits)
    note(warnings, place, "hit-policy", "rows {} match, which hit policy {} does not allow", numbers, policy)


def input_refused(value: Value, warnings: Warnings, place: Place) -> bool:
    """Record that an input is outside its allowed values."""
    note(warnings, place, "input-not-allowed", "{} is not an allowed value of this input", value)
    return False


def output_refused(value: Value, warnings: Warnings, place: Place) -> None:
    """Record that an output is outside its allowed values; it becomes null."""
    note(warnings, place, "output-not-allowed", "{} is not an allowed value of this output", value)


def position(cuts: Sequence[Any], value: Any) -> int:
    """Return where a value stands among ordered constants: 2i + 1 at number i, 2i before it; -1 for null."""
    if value is None:
        return -1
    index = bisect_left(cuts, value)
    return 2 * index + (index < len(cuts) and cuts[index] == value)


def first_row(rows: int) -> int:
    """Return the first row of a set, which is not empty. A set of rows is a number: bit i stands for row i."""
    return (rows & -rows).bit_length() - 1


def rows_of(rows: int) -> Iterator[int]:
    """Yield the rows of a set in order."""
    if rows.bit_count() > _FEW:
        yield from _many_rows(rows)
        return
    while rows:
        lowest = rows & -rows
        yield lowest.bit_length() - 1
        rows ^= lowest


def _many_rows(rows: int) -> Iterator[int]:
    bits = f"{rows:b}"[::-1]
    row = bits.find("1")
    while row >= 0:
        yield row
        row = bits.find("1", row + 1)


TABLE_RUNTIME: dict[str, object] = {
    function.__name__: function
    for function in (
        aggregated,
        agree,
        broken,
        coerced,
        first_row,
        input_refused,
        meaningless,
        output_refused,
        position,
        ranks_of,
        rows_of,
        unreadable,
    )
}
"""The names, beside those of the FEEL generator's namespace, that generated tables read."""
