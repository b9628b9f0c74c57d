"""`underwriter replay`: decide on recorded requests again, and show every difference."""

import os
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.arguments import MODELS, Models, OutputFormat
from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.output import Format, console, print_json, refuse
from underwriter.cli.record_files import DATABASE, LOG, DatabaseUrl, LogName, MasterKeyFile, keys_or_exit
from underwriter.cli.replay_text import summary_fields, summary_lines
from underwriter.cli.replaying import replayed
from underwriter.cli.times import Since, Until, microseconds
from underwriter.replay import DecidingBy, RecordRange, ReplayWork, Summary


def replay(
    first: Annotated[int, typer.Option(min=0, help="Index of the first record.")] = 0,
    end: Annotated[
        int | None, typer.Option(min=0, help="Index after the last record; all there are if not said.")
    ] = None,
    since: Since = None,
    until: Until = None,
    product: Annotated[str, typer.Option(help="Only decisions on this product.")] = "",
    engine: Annotated[str, typer.Option(help="Only decisions that this version of underwriter made.")] = "",
    policy: Annotated[str, typer.Option(help="Decide by this version of the policy, the whole hash.")] = "",
    rules: Annotated[Path | None, typer.Option(help="Decide by the policies of this rules folder.")] = None,
    models: Models = MODELS,
    database: DatabaseUrl = DATABASE,
    log: LogName = LOG,
    keys: MasterKeyFile = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes that share the work; one for each core if not said.")
    ] = None,
    limit_differences: Annotated[
        int, typer.Option(min=0, help="How many records to show with their differences.")
    ] = 20,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Decide on recorded requests again, and show every difference.

    Each is decided on by the policy and models of its record, as they are kept there, at its own time. With --policy or
    --rules others decide: what if they had been in force? Nothing is recorded.

    Exit codes:
      0  every decision came out the same
      1  some came out differently, or could not be made again
      2  the database, a key, the rules or an option can't be used
    """
    _check(first, end, since, until, policy, rules)
    work = ReplayWork(
        database,
        keys_or_exit(keys, database),
        log,
        RecordRange(first, end, microseconds(since), microseconds(until), product, engine),
        DecidingBy(policy, rules, models),
    )
    summary = replayed(work, partial(Summary, limit_differences), jobs or os.cpu_count() or 1)
    is_what_if = bool(policy or rules)
    if output is Format.JSON:
        print_json(summary_fields(summary, is_what_if=is_what_if))
    else:
        for line in summary_lines(summary, is_what_if=is_what_if):
            console.print(line)
    if not summary.is_reproduced:
        raise typer.Exit(FAULTS)


def _check(
    first: int, end: int | None, since: datetime | None, until: datetime | None, policy: str, rules: Path | None
) -> None:
    """End the command with everything that is wrong with its options."""
    faults = []
    if end is not None and end <= first:
        faults.append("--end must be above --first")
    if since is not None and until is not None and until <= since:
        faults.append("--until must be after --since")
    if policy and rules is not None:
        faults.append("--policy and --rules both say what decides; give one")
    if rules is not None and not rules.is_dir():
        faults.append(f"there is no rules folder {rules}")
    if faults:
        refuse("\n".join(faults), UNUSABLE)
