"""Cursors of alerts: where a stream goes on from, told to clients as a text that they keep and give back."""

import base64
import binascii
import zlib

_INDEX_BYTES, _CHECK_BYTES = 8, 4


class CursorInvalid(ValueError):
    """A text is no cursor of this database's alerts."""

    def __init__(self) -> None:
        super().__init__("the cursor is none that this server gave; leave it out to begin from now, or set from_start")


def cursor_of(change_index: int) -> str:
    """Return the cursor that stands for all changes up to one, from 0."""
    content = change_index.to_bytes(_INDEX_BYTES, "big")
    return base64.urlsafe_b64encode(content + _check(content)).decode()


def change_index_of(cursor: str) -> int:
    """Return the last change that a cursor stands for. Raises CursorInvalid."""
    try:
        decoded = base64.b64decode(cursor, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise CursorInvalid from None
    content, check = decoded[:_INDEX_BYTES], decoded[_INDEX_BYTES:]
    if len(content) != _INDEX_BYTES or check != _check(content):
        raise CursorInvalid
    return int.from_bytes(content, "big")


def _check(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(_CHECK_BYTES, "big")
