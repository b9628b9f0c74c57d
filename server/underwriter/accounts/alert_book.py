"""The alerts of all accounts: raised, withdrawn, answered by staff, and followed by streams."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, literal_column, or_, select, update

from underwriter.accounts.alert import ACKNOWLEDGED, OPEN, RaisedAlert, StoredAlert, first_raised, newest_alike
from underwriter.accounts.errors import AlertUnknown
from underwriter.accounts.joint_transaction import writing_on
from underwriter.accounts.row_lookups import RowLookups
from underwriter.accounts.row_upserts import RowUpserts
from underwriter.accounts.work_queue import NEVER, DueKeys
from underwriter.events.key_kind import KeyKind
from underwriter.storage.counter import Counter
from underwriter.storage.database import Database
from underwriter.storage.schema import accounts, subjects
from underwriter.storage.schema import alerts as table


class Settlement(NamedTuple):
    """What was found when rules were tried for some events of a key: all that these raise, and nothing else."""

    key_kind: KeyKind
    key: bytes
    trigger_ids: Collection[str]
    raised: Sequence[RaisedAlert]


class AlertBook:
    """The table `alerts` in a database. All methods block, and raise DatabaseUnavailable.

    Each change of an alert gets the next change index, so that whoever follows them by it misses none.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._of_triggers = RowLookups(database, select(*table.c), table.c.trigger_id)
        self._accounts = RowLookups(database, select(accounts.c.subject), accounts.c.subject)
        self._rows = RowUpserts(database, table, lambda new: {name: new[name] for name in _CHANGING})
        self._changes = Counter(database, "alert_changes")
        self._due_keys = DueKeys(database)

    def settle(
        self, settlements: Sequence[Settlement], now_us: int, connection: Connection | None = None
    ) -> list[StoredAlert]:
        """Make the alerts of the events that were tried exactly what they raise; return those that changed.

        What is new is inserted. What was raised before and is not any more is withdrawn, and opened again if it is
        found again later. What staff released stays so. The accounts of the alerts that changed get another version,
        and are due to be looked at, unless they are keys of the settlements. Subjects that were erased meanwhile get
        no alert. It is one transaction, or a part of that of a connection of
        `Database.writing`.
        """
        with writing_on(self._database, connection) as writing:
            cursor = writing.connection.cursor()
            triggers = sorted({trigger for settlement in settlements for trigger in settlement.trigger_ids})
            known = [StoredAlert.from_row(row) for row in self._of_triggers.run(cursor, triggers)]
            changed = list(_changes(settlements, known, now_us))
            subjects = sorted({alert.subject for alert in changed})
            living = {row[0] for row in self._accounts.run(cursor, subjects)}
            keys = {settlement.key for settlement in settlements if settlement.key_kind is KeyKind.ACCOUNT}
            self._make_due(writing, living - keys, now_us)
            return self._write(writing, [alert for alert in changed if alert.subject in living])

    def acknowledge(self, alert_id: str, actor: str, now_us: int, *, release: bool) -> StoredAlert:
        """Say that somebody has seen an alert, or has ended its effect; return it as it is then.

        Who did so first stays named; a release after an acknowledgement names who released. Releasing an alert that
        was withdrawn keeps it from being opened again. Its account is due to be looked at. Raises AlertUnknown.
        """
        with self._database.writing() as connection:
            row = connection.execute(select(table).where(table.c.alert_id == alert_id)).one_or_none()
            if row is None:
                raise AlertUnknown(alert_id)
            before = StoredAlert.from_row(tuple(row))
            after = before.acknowledged(actor, now_us, release=release)
            if after == before:
                return before
            self._make_due(connection, [after.subject], now_us)
            return self._write(connection, [after])[0]

    def alert(self, alert_id: str) -> StoredAlert:
        """Return an alert. Raises AlertUnknown."""
        found = self._read(table.c.alert_id == alert_id)
        if not found:
            raise AlertUnknown(alert_id)
        return found[0]

    def in_force(self, subject: bytes, now_us: int) -> list[StoredAlert]:
        """Return a subject's alerts that are in force, the newest first, of those that are alike `MOST_ALIKE`."""
        found = self._read((table.c.subject == subject) & is_in_force(now_us))
        return list(newest_alike(sorted(found, key=attrgetter("event_time_us", "alert_id"), reverse=True), _LIKENESS))

    def raised_after(self, subject_ref: bytes, time_us: int, alert_id: str, most: int) -> list[StoredAlert]:
        """Return a subject's alerts in the order of their raising, after the one that was raised at a time.

        Those of one time are in the order of their ids. The subject is named by what it is found by.
        """
        is_after = or_(table.c.raise_time_us > time_us, table.c.alert_id > alert_id)
        of_ref = (subjects.c.subject_ref == subject_ref) & (table.c.raise_time_us >= time_us) & is_after
        source = table.join(subjects, subjects.c.subject == table.c.subject)
        ordered = select(*table.c).select_from(source).where(of_ref).order_by(table.c.raise_time_us, table.c.alert_id)
        with self._database.reading() as connection:
            return [StoredAlert.from_row(tuple(row)) for row in connection.execute(ordered.limit(most))]

    def changes_after(self, change_index: int, most: int) -> list[StoredAlert]:
        """Return the alerts that have changed since a change, in the order of their last changes, at most so many."""
        changed = select(*table.c).where(table.c.change_index > change_index).order_by(table.c.change_index)
        with self._database.reading() as connection:
            return [StoredAlert.from_row(tuple(row)) for row in connection.execute(changed.limit(most))]

    def newest_change(self) -> int:
        """Return the index of the newest change, 0 before the first. None that comes later has it."""
        return self._changes.last()

    def _write(self, connection: Connection, changed: Sequence[StoredAlert]) -> list[StoredAlert]:
        if not changed:
            return []
        cursor = connection.connection.cursor()
        first = self._changes.take(cursor, len(changed))
        written = [alert._replace(change_index=first + place) for place, alert in enumerate(changed)]
        self._rows.run(cursor, [alert.row() for alert in written])
        of_changed = accounts.c.subject.in_({alert.subject for alert in written})
        connection.execute(update(accounts).where(of_changed).values(version=accounts.c.version + 1))
        return written

    def _make_due(self, connection: Connection, subjects: Iterable[bytes], now_us: int) -> None:
        """Have accounts looked at whose grades may be others now, though they have no new event."""
        due = [(KeyKind.ACCOUNT, subject, NEVER) for subject in subjects]
        self._due_keys.add(connection.connection.cursor(), due, now_us)

    def _read(self, condition: ColumnElement[bool]) -> list[StoredAlert]:
        with self._database.reading() as connection:
            rows = connection.execute(select(*table.c).where(condition)).all()
        return [StoredAlert.from_row(tuple(row)) for row in rows]


_LIKENESS = attrgetter("monitor", "rule", "code", "severity", "effect")
_CHANGING = [column.name for column in table.c if not column.primary_key]


def is_in_force(now_us: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that `StoredAlert.is_in_force` tells of an alert."""
    # The states are written out, since compiled statements have no parameters but those that are named.
    first, last = (literal_column(str(state), Integer) for state in (OPEN, ACKNOWLEDGED))
    has_not_expired = or_(table.c.expire_time_us.is_(None), table.c.expire_time_us > now_us)
    return table.c.state.between(first, last) & has_not_expired


def _changes(settlements: Sequence[Settlement], known: Iterable[StoredAlert], now_us: int) -> Iterator[StoredAlert]:
    """Yield the alerts that are others after the settlements."""
    by_key: dict[tuple[int, bytes], list[StoredAlert]] = {}
    for alert in known:
        by_key.setdefault((alert.key_kind, alert.key), []).append(alert)
    for settlement in settlements:
        of_key = by_key.get((int(settlement.key_kind), settlement.key), ())
        yield from _changed(settlement, {alert.alert_id: alert for alert in of_key}, now_us)


def _changed(settlement: Settlement, of_key: dict[str, StoredAlert], now_us: int) -> Iterator[StoredAlert]:
    raised = {alert.alert_id: alert for alert in settlement.raised}
    for alert_id, found in raised.items():
        before = of_key.get(alert_id)
        if before is None:
            yield first_raised(found, settlement.key_kind, settlement.key, now_us)
        elif (after := before.found_again(found)) != before:
            yield after
    for alert_id, before in of_key.items():
        if alert_id not in raised and before.trigger_id in settlement.trigger_ids:
            after = before.not_found_again()
            if after != before:
                yield after
