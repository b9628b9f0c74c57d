"""The monitors of a rules folder: which files are monitors, and what can be asked of them together."""

from pathlib import Path

import pytest

from underwriter.events.key_kind import KeyKind
from underwriter.feel import Environment
from underwriter.monitoring.definitions import AlertTerms, Effect, EventKind, Severity, Step
from underwriter.monitoring.monitor_set import MonitorSet, check_monitors, load_monitors, read_monitors
from underwriter.policy import RuleFiles, RulesRefused, read_rule_files

RULES = Path(__file__).parents[2] / "rules"
HOUR_US = 3_600_000_000
LOGINS = """monitor: logins
title: {en: Logins, zh: 登录}
key: account
rules:
  - id: L1
    title: {en: Two failed logins, zh: 两次登录失败}
    trigger: login_failed
    preceded by: [{event: login_failed, within: 1 hour}]
    then: {alert: LOGINS, severity: high, effect: verify, expires: 1 day}
"""
RINGS = """monitor: rings
title: {en: Rings, zh: 团伙}
key: device
currency: USD
lateness: 2 hours
rules:
  - id: R1
    title: {en: Any application, zh: 任何申请}
    trigger: application_submitted
    then: {alert: RINGS, severity: low}
"""


def loaded(texts: dict[str, str]) -> MonitorSet:
    monitors, findings = load_monitors(RuleFiles(texts), Environment())
    assert not findings
    assert monitors is not None
    return monitors


def test_every_yaml_file_in_the_folder_of_monitors_is_one() -> None:
    monitors = loaded(
        {
            "monitoring/b.yaml": LOGINS,
            "monitoring/deeper/a.yml": RINGS,
            "monitoring/list.csv": "a,b",
            "monitoring/policy.yaml": "policy: not-a-monitor",
            "other/c.yaml": LOGINS,
        }
    )
    assert [monitor.name.text for monitor in monitors.monitors] == ["logins", "rings"]


def test_there_may_be_no_monitors() -> None:
    assert loaded({"some/policy.yaml": "policy: some"}).monitors == ()


def test_a_monitor_is_what_its_file_says() -> None:
    logins, rings = loaded({"monitoring/a.yaml": LOGINS, "monitoring/b.yaml": RINGS}).monitors
    assert (logins.key, logins.currency, logins.lateness_us) == (KeyKind.ACCOUNT, "CNY", 24 * HOUR_US)
    assert (rings.key, rings.currency, rings.lateness_us) == (KeyKind.DEVICE, "USD", 2 * HOUR_US)
    (rule,) = logins.rules
    assert dict(rule.title) == {"en": "Two failed logins", "zh": "两次登录失败"}
    assert rule.trigger.kind == EventKind.ACCOUNT_EVENT_KIND_LOGIN_FAILED
    assert rule.steps == (Step("", rule.trigger, HOUR_US),)
    assert (rule.reach_back_us, rule.reach_ahead_us) == (HOUR_US, 0)
    assert rule.alert == AlertTerms("LOGINS", Severity.ALERT_SEVERITY_HIGH, Effect.ALERT_EFFECT_VERIFY, 24 * HOUR_US)
    assert rings.rules[0].alert == AlertTerms(
        "RINGS", Severity.ALERT_SEVERITY_LOW, Effect.ALERT_EFFECT_UNSPECIFIED, None
    )


def test_monitors_are_found_by_their_key_and_rules_by_their_ids() -> None:
    monitors = loaded({"monitoring/a.yaml": LOGINS, "monitoring/b.yaml": RINGS})
    assert [monitor.name.text for monitor in monitors.of_key(KeyKind.DEVICE)] == ["rings"]
    assert monitors.rule("logins", "L1").alert.code == "LOGINS"
    with pytest.raises(KeyError, match="rings/L1"):
        monitors.rule("rings", "L1")
    with pytest.raises(KeyError, match="tea/L1"):
        monitors.rule("tea", "L1")


def test_the_version_is_that_of_the_monitors_files() -> None:
    version = loaded({"monitoring/a.yaml": LOGINS}).version
    assert version == loaded({"monitoring/a.yaml": LOGINS, "some/policy.yaml": "policy: some"}).version
    assert version != loaded({"monitoring/a.yaml": LOGINS.replace("1 hour", "2 hours")}).version
    assert version != loaded({"monitoring/b.yaml": LOGINS}).version


def test_a_folder_with_a_faulty_monitor_is_refused_with_all_findings(tmp_path: Path) -> None:
    (tmp_path / "monitoring").mkdir()
    (tmp_path / "monitoring" / "a.yaml").write_text(LOGINS.replace("login_failed", "login"), "utf-8")
    with pytest.raises(RulesRefused) as refused:
        read_monitors(tmp_path)
    assert [finding.code for finding in refused.value.diagnostics] == ["unknown-event", "unknown-event"]
    assert list(refused.value.diagnostics) == check_monitors(read_rule_files(tmp_path))[1]


def test_the_shipped_monitors_are_in_order_and_have_titles_in_both_languages() -> None:
    monitors = read_monitors(RULES).monitors
    titles = [dict(part.title) for monitor in monitors for part in (monitor, *monitor.rules)]
    assert titles
    assert all(title.keys() == {"en", "zh"} for title in titles)
