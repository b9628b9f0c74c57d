"""`underwriter explain`: how a recorded decision came about."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.arguments import MODELS, RULES, Models, OutputFormat, Rules
from underwriter.cli.decision_text import decision_lines
from underwriter.cli.exit_codes import FAULTS
from underwriter.cli.messages import message_fields
from underwriter.cli.output import Format, console, print_json, refuse
from underwriter.cli.progress import working
from underwriter.cli.servers import TIMEOUT_SECONDS, exit_code_of, why_no_answer
from underwriter.cli.trace_text import trace_lines
from underwriter.client import UnderwriterClient, UnderwriterError
from underwriter.policy import read_rule_files
from underwriter.v1.decision_pb2 import Decision, Trace
from underwriter.workbench.trying import StepNote, notes_on

SERVER = "127.0.0.1:50051"


def explain(
    decision: Annotated[str, typer.Argument(help="The decision's name, decisions/UUID, or the UUID alone.")],
    server: Annotated[
        str, typer.Option(help="Address of the server that recorded it.", envvar="UNDERWRITER_SERVER")
    ] = SERVER,
    rules: Rules = RULES,
    models: Models = MODELS,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Show a recorded decision with every step that led to it, evaluated again.

    Where the rules folder holds the rules that decided, each step is shown with the values that it read.

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
        notes = _notes(explained.decision, explained.trace, rules, models)
        for line in decision_lines(explained.decision, console.width):
            console.print(line)
        for line in trace_lines(explained.trace, console.width, notes or {}):
            console.print(line)
        if notes is None:
            console.print(f"{rules} does not hold the rules that decided: what each step read is not shown")
        console.print(f"evaluated again: {'the same' if explained.reproduced else 'NOT the same'}")
    if not explained.reproduced:
        raise typer.Exit(FAULTS)


def _notes(decision: Decision, trace: Trace, rules: Path, models: Path) -> Mapping[int, StepNote] | None:
    """Return what each step read; None if the policy that decided is not at hand."""
    # The models' runtime takes longer to import than a server to answer, and is needed for the rules here alone.
    from underwriter.decisioning import RulesRefused, load_product

    try:
        policy = load_product(read_rule_files(rules), models, decision.product)
    except (RulesRefused, OSError, UnicodeDecodeError):
        return None
    if policy is None or policy.version != decision.policy.version:
        return None
    return notes_on(policy.policy, trace)
