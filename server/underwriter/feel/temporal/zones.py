"""Time zones: fixed offsets from UTC, and regions of the tz database with their rules.

The rules are those of the `tzdata` package, whatever the machine has, so that a replay gives the same on every machine.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from underwriter.feel.temporal.writing import offset_text

MAXIMUM_OFFSET = 18 * 3600
"""The largest offset from UTC in seconds, either way, as in java.time."""

_EPOCH = datetime.datetime(1970, 1, 1)  # noqa: DTZ001 - a clock's reading, counted in seconds
_CYCLE = 146_097 * 86_400
_FIRST = -(719_162 - 365) * 86_400  # 0002-01-01; before it every region has its local mean time
_LAST = 253_370_764_800  # 9999-01-01; after it the rules repeat with the calendar, every 400 years
_RECENT_YEAR = 2025


class Offset(NamedTuple):
    """A fixed offset from UTC in seconds, east positive."""

    seconds: int

    @classmethod
    def checked(cls, seconds: int) -> "Offset":
        """Return an offset. Raises ValueError beyond 18 hours."""
        if abs(seconds) > MAXIMUM_OFFSET:
            raise ValueError("the offset is out of range")
        return cls(seconds)

    @property
    def standard(self) -> int:
        """The offset itself."""
        return self.seconds

    def offset_at(self, instant: int) -> int:
        """Return the offset, which is the same at every instant."""
        del instant
        return self.seconds

    def __str__(self) -> str:
        return offset_text(self.seconds)


@dataclass(frozen=True, slots=True)
class Region:
    """A region of the tz database. Use `region` to get one."""

    name: str
    _rules: ZoneInfo = field(compare=False, repr=False)

    @property
    def standard(self) -> int:
        """The offset of a time without a date: the one of winter by recent rules, without daylight saving."""
        seasons = (datetime.datetime(_RECENT_YEAR, month, 1) for month in (1, 7))  # noqa: DTZ001 - a clock's reading
        return min(_seconds(self._rules.utcoffset(moment)) for moment in seasons)

    def offset_at(self, instant: int) -> int:
        """Return the offset at a number of seconds from 1970-01-01T00:00:00Z."""
        moment = _reading(instant).replace(tzinfo=self._rules)
        return _seconds(self._rules.fromutc(moment).utcoffset())

    def offsets_of(self, local: int) -> tuple[int, int]:
        """Return the offsets before and after a change at a clock's reading, in seconds from 1970-01-01T00:00:00.

        They differ where the clock is set back, so that it shows the reading twice, or forward, so that it never does.
        """
        moment = _reading(local)
        before, after = self._rules.utcoffset(moment), self._rules.utcoffset(moment.replace(fold=1))
        return _seconds(before), _seconds(after)

    def __reduce__(self) -> tuple[Callable[[str], "Region"], tuple[str]]:
        return region, (self.name,)

    def __str__(self) -> str:
        return f"@{self.name}"


Zone: TypeAlias = Offset | Region
UTC = Offset(0)


@cache
def region(name: str) -> Region:
    """Return a region by its name in the tz database, such as Europe/Paris. Raises ValueError if there is none."""
    if not is_region(name):
        raise ValueError("there is no such time zone")
    with (files("tzdata") / "zoneinfo").joinpath(*name.split("/")).open("rb") as rules:
        return Region(name, ZoneInfo.from_file(rules, key=name))


def is_region(name: str | None) -> bool:
    """Tell whether the tz database has a region of this name."""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset((files("tzdata") / "zones").read_text(encoding="utf-8").split())


def _reading(seconds: int) -> datetime.datetime:
    """Return the clock's reading so many seconds from 1970, or its like in the years that `datetime` has."""
    if seconds < _FIRST:
        seconds = _FIRST + (seconds - _FIRST) % _CYCLE
    elif seconds >= _LAST:
        seconds = _LAST - _CYCLE + (seconds - _LAST) % _CYCLE
    return _EPOCH + datetime.timedelta(seconds=seconds)


def _seconds(offset: datetime.timedelta | None) -> int:
    assert offset is not None  # noqa: S101 - a region always has an offset
    return offset.days * 86_400 + offset.seconds
