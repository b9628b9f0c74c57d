"""What can go wrong with the stored tree."""

from underwriter.ledger.errors import LedgerError


class TreeDamaged(LedgerError):
    """The stored tree lacks a hash that it must hold, or holds one of the wrong form: somebody altered the database."""
