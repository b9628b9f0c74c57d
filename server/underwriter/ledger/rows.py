"""Records as rows of the table `entries`, and back, with what of their subjects' rows opens them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from underwriter.ledger.entry import Payload, Recorded, Sealed
from underwriter.ledger.keys.master_keys import WrappedKey
from underwriter.ledger.keys.sealing import open_payload
from underwriter.ledger.keys.vault import Vault
from underwriter.storage.schema import entries, subjects

NOTHING_SECRET = Payload(b"", b"", b"")


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as it is stored, with its subject's key, which is None if the subject was erased."""

    log: str
    index: int
    leaf_hash: bytes
    sealed: Sealed
    key: WrappedKey | None


def select_records() -> Select[Any]:
    """Return the statement whose rows `stored_record` reads: all records, each with its subject's key if it has one."""
    with_keys = entries.outerjoin(subjects, subjects.c.subject == entries.c.subject)
    return select(*entries.c, subjects.c.wrapped_key, subjects.c.master_key_id).select_from(with_keys)


def stored_record(row: Sequence[Any]) -> StoredRecord:
    """Return the record that a row of `select_records` holds."""
    log, index, leaf_hash, *fields, wrapped_key, master_key_id = row
    key = None if wrapped_key is None else WrappedKey(master_key_id, wrapped_key)
    return StoredRecord(log, index, leaf_hash, Sealed(*fields), key)


def row_of(record: Recorded) -> tuple[str | int | bytes | None, ...]:
    """Return the record's row, its values in the order of the columns of `entries`."""
    return (record.log, record.index, record.leaf_hash, *record.sealed)


def opened(stored: StoredRecord, vault: Vault) -> Recorded:
    """Return the record with its payload, if that is there and its subject was not erased. Raises SealingError."""
    payload = None if stored.key is None else _payload_of(stored.sealed, stored.key, vault)
    return Recorded(stored.sealed, payload, stored.log, stored.index, stored.leaf_hash, is_erased=stored.key is None)


def _payload_of(sealed: Sealed, key: WrappedKey, vault: Vault) -> Payload | None:
    if not sealed.payload:
        return None if sealed.payload is None else NOTHING_SECRET
    subject_key = vault.subject_key(sealed.subject, key.wrapped, key.master_key_id)
    return open_payload(subject_key, sealed.entry_id, sealed.payload)
