"""The values that go into the ledger and come out of it.

A `decision_id` is one component, the UUID alone; the resource name of a decision is `decisions/{decision_id}`.
All times are whole microseconds since 1970-01-01T00:00:00Z.
"""

from dataclasses import dataclass
from typing import NamedTuple

DEFAULT_LOG = "decisions"


class Entry(NamedTuple):
    """One decision, as the service hands it in to be recorded.

    `decision_id` is a UUID v7 as 36 characters and `request_id` the client's or the server's id of the request; both
    are unique. `request_digest` is the SHA-256 of the request's content (32 bytes), which tells a retry from a second
    use of the id. `outcome` is the number of the Outcome enum. `request` is the request as received, `decision` the
    decision as it will be sent but without its ledger position, `evidence` whatever else the evaluation read (may be
    empty).
    """

    decision_id: str
    request_id: str
    request_digest: bytes
    subject_id: str
    product: str
    outcome: int
    policy_version: str
    decide_time_us: int
    request: bytes
    decision: bytes
    evidence: bytes


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry that is durable, and its place: the log's name, the gapless index from 0, the RFC 6962 leaf hash.

    `is_replay` says that the entry was there already when the same request was committed again.
    """

    entry: Entry
    log: str
    index: int
    leaf_hash: bytes
    is_replay: bool = False


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries to list: those for which all that is given holds. The start is included, the end is not."""

    subject_id: str | None = None
    product: str | None = None
    outcome: int | None = None
    request_id: str | None = None
    start_time_us: int | None = None
    end_time_us: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the entries listed, newest first. `next_page_token` gives the following page and is empty on the last."""

    entries: tuple[Recorded, ...]
    next_page_token: str
