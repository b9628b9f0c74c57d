"""Answers to alerts while the accounts that they are on are erased."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from underwriter.accounts.alert import RaisedAlert
from underwriter.accounts.alert_book import Settlement
from underwriter.accounts.erasure import SubjectErasure
from underwriter.accounts.errors import AlertUnknown
from underwriter.accounts.event_commit import EventCommit
from underwriter.accounts.event_recorder import EventRecorded
from underwriter.accounts.facility_book import FacilityBook
from underwriter.events.key_kind import KeyKind
from underwriter.ledger import SqlLedger, open_ledger
from underwriter.ledger.keys import MasterKeys
from underwriter.service.accounts.account_stores import AccountStores
from underwriter.service.accounts.alert_desk import AlertDesk
from underwriter.storage.schema import account_events
from underwriter.v1.account_event_pb2 import AccountEvent
from underwriter.v1.account_service_pb2 import AcknowledgeAlertRequest

from .accounts_world import event, now_us, someone


class Interrupted(EventCommit):
    """Has a subject erased, and an event of somebody of the same name recorded, before it takes its first event."""

    def __init__(self, stores: AccountStores, erasure: SubjectErasure, since: list[AccountEvent]) -> None:
        super().__init__(stores.events)
        self._stores = stores
        self._erasure = erasure
        self._since = since

    async def record(self, event: AccountEvent, now_us: int, subject: bytes | None = None) -> EventRecorded:
        await self._erasure.erase("erase-1", event.subject_id, now_us)
        self._stores.events.record(self._since, now_us)
        return await super().record(event, now_us, subject)


@pytest.fixture
def ledger(database_url: str) -> Iterator[SqlLedger]:
    with open_ledger(database_url, MasterKeys.generate()) as opened:
        yield opened


@pytest.fixture
def stores(ledger: SqlLedger) -> Iterator[AccountStores]:
    opened = AccountStores.opened(ledger.database, ledger.vault)
    yield opened
    opened.commit.close()


def raised_on(stores: AccountStores, subject_id: str) -> str:
    """Raise an alert on an account that begins here; return its id."""
    trigger = event(subject_id)
    (answer,) = stores.events.record([trigger], now_us())
    assert isinstance(answer, EventRecorded)
    ids = (trigger.event_id,)
    raised = RaisedAlert(answer.subject, "m", "R1", "CODE", 3, 1, trigger.event_id, ids, now_us(), None)
    stores.alerts.settle([Settlement(KeyKind.ACCOUNT, answer.subject, list(ids), [raised])], now_us())
    return str(raised.alert_id)


@pytest.mark.parametrize("has_come_back", [False, True])
def test_an_answer_to_an_alert_of_an_account_that_is_erased_meanwhile_begins_none(
    stores: AccountStores, ledger: SqlLedger, has_come_back: bool
) -> None:
    subject_id = someone()
    alert_id = raised_on(stores, subject_id)
    since = [event(subject_id)] if has_come_back else []
    erasure = SubjectErasure(ledger, FacilityBook(ledger.database), ledger.vault, ledger.database)
    commit = Interrupted(stores, erasure, since)
    request = AcknowledgeAlertRequest(name=f"alerts/{alert_id}", actor="clerk-1", request_id="answer-1")
    with pytest.raises(AlertUnknown):
        asyncio.run(AlertDesk(stores._replace(commit=commit)).acknowledge(request, alert_id))
    commit.close()
    with ledger.database.reading() as connection:
        kept = connection.execute(select(account_events.c.event_id)).scalars().all()
    assert kept == [one.event_id for one in since]
