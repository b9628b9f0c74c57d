"""Puts together what watches applications, for a desk whose policies ask for it."""

from collections.abc import Sequence

from underwriter.decisioning import Desk
from underwriter.monitoring.definitions import Monitor
from underwriter.monitoring.engine import DurableMatcher
from underwriter.monitoring.monitor_set import MonitorSet
from underwriter.service.accounts.account_stores import AccountStores
from underwriter.service.monitoring.application_monitoring import ApplicationMonitor
from underwriter.service.monitoring.monitor_engine import ClosableMatcher, MonitorEngine


def application_monitor(
    desk: Desk, monitors: MonitorSet, stores: AccountStores, wait_seconds: float
) -> ApplicationMonitor:
    """Return what tries the monitors that the desk's policies name. Decisions wait `wait_seconds` for it."""
    return ApplicationMonitor(stores, MonitorEngine(asked_monitors(desk, monitors), _durable_matcher, wait_seconds))


def asked_monitors(desk: Desk, monitors: MonitorSet) -> MonitorSet:
    """Return the monitors that the policies name which may decide."""
    challengers = (arm.policy for rollout in desk.rollouts.values() for _, arm in rollout.challengers)
    names = {name for policy in (*desk.policies.values(), *challengers) for name in policy.monitors}
    return MonitorSet(tuple(one for one in monitors.monitors if one.name.text in names), monitors.version)


def _durable_matcher(monitors: Sequence[Monitor], deadline_s: float) -> ClosableMatcher:
    return DurableMatcher(monitors, deadline_s, has_spare=True)
