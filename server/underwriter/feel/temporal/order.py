"""Equality and order of what stands on a time line."""

from typing import Any, Protocol


class OnTimeLine(Protocol):
    """Has a place on a time line: that of UTC, or, without an offset, that of a clock."""

    @property
    def value(self) -> int:
        """The place, in whole seconds."""

    @property
    def offset(self) -> int | None:
        """The offset from UTC in seconds."""


class Ordered:
    """Times, and dates and times, compare by their value in whole seconds (DMN 1.5, tables 53 and 54).

    One with an offset from UTC never equals one without, and the two have no order: comparing them raises TypeError.
    """

    __slots__ = ()

    def __eq__(self: OnTimeLine, other: object) -> bool:
        if other.__class__ is not self.__class__ or self.value != other.value:
            return False
        return _are_alike(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self: OnTimeLine) -> int:
        return hash((self.value, self.offset is None))

    def __lt__(self: OnTimeLine, other: Any) -> bool:
        return self.value < _comparable(self, other).value

    def __le__(self: OnTimeLine, other: Any) -> bool:
        return self.value <= _comparable(self, other).value

    def __gt__(self: OnTimeLine, other: Any) -> bool:
        return self.value > _comparable(self, other).value

    def __ge__(self: OnTimeLine, other: Any) -> bool:
        return self.value >= _comparable(self, other).value


def _are_alike(left: OnTimeLine, right: Any) -> bool:
    return (left.offset is None) is (right.offset is None)


def _comparable(left: OnTimeLine, right: Any) -> OnTimeLine:
    """Return the right one. Raises TypeError if it has no order with the left one."""
    if left.__class__ is not right.__class__ or not _are_alike(left, right):
        raise TypeError("a time with an offset and one without have no order")
    return right
