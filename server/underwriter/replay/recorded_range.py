"""Decides again on a range of a log's records, one after the other."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Column, ColumnElement, func, select

from underwriter.decisioning import PolicyUnusable, UnknownProduct
from underwriter.decisioning.requests.faults import with_nearest
from underwriter.ledger import EntryKind, EntryReader, LedgerError, Payload, Sealed
from underwriter.ledger.rows import StoredRecord
from underwriter.replay.choice import PolicyChoice
from underwriter.replay.record import NotReplayable, Replayed, evidence_of, replay_read
from underwriter.storage import Database
from underwriter.storage.schema import entries
from underwriter.v1.record_pb2 import Evidence

RECORDS_OF_A_TURN = 100

_RANDOM_DIGITS = 8
"""How many hexadecimal digits at the end of an entry's id, a UUID of version 7, are taken to draw a sample by."""


@dataclass(frozen=True, slots=True)
class RecordRange:
    """Which records of a log: those from index `first` up to but not including `end` for which all that is given holds.

    `since_us` is included and `until_us` is not, both in microseconds since 1970 UTC. `engine_version` takes only
    decisions that this version of the engine made. `one_in` takes about one of so many records: the same ones each
    time, told by the random end of their ids.
    """

    first: int = 0
    end: int | None = None
    since_us: int | None = None
    until_us: int | None = None
    product: str = ""
    engine_version: str = ""
    one_in: int = 1

    def takes(self, sealed: Sealed) -> bool:
        """Whether a record is of the product and the time that are asked for, and in the sample."""
        return (
            (self.since_us is None or sealed.time_us >= self.since_us)
            and (self.until_us is None or sealed.time_us < self.until_us)
            and self.product in ("", sealed.product)
            and (self.one_in == 1 or int(sealed.entry_id[-_RANDOM_DIGITS:], 16) % self.one_in == 0)
        )


class SkipReason(StrEnum):
    """Why a record is not replayed, though nothing is wrong with it."""

    NO_DECISION = "no decision"
    ERASED = "erased with the subject's data"
    ARCHIVED = "moved to an archive"
    OTHER_ENGINE = "made by another engine version"


class Skipped(NamedTuple):
    """A record that is not to be replayed, and why."""

    sealed: Sealed
    reason: SkipReason


class NotReplayed(NamedTuple):
    """A decision that can't be made again, and why."""

    sealed: Sealed
    reason: str


class NameUnknown(Exception):
    """A log or a product that is asked for is none that there is."""

    def __init__(self, what: str, name: str, known: Collection[str]) -> None:
        super().__init__(f"there is no {what} '{name}'; there are: {with_nearest(', '.join(known), name, known)}")


def replay_range(
    reader: EntryReader, log: str, wanted: RecordRange, choose: PolicyChoice
) -> Iterator[Replayed | NotReplayed | Skipped]:
    """Decide again on each record of a range, in the order of the log, a few in memory at a time.

    What goes wrong with one record is told of it and stops nothing. Raises DatabaseUnavailable.
    """
    taken = (stored for stored in reader.stored_in_order(log, wanted.first, wanted.end) if wanted.takes(stored.sealed))
    # In turns: to open many and then to decide on many keeps the processor's caches warm, which saves a tenth.
    while batch := [_opened(reader, stored, wanted.engine_version) for stored in islice(taken, RECORDS_OF_A_TURN)]:
        for opened in batch:
            yield _replayed(opened, choose) if isinstance(opened, _Opened) else opened


def bounds(database: Database, log: str, wanted: RecordRange) -> tuple[int, int]:
    """Return the first index and the end of what is in a log of a range now. Raises DatabaseUnavailable."""
    index, time = entries.c.log_index, entries.c.time_us
    conditions = [entries.c.log == log, index >= wanted.first]
    if wanted.end is not None:
        conditions.append(index < wanted.end)
    if wanted.since_us is not None:
        conditions.append(time >= wanted.since_us)
    if wanted.until_us is not None:
        conditions.append(time < wanted.until_us)
    with database.reading() as connection:
        first, last = connection.execute(select(func.min(index), func.max(index)).where(*conditions)).one()
    return (0, 0) if first is None else (first, last + 1)


def check_log(database: Database, log: str) -> None:
    """Check that a log has records, unless no log has any. Raises NameUnknown and DatabaseUnavailable."""
    if not _is_any(database, entries.c.log == log) and (known := _distinct(database, entries.c.log)):
        raise NameUnknown("log with records", log, known)


def check_product(database: Database, log: str, product: str, in_rules: Callable[[], Collection[str]]) -> None:
    """Check that a product is one of a log's records or of the rules, unless neither have any.

    `in_rules` is called only for one that was never recorded. Raises NameUnknown and DatabaseUnavailable.
    """
    of_log = entries.c.log == log
    if _is_any(database, of_log, entries.c.product == product):
        return
    known = {*in_rules(), *_distinct(database, entries.c.product, of_log, entries.c.product != "")}
    if known and product not in known:
        raise NameUnknown("product", product, sorted(known))


def _is_any(database: Database, *conditions: ColumnElement[bool]) -> bool:
    with database.reading() as connection:
        return connection.execute(select(entries.c.log_index).where(*conditions).limit(1)).first() is not None


def _distinct(database: Database, column: Column[str], *conditions: ColumnElement[bool]) -> list[str]:
    with database.reading() as connection:
        found = connection.execute(select(column).where(*conditions).distinct().order_by(column))
        return list(found.scalars())


class _Opened(NamedTuple):
    sealed: Sealed
    payload: Payload
    evidence: Evidence


def _opened(reader: EntryReader, stored: StoredRecord, engine_version: str) -> _Opened | NotReplayed | Skipped:
    sealed = stored.sealed
    if sealed.kind != EntryKind.DECISION:
        return Skipped(sealed, SkipReason.NO_DECISION)
    try:
        payload = reader.open(stored).payload
        if payload is None:
            return Skipped(sealed, SkipReason.ERASED if stored.key is None else SkipReason.ARCHIVED)
        evidence = evidence_of(payload)
        if engine_version not in ("", evidence.engine_version):
            return Skipped(sealed, SkipReason.OTHER_ENGINE)
    except (LedgerError, NotReplayable) as error:
        return NotReplayed(sealed, str(error))
    return _Opened(sealed, payload, evidence)


def _replayed(opened: _Opened, choose: PolicyChoice) -> Replayed | NotReplayed:
    sealed, payload, evidence = opened
    try:
        return replay_read(sealed, payload, evidence, choose(sealed))
    except (PolicyUnusable, UnknownProduct, NotReplayable) as error:
        return NotReplayed(sealed, str(error))
