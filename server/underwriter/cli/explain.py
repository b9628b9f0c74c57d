"""`underwriter explain`: how a recorded decision came about."""

from typing import Annotated

import grpc
import typer

from underwriter.cli.arguments import SERVER, OutputFormat, Server
from underwriter.cli.decision_text import decision_lines, trace_lines
from underwriter.cli.exit_codes import FINDINGS, UNREACHABLE
from underwriter.cli.output import Format, console, message_fields, print_json, refuse
from underwriter.client import UnderwriterClient, UnderwriterError


def explain(
    decision: Annotated[str, typer.Argument(help="The decision's name, decisions/{uuid}, or the uuid alone.")],
    server: Server = SERVER,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Show a recorded decision and every step that led to it, evaluated again from its record.

    Ends with 0, with 1 if there is no such decision or it does not come out the same, 3 if the server does not answer.
    """
    name = decision if decision.startswith("decisions/") else f"decisions/{decision}"
    try:
        with UnderwriterClient(server, timeout=10) as client:
            explained = client.explain_decision(name)
    except UnderwriterError as error:
        refuse(str(error), UNREACHABLE if error.code is grpc.StatusCode.UNAVAILABLE else FINDINGS)
    if output is Format.JSON:
        print_json(message_fields(explained))
    else:
        for line in (*decision_lines(explained.decision), *trace_lines(explained.trace)):
            console.print(line, markup=False)
        console.print(f"evaluated again: {'the same' if explained.reproduced else 'NOT the same'}", markup=False)
    if not explained.reproduced:
        raise typer.Exit(FINDINGS)
