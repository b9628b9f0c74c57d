"""Checkpoints: signed heads of the log (c2sp.org/tlog-checkpoint).

The note's text has three lines: the origin, which is the log's name to the world; the size; the root hash in base64.
The optional extension lines of the specification are not used, and refused.
"""

import re
from dataclasses import dataclass
from typing import Self

from underwriter.ledger.checkpoints.canonical_base64 import from_base64, to_base64
from underwriter.ledger.checkpoints.errors import NoteInvalid
from underwriter.ledger.checkpoints.note import Note
from underwriter.ledger.checkpoints.verifier_key import VerifierKey
from underwriter.ledger.merkle import HASH_SIZE

_TEXT = re.compile(r"(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<root>[^\n]+)\n")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says: the log's origin, how many records it has, and the root hash over them."""

    origin: str
    size: int
    root_hash: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the checkpoint that `str` makes this text of. Raises NoteInvalid."""
        match = _TEXT.fullmatch(text)
        try:
            root_hash = from_base64(match["root"]) if match else b""
        except ValueError:
            root_hash = b""
        if match is None or len(root_hash) != HASH_SIZE:
            raise NoteInvalid("the note's text is no checkpoint: three lines of origin, size and root hash")
        return cls(match["origin"], int(match["size"]), root_hash)

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{to_base64(self.root_hash)}\n"


def open_checkpoint(content: str, key: VerifierKey) -> Checkpoint:
    """Return the checkpoint in a signed note. Raises NoteInvalid unless the key signed it and bears its origin's name.

    A key signs the checkpoints of one log only, the one that it is named after: so a note of another log, signed by
    the same key, can't be passed off as this one's.
    """
    note = Note.parse(content)
    note.check(key)
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != key.name:
        raise NoteInvalid(f"the checkpoint is of the log {checkpoint.origin}, but the key is that of {key.name}")
    return checkpoint
