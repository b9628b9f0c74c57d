"""What is known of an applicant's account when a decision is made, for policies that ask for it."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from underwriter.accounts.account_book import AccountBook
from underwriter.decisioning import ActivePolicy
from underwriter.ledger.group_commit import GroupCommit
from underwriter.ledger.keys.vault import Vault
from underwriter.service.application_monitoring import NOT_WATCHED, ApplicationMonitor, Watched
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import AccountEvidence


class _Asked(NamedTuple):
    """Whose account is asked for, and at what time."""

    subject_ref: bytes
    time_us: int


class AccountReading:
    """Reads accounts for decisions, and has applications watched where policies ask for it.

    Without a `monitor`, no policy's application can be watched, and its alerts are not known.
    """

    def __init__(self, accounts: AccountBook, vault: Vault, monitor: ApplicationMonitor | None) -> None:
        self._accounts = accounts
        self._vault = vault
        self._monitor = monitor
        # One thread for all: a thread a read costs as much again as the read.
        self._reads: GroupCommit[_Asked, AccountEvidence] = GroupCommit(self._read, "account-reader", gather_seconds=0)

    async def watch(self, request: DecideRequest, policy: ActivePolicy) -> Watched:
        """Have the policy's monitors look at the application, which is recorded for it. Raises DatabaseUnavailable."""
        if not policy.monitors:
            return NOT_WATCHED
        if self._monitor is None:
            return Watched(is_known=False)
        return await self._monitor.watch(request, policy, time.time_ns() // 1000)

    async def account(
        self, request: DecideRequest, policy: ActivePolicy, time_us: int, watched: Watched = NOT_WATCHED
    ) -> AccountEvidence | None:
        """Return what is known of the account at a time; None if the policy does not ask. Raises DatabaseUnavailable.

        What monitors found in the application is part of it.
        """
        if not policy.reads_account:
            return None
        return _joined(await self._reads.submit(self._asked(request, time_us)), watched)

    def as_stored(
        self, request: DecideRequest, policy: ActivePolicy, time_us: int, watched: Watched
    ) -> AccountEvidence | None:
        """Do the same in the thread that calls."""
        if not policy.reads_account:
            return None
        return _joined(self._accounts.account_evidence(*self._asked(request, time_us)), watched)

    def close(self) -> None:
        """End what reads, once there is nothing more to read."""
        self._reads.close()

    def _asked(self, request: DecideRequest, time_us: int) -> _Asked:
        return _Asked(self._vault.subject_ref(request.application.applicant.subject_id), time_us)

    def _read(self, batch: Sequence[_Asked]) -> list[AccountEvidence]:
        return [self._accounts.account_evidence(*asked) for asked in batch]


def _joined(account: AccountEvidence, watched: Watched) -> AccountEvidence:
    """Return what is known of an account with what was found in the application."""
    known = {alert.alert_id for alert in account.alerts}
    account.alerts.extend([alert for alert in watched.alerts if alert.alert_id not in known])
    account.alerts_unknown = not watched.is_known
    return account
