"""`underwriter describe`: what a policy is made of."""

from enum import StrEnum
from typing import Annotated

import typer

from underwriter.cli.arguments import MODELS, RULES, Models, OutputFormat, Rules
from underwriter.cli.desks import desk_or_exit, policy_or_exit
from underwriter.cli.messages import message_fields
from underwriter.cli.output import Format, console, print_json
from underwriter.cli.policy_text import policy_lines
from underwriter.decisioning import policy_message


class Show(StrEnum):
    """What of a policy to show."""

    SUMMARY = "summary"
    PYTHON = "python"


def describe(
    policy: Annotated[str, typer.Argument(help="The policy's id, its name or its product.")],
    rules: Rules = RULES,
    models: Models = MODELS,
    show: Annotated[Show, typer.Option(help="The summary, or the Python that rules compile to.")] = Show.SUMMARY,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Show what a policy is made of: parameters, decisions, rules, and inputs it reads.

    Exit codes:
      0  it is shown
      1  the rules or models have errors
      2  the rules can't be read, there is no such policy, or an option is wrong
    """
    active = policy_or_exit(desk_or_exit(rules, models), policy)
    match show, output:
        case Show.PYTHON, Format.TEXT:
            typer.echo(active.policy.compiled.python)
        case Show.PYTHON, Format.JSON:
            print_json({"name": active.name, "version": active.version, "python": active.policy.compiled.python})
        case Show.SUMMARY, Format.JSON:
            print_json(message_fields(policy_message(active, with_files=False)))
        case Show.SUMMARY, Format.TEXT:
            for line in policy_lines(active, console.width):
                console.print(line)
