"""The hashes of the tree (RFC 6962, section 2.1). That of a leaf is in `underwriter.ledger.leaf`."""

from hashlib import sha256

HASH_SIZE = 32
"""How many bytes a hash has (SHA-256)."""

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

_INNER = b"\x01"


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two others: SHA-256(0x01 || left || right)."""
    return sha256(_INNER + left + right).digest()
