"""Reads a leaf's canonical bytes back: the inverse of `underwriter.ledger.leaf`."""

import struct

from underwriter.ledger.entry import Sealed
from underwriter.ledger.leaf import LAYOUT, canonical_bytes

_HEADER = struct.Struct(">Biiq8I")


def read_leaf(leaf: bytes) -> Sealed:
    """Return the record that these are the canonical bytes of. Raises ValueError if they are those of none."""
    try:
        layout, kind, outcome, time_us, *lengths = _HEADER.unpack_from(leaf)
    except struct.error:
        raise ValueError("the leaf is too short to be a record") from None
    if layout != LAYOUT:
        raise ValueError(f"the leaf has layout {layout}; this version reads {LAYOUT}")
    parts, start = [], _HEADER.size
    for length in lengths:
        parts.append(leaf[start : start + length])
        start += length
    entry_id, request_id, digest, subject, product, policy_version, facts, payload = parts
    try:
        sealed = Sealed(
            kind,
            entry_id.decode(),
            request_id.decode(),
            digest,
            subject,
            product.decode(),
            outcome,
            policy_version.decode(),
            time_us,
            facts,
            payload,
        )
    except UnicodeDecodeError:
        raise ValueError("the leaf has texts that are not UTF-8") from None
    if canonical_bytes(sealed) != leaf:
        raise ValueError("the leaf's lengths don't fit its fields")
    return sealed
