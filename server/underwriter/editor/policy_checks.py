"""Checks policies one by one, and keeps what came of each for as long as none of its files changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from underwriter import scoring
from underwriter.decisioning.desk import surroundings_of
from underwriter.editor.rules_folder import Rules
from underwriter.feel import Environment
from underwriter.feel.builtins.entry import Builtin
from underwriter.feel.diagnostics import Diagnostic
from underwriter.policy.checked import CheckedPolicy
from underwriter.policy.checker import check_policy
from underwriter.policy.loader import load_definition
from underwriter.policy.reason_catalogue import ReasonEntry, catalogue_paths, load_reasons


@dataclass(frozen=True, slots=True)
class PolicyCheck:
    """What is wrong with a policy, and the policy itself if nothing is."""

    findings: tuple[Diagnostic, ...]
    checked: CheckedPolicy | None


class PolicyChecks:
    """Checks policies of a folder against models. Of each policy the last one in order is kept: editors go by it."""

    def __init__(self, models: Mapping[str, scoring.Model], models_folder: Path) -> None:
        self.models = models
        self.models_folder = models_folder
        self.in_order: dict[str, CheckedPolicy] = {}
        self._surroundings = surroundings_of(models)
        self._known: dict[str, tuple[object, PolicyCheck]] = {}
        self._reasons: tuple[object, dict[str, ReasonEntry], list[Diagnostic]] = (None, {}, [])

    @property
    def environment(self) -> Environment:
        """The language of policies."""
        return self._surroundings.environment

    @property
    def functions(self) -> Mapping[str, Builtin]:
        """The functions that formulas may call, by name."""
        return self._surroundings.environment.functions

    def check(self, rules: Rules, path: str) -> PolicyCheck:
        """Return the check of the policy at a path, as it was if nothing that it is made of has changed."""
        reasons, _ = self.reasons(rules)
        content = (
            tuple((file, rules.texts[file]) for file in rules.closures[path]),
            tuple(reasons),
            tuple(rules.files.texts),
        )
        known = self._known.get(path)
        if known is not None and known[0] == content:
            return known[1]
        check = self._check(rules, path, reasons)
        self._known[path] = (content, check)
        if check.checked is not None:
            self.in_order[path] = check.checked
        return check

    def reasons(self, rules: Rules) -> tuple[Mapping[str, ReasonEntry], list[Diagnostic]]:
        """Return the catalogue of reasons, and what is wrong with it."""
        content = tuple(rules.files.texts[path] for path in catalogue_paths(rules.files))
        if self._reasons[0] != content:
            self._reasons = (content, *load_reasons(rules.files))
        return self._reasons[1:]

    def _check(self, rules: Rules, path: str, reasons: Mapping[str, ReasonEntry]) -> PolicyCheck:
        definition, findings = load_definition(rules.files, path)
        if definition is None:
            return PolicyCheck(tuple(findings), None)
        around = self._surroundings
        checked, found = check_policy(definition, around.environment, around.input_type, around.models, reasons)
        return PolicyCheck((*findings, *found), checked)
