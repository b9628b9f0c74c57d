"""Keeps what was ordered of the rules in force, in one order for all servers of a database."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Row, Select, select

from underwriter.ledger.errors import OrdersChanged
from underwriter.storage.counter import Counter
from underwriter.storage.database import Database
from underwriter.storage.schema import policy_changes as table
from underwriter.v1.policy_service_pb2 import PolicyChange

_COUNTER = "policy_changes"


class PolicyChanges:
    """The table `policy_changes`. Safe in any thread; all methods block, and raise DatabaseUnavailable.

    Changes are numbered from 1 without gaps, and none comes before one that was read.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._numbers = Counter(database, _COUNTER)

    def append(self, changes: Sequence[PolicyChange], after: int) -> list[PolicyChange]:
        """Keep changes, all or none, and return them with their numbers.

        They were made knowing all changes up to number `after`. Raises OrdersChanged if there are others by now.
        """
        with self._database.writing() as connection:
            first = self._numbers.take(connection.connection.cursor(), len(changes))
            if first != after + 1:
                raise OrdersChanged
            kept = [_numbered(change, first + place) for place, change in enumerate(changes)]
            connection.execute(self._database.insert(table), [_row(change) for change in kept])
        return kept

    def newest(self) -> int:
        """Return the number of the newest change, 0 before the first."""
        return self._numbers.last()

    def after(self, sequence: int) -> list[PolicyChange]:
        """Return all changes after a number, in their order."""
        return self._read(_ALL.where(table.c.sequence > sequence).order_by(table.c.sequence))

    def newest_of(self, policy: str, most: int, before: int | None = None) -> list[PolicyChange]:
        """Return the newest changes of a policy, of all if none is named, newest first and at most so many.

        With `before`, only those with smaller numbers.
        """
        found = _ALL.order_by(table.c.sequence.desc()).limit(most)
        if policy:
            found = found.where(table.c.policy == policy)
        if before is not None:
            found = found.where(table.c.sequence < before)
        return self._read(found)

    def _read(self, statement: Select[tuple[int, bytes]]) -> list[PolicyChange]:
        with self._database.reading() as connection:
            return list(_messages(connection.execute(statement)))


_ALL = select(table.c.sequence, table.c.content)


def _numbered(change: PolicyChange, sequence: int) -> PolicyChange:
    numbered = PolicyChange()
    numbered.CopyFrom(change)
    numbered.sequence = sequence
    return numbered


def _row(change: PolicyChange) -> dict[str, object]:
    return {
        "sequence": change.sequence,
        "policy": change.policy,
        "change_time_us": change.change_time.ToMicroseconds(),
        "content": change.SerializeToString(),
    }


def _messages(rows: Iterable[Row[tuple[int, bytes]]]) -> Iterable[PolicyChange]:
    return (PolicyChange.FromString(row.content) for row in rows)
