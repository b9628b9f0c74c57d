"""Connections to PostgreSQL that promise durable commits and never wait without end."""

from math import ceil
from typing import Any, NamedTuple

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import OperationalError
from psycopg.pq import TransactionStatus

from underwriter.storage.errors import DatabaseUnavailable

# Set by us and not left to the server, the role or the URL.
_SETTINGS = """
    SELECT set_config('synchronous_commit', 'on', false), set_config('lock_timeout', $1, false),
           set_config('statement_timeout', $2, false), set_config('idle_in_transaction_session_timeout', $3, false),
           set_config('idle_session_timeout', '0', false), current_setting('fsync')
"""
_IDLE_IN_TRANSACTION_S = 10.0
_LEAST_CONNECT_TIMEOUT_S = 2  # libpq's own


class Patience(NamedTuple):
    """How long to wait, in seconds: for a connection or a lock, and for the answer to a statement (None: for ever)."""

    busy_s: float
    answer_s: float | None


class PostgresConnection(psycopg.Connection[tuple[Any, ...]]):
    """A connection that is closed when the server leaves a statement unanswered for too long.

    The server itself bounds statements, but not a commit that hangs in a sync, nor its own death by a cut cable.
    """

    answer_timeout_s: float | None = None

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait as psycopg does. Raises OperationalError, with the connection closed, if no answer comes in time."""
        if timeout is not None or self.answer_timeout_s is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.answer_timeout_s)
        except OperationalError:
            if self.info.transaction_status is not TransactionStatus.ACTIVE:
                raise
            self.close()
            raise OperationalError(f"the server left a statement unanswered for {self.answer_timeout_s:g} s") from None


def connect(arguments: dict[str, Any], patience: Patience) -> PostgresConnection:
    """Return a new connection in autocommit mode.

    Raises what psycopg raises, and DatabaseUnavailable if the server may lose what it acknowledged.
    """
    seconds = max(_LEAST_CONNECT_TIMEOUT_S, ceil(patience.busy_s))
    fixed = {"autocommit": True, "client_encoding": "utf8", "connect_timeout": seconds}
    connection = PostgresConnection.connect(**arguments | fixed, cursor_factory=psycopg.RawCursor)
    connection.server_cursor_factory = psycopg.RawServerCursor
    try:
        _settle(connection, patience)
    except BaseException:
        connection.close()
        raise
    return connection


def _settle(connection: PostgresConnection, patience: Patience) -> None:
    limits = (patience.busy_s, patience.answer_s or 0, _IDLE_IN_TRANSACTION_S)
    settings = connection.execute(_SETTINGS, [str(ceil(limit * 1000)) for limit in limits]).fetchone()
    if settings is None or settings[-1] != "on":
        raise DatabaseUnavailable("the server runs with fsync off and may lose what it acknowledged; set fsync = on")
    if patience.answer_s is not None:
        # The server's own limit strikes first, where it can.
        connection.answer_timeout_s = patience.answer_s + 1
