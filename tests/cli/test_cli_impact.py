"""`underwriter impact`: tables, JSON, the report, and options that can't be."""

import shutil
import sys
from pathlib import Path

import pytest

from underwriter.decisioning import load_desk
from underwriter.ledger.keys import MasterKeys

from ..replay.records import decide_all, opened, request_for
from .commands import Call, edit

KEYS = MasterKeys.generate()
AGES = (17, 18, 19, 30, 40)


@pytest.fixture
def changed(small_rules: Path, tmp_path: Path) -> Path:
    """A copy of the small rules with another age and another line."""
    new = shutil.copytree(small_rules, tmp_path / "new")
    edit(new / "small" / "policy.yaml", "min_age: {value: 18", "min_age: {value: 21")
    edit(new / "small" / "policy.yaml", "line: {value: 12345.5", "line: {value: 12000")
    return new


@pytest.fixture
def options(sqlite_url: str, small_rules: Path, no_models: Path, tmp_path: Path) -> list[object]:
    """The options that name a ledger of decisions by the small rules, and its keys."""
    desk = load_desk(small_rules, no_models)
    requests = [
        request_for(desk, "PERSONAL_CREDIT_LINE", {"applicant": {"age": age}}, f"subject-{age}") for age in AGES
    ]
    with opened(sqlite_url, KEYS) as ledger:
        decide_all(ledger, desk, requests)
    keys = tmp_path / "master.key"
    keys.touch(0o600)
    keys.write_text(f"{KEYS.current.line()}\n")
    return ["--database", sqlite_url, "--keys", keys]


def test_the_tables_tell_what_would_come_of_new_rules(call: Call, options: list[object], changed: Path) -> None:
    ended = call("impact", changed, *options)
    assert ended.code == 0
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert "parameter min_age: value: 18 years -> 21 years (+16.7 %) PERSONAL_CREDIT_LINE" in lines
    assert "APPROVE 2 2 4" in lines
    assert "no longer approved 2 24,691 0 -24,691 CNY -" in lines
    assert lines[-1] == ("5 decisions made again: 4 differ; approved 4 (80.00%) on record, 2 (40.00%) now")
    assert "subject-" not in ended.out


def test_json_has_the_same_figures(call: Call, options: list[object], changed: Path) -> None:
    told = call("impact", changed, *options, "--format", "json").json
    assert (told["replayed"], told["differing"]) == (5, 4)
    assert told["products"][0]["recorded"] == {"approved": 4, "amount": "49382", "expected_loss": None}
    assert told["products"][0]["now"] == {"approved": 2, "amount": "24000", "expected_loss": None}
    assert told["limits"][0]["mean_change"] == "-345.500000"


def test_a_part_of_the_log_may_be_asked_for(call: Call, options: list[object], changed: Path) -> None:
    nothing = call("impact", changed, *options, "--until", "2020-01-01")
    assert (nothing.code, nothing.out) == (0, "no decision was made again\n")
    assert call("impact", changed, *options, "--sample", 5, "--format", "json").json["replayed"] == 5


def test_a_product_of_the_rules_alone_has_no_decisions(call: Call, options: list[object], changed: Path) -> None:
    edit(changed / "small" / "policy.yaml", "product: PERSONAL_CREDIT_LINE", "product: PAY_LATER")
    assert call("impact", changed, *options, "--product", "PAY_LATER", "--format", "json").json["replayed"] == 0


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (
            ("--product", "PERSONAL_CREDIT"),
            "product 'PERSONAL_CREDIT'; there are: PERSONAL_CREDIT_LINE (did you mean 'PERSONAL_CREDIT_LINE'?)",
        ),
        (("--product", "X"), "product 'X'; there are: PERSONAL_CREDIT_LINE"),
        (("--log", "decision"), "log with records 'decision'; there are: decisions (did you mean 'decisions'?)"),
    ],
)
def test_names_that_there_are_none_of_are_told(
    call: Call, options: list[object], changed: Path, wrong: tuple[str, str], text: str
) -> None:
    commands = (("impact", changed), ("impact", changed, "--sample", 2), ("replay",), ("replay", "--rules", changed))
    for command in commands:
        ended = call(*command, *options, *wrong)
        assert (ended.code, ended.out, ended.errors) == (2, "", f"there is no {text}\n")


def test_the_report_is_written_beside_what_is_shown(
    call: Call, options: list[object], changed: Path, tmp_path: Path
) -> None:
    file = tmp_path / "impact.html"
    ended = call("impact", changed, *options, "--report", file)
    assert ended.code == 0
    text = file.read_text("utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert ended.out.splitlines()[-1] in text
    assert "subject-" not in text


def test_without_the_extra_only_the_report_is_refused(
    call: Call, options: list[object], changed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    monkeypatch.delitem(sys.modules, "underwriter.impact.report", raising=False)
    file = tmp_path / "impact.html"
    ended = call("impact", changed, *options, "--report", file)
    assert (ended.code, file.exists()) == (2, False)
    assert ended.errors == "--report needs jinja2, which `pip install 'underwriter[authoring]'` installs\n"
    assert call("impact", changed, *options).code == 0


def test_every_wrong_option_is_told_at_once(call: Call, options: list[object], tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    wrong = ["--since", "2026-02-01", "--until", "2026-02-01T07:00:00+08:00", "--report", nowhere / "impact.html"]
    ended = call("impact", nowhere, *options, *wrong)
    assert ended.code == 2
    assert ended.errors.splitlines() == [
        "--until must be after --since",
        f"there is no rules folder {nowhere}",
        f"--report: there is no folder {nowhere}",
    ]


def test_rules_with_errors_and_missing_keys_are_refused(
    call: Call, options: list[object], changed: Path, sqlite_url: str
) -> None:
    edit(changed / "small" / "policy.yaml", "min_age\n        then", "mn_age\n        then")
    broken = call("impact", changed, *options)
    assert (broken.code, "did you mean 'min_age'?" in broken.errors) == (2, True)
    no_keys = call("impact", changed, "--database", sqlite_url)
    assert (no_keys.code, "name their file with --keys" in no_keys.errors) == (2, True)
