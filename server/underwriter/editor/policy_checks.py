"""Checks policies one by one, and keeps what came of each for as long as none of its files changes."""

from collections.abc import Mapping, Sequence

from underwriter import scoring
from underwriter.decisioning.desk import surroundings_of
from underwriter.editor.rules_folder import Rules
from underwriter.feel import Environment
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.types import Type
from underwriter.policy.checker import check_policy
from underwriter.policy.loader import load_definition
from underwriter.policy.reason_catalogue import ReasonEntry, catalogue_paths, load_reasons
from underwriter.policy.shared_checks import SharedChecks


class PolicyChecks:
    """Checks policies of a folder against models. `types` are those of policies' names, when last in order."""

    def __init__(self, models: Mapping[str, scoring.Model]) -> None:
        self.types: dict[str, Mapping[str, Type]] = {}
        self._surroundings = surroundings_of(models)
        self._shared = SharedChecks()  # a key changes one file: decisions of the others are as they were
        self._known: dict[str, tuple[object, Sequence[Diagnostic]]] = {}
        self._reasons: tuple[object, dict[str, ReasonEntry], list[Diagnostic]] = (None, {}, [])

    @property
    def environment(self) -> Environment:
        """The language of policies."""
        return self._surroundings.environment

    def check(self, rules: Rules, path: str) -> Sequence[Diagnostic]:
        """Return what is wrong with the policy at a path, as it was if nothing that it is made of has changed."""
        reasons, _ = self.reasons(rules)
        content = (
            tuple((file, rules.texts[file]) for file in rules.closures[path]),
            tuple(reasons),
            tuple(rules.files.texts),
        )
        known = self._known.get(path)
        if known is not None and known[0] == content:
            return known[1]
        findings = self._check(rules, path, reasons)
        self._known[path] = (content, findings)
        return findings

    def reasons(self, rules: Rules) -> tuple[Mapping[str, ReasonEntry], list[Diagnostic]]:
        """Return the catalogue of reasons, and what is wrong with it."""
        content = tuple(rules.files.texts[path] for path in catalogue_paths(rules.files))
        if self._reasons[0] != content:
            self._reasons = (content, *load_reasons(rules.files))
        return self._reasons[1:]

    def _check(self, rules: Rules, path: str, reasons: Mapping[str, ReasonEntry]) -> list[Diagnostic]:
        definition, findings = load_definition(rules.files, path)
        if definition is None:
            return findings
        around = self._surroundings
        checked, found = check_policy(
            definition, around.environment, around.input_type, around.models, reasons, self._shared
        )
        if checked is not None:
            inputs = around.input_type.fields
            self.types[path] = {name: type_ for name, type_ in checked.types.items() if name not in inputs}
        return [*findings, *found]
