"""The values that go into the ledger and come out of it.

An `entry_id` is one component, a UUID alone; the resource name of a decision is `decisions/{entry_id}`, of any other
record `records/{entry_id}`. All times are whole microseconds since 1970-01-01T00:00:00Z. A `subject` is the UUID v7,
as 16 bytes, that stands for a person or firm in the database; a `subject_id` is the lender's own identifier, which is
never stored in clear.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from sqlalchemy import Connection

from underwriter.ledger.companion import Companion

DEFAULT_LOG = "decisions"


class EntryKind(IntEnum):
    """What a record tells. The numbers are part of the leaf and never change."""

    DECISION = 1
    DRAWDOWN = 2
    RELEASE = 3
    REPAYMENT = 4
    EXPIRY = 5
    ERASURE = 6


class Entry(NamedTuple):
    """One record, as the service hands it in.

    `entry_id` is a UUID v7 as 36 characters and unique; `request_id` is the client's or the server's id of the request
    and unique within its kind. The subject is named by `subject_id`, or by `subject` where only that is known; the
    other is empty, unless the answer presumes that the subject is new: then it gets those bytes. `outcome` is the
    number of the Outcome enum, 0 for what is no decision. `request` is the request as received, `answer` the answer as
    it will be sent but without its ledger position, `evidence` a serialised underwriter.v1.Evidence: these three are
    encrypted together. `facts` is a serialised underwriter.v1.RecordFacts, kept in clear, and empty if the record
    changes nothing that is stored on the subject.

    `expected_version` is the version of what is stored on the subject that the answer was made from: 0 for a subject
    that nothing is stored on, None if nothing of it was read. An entry with facts gives the subject another version
    (`subject_version.py`).

    `companion` is what is recorded in the same transaction, if the entry is taken.
    """

    kind: EntryKind
    entry_id: str
    request_id: str
    subject_id: str
    subject: bytes
    product: str
    outcome: int
    policy_version: str
    time_us: int
    request: bytes
    answer: bytes
    evidence: bytes
    facts: bytes
    expected_version: int | None
    companion: Companion | None = None


MakeEntry = Callable[[Connection], Entry]
"""Makes an entry from what the writer's connection reads, while no other writer is at work; in the writer's thread.

It may write what goes with the entry, in the same transaction, once it is sure that the entry is taken.
"""


class Sealed(NamedTuple):
    """A record as it is stored: all that its leaf covers, in the order of the leaf (`leaf.py`).

    `payload` holds request, answer and evidence, encrypted by the subject's key; empty if there was nothing to keep
    secret. It is None where it was moved to an archive.
    """

    kind: int
    entry_id: str
    request_id: str
    request_digest: bytes
    subject: bytes
    product: str
    outcome: int
    policy_version: str
    time_us: int
    facts: bytes
    payload: bytes | None


class Payload(NamedTuple):
    """What of a record is secret: see `Entry`."""

    request: bytes
    answer: bytes
    evidence: bytes


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record that is durable, and its place: the log's name, the gapless index from 0, the RFC 6962 leaf hash.

    `payload` is None if it can't be read: the subject was erased (`is_erased`) or the payload moved to an archive.
    `is_replay` says that the entry was there already when the same request was committed again.
    """

    sealed: Sealed
    payload: Payload | None
    log: str
    index: int
    leaf_hash: bytes
    is_erased: bool = False
    is_replay: bool = False


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which decisions to list: those for which all that is given holds. The start is included, the end is not."""

    subject_id: str | None = None
    product: str | None = None
    outcome: int | None = None
    request_id: str | None = None
    start_time_us: int | None = None
    end_time_us: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the records listed, newest first. `next_page_token` gives the following page and is empty on the last."""

    entries: tuple[Recorded, ...]
    next_page_token: str
