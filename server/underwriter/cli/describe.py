"""`underwriter describe`: what a policy is made of, or what a monitor looks for."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.arguments import MODELS, RULES, Models, OutputFormat, Rules
from underwriter.cli.desks import desk_or_exit, monitors_or_exit, policy_or_exit
from underwriter.cli.exit_codes import UNUSABLE
from underwriter.cli.file_faults import file_fault
from underwriter.cli.messages import message_fields
from underwriter.cli.monitor_text import monitor_fields, monitor_lines
from underwriter.cli.output import Format, console, print_json, refuse
from underwriter.cli.policy_text import policy_lines
from underwriter.decisioning import ActivePolicy, policy_message
from underwriter.monitoring.definitions import Monitor
from underwriter.pages import policy_graph_svg
from underwriter.whole_files import write_whole


class Show(StrEnum):
    """What of a policy to show."""

    SUMMARY = "summary"
    PYTHON = "python"


def describe(
    policy: Annotated[str, typer.Argument(help="The policy's id, its name or its product; or a monitor.")],
    rules: Rules = RULES,
    models: Models = MODELS,
    show: Annotated[Show, typer.Option(help="The summary, or the Python that rules compile to.")] = Show.SUMMARY,
    output: OutputFormat = Format.TEXT,
    svg: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the graph of its decisions into an SVG file instead.")
    ] = None,
) -> None:
    """Show what a policy is made of: parameters, decisions, rules, inputs it reads.

    Exit codes:
      0  it is shown
      1  the rules or models have errors
      2  the rules can't be read, there is no such policy, the drawing can't be written, or an option is wrong
    """
    monitors = {monitor.name.text: monitor for monitor in monitors_or_exit(rules, models).monitors}
    if policy in monitors:
        _describe_monitor(monitors[policy], show, output, svg)
        return
    active = policy_or_exit(desk_or_exit(rules, models), policy)
    if svg is None:
        _describe_policy(active, show, output)
    else:
        _draw(active, svg)


def _describe_policy(active: ActivePolicy, show: Show, output: Format) -> None:
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


def _draw(active: ActivePolicy, file: Path) -> None:
    try:
        write_whole({file: policy_graph_svg(active).encode()})
    except OSError as error:
        refuse(f"the graph can't be drawn: {file_fault(error)}", UNUSABLE)
    console.print(f"wrote {file}")


def _describe_monitor(monitor: Monitor, show: Show, output: Format, svg: Path | None) -> None:
    if svg is not None:
        refuse(f"{monitor.name.text} is a monitor, which has no graph of decisions", UNUSABLE)
    if show is Show.PYTHON:
        refuse(f"{monitor.name.text} is a monitor, which is not compiled to Python", UNUSABLE)
    if output is Format.JSON:
        print_json(monitor_fields(monitor))
        return
    for line in monitor_lines(monitor, console.width):
        console.print(line)
