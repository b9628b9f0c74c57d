"""`underwriter decide`, in its own process and without a record."""

import json
from pathlib import Path

import pytest

from .commands import EXAMPLES, PROJECT, Call, edit, run

APPLICATION = {"product": "PERSONAL_CREDIT_LINE", "application": {"applicant": {"subject_id": "one", "age": 30}}}
DECLINED = {"product": "PERSONAL_CREDIT_LINE", "application": {"applicant": {"subject_id": "two", "age": 17}}}


def written(folder: Path, *requests: object) -> Path:
    file = folder / ("one.json" if len(requests) == 1 else "some.jsonl")
    file.write_text("\n".join(map(json.dumps, requests)))
    return file


def test_the_typical_application_is_approved_with_an_offer_by_the_shipped_rules() -> None:
    file = EXAMPLES / "personal_credit.yaml"
    ended = run("decide", file)
    assert (ended.returncode, ended.stderr) == (0, "")
    headline, *lines = ended.stdout.splitlines()
    assert headline.startswith(f"{file}: APPROVE, grade ")
    assert lines[0] == "  not recorded"
    assert "  offers" in lines


def test_the_minimal_application_is_not_approved_and_told_why(call: Call) -> None:
    shipped = ("--rules", PROJECT / "rules", "--models", PROJECT / "models")
    ended = call("decide", EXAMPLES / "minimal.yaml", *shipped)
    assert ended.code == 0
    assert ": VERIFY" in ended.out.splitlines()[0]
    assert "  to verify: " in ended.out


def test_the_sample_files_hold_the_same_application(call: Call) -> None:
    first, second = (
        call("decide", EXAMPLES / f"personal_credit.{ending}", "--trace", "--format", "json").json["trace"]["steps"]
        for ending in ("yaml", "json")
    )
    assert first == second


def test_a_decision_is_shown_with_offers_and_who_made_it(call: Call, tmp_path: Path) -> None:
    file = written(tmp_path, APPLICATION)
    ended = call("decide", file)
    version = call("describe", "small", "--format", "json").json["version"]
    assert (ended.code, ended.errors) == (0, "")
    assert ended.out == (
        f"{file}: APPROVE\n"
        "  not recorded\n"
        f"  by policies/small {version[:12]}\n"
        "  offers\n"
        "            limit  months  a year  effective  repaid   fees\n"
        "    12,345.50 CNY      12  7.20 %     7.44 %  annuity  -\n"
    )


def test_a_decline_is_shown_with_its_reasons_and_what_would_help(call: Call, tmp_path: Path) -> None:
    ended = call("decide", written(tmp_path, DECLINED))
    assert ended.code == 0
    assert ended.out.endswith(
        "  reasons\n     1. TOO_YOUNG  (eligibility/E01)\n        You are too young.\n        Come back later.\n"
    )


def test_the_trace_shows_inputs_and_steps_with_their_places(call: Call, tmp_path: Path, small_rules: Path) -> None:
    lines = call("decide", written(tmp_path, DECLINED), "--trace").out.splitlines()
    start = lines.index("  inputs")
    assert [line.split() for line in lines[start : start + 3]] == [
        ["inputs"],
        ["applicant.age", "17"],
        ["applicant.sanctioned", "null"],
    ]
    assert lines[start + 3] == "  steps"
    words = " ".join(" ".join(lines[start + 3 :]).split())  # a long path stands on a line of its own
    assert f" rule eligibility/E01 true {small_rules}/small/policy.yaml:15:13 " in f" {words} "


def test_json_lines_are_answered_in_json_lines_in_their_order(call: Call, tmp_path: Path) -> None:
    file = written(tmp_path, APPLICATION, DECLINED, {**APPLICATION, "request_id": "third"})
    ended = call("decide", file, "--format", "json")
    answers = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == 0
    assert [answer["outcome"] for answer in answers] == ["OUTCOME_APPROVE", "OUTCOME_DECLINE", "OUTCOME_APPROVE"]
    assert [answer["place"] for answer in answers] == [f"{file}:{number}" for number in (1, 2, 3)]
    assert answers[2]["request_id"] == "third"


def test_one_request_is_answered_in_one_json_object(call: Call, tmp_path: Path) -> None:
    ended = call("decide", written(tmp_path, APPLICATION), "--format", "json")
    assert ended.json["outcome"] == "OUTCOME_APPROVE"
    assert "trace" not in ended.json
    assert "ledger" not in ended.json


def test_a_request_with_faults_keeps_the_others_going(call: Call, tmp_path: Path) -> None:
    wrong = {"product": "PERSONAL_CREDIT_LINE", "application": {"applicant": {"subject_id": "x y", "age": 400}}}
    file = written(tmp_path, APPLICATION, wrong, DECLINED)
    ended = call("decide", file)
    assert ended.code == 1
    assert f"{file}:1: APPROVE" in ended.out
    assert f"{file}:3: DECLINE" in ended.out
    first, *faults = ended.errors.splitlines()
    assert first == f"{file}:2: no decision"
    assert [fault.split(": found")[0] for fault in faults] == [
        "    application.applicant.subject_id",
        "    application.applicant.age",
    ]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"product": "NOSUCH"}, "no policy decides on the product 'NOSUCH'; there are: PERSONAL_CREDIT_LINE"),
        ({"application": {"applicant": {"agee": 30}}}, "applicant.agee: found an unknown field; allowed: "),
        ({"application": {"applicant": {"age": "old"}}}, "applicant.age: found "),
    ],
)
def test_a_request_that_is_none_is_told_apart(change: object, fault: str, call: Call, tmp_path: Path) -> None:
    ended = call("decide", written(tmp_path, APPLICATION | change), "--format", "json")  # type: ignore[operator]
    assert ended.code == 1
    assert ended.json["faults"][0].startswith(fault)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.yaml", None, "No such file or directory"),
        ("a.yaml", b"\xff\xfe\x00", "a.yaml: not UTF-8"),
        ("a.yaml", b"product: [", "a.yaml:1:"),
        ("a.yaml", b"- 1\n", "a request must be a mapping with the keys product and application"),
        ("a.yaml", b"application: {}\n", "no product"),
        ("a.json", b'{"product": "X", "application": {}, "more": 1}', "unknown key more"),
        ("a.jsonl", b'{"product": "X", "application": {}}\n{"product"\n', "a.jsonl:2: not valid JSON"),
        ("a.jsonl", b"[" * 100_000, "nested too deep"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(
    name: str, content: bytes | None, said: str, call: Call, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ended = call("decide", tmp_path / name)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.errors


def test_an_empty_file_of_json_lines_decides_nothing(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "none.jsonl"
    file.write_text("\n")
    ended = call("decide", file, "--format", "json")
    assert (ended.code, ended.out) == (0, "")


def test_rules_with_errors_decide_nothing(call: Call, small_rules: Path, tmp_path: Path) -> None:
    edit(small_rules / "small" / "policy.yaml", "reason: TOO_YOUNG", "reason: TOO_YUNG")
    ended = call("decide", written(tmp_path, APPLICATION))
    assert (ended.code, ended.out) == (1, "")
    assert ended.errors.endswith("1 finding; nothing was done\n")


def test_a_missing_rules_folder_is_said(call: Call, tmp_path: Path) -> None:
    ended = call("decide", written(tmp_path, APPLICATION), "--rules", tmp_path / "nowhere")
    assert (ended.code, ended.errors) == (2, f"the rules can't be read: there is no rules folder {tmp_path}/nowhere\n")
