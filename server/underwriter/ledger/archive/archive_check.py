"""Verifies an archive's file alone: each row gives its leaf hash, and all of them lead to the signed root."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from underwriter.ledger.archive.archive_file import ArchiveFile, ArchiveHead, Row
from underwriter.ledger.archive.compact_range import Subtree, joined, perfect_root, perfect_subtrees, root_of
from underwriter.ledger.archive.errors import ArchiveInvalid
from underwriter.ledger.checkpoints import Checkpoint, Note, NoteInvalid, VerifierKey, open_checkpoint
from underwriter.ledger.entry import Sealed
from underwriter.ledger.leaf import leaf_hash
from underwriter.ledger.merkle import HASH_SIZE
from underwriter.storage.schema import entries

BLOCK_LEVEL = 8
BLOCK = 1 << BLOCK_LEVEL
"""Ranges of so many entries are archived whole: each has one stored hash over it."""

Progress = Callable[[int, int], None]
"""Told now and then how many entries of how many are done."""

_INDEX = entries.c.keys().index("log_index")
_LEAF_HASH = entries.c.keys().index("leaf_hash")
_FIRST_SEALED = entries.c.keys().index(Sealed._fields[0])


@dataclass(frozen=True, slots=True)
class CheckedArchive:
    """An archive that was found right: what it says of itself, and the checkpoint that covers it.

    `is_signed` tells whether the signature was checked; without a key nothing vouches for the checkpoint.
    """

    head: ArchiveHead
    checkpoint: Checkpoint
    is_signed: bool


def check_archive(path: Path, key: VerifierKey | None, on_progress: Progress) -> CheckedArchive:
    """Return what an archive's file proves.

    Raises ArchiveInvalid, which names the first bad row, and ParquetMissing.
    """
    with ArchiveFile(path) as file:
        head = file.head
        checkpoint = _checkpoint(head, key)
        _check_places(head, checkpoint.size)
        expected = head.first_index
        hashes: list[bytes] = []
        blocks: list[Subtree] = []
        total = head.end_index - head.first_index
        for rows in file.groups():
            for row in rows:
                hashes.append(_checked_leaf(row, expected, head))
                expected += 1
                if len(hashes) == BLOCK:
                    blocks.append(Subtree(BLOCK_LEVEL, perfect_root(hashes)))
                    hashes = []
            on_progress(expected - head.first_index, total)
    if expected != head.end_index:
        raise ArchiveInvalid(f"the archive ends before {head.log}[{expected}]; it should reach to {head.end_index - 1}")
    if root_of(joined([*head.left, *blocks, *head.right])) != checkpoint.root_hash:
        raise ArchiveInvalid(
            f"the rows {head.log}[{head.first_index}..{head.end_index - 1}] give their leaf hashes, but not the root "
            f"of the checkpoint: rows were altered with their hashes, swapped, or the proof was altered"
        )
    return CheckedArchive(head, checkpoint, key is not None)


def _checkpoint(head: ArchiveHead, key: VerifierKey | None) -> Checkpoint:
    try:
        if key is not None:
            return open_checkpoint(head.checkpoint, key)
        return Checkpoint.parse(Note.parse(head.checkpoint).text)
    except NoteInvalid as error:
        raise ArchiveInvalid(f"the archive's checkpoint is refused: {error}") from None


def _check_places(head: ArchiveHead, size: int) -> None:
    """The subtrees to the left and right must be those of exactly the entries that are not in the file."""
    first, end = head.first_index, head.end_index
    if first % BLOCK or end % BLOCK or not 0 <= first < end <= size:
        raise ArchiveInvalid(f"the archive can't be of the entries {first} to {end - 1} of a log of {size}")
    for side, start, stop, subtrees in (("left", 0, first, head.left), ("right", end, size, head.right)):
        levels = [level for _, level in perfect_subtrees(start, stop)]
        fits = levels == [level for level, _ in subtrees] and all(len(node) == HASH_SIZE for _, node in subtrees)
        if not fits:
            raise ArchiveInvalid(f"the archive's proof has not the hashes that must stand {side} of its entries")


def _checked_leaf(row: Row, expected: int, head: ArchiveHead) -> bytes:
    log, index, stored = row[0], row[_INDEX], row[_LEAF_HASH]
    place = f"{head.log}[{expected}]"
    if (log, index) != (head.log, expected) or expected >= head.end_index:
        raise ArchiveInvalid(f"{place}: the archive has another entry in its place, {log}[{index}]")
    sealed = Sealed._make(row[_FIRST_SEALED:])
    try:
        computed = leaf_hash(sealed)
    except (ValueError, struct.error, AttributeError, TypeError):
        computed = b""
    if computed != stored:
        raise ArchiveInvalid(f"{place}, entry {sealed.entry_id}: what stands in its row does not give its leaf hash")
    return computed
