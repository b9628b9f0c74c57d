"""An entry's canonical bytes and its leaf hash in the log.

Layout 1, all numbers big-endian:

    offset  bytes  field
    0       1      layout, always 1
    1       4      outcome, signed
    5       8      decide_time_us, signed
    13      4 * 9  the lengths in bytes of the nine fields below, unsigned
    49      ...    decision_id, request_id, request_digest, subject_id, product, policy_version, request, decision,
                   evidence: texts in UTF-8, one after the other

Every length stands before the fields, so that no two different entries share their bytes. The position in the log is
not among them: the tree proves it.
"""

import struct
from hashlib import sha256

from underwriter.ledger.entry import Entry

LAYOUT = 1
_HEADER = struct.Struct(">Biq9I")


def canonical_bytes(entry: Entry) -> bytes:
    """Return the bytes that the log commits to (layout above).

    Raises struct.error for a number out of its range and UnicodeEncodeError for text that is not Unicode.
    """
    fields = (
        entry.decision_id.encode(),
        entry.request_id.encode(),
        entry.request_digest,
        entry.subject_id.encode(),
        entry.product.encode(),
        entry.policy_version.encode(),
        entry.request,
        entry.decision,
        entry.evidence,
    )
    return _HEADER.pack(LAYOUT, entry.outcome, entry.decide_time_us, *map(len, fields)) + b"".join(fields)


def leaf_hash(entry: Entry) -> bytes:
    """Return the 32-byte hash of the entry as a leaf: SHA-256(0x00 || canonical bytes) (RFC 6962, section 2.1)."""
    return sha256(b"\x00" + canonical_bytes(entry)).digest()
