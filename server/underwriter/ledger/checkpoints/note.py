"""Signed notes: a text, and signatures over it (c2sp.org/signed-note).

text, one or more lines
an empty line
— key name base64(key hash || signature)
...
"""

from dataclasses import dataclass
from typing import Self

from underwriter.ledger.checkpoints.canonical_base64 import from_base64, to_base64
from underwriter.ledger.checkpoints.errors import NoteInvalid
from underwriter.ledger.checkpoints.verifier_key import VerifierKey, is_key_name

# As in Go's note package, so that nobody is made to work on endless notes.
MOST_CHARACTERS = 1_000_000
MOST_SIGNATURES = 100

_LINE_START = "— "
_HASH_SIZE = 4


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of a note, by the key of this name and 4-byte hash."""

    key_name: str
    key_hash: bytes
    signature: bytes

    @classmethod
    def parse(cls, line: str) -> Self:
        """Return the signature in a line without its end. Raises NoteInvalid."""
        name, _, encoded = line.removeprefix(_LINE_START).partition(" ")
        try:
            content = from_base64(encoded)
        except ValueError:
            content = b""
        if not line.startswith(_LINE_START) or not is_key_name(name) or len(content) <= _HASH_SIZE:
            raise NoteInvalid("a signature line of the note is malformed")
        return cls(name, content[:_HASH_SIZE], content[_HASH_SIZE:])

    def __str__(self) -> str:
        return f"{_LINE_START}{self.key_name} {to_base64(self.key_hash + self.signature)}"

    def is_by(self, key: VerifierKey) -> bool:
        """Tell whether it claims to be this key's."""
        return self.key_name == key.name and self.key_hash == key.key_hash


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with a line's end, and one or more signatures. `check` tells whether it may be believed."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, content: str) -> Self:
        """Return the note that `str` makes this text of. Raises NoteInvalid. No signature is verified."""
        if len(content) > MOST_CHARACTERS or not _is_clean(content):
            raise NoteInvalid("the note is too long, or holds control characters or what is no Unicode")
        text, gap, lines = content.rpartition("\n\n")
        if not gap or not text or not lines.endswith("\n"):
            raise NoteInvalid("the note has no text and signatures with an empty line between them")
        signature_lines = lines[:-1].split("\n")
        if len(signature_lines) > MOST_SIGNATURES:
            raise NoteInvalid(f"the note has more than {MOST_SIGNATURES} signatures")
        return cls(text + "\n", tuple(Signature.parse(line) for line in signature_lines))

    def __str__(self) -> str:
        return "".join((self.text, "\n", *(f"{signature}\n" for signature in self.signatures)))

    def has_signature_of(self, key: VerifierKey) -> bool:
        """Tell whether a signature claims to be this key's."""
        return any(signature.is_by(key) for signature in self.signatures)

    def check(self, key: VerifierKey) -> None:
        """Raise NoteInvalid unless the key signed the text. Signatures of other keys don't matter."""
        if not self.has_signature_of(key):
            raise NoteInvalid(f"the note is not signed by {key.name} with the key of hash {key.key_hash.hex()}")
        for signature in self.signatures:
            if signature.is_by(key) and not key.verifies(self.text, signature.signature):
                raise NoteInvalid(f"the signature of {key.name} is not over this text: the note was changed")


def _is_clean(content: str) -> bool:
    if any(character < " " and character != "\n" for character in content):
        return False
    try:
        content.encode()
    except UnicodeEncodeError:
        return False
    return True
