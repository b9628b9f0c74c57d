"""Exports all that is stored on a subject, readable: its records, and what stands in no log."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from underwriter.ledger.entry import EntryKind, Recorded
from underwriter.ledger.entry_reader import EntryReader
from underwriter.ledger.errors import SubjectUnknown
from underwriter.ledger.keys.vault import Vault
from underwriter.ledger.page_token import Position, RecordsOfSubject, read_token, write_token
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

_DECISIONS, _RECORDS = _COLLECTIONS = ("decisions", "records")

# What the bytes of a record are. Nobody asks for an expiry, and no erasure stands among a subject's records.
_MESSAGES: Mapping[EntryKind, tuple[type[Message], type[Message]]] = {
    EntryKind.DECISION: (DecideRequest, Decision),
    EntryKind.DRAWDOWN: (ConfirmDrawdownRequest, Facility),
    EntryKind.RELEASE: (ReleaseReservationRequest, Facility),
    EntryKind.REPAYMENT: (RecordRepaymentRequest, Facility),
    EntryKind.EXPIRY: (Empty, Facility),
}


class OtherRecords(Protocol):
    """What is stored on subjects outside the log."""

    def records_after(self, subject_id: str, after: Position, most: int) -> Sequence[SubjectRecord]:
        """Return at most so many of the records on a subject after a position, oldest first; none if there are none.

        Their order is that of their times, then of the last parts of their names. Raises SealingError and
        DatabaseUnavailable.
        """


class SubjectExport:
    """Reads the records on a subject, and what else is stored on it, as JSON under the proto field names of the API."""

    def __init__(self, entries: EntryReader, others: OtherRecords, vault: Vault) -> None:
        self._entries = entries
        self._others = others
        self._vault = vault

    async def page(self, subject_id: str, page_size: int, page_token: str = "") -> ExportSubjectResponse:
        """Return up to `page_size` of the records on a subject, of every kind, oldest first.

        Of a record whose payload was moved to an archive, the JSON texts are empty. Raises SubjectUnknown if nothing is
        recorded on the subject or it was erased, PageTokenInvalid, SealingError and DatabaseUnavailable.
        """
        return await asyncio.to_thread(self._page, subject_id, page_size, page_token)

    def _page(self, subject_id: str, page_size: int, page_token: str) -> ExportSubjectResponse:
        digest = self._vault.listing_digest(repr(RecordsOfSubject(subject_id)))
        in_log, outside = _positions(read_token(page_token, digest) if page_token else None)
        # One more than asked for tells whether another page follows.
        logged = self._entries.subject_records_after(subject_id, in_log, page_size + 1)
        others = self._others.records_after(subject_id, outside, page_size + 1)
        if not (logged or others or page_token):
            raise SubjectUnknown
        # The sort is stable: at the same time, what stands in the log comes first.
        found = sorted([*map(_exported, logged), *others], key=_time_us)
        shown = found[:page_size]
        token = write_token(_position_of(shown[-1]), digest) if len(found) > page_size else ""
        return ExportSubjectResponse(records=shown, next_page_token=token)


def _positions(last: Position | None) -> tuple[Position | None, Position]:
    """Return after which positions to go on, in the log and outside, when the last page ended with a record."""
    if last is None:
        return None, Position(0, "")
    collection, _, record_id = last.entry_id.rpartition("/")
    if collection in _COLLECTIONS:
        return Position(last.time_us, record_id), Position(last.time_us, "")
    return Position(last.time_us + 1, ""), Position(last.time_us, record_id)


def _position_of(record: SubjectRecord) -> Position:
    return Position(_time_us(record), record.name)


def _time_us(record: SubjectRecord) -> int:
    return int(record.record_time.ToMicroseconds())


def _exported(record: Recorded) -> SubjectRecord:
    sealed, kind = record.sealed, EntryKind(record.sealed.kind)
    collection = _DECISIONS if kind is EntryKind.DECISION else _RECORDS
    time = Timestamp()
    time.FromMicroseconds(sealed.time_us)
    exported = SubjectRecord(name=f"{collection}/{sealed.entry_id}", kind=kind.name, record_time=time)
    if record.payload is not None:
        request_type, answer_type = _MESSAGES[kind]
        exported.request_json = _parsed_json(request_type, record.payload.request)
        exported.answer_json = _parsed_json(answer_type, record.payload.answer)
        exported.evidence_json = _parsed_json(Evidence, record.payload.evidence)
    return exported


def _parsed_json(message_type: type[Message], content: bytes) -> str:
    """Return a serialised message as JSON on one line; nothing if there is none."""
    if not content:
        return ""
    return message_json(message_type.FromString(content))


def message_json(message: Message) -> str:
    """Return a message as JSON on one line, under its fields' own names."""
    return str(MessageToJson(message, preserving_proto_field_name=True, indent=None, ensure_ascii=False))
