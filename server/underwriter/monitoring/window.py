"""A key's events as monitors look at them, and what is found in them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from underwriter.feel.values import Value
from underwriter.monitoring.definitions import Monitor

MOST_EVENTS = 256
"""The most events before a trigger that are looked at; of more, the newest. That it began is an alert of its own."""


class WindowEvent(NamedTuple):
    """An event of a window.

    `account` stands for the account that it happened to, and is the field `account` of rules. `values` are the event's
    fields by the names of `event_kinds.py`; what is not known is absent or None. Reading them may raise SealingError.
    """

    time_us: int
    event_id: str
    kind: int
    account: bytes
    values: Mapping[str, Value]


class Window(NamedTuple):
    """The events around one trigger, in order; `trigger` is its place among them.

    `known_until_us` is the time up to which all events are known, as far as they came: rules that wait for it to
    reach some time after the trigger are not tried before. `overflows` says that older events had to be left out, and
    that none were for the event before.
    """

    events: Sequence[WindowEvent]
    trigger: int
    known_until_us: int
    overflows: bool = False


class Match(NamedTuple):
    """A rule that matched: its monitor and id, the trigger's id, and all its events in order, the trigger included.

    `event_time_us` is the trigger's time, or when it was known that nothing followed it.
    """

    monitor: str
    rule: str
    trigger_id: str
    event_ids: tuple[str, ...]
    event_time_us: int


class Matcher(Protocol):
    """Tries the rules of monitors. One is durable-rules in a process of its own; the tests' oracle is another."""

    def matches(self, monitors: Sequence[Monitor], windows: Sequence[Window]) -> list[list[Match] | Exception]:
        """Return the matches in each window of the rules that its trigger fits, sorted by monitor and rule.

        A window that failed or took too long gets an exception, and those after it are tried all the same.
        """
