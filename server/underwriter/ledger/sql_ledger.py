"""The ledger as the service uses it, kept in an SQL database."""

import asyncio
from collections.abc import Sequence
from typing import Protocol, Self

from underwriter.ledger.artifact_store import ArtifactStore
from underwriter.ledger.entry import DEFAULT_LOG, Entry, EntryFilter, EntryKind, MakeEntry, Page, Recorded
from underwriter.ledger.entry_reader import EntryReader, TreeHead
from underwriter.ledger.entry_writer import EntryWriter
from underwriter.ledger.group_commit import GroupCommit
from underwriter.ledger.keys.master_keys import Wrapping
from underwriter.ledger.keys.vault import Vault
from underwriter.ledger.projection import Projection
from underwriter.storage import Database, check_upgraded, open_database


class Ledger(Protocol):
    """The durable record of all that was decided and done. Every method may raise DatabaseUnavailable."""

    async def commit(self, entry: Entry) -> Recorded:
        """Record the entry and return once it is durable.

        The same request again (kind, id and content) gets the record that is there, with `is_replay` set. Raises
        RequestIdReused for a request id that came with other content, EntryIdReused for a taken entry id,
        SubjectChanged, SubjectUnknown, SealingError and ProjectionRefused: see `EntryWriter.write`.
        """

    async def commit_in_turn(self, make: MakeEntry) -> Recorded:
        """Record what `make` makes of what is stored, while no other writer is at work, so that none comes between.

        All writers wait meanwhile: it is for entries that others were too quick for. Raises what `commit` and `make`
        raise.
        """

    async def find(self, entry_id: str) -> Recorded | None:
        """Return the record, None if there is none. Raises SealingError."""

    async def find_by_request_id(self, kind: EntryKind, request_id: str) -> Recorded | None:
        """Return the record of the request, None if there is none. Raises SealingError."""

    async def list_entries(self, filters: EntryFilter, page_size: int, page_token: str = "") -> Page:
        """Return a page of the decisions that pass the filters, newest first. Raises PageTokenInvalid, SealingError."""

    async def records_of_subject(self, subject_id: str, page_size: int, page_token: str = "") -> Page:
        """Return a page of all records on a subject, oldest first.

        Raises SubjectUnknown, PageTokenInvalid, SealingError.
        """

    async def head(self) -> TreeHead:
        """Return how many records the ledger's own log has, and the root hash over them."""

    def close(self) -> None:
        """Write what is in flight, then let go of the database."""


class SqlLedger:
    """A `Ledger` on an SQL database, which it closes with itself.

    `entries` and `artifacts` are its blocking halves, for callers without an event loop; `database` and `vault` are
    for those who read other tables. Calls of `commit` must come from the thread that will call `close`, or have ended
    before it.
    """

    def __init__(self, database: Database, log: str, vault: Vault, projections: Sequence[Projection] = ()) -> None:
        self.database = database
        self.vault = vault
        self.log = log
        self.entries = EntryReader(database, vault)
        self.artifacts = ArtifactStore(database)
        writer = EntryWriter(database, log, vault, projections)
        self._group_commit: GroupCommit[Entry | MakeEntry, Recorded] = GroupCommit(writer.write_all, "ledger-writer")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def commit(self, entry: Entry) -> Recorded:
        """See `Ledger.commit`. Cancelling the call before the entry's turn leaves no record of it."""
        return await self._group_commit.submit(entry)

    async def commit_in_turn(self, make: MakeEntry) -> Recorded:
        """See `Ledger.commit_in_turn`. Cancelling the call before the entry's turn leaves no record of it."""
        return await self._group_commit.submit(make)

    async def find(self, entry_id: str) -> Recorded | None:
        """See `Ledger.find`."""
        return await asyncio.to_thread(self.entries.find, entry_id)

    async def find_by_request_id(self, kind: EntryKind, request_id: str) -> Recorded | None:
        """See `Ledger.find_by_request_id`."""
        return await asyncio.to_thread(self.entries.find_by_request_id, kind, request_id)

    async def list_entries(self, filters: EntryFilter, page_size: int, page_token: str = "") -> Page:
        """See `Ledger.list_entries`."""
        return await asyncio.to_thread(self.entries.list_entries, filters, page_size, page_token)

    async def records_of_subject(self, subject_id: str, page_size: int, page_token: str = "") -> Page:
        """See `Ledger.records_of_subject`."""
        return await asyncio.to_thread(self.entries.records_of_subject, subject_id, page_size, page_token)

    async def head(self) -> TreeHead:
        """See `Ledger.head`."""
        return await asyncio.to_thread(self.entries.head, self.log)

    def close(self) -> None:
        """See `Ledger.close`. Blocks until the last batch is durable; later commits raise DatabaseUnavailable."""
        self._group_commit.close()
        self.database.close()


def open_ledger(
    url: str,
    master_keys: Wrapping,
    *,
    log: str = DEFAULT_LOG,
    projections: Sequence[Projection] = (),
    busy_timeout_s: float = 5.0,
) -> SqlLedger:
    """Open the ledger in the database that `storage.upgrade` made at the URL. Call it after the fork.

    At most `busy_timeout_s` is waited for a database that a stranger has locked. Raises DatabaseUrlInvalid and what
    `ledger_in` raises.
    """
    database = open_database(url, busy_timeout_s=busy_timeout_s)
    return ledger_in(database, master_keys, log=log, projections=projections)


def ledger_in(
    database: Database, master_keys: Wrapping, *, log: str = DEFAULT_LOG, projections: Sequence[Projection] = ()
) -> SqlLedger:
    """Open the ledger in a database, which is closed with it, or now if it can't be used.

    `log` names the log that is appended to; reads see all logs. `projections` are brought up to date with it. Raises
    DatabaseUnavailable if the database can't be read, DatabaseNotUpgraded if its tables are not this version's, and
    MasterKeyMissing or KeyDamaged if the master keys are not the database's.
    """
    vault = Vault(database, master_keys)
    try:
        check_upgraded(database)
        vault.prepare()
    except Exception:
        database.close()
        raise
    return SqlLedger(database, log, vault, projections)
