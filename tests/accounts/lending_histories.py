"""Random histories of lending, written as a ledger would: each record with its facts, and the tables that follow.

The tables are written here from whole facilities, not by the code that the server keeps them with, so that totals and
the audit are tried on tables whose content is known from elsewhere.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, update

from underwriter.accounts.facility import Facility, FacilityState, apply, draw, expire, release, repay
from underwriter.ledger import version_after
from underwriter.storage.database import Database
from underwriter.storage.schema import (
    commitments,
    counted_shares,
    entries,
    facilities,
    facility_parts,
    subjects,
    tree_heads,
)
from underwriter.v1.record_pb2 import (
    FACILITY_EVENT_KIND_RESERVED,
    TOTAL_KIND_CONCENTRATION,
    TOTAL_KIND_FUNDER,
    TOTAL_KIND_GUARANTOR,
    CountedShare,
    FacilityEvent,
    FacilityTerms,
    FunderAmount,
    RecordFacts,
)

LOG = "decisions"
START_US = 1_790_000_000_000_000
DAY_US = 86_400_000_000
OFFER_US = 30 * DAY_US
_TABLES = (counted_shares, facility_parts, facilities, commitments, subjects, tree_heads)


@dataclass(frozen=True)
class Approval:
    """An approval of a subject, numbered from 0, with each funder's part, and the shares that count by total."""

    subject: int
    parts: tuple[tuple[str, int], ...]
    shares: tuple[tuple[int, str, str], ...] = ()
    product: str = "PERSONAL"
    currency: str = "CNY"
    purpose: int = 1
    term_months: int = 12
    user_group: str = "salaried"
    grade: str = "A"
    annual_rate: str = "0.072"
    expected_loss: int | None = 100
    revolving: bool = False


@dataclass(frozen=True)
class Change:
    """Something that happens to a facility: which of those so far, and how much of what there is."""

    what: str
    facility: int
    share: Decimal = Decimal(1)


Step = Approval | Change

# More than a float can tell apart, and few enough to be summed in 64 bits.
AMOUNTS = st.one_of(st.integers(1, 10_000), st.integers(2**53, 2**55))


def steps() -> st.SearchStrategy[list[Step]]:
    """Histories over few subjects and funders, so that much falls together."""
    parts = st.dictionaries(st.sampled_from(["OWN", "BANK_A", "BANK_B"]), AMOUNTS, min_size=1)
    totals = st.tuples(
        st.sampled_from([TOTAL_KIND_GUARANTOR, TOTAL_KIND_CONCENTRATION]), st.sampled_from(["OWN", "FUND"])
    )
    shares = st.dictionaries(totals, st.sampled_from(["0.5", "1", "0.123456789"]))
    approvals = st.builds(
        Approval,
        subject=st.integers(0, 3),
        parts=parts.map(lambda amounts: tuple(amounts.items())),
        shares=shares.map(lambda counted: tuple((*total, share) for total, share in counted.items())),
        product=st.sampled_from(["PERSONAL", "PAY_LATER"]),
        currency=st.sampled_from(["CNY", "JPY"]),
        purpose=st.integers(0, 2),
        term_months=st.sampled_from([0, 1, 3, 4, 12, 13, 60, 61]),
        user_group=st.sampled_from(["", "salaried"]),
        grade=st.sampled_from(["", "A", "B"]),
        annual_rate=st.sampled_from(["", "0.072", "0.0725", "0.1"]),
        expected_loss=st.one_of(st.none(), AMOUNTS),
        revolving=st.booleans(),
    )
    changes = st.builds(
        Change,
        what=st.sampled_from(["draw", "draw", "repay", "release", "expire", "erase"]),
        facility=st.integers(0, 20),
        share=st.sampled_from([Decimal(1), Decimal("0.5"), Decimal("0.001")]),
    )
    return st.lists(st.one_of(approvals, changes), max_size=25)


class Happening(NamedTuple):
    """What a record tells: the event of a facility, or the subject's erasure if there is none."""

    index: int
    subject: int
    event: FacilityEvent | None

    @property
    def entry_id(self) -> str:
        return uuid(self.index)

    @property
    def time_us(self) -> int:
        """A day after the one before."""
        return START_US + self.index * DAY_US


class Story:
    """What happens, step by step, and the facilities that come of it."""

    def __init__(self) -> None:
        self.facilities: list[Facility] = []
        self.erased: set[int] = set()
        self.size = 0

    def take(self, step: Step) -> Happening | None:
        """Take a step; None if it can't be taken."""
        happening = self._happening(step)
        if happening is None:
            return None
        self.size += 1
        if happening.event is None:
            self.erased.add(happening.subject)
        else:
            self._apply(happening, happening.event)
        return happening

    def _happening(self, step: Step) -> Happening | None:
        if isinstance(step, Approval):
            happening = Happening(self.size, step.subject, None)
            return happening._replace(event=_reservation(step, happening))
        if step.what == "erase":
            return Happening(self.size, step.facility % 4, None)
        if step.facility >= len(self.facilities):
            return None
        facility = self.facilities[step.facility]
        happening = Happening(self.size, facility.subject[0], None)
        event = _event(facility, step, happening.time_us)
        return happening._replace(event=event) if event is not None else None

    def _apply(self, happening: Happening, event: FacilityEvent) -> None:
        subject = subject_of(happening.subject)
        ids = [facility.facility_id for facility in self.facilities]
        if event.facility_id not in ids:
            self.facilities.append(apply(None, event, subject, happening.time_us))
        else:
            place = ids.index(event.facility_id)
            self.facilities[place] = apply(self.facilities[place], event, subject, happening.time_us)


class History:
    """A log and its tables, in a database that is emptied first."""

    def __init__(self, database: Database) -> None:
        self.story = Story()
        self._database = database
        self._versions: dict[bytes, int] = {}
        with database.writing() as connection:
            for table in (*_TABLES, entries):
                connection.execute(delete(table))

    @property
    def facilities(self) -> list[Facility]:
        return self.story.facilities

    def play(self, steps: Iterable[Step]) -> None:
        """Take the steps in one transaction; those that can't be taken are left out."""
        with self._database.writing() as connection:
            for step in steps:
                happening = self.story.take(step)
                if happening is not None:
                    self._append(connection, happening)
            self._write_tables(connection)

    def write_tables(self) -> None:
        """Write the tables as they should be."""
        with self._database.writing() as connection:
            self._write_tables(connection)

    def _append(self, connection: Connection, happening: Happening) -> None:
        subject, event = subject_of(happening.subject), happening.event
        facts = RecordFacts(facility=event).SerializeToString() if event is not None else b""
        connection.execute(insert(entries).values(_entry_row(happening, subject, facts)))
        if event is not None:
            self._versions[subject] = version_after(self._versions.get(subject, 0), happening.entry_id)

    def _write_tables(self, connection: Connection) -> None:
        for table in _TABLES:
            connection.execute(delete(table))
        for facility in self.facilities:
            row = asdict(facility)
            del row["parts"], row["counted"]
            connection.execute(insert(facilities).values(row))
            for part in facility.parts:
                connection.execute(insert(facility_parts).values(facility_id=facility.facility_id, **part._asdict()))
            for kind, name, share in facility.counted:
                row = {"facility_id": facility.facility_id, "kind": int(kind), "name": name, "share": share}
                connection.execute(insert(counted_shares).values(row))
        for (kind, name, currency), committed in committed_by(self.facilities).items():
            row = {"kind": kind, "name": name, "currency": currency, "committed": committed}
            connection.execute(insert(commitments).values(row))
        gone = {subject_of(number) for number in self.story.erased}
        for subject, version in self._versions.items():
            if subject not in gone:
                connection.execute(insert(subjects).values(_subject_row(subject, version)))
        connection.execute(insert(tree_heads).values(log=LOG, size=self.story.size, peaks=b""))

    def tamper(self, *changes: object) -> None:
        """Execute statements that no server would."""
        with self._database.writing() as connection:
            for change in changes:
                connection.execute(change)  # type: ignore[call-overload]

    def move_records_to_another_log(self, first: int) -> None:
        """Let the records from an index on stand in a log of their own."""
        self.tamper(
            update(entries)
            .where(entries.c.log_index >= first)
            .values(log="other", log_index=entries.c.log_index - first)
        )


def committed_by(known: Sequence[Facility]) -> Counter[tuple[int, str, str]]:
    committed: Counter[tuple[int, str, str]] = Counter()
    for facility in known:
        for part in facility.parts:
            committed[TOTAL_KIND_FUNDER, part.funder, facility.currency] += part.drawn + part.undrawn
        whole = sum(part.drawn + part.undrawn for part in facility.parts)
        for kind, name, share in facility.counted:
            committed[int(kind), name, facility.currency] += round(Fraction(share) * whole)
    return committed


def subject_of(number: int) -> bytes:
    return bytes([number]) * 16


def uuid(number: int) -> str:
    return str(UUID(int=number))


def _event(facility: Facility, change: Change, now_us: int) -> FacilityEvent | None:
    """Return the event of a change, None if the facility does not take it."""
    lives = facility.state in (FacilityState.RESERVED, FacilityState.OPEN)
    offered = facility.state is not FacilityState.RESERVED or now_us < facility.expire_time_us
    if change.what == "draw" and lives and offered and facility.undrawn:
        return draw(facility, _part_of(facility.undrawn, change.share), now_us)
    if change.what == "repay" and lives and facility.drawn:
        return repay(facility, _part_of(facility.drawn, change.share))
    if change.what == "release" and lives and (facility.undrawn or facility.revolving):
        return release(facility)
    if change.what == "expire" and facility.state is FacilityState.RESERVED:
        return expire(facility, facility.expire_time_us)
    return None


def _part_of(amount: int, share: Decimal) -> int:
    return max(1, amount * int(share * 1000) // 1000)


def _reservation(approval: Approval, happening: Happening) -> FacilityEvent:
    terms = FacilityTerms(
        product=approval.product,
        currency=approval.currency,
        revolving=approval.revolving,
        purpose=approval.purpose,  # type: ignore[arg-type]
        term_months=approval.term_months,
        user_group=approval.user_group,
        grade=approval.grade,
        annual_rate=approval.annual_rate,
        expected_loss=approval.expected_loss,
        expire_time_us=happening.time_us + OFFER_US,
    )
    parts = [FunderAmount(funder=funder, amount=amount) for funder, amount in approval.parts]
    counted = [CountedShare(kind=kind, name=name, share=share) for kind, name, share in approval.shares]  # type: ignore[arg-type]
    return FacilityEvent(
        facility_id=happening.entry_id,
        kind=FACILITY_EVENT_KIND_RESERVED,
        parts=parts,
        terms=terms,
        counted=counted,
    )


def _entry_row(happening: Happening, subject: bytes, facts: bytes) -> dict[str, object]:
    return {
        "log": LOG,
        "log_index": happening.index,
        "leaf_hash": b"",
        "kind": 1,
        "entry_id": happening.entry_id,
        "request_id": happening.entry_id,
        "request_digest": b"",
        "subject": subject,
        "product": "",
        "outcome": 0,
        "policy_version": "",
        "time_us": happening.time_us,
        "facts": facts,
        "payload": None,
    }


def _subject_row(subject: bytes, version: int) -> dict[str, object]:
    return {"subject": subject, "subject_ref": subject, "wrapped_key": b"", "master_key_id": "", "version": version}
