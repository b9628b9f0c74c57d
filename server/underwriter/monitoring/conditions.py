"""Conditions over one event: FEEL, compiled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from underwriter.feel.source import Source
from underwriter.feel.values import Value


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on the fields of an event.

    `holds` tells whether it is true of an event's values (see `event_kinds.py`); null is not true. `source` is its
    text; two conditions with the same text on the same kind are the same.
    """

    source: Source
    holds: Callable[[Mapping[str, Value]], bool]
