"""Durations as monitor files write them: a whole number and a unit."""

import re

from underwriter.feel.diagnostics import nearest
from underwriter.feel.source import Source
from underwriter.policy.documents import Data
from underwriter.policy.reading import Reading

_UNITS_US = {
    "second": 10**6,
    "minute": 60 * 10**6,
    "hour": 3600 * 10**6,
    "day": 86_400 * 10**6,
    "week": 604_800 * 10**6,
}
_WRITTEN = re.compile(r"(?P<count>[0-9]{1,9}) +(?P<unit>[A-Za-z]+)")

LONGEST_DAYS = 400
"""The longest duration: a year, and what comes late after it."""


def duration_us(reading: Reading, data: Data | None, what: str) -> int | None:
    """Return a duration such as `10 minutes` in microseconds, more than none and at most `LONGEST_DAYS`."""
    text = reading.source(data, what)
    if text is None:
        return None
    written = _WRITTEN.fullmatch(text.text.strip())
    if written is None:
        reading.report("not-a-duration", f"{what} must be a duration, not '{text.text}'", text, _mend(""))
        return None
    unit = written["unit"].removesuffix("s")
    if unit not in _UNITS_US:
        reading.report("not-a-duration", f"there is no unit '{written['unit']}'", text, _mend(written["unit"]))
        return None
    return _within_bounds(reading, int(written["count"]) * _UNITS_US[unit], what, text)


def written_duration(length_us: int) -> str:
    """Return a duration of whole seconds in the largest unit up to days that needs no fraction."""
    unit = next(name for name in ("day", "hour", "minute", "second") if length_us % _UNITS_US[name] == 0)
    count = length_us // _UNITS_US[unit]
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _within_bounds(reading: Reading, length_us: int, what: str, text: Source) -> int | None:
    if 0 < length_us <= LONGEST_DAYS * _UNITS_US["day"]:
        return length_us
    message = f"{what} must be longer than nothing" if not length_us else f"{what} can't be longer than a year or so"
    reading.report("duration-out-of-range", message, text, f"from 1 second to {LONGEST_DAYS} days")
    return None


def _mend(unit: str) -> str:
    units = [f"{name}s" for name in _UNITS_US]
    return " ".join(filter(None, (nearest(unit, units), f"such as 10 minutes; units: {', '.join(units)}")))
