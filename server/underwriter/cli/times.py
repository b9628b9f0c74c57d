"""Times on the command line."""

from datetime import UTC, datetime

TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]
"""The forms of a day or time."""


def in_a_zone(time: datetime) -> datetime:
    """Return a time that knows its zone: UTC if it names none."""
    return time if time.tzinfo else time.replace(tzinfo=UTC)
