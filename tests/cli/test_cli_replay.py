"""`underwriter replay`: the same again, what if, and options that can't be."""

import shutil
from pathlib import Path

import pytest

from underwriter.ledger.keys import MasterKeys

from ..decisioning.desks import MODELS, RULES, shipped
from ..replay.records import decide_all, opened, prime, request_for
from .commands import Call

KEYS = MasterKeys.generate()
COUNT = 3


@pytest.fixture
def options(sqlite_url: str, tmp_path: Path) -> list[object]:
    """The options that name a ledger with some approvals, and its keys."""
    desk = shipped()
    with opened(sqlite_url, KEYS) as ledger:
        decide_all(
            ledger, desk, [request_for(desk, "PERSONAL_CREDIT_LINE", prime(), f"s{number}") for number in range(COUNT)]
        )
    keys = tmp_path / "master.key"
    keys.touch(0o600)
    keys.write_text(f"{KEYS.current.line()}\n")
    return ["--database", sqlite_url, "--keys", keys]


def test_all_decisions_come_out_the_same(call: Call, options: list[object]) -> None:
    ended = call("replay", *options)
    assert (ended.code, ended.out.splitlines()[0].split(": ")[1]) == (0, f"{COUNT} the same, 0 different")
    assert call("replay", *options, "--format", "json").json["reproduced"] == COUNT


def test_what_if_shows_outcomes_amounts_and_fields(call: Call, options: list[object], tmp_path: Path) -> None:
    rules = shutil.copytree(RULES, tmp_path / "drafts")
    policy = rules / "personal_credit" / "policy.yaml"
    text = policy.read_text("utf-8")
    policy.write_text(text.replace("smallest_line: {value: 1000,", "smallest_line: {value: 10000000,"), "utf-8")
    what_if = [*options, "--rules", rules, "--models", MODELS, "--limit-differences", "1"]
    ended = call("replay", *what_if)
    assert ended.code == 1
    assert "  APPROVE        3    3" in ended.out
    assert "no longer approved          3" in ended.out
    assert "... and 2 more that differ" in ended.out
    assert "approval rate: 100.00% recorded, 0.00% now" in ended.out
    told = call("replay", *what_if, "--format", "json").json
    assert told["outcomes"] == [{"recorded": "OUTCOME_APPROVE", "replayed": "OUTCOME_DECLINE", "count": COUNT}]
    assert len(told["differences"]) == 1
    (approvals,) = told["approvals"]
    assert (approvals["replayed"], float(approvals["change"])) == ("0", -float(approvals["recorded"]))


def test_ranges_take_part_of_the_log(call: Call, options: list[object]) -> None:
    assert call("replay", *options, "--first", 1, "--end", 2, "--format", "json").json["replayed"] == 1
    assert call("replay", *options, "--until", "2020-01-01", "--format", "json").json["replayed"] == 0
    skipped = call("replay", *options, "--engine", "0.0.1", "--format", "json").json["skipped"]
    assert skipped == {"made by another engine version": COUNT}


def test_processes_share_the_work(call: Call, options: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    from underwriter.replay import work

    monkeypatch.setattr(work, "RECORDS_OF_A_PART", 1)
    monkeypatch.setattr(work, "_WORTH_A_PROCESS", 0)
    ended = call("replay", *options, "--jobs", 2)
    assert ended.code == 0
    assert f"{COUNT} the same" in ended.out


def test_every_wrong_option_is_told_at_once(call: Call, options: list[object], tmp_path: Path) -> None:
    wrong = ["--first", 5, "--end", 5, "--since", "2026-02-01", "--until", "2026-01-01"]
    ended = call("replay", *options, *wrong, "--policy", "0" * 64, "--rules", tmp_path / "nowhere")
    assert ended.code == 2
    assert ended.errors.splitlines() == [
        "--end must be above --first",
        "--until must be after --since",
        "--policy and --rules both say what decides; give one",
        f"there is no rules folder {tmp_path / 'nowhere'}",
    ]


def test_what_can_t_be_used_is_said(call: Call, options: list[object], sqlite_url: str, tmp_path: Path) -> None:
    unknown = call("replay", *options, "--policy", "0" * 64)
    assert (unknown.code, "no policy is kept" in unknown.errors) == (2, True)
    no_keys = call("replay", "--database", sqlite_url)
    assert (no_keys.code, "name their file with --keys" in no_keys.errors) == (2, True)
    nothing = call("replay", "--database", f"sqlite:///{tmp_path}/none.db", *options[2:])
    assert nothing.code == 2
