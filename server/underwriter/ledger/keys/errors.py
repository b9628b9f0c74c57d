"""What can go wrong with keys and what they seal.

SealingError
├── MasterKeyInvalid    the text or file of the master keys can't be used
├── MasterKeyMissing    a key is wrapped by a master key that we don't have
├── KeyDamaged          a wrapped key is not what we wrapped
└── PayloadDamaged      a sealed payload is not what we sealed, or the key is another

No message holds a key, or a part of one.
"""

from collections.abc import Sequence

from underwriter.ledger.errors import LedgerError


class SealingError(LedgerError):
    """The base of all errors with keys and what they seal."""


class MasterKeyInvalid(SealingError):
    """The master keys can't be used. Holds all that is wrong as `faults`, each with its place."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class MasterKeyMissing(SealingError):
    """A key is wrapped by a master key that we don't have. Holds its id as `key_id`."""

    def __init__(self, key_id: str) -> None:
        super().__init__(
            f"the database has keys that are wrapped by master key {key_id}, which is not among the master keys: "
            f"add the line of {key_id} again below the current key, in the master key file or UNDERWRITER_MASTER_KEY"
        )
        self.key_id = key_id


class KeyDamaged(SealingError):
    """A wrapped key is not what we wrapped: it was altered, or belongs elsewhere."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"a key that master key {key_id} should have wrapped can't be unwrapped: it was altered")


class PayloadDamaged(SealingError):
    """A sealed payload is not what we sealed: it was altered, belongs to another record, or the key is another."""

    def __init__(self, entry_id: str) -> None:
        super().__init__(f"the payload of record {entry_id} can't be opened: it was altered, or the key is another")
