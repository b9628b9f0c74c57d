"""Shows or writes test cases that would reach what no test reaches."""

import typer

from underwriter.cli.desks import readable
from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.findings import print_findings
from underwriter.cli.output import console, errors, refuse
from underwriter.cli.progress import counting
from underwriter.cli.test_runs import FolderTests
from underwriter.decisioning import ActivePolicy
from underwriter.workbench.suggest import Suggestions, suggest_for
from underwriter.workbench.suggesting.test_file import NotAdded, add_to_file, file_text


def suggest_tests(tests: FolderTests, *, is_written: bool) -> None:
    """Print test cases for each policy that is meant, or add them to its file; tell what none was found for."""
    if tests.names and not tests.policy_names:
        refuse("tests are suggested for policies; monitors have none", UNUSABLE)
    is_complete = True
    for policy in tests.chosen(tests.desk()):
        with readable(tests.models), counting(f"searching {policy.policy.id}") as on_progress:
            found = suggest_for(policy, tests.rules, on_progress)
        print_findings(found.diagnostics, errors)
        if found.cases:
            _show(found, policy, tests, is_written=is_written)
        _tell(found, policy.policy.id)
        is_complete = is_complete and not found.unreached and not found.diagnostics
    if not is_complete:
        raise typer.Exit(FAULTS)


def _show(found: Suggestions, policy: ActivePolicy, tests: FolderTests, *, is_written: bool) -> None:
    if not is_written:
        console.print(file_text(found), end="")
        return
    try:
        file = add_to_file(found, (tests.rules / policy.policy.path).parent)
    except NotAdded as error:
        refuse(str(error), FAULTS)
    except OSError as error:
        refuse(f"{error.filename} can't be written: {error.strerror}", UNUSABLE)
    errors.print(f"{file}: {len(found.cases)} tests added; see that what they expect is what should come out")


def _tell(found: Suggestions, name: str) -> None:
    for spot in found.unreached:
        errors.print(f"{spot.place}: no input was found that reaches {spot.what}; perhaps none does")
    if not found.cases and not found.unreached:
        errors.print(f"{name}: the tests reach everything")
