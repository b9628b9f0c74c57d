"""`underwriter policy` and `underwriter rollout`, before a real server on the shipped rules."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from .commands import EXAMPLES, PROJECT, Call, edit

WHY = ("--reason", "a test", "--actor", "li.wei")
PERSONAL = "personal-credit"
AGE = 35  # of the example


@pytest.fixture
def orders(call: Call, address: str) -> Call:
    """Calls a command on the server."""
    return lambda *words: call(*words, "--server", address)


def version_of(orders: Call, *values: str) -> str:
    """The version that a policy has with values of parameters."""
    ended = orders("policy", "set", PERSONAL, *values, *WHY, "--format", "json")
    assert ended.code == 0, ended.errors
    return str(ended.json["version"])


def decided(call: Call, address: str, folder: Path, number: int) -> str:
    """The outcome for the example's applicant under another name."""
    file = folder / f"{number}.yaml"
    shutil.copy(EXAMPLES / "personal_credit.yaml", file)
    edit(file, "subject_id: customer-1001", f"subject_id: rollout-{number}")
    ended = call("decide", file, "--server", address, "--format", "json")
    assert ended.code == 0, ended.errors
    return str(ended.json["outcome"])


def test_a_parameter_is_set_and_a_version_is_held(orders: Call) -> None:
    ended = orders("policy", "set", PERSONAL, "min_age=20", *WHY)
    assert (ended.code, ended.errors) == (0, "")
    assert ended.out.startswith("policies/personal-credit ")
    assert ended.out.endswith(" (min_age set to 20 instead of 18)\n")
    version = ended.out.split()[1]
    files = version_of(orders, "min_age=")
    held = orders("policy", "activate", PERSONAL, "--version", version, *WHY)
    assert held.out == f"in force: policies/personal-credit {version} (held, min_age set to 20 instead of 18)\n"
    checked = orders("policy", "activate", PERSONAL, "--version", files, "--check", *WHY)
    assert checked.out == f"would be in force: policies/personal-credit {files} (held)\n"
    ended = orders("policy", "changes", PERSONAL, "--limit", "1")
    assert "policies/personal-credit  held at a version, by li.wei\n    a test\n    min_age = 20\n" in ended.out
    assert f"version {version}, before {files[:12]}\n" in ended.out
    assert len(orders("policy", "changes", "--format", "json", "--limit", "2").json) == 2
    status = orders("policy", "status")
    assert status.code == 0
    assert "worker 1" in status.out
    assert next(line.split()[1] for line in status.out.splitlines() if "personal-credit" in line) == version[:12]
    assert orders("policy", "activate", PERSONAL, *WHY).code == 0
    assert version_of(orders, "min_age=") == files


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("policy", "set", PERSONAL, "min_age", *WHY), 2, "'min_age' is not NAME=VALUE"),
        (("policy", "set", PERSONAL, "min_age=1", "min_age=2", *WHY), 2, "min_age is given twice"),
        (("policy", "set", PERSONAL, "min_aeg=1", *WHY), 1, "did you mean 'min_age'"),
        (("policy", "set", "nobody", "min_age=1", *WHY), 1, "there is no policy policies/nobody"),
        (("policy", "set", PERSONAL, "min_age=1", "--expected", "x", *WHY), 3, "is in force"),
        (("policy", "set", "personal-credt", "min_age=1", *WHY), 1, "did you mean 'policies/personal-credit'?"),
        (("policy", "changes", "personal-credt"), 1, "did you mean 'policies/personal-credit'?"),
        (("policy", "activate", PERSONAL, "--version", "x", *WHY), 1, "not kept"),
        (("policy", "keep", "nowhere"), 2, "there is no rules folder nowhere"),
        (("rollout", "start", PERSONAL, *WHY), 2, "give a --challenger or a --shadow"),
        (("rollout", "start", PERSONAL, "--challenger", "abc", *WHY), 2, "'abc' is not VERSION=SHARE"),
        (("rollout", "start", PERSONAL, "--challenger", "abc=0.1", *WHY), 1, "not kept"),
        (("rollout", "start", PERSONAL, "--shadow", "x", "--until", "1.2.2099", *WHY), 2, "found '1.2.2099'; allowed"),
    ],
)
def test_what_can_not_be_ordered(orders: Call, words: tuple[str, ...], code: int, text: str) -> None:
    ended = orders(*words)
    assert ended.code == code, ended.errors
    assert text in ended.errors


def test_a_value_that_stops_a_rule_is_told_of(orders: Call) -> None:
    ended = orders("policy", "set", PERSONAL, "large_amount=800000", "--check", *WHY)
    assert (ended.code, "warning[rule-never-fires]: rule R06 can never fire" in ended.out) == (0, True)
    assert "\nwould be in force: policies/personal-credit " in ended.out


def test_an_empty_folder_has_nothing_to_keep(orders: Call, tmp_path: Path) -> None:
    (empty := tmp_path / "empty").mkdir()
    ended = orders("policy", "keep", empty)
    assert (ended.code, ended.errors) == (2, f"there are no rule files in {empty}\n")


def test_who_and_why_must_be_known(call: Call) -> None:
    ended = call("policy", "set", PERSONAL, "min_age=20")
    assert ended.code == 2
    assert "--reason" in ended.errors


def test_rules_are_kept_and_tried(orders: Call, tmp_path: Path) -> None:
    rules = shutil.copytree(PROJECT / "rules", tmp_path / "new")
    assert orders("policy", "keep", rules).out.endswith("the files change no policy\n")
    edit(rules / "common" / "responsible_lending.yaml", "min_age: {value: 18", "min_age: {value: 19")
    ended = orders("policy", "keep", rules, "--format", "json")
    assert ended.code == 0, ended.errors
    version = next(p["version"] for p in ended.json["policies"] if p["name"] == "policies/personal-credit")
    started = orders("rollout", "start", PERSONAL, "--shadow", version, "--until", "2099-01-01T08:00:00+08:00", *WHY)
    assert started.code == 0, started.errors
    assert f"until 2099-01-01 00:00:00\n  shadow     {version}\n" in started.out
    assert version in orders("rollout", "show").out
    assert orders("rollout", "end", PERSONAL, *WHY).code == 0
    assert orders("rollout", "show").out == "no rollout is set\n"
    edit(rules / "common" / "responsible_lending.yaml", "applicant.age < min_age", "applicant.aeg < min_age")
    wrong = orders("policy", "keep", rules)
    assert wrong.code == 1
    assert "applicant.aeg" in wrong.out
    assert wrong.out.endswith("nothing is kept\n")


def test_a_rollout_is_reported_on_from_its_records(
    orders: Call, call: Call, address: str, server_folder: Path, tmp_path: Path
) -> None:
    older, oldest = (version_of(orders, f"min_age={age}") for age in (AGE + 5, AGE + 10))
    version_of(orders, "min_age=")
    started = orders("rollout", "start", PERSONAL, "--challenger", f"{older}=0.5", "--shadow", oldest, *WHY)
    assert started.code == 0, started.errors
    outcomes: Counter[str] = Counter()
    for number in range(100):  # who is drawn for the challenger is chance
        outcomes[decided(call, address, tmp_path, number)] += 1
        if len(outcomes) == 2 and min(outcomes.values()) >= 3:
            break
    assert outcomes.keys() == {"OUTCOME_APPROVE", "OUTCOME_DECLINE"}
    decisions, challenged = outcomes.total(), outcomes["OUTCOME_DECLINE"]
    database = ("--database", f"sqlite:///{server_folder}/data/underwriter.db")
    told = call("rollout", "report", PERSONAL, *database, "--format", "json")
    assert told.code == 0, told.errors
    champion, challenger, shadow = told.json["arms"]
    assert (champion["kind"], champion["decisions"], challenger["decisions"]) == (
        "champion",
        decisions - challenged,
        challenged,
    )
    assert challenger["versions"] == {older: challenged}
    assert challenger["approval_difference"]["high"] < 0
    assert challenger["reasons"][0]["code"] == "AGE_BELOW_MINIMUM"
    assert (shadow["kind"], shadow["decisions"], shadow["failures"]) == ("shadow", decisions, 0)
    assert {(pair["answered"], pair["shadow"], pair["count"]) for pair in shadow["answered"]} == {
        ("OUTCOME_APPROVE", "OUTCOME_DECLINE", decisions - challenged),
        ("OUTCOME_DECLINE", "OUTCOME_DECLINE", challenged),
    }
    assert float(champion["approved_amount"]) > 0
    text = call("rollout", "report", PERSONAL, *database).out
    assert orders("rollout", "end", PERSONAL, *WHY).code == 0
    for part in ("rollout 0", f"challenger {older[:12]}", "AGE_BELOW_MINIMUM: 100.00%, not 0.00%", "mean annual rate"):
        assert part in text
    unknown = call("rollout", "report", PERSONAL, "--rollout", "none", *database)
    assert (unknown.code, "no rollout none was ever set" in unknown.errors) == (1, True)
    assert call("rollout", "report", "nobody", *database).code == 1
