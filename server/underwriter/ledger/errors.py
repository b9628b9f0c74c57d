"""What can go wrong with the ledger.

LedgerError
├── LedgerUnavailable    the database can't take or give records now; trying again later may help
├── LedgerUrlInvalid     the ledger's address names no database that we can use
├── RequestIdReused      the request id belongs to a recorded request with other content
├── DecisionIdReused     the decision id belongs to another recorded decision
└── PageTokenInvalid     the page token is not one that we gave for these filters

No message holds personal data: none quotes a payload or a subject.
"""


class LedgerError(Exception):
    """The base of all errors of this package."""


class LedgerUnavailable(LedgerError):
    """The database is locked, full, gone, read-only or closed. Nothing of what was to be written is recorded."""


class LedgerUrlInvalid(LedgerError):
    """The ledger's address names no database that we can use."""


class RequestIdReused(LedgerError):
    """A request id came again with other content. Holds the id as `request_id`."""

    def __init__(self, request_id: str) -> None:
        super().__init__(f"request id {request_id} was used before with other content; use a new id for a new request")
        self.request_id = request_id


class DecisionIdReused(LedgerError):
    """A decision id came again for another request. Holds the id as `decision_id`."""

    def __init__(self, decision_id: str) -> None:
        super().__init__(f"decision id {decision_id} is taken by another decision; make a new UUID for each decision")
        self.decision_id = decision_id


class PageTokenInvalid(LedgerError):
    """A page token is garbled, or was given for other filters."""

    def __init__(self) -> None:
        super().__init__(
            "the page token doesn't belong to these filters; list again from the first page without a token"
        )
