"""`underwriter decide --now`: decisions as of another day."""

import json
from pathlib import Path

import pytest

from .commands import Call, edit

REQUEST = {"product": "PERSONAL_CREDIT_LINE", "application": {"applicant": {"subject_id": "one", "age": 30}}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "one.json").write_text(json.dumps(REQUEST))
    return tmp_path / "one.json"


@pytest.mark.parametrize(
    ("time", "decided_at"),
    [
        ("2026-11-22", "2026-11-22T00:00:00Z"),
        ("2024-02-29T09:30:00", "2024-02-29T09:30:00Z"),
        ("2024-02-29T09:30:00Z", "2024-02-29T09:30:00Z"),
        ("2024-02-29T09:30:00+08:00", "2024-02-29T01:30:00Z"),
    ],
)
def test_the_decision_is_made_as_of_a_day_or_time(call: Call, file: Path, time: str, decided_at: str) -> None:
    assert call("decide", file, "--now", time, "--format", "json").json["decide_time"] == decided_at


@pytest.mark.parametrize(("time", "outcome"), [("2026-12-02T15:59:59", "APPROVE"), ("2026-12-02T16:00:00", "DECLINE")])
def test_rules_read_the_day_that_it_is_then_where_the_lender_is(
    call: Call, file: Path, small_rules: Path, time: str, outcome: str
) -> None:
    edit(small_rules / "small" / "policy.yaml", "when: applicant.age < min_age", 'when: today >= @"2026-12-03"')
    assert call("decide", file, "--now", time).out.startswith(f"{file}: {outcome}\n")


@pytest.mark.parametrize("time", ["soon", "2026-02-30", "2026-11-22T25:00:00", "22.11.2026"])
def test_what_is_no_time_is_refused(call: Call, file: Path, time: str) -> None:
    ended = call("decide", file, "--now", time)
    assert ended.code == 2
    assert "--now" in ended.errors


def test_a_server_decides_by_its_own_clock(call: Call, file: Path) -> None:
    ended = call("decide", file, "--now", "2026-11-22", "--server", "127.0.0.1:1")
    assert (ended.code, ended.out) == (2, "")
    assert "a server decides by its own clock" in ended.errors
