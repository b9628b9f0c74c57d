"""A server on small rules that read accounts, and the database behind it, where alerts are raised by hand."""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money

from underwriter.accounts.account_book import AccountBook
from underwriter.accounts.alert import RaisedAlert
from underwriter.accounts.alert_book import AlertBook, Settlement
from underwriter.accounts.event_book import EventBook
from underwriter.accounts.warnings import Graded, WarningGrades
from underwriter.events.key_kind import KeyKind
from underwriter.ledger.keys import Vault, read_master_keys
from underwriter.monitoring.definitions import Effect, Severity
from underwriter.storage import open_database
from underwriter.storage.schema import account_events
from underwriter.v1.account_event_pb2 import AccountEvent, LoginDetail
from underwriter.v1.application_pb2 import Application

RULES = Path(__file__).parent / "account_rules"
FAILED = LoginDetail(succeeded=False)
_numbers = itertools.count(1)


def someone() -> str:
    """Return a subject whom no other test knows."""
    return f"subject-{next(_numbers)}-{uuid4().hex[:8]}"


def now_us() -> int:
    return time.time_ns() // 1000


def at(time_us: int) -> Timestamp:
    moment = Timestamp()
    moment.FromMicroseconds(time_us)
    return moment


def event(subject_id: str, time_us: int | None = None, **fields: Any) -> AccountEvent:
    """Return an event of a subject, a failed login unless told otherwise."""
    what = {"event_id": uuid4().hex} | (
        fields if set(fields) - {"event_id", "device_id"} else {"login": FAILED} | fields
    )
    return AccountEvent(subject_id=subject_id, event_time=at(now_us() if time_us is None else time_us), **what)


def yuan(amount: int) -> Money:
    return Money(currency_code="CNY", units=amount)


def application(subject_id: str, amount: int = 10_000, device_id: str = "") -> Application:
    made = Application()
    made.applicant.subject_id = subject_id
    made.request.amount.CopyFrom(yuan(amount))
    if device_id:
        made.device.device_id = device_id
    return made


class Tables:
    """The database of a server, as a monitor process sees it."""

    def __init__(self, url: str, master_key_file: Path) -> None:
        self.database = open_database(url)
        self.vault = Vault(self.database, read_master_keys(master_key_file))
        self.events = EventBook(self.database, self.vault)
        self.accounts = AccountBook(self.database)
        self.alerts = AlertBook(self.database)
        self.warnings = WarningGrades(self.database)

    def subject(self, subject_id: str) -> bytes:
        account = self.accounts.account(self.vault.subject_ref(subject_id))
        assert account is not None
        return account.subject

    def alert(
        self, subject_id: str, effect: str = "VERIFY", severity: str = "HIGH", expires_us: int | None = None
    ) -> str:
        """Raise an alert on the newest event of a subject; return its name."""
        newest = self.events.events_of(self.vault.subject_ref(subject_id), 1)[0].event
        raised = RaisedAlert(
            subject=self.subject(subject_id),
            monitor="by-hand",
            rule="H1",
            code="BY_HAND",
            severity=Severity.Value(f"ALERT_SEVERITY_{severity}"),
            effect=Effect.Value(f"ALERT_EFFECT_{effect}"),
            trigger_id=newest.event_id,
            event_ids=(newest.event_id,),
            event_time_us=newest.event_time.ToMicroseconds(),
            expire_time_us=expires_us,
        )
        settlement = Settlement(KeyKind.ACCOUNT, raised.subject, [newest.event_id], [raised])
        self.alerts.settle([settlement], now_us())
        return f"alerts/{raised.alert_id}"

    def grade(self, subject_id: str, grade: str) -> None:
        account = self.accounts.account(self.vault.subject_ref(subject_id))
        assert account is not None
        self.warnings.set([Graded(account.subject, grade, account.version)], now_us())

    def damage(self, *event_ids: str) -> None:
        """Write over events, so that they can't be opened."""
        with self.database.writing() as connection:
            of_ids = account_events.c.event_id.in_(event_ids)
            connection.execute(account_events.update().where(of_ids).values(payload=b"damaged"))

    def close(self) -> None:
        self.database.close()


@contextmanager
def opened(url: str, master_key_file: Path) -> Iterator[Tables]:
    tables = Tables(url, master_key_file)
    try:
        yield tables
    finally:
        tables.close()
