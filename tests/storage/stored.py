"""Small rows to write and to find again: artifacts of a version, and a counter that lost updates would show."""

from sqlalchemy import Connection, select

from underwriter.storage import Database
from underwriter.storage.schema import artifacts, commitments


def insert(connection: Connection, version: str, content: bytes = b"content") -> None:
    row = {"version": version, "kind": "POLICY", "content": content, "store_time_us": 1}
    connection.execute(artifacts.insert().values(row))


def write(database: Database, *versions: str, content: bytes = b"content") -> None:
    """Store all of them in one transaction."""
    with database.writing() as connection:
        for version in versions:
            insert(connection, version, content)


def versions(database: Database) -> list[str]:
    with database.reading() as connection:
        return sorted(connection.execute(select(artifacts.c.version)).scalars())


def count_one(database: Database, version: str = "") -> int:
    """Read, add one and write in a transaction, together with an artifact if it has a version."""
    with database.writing() as connection:
        found = connection.execute(select(commitments.c.committed)).scalar()
        if found is None:
            connection.execute(commitments.insert().values(kind=1, name="bank", currency="CNY", committed=1))
        else:
            connection.execute(commitments.update().values(committed=found + 1))
        if version:
            insert(connection, version)
    return (found or 0) + 1


def counted(database: Database) -> int:
    with database.reading() as connection:
        return connection.execute(select(commitments.c.committed)).scalar() or 0
