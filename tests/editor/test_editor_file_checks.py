"""Checks of single files in a process of its own: what it keeps, what it tells, and what becomes of it when it ends."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest

from underwriter.editor.declarations import Declared
from underwriter.editor.file_checks import FileChecks
from underwriter.editor.process_beside import ProcessEnded
from underwriter.editor.rules_folder import RulesFolder

GRADES = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="g" namespace="urn:g">
<itemDefinition name="tGrade"><typeRef>string</typeRef><allowedValues><text>count(?) = 1</text></allowedValues>
</itemDefinition>
<decision id="Grader" name="Grader"><functionDefinition><formalParameter name="grade" typeRef="tGrade"/>
<literalExpression><text>grade</text></literalExpression></functionDefinition></decision>
</definitions>
"""
POLICY = """policy: small
title: {en: Small, zh: 小}
product: PERSONAL_CREDIT_LINE
include: [limits.yaml, grades.dmn]
decisions:
  grader: {expression: Grader}
  checks:
    rules:
      - {id: C1, when: applicant.age > highest_age, then: decline, reason: TOO_OLD}
outcome:
  rules: [checks]
"""
LIMITS = "parameters:\n  highest_age: {value: 70}\n"
TESTS = "tests:\n  - name: young\n"
TEXTS = {
    "small/policy.yaml": POLICY,
    "small/limits.yaml": LIMITS,
    "small/grades.dmn": GRADES,
    "small/tests/ages.yaml": TESTS,
}


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FileChecks]:
    checks = FileChecks(tmp_path_factory.mktemp("models"))
    yield checks
    checks.close()


def names(declared: Declared) -> list[str]:
    return [declaration.name for declaration in declared.declarations]


def test_only_what_has_changed_is_told_again(checks: FileChecks) -> None:
    first = checks.check(TEXTS, "small/policy.yaml")
    assert first.findings == []
    assert first.declared.keys() == {"small/policy.yaml", "small/limits.yaml"}
    types = {name: str(type_) for name, type_ in first.types["small/policy.yaml"].items()}
    assert types["highest_age"] == "number"
    assert types["grader"] == "function<g.tGrade> -> string"
    assert "applicant" not in types

    renamed = {**TEXTS, "small/limits.yaml": LIMITS.replace("highest_age", "oldest")}
    second = checks.check(renamed, "small/policy.yaml")
    assert [finding.code for finding in second.findings] == ["unknown-name"]
    assert {path: names(declared) for path, declared in second.declared.items()} == {"small/limits.yaml": ["oldest"]}
    assert second.types == {}

    tests = checks.check(TEXTS, "small/tests/ages.yaml")
    assert names(tests.declared["small/tests/ages.yaml"]) == ["young"]
    gone = {path: text for path, text in TEXTS.items() if path != "small/limits.yaml"}
    assert [finding.code for finding in checks.check(gone, "small/policy.yaml").findings] == ["missing-file"]


def test_a_process_that_has_ended_is_started_again_with_all_texts(checks: FileChecks) -> None:
    checks.check(TEXTS, "small/policy.yaml")
    (process,) = multiprocessing.active_children()
    process.kill()
    process.join()
    with pytest.raises(ProcessEnded):
        checks.check(TEXTS, "small/policy.yaml")
    again = checks.check(TEXTS, "small/policy.yaml")
    assert again.findings == []
    assert again.declared.keys() == {"small/policy.yaml", "small/limits.yaml"}


def test_a_folder_keeps_what_files_declared_when_they_could_be_read_last(tmp_path: Path) -> None:
    (tmp_path / "small" / "tests").mkdir(parents=True)
    for path, text in TEXTS.items():
        (tmp_path / path).write_text(text, "utf-8")
    folder = RulesFolder(tmp_path)
    assert folder.read().texts == TEXTS
    declared = Declared((), ("small/limits.yaml",))
    folder.learn({"small/policy.yaml": declared})
    folder.open("small/policy.yaml", "policy: [")
    assert folder.rules.texts["small/policy.yaml"] == "policy: ["
    assert folder.rules.closures == {"small/policy.yaml": ("small/policy.yaml", "small/limits.yaml")}
    folder.close("small/policy.yaml")
    assert folder.rules.texts == TEXTS
    assert folder.rules.declared == {"small/policy.yaml": declared}
