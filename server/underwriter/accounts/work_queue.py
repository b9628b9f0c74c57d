"""The keys that monitors must look at, shared out among any number of processes and servers.

A process takes keys on for some time, its lease. If it crashes, the keys are due again when the lease ends. What comes
for a key meanwhile stands beside what the process has, so that it is not taken for done and nothing is looked at twice
in vain.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.engine.interfaces import DBAPICursor

from underwriter.accounts.joint_transaction import writing_on
from underwriter.accounts.row_lookups import RowLookups
from underwriter.accounts.row_upserts import RowUpserts
from underwriter.events.key_kind import KeyKind
from underwriter.storage.database import Database
from underwriter.storage.schema import monitor_work as table

NEVER = 2**63 - 1


class Work(NamedTuple):
    """A key that this process has until its lease ends: its events from `from_time_us` on are to be looked at.

    If that is `NEVER`, no event came, but the time was reached that the key was to be looked at. `due_time_us` is when
    it was, `failures` how often it failed since it was last finished.
    """

    key_kind: KeyKind
    key: bytes
    from_time_us: int
    due_time_us: int
    version: int
    failures: int


class NextDue(NamedTuple):
    """When a key is to be looked at again, and from which event on."""

    from_time_us: int
    due_time_us: int


class Finished(NamedTuple):
    """Work that is done. `next_due` is None if nothing is left to wait for."""

    work: Work
    next_due: NextDue | None = None


class _Row(NamedTuple):
    """A row of the table."""

    key_kind: int
    key: bytes
    from_time_us: int
    due_time_us: int
    version: int
    lease_until_us: int
    leased_from_us: int
    failures: int


class DueKeys:
    """Makes keys due, in the transaction of what they are due for."""

    def __init__(self, database: Database) -> None:
        self._rows = RowUpserts(database, table, _earlier)

    def add(self, cursor: DBAPICursor, due: Iterable[tuple[KeyKind, bytes, int]], now_us: int) -> None:
        """Have keys looked at now, each from a time on."""
        earliest: dict[tuple[KeyKind, bytes], int] = {}
        for kind, key, from_time_us in due:
            earliest[kind, key] = min(from_time_us, earliest.get((kind, key), NEVER))
        rows = [_Row(kind, key, time_us, now_us, 0, 0, NEVER, 0) for (kind, key), time_us in earliest.items()]
        self._rows.run(cursor, rows)


class WorkQueue:
    """The table `monitor_work` in a database. All methods raise DatabaseUnavailable.

    Those that take a connection of `Database.writing` work in its transaction, and in one of their own without.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._due = database.compiled(_select_due())
        self._of_keys = RowLookups(database, _select_of_any_kind(), table.c.key)
        self._rows = RowUpserts(database, table, lambda new: {name: new[name] for name in _CHANGING})
        self._delete_done = database.compiled(delete(table).where(table.c.due_time_us == bindparam("never")))

    def claim(self, now_us: int, lease_us: int, most: int) -> list[Work]:
        """Take on at most so many keys that are due and that nobody has, those due longest to the front.

        A lease that would end later than one from now on is void: the clock was set back since it began. Where nothing
        is due, no writer is kept waiting.
        """
        due = (now_us, now_us, now_us + lease_us, most)
        with self._database.reading() as connection:
            cursor = connection.connection.cursor()
            cursor.execute(self._due, due)
            if not cursor.fetchall():
                return []
        with self._database.writing() as connection:
            cursor = connection.connection.cursor()
            cursor.execute(self._due, due)
            rows = [_Row._make(row) for row in cursor.fetchall()]
            claimed = [_claimed(row, now_us + lease_us) for row in rows]
            self._rows.run(cursor, claimed)
        return [
            Work(KeyKind(row.key_kind), row.key, taken.leased_from_us, row.due_time_us, taken.version, row.failures)
            for row, taken in zip(rows, claimed, strict=True)
        ]

    def held(self, works: Collection[Work], connection: Connection) -> set[Work]:
        """Return the work that no other has taken on since; its rows stay so until the transaction ends."""
        return set(self._held(connection, works))

    def finish(self, finished: Sequence[Finished], connection: Connection | None = None) -> None:
        """Say what is done, all in one transaction.

        What came for a key meanwhile is still to be done. Work whose lease has ended and that another has taken on, or
        whose subject was erased, is passed over.
        """
        with writing_on(self._database, connection) as writing:
            rows, cursor = self._held(writing, [done.work for done in finished]), writing.connection.cursor()
            self._rows.run(cursor, [_ended(rows[done.work], done.next_due) for done in finished if done.work in rows])
            cursor.execute(self._delete_done, (NEVER,))

    def fail(self, work: Work, now_us: int, connection: Connection | None = None) -> int:
        """Say that work failed: all of it is due again from `now_us` on. Return how often it has failed by now.

        Work that is another's by now, or whose subject was erased, is passed over; it has failed 0 times.
        """
        with writing_on(self._database, connection) as writing:
            row = self._held(writing, [work]).get(work)
            if row is None:
                return 0
            from_time_us = min(row.from_time_us, row.leased_from_us)
            failed = row._replace(
                from_time_us=from_time_us,
                due_time_us=now_us,
                lease_until_us=0,
                leased_from_us=NEVER,
                failures=row.failures + 1,
            )
            self._rows.run(writing.connection.cursor(), [failed])
        return failed.failures

    def oldest_due(self, now_us: int) -> int | None:
        """Return since when the key has been due that nobody has taken on for longest; None if no key is due."""
        statement = select(func.min(table.c.due_time_us)).where(table.c.due_time_us <= now_us)
        with self._database.reading() as connection:
            oldest: int | None = connection.execute(statement).scalar_one()
        return oldest

    def _held(self, connection: Connection, works: Collection[Work]) -> dict[Work, _Row]:
        """Return the rows of the work that is still held by the one who says what became of it."""
        found = self._of_keys.run(connection.connection.cursor(), sorted({work.key for work in works}))
        rows = {(row.key_kind, row.key): row for row in map(_Row._make, found)}
        named = ((work, rows.get((int(work.key_kind), work.key))) for work in works)
        return {work: row for work, row in named if row is not None and row.version == work.version}


_CHANGING = [column.name for column in table.c if not column.primary_key]

# Written out, since only one of the dialects would make a parameter of the missing offset.
_ZERO = literal_column("0", Integer)


def _select_due() -> Any:
    is_free = or_(
        table.c.lease_until_us <= bindparam("lease_end_us"), table.c.lease_until_us > bindparam("latest_lease_end_us")
    )
    due = select(*table.c).where(table.c.due_time_us <= bindparam("now_us"), is_free)
    return due.order_by(table.c.due_time_us).limit(bindparam("most")).offset(_ZERO)


def _select_of_any_kind() -> Select[Any]:
    """The index begins with the kind, so each is named."""
    kinds = [literal_column(str(int(kind)), Integer) for kind in KeyKind]
    return select(*table.c).where(table.c.key_kind.in_(kinds))


def _earlier(new: Any) -> dict[str, ColumnElement[Any]]:
    return {
        name: case((new[name] < table.c[name], new[name]), else_=table.c[name])
        for name in ("from_time_us", "due_time_us")
    }


def _claimed(row: _Row, lease_until_us: int) -> _Row:
    """Return the row of a key that was taken on. What comes for it from now on makes it due before the lease ends."""
    return row._replace(
        from_time_us=NEVER,
        due_time_us=lease_until_us,
        version=row.version + 1,
        lease_until_us=lease_until_us,
        leased_from_us=min(row.from_time_us, row.leased_from_us),
    )


def _ended(row: _Row, next_due: NextDue | None) -> _Row:
    """Return the row of a key whose work is done; it is due never if nothing is left to do."""
    from_time_us, due_time_us = next_due or NextDue(NEVER, NEVER)
    has_new = row.from_time_us != NEVER or row.due_time_us != row.lease_until_us
    return row._replace(
        from_time_us=min(row.from_time_us, from_time_us),
        due_time_us=min(row.due_time_us, due_time_us) if has_new else due_time_us,
        lease_until_us=0,
        leased_from_us=NEVER,
        failures=0,
    )
