"""What staff see of alerts, and how they answer them."""

import asyncio
import time

from underwriter.accounts.errors import AlertUnknown, EventIdReused
from underwriter.ledger import RequestIdReused, SubjectUnknown
from underwriter.ledger.keys import SealingError
from underwriter.service.accounts.account_messages import alert_message, timestamp
from underwriter.service.accounts.account_stores import AccountStores
from underwriter.service.accounts.alert_stream import ChangedAlert
from underwriter.service.accounts.own_events import answer_event_id
from underwriter.service.resources import alert_name
from underwriter.v1.account_event_pb2 import AccountEvent, ManualActionDetail
from underwriter.v1.account_pb2 import Alert
from underwriter.v1.account_service_pb2 import AcknowledgeAlertRequest

ACKNOWLEDGED, RELEASED = "ALERT_ACKNOWLEDGED", "ALERT_RELEASED"


class AlertDesk:
    """Tells alerts with the lender's identifiers of their accounts, which events tell, and takes answers to them."""

    def __init__(self, stores: AccountStores) -> None:
        self._stores = stores

    async def acknowledge(self, request: AcknowledgeAlertRequest, alert_id: str) -> Alert:
        """Answer an alert; that somebody did so becomes an event of its account first.

        The same request again changes nothing more. Raises AlertUnknown, RequestIdReused if the id came with another
        answer before, and DatabaseUnavailable.
        """
        subject, subject_id = await asyncio.to_thread(self._holder_of, alert_id)
        now_us = time.time_ns() // 1000
        event = _answer_event(request, alert_id, subject_id, now_us)
        try:
            await self._stores.commit.record(event, now_us, subject)
        except SubjectUnknown:
            raise AlertUnknown(alert_id) from None
        except EventIdReused:
            if not await asyncio.to_thread(self._is_recorded, event):
                raise RequestIdReused(request.request_id) from None
        answered = await asyncio.to_thread(
            self._stores.alerts.acknowledge, alert_id, request.actor, now_us, release=request.release
        )
        return alert_message(answered, subject_id)

    def changes_after(self, change_index: int, most: int) -> list[ChangedAlert]:
        """Return alerts in the order of their last changes, as they are now. Blocks meanwhile.

        Those of accounts that are being erased are left out. One of which no event can be opened says nothing of its
        account: those of all others come after it. Raises DatabaseUnavailable.
        """
        changed = self._stores.alerts.changes_after(change_index, most)
        holders = {subject: self._told_holder(subject) for subject in {one.subject for one in changed}}
        return [
            ChangedAlert(alert.change_index, alert_message(alert, subject_id))
            for alert in changed
            if (subject_id := holders[alert.subject]) is not None
        ]

    def _holder_of(self, alert_id: str) -> tuple[bytes, str]:
        """Return what stands for the holder of an alert's account, and the lender's identifier of the holder."""
        subject = self._stores.alerts.alert(alert_id).subject
        subject_id = self._stores.events.subject_id_of(subject)
        if subject_id is None:
            raise AlertUnknown(alert_id)
        return subject, subject_id

    def _told_holder(self, subject: bytes) -> str | None:
        """Return who holds an account: empty if no event can be opened that tells, None if there is none."""
        try:
            return self._stores.events.subject_id_of(subject)
        except SealingError:
            return ""

    def _is_recorded(self, event: AccountEvent) -> bool:
        """Tell whether an event is recorded under the id that is the same but for its time."""
        stored = self._stores.events.event(event.event_id)
        if stored is None:
            return False
        event.event_time.CopyFrom(stored.event.event_time)
        return stored.event == event


def _answer_event(request: AcknowledgeAlertRequest, alert_id: str, subject_id: str, now_us: int) -> AccountEvent:
    """Return the event that an answer is. Its id is made from the request's."""
    return AccountEvent(
        event_id=answer_event_id(request.request_id),
        subject_id=subject_id,
        event_time=timestamp(now_us),
        manual_action=ManualActionDetail(
            action=RELEASED if request.release else ACKNOWLEDGED,
            actor=request.actor,
            note=request.note,
            alert=alert_name(alert_id),
        ),
    )
