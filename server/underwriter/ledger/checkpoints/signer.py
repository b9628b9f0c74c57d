"""The key that signs checkpoints, and its file: one line in the form of Go's golang.org/x/mod/sumdb/note.

PRIVATE+KEY+<name>+<hash>+<base64 of 0x01 and the seed>
"""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from underwriter.ledger.checkpoints.canonical_base64 import from_base64, to_base64
from underwriter.ledger.checkpoints.errors import KeyInvalid
from underwriter.ledger.checkpoints.note import Note, Signature
from underwriter.ledger.checkpoints.verifier_key import ED25519, KEY_SIZE, VerifierKey
from underwriter.ledger.secret_file import create_secret_file

_START = "PRIVATE+KEY+"
_FORM = "a signing key has the form PRIVATE+KEY+NAME+HASH+KEY, on one line, and is for Ed25519"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key: its name, which is the origin of the one log that it signs, and its secret 32-byte seed."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> Self:
        """Return a new key. Raises KeyInvalid if no key may have this name."""
        key = cls(name, secrets.token_bytes(KEY_SIZE))
        key.verifier_key()
        return key

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the key that `line` makes this text of. Raises KeyInvalid, without a word of the text."""
        try:
            name, _, encoded = text.removeprefix(_START).split("+", 2)
            content = from_base64(encoded)
        except ValueError:
            raise KeyInvalid(_FORM) from None
        if not text.startswith(_START) or content[:1] != ED25519 or len(content) != 1 + KEY_SIZE:
            raise KeyInvalid(_FORM)
        key = cls(name, content[1:])
        if key.line() != text:
            raise KeyInvalid("the signing key's hash does not belong to its name and key: a part of it was changed")
        return key

    def line(self) -> str:
        """Return the key as a line of text, without the line's end. It is a secret."""
        return f"{_START}{self.name}+{self.verifier_key().key_hash.hex()}+{to_base64(ED25519 + self.seed)}"

    def verifier_key(self) -> VerifierKey:
        """Return the key that verifies what this one signs, to be given to everybody."""
        return VerifierKey(self.name, self._private_key().public_key().public_bytes_raw())

    def signature(self, text: str) -> Signature:
        """Return this key's signature over a text, always the same for the same text (RFC 8032)."""
        return Signature(self.name, self.verifier_key().key_hash, self._private_key().sign(text.encode()))

    def signed(self, text: str) -> Note:
        """Return the text as a note with this key's signature. The text must end with a line's end."""
        return Note(text, (self.signature(text),))

    def _private_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def read_signing_key(file: Path) -> SigningKey:
    """Return the key in a file. Raises KeyInvalid, with the file's name, if it is not there or holds no key."""
    try:
        return SigningKey.parse(file.read_text(encoding="utf-8").removesuffix("\n"))
    except OSError as error:
        raise KeyInvalid(f"{file}: can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise KeyInvalid(f"{file}: {_FORM}") from None
    except KeyInvalid as error:
        raise KeyInvalid(f"{file}: {error}") from None


def make_signing_key(file: Path, name: str) -> SigningKey:
    """Make a file with a new key, which only its owner may read (mode 0600), and its folder; return the key.

    The file appears whole or not at all. Raises FileExistsError if it is there, also where two processes make it at
    once: it is never overwritten. Raises KeyInvalid if it can't be written, or no key may have this name.
    """
    key = SigningKey.generate(name)
    try:
        create_secret_file(file, f"{key.line()}\n")
    except FileExistsError:
        raise
    except OSError as error:
        raise KeyInvalid(f"{file}: can't be written: {error.strerror}") from None
    return key


def default_origin(log: str) -> str:
    """Return a name for the key of a log whose owner gave none, such as `underwriter/decisions/5f0c3a9e1b7d2468`.

    Two logs of one origin look like one log that was forked; so each database gets a name of its own.
    """
    return f"underwriter/{log}/{secrets.token_hex(8)}"
