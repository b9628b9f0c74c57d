"""What is known of an account at a moment, read at once: its figures, its grade, and the alerts in force."""

from collections.abc import Collection, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, bindparam, select

from underwriter.accounts.account_figures import figures, figures_hold_until
from underwriter.accounts.account_state import advance
from underwriter.accounts.alert import newest_alike
from underwriter.accounts.alert_book import is_in_force
from underwriter.accounts.event_rows import EventDraft
from underwriter.accounts.row_lookups import RowLookups
from underwriter.storage.database import Database
from underwriter.storage.schema import account_events, accounts, alerts, subjects
from underwriter.v1.record_pb2 import AccountEvidence, AccountState, AlertEvidence


class AccountRow(NamedTuple):
    """An account as it is kept; the columns are explained with the table."""

    subject: bytes
    state: AccountState
    version: int
    graded_version: int
    warning_grade: str


class KnownAccount(NamedTuple):
    """What is known of an account, and the version that it is of.

    It is so until `until_us` if nothing happens: an alert ends then, or a figure that was asked for has aged. None: for
    ever.
    """

    version: int
    evidence: AccountEvidence
    until_us: int | None


class AccountWithEvent(NamedTuple):
    """What is known of an account once an event is recorded.

    `subject` is None if the subject is new. `recorded_time_us` is the event's time if it was recorded before.
    """

    subject: bytes | None
    recorded_time_us: int | None
    evidence: AccountEvidence


class AccountBook:
    """The table `accounts` in a database. All methods block, and raise DatabaseUnavailable.

    Each reads one state of the database by one statement, over indexes.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._account = database.compiled(_select_account())
        of_ref = subjects.c.subject_ref == bindparam("ref")
        self._by_ref = database.compiled(_select_known(of_ref))
        self._with_event = database.compiled(_select_with_event(of_ref))
        self._by_subject = RowLookups(database, _select_known(), accounts.c.subject)

    def account(self, subject_ref: bytes) -> AccountRow | None:
        """Return an account, named by what its subject is found by; None if nothing happened to it."""
        rows = self._rows(self._account, (subject_ref,))
        if not rows:
            return None
        subject, state, *told = rows[0]
        return AccountRow(subject, AccountState.FromString(state), *told)

    def account_evidence(self, subject_ref: bytes, now_us: int) -> AccountEvidence:
        """Return what is known of a subject's account at a time; nothing at all if nothing happened to it."""
        rows = self._rows(self._by_ref, (now_us, subject_ref))
        return _known(rows, now_us).evidence if rows else AccountEvidence()

    def with_event(self, event: EventDraft, now_us: int, connection: Connection) -> AccountWithEvent:
        """Return what will be known of an account, at a time, with an event of it, as a connection reads it."""
        cursor = connection.connection.cursor()
        cursor.execute(self._with_event, (event.event_id, now_us, event.subject_ref))
        rows: Sequence[Any] = cursor.fetchall()
        if not rows:
            return AccountWithEvent(None, None, AccountEvidence(figures=figures(event.told, now_us)))
        subject, recorded_time_us = rows[0][0], rows[0][-1]
        told = [event.told] if recorded_time_us is None else []
        return AccountWithEvent(subject, recorded_time_us, _known([row[:-1] for row in rows], now_us, told).evidence)

    def known_of(
        self, known_subjects: Collection[bytes], now_us: int, aging: Collection[str] = ()
    ) -> dict[bytes, KnownAccount]:
        """Return what is known of subjects' accounts at a time, but for those to which nothing happened.

        `aging` are the figures for which it matters that they age.
        """
        with self._database.reading() as connection:
            cursor = connection.connection.cursor()
            rows = self._by_subject.run(cursor, sorted(known_subjects), (now_us,))
        by_subject: dict[bytes, list[Any]] = {}
        for row in rows:
            by_subject.setdefault(row[0], []).append(row)
        return {subject: _known(of_subject, now_us, aging=aging) for subject, of_subject in by_subject.items()}

    def _rows(self, statement: str, values: tuple[Any, ...]) -> Sequence[Any]:
        with self._database.reading() as connection:
            cursor = connection.connection.cursor()
            cursor.execute(statement, values)
            rows: Sequence[Any] = cursor.fetchall()
        return rows


_STORED = (accounts.c.state, accounts.c.version, accounts.c.graded_version, accounts.c.warning_grade)
_TOLD = (subjects.c.subject, accounts.c.state, accounts.c.version, accounts.c.warning_grade, alerts.c.expire_time_us)
_ALERT = ("alert_id", "monitor", "rule", "code", "severity", "effect", "event_time_us")
_AT = {name: place for place, name in enumerate(_ALERT, len(_TOLD))}
_NEWER = itemgetter(_AT["event_time_us"], _AT["alert_id"])
_LIKENESS = itemgetter(*(_AT[name] for name in ("monitor", "rule", "code", "severity", "effect")))


def _select_account() -> Select[Any]:
    source = subjects.join(accounts, accounts.c.subject == subjects.c.subject)
    of_ref = subjects.c.subject_ref == bindparam("ref")
    return select(subjects.c.subject, *_STORED).select_from(source).where(of_ref)


def _select_known(*conditions: ColumnElement[bool], of_all: bool = False) -> Select[Any]:
    """The account comes with each of its alerts in force, and alone if there is none.

    With `of_all`, subjects without an account come too, with null for what would be known of it.
    """
    with_alerts = (alerts.c.subject == subjects.c.subject) & is_in_force(bindparam("now_us", type_=BigInteger))
    source = subjects.join(accounts, accounts.c.subject == subjects.c.subject, isouter=of_all)
    source = source.outerjoin(alerts, with_alerts)
    return select(*_TOLD, *(alerts.c[name] for name in _ALERT)).select_from(source).where(*conditions)


def _select_with_event(of_ref: ColumnElement[bool]) -> Select[Any]:
    """The time of an event comes last, null if it is not recorded."""
    recorded = select(account_events.c.event_time_us).where(account_events.c.event_id == bindparam("event_id"))
    return _select_known(of_ref, of_all=True).add_columns(recorded.scalar_subquery())


def _known(
    rows: Sequence[Any], now_us: int, told: Sequence[AccountState] = (), aging: Collection[str] = ()
) -> KnownAccount:
    """Return what rows of `_select_known` tell of one account, together with what events tell that are not in it.

    Of alerts that are alike, those that `newest_alike` leaves are told.
    """
    _, stored, version, grade, *_ = rows[0]
    known = AccountState.FromString(stored or b"")
    state = advance(known, told) if told else known
    alerted = sorted((row for row in rows if row[_AT["alert_id"]] is not None), key=_NEWER, reverse=True)
    in_force = list(newest_alike(alerted, _LIKENESS))
    alerts_told = [AlertEvidence(**dict(zip(_ALERT, row[len(_TOLD) :], strict=True))) for row in reversed(in_force)]
    evidence = AccountEvidence(figures=figures(state, now_us), alerts=alerts_told, warning_grade=grade or "")
    ends = [row[len(_TOLD) - 1] for row in in_force]
    ends.append(figures_hold_until(state, now_us, aging) if aging else None)
    return KnownAccount(version or 0, evidence, min((end for end in ends if end is not None), default=None))
