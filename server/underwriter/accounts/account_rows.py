"""Accounts that a batch of events changes: read by their subjects' references, and written back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine.interfaces import DBAPICursor

from underwriter.accounts.account_state import advance
from underwriter.accounts.row_lookups import RowLookups
from underwriter.accounts.row_upserts import RowInserts, RowUpserts
from underwriter.ledger.keys.vault import SubjectRow
from underwriter.storage.database import Database
from underwriter.storage.schema import accounts, subjects
from underwriter.v1.record_pb2 import AccountState

NOT_GRADED = -1


@dataclass(slots=True)
class ChangedAccount:
    """An account within a batch. `told` is what the batch's events tell of it, `is_new` says that its subject is."""

    subject: SubjectRow
    is_new: bool
    state: bytes = b""
    version: int = 0
    told: list[AccountState] = field(default_factory=list)


class AccountRows:
    """The rows of `subjects` and `accounts` that a batch of events needs."""

    def __init__(self, database: Database) -> None:
        source = subjects.outerjoin(accounts, accounts.c.subject == subjects.c.subject)
        known = select(*subjects.c, accounts.c.state, accounts.c.version).select_from(source)
        self._known = RowLookups(database, known, subjects.c.subject_ref)
        self._subjects = RowInserts(database, subjects)
        self._accounts = RowUpserts(database, accounts, lambda new: {"state": new.state, "version": new.version})

    def read(self, cursor: DBAPICursor, refs: Sequence[bytes]) -> dict[bytes, ChangedAccount]:
        """Return what is stored of the subjects that have these references, by reference."""
        return {row[1]: _read(row) for row in self._known.run(cursor, refs)}

    def write(self, cursor: DBAPICursor, changed: Iterable[ChangedAccount]) -> None:
        """Write accounts with what the batch's events tell of them, and the subjects of those that are new."""
        changed = list(changed)
        self._subjects.run(cursor, [account.subject for account in changed if account.is_new])
        self._accounts.run(cursor, list(map(_row, changed)))


def _read(row: Sequence[Any]) -> ChangedAccount:
    *subject, state, version = row
    return ChangedAccount(SubjectRow._make(subject), False, state or b"", version or 0)


def _row(account: ChangedAccount) -> tuple[Any, ...]:
    """Return the row. What it says of the grade is only for an account that is new."""
    # What one event tells is a state of its own.
    is_first = not account.state and len(account.told) == 1
    state = account.told[0] if is_first else advance(AccountState.FromString(account.state), account.told)
    version = account.version + len(account.told)
    return (account.subject.subject, state.SerializeToString(deterministic=True), version, NOT_GRADED, "")
