"""What is kept up to date with the log, inside the log's own transactions, such as facilities."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection

from underwriter.ledger.entry import Sealed
from underwriter.ledger.errors import ProjectionRefused


class Projection(Protocol):
    """Tables that follow from the log alone: applying the facts of all entries in order to empty tables gives them.

    Both methods get only entries with facts, in the order of the log, within the transaction that appends them; no
    other writer is at work. They raise what the database raises, never anything of their own.
    """

    def refusals(self, connection: Connection, entries: Sequence[Sealed]) -> Sequence[ProjectionRefused | None]:
        """Tell for each entry whether it can't be taken as things stand after those before it that are taken."""

    def apply(self, connection: Connection, entries: Sequence[Sealed]) -> None:
        """Bring the tables up to date with entries that were not refused."""
