"""What the statements of this server need of a database, whichever it is."""

from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy import ClauseElement, Connection, Dialect, Table


class Database(Protocol):
    """One SQL database, used by any number of threads and processes. Made after the fork, never before.

    Statements are SQLAlchemy's and the same for all databases. Those of the hot path are compiled once, by `compiled`,
    and run on `connection.connection.cursor()` with plain tuples: for a small batch, SQLAlchemy's own preparation of a
    statement takes several times as long as the statement.
    """

    @property
    def dialect(self) -> Dialect:
        """What statements are compiled for."""

    @property
    def place(self) -> str:
        """Where the database is, without any password: for messages to operators."""

    def insert(self, table: Table, /) -> Any:
        """Return the dialect's INSERT, which knows `on_conflict_do_nothing` and `on_conflict_do_update`."""

    def compiled(self, statement: ClauseElement) -> str:
        """Return the statement's text for the driver's cursor, its parameters positional, in the order written."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Lend a connection to read by; each statement sees what is committed by then.

        Raises DatabaseUnavailable for every fault of the database.
        """

    def writing(self) -> AbstractContextManager[Connection]:
        """Lend a connection inside a transaction that no other writer shares; commit at the end, durably.

        Any exception rolls all of it back. A statement that failed leaves nothing to go on with: let its error pass.
        Raises DatabaseUnavailable for every fault of the database.
        """

    def create(self) -> None:
        """Make an empty database where there is none, as far as this server can."""

    def scrub(self) -> None:
        """Overwrite what deleted and replaced rows left behind, as far as the database lets us."""

    def close(self) -> None:
        """Close all connections. The next use opens them again."""
