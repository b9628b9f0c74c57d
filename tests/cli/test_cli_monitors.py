"""Monitors on the command line: checked, tested and described with the policies beside them."""

from pathlib import Path

import pytest

from .commands import Call, edit, place_of

LOGINS = """monitor: logins
title: {en: Logins, zh: 登录}
key: account
lateness: 36 hours
rules:
  - id: L1
    title: {en: Two failed logins, zh: 两次登录失败}
    trigger: login_failed
    preceded by:
      - {as: first, event: login_failed, times: 2, each: device_id, within: 90 seconds}
      - {event: password_reset, within: 1 hour, before: first, same: [device_id]}
    unless: [{event: verification_passed, within: 35 days, since: first}]
    unless followed by: [{event: login_succeeded, within: 1 day, different: [device_id]}]
    then: {alert: LOGINS, severity: high, effect: verify, expires: 7 days}
  - id: L2
    title: {en: Any large drawdown, zh: 大额支用}
    trigger: drawdown where amount > 10000 CNY
    then: {alert: LARGE, severity: low}
"""
TESTS = """tests:
  - name: A large drawdown
    events: [{event: drawdown, amount: 20000}]
    alerts: [{rule: L2, events: [drawdown]}]
"""
DESCRIBED = """\
Logins / 登录
monitor logins, key account, currency CNY
an event that comes more than 36 hours late raises nothing

L1  Two failed logins
  trigger             login_failed
  preceded by         first: 2 times login_failed, within 90 seconds, each with another device_id
  preceded by         password_reset, within 1 hour, before first, same device_id
  unless              verification_passed, within 35 days, since first
  unless followed by  login_succeeded, within 1 day, different device_id
  then                LOGINS, high, effect verify for 7 days

L2  Any large drawdown
  trigger             drawdown where amount > 10000 CNY
  then                LARGE, low, effect none
"""


@pytest.fixture(autouse=True)
def monitors(small_rules: Path) -> Path:
    """A folder of monitors beside the small policies."""
    folder = small_rules / "monitoring"
    (folder / "tests").mkdir(parents=True)
    (folder / "logins.yaml").write_text(LOGINS, "utf-8")
    (folder / "tests" / "drawdowns.yaml").write_text(TESTS, "utf-8")
    return folder


def test_monitors_are_checked_with_the_policies(call: Call, monitors: Path) -> None:
    assert call("check").code == 0
    edit(monitors / "logins.yaml", "amount > 10000 CNY", "amuont > 10000 CNY")
    ended = call("check")
    assert ended.code == 1
    assert ended.out == (
        f"{place_of(monitors / 'logins.yaml', 'amuont')}: error[unknown-name]: there is nothing called 'amuont'\n"
        "        trigger: drawdown where amuont > 10000 CNY\n"
        "                                ^^^^^^\n"
        "    help: did you mean 'amount'?\n"
        "\n"
        "1 finding\n"
    )


def test_their_tests_run_with_those_of_the_policies(call: Call, monitors: Path) -> None:
    ended = call("test")
    assert (ended.code, ended.errors) == (0, "")
    assert ended.out.endswith(
        f"{place_of(monitors / 'logins.yaml', 'L1')}: not reached: rule logins/L1\n"
        "small       2 passed  0 failed  50.0 %  of 4 branches, rows and bins reached\n"
        "monitoring  1 passed  0 failed  50.0 %  of 2 branches, rows and bins reached\n"
    )


def test_a_failure_shows_what_was_expected_and_got(call: Call, monitors: Path) -> None:
    tests = monitors / "tests" / "drawdowns.yaml"
    edit(tests, "alerts: [{", "alerts: [{alert: TEA, ")
    ended = call("test", "monitoring", "--fail-under", "60")
    assert ended.code == 1
    assert ended.out == (
        f"{place_of(tests, 'A large')}: failed: A large drawdown\n"
        f"    {place_of(tests, '{alert: TEA')}: expected the alert TEA; got LARGE\n"
        f"{place_of(monitors / 'logins.yaml', 'L1')}: not reached: rule logins/L1\n"
        "monitoring  0 passed  1 failed  50.0 %  of 2 branches, rows and bins reached\n"
        "monitoring: coverage is below 60 %\n"
    )


def test_policies_may_be_tested_alone(call: Call) -> None:
    assert [report["policy"] for report in call("test", "small", "--format", "json").json] == ["small"]
    assert [report["folder"] for report in call("test", "monitoring", "--format", "json").json] == ["monitoring"]


def test_monitors_without_tests_fail(call: Call, monitors: Path) -> None:
    (monitors / "tests" / "drawdowns.yaml").unlink()
    ended = call("test")
    assert ended.code == 1
    assert "monitoring has no tests\n" in ended.out


def test_monitors_with_errors_are_neither_tested_nor_described(call: Call, monitors: Path) -> None:
    edit(monitors / "logins.yaml", "severity: low", "severity: none")
    for command in (("test", "monitoring"), ("describe", "logins")):
        ended = call(*command)
        assert (ended.code, ended.out) == (1, "")
        assert ended.errors.endswith("1 finding; nothing was done\n")


def test_monitors_are_not_tested_without_their_engine(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("underwriter.monitoring.engine.is_available", lambda: False)
    ended = call("test", "monitoring")
    assert (ended.code, ended.out) == (2, "")
    assert ended.errors.startswith("monitors can't be tested: durable-rules is not installed")


def test_a_monitor_is_described_in_words(call: Call) -> None:
    ended = call("describe", "logins")
    assert (ended.code, ended.errors, ended.out) == (0, "", DESCRIBED)


def test_its_description_in_json_has_the_same_words(call: Call) -> None:
    described = call("describe", "logins", "--format", "json").json
    assert (described["monitor"], described["key"], described["lateness"]) == ("logins", "account", "36 hours")
    assert [rule["id"] for rule in described["rules"]] == ["L1", "L2"]
    parts = [part for rule in described["rules"] for part in rule["parts"]]
    assert parts
    assert all(f"{part['key']:<18}  {part['text']}\n" in DESCRIBED for part in parts)


def test_a_monitor_is_not_compiled_to_python(call: Call) -> None:
    ended = call("describe", "logins", "--show", "python")
    assert (ended.code, ended.errors) == (2, "logins is a monitor, which is not compiled to Python\n")
