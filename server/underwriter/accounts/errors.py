"""What can go wrong with facilities and with events of accounts.

AccountsError
├── FacilityRefused         what is asked for can't be done with the facility as it stands
│   ├── FacilityNotOpen     it was released, has expired or is closed: nothing more can happen to it
│   ├── NothingOwed         it has nothing to repay
│   ├── NothingUndrawn      it has nothing to give up
│   ├── AmountAboveUndrawn  more is to be drawn than may be
│   ├── AmountAboveOwed     more is to be repaid than is owed
│   ├── OfferExpired        the first drawdown comes too late
│   ├── AccountSuspended    an alert on its subject's account suspends drawing
│   ├── NotALine            a loan has no limit that could be reviewed
│   └── NotYetExpired       the offer still stands
├── EventImpossible         an event does not fit the facility: whoever made it and its readers disagree
├── EventIdReused           an event's id belongs to a recorded event with other content
├── AlertUnknown            there is no such alert
├── AmountTooFine           an amount of money is finer than its currency's minor unit
├── SubjectOwes             a subject can't be erased while it owes something
└── ChangedTooOften         the subject changed each time the call was tried

ProjectionRefused           of underwriter.ledger: the log can't take an entry as things stand
└── CapReached              an approval passes what a total may come to

CompanionRefused            of underwriter.ledger: what comes with an entry can't be recorded
└── EventsChanged           other events came since those of an application's keys were seen

Amounts in texts are written like `400.50 CNY`. No message holds personal data.
"""

from collections.abc import Sequence

from underwriter.accounts.total_kind import TotalKind
from underwriter.credit.money import amount_of, minor_unit_exponent
from underwriter.ledger.errors import CompanionRefused, ProjectionRefused


class AccountsError(Exception):
    """The base of all errors of this package."""


class FacilityRefused(AccountsError):
    """What is asked for can't be done with the facility as it stands. Holds its UUID as `facility_id`."""

    def __init__(self, facility_id: str, text: str) -> None:
        super().__init__(f"facility {facility_id} {text}")
        self.facility_id = facility_id


class FacilityNotOpen(FacilityRefused):
    """Nothing more can happen to the facility."""

    def __init__(self, facility_id: str, state: str) -> None:
        super().__init__(facility_id, f"is {state}; only one that is set aside or in use can change")


class NothingOwed(FacilityRefused):
    """Nothing was drawn, so nothing can be repaid."""

    def __init__(self, facility_id: str) -> None:
        super().__init__(facility_id, "has nothing to repay: nothing is owed")


class NothingUndrawn(FacilityRefused):
    """All of a loan is drawn, so there is nothing to give up."""

    def __init__(self, facility_id: str) -> None:
        super().__init__(facility_id, "has nothing to release: nothing may be drawn any more")


class AmountAboveUndrawn(FacilityRefused):
    """More is to be drawn than may be. Holds the most that may be drawn, in minor units, as `allowed`."""

    def __init__(self, facility_id: str, allowed: int, currency: str) -> None:
        most = _amount_text(allowed, currency)
        super().__init__(facility_id, f"can't be drawn on by so much: at most {most} may be drawn")
        self.allowed = allowed


class AmountAboveOwed(FacilityRefused):
    """More is to be repaid than is owed. Holds what is owed, in minor units, as `allowed`."""

    def __init__(self, facility_id: str, allowed: int, currency: str) -> None:
        owed = _amount_text(allowed, currency)
        super().__init__(facility_id, f"can't be repaid by so much: {owed} of principal are owed")
        self.allowed = allowed


class OfferExpired(FacilityRefused):
    """The offer ended before anything was drawn."""

    def __init__(self, facility_id: str) -> None:
        super().__init__(facility_id, "can't be drawn on: the offer has expired; apply again")


class AccountSuspended(FacilityRefused):
    """Nothing can be drawn while an alert that suspends drawing is in force on the subject's account."""

    def __init__(self, facility_id: str) -> None:
        super().__init__(facility_id, "can't be drawn on: an alert suspends its account; release the alert first")


class NotALine(FacilityRefused):
    """What was lent once can't be drawn again, so there is no limit to review."""

    def __init__(self, facility_id: str) -> None:
        super().__init__(facility_id, "can't be reviewed: it is a loan, or was released; only an open line is reviewed")


class NotYetExpired(FacilityRefused):
    """The offer still stands, or was taken up."""

    def __init__(self, facility_id: str) -> None:
        super().__init__(facility_id, "does not expire now: only an offer that has ended undrawn does")


class CapReached(ProjectionRefused):
    """An approval passes what a total may come to. Holds what the total is of as `kind`, and its name as `name`."""

    def __init__(self, kind: TotalKind, name: str) -> None:
        super().__init__(
            f"the {kind.name.lower()} {name} has no room for its share: all that its cap allows is committed"
        )
        self.kind = kind
        self.name = name


class EventsChanged(CompanionRefused):
    """Other events came, under the account or the device of one that is to be recorded, since these were seen."""

    def __init__(self) -> None:
        super().__init__("other events came since those of the account and the device were seen; look again")


class EventImpossible(AccountsError):
    """An event does not fit the facility. Holds the facility's UUID as `facility_id`."""

    def __init__(self, facility_id: str, text: str) -> None:
        super().__init__(f"an event of facility {facility_id} is impossible: {text}")
        self.facility_id = facility_id


class EventIdReused(AccountsError):
    """An event's id came again with other content. Holds the id as `event_id`."""

    def __init__(self, event_id: str) -> None:
        super().__init__(f"event id {event_id} was used before with other content; use a new id for a new event")
        self.event_id = event_id


class AlertUnknown(AccountsError):
    """There is no such alert, or its account was erased. Holds its UUID as `alert_id`."""

    def __init__(self, alert_id: str) -> None:
        super().__init__(f"there is no alert {alert_id}, or its account's data was erased")
        self.alert_id = alert_id


class AmountTooFine(AccountsError):
    """An amount of money is finer than its currency's minor unit. Holds the decimal places allowed as `places`."""

    def __init__(self, currency: str, places: int) -> None:
        super().__init__(f"an amount in {currency} has at most {places} decimal places")
        self.places = places


class SubjectOwes(AccountsError):
    """A subject can't be erased while it owes something. Holds the UUIDs of what it owes under as `facility_ids`."""

    def __init__(self, facility_ids: Sequence[str]) -> None:
        super().__init__(f"the subject owes principal under facility {', '.join(facility_ids)}; erase it once repaid")
        self.facility_ids = tuple(facility_ids)


class ChangedTooOften(AccountsError):
    """What is stored on the subject changed each time the call was tried. Nothing was recorded; try again."""

    def __init__(self, attempts: int) -> None:
        super().__init__(
            f"what this call was made from was changed by others, {attempts} times in a row; nothing was recorded"
        )


def _amount_text(amount: int, currency: str) -> str:
    return f"{amount_of(amount, minor_unit_exponent(currency)):f} {currency}"
