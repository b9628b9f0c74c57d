"""Records events in one transaction, by few statements, with all that follows from them at once."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from underwriter.accounts.account_rows import AccountRows, ChangedAccount
from underwriter.accounts.errors import AmountTooFine, EventIdReused
from underwriter.accounts.event_rows import EventDraft, draft_of, event_row
from underwriter.accounts.row_lookups import RowLookups
from underwriter.accounts.row_upserts import RowInserts
from underwriter.accounts.work_queue import DueKeys
from underwriter.events.key_kind import KeyKind
from underwriter.ledger.errors import SubjectUnknown
from underwriter.ledger.keys.errors import SealingError
from underwriter.ledger.keys.vault import Vault
from underwriter.storage.counter import Counter
from underwriter.storage.database import Database
from underwriter.storage.schema import account_events as table
from underwriter.v1.account_event_pb2 import AccountEvent


class EventRecorded(NamedTuple):
    """An event that is durable, and what it is found by. `device_ref` is None if it has no device."""

    event_id: str
    subject: bytes
    device_ref: bytes | None
    already_recorded: bool


EventAnswer = EventRecorded | EventIdReused | AmountTooFine | SealingError | SubjectUnknown


class _Known(NamedTuple):
    """An event that is recorded, and the digest that tells whether another is the same."""

    digest: bytes
    subject: bytes
    device_ref: bytes | None


class EventRecorder:
    """Writes events of accounts to a database, and what follows from them."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        known = select(table.c.event_id, table.c.event_digest, table.c.subject, table.c.device_ref)
        self._known = RowLookups(database, known, table.c.event_id)
        self._events = RowInserts(database, table)
        self._sequence = Counter(database, "account_events")
        self._accounts = AccountRows(database)
        self._due_keys = DueKeys(database)

    def record(
        self, events: Sequence[AccountEvent], now_us: int, subjects: Sequence[bytes | None] = ()
    ) -> list[EventAnswer]:
        """See `EventBook.record`."""
        drafts = [self._draft(event, subject) for event, subject in zip_longest(events, subjects)]
        sound = [draft for draft in drafts if isinstance(draft, EventDraft)]
        with self._database.writing() as connection:
            answers = iter(self.record_drafts(connection, sound, now_us))
        return [next(answers) if isinstance(draft, EventDraft) else draft for draft in drafts]

    def _draft(self, event: AccountEvent, subject: bytes | None) -> EventDraft | AmountTooFine:
        try:
            return draft_of(event, self._vault)._replace(subject=subject)
        except AmountTooFine as error:
            return error

    def record_drafts(self, connection: Connection, drafts: Sequence[EventDraft], now_us: int) -> list[EventAnswer]:
        """Record events that were made ready, in a transaction of `Database.writing`, and answer for each, in order."""
        cursor = connection.connection.cursor()
        known = {row[0]: _Known(*row[1:]) for row in self._known.run(cursor, [draft.event_id for draft in drafts])}
        refs = {draft.subject_ref for draft in drafts if draft.event_id not in known}
        batch = _Batch(self._vault, known, self._accounts.read(cursor, list(refs)), now_us)
        answers = [batch.answer(draft) for draft in drafts]
        if batch.rows:
            first = self._sequence.take(cursor, len(batch.rows))
            self._accounts.write(cursor, batch.changed_accounts())
            self._events.run(cursor, [(first + place, *row) for place, row in enumerate(batch.rows)])
            self._due_keys.add(cursor, batch.due, now_us)
        return answers


class _Batch:
    """Decides on the events of a batch in order, each as if those before it were recorded.

    `rows` are those of the events to insert, without their numbers, and `due` the keys that monitors must look at.
    """

    def __init__(
        self, vault: Vault, known: Mapping[str, _Known], accounts: Mapping[bytes, ChangedAccount], now_us: int
    ) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self.due: list[tuple[KeyKind, bytes, int]] = []
        self._vault = vault
        self._known = dict(known)
        self._accounts = dict(accounts)
        self._now_us = now_us

    def changed_accounts(self) -> list[ChangedAccount]:
        """Return the accounts that the batch's events tell something of."""
        return [account for account in self._accounts.values() if account.told]

    def answer(self, draft: EventDraft) -> EventAnswer:
        """Decide on the next event."""
        event_id = draft.event_id
        known = self._known.get(event_id)
        if known is not None:
            if known.digest != draft.digest:
                return EventIdReused(event_id)
            return EventRecorded(event_id, known.subject, known.device_ref, already_recorded=True)
        try:
            return self._recorded(draft)
        except (SealingError, SubjectUnknown) as error:
            return error

    def _recorded(self, draft: EventDraft) -> EventRecorded:
        account = self._accounts.get(draft.subject_ref)
        if draft.subject is not None and (account is None or account.subject.subject != draft.subject):
            raise SubjectUnknown
        if account is None:
            account = ChangedAccount(self._vault.new_subject(draft.subject_ref), is_new=True)
            self._accounts[draft.subject_ref] = account
        subject = account.subject.subject
        self.rows.append(event_row(draft, account.subject, self._now_us, self._vault))
        account.told.append(draft.told)
        self.due.append((KeyKind.ACCOUNT, subject, draft.time_us))
        if draft.device_ref is not None:
            self.due.append((KeyKind.DEVICE, draft.device_ref, draft.time_us))
        self._known[draft.event_id] = _Known(draft.digest, subject, draft.device_ref)
        return EventRecorded(draft.event_id, subject, draft.device_ref, already_recorded=False)
