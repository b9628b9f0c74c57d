"""What the ledger's tests share: a fresh ledger in each kind of database, its master keys, and entries to commit."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from uuid import UUID

import pytest

from underwriter.ledger import Entry, EntryKind, SqlLedger, open_ledger
from underwriter.ledger.keys import MasterKeys, Vault
from underwriter.storage import Database, open_database

EntryOf = Callable[..., Entry]


@pytest.fixture(scope="session")
def master_keys() -> MasterKeys:
    return MasterKeys.generate()


@pytest.fixture
def ledger(database_url: str, master_keys: MasterKeys) -> Iterator[SqlLedger]:
    with open_ledger(database_url, master_keys, busy_timeout_s=60) as opened:
        yield opened


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def vault(database: Database, master_keys: MasterKeys) -> Vault:
    return Vault(database, master_keys)


@pytest.fixture(scope="session")
def entry_of() -> EntryOf:
    """Makes the entry of a request id; keywords change its fields."""

    def make(request_id: str, **changes: object) -> Entry:
        digest = sha256(request_id.encode()).digest()
        fields: dict[str, object] = {
            "kind": EntryKind.DECISION,
            "entry_id": str(UUID(bytes=digest[:16])),
            "request_id": request_id,
            "subject_id": "subject-1",
            "subject": b"",
            "product": "PAY_LATER",
            "outcome": 1,
            "policy_version": "a" * 64,
            "time_us": 1_790_000_000_000_000,
            "request": b"request " + digest,
            "answer": b"answer " + digest,
            "evidence": b"evidence " + digest,
            "facts": b"",
            "expected_version": None,
        }
        return Entry(**(fields | changes))  # type: ignore[arg-type]

    return make
