"""`underwriter explain`: how a recorded decision came about."""

from typing import Annotated

import typer

from underwriter.cli.arguments import OutputFormat
from underwriter.cli.decision_text import decision_lines
from underwriter.cli.exit_codes import FAULTS
from underwriter.cli.messages import message_fields
from underwriter.cli.output import Format, console, print_json
from underwriter.cli.servers import SERVER, Server, asking
from underwriter.cli.trace_text import trace_lines


def explain(
    decision: Annotated[str, typer.Argument(help="The decision's name, decisions/UUID, or the UUID alone.")],
    server: Server = SERVER,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Show a recorded decision with every step that led to it, evaluated again.

    Exit codes:
      0  it came out the same
      1  there is no such decision, or it came out otherwise
      3  the server did not answer, or could not explain it now
    """
    name = decision if decision.startswith("decisions/") else f"decisions/{decision}"
    with asking(server) as client:
        explained = client.explain_decision(name)
    if output is Format.JSON:
        print_json(message_fields(explained))
    else:
        for line in (*decision_lines(explained.decision, console.width), *trace_lines(explained.trace, console.width)):
            console.print(line)
        console.print(f"evaluated again: {'the same' if explained.reproduced else 'NOT the same'}")
    if not explained.reproduced:
        raise typer.Exit(FAULTS)
