"""What is exported of a subject's account: its events, its alerts and the moves of its grade, each once, in order."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from underwriter.accounts.alert import RaisedAlert
from underwriter.accounts.alert_book import AlertBook, Settlement
from underwriter.accounts.erasure import SubjectErasure
from underwriter.accounts.event_book import EventBook
from underwriter.accounts.event_recorder import EventRecorded
from underwriter.accounts.facility_book import FacilityBook
from underwriter.accounts.warnings import Graded, WarningGrades
from underwriter.events.key_kind import KeyKind
from underwriter.ledger import EntryKind, SqlLedger, SubjectUnknown, open_ledger
from underwriter.ledger.export import SubjectExport
from underwriter.ledger.keys import MasterKeys
from underwriter.service.accounts.account_export import AccountExport
from underwriter.v1.ledger_service_pb2 import SubjectRecord

from ..accounts.account_events import NOW_US, login_failed
from ..accounts.reservations import entry_of, reservation


class Accounts:
    """A ledger with all that accounts are kept in."""

    def __init__(self, ledger: SqlLedger) -> None:
        self.ledger = ledger
        self.events = EventBook(ledger.database, ledger.vault)
        self.alerts = AlertBook(ledger.database)
        self.warnings = WarningGrades(ledger.database)

    def decide(self, time_us: int) -> str:
        """Record a decision on subject-1; return its name."""
        entry = entry_of(reservation({"own": 5}, 1), "subject-1", time_us, 0)._replace(request=b"", answer=b"")
        asyncio.run(self.ledger.commit(entry))
        return f"decisions/{entry.entry_id}"

    def raise_alert(self, subject: bytes, rule: str, time_us: int) -> str:
        """Raise an alert about the event `a`; return its name."""
        alert = RaisedAlert(subject, "m", rule, "CODE", 3, 1, "a", ("b", "a"), NOW_US, NOW_US + 100)
        self.alerts.settle([Settlement(KeyKind.ACCOUNT, subject, [], [alert])], time_us)
        return f"alerts/{alert.alert_id}"

    def exported(self, page_size: int) -> list[SubjectRecord]:
        others = AccountExport(self.events, self.alerts, self.warnings, self.ledger.vault)
        export = SubjectExport(self.ledger.entries, others, self.ledger.vault)
        records: list[SubjectRecord] = []
        token = ""
        while True:
            page = asyncio.run(export.page("subject-1", page_size, token))
            records += page.records
            token = page.next_page_token
            if not token:
                return records


@pytest.fixture
def accounts(database_url: str) -> Iterator[Accounts]:
    with open_ledger(database_url, MasterKeys.generate()) as opened:
        yield Accounts(opened)


@pytest.mark.parametrize("page_size", [1, 2, 20])
def test_all_of_an_account_is_exported_once_in_the_order_in_which_it_came(accounts: Accounts, page_size: int) -> None:
    early, late, same = login_failed("b", NOW_US + 9), login_failed("a"), login_failed("c", device_id="手机")
    answers = accounts.events.record([early, login_failed("other", subject_id="subject-2")], NOW_US)
    subject, other = (answer.subject for answer in answers if isinstance(answer, EventRecorded))
    decision = accounts.decide(NOW_US + 1)
    accounts.events.record([late, same], NOW_US + 2)
    at_once = [accounts.raise_alert(subject, rule, NOW_US + 2) for rule in ("R1", "R2", "R3")]
    accounts.raise_alert(other, "R1", NOW_US + 2)
    accounts.warnings.set([Graded(subject, "WATCH", 5), Graded(other, "ALARM", 5)], NOW_US + 2)
    accounts.warnings.set([Graded(subject, "NONE", 6)], NOW_US + 3)
    last = accounts.raise_alert(subject, "R4", NOW_US + 4)
    found = accounts.exported(page_size)
    moves = [f"warning_moves/{NOW_US + after_us}" for after_us in (2, 3)]
    at_once = sorted([*at_once, "events/a", "events/c", moves[0]], key=lambda name: name.rpartition("/")[2])
    assert [record.name for record in found] == ["events/b", decision, *at_once, moves[1], last]
    assert [record.record_time.ToMicroseconds() - NOW_US for record in found] == [0, 1, *[2] * 6, 3, 4]
    kinds = {"events": "ACCOUNT_EVENT", "alerts": "ALERT", "warning_moves": "WARNING_MOVE"}
    kinds["decisions"] = EntryKind.DECISION.name
    assert [record.kind for record in found] == [kinds[record.name.partition("/")[0]] for record in found]


def test_what_is_exported_says_what_happened(accounts: Accounts) -> None:
    (answer,) = accounts.events.record([login_failed("a", device_id="手机")], NOW_US)
    assert isinstance(answer, EventRecorded)
    name = accounts.raise_alert(answer.subject, "R1", NOW_US + 1)
    accounts.alerts.acknowledge(name.rpartition("/")[2], "clerk", NOW_US + 9, release=True)
    accounts.warnings.set([Graded(answer.subject, "WATCH", 5)], NOW_US + 2)
    event, alert, move = accounts.exported(10)
    assert json.loads(event.request_json) == {
        "event_id": "a",
        "subject_id": "subject-1",
        "event_time": "2026-09-21T14:13:20Z",
        "device_id": "手机",
        "login": {"succeeded": False},
    }
    told = json.loads(alert.answer_json)
    assert (told["name"], told["account"], told["events"]) == (name, "accounts/subject-1", ["b", "a"])
    assert (told["state"], told["actor"]) == ("ALERT_STATE_RELEASED", "clerk")
    assert json.loads(move.answer_json) == {"to_grade": "WATCH", "move_time": "2026-09-21T14:13:20.000002Z"}
    assert (event.answer_json, alert.request_json, move.request_json) == ("", "", "")


def test_after_the_erasure_nothing_is_exported(accounts: Accounts) -> None:
    (answer,) = accounts.events.record([login_failed("a")], NOW_US)
    assert isinstance(answer, EventRecorded)
    accounts.raise_alert(answer.subject, "R1", NOW_US)
    accounts.warnings.set([Graded(answer.subject, "WATCH", 5)], NOW_US)
    ledger = accounts.ledger
    erasure = SubjectErasure(ledger, FacilityBook(ledger.database), ledger.vault, ledger.database)
    asyncio.run(erasure.erase("erase-1", "subject-1", NOW_US))
    with pytest.raises(SubjectUnknown):
        accounts.exported(5)
