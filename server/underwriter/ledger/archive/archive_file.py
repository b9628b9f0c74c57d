"""An archive's file: the entries of a closed range as Parquet, and in its metadata what verifies them alone.

All columns of `entries` under their names, one row an entry, in order. The metadata of the schema has these keys:

    underwriter.layout       1
    underwriter.log          the log's name in the database
    underwriter.first_index  the first entry's index, a multiple of 256
    underwriter.end_index    the index behind the last entry, a multiple of 256
    underwriter.left         the perfect subtrees of the entries before the range, one a line: level, blank, base64 hash
    underwriter.right        likewise those behind the range, up to the checkpoint's size
    underwriter.checkpoint   the signed note whose root the left, the range's and the right subtrees lead to
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from importlib import import_module
from pathlib import Path
from typing import Any, Self

from sqlalchemy import LargeBinary, Text

from underwriter.ledger.archive.compact_range import Subtree
from underwriter.ledger.archive.errors import ArchiveInvalid, ParquetMissing
from underwriter.storage.schema import entries

LAYOUT = "1"
ROWS_OF_A_GROUP = 4096
"""So many rows are read or written at once."""

Row = tuple[Any, ...]
"""One entry: the values of all columns of `entries`, in their order."""


@dataclass(frozen=True, slots=True)
class ArchiveHead:
    """What an archive's metadata says."""

    log: str
    first_index: int
    end_index: int
    left: tuple[Subtree, ...]
    right: tuple[Subtree, ...]
    checkpoint: str

    def to_metadata(self) -> dict[str, str]:
        """Return the keys and values of the metadata."""
        return {
            "underwriter.layout": LAYOUT,
            "underwriter.log": self.log,
            "underwriter.first_index": str(self.first_index),
            "underwriter.end_index": str(self.end_index),
            "underwriter.left": _subtree_lines(self.left),
            "underwriter.right": _subtree_lines(self.right),
            "underwriter.checkpoint": self.checkpoint,
        }

    @classmethod
    def from_metadata(cls, metadata: Mapping[bytes, bytes]) -> Self:
        """Return the head that `to_metadata` gave these of. Raises ArchiveInvalid."""
        try:
            values = {key.decode(): value.decode() for key, value in metadata.items()}
            if values["underwriter.layout"] != LAYOUT:
                raise ArchiveInvalid(f"the archive has layout {values['underwriter.layout']}; this version reads 1")
            return cls(
                values["underwriter.log"],
                int(values["underwriter.first_index"]),
                int(values["underwriter.end_index"]),
                _subtrees(values["underwriter.left"]),
                _subtrees(values["underwriter.right"]),
                values["underwriter.checkpoint"],
            )
        except KeyError as error:
            raise ArchiveInvalid(f"the file is no archive: its metadata lacks {error.args[0]}") from None
        except ValueError:
            raise ArchiveInvalid("the archive's metadata is garbled") from None


class ArchiveFile:
    """An archive's file, opened to be read. Raises ParquetMissing, and ArchiveInvalid for whatever can't be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with _faults_translated(path):
            self._file = _parquet().ParquetFile(path, page_checksum_verification=True)
            self._metadata: Mapping[bytes, bytes] = self._file.schema_arrow.metadata or {}
            names = self._file.schema_arrow.names
        if names != entries.c.keys():
            raise ArchiveInvalid(f"{path.name} is no archive: its columns are not those of the record")
        self.head = ArchiveHead.from_metadata(self._metadata)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def groups(self) -> Iterator[list[Row]]:
        """Yield the rows, some thousand at a time."""
        for number in range(self._file.num_row_groups):
            with _faults_translated(self.path):
                columns = [column.to_pylist() for column in self._file.read_row_group(number).columns]
            yield list(zip(*columns, strict=True))

    def payloads(self, start: int, end: int) -> dict[int, bytes]:
        """Return the payloads by index of the entries from start up to but not including end."""
        found: dict[int, bytes] = {}
        with _faults_translated(self.path):
            first = self.head.first_index
            for number in range(self._file.num_row_groups):
                last = first + self._file.metadata.row_group(number).num_rows
                if first < end and last > start:
                    group = self._file.read_row_group(number, columns=["log_index", "payload"])
                    found.update(zip(*(column.to_pylist() for column in group.columns), strict=True))
                first = last
        return {index: payload for index, payload in found.items() if start <= index < end}


def archived_payloads(path: Path, start: int, end: int) -> dict[int, bytes]:
    """Return the payloads by index of entries in an archive's file. Raises ArchiveInvalid and ParquetMissing."""
    with ArchiveFile(path) as file:
        return file.payloads(start, end)


def write_archive_file(path: Path, head: ArchiveHead, groups: Iterable[list[Row]]) -> None:
    """Write an archive's file. Raises OSError, ParquetMissing and what reading the rows raises."""
    arrow = _arrow()
    schema = arrow.schema([(column.name, _type_of(column.type)) for column in entries.c], metadata=head.to_metadata())
    # Sealed payloads and hashes are noise, which only costs time to compress.
    noise = {"leaf_hash", "request_digest", "payload"}
    compression = {name: "none" if name in noise else "zstd" for name in entries.c.keys()}  # noqa: SIM118
    with _parquet().ParquetWriter(
        path, schema, compression=compression, use_dictionary=False, write_page_checksum=True, write_statistics=False
    ) as writer:
        for rows in groups:
            columns = [list(values) for values in zip(*rows, strict=True)]
            arrays = [arrow.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
            writer.write_table(arrow.Table.from_arrays(arrays, schema=schema), row_group_size=ROWS_OF_A_GROUP)


def file_sha256(path: Path) -> bytes:
    """Return the SHA-256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").digest()


def _type_of(sql_type: object) -> Any:
    arrow = _arrow()
    if isinstance(sql_type, Text):
        return arrow.string()
    return arrow.binary() if isinstance(sql_type, LargeBinary) else arrow.int64()


@contextmanager
def _faults_translated(path: Path) -> Iterator[None]:
    """A damaged file makes the library raise nearly anything; an end of the memory among it, for a damaged length."""
    try:
        yield
    except (_arrow().ArrowException, OSError, ValueError, KeyError, MemoryError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else " ".join(str(error).split())
        raise ArchiveInvalid(f"{path.name} can't be read as Parquet: {reason}") from None


def _arrow() -> Any:
    try:
        return import_module("pyarrow")
    except ModuleNotFoundError:
        raise ParquetMissing from None


def _parquet() -> Any:
    _arrow()
    return import_module("pyarrow.parquet")


def _subtree_lines(subtrees: Iterable[Subtree]) -> str:
    return "\n".join(f"{level} {b64encode(node).decode()}" for level, node in subtrees)


def _subtrees(lines: str) -> tuple[Subtree, ...]:
    pairs = (line.split(" ") for line in lines.splitlines())
    return tuple(Subtree(int(level), b64decode(node, validate=True)) for level, node in pairs)
