"""What the database says of a log besides its entries, read so that a server may go on writing meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from underwriter.ledger.merkle import HASH_SIZE
from underwriter.ledger.verification.entry_range import BLOCK_LEVEL, printable, reading_any_text
from underwriter.storage import Database
from underwriter.storage.schema import archives, checkpoints, entries, tree_heads, tree_nodes


class StoredCheckpoint(NamedTuple):
    """A row of `checkpoints`; `sign_time_us` is left out, since the note does not cover it."""

    size: int
    root_hash: bytes
    note: str


class ArchivedRange(NamedTuple):
    """A row of `archives`."""

    first_index: int
    end_index: int
    file_name: str
    file_sha256: bytes


@dataclass(frozen=True, slots=True)
class LogState:
    """The head of a log at one instant, and what belongs to it.

    `head_size` is None if there is no head, `last_index` if there is no entry. `nodes_end` is how many entries the
    stored nodes reach over. Checkpoints were there before the head was read, so none may cover more than it.
    """

    log: str
    head_size: int | None
    peaks: bytes
    last_index: int | None
    nodes_end: int
    checkpoints: tuple[StoredCheckpoint, ...]
    archives: tuple[ArchivedRange, ...]

    @property
    def end(self) -> int:
        """Return the index behind the last entry."""
        return 0 if self.last_index is None else self.last_index + 1

    @property
    def has_sound_head(self) -> bool:
        """Tell whether there is a head that a tree can have: one peak for each bit set in its size."""
        size = self.head_size
        return size is not None and size >= 0 and len(self.peaks) == size.bit_count() * HASH_SIZE


def read_log_state(database: Database, log: str) -> LogState:
    """Read the state of a log. Raises DatabaseUnavailable."""
    with database.reading() as connection, reading_any_text(connection):
        signed = connection.execute(
            select(checkpoints.c.size, checkpoints.c.root_hash, checkpoints.c.note)
            .where(checkpoints.c.log == log)
            .order_by(checkpoints.c.size)
        ).all()
    with database.reading() as connection:
        size, peaks, last_index, nodes_end = connection.execute(_head(log)).one()
    return LogState(
        log,
        size,
        peaks if isinstance(peaks, bytes) else b"",
        last_index,
        nodes_end or 0,
        tuple(StoredCheckpoint(*row) for row in signed),
        read_archives(database, log),
    )


def read_archives(database: Database, log: str) -> tuple[ArchivedRange, ...]:
    """Return which ranges were moved to which files. Raises DatabaseUnavailable."""
    with database.reading() as connection, reading_any_text(connection):
        rows = connection.execute(
            select(archives.c.first_index, archives.c.end_index, archives.c.file_name, archives.c.file_sha256)
            .where(archives.c.log == log)
            .order_by(archives.c.first_index)
        ).all()
    return tuple(ArchivedRange(*row) for row in rows)


def entry_id_at(database: Database, log: str, index: int) -> str:
    """Return the id of the entry at an index, empty if there is none. Raises DatabaseUnavailable."""
    at = select(entries.c.entry_id).where(entries.c.log == log, entries.c.log_index == index)
    with database.reading() as connection, reading_any_text(connection):
        return printable(connection.execute(at).scalar_one_or_none() or "")


def files_of(ranges: Sequence[ArchivedRange], folder: Path) -> dict[ArchivedRange, Path]:
    """Return where the files of archived ranges are to be found in a folder."""
    return {archived: folder / Path(archived.file_name).name for archived in ranges}


def read_nodes(database: Database, log: str, size: int) -> dict[tuple[int, int], bytes]:
    """Return the stored hashes of the tree by level and index, up to that size. Raises DatabaseUnavailable."""
    whole = size >> BLOCK_LEVEL << BLOCK_LEVEL
    with database.reading() as connection:
        rows = connection.execute(
            select(tree_nodes.c.level, tree_nodes.c.node_index, tree_nodes.c.hash).where(
                tree_nodes.c.log == log, _end_of_node() <= whole
            )
        ).all()
    return {(level, index): _hash(value) for level, index, value in rows}


def _head(log: str) -> Select[Any]:
    """One statement, so that all of it is of one instant."""
    last_index = select(func.max(entries.c.log_index)).where(entries.c.log == log).scalar_subquery()
    nodes_end = select(func.max(_end_of_node())).where(tree_nodes.c.log == log).scalar_subquery()
    size = select(tree_heads.c.size).where(tree_heads.c.log == log).scalar_subquery()
    peaks = select(tree_heads.c.peaks).where(tree_heads.c.log == log).scalar_subquery()
    return select(size, peaks, last_index, nodes_end)


def _end_of_node() -> Any:
    return (tree_nodes.c.node_index + 1).bitwise_lshift(tree_nodes.c.level)


def _hash(value: object) -> bytes:
    return value if isinstance(value, bytes) else bytes(HASH_SIZE)
