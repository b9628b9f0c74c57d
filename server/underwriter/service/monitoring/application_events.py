"""The event that an application is going to be, and what is read of the events that it comes among."""

from bisect import insort
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import Connection

from underwriter.accounts.errors import AmountTooFine
from underwriter.accounts.event_book import EventBook, Span
from underwriter.accounts.event_rows import EventDraft, SealedEvent, StoredEvent, draft_of
from underwriter.accounts.money import minor_units_of
from underwriter.accounts.seen_events import SeenEvent, Sight
from underwriter.events.key_kind import KeyKind
from underwriter.ledger.keys.vault import Vault, new_subject_bytes
from underwriter.monitoring.event_values import window_event
from underwriter.monitoring.stretch import sealed_event
from underwriter.monitoring.views import MOST_BEFORE, View, look
from underwriter.monitoring.window import Window, WindowEvent
from underwriter.service.accounts.account_stores import AccountStores
from underwriter.service.accounts.own_events import application_event_id
from underwriter.v1.account_event_pb2 import AccountEvent
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import AccountEvidence

CLOCKS_APART_US = 1_000_000
"""How far the clocks of servers that share a database may be apart."""

KeyedView = tuple[KeyKind, View]
"""A view, and the kind of key whose events it shows."""


class Surroundings(NamedTuple):
    """What was read for an application: what is known of the account with it, and the events around it, by view.

    `own` is the event of the application as it will be recorded, `seen` what goes with the decision. `new_subject`
    stands for an applicant who is new; it is empty if the subject is known.
    """

    own: StoredEvent
    new_subject: bytes
    account: AccountEvidence
    seen: SeenEvent
    around: Sequence[tuple[View, Sequence[SealedEvent]]]

    def windows(self, book: EventBook) -> Iterator[tuple[View, list[Window]]]:
        """Yield the windows of the application and of the events after it, as far as a view tries a rule on them.

        An event after it may have been recorded before it, by another clock.
        """

        def read(one: StoredEvent | SealedEvent, currency: str) -> WindowEvent:
            if isinstance(one, StoredEvent):
                return window_event(one.event, one.subject, currency)
            return sealed_event(book, one, currency)

        own_id = self.own.event.event_id
        for view, events in self.around:
            shown: list[StoredEvent | SealedEvent] = [one for one in events if one.event_id != own_id]
            insort(shown, self.own, key=_place)
            yield view, look(view, shown, read, self.own.event_time_us, self.seen.now_us).windows


def application_draft(request: DecideRequest, time_us: int, vault: Vault) -> EventDraft:
    """Return the event that an application is. Its id is made from the request's, and no client's has its form."""
    application = request.application
    event = AccountEvent(
        event_id=application_event_id(request.request_id),
        subject_id=application.applicant.subject_id,
        device_id=application.device.device_id,
    )
    event.event_time.FromMicroseconds(time_us)
    event.application.product = request.product
    if application.request.HasField("amount"):
        with suppress(AmountTooFine):  # an amount that can't be paid out says nothing
            minor_units_of(application.request.amount)
            event.application.amount.CopyFrom(application.request.amount)
    return draft_of(event, vault)


def read_surroundings(
    draft: EventDraft, views: Sequence[KeyedView], now_us: int, stores: AccountStores, connection: Connection
) -> Surroundings:
    """Read what is around an application, as a connection reads it.

    One that is recorded already, though not decided on, happened when it was recorded. Raises what the database raises.
    """
    account = stores.accounts.with_event(draft, now_us, connection)
    if account.recorded_time_us is not None:
        draft = _at(draft, account.recorded_time_us, stores.vault)
    new_subject = b"" if account.subject else new_subject_bytes()
    subject = account.subject or new_subject
    own = StoredEvent(0, subject, draft.device_ref, draft.kind, draft.time_us, draft.time_us, draft.event)
    keys = {KeyKind.ACCOUNT: subject, KeyKind.DEVICE: draft.device_ref}
    sights: list[Sight] = []
    around: list[tuple[View, Sequence[SealedEvent]]] = []
    for kind, view in views:
        key = keys[kind]
        if key is not None:
            span = Span(kind, key, draft.time_us - view.reach_back_us, now_us + CLOCKS_APART_US, MOST_BEFORE + 1)
            events = stores.events.within(span, connection)
            sights.append(Sight(span, tuple([one.event_id for one in events])))
            around.append((view, events))
    return Surroundings(own, new_subject, account.evidence, SeenEvent(draft, tuple(sights), now_us), around)


def _at(draft: EventDraft, time_us: int, vault: Vault) -> EventDraft:
    event = AccountEvent()
    event.CopyFrom(draft.event)
    event.event_time.FromMicroseconds(time_us)
    return draft_of(event, vault)


def _place(one: StoredEvent | SealedEvent) -> tuple[int, str]:
    """Return what events stand in order by."""
    return one.event_time_us, one.event.event_id if isinstance(one, StoredEvent) else one.event_id
