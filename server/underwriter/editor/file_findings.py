"""What is wrong with one file, told at once: by the first policy that it belongs to, or by itself.

What all policies of a folder say together takes longer, and comes from `folder_checks`.
"""

from collections.abc import Iterable

from underwriter.decisioning.rule_tests import files as policy_tests
from underwriter.editor.grammar.files import FileKind, kind_of_rule_file
from underwriter.editor.policy_checks import PolicyChecks
from underwriter.editor.rules_folder import Rules
from underwriter.feel.diagnostics import Diagnostic, in_file_order
from underwriter.monitoring import monitor_tests
from underwriter.monitoring.monitor_set import load_monitors
from underwriter.policy.documents import read_document
from underwriter.policy.reading import Reading
from underwriter.workbench.suppressions import suppress


def file_findings(rules: Rules, checks: PolicyChecks, path: str) -> list[Diagnostic]:
    """Return what is wrong in a file, in the order of places; nothing in one that is not there any more."""
    if path not in rules.texts:
        return []
    found = [finding for finding in _findings(rules, checks, path) if finding.source.name == path]
    if path in rules.files.texts:
        found, _ = suppress(found, rules.files.only((path,)), is_complete=False)
    return in_file_order(found)


def _findings(rules: Rules, checks: PolicyChecks, path: str) -> Iterable[Diagnostic]:
    match kind_of_rule_file(path):
        case FileKind.POLICY_TESTS | FileKind.MONITOR_TESTS as kind:
            return _test_findings(rules, checks, path, kind)
        case FileKind.REASONS:
            return checks.reasons(rules)[1]
        case FileKind.MONITOR:
            return load_monitors(rules.files, checks.environment)[1]
    policies = [policy for policy in rules.policies_with(path) if policy in rules.closures]
    if policies:
        return checks.check(rules, policies[0])
    return read_document(path, rules.texts[path])[1] if kind_of_rule_file(path) else ()


def _test_findings(rules: Rules, checks: PolicyChecks, path: str, kind: FileKind) -> list[Diagnostic]:
    document, findings = read_document(path, rules.texts[path])
    reading = Reading()
    if document is not None and kind is FileKind.POLICY_TESTS:
        policy_tests.tests_in(document, reading)
    elif document is not None:
        monitors, _ = load_monitors(rules.files, checks.environment)
        if monitors is not None:
            monitor_tests.tests_in(document, reading, monitors.monitors)
    return [*findings, *reading.diagnostics]
