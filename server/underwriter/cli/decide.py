"""`underwriter decide`: decide on applications in a file, here or on a server."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import grpc
import typer
import uuid_utils
from rich.progress import track

from underwriter.cli.arguments import MODELS, RULES, Models, OutputFormat, Rules
from underwriter.cli.decision_text import decision_lines
from underwriter.cli.desks import desk_or_exit
from underwriter.cli.exit_codes import FINDINGS, UNREACHABLE, UNREADABLE
from underwriter.cli.output import Format, console, errors, message_fields, print_json, refuse
from underwriter.client import UnderwriterClient, UnderwriterError
from underwriter.decisioning import Desk, UnknownProduct, explain
from underwriter.decisioning import decide as decide_request
from underwriter.decisioning.application_files import FileRefused, RequestInFile, read_requests
from underwriter.decisioning.validation import request_faults
from underwriter.v1.decision_pb2 import Decision


@dataclass(frozen=True, slots=True)
class Answered:
    """A request of the file with its decision, or with why there is none."""

    place: str
    decision: Decision | None
    faults: Sequence[str] = ()


def decide(
    file: Annotated[Path, typer.Argument(help="YAML or JSON: product and application; or JSON lines of them.")],
    rules: Rules = RULES,
    models: Models = MODELS,
    server: Annotated[
        str | None, typer.Option(help="Ask the server at this address, which records; else decide here, unrecorded.")
    ] = None,
    trace: Annotated[bool, typer.Option("--trace", help="Show every step.")] = False,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Decide on the application in FILE and show the decision with its reasons.

    Without --server nothing is recorded. Ends with 0 if all were decided, 1 if an application has faults, 2 if the
    file can't be read, 3 if the server does not answer.
    """
    try:
        requests = read_requests(file)
    except FileRefused as error:
        refuse(str(error), UNREADABLE)
    answers = _remote(requests, server) if server else _local(requests, desk_or_exit(rules, models), with_trace=trace)
    if len(requests) > 1:
        answers = iter(list(track(answers, "deciding", total=len(requests), console=errors, transient=True)))
    has_faults = False
    for answer in answers:
        has_faults |= answer.decision is None
        _print(answer, output)
    if has_faults:
        raise typer.Exit(FINDINGS)


def _local(requests: Sequence[RequestInFile], desk: Desk, *, with_trace: bool) -> Iterator[Answered]:
    now = datetime.now(UTC)
    for item in requests:
        try:
            policy = desk.policy_for(item.product)
            request = item.request(policy.currency, policy.attributes)
        except (UnknownProduct, FileRefused) as error:
            yield Answered(item.place, None, str(error).splitlines())
            continue
        faults = request_faults(request, policy.currency, policy.attributes)
        if faults:
            yield Answered(item.place, None, [str(fault) for fault in faults])
        else:
            decided = (explain if with_trace else decide_request)(request, policy, now, str(uuid_utils.uuid7()))
            yield Answered(item.place, decided.decision)


def _remote(requests: Sequence[RequestInFile], server: str) -> Iterator[Answered]:
    with UnderwriterClient(server, timeout=10) as client:
        for item in requests:
            try:
                request = item.request()
                yield Answered(
                    item.place,
                    client.decide(request.application, product=request.product, request_id=request.request_id or None),
                )
            except FileRefused as error:
                yield Answered(item.place, None, str(error).splitlines())
            except UnderwriterError as error:
                if not error.violations and error.code is grpc.StatusCode.UNAVAILABLE:
                    refuse(f"{server} does not answer: {error}", UNREACHABLE)
                yield Answered(item.place, None, str(error).splitlines())


def _print(answer: Answered, output: Format) -> None:
    if output is Format.JSON:
        fields = message_fields(answer.decision) if answer.decision else {"faults": list(answer.faults)}
        print_json({"place": answer.place, **fields})
    elif answer.decision is None:
        errors.print(f"{answer.place}: no decision", markup=False)
        for fault in answer.faults:
            errors.print(f"    {fault}", markup=False)
    else:
        for line in decision_lines(answer.decision):
            console.print(line, markup=False)
