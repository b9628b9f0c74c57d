"""Runs the tests of a rules folder for a command."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from underwriter.cli.desks import desk_or_exit, monitors_or_exit, policy_or_exit, readable
from underwriter.cli.exit_codes import UNUSABLE
from underwriter.cli.output import refuse
from underwriter.cli.progress import tracked, working
from underwriter.decisioning import ActivePolicy, Desk, PolicyReport, run_policy_tests
from underwriter.monitoring.engine import DurableMatcher, EngineMissing
from underwriter.monitoring.monitor_test_runs import MonitorReport, run_monitor_tests
from underwriter.policy.rule_files import MONITOR_FOLDER
from underwriter.workbench.junit import Report


@dataclass(frozen=True, slots=True)
class FolderTests:
    """The tests of the policies of these names, and of the monitors under theirs; all if none is named.

    Every method ends the command if the rules can't be used.
    """

    rules: Path
    models: Path
    names: tuple[str, ...]

    def run(self) -> dict[str, Report]:
        """Run them all, and return the reports by name."""
        reports: dict[str, Report] = {}
        if self.policy_names or not self.names:
            reports |= self.run_policies(self.chosen(self.desk()))
        return reports | self.run_monitors()

    @property
    def policy_names(self) -> list[str]:
        """The names of policies among the names."""
        return [name for name in self.names if name != MONITOR_FOLDER]

    def desk(self) -> Desk:
        """Load the policies of the folder."""
        return desk_or_exit(self.rules, self.models)

    def chosen(self, desk: Desk) -> list[ActivePolicy]:
        """Return the policies that are meant."""
        if not self.names:
            return list(desk.policies.values())
        return [policy_or_exit(desk, name) for name in self.policy_names]

    def run_policies(self, policies: Iterable[ActivePolicy]) -> dict[str, PolicyReport]:
        """Run the tests of some policies."""
        chosen = list(policies)
        with readable(self.models):
            runs = (run_policy_tests(policy, self.rules) for policy in chosen)
            done = tracked(runs, len(chosen), "testing policies")
        return {policy.policy.id: report for policy, report in zip(chosen, done, strict=True)}

    def run_monitors(self) -> dict[str, MonitorReport]:
        """Run the tests of the monitors, if they are meant."""
        if self.names and MONITOR_FOLDER not in self.names:
            return {}
        monitors = monitors_or_exit(self.rules, self.models)
        if not monitors.monitors and not self.names:
            return {}
        try:
            with working("testing monitors"), readable(self.models), DurableMatcher(monitors.monitors) as matcher:
                return {MONITOR_FOLDER: run_monitor_tests(monitors, self.rules, matcher)}
        except EngineMissing:
            refuse("monitors can't be tested: durable-rules is not installed, which needs a C compiler", UNUSABLE)
