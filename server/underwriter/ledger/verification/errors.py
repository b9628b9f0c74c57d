"""What can go wrong with proofs.

ProofError
├── ProofInvalid      a file is no proof, or proves nothing; holds all that is wrong with it
├── RecordNotFound    there is no such record to prove
└── NotDisclosable    the record can't be disclosed: its subject was erased, or its payload is in an archive

No message holds personal data: none quotes a payload.
"""

from collections.abc import Sequence

from underwriter.ledger.errors import LedgerError


class ProofError(LedgerError):
    """The base of all errors with proofs."""


class ProofInvalid(ProofError):
    """A file is no proof, or proves nothing. Holds all that is wrong as `faults`."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class RecordNotFound(ProofError):
    """There is no such record."""

    def __init__(self, log: str, entry_id: str) -> None:
        super().__init__(f"there is no record {entry_id} in the log {log}")


class NotDisclosable(ProofError):
    """The leaf or the content of a record can't be given out. The text says why."""
