"""Keys that verify signed notes (c2sp.org/signed-note), in the text form of Go's golang.org/x/mod/sumdb/note."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from underwriter.ledger.checkpoints.canonical_base64 import from_base64, to_base64
from underwriter.ledger.checkpoints.errors import KeyInvalid

ED25519 = b"\x01"
"""The signature type of Ed25519 (c2sp.org/signed-note, "Signature types")."""

KEY_SIZE = 32
"""How many bytes an Ed25519 public key or seed has (RFC 8032)."""

_FORM = "a verifier key has the form NAME+HASH+KEY, such as example.com/log+1b2c3d4e+A..., and is for Ed25519"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A name and the Ed25519 public key that goes with it."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise KeyInvalid("a key's name must not be empty, nor hold spaces, plus signs or control characters")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the key that `str` makes this text of. Raises KeyInvalid."""
        try:
            name, _, encoded = text.split("+", 2)
            content = from_base64(encoded)
        except ValueError:
            raise KeyInvalid(_FORM) from None
        if content[:1] != ED25519 or len(content) != 1 + KEY_SIZE:
            raise KeyInvalid(_FORM)
        key = cls(name, content[1:])
        if str(key) != text:
            raise KeyInvalid("the verifier key's hash does not belong to its name and key: a part of it was changed")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.key_hash.hex()}+{to_base64(ED25519 + self.public_key)}"

    @property
    def key_hash(self) -> bytes:
        """The 4 bytes that stand for name and key: SHA-256(name || 0x0A || 0x01 || public key)[:4]."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public_key).digest()[:4]

    def verifies(self, text: str, signature: bytes) -> bool:
        """Tell whether the signature is this key's over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


def is_key_name(text: str) -> bool:
    """Tell whether a key may have this name: not empty, without spaces, plus signs and control characters."""
    return bool(text) and not any(char.isspace() or char == "+" or char < " " for char in text)
