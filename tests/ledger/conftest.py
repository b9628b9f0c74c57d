"""What the ledger's tests share: a fresh ledger of each kind of database, and entries to commit."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from underwriter.ledger import Entry, SqlLedger, open_ledger, upgrade

EntryOf = Callable[..., Entry]


@pytest.fixture(params=["sqlite"])
def ledger_url(tmp_path: Path) -> str:
    """The URL of an empty, upgraded ledger. Whatever tests take it run once for every kind of database."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    upgrade(url)
    return url


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[SqlLedger]:
    with open_ledger(ledger_url, busy_timeout_s=0.2) as opened:
        yield opened


@pytest.fixture(scope="session")
def entry_of() -> EntryOf:
    """Makes the entry of a request id; keywords change its fields."""

    def make(request_id: str, **changes: object) -> Entry:
        digest = sha256(request_id.encode()).digest()
        fields: dict[str, object] = {
            "decision_id": str(UUID(bytes=digest[:16])),
            "request_id": request_id,
            "request_digest": digest,
            "subject_id": "subject-1",
            "product": "PAY_LATER",
            "outcome": 1,
            "policy_version": "a" * 64,
            "decide_time_us": 1_790_000_000_000_000,
            "request": b"request " + digest,
            "decision": b"decision " + digest,
            "evidence": b"",
        }
        return Entry(**(fields | changes))  # type: ignore[arg-type]

    return make
