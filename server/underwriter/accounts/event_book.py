"""The events of accounts: recorded with all that follows from them at once, and read."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, Select, bindparam, literal_column, or_
from sqlalchemy.engine.interfaces import DBAPICursor

from underwriter.accounts.event_recorder import EventAnswer, EventRecorder
from underwriter.accounts.event_rows import SealedEvent, StoredEvent, opened_event, select_events
from underwriter.accounts.row_lookups import RowLookups
from underwriter.events.key_kind import KeyKind
from underwriter.ledger.keys.errors import SealingError
from underwriter.ledger.keys.vault import Vault
from underwriter.storage.database import Database
from underwriter.storage.schema import account_events as table
from underwriter.storage.schema import subjects
from underwriter.v1.account_event_pb2 import AccountEvent


class Span(NamedTuple):
    """A key's events from a time to another, both included, of which the newest `most` are asked for."""

    key_kind: KeyKind
    key: bytes
    start_us: int
    end_us: int
    most: int


class Reach(NamedTuple):
    """A key, a time from which its events are asked for, and how far back and how many of those before it."""

    key_kind: KeyKind
    key: bytes
    from_us: int
    back_us: int
    most_before: int

    @property
    def start_us(self) -> int:
        """The time of the earliest event that may be asked for."""
        return self.from_us - self.back_us


MOST_DAMAGED = 256
"""How many events of a subject may be beyond opening before its identifier is not known any more."""
KEYS_AT_ONCE = 64
"""How many keys' events one statement reads."""
MOST_AT_ONCE = 4096
"""The most events that it reads. If there are so many, the keys are read one by one."""


class EventBook:
    """The events of all accounts in a database. All methods block, and raise DatabaseUnavailable.

    Those that read pass over the events of subjects that were erased, and, but for `events_of`, raise SealingError for
    one that can't be opened though its subject was not.
    """

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._recorder = EventRecorder(database, vault)
        keys = {KeyKind.ACCOUNT: table.c.subject, KeyKind.DEVICE: table.c.device_ref}
        self._newest = {kind: database.compiled(newest_of(key)) for kind, key in keys.items()}
        self._first = {kind: database.compiled(_first_of(key)) for kind, key in keys.items()}
        self._of_keys = {kind: RowLookups(database, _some_since(), key) for kind, key in keys.items()}
        self._by_id = database.compiled(select_events(table.c.event_id == bindparam("event_id")))
        self._of_ref = database.compiled(_newest_first(subjects.c.subject_ref == bindparam("ref")))
        self._of_subject = database.compiled(_newest_first(table.c.subject == bindparam("subject")))
        self._in_record_order = database.compiled(_in_record_order())

    def record(
        self, events: Sequence[AccountEvent], now_us: int, subjects: Sequence[bytes | None] = ()
    ) -> list[EventAnswer]:
        """Record events and answer for each, in order, once all of them are durable.

        The events must have been checked. Each is answered as if those before it were recorded already: one that is
        recorded gets `already_recorded`, EventIdReused answers other content under a known id, AmountTooFine an amount
        that is finer than its currency, and SealingError a subject whose key is lost. Subjects that are new begin
        here, but for an event whose place in `subjects` names the one that it must be of: SubjectUnknown answers if
        that was erased. Accounts are brought up to date, and monitors have the keys of the events to look at. If the
        database fails, nothing of it is recorded.
        """
        return self._recorder.record(events, now_us, subjects)

    def within(self, span: Span, connection: Connection) -> list[SealedEvent]:
        """Return the events of a span in order, not opened, as a connection reads them."""
        kind, *values = span
        cursor = connection.connection.cursor()
        cursor.execute(self._newest[kind], values)
        return [SealedEvent._make(row) for row in reversed(cursor.fetchall())]

    def stretches(self, reaches: Sequence[Reach], most: int) -> list[list[SealedEvent]]:
        """Return keys' events from a time on, and those before that they look back at, in order and not opened.

        These are at most `most` of each key from the time on, the oldest of them, and at most `most_before` that are
        earlier but not by more than `back_us`, the newest of them. So all windows of the former are among them.
        """
        found: dict[Reach, list[SealedEvent]] = {}
        with self._database.reading() as connection:
            cursor = connection.connection.cursor()
            for alike in _alike(reaches):
                found |= self._stretches(cursor, alike, most)
        return [found[reach] for reach in reaches]

    def _stretches(self, cursor: DBAPICursor, reaches: Sequence[Reach], most: int) -> dict[Reach, list[SealedEvent]]:
        """Return the stretches of keys of one kind: by one statement, unless they have more events than it reads."""
        kind, earliest_us = reaches[0].key_kind, min(reach.start_us for reach in reaches)
        rows = self._of_keys[kind].run(cursor, [reach.key for reach in reaches], (earliest_us,))
        if len(rows) == MOST_AT_ONCE:
            return {reach: self._stretch(cursor, reach, most) for reach in reaches}
        of_key: dict[bytes | None, list[SealedEvent]] = {reach.key: [] for reach in reaches}
        for event in sorted(map(SealedEvent._make, rows), key=_ORDER):
            of_key[event.subject if kind is KeyKind.ACCOUNT else event.device_ref].append(event)
        return {reach: _within(of_key[reach.key], reach, most) for reach in reaches}

    def _stretch(self, cursor: DBAPICursor, reach: Reach, most: int) -> list[SealedEvent]:
        kind, key, from_us, _, most_before = reach
        cursor.execute(self._newest[kind], (key, reach.start_us, from_us - 1, most_before))
        earlier = cursor.fetchall()
        cursor.execute(self._first[kind], (key, from_us, most))
        return [SealedEvent._make(row) for row in (*reversed(earlier), *cursor.fetchall())]

    def opened(self, sealed: SealedEvent) -> StoredEvent:
        """Return an event opened. Raises SealingError."""
        return opened_event(sealed, self._vault)

    def event(self, event_id: str) -> StoredEvent | None:
        """Return an event; None if there is none."""
        found = self._opened(self._by_id, (event_id,))
        return found[0] if found else None

    def events_of(self, subject_ref: bytes, most: int) -> list[StoredEvent]:
        """Return the newest events of a subject, named by what it is found by, the newest first.

        Of one that can't be opened, the event has its id and time alone, and so no detail, which all others have.
        """
        return [self._told(SealedEvent._make(row)) for row in self._rows(self._of_ref, (subject_ref, most))]

    def subject_id_of(self, subject: bytes) -> str | None:
        """Return the lender's identifier of a subject, which its events tell; None if it has none.

        The newest that can be opened tells it. Raises SealingError if none of the newest `MOST_DAMAGED` can be.
        """
        damaged: SealingError | None = None
        for most in (1, MOST_DAMAGED):
            for row in self._rows(self._of_subject, (subject, most)):
                try:
                    return opened_event(row, self._vault).event.subject_id
                except SealingError as error:
                    damaged = error
        if damaged is not None:
            raise damaged
        return None

    def recorded_after(self, subject_id: str, time_us: int, event_id: str, most: int) -> list[StoredEvent]:
        """Return a subject's events in the order of their recording, after the one that was recorded at a time."""
        ref = self._vault.subject_ref(subject_id)
        return self._opened(self._in_record_order, (ref, time_us, time_us, event_id, most))

    def _told(self, sealed: SealedEvent) -> StoredEvent:
        try:
            return self.opened(sealed)
        except SealingError:
            event = AccountEvent(event_id=sealed.event_id)
            event.event_time.FromMicroseconds(sealed.event_time_us)
            return StoredEvent._make((*sealed[:6], event))

    def _opened(self, statement: str, values: tuple[Any, ...]) -> list[StoredEvent]:
        return [opened_event(row, self._vault) for row in self._rows(statement, values)]

    def _rows(self, statement: str, values: tuple[Any, ...]) -> Sequence[Any]:
        with self._database.reading() as connection:
            cursor = connection.connection.cursor()
            cursor.execute(statement, values)
            rows: Sequence[Any] = cursor.fetchall()
        return rows


_ORDER = attrgetter("event_time_us", "event_id")
_time_us, _event_id = table.c.event_time_us, table.c.event_id


def newest_of(key: ColumnElement[Any]) -> Select[Any]:
    """Return the statement of a `Span`, but for its kind of key: its parameters are the others, in order."""
    return _newest_first(key == bindparam("key"), _time_us >= bindparam("start_us"), _time_us <= bindparam("end_us"))


def _limited(statement: Select[Any], most: ColumnElement[int] | None = None) -> Select[Any]:
    # The offset is written out, since only one of the dialects would make a parameter of the missing one.
    return statement.limit(bindparam("most") if most is None else most).offset(literal_column("0", Integer))


def _alike(reaches: Sequence[Reach]) -> Iterator[list[Reach]]:
    """Yield the reaches in batches of one kind of key, those that start at about the same time together."""
    for kind in KeyKind:
        of_kind = sorted((reach for reach in reaches if reach.key_kind is kind), key=attrgetter("start_us"))
        yield from (of_kind[start : start + KEYS_AT_ONCE] for start in range(0, len(of_kind), KEYS_AT_ONCE))


def _within(events: Sequence[SealedEvent], reach: Reach, most: int) -> list[SealedEvent]:
    """Return those of a key's events, in order, that are asked for."""
    start, begin = (
        bisect_left(events, time_us, key=attrgetter("event_time_us")) for time_us in (reach.start_us, reach.from_us)
    )
    return list(events[max(start, begin - reach.most_before) : begin + most])


def _newest_first(*conditions: ColumnElement[bool]) -> Select[Any]:
    return _limited(select_events(*conditions).order_by(_time_us.desc(), _event_id.desc()))


def _first_of(key: ColumnElement[Any]) -> Select[Any]:
    of_key = select_events(key == bindparam("key"), _time_us >= bindparam("from_us"))
    return _limited(of_key.order_by(_time_us, _event_id))


def _some_since() -> Select[Any]:
    """In no order: to put them in order, a database may read all that there are first, however many."""
    return _limited(select_events(_time_us >= bindparam("start_us")), literal_column(str(MOST_AT_ONCE), Integer))


def _in_record_order() -> Select[Any]:
    recorded_us = table.c.record_time_us
    is_after = or_(recorded_us > bindparam("after_us"), _event_id > bindparam("after_id"))
    of_ref = select_events(subjects.c.subject_ref == bindparam("ref"), recorded_us >= bindparam("from_us"), is_after)
    return _limited(of_ref.order_by(recorded_us, _event_id))
