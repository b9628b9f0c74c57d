"""Grades accounts for early warning, by a policy that reads their figures and alerts."""

from collections.abc import Collection, Iterator

import structlog

from underwriter.accounts.account_book import AccountBook
from underwriter.accounts.warnings import Graded
from underwriter.decisioning import ActivePolicy, Stored, grade
from underwriter.monitoring.following import Grading
from underwriter.service.deciding import time_of


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
        now = time_of(now_us)
        for subject, known in self._accounts.known_of(subjects, now_us, self._policy.figures_read).items():
            try:
                found = grade(self._policy, now, Stored(account=known.evidence))
            except Exception as error:  # noqa: BLE001 - a defect in the policy; the text may tell of the account
                self._log.error("an account could not be graded", policy=self._policy.name, error=type(error).__name__)
                continue
            if found:
                yield Grading(Graded(subject, found, known.version), known.until_us)
