"""Tests beside monitors: read, run, compared with what was raised."""

from pathlib import Path

import pytest

from underwriter.monitoring.monitor_set import read_monitors
from underwriter.monitoring.monitor_test_runs import MonitorReport, run_monitor_tests
from underwriter.monitoring.window import Matcher

from .oracle import OracleMatcher
from .test_monitor_set import LOGINS, RINGS, RULES

TWO_LOGINS = """
  - name: Two failed logins
    events: [{event: login_failed, device_id: phone}, {event: login_failed, at: +5 minutes}]
"""


class FailingMatcher:
    """A matcher that can try nothing."""

    def matches(self, _monitors, windows):
        return [RuntimeError("no engine") for _ in windows]


def report(folder: Path, tests: str, matcher: Matcher | None = None) -> MonitorReport:
    """Run the tests of a file beside two small monitors."""
    files = {"logins.yaml": LOGINS, "rings.yaml": RINGS, "tests/some.yaml": tests}
    (folder / "monitoring" / "tests").mkdir(parents=True)
    for name, text in files.items():
        (folder / "monitoring" / name).write_text(text, "utf-8")
    return run_monitor_tests(read_monitors(folder), folder, matcher or OracleMatcher())


def failures(folder: Path, alerts: str, until: str = "") -> list[str]:
    """Return how a test of two failed logins fails that expects these alerts; places are left out."""
    (result,) = report(folder, f"tests:{TWO_LOGINS}    alerts: {alerts}\n{until}").results
    return [failure.split("some.yaml:")[-1] for failure in result.failures]


@pytest.mark.parametrize(
    "alert",
    [
        "{rule: L1, events: [login_failed, login_failed 2]}",
        "{rule: L1, events: [login_failed 2, login_failed]}",
        "{rule: L1, alert: LOGINS, events: [login_failed, login_failed 2], at: login_failed 2}",
        "{rule: L1, events: [login_failed, login_failed 2], at: login_failed +5 minutes}",
        "{rule: L1, events: [login_failed, login_failed 2], at: '2026-05-01T10:05:00+08:00'}",
    ],
)
def test_an_alert_that_is_as_expected_passes(alert: str, tmp_path: Path) -> None:
    assert failures(tmp_path, f"[{alert}]") == []


@pytest.mark.parametrize(
    ("alerts", "told"),
    [
        (
            "[]",
            ["expected no such alert; got L1 of login_failed, login_failed 2, LOGINS, at 2026-05-01T02:05:00Z"],
        ),
        (
            "[{rule: L1, events: [login_failed]}]",
            [
                "4:14: expected L1 of login_failed; got L1 of login_failed, login_failed 2",
                "expected no such alert; got L1 of login_failed, login_failed 2, LOGINS, at 2026-05-01T02:05:00Z",
            ],
        ),
        (
            "[{rule: L1, events: [login_failed, login_failed 2]}, {rule: R1, events: [login_failed]}]",
            ["4:66: expected R1 of login_failed; got no alert of R1"],
        ),
        (
            "[{rule: L1, events: [login_failed, login_failed 2], alert: TEA, at: login_failed}]",
            [
                "4:14: expected the alert TEA; got LOGINS",
                "4:14: expected it at 2026-05-01T02:00:00Z; got 2026-05-01T02:05:00Z",
            ],
        ),
    ],
)
def test_a_difference_is_told_with_its_place_what_was_expected_and_what_was_got(
    alerts: str, told: list[str], tmp_path: Path
) -> None:
    assert failures(tmp_path, alerts) == told


def test_a_rule_is_covered_when_it_raises_an_alert(tmp_path: Path) -> None:
    found = report(tmp_path, f"tests:{TWO_LOGINS}    alerts: []\n")
    assert [(spot.what, spot.place.rsplit(":", 2)[1:]) for spot in found.coverage.uncovered] == [
        ("rule rings/R1", ["7", "9"])
    ]
    assert found.coverage.percent == 50


def test_events_are_seen_by_their_account_and_by_their_device(tmp_path: Path) -> None:
    text = """tests:
  - name: Of two accounts from one device, and one without a device
    events:
      - {as: anna, account: anna, event: login_failed, device_id: phone}
      - {as: ben, account: ben, event: login_failed, device_id: phone, at: +1 minute}
      - {as: form, account: anna, event: application_submitted, device_id: phone, at: +1 minute}
      - {account: anna, event: application_submitted, at: +1 minute}
    alerts: [{rule: R1, events: [form]}]
"""
    assert report(tmp_path, text).has_passed


def test_only_the_monitor_that_the_file_names_looks_at_its_events(tmp_path: Path) -> None:
    text = f"monitor: rings\ntests:{TWO_LOGINS}    alerts: []\n"
    assert report(tmp_path, text).has_passed


def test_amounts_without_a_currency_are_in_that_of_the_monitor(tmp_path: Path) -> None:
    (tmp_path / "monitoring" / "tests").mkdir(parents=True)
    rings = RINGS.replace("application_submitted", "drawdown where amount > 5 USD")
    (tmp_path / "monitoring" / "rings.yaml").write_text(rings, "utf-8")
    events, alerts = "[{event: drawdown, device_id: d, amount: 6}]", "[{rule: R1, events: [drawdown]}]"
    text = f"monitor: rings\ntests: [{{name: A, events: {events}, alerts: {alerts}}}]"
    (tmp_path / "monitoring" / "tests" / "some.yaml").write_text(text, "utf-8")
    assert run_monitor_tests(read_monitors(tmp_path), tmp_path, OracleMatcher()).has_passed


def test_windows_that_can_not_be_tried_fail_the_test(tmp_path: Path) -> None:
    (result,) = report(tmp_path, f"monitor: logins\ntests:{TWO_LOGINS}    alerts: []\n", FailingMatcher()).results
    assert result.failures == ("logins could not be tried: no engine",) * 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tests: [{name: A, events: [], alert: []}]", ["missing-key", "unknown-key"]),
        ("monitor: tea\ntests: []", ["unknown-value"]),
        (
            "tests: [{name: A, events: [{event: drawdown}], alerts: [{rule: X9, events: [drawdawn]}]}]",
            ["unknown-value"] * 2,
        ),
        ("tests: [{name: A, events: [{event: drawdown}], alerts: [{rule: L1}]}]", ["missing-key"]),
        ("tests: [{name: A, events: [], alerts: [], until: later}]", ["not-a-time"]),
        (
            "tests: [{name: A, events: [{event: drawdown}], alerts: [{rule: L1, events: [drawdown], at: tea +1 day}]}]",
            ["unknown-value"],
        ),
        ("tests: [", ["yaml-syntax"]),
    ],
)
def test_a_wrong_test_file_is_a_finding(text: str, told: list[str], tmp_path: Path) -> None:
    found = report(tmp_path, text)
    assert sorted(finding.code for finding in found.diagnostics) == told
    assert not found.has_passed


def test_a_test_file_that_is_no_text_is_a_finding(tmp_path: Path) -> None:
    assert report(tmp_path / "sound", f"tests:{TWO_LOGINS}    alerts: []\n").diagnostics == []
    path = tmp_path / "sound" / "monitoring" / "tests" / "some.yaml"
    path.write_bytes(b"\xff\xfe")
    found = run_monitor_tests(read_monitors(tmp_path / "sound"), tmp_path / "sound", OracleMatcher())
    assert [str(finding).split("]")[0] for finding in found.diagnostics] == [f"{path}:1:1: error[not-utf-8"]


def test_the_oracle_agrees_with_the_tests_of_the_shipped_monitors() -> None:
    found = run_monitor_tests(read_monitors(RULES), RULES, OracleMatcher())
    assert found.has_passed, [failure for result in found.failed for failure in result.failures]
    assert found.coverage.percent == 100
