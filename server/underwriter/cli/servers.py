"""Tells what a failed call to a server means for a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import grpc
import typer

from underwriter.cli.exit_codes import FAULTS, UNREACHABLE
from underwriter.cli.output import refuse
from underwriter.cli.progress import working
from underwriter.client import UnderwriterClient, UnderwriterError

SERVER = "127.0.0.1:50051"
Server = Annotated[str, typer.Option(help="Address of the server.", envvar="UNDERWRITER_SERVER")]

TIMEOUT_SECONDS = 10.0
"""How long a command waits for each answer: far longer than a decision takes, short enough for a person."""

# The request itself is at fault: asking again, or another server, would not help.
_REQUEST_FAULTS = (
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.ALREADY_EXISTS,
    grpc.StatusCode.FAILED_PRECONDITION,
)


def exit_code_of(error: UnderwriterError) -> int:
    """Return how a command ends after a failed call."""
    return FAULTS if error.code in _REQUEST_FAULTS else UNREACHABLE


def why_no_answer(server: str, error: UnderwriterError) -> str:
    """Return why a call failed. A server that was reached gives a reason; one that was not, is named."""
    return str(error) if error.reason else f"{server} does not answer: {error}"


@contextmanager
def asking(server: str) -> Iterator[UnderwriterClient]:
    """Lend a client, showing that it is asked; end the command when a call fails."""
    try:
        with working(f"asking {server}"), UnderwriterClient(server, timeout=TIMEOUT_SECONDS) as client:
            yield client
    except UnderwriterError as error:
        refuse(why_no_answer(server, error), exit_code_of(error))
