"""Loads the desk for a command, or ends the command with every finding."""

from pathlib import Path

import typer

from underwriter.cli.exit_codes import FINDINGS, UNREADABLE
from underwriter.cli.output import errors, print_findings, refuse
from underwriter.decisioning import ActivePolicy, Desk, RulesRefused, load_desk


def desk_or_exit(rules: Path, models: Path) -> Desk:
    """Return the desk of a rules folder."""
    try:
        return load_desk(rules, models)
    except RulesRefused as refused:
        print_findings(refused.diagnostics)
        errors.print("the rules have errors; nothing was done", markup=False)
        raise typer.Exit(FINDINGS) from None
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"the rules can't be read: {error}", UNREADABLE)


def policy_or_exit(desk: Desk, name: str) -> ActivePolicy:
    """Return a policy by its id, resource name or product."""
    for policy in desk.policies.values():
        if name in (policy.policy.id, policy.name, policy.product):
            return policy
    known = ", ".join(policy.policy.id for policy in desk.policies.values())
    return refuse(f"there is no policy '{name}'; there are: {known}", UNREADABLE)
