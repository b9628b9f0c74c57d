"""A record's canonical bytes and its leaf hash in the log.

Layout 2, all numbers big-endian:

    offset  bytes  field
    0       1      layout, always 2
    1       4      kind, signed
    5       4      outcome, signed
    9       8      time_us, signed
    17      4 * 8  the lengths in bytes of the eight fields below, unsigned
    49      ...    entry_id, request_id, request_digest, subject, product, policy_version, facts, payload: texts in
                   UTF-8, one after the other

Every length stands before the fields, so that no two different records share their bytes. The payload is the sealed
one: a record can be proved after its subject was erased. The position in the log is not among them: the tree proves it.
"""

import struct
from hashlib import sha256

from underwriter.ledger.entry import Sealed

LAYOUT = 2
_HEADER = struct.Struct(">Biiq8I")


def canonical_bytes(sealed: Sealed) -> bytes:
    """Return the bytes that the log commits to (layout above).

    Raises ValueError for a record whose payload is in an archive, struct.error for a number out of its range, and
    UnicodeEncodeError for text that is not Unicode.
    """
    (kind, entry_id, request_id, digest, subject, product, outcome, policy_version, time_us, facts, payload) = sealed
    if payload is None:
        raise ValueError(f"the payload of record {entry_id} is in an archive; its leaf can be hashed only there")
    fields = (
        entry_id.encode(),
        request_id.encode(),
        digest,
        subject,
        product.encode(),
        policy_version.encode(),
        facts,
        payload,
    )
    return _HEADER.pack(LAYOUT, kind, outcome, time_us, *map(len, fields)) + b"".join(fields)


def leaf_hash(sealed: Sealed) -> bytes:
    """Return the 32-byte hash of the record as a leaf: SHA-256(0x00 || canonical bytes) (RFC 6962, section 2.1).

    Raises what `canonical_bytes` raises.
    """
    return sha256(b"\x00" + canonical_bytes(sealed)).digest()
