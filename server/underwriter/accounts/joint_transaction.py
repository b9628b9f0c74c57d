"""Writes within the transaction of whoever calls, or in one of its own."""

from contextlib import AbstractContextManager, nullcontext

from sqlalchemy import Connection

from underwriter.storage.database import Database


def writing_on(database: Database, connection: Connection | None) -> AbstractContextManager[Connection]:
    """Lend the connection that is given, which is in a transaction of `Database.writing`; one of its own if none is."""
    return nullcontext(connection) if connection is not None else database.writing()
