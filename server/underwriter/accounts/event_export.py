"""Exports the events of a subject's account, readable."""

from google.protobuf.timestamp_pb2 import Timestamp

from underwriter.accounts.event_book import EventBook
from underwriter.accounts.event_rows import StoredEvent
from underwriter.ledger.export import message_json
from underwriter.ledger.page_token import Position
from underwriter.v1.ledger_service_pb2 import SubjectRecord

KIND = "ACCOUNT_EVENT"


class EventExport:
    """Events as records of a subject, by the times of their recording."""

    def __init__(self, book: EventBook) -> None:
        self._book = book

    def records_after(self, subject_id: str, after: Position, most: int) -> list[SubjectRecord]:
        """See `OtherRecords.records_after`."""
        return [_exported(event) for event in self._book.recorded_after(subject_id, *after, most)]


def _exported(stored: StoredEvent) -> SubjectRecord:
    time = Timestamp()
    time.FromMicroseconds(stored.record_time_us)
    name = f"events/{stored.event.event_id}"
    return SubjectRecord(name=name, kind=KIND, record_time=time, request_json=message_json(stored.event))
