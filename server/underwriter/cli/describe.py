"""`underwriter describe`: what a policy is made of."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from underwriter.cli.arguments import MODELS, RULES, Models, OutputFormat, Rules
from underwriter.cli.desks import desk_or_exit, policy_or_exit
from underwriter.cli.output import Format, console, message_fields, print_json
from underwriter.decisioning import ActivePolicy, policy_message


class Show(StrEnum):
    """What of a policy to show."""

    SUMMARY = "summary"
    PYTHON = "python"


def describe(
    policy: Annotated[str, typer.Argument(help="The policy's id, or its product.")],
    rules: Rules = RULES,
    models: Models = MODELS,
    show: Annotated[Show, typer.Option(help="summary, or the python that the rules are compiled to.")] = Show.SUMMARY,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Show a policy: its version, parameters, models, rules and decisions, and the inputs that it reads."""
    active = policy_or_exit(desk_or_exit(rules, models), policy)
    if show is Show.PYTHON:
        typer.echo(active.policy.compiled.python)
    elif output is Format.JSON:
        print_json(message_fields(policy_message(active, with_files=False)))
    else:
        _print(active)


def _print(active: ActivePolicy) -> None:
    message = policy_message(active, with_files=False)
    console.print(f"{message.title['en']} / {message.title['zh']}", markup=False)
    console.print(f"{message.name}, product {message.product}, version {message.version[:12]}", markup=False)
    parameters = Table("parameter", "value", "unit", box=None)
    for parameter in message.parameters:
        parameters.add_row(parameter.name, parameter.value, parameter.unit)
    decisions = Table("decision", "kind", "reads", "place", box=None)
    for node in message.decisions:
        decisions.add_row(node.name, node.kind, ", ".join(node.requires), node.source)
    rules = Table("rule", "says", "reason", "if unknown", "when", box=None)
    for decision, rule in active.policy.rules:
        unknown = rule.if_unknown.name.lower() if rule.if_unknown else "pass"
        says = rule.then.name.lower()
        rules.add_row(f"{decision}/{rule.id.text}", says, rule.reason.text, unknown, rule.when.text)
    for table in (parameters, decisions, rules):
        console.print()
        console.print(table, soft_wrap=False, markup=False)
    console.print(f"\nmodels: {', '.join(model.name for model in message.models) or 'none'}", markup=False)
    console.print(f"reads: {', '.join(message.inputs)}", markup=False)
