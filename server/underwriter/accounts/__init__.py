"""Knows what subjects owe and may still draw, and what funders have committed, by the events that the log tells."""

from underwriter.accounts.errors import (
    AccountsError,
    AmountAboveOwed,
    AmountAboveUndrawn,
    AmountTooFine,
    ChangedTooOften,
    EventImpossible,
    FacilityNotOpen,
    FacilityRefused,
    FunderCapReached,
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
from underwriter.accounts.funders import FunderCommitments

__all__ = [
    "NOTHING_STORED",
    "AccountsError",
    "AmountAboveOwed",
    "AmountAboveUndrawn",
    "AmountTooFine",
    "ChangedTooOften",
    "EventImpossible",
    "ExposureState",
    "Exposures",
    "Facility",
    "FacilityBook",
    "FacilityNotOpen",
    "FacilityPart",
    "FacilityRefused",
    "FacilityState",
    "FunderCapReached",
    "FunderCommitments",
    "HeldFacility",
    "NotYetExpired",
    "NothingOwed",
    "NothingUndrawn",
    "OfferExpired",
    "SubjectOwes",
]
