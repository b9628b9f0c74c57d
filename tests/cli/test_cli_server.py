"""Commands that ask a server: `explain`, and `decide --server`. The server is started by `serve`."""

import json
from pathlib import Path

import pytest

from ..ports import lasting_port
from .commands import EXAMPLES, Call, edit, run


@pytest.fixture
def no_server() -> str:
    """An address at which nothing listens."""
    return f"127.0.0.1:{lasting_port()}"


def decided(call: Call, address: str, file: Path = EXAMPLES / "personal_credit.yaml") -> dict[str, object]:
    ended = call("decide", file, "--server", address, "--format", "json")
    assert ended.code == 0, ended.errors
    return dict(ended.json)


def test_a_server_decides_and_records(call: Call, address: str) -> None:
    ended = call("decide", EXAMPLES / "personal_credit.yaml", "--server", address)
    assert (ended.code, ended.errors) == (0, "")
    headline, name, *_ = ended.out.splitlines()
    assert headline.startswith(f"{EXAMPLES / 'personal_credit.yaml'}: APPROVE, grade ")
    assert name.startswith("  decisions/")


def test_the_same_request_id_gets_the_same_decision(call: Call, address: str) -> None:
    file = EXAMPLES / "applications.jsonl"
    first, second = (call("decide", file, "--server", address, "--format", "json").out for _ in range(2))
    assert first == second
    assert len(first.splitlines()) == 3


def test_a_server_tells_its_steps_when_asked(call: Call, address: str) -> None:
    ended = call("decide", EXAMPLES / "minimal.yaml", "--server", address, "--trace")
    assert ended.code == 0
    assert "  steps\n" in ended.out


def test_field_violations_are_shown_each_on_its_line(call: Call, address: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text((EXAMPLES / "personal_credit.yaml").read_text())
    edit(file, "age: 35", "age: 400")
    edit(file, "monthly_income: 20000 CNY", "monthly_income: -5 CNY")
    ended = call("decide", file, "--server", address)
    assert (ended.code, ended.out) == (1, "")
    first, summary, *violations = ended.errors.splitlines()
    assert first == f"{file}: no decision"
    assert summary.startswith("    INVALID_ARGUMENT (")
    assert [line.split(": found")[0] for line in violations] == [
        "    application.applicant.age",
        "    application.applicant.monthly_income",
    ]


def test_an_unknown_product_is_answered_with_those_there_are(call: Call, address: str, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text(json.dumps({"product": "NOSUCH", "application": {"request": {"amount": 5}}}))
    ended = call("decide", file, "--server", address)
    assert ended.code == 1
    told = ended.errors.split("there are: ")[1].split("\n")[0].split(", ")
    assert told == sorted(told)
    assert {"PAY_LATER", "PERSONAL_CREDIT_LINE"} <= set(told)


def test_a_recorded_decision_is_explained_by_name_or_uuid(call: Call, address: str) -> None:
    name = str(decided(call, address)["name"])
    ended = call("explain", name, "--server", address)
    assert (ended.code, ended.errors) == (0, "")
    assert ended.out.startswith("APPROVE, grade ")
    assert f"\n  {name}\n" in ended.out
    assert "    rule      identity/I01 " in ended.out
    assert ended.out.endswith("\nevaluated again: the same\n")
    explained = call("explain", name.removeprefix("decisions/"), "--server", address, "--format", "json").json
    assert (explained["decision"]["name"], explained["reproduced"]) == (name, True)


@pytest.mark.parametrize(
    ("name", "said"),
    [("01900000-0000-7000-8000-000000000000", "NOT_FOUND (DECISION_NOT_FOUND)"), ("x", "INVALID_ARGUMENT (")],
)
def test_a_decision_that_is_not_there_is_said(name: str, said: str, call: Call, address: str) -> None:
    ended = call("explain", name, "--server", address)
    assert (ended.code, ended.out) == (1, "")
    assert said in ended.errors


def test_a_server_that_does_not_answer_is_named(call: Call, no_server: str) -> None:
    ended = call("explain", "x", "--server", no_server)
    assert (ended.code, ended.out) == (3, "")
    assert ended.errors.startswith(f"{no_server} does not answer: UNAVAILABLE: ")
    ended = call("decide", EXAMPLES / "applications.jsonl", "--server", no_server)
    assert (ended.code, ended.out) == (3, "")
    first, why = ended.errors.splitlines()
    assert first == f"{EXAMPLES / 'applications.jsonl'}:1: no decision"
    assert why.startswith(f"    {no_server} does not answer: ")


def test_the_server_is_taken_from_the_environment(call: Call, no_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERWRITER_SERVER", no_server)
    assert call("explain", "x").errors.startswith(f"{no_server} does not answer")


def test_deciding_on_a_server_needs_no_rules_here(address: str, tmp_path: Path) -> None:
    ended = run("decide", EXAMPLES / "minimal.yaml", "--server", address, folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_file_without_requests_asks_nothing(call: Call, no_server: str, tmp_path: Path) -> None:
    file = tmp_path / "none.jsonl"
    file.write_text("")
    assert call("decide", file, "--server", no_server).code == 0
