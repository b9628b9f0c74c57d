"""Exports what is stored on a subject's account, readable: its events, its alerts, and the moves of its grade."""

from collections.abc import Iterator

from google.protobuf.message import Message

from underwriter.accounts.alert_book import AlertBook
from underwriter.accounts.event_book import EventBook
from underwriter.accounts.warnings import WarningGrades
from underwriter.ledger.export import message_json
from underwriter.ledger.keys.vault import Vault
from underwriter.ledger.page_token import Position
from underwriter.service.accounts.account_messages import alert_message, move_message, timestamp
from underwriter.service.resources import alert_name
from underwriter.v1.ledger_service_pb2 import SubjectRecord

EVENT, ALERT, MOVE = "ACCOUNT_EVENT", "ALERT", "WARNING_MOVE"


class AccountExport:
    """Events by the times of their recording, alerts, as they are now, by those of their raising, moves by theirs."""

    def __init__(self, events: EventBook, alerts: AlertBook, warnings: WarningGrades, vault: Vault) -> None:
        self._events = events
        self._alerts = alerts
        self._warnings = warnings
        self._vault = vault

    def records_after(self, subject_id: str, after: Position, most: int) -> list[SubjectRecord]:
        """See `OtherRecords.records_after`."""
        return sorted(self._of_each_kind(subject_id, after, most), key=_order)[:most]

    def _of_each_kind(self, subject_id: str, after: Position, most: int) -> Iterator[SubjectRecord]:
        ref = self._vault.subject_ref(subject_id)
        for stored in self._events.recorded_after(subject_id, *after, most):
            yield _record(f"events/{stored.event.event_id}", EVENT, stored.record_time_us, request=stored.event)
        for alert in self._alerts.raised_after(ref, *after, most):
            answer = alert_message(alert, subject_id)
            yield _record(alert_name(alert.alert_id), ALERT, alert.raise_time_us, answer=answer)
        for move in self._warnings.moves_since(ref, after.time_us, most + 1):
            name = f"warning_moves/{move.move_time_us}"
            record = _record(name, MOVE, move.move_time_us, answer=move_message(move))
            if _order(record) > after:
                yield record


def _record(
    name: str, kind: str, time_us: int, request: Message | None = None, answer: Message | None = None
) -> SubjectRecord:
    return SubjectRecord(
        name=name,
        kind=kind,
        record_time=timestamp(time_us),
        request_json="" if request is None else message_json(request),
        answer_json="" if answer is None else message_json(answer),
    )


def _order(record: SubjectRecord) -> Position:
    return Position(record.record_time.ToMicroseconds(), record.name.rpartition("/")[2])
