"""Puts together what watches applications, for a desk whose policies ask for it."""

from collections.abc import Collection, Sequence
from pathlib import Path

from underwriter.decisioning import Desk
from underwriter.monitoring.definitions import Monitor
from underwriter.monitoring.engine import DurableMatcher
from underwriter.monitoring.monitor_set import MonitorSet, read_monitors
from underwriter.service.account_stores import AccountStores
from underwriter.service.application_monitoring import ApplicationMonitor, ClosableMatcher


def application_monitor(
    desk: Desk, rules: Path, stores: AccountStores, wait_seconds: float
) -> ApplicationMonitor | None:
    """Return what tries the monitors that the desk's policies name; None if they name none.

    Decisions wait `wait_seconds` for it. Raises RulesRefused if any monitor of the rules folder has errors, named or
    not: a server starts with rules in order, or not at all.
    """
    names = {name for policy in desk.policies.values() for name in policy.monitors}
    monitors = asked_monitors(names, rules)
    if not names:
        return None
    return ApplicationMonitor(stores, monitors, _durable_matcher, wait_seconds)


def asked_monitors(names: Collection[str], rules: Path) -> MonitorSet:
    """Return the monitors of a rules folder that have one of these names. Raises RulesRefused."""
    loaded = read_monitors(rules)
    return MonitorSet(tuple(monitor for monitor in loaded.monitors if monitor.name.text in names), loaded.version)


def _durable_matcher(monitors: Sequence[Monitor], deadline_s: float) -> ClosableMatcher:
    return DurableMatcher(monitors, deadline_s)
