"""Reservations to test with."""

from collections.abc import Mapping
from uuid import UUID

from uuid_utils import uuid7

from underwriter.accounts import Commitment, TotalKind
from underwriter.accounts.facility import Facility, apply
from underwriter.ledger import Entry, EntryKind
from underwriter.v1.record_pb2 import (
    FACILITY_EVENT_KIND_RESERVED,
    CountedShare,
    FacilityEvent,
    FacilityTerms,
    FunderAmount,
    RecordFacts,
)

SUBJECT = b"subject of tests"
APPROVED_US = 1_790_000_000_000_000
EXPIRES_US = APPROVED_US + 30 * 86_400_000_000


Shares = Mapping[tuple[TotalKind, str], str]
"""By kind and name, which share of a facility counts towards a total."""


def funder(name: str, currency: str = "CNY") -> Commitment:
    return Commitment(TotalKind.FUNDER, name, currency)


def guarantor(name: str, currency: str = "CNY") -> Commitment:
    return Commitment(TotalKind.GUARANTOR, name, currency)


def concentration(name: str, currency: str = "CNY") -> Commitment:
    return Commitment(TotalKind.CONCENTRATION, name, currency)


def facility_id(number: int = 1) -> str:
    return str(UUID(int=number))


def reservation(
    parts: dict[str, int],
    number: int = 1,
    caps: dict[str, int] | None = None,
    shares: Shares | None = None,
    **terms: object,
) -> FacilityEvent:
    """The event that sets each funder's part aside; caps are by name, of whatever kind; keywords change the terms."""
    return FacilityEvent(
        facility_id=facility_id(number),
        kind=FACILITY_EVENT_KIND_RESERVED,
        parts=[FunderAmount(funder=name, amount=amount, cap=(caps or {}).get(name)) for name, amount in parts.items()],
        counted=[
            CountedShare(kind=kind.value, name=name, share=share, cap=(caps or {}).get(name))
            for (kind, name), share in (shares or {}).items()
        ],
        terms=FacilityTerms(**({"product": "LINE", "currency": "CNY", "expire_time_us": EXPIRES_US} | terms)),
    )


def reserved(parts: dict[str, int], number: int = 1, subject: bytes = SUBJECT, **terms: object) -> Facility:
    """The facility right after it was approved."""
    return apply(None, reservation(parts, number, **terms), subject, APPROVED_US)  # type: ignore[arg-type]


def entry_of(event: FacilityEvent, subject_id: str, time_us: int = APPROVED_US, version: int | None = None) -> Entry:
    """The entry that records an event; its ids are new."""
    entry_id = str(uuid7())
    return Entry(
        kind=EntryKind.DECISION if event.kind == FACILITY_EVENT_KIND_RESERVED else EntryKind.DRAWDOWN,
        entry_id=entry_id,
        request_id=entry_id,
        subject_id=subject_id,
        subject=b"",
        product="LINE",
        outcome=0,
        policy_version="",
        time_us=time_us,
        request=b"request",
        answer=b"answer",
        evidence=b"",
        facts=RecordFacts(facility=event).SerializeToString(),
        expected_version=version,
    )
