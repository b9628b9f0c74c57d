"""`underwriter try`: the path of an application through the rules, and what edits change."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.arguments import MODELS, RULES, Models, OutputFormat, Rules
from underwriter.cli.edits import edits_of
from underwriter.cli.exit_codes import UNUSABLE
from underwriter.cli.messages import message_fields
from underwriter.cli.output import Format, console, print_json, refuse
from underwriter.cli.path_text import changed_fields, comparison_lines, path_fields, path_lines
from underwriter.cli.record_files import DATABASE, LOG, DatabaseUrl, LogName, MasterKeyFile
from underwriter.cli.times import read_time
from underwriter.cli.tried import Tried, tried_file, tried_record

_EDITS: list[str] = []


def try_(
    file: Annotated[
        Path | None, typer.Argument(help="YAML or JSON with a product and an application, as decide takes it.")
    ] = None,
    decision: Annotated[
        str, typer.Option(help="Instead of FILE: a decision on record, decisions/UUID or the UUID alone.")
    ] = "",
    edits: Annotated[
        list[str],
        typer.Option("--set", metavar="PATH=VALUE", help="Change a field of the application; may be repeated."),
    ] = _EDITS,
    rules: Rules = RULES,
    models: Models = MODELS,
    now: Annotated[
        datetime | None,
        typer.Option(
            parser=read_time, metavar="TIME", help="Decide on FILE as of this day or time; else by the clock."
        ),
    ] = None,
    database: DatabaseUrl = DATABASE,
    log: LogName = LOG,
    keys: MasterKeyFile = None,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Show the path of an application, edited or not, through the rules.

    Nothing is recorded. A decision on record is made again by the policy that made it, at its time.

    Exit codes:
      0  it was decided on
      1  the application or an edit has faults, the rules or models have errors, or there is no such decision
      2  the file, the rules, the database or a key can't be read, or an option is wrong
    """
    if bool(file) is bool(decision):
        refuse("name a FILE, or a decision on record with --decision", UNUSABLE)
    if decision and now:
        refuse("--now is for a FILE: a decision on record is made again at its own time", UNUSABLE)
    changes = edits_of(edits)
    tried = (
        tried_file(file, changes, rules, models, now)
        if file
        else tried_record(decision.removeprefix("decisions/"), changes, database, log, keys)
    )
    if output is Format.JSON:
        print_json(_fields(tried))
    else:
        _print(tried)


def _fields(tried: Tried) -> dict[str, object]:
    decided = tried.before if tried.after is None else tried.after
    path = path_fields(decided.trace, tried.policy)
    shown = {"place": tried.place, **message_fields(decided)}
    shown["trace"] = {"steps": path, **{k: v for k, v in message_fields(decided.trace).items() if k != "steps"}}
    if tried.after is None:
        return shown
    return {
        "before": message_fields(tried.before),
        "after": shown,
        "changed": changed_fields(tried.before, tried.after),
    }


def _print(tried: Tried) -> None:
    if tried.after is None:
        headline, *lines = path_lines(tried.before, tried.policy, console.width)
        lines = [f"{tried.place}: {headline}", *lines]
    else:
        lines = [tried.place, *comparison_lines(tried.before, tried.after, console.width)]
    for line in lines:
        console.print(line)
