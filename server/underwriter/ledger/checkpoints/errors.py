"""What can go wrong with checkpoints.

CheckpointError
├── NoteInvalid     the text is no signed note or checkpoint, or the key did not sign it
├── KeyInvalid      the text or file of a signing or verifier key can't be used
├── OriginChanged   the database's checkpoints are those of a log with another name
└── LogAltered      the log is not the one that was signed before: records were changed, taken out or cut off

No message holds a signing key, or a part of one.
"""

from underwriter.ledger.errors import LedgerError


class CheckpointError(LedgerError):
    """The base of all errors with checkpoints."""


class NoteInvalid(CheckpointError):
    """The text is no signed note, holds no checkpoint, or was not signed by the key. Nothing in it may be believed."""


class KeyInvalid(CheckpointError):
    """A signing key or verifier key can't be used."""


class OriginChanged(CheckpointError):
    """The database's checkpoints name another log than the signing key does."""

    def __init__(self, stored: str, name: str) -> None:
        super().__init__(
            f"the database's checkpoints are those of the log {stored}, but the signing key is named {name}: "
            "use the key of this database, or a new key of the same name"
        )


class LogAltered(CheckpointError):
    """The log is not the one that was signed before. Nothing is signed until somebody has looked."""

    def __init__(self, log: str, finding: str) -> None:
        super().__init__(f"log {log} was altered: {finding}; run `underwriter ledger verify`")
