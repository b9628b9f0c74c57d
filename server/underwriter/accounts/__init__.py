"""Knows what subjects owe and may still draw, what totals have come to, and what happens to accounts since."""

from underwriter.accounts.commitment import Commitment
from underwriter.accounts.commitments import Commitments, Totals
from underwriter.accounts.errors import (
    AccountsError,
    AmountAboveOwed,
    AmountAboveUndrawn,
    AmountTooFine,
    CapReached,
    ChangedTooOften,
    EventImpossible,
    FacilityNotOpen,
    FacilityRefused,
    NothingOwed,
    NothingUndrawn,
    NotYetExpired,
    OfferExpired,
    SubjectOwes,
)
from underwriter.accounts.exposure import NOTHING_STORED, ExposureState
from underwriter.accounts.exposures import Exposures
from underwriter.accounts.facility import Facility, FacilityPart, FacilityState
from underwriter.accounts.facility_book import FacilityBook
from underwriter.accounts.facility_rows import HeldFacility
from underwriter.accounts.total_kind import TotalKind

__all__ = [
    "NOTHING_STORED",
    "AccountsError",
    "AmountAboveOwed",
    "AmountAboveUndrawn",
    "AmountTooFine",
    "CapReached",
    "ChangedTooOften",
    "Commitment",
    "Commitments",
    "EventImpossible",
    "ExposureState",
    "Exposures",
    "Facility",
    "FacilityBook",
    "FacilityNotOpen",
    "FacilityPart",
    "FacilityRefused",
    "FacilityState",
    "HeldFacility",
    "NotYetExpired",
    "NothingOwed",
    "NothingUndrawn",
    "OfferExpired",
    "SubjectOwes",
    "TotalKind",
    "Totals",
]
