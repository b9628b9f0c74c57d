"""Files of secrets: readable by their owner only, durable, and whole at any instant. All of it raises OSError."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOTDIR
from pathlib import Path


def create_secret_file(file: Path, text: str) -> None:
    """Make a file (mode 0600), and its folder. Raises FileExistsError if it is there: it is never overwritten.

    The file appears whole or not at all, so that of several processes that make it at once one does.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except FileExistsError:
        raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), str(file.parent)) from None
    with written_beside(file, text) as written:
        os.link(written, file)
        sync_folder(file.parent)


@contextmanager
def written_beside(file: Path, text: str) -> Iterator[Path]:
    """Write a new file durably in the folder of another, mode 0600; it is gone at the end unless it was renamed."""
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as written:
            written.write(text)
            written.flush()
            os.fsync(descriptor)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make a change of the folder's names durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
