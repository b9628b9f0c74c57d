"""The keys that the database keeps: the one that names are looked up by, and one of each subject."""

import os
from threading import Lock
from typing import NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from sqlalchemy import select
from uuid_utils import uuid7

from underwriter.ledger.keys.master_keys import WrappedKey, Wrapping
from underwriter.ledger.keys.sealing import KEY_BYTES
from underwriter.ledger.keys.unwrapped_keys import UnwrappedKeys
from underwriter.storage.database import Database
from underwriter.storage.schema import secrets

REF_BYTES = 16
PARTY_BYTES = 8

_INDEX = "index"
_SELECT_INDEX_KEY = select(secrets.c.master_key_id, secrets.c.wrapped_key).where(secrets.c.name == _INDEX)


class SubjectRow(NamedTuple):
    """A subject as `subjects` keeps it; the fields are explained there."""

    subject: bytes
    subject_ref: bytes
    wrapped_key: bytes
    master_key_id: str
    version: int


class _IndexHmacs(NamedTuple):
    """HMACs under the index key, begun: a copy that goes on costs half of one from the start."""

    subject: HMAC
    request: HMAC
    listing: HMAC
    event: HMAC
    device: HMAC
    party: HMAC

    @classmethod
    def begun(cls, index_key: bytes) -> "_IndexHmacs":
        hmacs = cls(*(HMAC(index_key, SHA256()) for _ in cls._fields))
        for name, begun in zip(cls._fields, hmacs, strict=True):
            begun.update(name.encode() + b"\0")
        return hmacs


class Vault:
    """Makes and opens the keys of one database. Safe in any thread, and in any number of processes.

    The index key, from which references and digests are made, is made once for each database. The first use of a
    reference or digest reads it, and makes it if there is none, in a transaction of its own: call `prepare` before
    where that can't be. Raises MasterKeyMissing and KeyDamaged then, and DatabaseUnavailable.
    """

    def __init__(self, database: Database, master_keys: Wrapping) -> None:
        self._database = database
        self._master_keys = master_keys
        self._unwrapped = UnwrappedKeys()
        self._index_hmacs: _IndexHmacs | None = None
        self._preparing = Lock()

    def prepare(self) -> None:
        """Read the index key, or make it; from then on no method touches the database."""
        self._prepared()

    def subject_ref(self, subject_id: str) -> bytes:
        """Return what a subject is found by, 16 bytes: an HMAC of the lender's identifier."""
        return _digest(self._prepared().subject, subject_id.encode())[:REF_BYTES]

    def request_digest(self, request: bytes) -> bytes:
        """Return what tells a retry from a second use of a request id, 32 bytes: an HMAC of the request."""
        return _digest(self._prepared().request, request)

    def listing_digest(self, listing: str) -> bytes:
        """Return what tells one listing from another, 32 bytes: an HMAC, since a listing may name a subject."""
        return _digest(self._prepared().listing, listing.encode())

    def event_digest(self, event: bytes) -> bytes:
        """Return what tells a retry from a second use of an event id, 32 bytes: an HMAC of the event."""
        return _digest(self._prepared().event, event)

    def device_ref(self, device_id: str) -> bytes:
        """Return what a device's events are found by, 16 bytes: an HMAC of its identifier."""
        return _digest(self._prepared().device, device_id.encode())[:REF_BYTES]

    def party_ref(self, party: str) -> bytes:
        """Return what tells the parties of one account's events apart, 8 bytes: an HMAC of a lender or a device."""
        return _digest(self._prepared().party, party.encode())[:PARTY_BYTES]

    def new_subject(self, subject_ref: bytes, subject: bytes = b"") -> SubjectRow:
        """Return a subject that nothing is stored on yet, with a new key, and new bytes unless they are given.

        The database is not touched.
        """
        subject, key = subject or new_subject_bytes(), os.urandom(KEY_BYTES)
        master_key_id, wrapped = self._master_keys.wrap(key, subject_purpose(subject))
        self._unwrapped.put(subject, key)
        return SubjectRow(subject, subject_ref, wrapped, master_key_id, version=0)

    def subject_key(self, subject: bytes, wrapped_key: bytes, master_key_id: str) -> bytes:
        """Return the key of a subject's row. Raises MasterKeyMissing and KeyDamaged."""
        key = self._unwrapped.get(subject)
        if key is None:
            key = self._master_keys.unwrap(WrappedKey(master_key_id, wrapped_key), subject_purpose(subject))
            self._unwrapped.put(subject, key)
        return key

    def forget(self, subject: bytes) -> None:
        """Keep a subject's key in memory no longer, once its row is gone."""
        self._unwrapped.forget(subject)

    def _prepared(self) -> _IndexHmacs:
        hmacs = self._index_hmacs
        if hmacs is None:
            with self._preparing:
                hmacs = self._index_hmacs = self._index_hmacs or _IndexHmacs.begun(self._stored_index_key())
        return hmacs

    def _stored_index_key(self) -> bytes:
        with self._database.reading() as connection:
            row = connection.execute(_SELECT_INDEX_KEY).one_or_none()
        wrapped_key = WrappedKey(*row) if row else self._make_index_key()
        return self._master_keys.unwrap(wrapped_key, secret_purpose(_INDEX))

    def _make_index_key(self) -> WrappedKey:
        """Insert a new index key unless another process was quicker; return what is there then."""
        key_id, wrapped = self._master_keys.wrap(os.urandom(KEY_BYTES), secret_purpose(_INDEX))
        row = {"name": _INDEX, "wrapped_key": wrapped, "master_key_id": key_id}
        with self._database.writing() as connection:
            connection.execute(self._database.insert(secrets).values(row).on_conflict_do_nothing())
            return WrappedKey(*connection.execute(_SELECT_INDEX_KEY).one())


def new_subject_bytes() -> bytes:
    """Return bytes that may stand for a new subject: those of a UUID v7."""
    return uuid7().bytes


def subject_purpose(subject: bytes) -> bytes:
    """Return the purpose that a subject's key is wrapped for."""
    return b"subject" + subject


def secret_purpose(name: str) -> bytes:
    """Return the purpose that a key of `secrets` is wrapped for."""
    return b"secret" + name.encode()


def _digest(begun: HMAC, content: bytes) -> bytes:
    """Return the HMAC of what it was begun with and the content after it."""
    hmac = begun.copy()
    hmac.update(content)
    return hmac.finalize()
