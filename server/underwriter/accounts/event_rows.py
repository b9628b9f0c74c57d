"""Events of accounts as rows of `account_events`, sealed by their subjects' keys, and opened again."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select

from underwriter.accounts.account_state import told_by
from underwriter.events.event_kind import event_kind
from underwriter.ledger.keys.sealing import open_content, seal_content
from underwriter.ledger.keys.vault import SubjectRow, Vault
from underwriter.storage.schema import account_events as table
from underwriter.storage.schema import subjects
from underwriter.v1.account_event_pb2 import AccountEvent
from underwriter.v1.record_pb2 import AccountState


class StoredEvent(NamedTuple):
    """An event and what stands beside it: see the table. `device_ref` is None if the event has no device."""

    sequence: int
    subject: bytes
    device_ref: bytes | None
    kind: int
    event_time_us: int
    record_time_us: int
    event: AccountEvent


class SealedEvent(NamedTuple):
    """An event that is not opened yet, with what opens it."""

    sequence: int
    subject: bytes
    device_ref: bytes | None
    kind: int
    event_time_us: int
    record_time_us: int
    event_id: str
    payload: bytes
    wrapped_key: bytes
    master_key_id: str


class EventDraft(NamedTuple):
    """An event with all that is made of it before the transaction. `device_ref` is None if it has no device.

    `subject` is the account that it must be of; if it is None, an account begins with the event where there is none.
    """

    event: AccountEvent
    content: bytes
    digest: bytes
    subject_ref: bytes
    device_ref: bytes | None
    kind: int
    time_us: int
    told: AccountState
    subject: bytes | None = None

    @property
    def event_id(self) -> str:
        """The client's id of the event."""
        return self.event.event_id


def draft_of(event: AccountEvent, vault: Vault) -> EventDraft:
    """Return the draft of an event that was checked. Raises AmountTooFine.

    The digest is over the message serialised anew in the order of its fields, so that it does not go by how a client
    wrote it.
    """
    content = event.SerializeToString(deterministic=True)
    kind = event_kind(event)
    return EventDraft(
        event=event,
        content=content,
        digest=vault.event_digest(content),
        subject_ref=vault.subject_ref(event.subject_id),
        device_ref=vault.device_ref(event.device_id) if event.device_id else None,
        kind=kind,
        time_us=event.event_time.ToMicroseconds(),
        told=told_by(event, kind, vault.party_ref),
    )


def event_row(draft: EventDraft, subject: SubjectRow, record_time_us: int, vault: Vault) -> tuple[Any, ...]:
    """Return an event's row but for its number: the values in the order of the table's columns. Raises SealingError."""
    key = vault.subject_key(subject.subject, subject.wrapped_key, subject.master_key_id)
    return (
        draft.event_id,
        draft.digest,
        subject.subject,
        draft.device_ref,
        int(draft.kind),
        draft.time_us,
        record_time_us,
        seal_content(key, _record_id(draft.event_id), draft.content),
    )


def select_events(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Return the statement whose rows are those of a `SealedEvent`: those of erased subjects are not among them."""
    columns = [table.c[name] if name in table.c else subjects.c[name] for name in SealedEvent._fields]
    with_keys = table.join(subjects, subjects.c.subject == table.c.subject)
    return select(*columns).select_from(with_keys).where(*conditions)


def opened_event(row: Sequence[Any], vault: Vault) -> StoredEvent:
    """Return the event that a row of `select_events` holds. Raises SealingError."""
    *told, event_id, payload, wrapped_key, master_key_id = row
    key = vault.subject_key(told[1], wrapped_key, master_key_id)
    event = AccountEvent.FromString(open_content(key, _record_id(event_id), payload))
    return StoredEvent._make((*told, event))


def _record_id(event_id: str) -> str:
    """Return what the payload is bound to: no id of a record, which has no slash."""
    return f"events/{event_id}"
