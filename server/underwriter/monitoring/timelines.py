"""Timelines as authors write them: events with a time, or with what passed since the one before, and their fields."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from underwriter.decisioning.requests.given import fill_message
from underwriter.monitoring import shapes
from underwriter.monitoring.event_kinds import ACCOUNT, DEVICE_ID, KINDS_BY_NAME, KindOfEvent
from underwriter.monitoring.written_durations import duration_us
from underwriter.policy.documents import Data, Fields, Text, plain_value
from underwriter.policy.reading import Reading
from underwriter.policy.shapes import Shape
from underwriter.v1.account_event_pb2 import AccountEvent

DEFAULT_ACCOUNT = "somebody"
DEFAULT_START_US = 1_777_600_800_000_000
"""When a timeline begins that does not say: 2026-05-01T10:00:00+08:00."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TELLING: Mapping[str, Mapping[str, object]] = {
    "login_succeeded": {"succeeded": True},
    "login_failed": {"succeeded": False},
    "device_removed": {"removed": True},
    "password_reset": {"credential": "PASSWORD"},
    "verification_passed": {"passed": True},
    "verification_failed": {"passed": False},
}
"""What the detail of an event of a kind holds, beyond the fields that authors give."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events in the order in which they were written; those of one moment keep it.

    `names` are what the author calls them, by their ids: what `as` says, or their kind, numbered from the second on.
    """

    events: tuple[AccountEvent, ...]
    names: Mapping[str, str]

    def time_us(self, name: str) -> int | None:
        """Return when the event of a name happened; None if there is none such."""
        return next((time_of(event) for event in self.events if self.names[event.event_id] == name), None)

    @property
    def end_us(self) -> int:
        """When the last event happened."""
        return max(map(time_of, self.events), default=DEFAULT_START_US)


def time_of(event: AccountEvent) -> int:
    """Return when an event happened, in microseconds."""
    time_us: int = event.event_time.ToMicroseconds()
    return time_us


def read_timeline(reading: Reading, data: Data | None, currency: str) -> Timeline:
    """Return the timeline of a list of events; what is wrong with it is left in `reading`.

    Amounts without a currency are in the given one.
    """
    reader = _TimelineReader(reading, currency)
    for item in reading.items(data, "events"):
        reader.add(item)
    return Timeline(tuple(reader.events), reader.names)


def moment_us(reading: Reading, text: Text, before_us: int) -> int:
    """Return a time in microseconds: one with its offset from UTC, or `+` and a duration after a time before."""
    if text.text.startswith("+"):
        duration = text.part(1, len(text.text))
        return before_us + (duration_us(reading, duration, "at") or 0)
    with suppress(ValueError):
        moment = datetime.fromisoformat(text.text)
        if moment.tzinfo is not None:
            since = moment - _EPOCH
            return (since.days * 86_400 + since.seconds) * 10**6 + since.microseconds
    mend = "such as 2026-05-01T10:00:00+08:00, or +10 minutes after what stands before"
    reading.report("not-a-time", f"'{text.text}' is not a time with its offset from UTC", text.source, mend)
    return before_us


class _TimelineReader:
    def __init__(self, reading: Reading, currency: str) -> None:
        self.events: list[AccountEvent] = []
        self.names: dict[str, str] = {}
        self._reading = reading
        self._currency = currency
        self._kinds: Counter[str] = Counter()
        self._now_us = DEFAULT_START_US

    def add(self, item: Data) -> None:
        fields = self._reading.mapping(item, "event", item.source)
        kind = self._kind(fields) if fields else None
        if fields is None or kind is None:
            return
        self._reading.fields(item, _shape_of(kind), item.source)
        event = AccountEvent(event_id=f"{len(self.events):04}", subject_id=DEFAULT_ACCOUNT)
        self._now_us = self._time_us(fields)
        event.event_time.FromMicroseconds(self._now_us)
        self._fill(event, kind, fields)
        self.events.append(event)
        self.names[event.event_id] = self._name(fields, kind)

    def _kind(self, fields: Fields) -> KindOfEvent | None:
        if fields.get("event") is None:
            self._reading.report("missing-key", "the event has no 'event'", fields.source, "add `event:` (its kind)")
        return KINDS_BY_NAME.get(self._reading.choice(fields.get("event"), "event", KINDS_BY_NAME) or "")

    def _time_us(self, fields: Fields) -> int:
        at = self._reading.text(fields.get("at"), "at")
        if at is not None:
            return moment_us(self._reading, at, self._now_us)
        if self.events and fields.get("at") is None:
            mend = "such as at: +10 minutes"
            self._reading.report("missing-key", "only the first event may do without 'at'", fields.source, mend)
        return self._now_us

    def _fill(self, event: AccountEvent, kind: KindOfEvent, fields: Fields) -> None:
        """Set the fields of an event and its detail."""
        detail = getattr(event, kind.detail)
        fill_message(detail, _TELLING.get(kind.name, {}), "", self._currency)
        places = {ACCOUNT: (event, "subject_id"), DEVICE_ID: (event, DEVICE_ID)}
        places |= {name: (detail, name) for name in kind.fields}
        for key, data in fields:
            if key.text in places:
                message, name = places[key.text]
                for fault in fill_message(message, {name: plain_value(data)}, "", self._currency):
                    wrong = f"{key.text} can't be {fault.found}"
                    self._reading.report("unknown-value", wrong, data.source, f"allowed: {fault.allowed}")

    def _name(self, fields: Fields, kind: KindOfEvent) -> str:
        self._kinds[kind.name] += 1
        count = self._kinds[kind.name]
        given = self._reading.text(fields.get("as"), "as")
        name = given.text if given else f"{kind.name} {count}" if count > 1 else kind.name
        if name in self.names.values():
            place = given.source if given else fields.source
            mend = "give it another name with `as:`"
            self._reading.report("duplicate-name", f"another event is called '{name}'", place, mend)
        return name


def _shape_of(kind: KindOfEvent) -> Shape:
    fields = dict.fromkeys((DEVICE_ID, *kind.fields), "a field of the event")
    return Shape(f"event {kind.name}", shapes.TEST_EVENT.required, {**shapes.TEST_EVENT.optional, **fields})
