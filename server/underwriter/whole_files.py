"""Writes files whole or not at all."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

_MODE = 0o644


def write_whole(contents: Mapping[Path, bytes]) -> None:
    """Write files: all are written beside their places before the first takes its place.

    A file that was there keeps its mode. Raises OSError, with the file's name, when that can't be; then no file has
    changed, unless one can't be renamed after others were.
    """
    with ExitStack() as left_over:
        drafts = {}
        for path, content in contents.items():
            with _naming(path):
                descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
                left_over.callback(Path(name).unlink, missing_ok=True)
                with os.fdopen(descriptor, "wb") as draft:
                    draft.write(content)
                os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else _MODE)
            drafts[path] = Path(name)
        for path, written in drafts.items():
            with _naming(path):
                written.replace(path)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Have an OSError name the file that was to be written, not the draft beside it."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
