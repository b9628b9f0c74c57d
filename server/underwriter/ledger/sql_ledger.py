"""The ledger as the service uses it, kept in an SQL database."""

import asyncio
from typing import Protocol, Self

from sqlalchemy import select

from underwriter.ledger.entry import DEFAULT_LOG, Entry, EntryFilter, Page, Recorded
from underwriter.ledger.entry_reader import EntryReader
from underwriter.ledger.entry_writer import EntryWriter
from underwriter.ledger.errors import LedgerUnavailable
from underwriter.ledger.group_commit import GroupCommit
from underwriter.ledger.policy_store import PolicyStore
from underwriter.ledger.schema import entries
from underwriter.ledger.sqlite import SqliteDatabase


class Ledger(Protocol):
    """The durable record of decisions. Every method may raise LedgerUnavailable."""

    async def commit(self, entry: Entry) -> Recorded:
        """Record the entry and returns once it is durable.

        The same request again (id and digest) gets the record that is there, with `is_replay` set. Raises
        RequestIdReused for a request id that came with another digest, DecisionIdReused for a taken decision id.
        """

    async def find(self, decision_id: str) -> Recorded | None:
        """Return the record of the decision, None if there is none."""

    async def find_by_request_id(self, request_id: str) -> Recorded | None:
        """Return the record of the request, None if there is none."""

    async def list_entries(self, filters: EntryFilter, page_size: int, page_token: str = "") -> Page:
        """Return a page of the entries that pass the filters, newest first. Raises PageTokenInvalid."""

    async def store_policy(self, version: str, source: bytes, load_time_us: int) -> None:
        """Keep a policy's source under the hash of its content; doing it again changes nothing."""

    async def load_policy(self, version: str) -> bytes | None:
        """Return the source of a policy, None if it was never kept."""

    def close(self) -> None:
        """Write what is in flight, then lets go of the database."""


class SqlLedger:
    """A `Ledger` on an SQL database.

    `entries` and `policies` are its blocking halves, for callers without an event loop. Calls of `commit` must come
    from the thread that will call `close`, or have ended before it.
    """

    def __init__(self, database: SqliteDatabase, log: str) -> None:
        self.entries = EntryReader(database)
        self.policies = PolicyStore(database)
        self._database = database
        self._group_commit = GroupCommit(EntryWriter(database, log).write)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def commit(self, entry: Entry) -> Recorded:
        """See `Ledger.commit`. Cancelling the call before the entry's turn leaves no record of it."""
        return await self._group_commit.submit(entry)

    async def find(self, decision_id: str) -> Recorded | None:
        """See `Ledger.find`."""
        return await asyncio.to_thread(self.entries.find, decision_id)

    async def find_by_request_id(self, request_id: str) -> Recorded | None:
        """See `Ledger.find_by_request_id`."""
        return await asyncio.to_thread(self.entries.find_by_request_id, request_id)

    async def list_entries(self, filters: EntryFilter, page_size: int, page_token: str = "") -> Page:
        """See `Ledger.list_entries`."""
        return await asyncio.to_thread(self.entries.list_entries, filters, page_size, page_token)

    async def store_policy(self, version: str, source: bytes, load_time_us: int) -> None:
        """See `Ledger.store_policy`."""
        await asyncio.to_thread(self.policies.store, version, source, load_time_us)

    async def load_policy(self, version: str) -> bytes | None:
        """See `Ledger.load_policy`."""
        return await asyncio.to_thread(self.policies.load, version)

    def close(self) -> None:
        """See `Ledger.close`. Blocks until the last batch is durable; later commits raise LedgerUnavailable."""
        self._group_commit.close()
        self._database.close()


def open_ledger(url: str, *, log: str = DEFAULT_LOG, busy_timeout_s: float = 5.0) -> SqlLedger:
    """Open the ledger that `upgrade` made at the URL, `sqlite:///path/to/ledger.db`. Call it after the fork.

    `log` names the log that is appended to; reads see all logs. `busy_timeout_s` is how long to wait for a
    database that a stranger has locked. Raises LedgerUrlInvalid, and LedgerUnavailable if the database can't be read.
    """
    database = SqliteDatabase(url, busy_timeout_s)
    try:
        with database.reading() as connection:
            connection.execute(select(entries.c.log_index).limit(1))
    except LedgerUnavailable as error:
        database.close()
        raise LedgerUnavailable(f"{error}; does {database.path} hold an upgraded ledger?") from error
    return SqlLedger(database, log)
