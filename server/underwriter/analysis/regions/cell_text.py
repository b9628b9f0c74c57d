"""Values and sets of values as the cells of a table would test them."""

from collections.abc import Iterator
from decimal import Decimal
from math import ceil, floor

from underwriter.analysis.regions.value_space import ValueSpace
from underwriter.dmn.tables.runtime import rows_of
from underwriter.feel import Date, DaysDuration, MonthsDuration, Value, feel_text

_LONGEST = 80
"""No set is told in more characters than this."""

_ANY_VALUE = "not(null)"
_ANY_TRUTH = "false, true"


def literal_text(value: Value) -> str:
    """Return a value as a FEEL literal."""
    return f'@"{value}"' if isinstance(value, Date | DaysDuration | MonthsDuration) else feel_text(value)


def cell_text(space: ValueSpace, positions: int, everything: int) -> str | None:
    """Return the cell that accepts a set of values and no others of everything; None if it would be long."""
    refused = everything & ~positions
    if not refused:
        return "-"
    is_single = all(position % 2 or 1 << position == space.axis.null for position in rows_of(refused))
    if space.is_text and is_single and refused.bit_count() < positions.bit_count():
        return _bounded(f"not({', '.join(literal_text(space.value_at(position)) for position in rows_of(refused))})")
    return set_text(space, positions)


def set_text(space: ValueSpace, positions: int) -> str | None:
    """Return the tests that of all values that may come exactly those of a set pass, likewise."""
    wanted = positions & space.possible
    tests = list(_value_tests(space, wanted & space.values))
    if wanted & space.axis.null:
        tests.append("null")
    return _bounded(", ".join(tests))


def known_text(space: ValueSpace) -> str | None:
    """Return the tests that what may come passes, null aside; None if no more is known of it than its type."""
    values = space.possible & space.values
    text = set_text(space, values)
    return None if text in (_ANY_VALUE, _ANY_TRUTH) else text


def _bounded(text: str) -> str | None:
    return text if len(text) <= _LONGEST else None


def _value_tests(space: ValueSpace, wanted: int) -> Iterator[str]:
    """Yield a test for each run of positions; what can't come is in a run or not, as makes the fewest."""
    if space.is_listed:
        yield from (literal_text(space.value_at(position)) for position in rows_of(wanted))
        return
    refused = space.possible & space.values & ~wanted
    run: list[int] = []
    for position in range(space.axis.size - 1):
        if wanted >> position & 1:
            run.append(position)
        elif refused >> position & 1 and run:
            yield _run_text(space, run[0], run[-1])
            run = []
    if run:
        yield _run_text(space, run[0], run[-1])


def _run_text(space: ValueSpace, first: int, last: int) -> str:
    low, high = space.ends(first)[0], space.ends(last)[1]
    if first == last and first % 2:
        return literal_text(low)
    if low is None or high is None:
        return _open_text(low, high, is_closed=bool((last if low is None else first) % 2))
    if space.is_whole:
        return _whole_run_text(low if first % 2 else floor(low) + 1, high if last % 2 else ceil(high) - 1)
    brackets = ("[" if first % 2 else "(", "]" if last % 2 else ")")
    return f"{brackets[0]}{literal_text(low)}..{literal_text(high)}{brackets[1]}"


def _whole_run_text(least: Decimal | int, most: Decimal | int) -> str:
    """Return the test that whole numbers pass from the least to the most, both of which are of the run."""
    return str(least) if least == most else f"[{least}..{most}]"


def _open_text(low: Value, high: Value, *, is_closed: bool) -> str:
    if low is None and high is None:
        return _ANY_VALUE
    symbol = ">" if high is None else "<"
    return f"{symbol}{'=' if is_closed else ''} {literal_text(low if high is None else high)}"
