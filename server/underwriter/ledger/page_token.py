"""Page tokens: where the page before ended, and a digest of the filters that it was listed with."""

import base64
import binascii
import struct
from dataclasses import astuple
from hashlib import sha256
from typing import NamedTuple

from underwriter.ledger.entry import EntryFilter
from underwriter.ledger.errors import PageTokenInvalid

_DIGEST_BYTES = 8
_TIME = struct.Struct(">q")


class Position(NamedTuple):
    """The place of an entry in the listing's order."""

    decide_time_us: int
    decision_id: str


def write_token(position: Position, filters: EntryFilter) -> str:
    """Return the token of the page that follows the position. It reveals nothing of the filters' values."""
    token = _digest(filters) + _TIME.pack(position.decide_time_us) + position.decision_id.encode()
    return base64.urlsafe_b64encode(token).decode()


def read_token(token: str, filters: EntryFilter) -> Position:
    """Return the position that the token stands for. Raises PageTokenInvalid if it was not made for these filters."""
    try:
        content = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        digest, place = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
        (decide_time_us,) = _TIME.unpack_from(place)
        decision_id = place[_TIME.size :].decode()
    except (UnicodeError, binascii.Error, struct.error) as error:
        raise PageTokenInvalid from error
    if digest != _digest(filters):
        raise PageTokenInvalid
    return Position(decide_time_us, decision_id)


def _digest(filters: EntryFilter) -> bytes:
    return sha256(repr(astuple(filters)).encode()).digest()[:_DIGEST_BYTES]
