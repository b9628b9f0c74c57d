"""Checks one file at a time in a process of its own, which keeps what it has read and checked between the questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

from underwriter.decisioning.models import load_models
from underwriter.editor.declarations import Declared, declared_in
from underwriter.editor.file_findings import file_findings
from underwriter.editor.grammar.files import kind_of_rule_file
from underwriter.editor.policy_checks import PolicyChecks
from underwriter.editor.process_beside import ProcessBeside, answer_all
from underwriter.editor.rules_folder import Rules, is_test
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.types import ConstrainedType, Type


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What is wrong in a file, and what has been found out on the way since the check before.

    `declared` are the files that could be read, by path; `types` those of a policy's names, by the policy's path;
    `models` the titles of all models, by name.
    """

    findings: list[Diagnostic]
    declared: Mapping[str, Declared]
    types: Mapping[str, Mapping[str, Type]]
    models: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Asked:
    path: str
    changed: Mapping[str, str]
    gone: frozenset[str]


class FileChecks:
    """Checks files against a folder of models. One check at a time; the process ends with this one."""

    def __init__(self, models: Path) -> None:
        self._process: ProcessBeside[_Asked, FileCheck] = ProcessBeside(_work, models)
        self._sent: dict[str, str] = {}

    def check(self, texts: Mapping[str, str], path: str) -> FileCheck:
        """Check a file of a rules folder, of which the texts are given by path; the first call starts the process.

        Raises:
            ProcessEnded: when the process has ended; the next call starts another one.
        """
        if not self._process.is_running:
            self._sent = {}
        wanted = {name: text for name, text in texts.items() if name == path or not is_test(name)}
        changed = {name: text for name, text in wanted.items() if self._sent.get(name) != text}
        asked = _Asked(path, changed, frozenset(self._sent.keys() - wanted.keys()))
        self._sent = wanted
        return self._process.ask(asked)

    def close(self) -> None:
        """End the process."""
        self._process.close()


class _FileChecker:
    def __init__(self, models: Path) -> None:
        loaded, _ = load_models(models)
        self._checks = PolicyChecks(loaded)
        self._titles = {name: model.manifest.title for name, model in loaded.items()}
        self._rules = Rules({}, {})

    def check(self, asked: _Asked) -> FileCheck:
        declared = self._declared(asked)
        self._rules = self._rules.changed(asked.changed, declared, asked.gone)
        before = dict(self._checks.types)
        findings = file_findings(self._rules, self._checks, asked.path)
        types = {policy: types for policy, types in self._checks.types.items() if before.get(policy) is not types}
        return FileCheck(findings, declared, types, self._titles)

    def _declared(self, asked: _Asked) -> dict[str, Declared]:
        found: dict[str, Declared] = {}
        for path, text in asked.changed.items():
            kind = kind_of_rule_file(path)
            declared = declared_in(kind, path, text) if kind else None
            if declared is not None:
                found[path] = declared
        return found


def _work(pipe: Connection, models: Path) -> None:
    ForkingPickler.register(ConstrainedType, _without_constraint)
    answer_all(pipe, _FileChecker(models).check)


def _without_constraint(type_: ConstrainedType) -> tuple[type[ConstrainedType], tuple[str, Type]]:
    """Say how to send a type: what its values must be is a function, and no editor asks for it."""
    return ConstrainedType, (type_.name, type_.base)
