"""Master keys: they wrap the keys that the database keeps, and stand outside of it.

As text, one key a line: `<key id> <base64 of 32 bytes>`. The first is the current one, which wraps new keys; those
below are older and only unwrap. Empty lines and what follows `#` at the start of a line don't count.
"""

import os
import re
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from underwriter.ledger.keys.errors import KeyDamaged, MasterKeyInvalid, MasterKeyMissing
from underwriter.ledger.keys.sealing import KEY_BYTES, NONCE_BYTES

ENVIRONMENT_VARIABLE = "UNDERWRITER_MASTER_KEY"

_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class WrappedKey(NamedTuple):
    """A key as it is stored: the id of the master key that wrapped it, and the wrapped bytes."""

    master_key_id: str
    wrapped: bytes


class Wrapping(Protocol):
    """Wraps keys by the current master key and unwraps them by any: `MasterKeys`, or `MasterKeyFile`."""

    def wrap(self, key: bytes, purpose: bytes) -> WrappedKey:
        """Return the key wrapped. `purpose` says what the key is for, and must be the same when it is unwrapped."""

    def unwrap(self, wrapped_key: WrappedKey, purpose: bytes) -> bytes:
        """Return the key that was wrapped for the purpose. Raises MasterKeyMissing and KeyDamaged."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A master key: 32 random bytes, and an id of up to 64 letters, digits, `.`, `_` and `-` that tells which it is."""

    key_id: str
    key: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> "MasterKey":
        """Return a new key with a new id."""
        return cls(f"mk-{secrets.token_hex(6)}", os.urandom(KEY_BYTES))

    def line(self) -> str:
        """Return the key as a line of text, without the line's end."""
        return f"{self.key_id} {b64encode(self.key).decode()}"


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """The master keys: the current one wraps new keys; the older, newest first, only unwrap."""

    current: MasterKey
    older: tuple[MasterKey, ...] = ()

    @classmethod
    def generate(cls) -> "MasterKeys":
        """Return one new key."""
        return cls(MasterKey.generate())

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all keys, the current one first."""
        return tuple(key.key_id for key in (self.current, *self.older))

    def wrap(self, key: bytes, purpose: bytes) -> WrappedKey:
        """See `Wrapping.wrap`: AES-256-GCM with a random nonce before it, the purpose authenticated."""
        nonce = os.urandom(NONCE_BYTES)
        return WrappedKey(self.current.key_id, nonce + AESGCM(self.current.key).encrypt(nonce, key, purpose))

    def unwrap(self, wrapped_key: WrappedKey, purpose: bytes) -> bytes:
        """See `Wrapping.unwrap`."""
        master_key_id, wrapped = wrapped_key
        master_key = self._of(master_key_id)
        nonce, ciphertext = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        if len(nonce) < NONCE_BYTES:
            raise KeyDamaged(master_key_id)
        try:
            return AESGCM(master_key.key).decrypt(nonce, ciphertext, purpose)
        except InvalidTag:
            raise KeyDamaged(master_key_id) from None

    def _of(self, key_id: str) -> MasterKey:
        for key in (self.current, *self.older):
            if key.key_id == key_id:
                return key
        raise MasterKeyMissing(key_id)


def parse_master_keys(text: str, origin: str = ENVIRONMENT_VARIABLE) -> MasterKeys:
    """Return the master keys of a text. Raises MasterKeyInvalid with all faults, as `origin:line: what is wrong`."""
    keys: dict[str, MasterKey] = {}
    faults = []
    for number, line in enumerate(text.splitlines(), 1):
        if not is_key_line(line):
            continue
        key = _key_of(line)
        if isinstance(key, str):
            faults.append(f"{origin}:{number}: {key}")
        elif key.key_id in keys:
            faults.append(f"{origin}:{number}: the key id {key.key_id} stands on an earlier line already")
        else:
            keys[key.key_id] = key
    if not keys and not faults:
        faults.append(f"{origin}: there is no key; `underwriter keys create FILE` makes a file with one")
    if faults:
        raise MasterKeyInvalid(faults)
    current, *older = keys.values()
    return MasterKeys(current, tuple(older))


def read_master_keys(file: Path) -> MasterKeys:
    """Return the master keys of a file. Raises MasterKeyInvalid with all faults, also if it can't be read."""
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise MasterKeyInvalid([f"{file}: can't be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise MasterKeyInvalid([f"{file}: is not text in UTF-8"]) from None
    return parse_master_keys(text, str(file))


def is_key_line(line: str) -> bool:
    """Tell whether a line should be one of a key, not an empty one or a remark."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _key_of(line: str) -> MasterKey | str:
    """Return the key of a line, or what is wrong. The text never quotes the line: it may hold most of a key."""
    words = line.split()
    if len(words) == 2:
        return _checked(*words)
    return "a line is a key id, a blank and the key in base64"


def _checked(key_id: str, encoded: str) -> MasterKey | str:
    if not _KEY_ID.fullmatch(key_id):
        return "the key id has up to 64 letters, digits, '.', '_' and '-'"
    try:
        key = b64decode(encoded, validate=True)
    except ValueError:
        return "the key is not in base64"
    if len(key) != KEY_BYTES:
        return f"the key has {len(key)} bytes; it must have {KEY_BYTES}"
    return MasterKey(key_id, key)
