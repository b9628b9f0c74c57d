"""Keeps what is recorded on a person readable with keys only: one of its own for each, wrapped by the master key.

A master key wraps the key of each subject, a subject's key gives the key of each record, and that seals the payload.
Changing the master key so rewrites keys, never payloads; and deleting a subject's key makes its records unreadable.
"""

from underwriter.ledger.keys.errors import KeyDamaged, MasterKeyInvalid, MasterKeyMissing, PayloadDamaged, SealingError
from underwriter.ledger.keys.master_key_file import MasterKeyFile, access_warning, create_master_key_file
from underwriter.ledger.keys.master_keys import (
    MasterKey,
    MasterKeys,
    WrappedKey,
    Wrapping,
    parse_master_keys,
    read_master_keys,
)
from underwriter.ledger.keys.sealing import open_payload, open_with_record_key, record_key, seal
from underwriter.ledger.keys.vault import SubjectRow, Vault

__all__ = [
    "KeyDamaged",
    "MasterKey",
    "MasterKeyFile",
    "MasterKeyInvalid",
    "MasterKeyMissing",
    "MasterKeys",
    "PayloadDamaged",
    "SealingError",
    "SubjectRow",
    "Vault",
    "WrappedKey",
    "Wrapping",
    "access_warning",
    "create_master_key_file",
    "open_payload",
    "open_with_record_key",
    "parse_master_keys",
    "read_master_keys",
    "record_key",
    "seal",
]
