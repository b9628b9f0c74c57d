"""Loads the desk for a command, or ends the command with what is wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.file_faults import file_fault
from underwriter.cli.findings import counted, print_findings
from underwriter.cli.output import errors, refuse
from underwriter.cli.progress import working
from underwriter.decisioning import ActivePolicy, Desk, RulesRefused, load_desk
from underwriter.monitoring.monitor_set import MonitorSet, read_monitors


def desk_or_exit(rules: Path, models: Path) -> Desk:
    """Return the desk of a rules folder."""
    with in_order(), working(f"loading {rules}"), readable(models):
        return load_desk(rules, models)


def monitors_or_exit(rules: Path, models: Path) -> MonitorSet:
    """Return the monitors of a rules folder."""
    with in_order(), readable(models):
        return read_monitors(rules)


def policy_or_exit(desk: Desk, name: str) -> ActivePolicy:
    """Return a policy by its id, resource name or product."""
    for policy in desk.policies.values():
        if name in (policy.policy.id, policy.name, policy.product):
            return policy
    known = ", ".join(policy.policy.id for policy in desk.policies.values())
    return refuse(f"there is no policy '{name}'; there are: {known}", UNUSABLE)


@contextmanager
def in_order(code: int = FAULTS) -> Iterator[None]:
    """End the command with an exit code and what is wrong if the block meets rules or models with errors."""
    try:
        yield
    except RulesRefused as refused:
        print_findings(refused.diagnostics, errors)
        errors.print(f"{counted(refused.diagnostics)}; nothing was done")
        raise typer.Exit(code) from None


@contextmanager
def readable(models: Path) -> Iterator[None]:
    """End the command if there is no models folder, or if the block meets a folder or file that can't be read."""
    if not models.is_dir():
        refuse(f"there is no models folder {models}", UNUSABLE)
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"the rules can't be read: {file_fault(error)}", UNUSABLE)
