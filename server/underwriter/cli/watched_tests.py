"""Runs tests again whenever files change, until Ctrl-C."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import typer
from watchfiles import watch

from underwriter.cli.exit_codes import FAULTS
from underwriter.cli.output import console
from underwriter.cli.test_runs import FolderTests
from underwriter.cli.test_text import print_reports, total_line
from underwriter.decisioning import Desk
from underwriter.workbench.concerned_tests import are_monitors_concerned, are_tests_alone, concerned
from underwriter.workbench.junit import Report

_POLL_MILLISECONDS = 200


def watch_tests(tests: FolderTests, fail_under: float, write: Callable[[Mapping[str, Report]], None]) -> None:
    """Run all tests, then again those that each change concerns; print what they found and how all stand by now.

    Rules with errors are told, and looked at again when they change. Ends by KeyboardInterrupt.
    """
    watched = _WatchedTests(tests)
    folders = [folder for folder in (tests.rules, tests.models) if folder.is_dir()]
    changed: Collection[Path] = ()
    changes = watch(*folders, rust_timeout=_POLL_MILLISECONDS, yield_on_timeout=True, raise_interrupt=True)
    next(changes)  # from here on changes are noticed, also those made while tests run
    while True:
        console.clear()
        reports = watched.run_again(changed)
        if reports:
            print_reports(reports, fail_under)
        write(watched.reports)
        total = total_line(watched.reports, fail_under) if watched.reports else "nothing was tested"
        console.print(f"{total}; waiting for changes in {' and '.join(map(str, folders))}")
        changed = [Path(path) for _, path in next(filter(None, changes))]


class _WatchedTests:
    """What was found so far, by the versions of policies that it was found on."""

    def __init__(self, tests: FolderTests) -> None:
        self.reports: dict[str, Report] = {}
        self._tests = tests
        self._versions: dict[str, str] = {}
        self._desk: Desk | None = None

    def run_again(self, changed: Collection[Path]) -> dict[str, Report]:
        """Test what a change concerns: everything the first time. Rules with errors are told, and give no reports."""
        reports: dict[str, Report] = {}
        try:
            reports |= self._policies(changed)
            if not changed or are_monitors_concerned(changed, self._tests.rules):
                reports |= self._tests.run_monitors()
        except typer.Exit as ended:
            if ended.exit_code != FAULTS:
                raise
            self._desk = None
        self.reports |= reports
        return reports

    def _policies(self, changed: Collection[Path]) -> dict[str, Report]:
        if self._tests.names and not self._tests.policy_names:
            return {}
        if self._desk is None or not are_tests_alone(changed, self._tests.rules):
            self._desk = None
            self._desk = self._tests.desk()
        chosen = concerned(self._tests.chosen(self._desk), self._versions, changed, self._tests.rules)
        reports = self._tests.run_policies(chosen)
        self._versions |= {policy.policy.id: policy.version for policy in chosen}
        return dict(reports)
