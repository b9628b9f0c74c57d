"""Grades accounts for early warning, by a policy that reads their figures and alerts."""

from collections.abc import Collection, Iterator

import structlog

from underwriter.accounts.account_book import AccountBook
from underwriter.accounts.warnings import Graded
from underwriter.decisioning import ActivePolicy, Stored, decide
from underwriter.monitoring.following import Grading
from underwriter.service.deciding import time_of
from underwriter.v1.decision_service_pb2 import DecideRequest


class WarningGrader:
    """Evaluates one policy on accounts; its `grade` is that of the account. Nothing of it is recorded."""

    def __init__(self, policy: ActivePolicy, accounts: AccountBook) -> None:
        self._policy = policy
        self._accounts = accounts
        self._log = structlog.get_logger()

    def __call__(self, subjects: Collection[bytes], now_us: int) -> list[Grading]:
        """Return the grades of accounts, but for those that the policy gives none. Raises DatabaseUnavailable."""
        return list(self._graded(subjects, now_us))

    def _graded(self, subjects: Collection[bytes], now_us: int) -> Iterator[Grading]:
        for subject, known in self._accounts.known_of(subjects, now_us).items():
            request = DecideRequest(product=self._policy.product)
            # What the lender calls the account tells the policy nothing.
            request.application.applicant.subject_id = subject.hex()
            decided = decide(request, self._policy, time_of(now_us), "", stored=Stored(account=known.evidence))
            if decided.problems:
                self._log.error("an account could not be graded", policy=self._policy.name, problems=decided.problems)
            elif decided.decision.grade:
                yield Grading(Graded(subject, decided.decision.grade, known.version), known.until_us)
