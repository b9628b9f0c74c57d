"""A record that outlasts the servers on it: its database and keys, and what must always be true of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from underwriter.accounts.audit import audit
from underwriter.ledger import EntryKind
from underwriter.ledger.checkpoints import default_origin, make_signing_key, read_signing_key
from underwriter.ledger.keys import create_master_key_file, read_master_keys
from underwriter.ledger.verification import Scope, Verification, read_checkpoint
from underwriter.storage import Database, open_database
from underwriter.storage.schema import entries

LOG = "decisions"


class KeptRecord:
    """One database with keys of its own, made in a folder."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.master_key_file = folder / "keys" / "master.key"
        self.signing_key_file = folder / "keys" / "signing.key"
        create_master_key_file(self.master_key_file)
        make_signing_key(self.signing_key_file, default_origin(LOG))

    @property
    def is_postgres(self) -> bool:
        return self.url.startswith("postgresql")

    @property
    def settings(self) -> dict[str, object]:
        """What a server on it is told."""
        files = {"master_key_file": self.master_key_file, "signing_key_file": self.signing_key_file}
        return {"database": self.url, **files}

    def assert_sound(self, notes: Sequence[str] = ()) -> int:
        """The log verifies, has grown from every checkpoint that was given out, and the tables say what it says.

        Returns how many records it has.
        """
        verifier_key = read_signing_key(self.signing_key_file).verifier_key()
        scope = Scope(
            log=LOG,
            verifier_key=verifier_key,
            checkpoints=[read_checkpoint(note, verifier_key) for note in notes],
            master_keys=read_master_keys(self.master_key_file),
        )
        verification = Verification(self.url, scope)
        assert list(verification) == []
        with self._opened() as database:
            assert audit(database).differences == ()
        return verification.result.size

    def places(self) -> dict[str, tuple[int, bytes]]:
        """Return the index and leaf hash of each record that a client asked for, by its request id."""
        statement = select(entries.c.request_id, entries.c.log_index, entries.c.leaf_hash)
        with self._opened() as database, database.reading() as connection:
            rows = connection.execute(statement.where(entries.c.kind != EntryKind.EXPIRY))
            return {request_id: (index, leaf_hash) for request_id, index, leaf_hash in rows}

    @contextmanager
    def _opened(self) -> Iterator[Database]:
        database = open_database(self.url)
        try:
            yield database
        finally:
            database.close()
