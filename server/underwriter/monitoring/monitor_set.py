"""From a folder of rule files to the monitors in it, or to everything that is wrong with them."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from underwriter.decisioning.functions import CREDIT_FUNCTIONS
from underwriter.events.key_kind import KeyKind
from underwriter.feel import Environment
from underwriter.feel.diagnostics import Diagnostic, has_errors, in_file_order
from underwriter.monitoring.checker import check_monitor, check_together
from underwriter.monitoring.definitions import Monitor, MonitorRule
from underwriter.monitoring.loader import load_monitor
from underwriter.policy.documents import read_document
from underwriter.policy.load import RulesRefused
from underwriter.policy.reading import Reading
from underwriter.policy.rule_files import RuleFiles, read_rule_files

_ENVIRONMENT = Environment().extended(CREDIT_FUNCTIONS)
"""The language of policies."""


@dataclass(frozen=True, slots=True)
class MonitorSet:
    """Monitors, by name. `version` is the SHA-256 (hexadecimal) of their files."""

    monitors: tuple[Monitor, ...]
    version: str

    def of_key(self, key: KeyKind) -> tuple[Monitor, ...]:
        """Return the monitors that look at the events of one kind of key."""
        return tuple([monitor for monitor in self.monitors if monitor.key is key])

    def rule(self, monitor: str, rule: str) -> MonitorRule:
        """Return a rule by its monitor's name and its id.

        Raises:
            KeyError: when there is none such, as for an alert of a rule that was taken away since.
        """
        for found in self.monitors:
            for candidate in found.rules if found.name.text == monitor else ():
                if candidate.id.text == rule:
                    return candidate
        raise KeyError(f"{monitor}/{rule}")


def read_monitors(rules: Path) -> MonitorSet:
    """Return the monitors of a rules folder; there may be none.

    Raises:
        RulesRefused: when anything is wrong with any of them, with all findings.
        OSError: when the rules folder can't be read.
    """
    return monitors_of(read_rule_files(rules))


def monitors_of(files: RuleFiles) -> MonitorSet:
    """Return the monitors among the files of a rules folder; there may be none.

    Raises:
        RulesRefused: when anything is wrong with any of them, with all findings.
    """
    monitors, findings = check_monitors(files)
    if monitors is None:
        raise RulesRefused(findings)
    return monitors


def check_monitors(files: RuleFiles) -> tuple[MonitorSet | None, list[Diagnostic]]:
    """Check the monitors among the files of a rules folder; return them if nothing is wrong, and every finding."""
    return load_monitors(files, _ENVIRONMENT)


def load_monitors(files: RuleFiles, environment: Environment) -> tuple[MonitorSet | None, list[Diagnostic]]:
    """Load every monitor of a rules folder; None if anything is wrong, and all findings. There may be none."""
    own = files.only(tuple(files.monitors()))
    reading = Reading()
    written = []
    for path in own.texts:
        document, found = read_document(own.shown(path), own.texts[path])
        reading.diagnostics += found
        monitor = load_monitor(reading, document) if document is not None else None
        written += [monitor] if monitor else []
    checked = [check_monitor(monitor, environment) for monitor in written]
    diagnostics = [*reading.diagnostics, *check_together(written), *(item for _, found in checked for item in found)]
    if has_errors(diagnostics):
        return None, in_file_order(diagnostics)
    monitors = sorted([monitor for monitor, _ in checked if monitor], key=lambda monitor: monitor.name.text)
    return MonitorSet(tuple(monitors), _content_version(own)), in_file_order(diagnostics)


def _content_version(files: RuleFiles) -> str:
    return hashlib.sha256(json.dumps(dict(files.texts), ensure_ascii=False, sort_keys=True).encode()).hexdigest()
