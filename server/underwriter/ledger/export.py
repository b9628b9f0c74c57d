"""Exports all that is recorded on a subject, readable."""

import asyncio
from collections.abc import Mapping

from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from underwriter.ledger.entry import EntryKind, Recorded
from underwriter.ledger.entry_reader import EntryReader
from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.facility_service_pb2 import (
    ConfirmDrawdownRequest,
    Facility,
    RecordRepaymentRequest,
    ReleaseReservationRequest,
)
from underwriter.v1.ledger_service_pb2 import ExportSubjectResponse, SubjectRecord
from underwriter.v1.record_pb2 import Evidence

# What the bytes of a record are. Nobody asks for an expiry, and no erasure stands among a subject's records.
_MESSAGES: Mapping[EntryKind, tuple[type[Message], type[Message]]] = {
    EntryKind.DECISION: (DecideRequest, Decision),
    EntryKind.DRAWDOWN: (ConfirmDrawdownRequest, Facility),
    EntryKind.RELEASE: (ReleaseReservationRequest, Facility),
    EntryKind.REPAYMENT: (RecordRepaymentRequest, Facility),
    EntryKind.EXPIRY: (Empty, Facility),
}


class SubjectExport:
    """Reads the records on a subject as JSON under the proto field names of the API."""

    def __init__(self, entries: EntryReader) -> None:
        self._entries = entries

    async def page(self, subject_id: str, page_size: int, page_token: str = "") -> ExportSubjectResponse:
        """Return up to `page_size` of the records on a subject, of every kind, oldest first.

        Of a record whose payload was moved to an archive, the JSON texts are empty. Raises SubjectUnknown if nothing is
        recorded on the subject or it was erased, PageTokenInvalid, SealingError and DatabaseUnavailable.
        """
        return await asyncio.to_thread(self._page, subject_id, page_size, page_token)

    def _page(self, subject_id: str, page_size: int, page_token: str) -> ExportSubjectResponse:
        page = self._entries.records_of_subject(subject_id, page_size, page_token)
        records = [_exported(record) for record in page.entries]
        return ExportSubjectResponse(records=records, next_page_token=page.next_page_token)


def _exported(record: Recorded) -> SubjectRecord:
    sealed, kind = record.sealed, EntryKind(record.sealed.kind)
    collection = "decisions" if kind is EntryKind.DECISION else "records"
    time = Timestamp()
    time.FromMicroseconds(sealed.time_us)
    exported = SubjectRecord(name=f"{collection}/{sealed.entry_id}", kind=kind.name, record_time=time)
    if record.payload is not None:
        request_type, answer_type = _MESSAGES[kind]
        exported.request_json = _json(request_type, record.payload.request)
        exported.answer_json = _json(answer_type, record.payload.answer)
        exported.evidence_json = _json(Evidence, record.payload.evidence)
    return exported


def _json(message_type: type[Message], content: bytes) -> str:
    """Return a serialised message as JSON on one line; nothing if there is none."""
    if not content:
        return ""
    message = message_type.FromString(content)
    return str(MessageToJson(message, preserving_proto_field_name=True, indent=None, ensure_ascii=False))
