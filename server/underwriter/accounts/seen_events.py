"""Events that are recorded with decisions that were made from what was seen of other events."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPICursor

from underwriter.accounts.errors import EventsChanged
from underwriter.accounts.event_book import Span, newest_of
from underwriter.accounts.event_recorder import EventRecorder
from underwriter.accounts.event_rows import EventDraft
from underwriter.events.key_kind import KeyKind
from underwriter.ledger.companion import Companion
from underwriter.ledger.keys.vault import Vault
from underwriter.storage.database import Database
from underwriter.storage.schema import account_events as table
from underwriter.storage.schema import subjects


class Sight(NamedTuple):
    """What was seen of a key: the ids of the events of a span, in order."""

    span: Span
    event_ids: tuple[str, ...]


class SeenEvent(NamedTuple):
    """An event, what was seen of its keys before, and the time of the decision that was made from it."""

    draft: EventDraft
    sights: tuple[Sight, ...]
    now_us: int

    @property
    def refs(self) -> set[bytes]:
        """What the event will be found by: the references of its subject and of its device."""
        draft = self.draft
        return {draft.subject_ref} if draft.device_ref is None else {draft.subject_ref, draft.device_ref}


class SeenEvents:
    """Records events with decisions, unless something else came under their keys since these were seen.

    So of several events of one key at the same instant, each decision knows of those that were recorded before it. An
    event that is recorded already is left as it is.
    """

    def __init__(self, database: Database, vault: Vault) -> None:
        self._recorder = EventRecorder(database, vault)
        # By its reference, since the subject may be new, or erased and new again.
        keys = {KeyKind.ACCOUNT: subjects.c.subject_ref, KeyKind.DEVICE: table.c.device_ref}
        self._ids = {
            kind: database.compiled(newest_of(key).with_only_columns(table.c.event_id)) for kind, key in keys.items()
        }

    def companion(self, seen: SeenEvent) -> Companion:
        """Return what has an event recorded with an entry, which is refused with EventsChanged if its keys changed."""
        return Companion(self, seen)

    def refusals(self, connection: Connection, contents: Sequence[SeenEvent]) -> Sequence[EventsChanged | None]:
        """See `CompanionBook.refusals`."""
        cursor = connection.connection.cursor()
        refs: set[bytes] = set()
        return [self._refusal(cursor, seen, refs) for seen in contents]

    def record(self, connection: Connection, contents: Sequence[SeenEvent]) -> None:
        """See `CompanionBook.record`. Its entry is sealed by the same key as an event, so none of them fails."""
        if contents:
            now_us = max(seen.now_us for seen in contents)
            self._recorder.record_drafts(connection, [seen.draft for seen in contents], now_us)

    def _refusal(self, cursor: DBAPICursor, seen: SeenEvent, refs: set[bytes]) -> EventsChanged | None:
        """Tell whether an event can't be recorded after those with these references, to which its own are added."""
        if seen.sights and (
            not refs.isdisjoint(seen.refs) or any(self._has_changed(cursor, seen, sight) for sight in seen.sights)
        ):
            return EventsChanged()
        refs |= seen.refs
        return None

    def _has_changed(self, cursor: DBAPICursor, seen: SeenEvent, sight: Sight) -> bool:
        kind, _, *bounds = sight.span
        ref = seen.draft.subject_ref if kind is KeyKind.ACCOUNT else seen.draft.device_ref
        cursor.execute(self._ids[kind], (ref, *bounds))
        rows = cursor.fetchall()
        return tuple([event_id for (event_id,) in reversed(rows)]) != sight.event_ids
