"""`underwriter explain`: how a recorded decision came about."""

from typing import Annotated

import typer

from underwriter.cli.arguments import OutputFormat
from underwriter.cli.decision_text import decision_lines
from underwriter.cli.exit_codes import FAULTS
from underwriter.cli.messages import message_fields
from underwriter.cli.output import Format, console, print_json, refuse
from underwriter.cli.progress import working
from underwriter.cli.servers import TIMEOUT_SECONDS, exit_code_of, why_no_answer
from underwriter.cli.trace_text import trace_lines
from underwriter.client import UnderwriterClient, UnderwriterError

SERVER = "127.0.0.1:50051"


def explain(
    decision: Annotated[str, typer.Argument(help="The decision's name, decisions/UUID, or the UUID alone.")],
    server: Annotated[
        str, typer.Option(help="Address of the server that recorded it.", envvar="UNDERWRITER_SERVER")
    ] = SERVER,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Show a recorded decision with every step that led to it, evaluated again.

    Exit codes:
      0  it came out the same
      1  there is no such decision, or it came out otherwise
      3  the server did not answer, or could not explain it now
    """
    name = decision if decision.startswith("decisions/") else f"decisions/{decision}"
    try:
        with working(f"asking {server}"), UnderwriterClient(server, timeout=TIMEOUT_SECONDS) as client:
            explained = client.explain_decision(name)
    except UnderwriterError as error:
        refuse(why_no_answer(server, error), exit_code_of(error))
    if output is Format.JSON:
        print_json(message_fields(explained))
    else:
        for line in (*decision_lines(explained.decision, console.width), *trace_lines(explained.trace, console.width)):
            console.print(line)
        console.print(f"evaluated again: {'the same' if explained.reproduced else 'NOT the same'}")
    if not explained.reproduced:
        raise typer.Exit(FAULTS)
