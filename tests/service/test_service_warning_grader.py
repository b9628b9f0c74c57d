"""Early warning as shipped: accounts are graded from their figures and alerts, and again when these have aged."""

from collections.abc import Iterator

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from underwriter.accounts.account_book import AccountBook
from underwriter.accounts.alert_book import AlertBook
from underwriter.accounts.event_book import EventBook
from underwriter.accounts.event_recorder import EventRecorded
from underwriter.accounts.warnings import Graded, WarningGrades
from underwriter.accounts.work_queue import WorkQueue
from underwriter.decisioning import load_product
from underwriter.ledger.keys import MasterKeys, Vault
from underwriter.monitoring.following import Follower, Grading, Stores
from underwriter.monitoring.monitor_set import MonitorSet
from underwriter.policy import read_rule_files
from underwriter.service.monitoring.warning_grader import WarningGrader
from underwriter.storage import Database, open_database
from underwriter.v1.account_event_pb2 import AccountEvent, InquiryDetail

from ..monitoring.oracle import OracleMatcher
from .conftest import PROJECT

NOW_US = 1_780_000_000_000_000
DAY_US = 86_400_000_000
WEEK_LATER_US = NOW_US + 7 * DAY_US + 1


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def events(database: Database) -> EventBook:
    return EventBook(database, Vault(database, MasterKeys.generate()))


@pytest.fixture
def grader(database: Database) -> WarningGrader:
    policy = load_product(read_rule_files(PROJECT / "rules"), PROJECT / "models", "EARLY_WARNING")
    assert policy is not None
    return WarningGrader(policy, AccountBook(database))


def ask_lenders(events: EventBook, count: int) -> bytes:
    """Record that so many lenders asked about somebody, at one moment."""
    moment = Timestamp(seconds=NOW_US // 1_000_000)
    asked = [
        AccountEvent(event_id=f"e{n}", subject_id="someone", event_time=moment, inquiry=InquiryDetail(lender=f"L{n}"))
        for n in range(count)
    ]
    answer = events.record(asked, NOW_US)[0]
    assert isinstance(answer, EventRecorded)
    return answer.subject


@pytest.mark.parametrize(("lenders", "grade"), [(2, "NONE"), (3, "WATCH"), (5, "WARNING")])
def test_accounts_are_graded_by_their_figures(
    events: EventBook, grader: WarningGrader, lenders: int, grade: str
) -> None:
    subject = ask_lenders(events, lenders)
    assert grader([subject, b"nobody"], NOW_US) == [Grading(Graded(subject, grade, lenders), WEEK_LATER_US)]
    assert grader([subject], WEEK_LATER_US) == [Grading(Graded(subject, "NONE", lenders), None)]


def test_a_grade_falls_back_when_what_it_goes_by_has_aged(
    database: Database, events: EventBook, grader: WarningGrader
) -> None:
    stores = Stores(database, events, AlertBook(database), WorkQueue(database), WarningGrades(database))
    follower = Follower(MonitorSet((), "1"), OracleMatcher(), stores, grader, 1000)
    subject = ask_lenders(events, 5)
    for now_us, is_due in ((NOW_US, True), (WEEK_LATER_US - 1, False), (WEEK_LATER_US, True), (2 * NOW_US, False)):
        assert follower.step(now_us) == is_due
    moves = stores.warnings.moves_of(subject, 9)
    assert [(move.to_grade, move.move_time_us) for move in moves] == [("NONE", WEEK_LATER_US), ("WARNING", NOW_US)]
