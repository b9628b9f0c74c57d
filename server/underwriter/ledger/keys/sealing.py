"""Seals what of a record is secret, and opens it: pure functions of keys and bytes.

Each record has a key of its own, HMAC-SHA256 (RFC 2104) of the record's id under the subject's key, so that one record
can be disclosed without the others. A sealed payload is a random nonce of 12 bytes and what AES-256-GCM
(NIST SP 800-38D) makes of request, answer and evidence, each with its length before it in 4 bytes, big-endian; the
record's id is authenticated with them. What is no record, such as an event, is sealed alike, as one content.
"""

import hmac
import os
from struct import Struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from underwriter.ledger.entry import Payload
from underwriter.ledger.keys.errors import PayloadDamaged

KEY_BYTES = 32
NONCE_BYTES = 12

_LENGTH = Struct(">I")
_PARTS = len(Payload._fields)


def record_key(subject_key: bytes, entry_id: str) -> bytes:
    """Return the key of one record, 32 bytes."""
    return hmac.digest(subject_key, entry_id.encode(), "sha256")


def seal(subject_key: bytes, entry_id: str, payload: Payload) -> bytes:
    """Return the payload sealed. Sealing the same again gives other bytes. Each part may have up to 4 GiB - 1."""
    return seal_content(subject_key, entry_id, _joined(payload))


def seal_content(subject_key: bytes, record_id: str, content: bytes) -> bytes:
    """Return content sealed under an id that is its own among all that the subject's key seals."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(record_key(subject_key, record_id)).encrypt(nonce, content, record_id.encode())


def open_payload(subject_key: bytes, entry_id: str, sealed: bytes) -> Payload:
    """Return what `seal` sealed with the same key and id. Raises PayloadDamaged."""
    return open_with_record_key(record_key(subject_key, entry_id), entry_id, sealed)


def open_with_record_key(key: bytes, entry_id: str, sealed: bytes) -> Payload:
    """Return what `seal` sealed, by the record's own key (`record_key`). Raises PayloadDamaged."""
    return _parted(_opened(key, entry_id, sealed), entry_id)


def open_content(subject_key: bytes, record_id: str, sealed: bytes) -> bytes:
    """Return what `seal_content` sealed with the same key and id. Raises PayloadDamaged."""
    return _opened(record_key(subject_key, record_id), record_id, sealed)


def _opened(key: bytes, record_id: str, sealed: bytes) -> bytes:
    nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    if len(nonce) < NONCE_BYTES:
        raise PayloadDamaged(record_id)
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, record_id.encode())
    except InvalidTag:
        raise PayloadDamaged(record_id) from None


def _joined(payload: Payload) -> bytes:
    request, answer, evidence = payload
    length = _LENGTH.pack
    return b"".join((length(len(request)), request, length(len(answer)), answer, length(len(evidence)), evidence))


def _parted(plaintext: bytes, entry_id: str) -> Payload:
    parts, place = [], 0
    for _ in range(_PARTS):
        start = place + _LENGTH.size
        if start > len(plaintext):
            raise PayloadDamaged(entry_id)
        (length,) = _LENGTH.unpack_from(plaintext, place)
        place = start + length
        parts.append(plaintext[start:place])
    if place != len(plaintext):
        raise PayloadDamaged(entry_id)
    return Payload(*parts)
