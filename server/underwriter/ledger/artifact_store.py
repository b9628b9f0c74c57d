"""Keeps policies and models by the hash of their content, so that any decision can be made again."""

from typing import Literal

from sqlalchemy import select

from underwriter.storage.database import Database
from underwriter.storage.schema import artifacts

ArtifactKind = Literal["policy", "model"]


class ArtifactStore:
    """The policies and models that ever were in use. Safe in any thread; all methods raise DatabaseUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def store(self, version: str, kind: ArtifactKind, content: bytes, store_time_us: int) -> None:
        """Keep the content under its version. A version that is kept already stays as it is: it names its content."""
        row = {"version": version, "kind": kind, "content": content, "store_time_us": store_time_us}
        with self._database.writing() as connection:
            connection.execute(self._database.insert(artifacts).on_conflict_do_nothing(), row)

    def load(self, version: str) -> bytes | None:
        """Return the content, None if the version was never kept."""
        with self._database.reading() as connection:
            return connection.execute(select(artifacts.c.content).where(artifacts.c.version == version)).scalar()
