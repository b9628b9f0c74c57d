"""The grades of early warning: set with their moves, and told over all accounts."""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Connection, func, select
from sqlalchemy.engine.interfaces import DBAPICursor

from underwriter.accounts.joint_transaction import writing_on
from underwriter.accounts.row_lookups import RowLookups
from underwriter.accounts.row_upserts import RowInserts, RowUpserts
from underwriter.accounts.snapshot import snapshot
from underwriter.storage.database import Database
from underwriter.storage.schema import accounts, facilities, facility_parts, subjects, warning_moves

NO_GRADE = ""
_MOVE = (warning_moves.c.from_grade, warning_moves.c.to_grade, warning_moves.c.move_time_us)


class Graded(NamedTuple):
    """The grade that was worked out from a version of a subject's account."""

    subject: bytes
    grade: str
    version: int


class WarningMove(NamedTuple):
    """A move from a grade, empty if there was none, to another."""

    from_grade: str
    to_grade: str
    move_time_us: int


class Lent(NamedTuple):
    """What is owed and what may still be drawn, in minor units."""

    drawn: int
    undrawn: int


class WarningTotal(NamedTuple):
    """The accounts of one grade: how many there are, and what is lent to them by currency."""

    grade: str
    account_count: int
    lent: Mapping[str, Lent]


class WarningSummary(NamedTuple):
    """All accounts by grade, sorted, and how many moves from grade to grade there were."""

    totals: list[WarningTotal]
    moves: Mapping[tuple[str, str], int]


class WarningGrades:
    """The grades and their moves in a database. All methods block, and raise DatabaseUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database
        known = select(accounts.c.subject, accounts.c.warning_grade, accounts.c.graded_version)
        self._known = RowLookups(database, known, accounts.c.subject)
        self._graded = RowUpserts(
            database, accounts, lambda new: {name: new[name] for name in ("graded_version", "warning_grade")}
        )
        newest = select(warning_moves.c.subject, func.max(warning_moves.c.move_time_us))
        self._newest_moves = RowLookups(database, newest.group_by(warning_moves.c.subject), warning_moves.c.subject)
        self._moves = RowInserts(database, warning_moves)

    def set(self, graded: Sequence[Graded], now_us: int, connection: Connection | None = None) -> None:
        """Set grades, of one subject that of the latest version, and keep the move of each that is another than before.

        A grade that was worked out from a later version stands, and an account that was erased gets none. No move is
        told to be before the one before it, even if the clock was set back. It is one transaction, or a part of that
        of a connection of `Database.writing`.
        """
        with writing_on(self._database, connection) as writing:
            cursor = writing.connection.cursor()
            latest = {new.subject: new for new in sorted(graded, key=attrgetter("version"))}
            known = {row[0]: Graded._make(row) for row in self._known.run(cursor, sorted(latest))}
            set_now = [latest[old.subject] for old in known.values() if old.version <= latest[old.subject].version]
            # The account is there, and stays so until the transaction ends: what is said of its state is not written.
            self._graded.run(cursor, [(new.subject, b"", 0, new.version, new.grade) for new in set_now])
            moved = [new for new in set_now if known[new.subject].grade != new.grade]
            self._move(cursor, [(known[new.subject], new) for new in moved], now_us)

    def moves_since(self, subject_ref: bytes, time_us: int, most: int) -> list[WarningMove]:
        """Return the oldest moves of a grade from a time on. The subject is named by what it is found by."""
        source = warning_moves.join(subjects, subjects.c.subject == warning_moves.c.subject)
        of_ref = (subjects.c.subject_ref == subject_ref) & (warning_moves.c.move_time_us >= time_us)
        oldest = select(*_MOVE).select_from(source).where(of_ref).order_by(warning_moves.c.move_time_us).limit(most)
        with self._database.reading() as connection:
            return [WarningMove._make(row) for row in connection.execute(oldest)]

    def moves_of(self, subject: bytes, most: int) -> list[WarningMove]:
        """Return the newest moves of a subject's grade, the newest first."""
        of_subject = select(*_MOVE).where(warning_moves.c.subject == subject)
        newest = of_subject.order_by(warning_moves.c.move_time_us.desc()).limit(most)
        with self._database.reading() as connection:
            return [WarningMove._make(row) for row in connection.execute(newest)]

    def summary(self, start_us: int) -> WarningSummary:
        """Return all accounts by grade, and the moves from a time on, all of one moment.

        Grades that no account has any more are among them if there was a move from or to one since. What is lent is
        over all facilities of the accounts: what is set aside may still be drawn too.
        """
        with snapshot(self._database) as connection:
            counts = _counts(connection)
            lent = _lent(connection)
            moves = _moves_since(connection, start_us)
        moved = {grade for move in moves for grade in move if grade != NO_GRADE}
        grades = sorted(counts.keys() | moved)
        totals = [WarningTotal(grade, counts.get(grade, 0), lent.get(grade, {})) for grade in grades]
        return WarningSummary(totals, moves)

    def _move(self, cursor: DBAPICursor, moved: Sequence[tuple[Graded, Graded]], now_us: int) -> None:
        newest = self._newest_moves.run(cursor, sorted(new.subject for _, new in moved))
        earliest_us = {subject: last_us + 1 for subject, last_us in newest}
        times_us = [max(now_us, earliest_us.get(new.subject, now_us)) for _, new in moved]
        moves = zip(moved, times_us, strict=True)
        self._moves.run(cursor, [(new.subject, time_us, old.grade, new.grade) for (old, new), time_us in moves])


def _counts(connection: Connection) -> dict[str, int]:
    counts = select(accounts.c.warning_grade, func.count()).group_by(accounts.c.warning_grade)
    return dict(map(tuple, connection.execute(counts)))


def _lent(connection: Connection) -> dict[str, dict[str, Lent]]:
    """Return what is lent by grade and currency. PostgreSQL's sums are no int."""
    source = accounts.join(facilities, facilities.c.subject == accounts.c.subject)
    source = source.join(facility_parts, facility_parts.c.facility_id == facilities.c.facility_id)
    key = (accounts.c.warning_grade, facilities.c.currency)
    sums = (func.sum(facility_parts.c.drawn), func.sum(facility_parts.c.undrawn))
    lent: dict[str, dict[str, Lent]] = {}
    for grade, currency, drawn, undrawn in connection.execute(select(*key, *sums).select_from(source).group_by(*key)):
        lent.setdefault(grade, {})[currency] = Lent(int(drawn), int(undrawn))
    return lent


def _moves_since(connection: Connection, start_us: int) -> dict[tuple[str, str], int]:
    key = (warning_moves.c.from_grade, warning_moves.c.to_grade)
    moves = select(*key, func.count()).where(warning_moves.c.move_time_us >= start_us).group_by(*key).order_by(*key)
    return {(from_grade, to_grade): count for from_grade, to_grade, count in connection.execute(moves)}
