"""Starts servers in processes of their own, most of them forked from one that has imported the server already.

To import it takes longer than what most tests then do with it. A supervisor forks its workers, so it bears it itself.
"""

import multiprocessing
import os
import sys
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import TextIO

SERVE = """
import sys
from underwriter.service import ConfigurationRefused, load_configuration, run_server
try:
    sys.exit(run_server(load_configuration({}).settings))
except ConfigurationRefused as refused:
    sys.exit(str(refused))
"""

_forkserver = multiprocessing.get_context("forkserver")
_forkserver.set_forkserver_preload(["underwriter.service"])


def start_serving(
    folder: Path, environment: Mapping[str, str], is_fresh: bool = False
) -> tuple[ForkServerProcess, TextIO]:
    """Serve in a folder, in a session of its own; return the process, and all that it and its workers will write.

    With `is_fresh`, Python is started anew, for an environment that counts before anything is imported.
    """
    reader, writer = os.pipe()
    begun, tell_begun = multiprocessing.Pipe(duplex=False)
    output = Connection(writer, readable=False)
    process = _forkserver.Process(
        target=_serve, args=(str(folder), dict(environment), is_fresh, output, tell_begun), name="underwriter"
    )
    process.start()
    output.close()
    tell_begun.close()
    begun.recv()
    begun.close()
    return process, open(reader, encoding="utf-8", errors="replace")


def _serve(folder: str, environment: dict[str, str], is_fresh: bool, output: Connection, begun: Connection) -> None:
    os.setsid()
    os.chdir(folder)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(output.fileno(), stream.fileno())
    output.close()
    begun.send(None)
    begun.close()
    if is_fresh:
        os.execve(sys.executable, [sys.executable, "-c", SERVE], environment)  # noqa: S606 - our own program
    os.environ.clear()
    os.environ.update(environment)
    exec(SERVE, {})  # noqa: S102 - our own text
