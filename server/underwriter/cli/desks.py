"""Loads the desk for a command, or ends the command with what is wrong."""

from pathlib import Path
from typing import NoReturn

import typer

from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.findings import counted, print_findings
from underwriter.cli.output import errors, refuse
from underwriter.cli.progress import working
from underwriter.decisioning import ActivePolicy, Desk, RulesRefused, load_desk

UNREADABLE = (OSError, UnicodeDecodeError)
"""What reading rules raises when a folder or file can't be read."""


def desk_or_exit(rules: Path, models: Path) -> Desk:
    """Return the desk of a rules folder."""
    with working(f"loading {rules}"):
        try:
            return load_desk(rules, models)
        except RulesRefused as refused:
            findings = refused.diagnostics
        except UNREADABLE as error:
            refuse_unreadable(error)
    print_findings(findings, errors)
    errors.print(f"{counted(findings)}; nothing was done")
    raise typer.Exit(FAULTS)


def policy_or_exit(desk: Desk, name: str) -> ActivePolicy:
    """Return a policy by its id, resource name or product."""
    for policy in desk.policies.values():
        if name in (policy.policy.id, policy.name, policy.product):
            return policy
    known = ", ".join(policy.policy.id for policy in desk.policies.values())
    return refuse(f"there is no policy '{name}'; there are: {known}", UNUSABLE)


def refuse_unreadable(error: Exception) -> NoReturn:
    """End the command because rules can't be read."""
    refuse(f"the rules can't be read: {error}", UNUSABLE)
