"""Grades accounts by the policy of early warning as it is ordered, in a process that serves no calls."""

import time
from collections.abc import Collection, Sequence
from dataclasses import replace

import structlog

from underwriter.accounts.account_book import AccountBook
from underwriter.decisioning import ActivePolicy, Desk, KeptPolicies, PolicyUnusable, RulesRefused
from underwriter.ledger import ArtifactStore, PolicyChanges
from underwriter.monitoring.following import Grading
from underwriter.service.monitoring.warning_grader import WarningGrader
from underwriter.service.orders.following import POLL_SECONDS
from underwriter.service.orders.ordered_desk import OrderedDesk
from underwriter.service.orders.standing_orders import StandingOrders
from underwriter.service.trouble_log import TroubleLog
from underwriter.storage import Database


class OrderedGrading:
    """Grades by `policy`, that of the rule files, or by what is ordered in its place. Looks for orders as workers do.

    What can't be loaded is told in the log and tried again; the policy from before grades meanwhile.
    """

    def __init__(self, policy: ActivePolicy, database: Database) -> None:
        self._files = Desk({policy.product: policy})
        self._name, self._product = policy.name, policy.product
        self._changes = PolicyChanges(database)
        kept = KeptPolicies(ArtifactStore(database).load, [policy])
        self._ordered = OrderedDesk(kept.get, kept.at_hand)
        self._accounts = AccountBook(database)
        self._grader = WarningGrader(policy, self._accounts)
        self._orders = StandingOrders()
        self._look_at = 0.0
        self._troubles = TroubleLog("orders are followed again")
        self._log = structlog.get_logger()

    def __call__(self, subjects: Collection[bytes], now_us: int) -> Sequence[Grading]:
        """Return the grades of accounts, but for those that the policy gives none. Raises DatabaseUnavailable."""
        if time.monotonic() >= self._look_at:
            self._follow()
            self._look_at = time.monotonic() + POLL_SECONDS
        return self._grader(subjects, now_us)

    def _follow(self) -> None:
        orders = self._orders.after(self._changes.after(self._orders.sequence))
        if orders.sequence == self._orders.sequence:
            return
        # Of other policies nothing need be ready here, nor of challengers: an account has one grade.
        own = StandingOrders(orders.sequence, {self._name: replace(orders.of(self._name), rollout=None)})
        try:
            desk, unmet = self._ordered.made(self._files, own)
        except (PolicyUnusable, RulesRefused) as error:
            self._troubles.met("orders can't be followed now", cause=str(error))
            return
        self._troubles.none_met()
        for order in unmet:
            self._log.error("an order is unmet", policy=order.policy, subject=order.subject, cause=order.why)
        self._orders, self._grader = orders, WarningGrader(desk.policies[self._product], self._accounts)
