"""Gives a policy the values that its dated parameters have on a day."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from underwriter.decisioning.requests.binding import Values
from underwriter.feel.temporal import Date
from underwriter.policy.definitions import DatedParameter

ReadDated = Callable[[Date], Values]
"""Returns the values that dated parameters have on a day, None before the first day of their history."""

_DAYS_KEPT = 64  # a server decides for today; a replay goes from day to day


def dated_reader(parameters: Sequence[DatedParameter]) -> ReadDated:
    """Return a reader of the parameters' values, in their order."""

    @lru_cache(_DAYS_KEPT)
    def read(day: Date) -> Values:
        return tuple([parameter.at(day) for parameter in parameters])

    return read
