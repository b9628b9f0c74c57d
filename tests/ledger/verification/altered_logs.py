"""What somebody with the database's password can do to a log."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, text, update

from underwriter.ledger.checkpoints import VerifierKey
from underwriter.ledger.entry import Sealed
from underwriter.ledger.leaf import leaf_hash
from underwriter.ledger.merkle import Frontier
from underwriter.ledger.verification import Finding, Scope, Verification, Verified
from underwriter.storage import Database
from underwriter.storage.schema import entries, tree_heads, tree_nodes

LOG = "decisions"
SIZE = 300
SIGNED_SIZES = (40, 200, 270, 290)


def entry_id_of(index: int) -> str:
    return str(UUID(int=index + 1))


@dataclass
class AlteredLog:
    """A log and the means to alter it."""

    url: str
    database: Database
    verifier_key: VerifierKey

    def verify(self, **scope: Any) -> tuple[list[Finding], Verified]:
        verification = Verification(self.url, Scope(**({"verifier_key": self.verifier_key} | scope)))
        return list(verification), verification.result

    def do(self, statement: str, **values: Any) -> None:
        with self.database.writing() as connection:
            connection.execute(text(statement), values)

    def take_constraints_away(self) -> None:
        """A table with the same rows, without keys or indexes."""
        self.do("CREATE TABLE copied AS SELECT * FROM entries")
        self.do("DROP TABLE entries")
        self.do("ALTER TABLE copied RENAME TO entries")

    def set(self, index: int, **values: Any) -> None:
        with self.database.writing() as connection:
            connection.execute(update(entries).where(entries.c.log_index == index).values(**values))

    def row(self, index: int) -> dict[str, Any]:
        with self.database.reading() as connection:
            found = connection.execute(select(entries).where(entries.c.log_index == index)).one()
        return dict(found._mapping)

    def insert(self, **row: Any) -> None:
        with self.database.writing() as connection:
            connection.execute(insert(entries).values(**row))

    def delete(self, index: int) -> None:
        self.do("DELETE FROM entries WHERE log_index = :index", index=index)

    def shift(self, start: int, by: int) -> None:
        """Give all entries from an index on other indexes."""
        self.do("UPDATE entries SET log_index = log_index + :by WHERE log_index >= :start", by=by, start=start)

    def swap(self, one: int, other: int) -> None:
        for before, after in ((one, -1), (other, one), (-1, other)):
            self.do("UPDATE entries SET log_index = :after WHERE log_index = :before", before=before, after=after)

    def rehash(self, index: int) -> None:
        """Make an entry's leaf hash fit its content."""
        row = self.row(index)
        self.set(index, leaf_hash=leaf_hash(Sealed(*(row[name] for name in Sealed._fields))))

    def rebuild_tree(self) -> None:
        """Make all stored hashes and the head fit the leaf hashes, as an attacker who knows the code would."""
        with self.database.writing() as connection:
            frontier, nodes = Frontier.empty().appended(self._leaves(connection))
            connection.execute(delete(tree_nodes))
            connection.execute(update(tree_heads).values(size=frontier.size, peaks=frontier.to_bytes()))
            for node in nodes:
                values = {"log": LOG, "level": node.level, "node_index": node.index, "hash": node.hash}
                connection.execute(insert(tree_nodes).values(values))

    def _leaves(self, connection: Connection) -> Sequence[bytes]:
        return connection.execute(select(entries.c.leaf_hash).order_by(entries.c.log_index)).scalars().all()
