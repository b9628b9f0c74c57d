"""`underwriter decide`: decide on applications in a file, here or on a server."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.answered import Answered
from underwriter.cli.arguments import MODELS, RULES, Models, OutputFormat, Rules
from underwriter.cli.decision_text import decision_lines
from underwriter.cli.exit_codes import OK, UNUSABLE
from underwriter.cli.local_decisions import decide_here
from underwriter.cli.messages import message_fields
from underwriter.cli.output import Format, console, errors, print_json, refuse
from underwriter.cli.progress import tracked
from underwriter.cli.times import read_time
from underwriter.cli.trace_text import trace_lines
from underwriter.decisioning.requests.application_files import LINES_ENDING, FileRefused, RequestInFile, read_requests


def decide(
    file: Annotated[Path, typer.Argument(help="YAML or JSON with a product and an application; or .jsonl of them.")],
    rules: Rules = RULES,
    models: Models = MODELS,
    server: Annotated[
        str | None, typer.Option(help="Ask the server at this address, which records; else decide here, unrecorded.")
    ] = None,
    now: Annotated[
        datetime | None,
        typer.Option(
            parser=read_time,
            metavar="TIME",
            help="Decide as of this day or time, UTC if it names no zone; else by the clock.",
        ),
    ] = None,
    trace: Annotated[bool, typer.Option("--trace", help="Show every step too.")] = False,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Decide on the applications in FILE, and show each decision with its reasons.

    JSON lines are answered in JSON lines, in the order of the file.

    Exit codes:
      0  all were decided
      1  an application has faults, or the rules or models have errors
      2  the file or the rules can't be read, or an option is wrong
      3  the server did not answer, or could not decide now
    """
    if server and now:
        refuse(
            "--now is for decisions made here; a server decides by its own clock, so that its record is true", UNUSABLE
        )
    try:
        requests = read_requests(file)
    except FileRefused as error:
        refuse(str(error), UNUSABLE)
    if server:
        answers = _remote(requests, server, trace)
    else:
        answers = decide_here(requests, rules, models, now, with_trace=trace)
    indent = None if file.suffix == LINES_ENDING else 2
    code = OK
    for answer in tracked(answers, len(requests), "deciding"):
        code = max(code, answer.exit_code)
        for problem in answer.problems:
            errors.print(f"{answer.place}: evaluation failed: {problem}")
        if output is Format.JSON:
            print_json(_fields(answer), indent=indent)
        else:
            _print(answer)
    if code != OK:
        raise typer.Exit(code)


def _remote(requests: Sequence[RequestInFile], server: str, with_trace: bool) -> Iterator[Answered]:
    # grpc takes longer to import than a decision takes to make, and deciding here needs none of it.
    from underwriter.cli.remote_decisions import decide_there

    return decide_there(requests, server, with_trace=with_trace)


def _fields(answer: Answered) -> dict[str, object]:
    decided = message_fields(answer.decision) if answer.decision else {"faults": list(answer.faults)}
    return {"place": answer.place, **decided}


def _print(answer: Answered) -> None:
    if answer.decision is None:
        errors.print(f"{answer.place}: no decision")
        for fault in answer.faults:
            errors.print(f"    {fault}")
        return
    headline, *lines = decision_lines(answer.decision, console.width)
    if answer.decision.HasField("trace"):
        lines += trace_lines(answer.decision.trace, console.width)
    for line in (f"{answer.place}: {headline}", *lines):
        console.print(line)
