"""What is known of an account at a moment, read at once: its figures, its grade, and the alerts in force."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, select

from underwriter.accounts.account_figures import figures, figures_hold_until
from underwriter.accounts.alert_book import is_in_force
from underwriter.accounts.row_lookups import RowLookups
from underwriter.storage.database import Database
from underwriter.storage.schema import accounts, alerts, subjects
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


class AccountBook:
    """The table `accounts` in a database. All methods block, and raise DatabaseUnavailable.

    Each reads one state of the database by one statement, over indexes.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._account = database.compiled(_select_account())
        self._by_ref = database.compiled(_select_known(subjects.c.subject_ref == bindparam("ref")))
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
        return {subject: _known(of_subject, now_us, aging) for subject, of_subject in by_subject.items()}

    def _rows(self, statement: str, values: tuple[Any, ...]) -> Sequence[Any]:
        with self._database.reading() as connection:
            cursor = connection.connection.cursor()
            cursor.execute(statement, values)
            rows: Sequence[Any] = cursor.fetchall()
        return rows


_STORED = (accounts.c.state, accounts.c.version, accounts.c.graded_version, accounts.c.warning_grade)
_TOLD = (accounts.c.subject, accounts.c.state, accounts.c.version, accounts.c.warning_grade, alerts.c.expire_time_us)
_ALERT = ("alert_id", "monitor", "rule", "code", "severity", "effect", "event_time_us")


def _select_account() -> Select[Any]:
    source = subjects.join(accounts, accounts.c.subject == subjects.c.subject)
    of_ref = subjects.c.subject_ref == bindparam("ref")
    return select(subjects.c.subject, *_STORED).select_from(source).where(of_ref)


def _select_known(*conditions: ColumnElement[bool]) -> Select[Any]:
    """The account comes with each of its alerts in force, and alone if there is none."""
    with_alerts = (alerts.c.subject == subjects.c.subject) & is_in_force(bindparam("now_us", type_=BigInteger))
    source = subjects.join(accounts, accounts.c.subject == subjects.c.subject).outerjoin(alerts, with_alerts)
    return select(*_TOLD, *(alerts.c[name] for name in _ALERT)).select_from(source).where(*conditions)


def _known(rows: Sequence[Any], now_us: int, aging: Collection[str] = ()) -> KnownAccount:
    """Return what rows of `_select_known` tell of one account."""
    _, stored, version, grade, *_ = rows[0]
    state = AccountState.FromString(stored)
    told = (row[len(_TOLD) :] for row in rows)
    in_force = [AlertEvidence(**dict(zip(_ALERT, alert, strict=True))) for alert in told if alert[0] is not None]
    in_force.sort(key=lambda alert: (alert.event_time_us, alert.alert_id))
    evidence = AccountEvidence(figures=figures(state, now_us), alerts=in_force, warning_grade=grade)
    ends = [row[len(_TOLD) - 1] for row in rows]
    ends.append(figures_hold_until(state, now_us, aging) if aging else None)
    return KnownAccount(version, evidence, min((end for end in ends if end is not None), default=None))
