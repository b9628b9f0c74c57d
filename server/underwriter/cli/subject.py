"""`underwriter subject`: what is recorded on a person or firm.

Both commands ask a server, never the database. So the master keys need not be where people work, and there is one way
to a person's data, which the server guards.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from underwriter.cli.exit_codes import UNUSABLE
from underwriter.cli.messages import message_fields
from underwriter.cli.output import console, errors, refuse
from underwriter.cli.servers import SERVER, Server, asking
from underwriter.v1.ledger_service_pb2 import SubjectRecord

SubjectId = Annotated[str, typer.Argument(help="The lender's own identifier of the person or firm.")]

_JSON_FIELDS = ("request", "answer", "evidence")


def export(
    subject_id: SubjectId,
    out: Annotated[Path | None, typer.Option(help="File to write to; must be new. Else to stdout.")] = None,
    server: Server = SERVER,
) -> None:
    """Write all that is recorded on a subject, oldest first, as JSON lines.

    Each line is a record: its name, kind, time, and the request, answer and evidence as they were.

    Exit codes:
      0  all was written
      1  nothing is recorded on the subject
      2  the file can't be written, or is there already
      3  the server did not answer, or could not export now
    """
    with asking(server) as client, _opened(out) as file:
        count = 0
        for record in client.export_subject(subject_id):
            file.write(_line(record))
            count += 1
    errors.print(f"{count} records exported{f' to {out}' if out else ''}")


def erase(
    subject_id: SubjectId,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask whether it is meant.")] = False,
    request_id: Annotated[
        str | None, typer.Option(help="Id of the request; the same id again gets the same answer.")
    ] = None,
    server: Server = SERVER,
) -> None:
    """Make all that is recorded on a subject unreadable, for good.

    What it may still draw is given up. While it owes something, nothing is erased.

    Exit codes:
      0  it is erased
      1  it owes something, or nothing is recorded on it, or the question was answered by no
      3  the server did not answer, or could not erase now
    """
    if not yes:
        typer.confirm("Nothing recorded on this subject can be read after this, by nobody. Erase it?", abort=True)
    with asking(server) as client:
        erased = client.erase_subject(subject_id, request_id=request_id)
    console.print(f"{erased.erased_records} records can't be read any more; {erased.record} is the record of that")


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    """Lend what to write to: stdout, or a new file that only its owner may read, and that goes if the command fails."""
    if out is None:
        yield sys.stdout
        return
    try:
        out.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        refuse(f"{out} can't be written: {error.strerror}", UNUSABLE)
    try:
        with out.open("w", encoding="utf-8") as file:
            yield file
    except BaseException:
        out.unlink()
        raise


def _line(record: SubjectRecord) -> str:
    """Return a record as a line of JSON, its JSON texts as what they stand for; null if there is none."""
    fields = message_fields(record)
    texts = {name: str(fields.pop(f"{name}_json", "")) for name in _JSON_FIELDS}
    fields |= {name: json.loads(text) if text else None for name, text in texts.items()}
    return json.dumps(fields, ensure_ascii=False) + "\n"
