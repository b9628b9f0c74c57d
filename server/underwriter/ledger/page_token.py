"""Page tokens: where the page before ended, and a digest of the listing that it was a part of."""

import base64
import binascii
import struct
from typing import NamedTuple

from underwriter.ledger.entry import EntryFilter
from underwriter.ledger.errors import PageTokenInvalid

_DIGEST_BYTES = 8
_TIME = struct.Struct(">q")


class Position(NamedTuple):
    """The place of a record in the listing's order."""

    time_us: int
    entry_id: str


class RecordsOfSubject(NamedTuple):
    """The listing of all records on a subject."""

    subject_id: str


Listing = EntryFilter | RecordsOfSubject


def write_token(position: Position, listing_digest: bytes) -> str:
    """Return the token of the page that follows the position. It reveals nothing of the listing's values."""
    token = listing_digest[:_DIGEST_BYTES] + _TIME.pack(position.time_us) + position.entry_id.encode()
    return base64.urlsafe_b64encode(token).decode()


def read_token(token: str, listing_digest: bytes) -> Position:
    """Return the position that the token stands for. Raises PageTokenInvalid if it was not made for this listing."""
    try:
        content = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        digest, place = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
        (time_us,) = _TIME.unpack_from(place)
        entry_id = place[_TIME.size :].decode()
    except (UnicodeError, binascii.Error, struct.error) as error:
        raise PageTokenInvalid from error
    if digest != listing_digest[:_DIGEST_BYTES]:
        raise PageTokenInvalid
    return Position(time_us, entry_id)
