"""The grades of early warning: set with their moves, and told over all accounts."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Update, bindparam, func, select, update

from underwriter.accounts.joint_transaction import writing_on
from underwriter.accounts.row_lookups import RowLookups
from underwriter.accounts.snapshot import snapshot
from underwriter.storage.database import Database
from underwriter.storage.schema import accounts, facilities, facility_parts, warning_moves

NO_GRADE = ""
_GRADED = (accounts.c.warning_grade, accounts.c.graded_version)


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
        self._set = database.compiled(_set_grade())

    def set(self, graded: Sequence[Graded], now_us: int, connection: Connection | None = None) -> None:
        """Set grades, and keep the move of each that is another than before.

        A grade that was worked out from a later version stands, and an account that was erased gets none. No move is
        told to be before the one before it, even if the clock was set back. It is one transaction, or a part of that
        of a connection of `Database.writing`.
        """
        with writing_on(self._database, connection) as writing:
            cursor = writing.connection.cursor()
            rows = self._known.run(cursor, sorted({new.subject for new in graded}))
            known = {subject: Graded(subject, grade, version) for subject, grade, version in rows}
            for new in graded:
                before = known.get(new.subject)
                if before is not None and before.version <= new.version:
                    known[new.subject] = new
                    cursor.execute(self._set, (new.grade, new.version, new.subject))
                    if before.grade != new.grade:
                        self._move(writing, new.subject, WarningMove(before.grade, new.grade, now_us))

    def moves_of(self, subject: bytes, most: int) -> list[WarningMove]:
        """Return the newest moves of a subject's grade, the newest first."""
        columns = (warning_moves.c.from_grade, warning_moves.c.to_grade, warning_moves.c.move_time_us)
        of_subject = select(*columns).where(warning_moves.c.subject == subject)
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

    def _move(self, connection: Connection, subject: bytes, move: WarningMove) -> None:
        newest = select(func.max(warning_moves.c.move_time_us)).where(warning_moves.c.subject == subject)
        last_us = connection.execute(newest).scalar_one()
        if last_us is not None:
            move = move._replace(move_time_us=max(move.move_time_us, last_us + 1))
        connection.execute(self._database.insert(warning_moves).values(subject=subject, **move._asdict()))


def _set_grade() -> Update:
    of_subject = update(accounts).where(accounts.c.subject == bindparam("graded_subject"))
    return of_subject.ordered_values(*((column, bindparam(column.name, type_=column.type)) for column in _GRADED))


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
