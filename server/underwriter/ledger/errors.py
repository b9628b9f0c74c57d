"""What can go wrong with the ledger, besides its database (`underwriter.storage.errors`).

LedgerError
├── RequestIdReused      the request id belongs to a recorded request with other content
├── EntryIdReused        the entry id belongs to another record
├── SubjectChanged       what is stored on the subject is not what the answer was made from
├── ProjectionRefused    what is kept up to date with the log can't take the entry; the base of such refusals
├── OrdersChanged        another change of a policy came before
├── CompanionRefused     what comes with the entry can't be recorded; the base of such refusals
├── SubjectUnknown       nothing is recorded on the subject, or it was erased
├── PageTokenInvalid     the page token is not one that we gave for these filters
└── SealingError         see `keys/errors.py`: a master key is missing, a payload can't be opened

No message holds personal data: none quotes a payload or a subject.
"""


class LedgerError(Exception):
    """The base of all errors of this package."""


class RequestIdReused(LedgerError):
    """A request id came again with other content. Holds the id as `request_id`."""

    def __init__(self, request_id: str) -> None:
        super().__init__(f"request id {request_id} was used before with other content; use a new id for a new request")
        self.request_id = request_id


class EntryIdReused(LedgerError):
    """An entry id came again for another request. Holds the id as `entry_id`."""

    def __init__(self, entry_id: str) -> None:
        super().__init__(f"entry id {entry_id} is taken by another record; make a new UUID for each record")
        self.entry_id = entry_id


class SubjectChanged(LedgerError):
    """What is stored on the subject has changed since it was read. Read it again and answer anew."""

    def __init__(self) -> None:
        super().__init__("what is stored on the subject has changed since it was read; read it again")


class ProjectionRefused(LedgerError):
    """A projection can't take an entry as things stand now, such as one that passes a funder's cap."""


class OrdersChanged(LedgerError):
    """A change of a policy was made without knowing one that came before it. Read what there is and make it anew."""

    def __init__(self) -> None:
        super().__init__("another change of a policy came first; look at what is in force now")


class CompanionRefused(LedgerError):
    """What comes with an entry can't be recorded as things stand now. Answer anew by what is stored."""


class SubjectUnknown(LedgerError):
    """Nothing is recorded on the subject, or it was erased."""

    def __init__(self) -> None:
        super().__init__("nothing is recorded on this subject, or its data was erased")


class PageTokenInvalid(LedgerError):
    """A page token is garbled, or was given for other filters."""

    def __init__(self) -> None:
        super().__init__(
            "the page token doesn't belong to these filters; list again from the first page without a token"
        )
