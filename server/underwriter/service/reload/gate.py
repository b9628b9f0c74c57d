"""What changed rules have to pass before they come into force: a process reads, checks and tests them.

A process of its own, so that decisions don't wait for it and nothing of rules that are refused stays behind.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import structlog

from underwriter.decisioning import ActivePolicy, CheckedFiles, PolicyReport, run_policy_tests
from underwriter.decisioning.collection_pause import without_collection
from underwriter.feel.diagnostics import Diagnostic, has_errors, in_file_order
from underwriter.monitoring.engine import DurableMatcher, is_available
from underwriter.monitoring.engine_child import EngineFailed
from underwriter.monitoring.monitor_set import MonitorSet
from underwriter.monitoring.monitor_test_runs import MonitorReport, run_monitor_tests
from underwriter.monitoring.rulesets import RuleTooLarge
from underwriter.policy import read_rule_files
from underwriter.service.logs import configure_logs, frames_of
from underwriter.service.processes.reports import FailedTest, RulesVersions, Verdict
from underwriter.service.reload.rules_file import write_rules_file
from underwriter.service.settings import Settings
from underwriter.workbench.check import check_rule_files

NICENESS = 10
"""How much the gate steps back behind the workers on a machine without a free core."""

MOST_DIAGNOSTICS = 100
"""How many findings are told, the first ones."""


def run_gate(settings: Settings, in_force: RulesVersions, file: Path, pipe: Connection) -> None:
    """Check the rules folder and send one `Verdict`. If it is good, `file` holds the rule files that it is about."""
    configure_logs(settings)
    os.nice(NICENESS)
    try:
        with without_collection():  # the process ends soon
            verdict = verdict_on(settings.rules, settings.models, in_force, file)
    except Exception as error:  # noqa: BLE001 - the boundary: whatever rules lead to, the old ones stay, and it is told
        structlog.get_logger().error("rules can't be checked", error=type(error).__name__, frames=frames_of(error))
        verdict = Verdict(problem=f"the check failed with {type(error).__name__}; the log says where")
    pipe.send(verdict)


def verdict_on(rules: Path, models: Path, in_force: RulesVersions, file: Path) -> Verdict:
    """Read a rules folder once, into `file`, check all of it, and test what is of another version than in force."""
    try:
        files = read_rule_files(rules)
        write_rules_file(files, file)
    except UnicodeDecodeError as error:
        return Verdict(problem=f"a rule file is not UTF-8: {error.reason}")
    except OSError as error:
        return Verdict(problem=str(error))
    check = check_rule_files(files, models)
    if has_errors(check.findings) or check.monitors is None:
        return Verdict(tuple(check.findings[:MOST_DIAGNOSTICS]))
    versions = RulesVersions(check.checked.versions(), check.monitors.version)
    try:
        reports = [*_policy_reports(check.checked, rules, _others(versions, in_force))]
        reports += _monitor_reports(check.monitors, rules, in_force)
    except (EngineFailed, RuleTooLarge) as error:
        return Verdict(problem=str(error))
    of_tests = [finding for report in reports for finding in report.diagnostics]
    found = tuple(in_file_order([*check.findings, *of_tests])[:MOST_DIAGNOSTICS])
    failed = tuple(test for report in reports for test in report.failed_tests)
    return Verdict(found, failed, versions=None if failed or has_errors(of_tests) else versions)


@dataclass(frozen=True, slots=True)
class _Report:
    """What came of the tests beside one policy, or beside the monitors."""

    diagnostics: tuple[Diagnostic, ...]
    failed_tests: tuple[FailedTest, ...]


def _others(versions: RulesVersions, in_force: RulesVersions) -> list[str]:
    """Return the products whose policy is another than the one in force."""
    return [product for product, version in versions.policies.items() if in_force.policies.get(product) != version]


def _policy_reports(checked: CheckedFiles, rules: Path, products: Iterable[str]) -> Iterator[_Report]:
    for product in products:
        policy = checked.ready(product)
        yield _of_policy(policy, run_policy_tests(policy, rules), rules)


def _monitor_reports(monitors: MonitorSet, rules: Path, in_force: RulesVersions) -> Iterator[_Report]:
    if monitors.version != in_force.monitors and is_available():
        with DurableMatcher(monitors.monitors) as matcher:
            yield _of_monitors(run_monitor_tests(monitors, rules, matcher), rules)


def _of_policy(policy: ActivePolicy, report: PolicyReport, rules: Path) -> _Report:
    failed = [
        FailedTest(policy.name, result.test.name, _place(result.test.source.location(0), rules), result.failures)
        for result in report.failed
    ]
    return _Report(tuple(report.diagnostics), tuple(failed))


def _of_monitors(report: MonitorReport, rules: Path) -> _Report:
    failed = [
        FailedTest("", result.test.name, _place(result.test.source.location(0), rules), result.failures)
        for result in report.failed
    ]
    return _Report(tuple(report.diagnostics), tuple(failed))


def _place(shown: str, rules: Path) -> str:
    return shown.removeprefix(f"{rules}/")
