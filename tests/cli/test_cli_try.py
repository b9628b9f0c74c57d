"""`underwriter try`: an application of a file, one of the record, and edits."""

from pathlib import Path

import pytest

from underwriter.ledger.keys import MasterKeys

from ..decisioning.desks import shipped
from ..replay.records import decide_all, opened, prime, request_for
from .commands import Call

GROWN = "product: PERSONAL_CREDIT_LINE\napplication: {applicant: {subject_id: grown, age: 18}}\n"


@pytest.fixture
def grown(tmp_path: Path) -> Path:
    file = tmp_path / "grown.yaml"
    file.write_text(GROWN, "utf-8")
    return file


def test_the_path_shows_what_each_condition_read(call: Call, grown: Path) -> None:
    ended = call("try", grown)
    assert (ended.code, ended.errors) == (0, "")
    assert ended.out.startswith(f"{grown}: APPROVE")
    assert "applicant.age = 18; min_age = 18\n" in ended.out
    rule = next(s for s in call("try", grown, "--format", "json").json["trace"]["steps"] if s["name"].endswith("E01"))
    assert (rule["value"], rule["read"]) == ("false", {"applicant.age": "18", "min_age": "18"})


def test_edits_show_what_changed_on_the_path(call: Call, grown: Path) -> None:
    ended = call("try", grown, "--set", "applicant.age=17")
    assert ended.code == 0
    lines = [line.split() for line in ended.out.splitlines()]
    assert ["before:", "APPROVE"] in lines
    assert ["after:", "DECLINE"] in lines
    assert ["applicant.age", "18", "17"] in lines
    assert ["eligibility/E01", "false", "true"] in lines
    told = call("try", grown, "--set", "applicant.age=17", "--format", "json").json
    assert {"name": "eligibility/E01", "before": "false", "after": "true"} in told["changed"]


@pytest.mark.parametrize(
    ("options", "code", "text"),
    [
        (("--set", "applicant.age"), 2, "write PATH=VALUE"),
        (("--set", "applicant.age=1", "--set", "applicant.age=1"), 2, "--set applicant.age is given twice"),
        (("--set", "applicant.age=17", "--set", "applicant=null"), 2, "--set applicant is given twice"),
        (("--set", "applicant={age: 17}", "--set", "applicant.age=18"), 2, "--set applicant.age is given twice"),
        (("--set", "applicant.age=old"), 1, "applicant.age"),
        (("--set", "applicant.agee=1"), 1, "agee"),
        (("--decision", "x"), 2, "name a FILE, or"),
    ],
)
def test_edits_and_options_that_are_wrong_are_told(
    options: tuple[str, ...], code: int, text: str, call: Call, grown: Path
) -> None:
    ended = call("try", grown, *options)
    assert ended.code == code
    assert text in ended.errors


def test_a_decision_on_record_is_tried_with_edits(call: Call, sqlite_url: str, tmp_path: Path) -> None:
    keys, desk = MasterKeys.generate(), shipped()
    with opened(sqlite_url, keys) as ledger:
        decided = decide_all(ledger, desk, [request_for(desk, "PERSONAL_CREDIT_LINE", prime(), "s1")])
    file = tmp_path / "master.key"
    file.touch(0o600)
    file.write_text(f"{keys.current.line()}\n")
    name = f"decisions/{decided[0].sealed.entry_id}"
    options = ["--decision", name, "--database", sqlite_url, "--keys", file]
    assert call("try", *options).out.startswith(f"{name}: APPROVE")
    ended = call("try", *options, "--set", "applicant.age=17")
    assert ended.code == 0
    assert "AGE_BELOW_MINIMUM" in ended.out
    assert call("try", *options, "--set", "applicant.age=170").code == 1
    missing = call("try", "--decision", "nobody", *options[2:])
    assert (missing.code, missing.errors) == (1, "there is no decision decisions/nobody on record\n")
