"""`underwriter impact`: what new rules would have made of the decisions on record."""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.arguments import MODELS, Models, OutputFormat
from underwriter.cli.desks import in_order, readable
from underwriter.cli.exit_codes import UNUSABLE
from underwriter.cli.output import Format, console, print_json, refuse
from underwriter.cli.progress import working
from underwriter.cli.record_files import DATABASE, LOG, DatabaseUrl, LogName, MasterKeyFile, keys_or_exit, refusing
from underwriter.cli.replaying import replayed
from underwriter.cli.table_text import table_lines
from underwriter.cli.times import Since, Until, microseconds
from underwriter.decisioning import KeptPolicies, load_desk
from underwriter.impact import ImpactTally, impact_fields, impact_tables
from underwriter.impact.rule_changes import RuleChanges, rule_changes
from underwriter.impact.tables import conclusion
from underwriter.ledger import open_ledger
from underwriter.replay import DecidingBy, RecordRange, ReplayWork, sampled


def impact(
    new: Annotated[Path, typer.Argument(help="The rules folder that is to decide.")],
    models: Models = MODELS,
    since: Since = None,
    until: Until = None,
    product: Annotated[str, typer.Option(help="Only decisions on this product.")] = "",
    sample: Annotated[
        int | None, typer.Option(min=1, help="About so many records, drawn from all; the same ones each time.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write the report with plots to this HTML file too.")] = None,
    database: DatabaseUrl = DATABASE,
    log: LogName = LOG,
    keys: MasterKeyFile = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes that share the work; one for each core if not said.")
    ] = None,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Decide on recorded requests by new rules, and show what would come of them.

    Each is decided on as of its own time, on what was read for it then. Nothing is recorded, and nothing personal is
    shown: figures only, and the ids of some records.

    Exit codes:
      0  the figures are shown
      2  the database, a key, the rules, the report's file or an option can't be used
    """
    _check(new, since, until, report)
    wanted = RecordRange(since_us=microseconds(since), until_us=microseconds(until), product=product)
    work = ReplayWork(database, keys_or_exit(keys, database), log, wanted, DecidingBy(rules=new, models=models))
    if sample is not None:
        with refusing():
            work = sampled(work, sample)
    tally = replayed(work, ImpactTally, jobs or os.cpu_count() or 1)
    changes = _changes(work, tally, new, models)
    if report is not None:
        _write_report(report, tally, changes)
    if output is Format.JSON:
        print_json(impact_fields(tally, changes))
    else:
        for table in impact_tables(tally, changes):
            for line in table_lines(table, console.width):
                console.print(line)
        console.print(conclusion(tally))


def _check(new: Path, since: datetime | None, until: datetime | None, report: Path | None) -> None:
    """End the command with everything that is wrong with its options."""
    faults = []
    if since is not None and until is not None and until <= since:
        faults.append("--until must be after --since")
    if not new.is_dir():
        faults.append(f"there is no rules folder {new}")
    if report is not None and not report.parent.is_dir():
        faults.append(f"--report: there is no folder {report.parent}")
    if report is not None and (missing := _missing_for_report()):
        faults.append(f"--report needs {missing}, which `pip install 'underwriter[authoring]'` installs")
    if faults:
        refuse("\n".join(faults), UNUSABLE)


def _missing_for_report() -> str:
    """Return the package that a report needs and that is not installed; nothing if all are."""
    try:
        import underwriter.impact.report  # noqa: F401
    except ModuleNotFoundError as missing:
        name = str(missing.name).split(".")[0]
        if name not in ("jinja2", "matplotlib"):
            raise
        return name
    return ""


def _changes(work: ReplayWork, tally: ImpactTally, rules: Path, models: Path) -> RuleChanges:
    with in_order(UNUSABLE), readable(models), refusing(), working("comparing rules"):
        desk = load_desk(rules, models)
        with open_ledger(work.database, work.master_keys, log=work.log) as ledger:
            return rule_changes(tally.newest, KeptPolicies(ledger.artifacts.load), desk)


def _write_report(file: Path, tally: ImpactTally, changes: RuleChanges) -> None:
    from underwriter.impact.report import write_report

    try:
        with working(f"writing {file}"):
            write_report(file, tally, changes)
    except OSError as error:
        refuse(f"--report: {file} can't be written: {error.strerror}", UNUSABLE)
