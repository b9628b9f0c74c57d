"""Events that are recorded with decisions, unless others came under what was seen for these."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from underwriter.accounts.account_deletion import delete_account
from underwriter.accounts.errors import EventsChanged
from underwriter.accounts.event_book import EventBook, Reach, Span
from underwriter.accounts.event_rows import draft_of
from underwriter.accounts.seen_events import SeenEvent, SeenEvents, Sight
from underwriter.events.key_kind import KeyKind
from underwriter.ledger import Entry, EntryKind, LedgerError, Recorded, SubjectChanged
from underwriter.ledger.entry_writer import EntryWriter
from underwriter.ledger.keys import Vault
from underwriter.storage import Database
from underwriter.v1.account_event_pb2 import AccountEvent

from .account_events import HOUR_US, NOW_US, login_failed

DEVICE, ACCOUNT = KeyKind.DEVICE, KeyKind.ACCOUNT
MOST = 3


class Desk:
    """Decides on events of a day, each with what was seen of one of its keys within the hour before."""

    def __init__(self, database: Database, vault: Vault, writer: EntryWriter) -> None:
        self.events = EventBook(database, vault)
        self.seen = SeenEvents(database, vault)
        self.database, self.vault, self._writer = database, vault, writer

    def sealed(self, event: AccountEvent, kind: KeyKind | None = DEVICE) -> Entry:
        """Return the decision on an event, made now from what is there now."""
        draft = draft_of(event, self.vault)
        sights: tuple[Sight, ...] = ()
        stored = self.events.events_of(draft.subject_ref, 1)
        if kind is not None:
            key = draft.device_ref if kind is DEVICE else stored[0].subject if stored else bytes(16)
            assert key is not None
            span = Span(kind, key, draft.time_us - HOUR_US, draft.time_us, MOST)
            with self.database.reading() as connection:
                found = self.events.within(span, connection)
            sights = (Sight(span, tuple(one.event_id for one in found)),)
        return Entry(
            kind=EntryKind.DECISION,
            entry_id=str(uuid4()),
            request_id=event.event_id,
            subject_id=event.subject_id,
            subject=b"",
            product="LINE",
            outcome=1,
            policy_version="",
            time_us=draft.time_us,
            request=b"request",
            answer=b"answer",
            evidence=b"",
            facts=b"",
            expected_version=None,
            companion=self.seen.companion(SeenEvent(draft, sights, draft.time_us)),
        )

    def record(self, *events: AccountEvent) -> None:
        self.events.record(events, NOW_US)

    def write(self, *entries: Entry) -> list[type[Recorded] | type[LedgerError]]:
        return [type(answer) for answer in self._writer.write(entries)]

    def ids(self, subject_id: str = "subject-1") -> list[str]:
        return [one.event.event_id for one in self.events.events_of(self.vault.subject_ref(subject_id), 99)]


@pytest.fixture
def desk(database: Database, vault: Vault, writer: EntryWriter) -> Desk:
    return Desk(database, vault, writer)


def own(event_id: str = "own", **fields: str) -> AccountEvent:
    return login_failed(event_id, NOW_US, **({"device_id": "device-1"} | fields))


def test_it_is_recorded_with_all_that_follows_from_an_event(desk: Desk) -> None:
    assert desk.write(desk.sealed(own())) == [Recorded]
    (stored,) = desk.events.events_of(desk.vault.subject_ref("subject-1"), 9)
    assert (stored.event, stored.event_time_us, stored.record_time_us) == (own(), NOW_US, NOW_US)
    ((sealed,),) = desk.events.stretches([Reach(DEVICE, desk.vault.device_ref("device-1"), NOW_US, 0, 0)], 9)
    assert desk.events.opened(sealed) == stored
    (again,) = desk.events.record([own()], NOW_US)
    assert getattr(again, "already_recorded", None) is True


CAME = {
    "nothing": (),
    "of the device, by another": (login_failed("e1", NOW_US - 5, subject_id="subject-2", device_id="device-1"),),
    "of the account, on another device": (login_failed("e1", NOW_US - 5, device_id="device-2"),),
    "of both, earlier than what is looked at": (login_failed("e1", NOW_US - HOUR_US - 1, device_id="device-1"),),
    "of both, the earliest": (login_failed("e1", NOW_US - HOUR_US, device_id="device-1"),),
    "of both, in its time": (login_failed("e1", NOW_US, device_id="device-1"),),
    "of neither": (login_failed("e1", NOW_US - 5, subject_id="subject-2", device_id="device-2"),),
}
CHANGED = {
    DEVICE: {"of the device, by another", "of both, the earliest", "of both, in its time"},
    ACCOUNT: {"of the account, on another device", "of both, the earliest", "of both, in its time"},
    None: set[str](),
}


@pytest.mark.parametrize("is_new", [True, False], ids=["new", "known"])
@pytest.mark.parametrize("what", CAME)
@pytest.mark.parametrize("kind", CHANGED, ids=["device", "account", "nothing seen"])
def test_it_is_refused_if_anything_came_under_what_was_seen(
    desk: Desk, kind: KeyKind | None, what: str, is_new: bool
) -> None:
    if not is_new:
        desk.record(login_failed("before", NOW_US - 9, device_id="device-1"))
    entry = desk.sealed(own(), kind)
    desk.record(*CAME[what])
    is_changed = what in CHANGED[kind]
    assert desk.write(entry) == [EventsChanged if is_changed else Recorded]
    assert ("own" in desk.ids()) is not is_changed
    assert desk.write(desk.sealed(own(), kind)) == [Recorded]


def test_of_too_many_events_the_newest_are_compared(desk: Desk) -> None:
    desk.record(*(own(f"e{number}") for number in range(MOST + 2)))
    entry = desk.sealed(own("z1"))
    desk.record(login_failed("early", NOW_US - 9, device_id="device-1"))
    assert desk.write(entry) == [Recorded]
    entry = desk.sealed(own("z2"))
    desk.record(own("late"), own("later"))
    assert desk.write(entry) == [EventsChanged]


@pytest.mark.parametrize(
    ("other", "is_changed"),
    [
        ({"subject_id": "subject-2"}, True),
        ({"device_id": "device-2"}, True),
        ({"subject_id": "subject-2", "device_id": "device-2"}, False),
    ],
    ids=["same device", "same account", "neither"],
)
def test_what_is_recorded_in_the_same_batch_came_before(desk: Desk, other: dict[str, str], is_changed: bool) -> None:
    entries = [desk.sealed(own()), desk.sealed(own("other", **other))]
    assert desk.write(*entries) == [Recorded, EventsChanged if is_changed else Recorded]


def test_one_that_was_refused_does_not_stand_before_others(desk: Desk) -> None:
    stale = desk.sealed(own("stale", subject_id="subject-2"))
    desk.record(own("e1"))
    assert desk.write(stale, desk.sealed(own())) == [EventsChanged, Recorded]


def test_one_that_is_recorded_already_is_left_as_it_is(desk: Desk) -> None:
    desk.record(own())
    assert desk.write(desk.sealed(login_failed("own", NOW_US + 5, device_id="device-1"))) == [Recorded]
    assert desk.ids() == ["own"]
    assert desk.events.events_of(desk.vault.subject_ref("subject-1"), 1)[0].event_time_us == NOW_US


def erase(desk: Desk) -> None:
    (stored,) = desk.events.events_of(desk.vault.subject_ref("subject-1"), 1)
    with desk.database.writing() as connection:
        delete_account(connection, stored.subject)
        connection.exec_driver_sql("DELETE FROM subjects")


@pytest.mark.parametrize(
    ("then", "answer"),
    [(lambda _: None, EventsChanged), (lambda desk: desk.record(own("e2")), EventsChanged)],
    ids=["erased", "erased and new again"],
)
def test_an_account_that_was_erased_since_has_changed(
    desk: Desk, then: Callable[[Desk], None], answer: type[LedgerError]
) -> None:
    desk.record(own("e1"))
    entry = desk.sealed(own(), ACCOUNT)
    erase(desk)
    then(desk)
    assert desk.write(entry) == [answer]


def test_a_subject_that_is_presumed_to_be_new_gets_its_account_under_the_bytes_named(desk: Desk) -> None:
    named = uuid4().bytes
    entries = [desk.sealed(own(event_id))._replace(subject=named) for event_id in ("e1", "e2")]
    assert desk.write(entries[0]) == [Recorded]
    assert desk.events.events_of(desk.vault.subject_ref("subject-1"), 1)[0].subject == named
    other = desk.sealed(own("e3"))._replace(subject=uuid4().bytes)
    assert desk.write(other) == [SubjectChanged]
