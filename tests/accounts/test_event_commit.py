"""Events of concurrent calls: recorded together, answered each to the one who asked."""

import asyncio
from collections.abc import Iterator

import pytest

from underwriter.accounts.errors import AmountTooFine, EventIdReused
from underwriter.accounts.event_book import EventBook
from underwriter.accounts.event_commit import EventCommit
from underwriter.accounts.event_recorder import EventRecorded
from underwriter.ledger.keys import Vault
from underwriter.storage import Database, DatabaseUnavailable

from .account_events import NOW_US, event_of, login_failed, money


@pytest.fixture
def commit(database: Database, vault: Vault) -> Iterator[EventCommit]:
    opened = EventCommit(EventBook(database, vault))
    yield opened
    opened.close()


def test_each_caller_gets_the_answer_to_its_event(commit: EventCommit, database: Database, vault: Vault) -> None:
    too_fine = event_of("fine", drawdown={"amount": money("1.5", "JPY")})

    async def record_all() -> list[EventRecorded | BaseException]:
        first = await commit.record(login_failed("e0"), NOW_US)
        events = [login_failed("e0"), login_failed("e0", NOW_US + 1), too_fine]
        events += [login_failed(f"e{number}") for number in range(1, 100)]
        calls = (commit.record(event, NOW_US) for event in events)
        return [first, *await asyncio.gather(*calls, return_exceptions=True)]

    first, again, reused, fine, *others = asyncio.run(record_all())
    assert isinstance(first, EventRecorded)
    assert not first.already_recorded
    assert again == first._replace(already_recorded=True)
    assert (type(reused), type(fine)) == (EventIdReused, AmountTooFine)
    recorded = [answer.event_id for answer in others if isinstance(answer, EventRecorded)]
    assert recorded == [f"e{number}" for number in range(1, 100)]
    assert len(EventBook(database, vault).events_of(vault.subject_ref("subject-1"), 200)) == 100


def test_what_is_in_flight_is_recorded_before_the_end(database: Database, vault: Vault) -> None:
    commit = EventCommit(EventBook(database, vault))

    async def record_and_close() -> EventRecorded:
        call = asyncio.ensure_future(commit.record(login_failed("e1"), NOW_US))
        await asyncio.sleep(0)
        commit.close()
        with pytest.raises(DatabaseUnavailable):
            await commit.record(login_failed("e2"), NOW_US)
        return await call

    assert asyncio.run(record_and_close()).event_id == "e1"
    assert len(EventBook(database, vault).events_of(vault.subject_ref("subject-1"), 9)) == 1
