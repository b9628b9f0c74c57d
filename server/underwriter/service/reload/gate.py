"""What changed rules have to pass before they come into force, or before it is told that they might.

A process of its own, so that decisions don't wait for it and nothing of rules that are refused stays behind.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
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
from underwriter.policy import RuleFiles, read_rule_files
from underwriter.service.logs import configure_logs, frames_of
from underwriter.service.processes.reports import FailedTest, RulesVersions, TryOut, Verdict
from underwriter.service.reload.rules_file import read_rules_file, write_rules_file, write_verdict
from underwriter.service.settings import Settings
from underwriter.workbench.check import check_rule_files

NICENESS = 10
"""How much the gate steps back behind the workers on a machine without a free core."""

MOST_DIAGNOSTICS = 100
"""How many findings of a reload are told, the first ones: they go through pipes, and are kept for the status."""


def run_gate(settings: Settings, in_force: RulesVersions, file: Path, pipe: Connection) -> None:
    """Check the rules folder and send one `Verdict`. If it is good, `file` holds the rule files that it is about."""
    verdict = _reached(settings, lambda: _verdict_on_folder(settings, in_force, file))
    pipe.send(replace(verdict, diagnostics=verdict.diagnostics[:MOST_DIAGNOSTICS]))


def run_trial(settings: Settings, in_force: RulesVersions, asked: TryOut) -> None:
    """Check the rule files that a worker has written, and write the verdict beside them."""
    verdict = _reached(
        settings, lambda: verdict_on(read_rules_file(asked.file), settings, in_force, with_tests=asked.with_tests)
    )
    write_verdict(verdict, asked.file)


def verdict_on(files: RuleFiles, settings: Settings, in_force: RulesVersions, *, with_tests: bool = True) -> Verdict:
    """Check all of rule files, and test what is of another version than in force."""
    check = check_rule_files(files, settings.models)
    if has_errors(check.findings) or check.monitors is None:
        return Verdict(tuple(check.findings))
    policies = check.checked.versions()
    versions = RulesVersions({product: policy.version for product, policy in policies.items()}, check.monitors.version)
    others = [product for product, version in versions.policies.items() if in_force.policies.get(product) != version]
    try:
        reports = [*_policy_reports(check.checked, others, settings.rules)] if with_tests else []
        if with_tests and versions.monitors != in_force.monitors:
            reports += _monitor_reports(check.monitors, settings.rules)
    except (EngineFailed, RuleTooLarge) as error:
        return Verdict(problem=str(error))
    of_tests = [finding for report in reports for finding in report.diagnostics]
    found = tuple(in_file_order([*check.findings, *of_tests]))
    failed = tuple(test for report in reports for test in report.failed_tests)
    is_good = not (failed or has_errors(of_tests))
    changed = {policies[product].name: policies[product].version for product in others}
    return Verdict(found, failed, versions=versions if is_good else None, changed=changed)


def _reached(settings: Settings, judge: Callable[[], Verdict]) -> Verdict:
    configure_logs(settings)
    os.nice(NICENESS)
    try:
        with without_collection():  # the process ends soon
            return judge()
    except Exception as error:  # noqa: BLE001 - the boundary: whatever rules lead to, the old ones stay, and it is told
        structlog.get_logger().error("rules can't be checked", error=type(error).__name__, frames=frames_of(error))
        return Verdict(problem=f"the check failed with {type(error).__name__}; the log says where")


def _verdict_on_folder(settings: Settings, in_force: RulesVersions, file: Path) -> Verdict:
    """Read the rules folder once, into `file`, and judge it."""
    try:
        files = read_rule_files(settings.rules)
        write_rules_file(files, file)
    except UnicodeDecodeError as error:
        return Verdict(problem=f"a rule file is not UTF-8: {error.reason}")
    except OSError as error:
        return Verdict(problem=str(error))
    return verdict_on(files, settings, in_force)


@dataclass(frozen=True, slots=True)
class _Report:
    """What came of the tests beside one policy, or beside the monitors."""

    diagnostics: tuple[Diagnostic, ...]
    failed_tests: tuple[FailedTest, ...]


def _policy_reports(checked: CheckedFiles, products: Iterable[str], rules: Path) -> Iterator[_Report]:
    for product in products:
        policy = checked.ready(product)
        yield _of_policy(policy, run_policy_tests(policy, rules), rules)


def _monitor_reports(monitors: MonitorSet, rules: Path) -> Iterator[_Report]:
    if is_available():
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
