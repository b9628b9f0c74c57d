"""Writes files whole or not at all."""

import os
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

_MODE = 0o644


def write_whole(contents: Mapping[Path, bytes]) -> None:
    """Write files: all are written beside their places before the first takes its place.

    A file that was there keeps its mode. Raises OSError when that can't be; then no file has changed, unless one can't
    be renamed after others were.
    """
    with ExitStack() as left_over:
        drafts = {}
        for path, content in contents.items():
            descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            left_over.callback(Path(name).unlink, missing_ok=True)
            with os.fdopen(descriptor, "wb") as draft:
                draft.write(content)
            os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else _MODE)
            drafts[path] = Path(name)
        for path, written in drafts.items():
            written.replace(path)
