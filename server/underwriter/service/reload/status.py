"""What clients are told of the rules in force, of reloads, and of what a check found."""

from collections.abc import Iterable
from pathlib import Path

from underwriter.feel.diagnostics import Diagnostic, Severity
from underwriter.service.processes.reports import FailedTest, ReloadOutcome, ServerStatus, UnmetOrder, WorkerStatus
from underwriter.v1 import policy_service_pb2 as v1
from underwriter.v1.decision_pb2 import VersionedName


def status_message(status: ServerStatus, rules: Path) -> v1.RulesStatus:
    """Return which rules are in force on a server; `rules` is its rules folder."""
    message = v1.RulesStatus(workers=[_worker(number, told) for number, told in sorted(status.workers.items())])
    if status.last_reload is not None:
        message.last_reload.CopyFrom(reload_message(status.last_reload, rules))
    return message


def reload_message(outcome: ReloadOutcome, rules: Path) -> v1.Reload:
    """Return how a reload ended."""
    message = v1.Reload(
        cause=outcome.cause,
        succeeded=outcome.succeeded,
        diagnostics=[diagnostic_message(diagnostic, rules) for diagnostic in outcome.diagnostics],
        failed_tests=failed_test_messages(outcome.failed_tests),
        problem=outcome.problem,
    )
    message.start_time.FromMicroseconds(outcome.start_time_us)
    message.end_time.FromMicroseconds(outcome.end_time_us)
    return message


def failed_test_messages(tests: Iterable[FailedTest]) -> list[v1.FailedTest]:
    """Return the tests beside the rules that failed."""
    return [v1.FailedTest(policy=t.policy, name=t.name, source=t.source, failures=t.failures) for t in tests]


def diagnostic_message(diagnostic: Diagnostic, rules: Path) -> v1.Diagnostic:
    """Return a finding for the client, who knows the files by their paths below the rules folder only."""
    is_error = diagnostic.severity is Severity.ERROR
    folder = f"{rules}/"
    return v1.Diagnostic(
        code=diagnostic.code,
        severity=v1.DIAGNOSTIC_SEVERITY_ERROR if is_error else v1.DIAGNOSTIC_SEVERITY_WARNING,
        message=diagnostic.message,
        help=diagnostic.help,
        path=diagnostic.source.name.removeprefix(folder),
        line=diagnostic.position.line + 1,
        column=diagnostic.position.column + 1,
        rendered=diagnostic.render().removeprefix(folder),
    )


def _worker(number: int, told: WorkerStatus) -> v1.WorkerRules:
    message = v1.WorkerRules(
        worker=number,
        generation=told.generation,
        policies=[VersionedName(name=name, version=version) for name, version in sorted(told.policies.items())],
        change_sequence=told.change_sequence,
        unmet_orders=map(_unmet_order, told.unmet),
    )
    message.load_time.FromMicroseconds(told.load_time_us)
    return message


def _unmet_order(order: UnmetOrder) -> v1.UnmetOrder:
    message = v1.UnmetOrder(policy=order.policy, kind=order.kind, subject=order.subject, why=order.why)
    message.since_time.FromMicroseconds(order.since_us)
    return message
