"""Archives a log's first block, and kills itself before a step, or works with a full disk.

    python archive_in_a_process.py URL FOLDER VERIFIER_KEY STEP

STEP is `write`, `sync`, `rename`, `verify`, `update` or `commit`: before it the process dies as by kill -9. `full` lets
no file grow beyond some kilobytes.
"""

import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from underwriter.ledger.archive import Archivist, archiving
from underwriter.ledger.checkpoints import VerifierKey
from underwriter.storage import open_database

FULL_AT_BYTES = 20_000


def main(url: str, folder: str, key: str, step: str) -> None:
    database = open_database(url)
    archivist = Archivist(database, "decisions", VerifierKey.parse(key))
    if step == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (FULL_AT_BYTES, FULL_AT_BYTES))
    with _dying_before(step, database):
        archivist.archive(0, 256, Path(folder), 1, lambda _done, _total: None)


@contextmanager
def _dying_before(step: str, database: Any) -> Any:
    targets: dict[str, tuple[object, str]] = {
        "write": (archiving, "write_archive_file"),
        "sync": (archiving, "_sync"),
        "rename": (Path, "replace"),
        "verify": (archiving, "check_archive"),
        "update": (archiving, "update"),
    }
    if step == "commit":
        with patch.object(database, "writing", _dying_at_commit(database.writing)):
            yield
    elif step in targets:
        with patch.object(*targets[step], _die):
            yield
    else:
        yield


def _dying_at_commit(writing: Callable[[], Any]) -> Callable[[], Any]:
    @contextmanager
    def dying() -> Any:
        with writing() as connection:
            yield connection
            _die()

    return dying


def _die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
