"""Joins messages that are serialised already. In protobuf's encoding, concatenation is merging.

So a decision that was serialised for its record gets its ledger position appended, and is put into a stream's answer,
without being serialised again (https://protobuf.dev/programming-guides/encoding/).
"""

from underwriter.ledger import Recorded
from underwriter.service.resources import decision_name
from underwriter.v1.decision_pb2 import Decision, Outcome
from underwriter.v1.decision_service_pb2 import DecideStreamResponse

_LENGTH_DELIMITED = 2
_DECISION_TAG = bytes([DecideStreamResponse.DECISION_FIELD_NUMBER << 3 | _LENGTH_DELIMITED])


def decision_with_position(recorded: Recorded) -> bytes:
    """Return the recorded decision, serialised, with its place in the ledger; just that if its content is gone."""
    decision = recorded.payload.answer if recorded.payload is not None else b""
    return decision + _position(recorded)


def listed_decision(recorded: Recorded) -> bytes:
    """Return the same; of a decision whose content was erased or archived, what the record keeps in clear."""
    if recorded.payload is not None:
        return decision_with_position(recorded)
    sealed = recorded.sealed
    decision = Decision(
        name=decision_name(sealed.entry_id),
        request_id=sealed.request_id,
        product=sealed.product,
        outcome=Outcome.Name(sealed.outcome),
    )
    decision.decide_time.FromMicroseconds(sealed.time_us)
    decision.policy.version = sealed.policy_version
    return bytes(decision.SerializeToString()) + _position(recorded)


def _position(recorded: Recorded) -> bytes:
    addition = Decision()
    position = addition.ledger
    position.log, position.index, position.leaf_hash = recorded.log, recorded.index, recorded.leaf_hash
    serialised: bytes = addition.SerializeToString()
    return serialised


def stream_answer(request_id: str, decision: bytes) -> bytes:
    """Return a serialised DecideStreamResponse that holds a serialised decision."""
    head: bytes = DecideStreamResponse(request_id=request_id).SerializeToString()
    return head + _DECISION_TAG + _varint(len(decision)) + decision


def _varint(number: int) -> bytes:
    """Return a number from 0 as protobuf writes it: seven bits a byte, least first, the top bit set if more follow."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)
