"""What is known of an applicant's account when a decision is made, for policies that ask for it."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from underwriter.accounts.account_book import AccountBook
from underwriter.decisioning import ActivePolicy
from underwriter.ledger import Companion
from underwriter.ledger.group_commit import GroupCommit
from underwriter.ledger.keys.vault import Vault
from underwriter.service.monitoring.application_monitoring import NOT_WATCHED, ApplicationMonitor, Watched
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import AccountEvidence


class AccountKnown(NamedTuple):
    """What is known of an account, None if the policy does not ask, and what is to be recorded with the decision.

    That is the event of an application that was watched, and the bytes that are to stand for a subject that is new;
    they are empty if it is not, or if that does not matter.
    """

    evidence: AccountEvidence | None
    event: Companion | None
    new_subject: bytes


class _Asked(NamedTuple):
    """Whose account is asked for, and at what time."""

    subject_ref: bytes
    time_us: int


class AccountReading:
    """Reads accounts for decisions, and has monitors look at applications where policies ask for it.

    Without a `monitor`, no policy's application can be watched, and its alerts are not known.
    """

    def __init__(self, accounts: AccountBook, vault: Vault, monitor: ApplicationMonitor | None) -> None:
        self._accounts = accounts
        self._vault = vault
        self._monitor = monitor
        # One thread for all: a thread a read costs as much again as the read.
        self._reads: GroupCommit[_Asked, AccountEvidence] = GroupCommit(self._read, "account-reader", gather_seconds=0)

    async def account(self, request: DecideRequest, policy: ActivePolicy, time_us: int) -> AccountEvidence | None:
        """Return what is known of the account at a time; None if the policy does not ask. Raises DatabaseUnavailable.

        No monitor looks at the application.
        """
        if not policy.reads_account:
            return None
        return await self._reads.submit(self._asked(request, time_us))

    def account_in_turn(self, request: DecideRequest, policy: ActivePolicy, time_us: int) -> AccountEvidence | None:
        """Do the same in the thread that calls."""
        return self._accounts.account_evidence(*self._asked(request, time_us)) if policy.reads_account else None

    async def watched_account(self, request: DecideRequest, policy: ActivePolicy, time_us: int) -> AccountKnown:
        """Return what is known of the account once the policy's monitors, if it has any, looked at the application.

        The request has its id. Raises DatabaseUnavailable.
        """
        watched = NOT_WATCHED
        if policy.monitors and self._monitor is not None:
            watched = await self._monitor.watch(request, policy.monitors, time_us)
        account = watched.account
        if account is None:
            account = await self.account(request, policy, time_us)
        return _known(policy, watched, account)

    def watched_in_turn(
        self, request: DecideRequest, policy: ActivePolicy, time_us: int, connection: Connection
    ) -> AccountKnown:
        """Do the same in the writers' thread, by what their connection reads. Raises what the database raises."""
        watched = NOT_WATCHED
        if policy.monitors and self._monitor is not None:
            watched = self._monitor.watch_in_turn(request, policy.monitors, time_us, connection)
        account = watched.account
        if account is None and policy.reads_account:
            account = self._accounts.account_evidence(*self._asked(request, time_us))
        return _known(policy, watched, account)

    def close(self) -> None:
        """End what reads, once there is nothing more to read."""
        self._reads.close()

    def _asked(self, request: DecideRequest, time_us: int) -> _Asked:
        return _Asked(self._vault.subject_ref(request.application.applicant.subject_id), time_us)

    def _read(self, batch: Sequence[_Asked]) -> list[AccountEvidence]:
        return [self._accounts.account_evidence(*asked) for asked in batch]


def _known(policy: ActivePolicy, watched: Watched, account: AccountEvidence | None) -> AccountKnown:
    """Return what is known of an account. Its alerts are not, if monitors were to look and did not."""
    if not policy.reads_account or account is None:
        return AccountKnown(None, watched.event, watched.new_subject)
    account.alerts_unknown = bool(policy.monitors) and watched.account is None
    return AccountKnown(account, watched.event, watched.new_subject)
