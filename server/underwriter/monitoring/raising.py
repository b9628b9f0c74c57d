"""What is raised: the alerts of a match, and those that tell of monitoring itself."""

from collections.abc import Iterator

from underwriter.accounts.alert import RaisedAlert
from underwriter.monitoring.monitor_set import MonitorSet
from underwriter.monitoring.window import Match, Window
from underwriter.v1.account_pb2 import AlertEffect, AlertSeverity

SELF = "monitoring"
"""The monitor that alerts of monitoring itself are named after."""
FAILED, OVERFLOWED = "WINDOW_FAILED", "WINDOW_OVERFLOWED"


def raised_alerts(monitors: MonitorSet, match: Match, window: Window) -> Iterator[RaisedAlert]:
    """Yield the alert of a match on each account that has one of its events, in the order of their times."""
    ids = frozenset(match.event_ids)
    for account in dict.fromkeys(event.account for event in window.events if event.event_id in ids):
        yield raised_on(account, monitors, match)


def raised_on(account: bytes, monitors: MonitorSet, match: Match) -> RaisedAlert:
    """Return the alert of a match on one of its accounts."""
    terms = monitors.rule(match.monitor, match.rule).alert
    expires_us = terms.expires_after_us
    return RaisedAlert(
        subject=account,
        monitor=match.monitor,
        rule=match.rule,
        code=terms.code,
        severity=terms.severity,
        effect=terms.effect,
        trigger_id=match.trigger_id,
        event_ids=match.event_ids,
        event_time_us=match.event_time_us,
        expire_time_us=None if expires_us is None else match.event_time_us + expires_us,
    )


def failure_alert(window: Window) -> RaisedAlert:
    """Return the alert that the rules could not be tried for an event, so that nothing is known of it."""
    return _own_alert(FAILED, AlertSeverity.ALERT_SEVERITY_HIGH, window)


def overflow_alert(window: Window) -> RaisedAlert:
    """Return the alert that so much happens that the rules don't see all of it."""
    return _own_alert(OVERFLOWED, AlertSeverity.ALERT_SEVERITY_MEDIUM, window)


def _own_alert(code: str, severity: AlertSeverity, window: Window) -> RaisedAlert:
    trigger = window.events[window.trigger]
    return RaisedAlert(
        subject=trigger.account,
        monitor=SELF,
        rule=code,
        code=code,
        severity=severity,
        effect=AlertEffect.ALERT_EFFECT_WARN,
        trigger_id=trigger.event_id,
        event_ids=(trigger.event_id,),
        event_time_us=trigger.time_us,
        expire_time_us=None,
    )
