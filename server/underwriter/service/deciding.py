"""Decides and records: anew if what the decision was made from has changed when its record is to be written."""

import time
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import structlog
from sqlalchemy import Connection
from uuid_utils import uuid7

from underwriter.accounts import ChangedTooOften, Commitments, Exposures, ExposureState
from underwriter.decisioning import ActivePolicy, Decided, Stored, decide, explain
from underwriter.decisioning.requests.binding import Values
from underwriter.decisioning.rollout import Arm
from underwriter.decisioning.shadows import DecidedCase, StoredFor, beside
from underwriter.ledger import (
    CompanionRefused,
    Entry,
    EntryKind,
    Ledger,
    ProjectionRefused,
    Recorded,
    SubjectChanged,
)
from underwriter.service.accounts.account_reading import AccountKnown, AccountReading
from underwriter.service.stored_totals import stored_for
from underwriter.service.turns import Turns
from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.decision_service_pb2 import EXPLAIN_TRACE, DecideRequest
from underwriter.v1.record_pb2 import AccountEvidence

MOST_ATTEMPTS = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Asked(NamedTuple):
    """What is to be decided: the request, with its id, as bytes too, and the `arm` if a rollout chose the policy."""

    request: DecideRequest
    received: bytes
    policy: ActivePolicy
    bound: Values | None
    decision_id: str
    arm: Arm | None

    @property
    def subject_id(self) -> str:
        subject_id: str = self.request.application.applicant.subject_id
        return subject_id

    @property
    def reads_totals(self) -> bool:
        """Whether the decision, or another policy of its rollout, goes by totals."""
        return bool(self.policy.totals_read) if self.arm is None else self.arm.reads_totals


class DecisionMaker:
    """Makes decisions from what the worker knows of exposures; the commit finds out whether that was right.

    Accounts, for the policies that read them, are read from the database each time: alerts on them come and go. Of
    events that monitors looked at, the commit finds out too whether others came since.
    """

    def __init__(
        self, ledger: Ledger, exposures: Exposures, commitments: Commitments, accounts: AccountReading
    ) -> None:
        self._ledger = ledger
        self._exposures = exposures
        self._commitments = commitments
        self._accounts = accounts
        self._watched = Turns()
        self._log = structlog.get_logger()

    async def decide(
        self,
        request: DecideRequest,
        received: bytes,
        policy: ActivePolicy,
        bound: Values | None,
        arm: Arm | None = None,
    ) -> Recorded:
        """Return the decision once its record is durable. Gives the request an id if it has none.

        With an `arm` of a rollout, whose policy decides, the record tells of it and of its shadows.

        Where others change the subject's exposure, use up what a cap allows, or add to the events that monitors looked
        at, it is decided again, the last time while nobody else can write. Raises ChangedTooOften if it is refused even
        then, and what `Ledger.commit` raises.
        """
        decision_id = str(uuid7())
        request.request_id = request.request_id or decision_id
        asked = _Asked(request, received, policy, bound, decision_id, arm)
        if not policy.monitors:
            return await self._recorded(asked)
        # At once, applications of one device would only refuse each other's commits.
        async with self._watched.of(request.application.device.device_id or asked.subject_id):
            return await self._recorded(asked)

    async def _recorded(self, asked: _Asked) -> Recorded:
        for _ in range(MOST_ATTEMPTS - 1):
            try:
                return await self._attempt(asked)
            except (SubjectChanged, CompanionRefused):
                await self._exposures.refresh(asked.subject_id)
            except ProjectionRefused:
                await self._exposures.refresh(asked.subject_id)
                await self._commitments.refresh(time.monotonic())
            except _TotalsUnsettled:
                self._commitments.outdate()
                break
        try:
            return await self._ledger.commit_in_turn(lambda connection: self._made_in_turn(connection, asked))
        except (SubjectChanged, CompanionRefused, ProjectionRefused) as error:
            raise ChangedTooOften(MOST_ATTEMPTS) from error

    async def unrecorded(self, request: DecideRequest, policy: ActivePolicy) -> Decision:
        """Return what would be decided now, without a name: it is not recorded and binds nobody."""
        time_us = _now_us()
        stored = await self._stored_now(request, policy, time_us)
        step = explain if request.explain == EXPLAIN_TRACE else decide
        decision: Decision = step(request, policy, time_of(time_us), "", stored=stored).decision
        decision.ClearField("name")
        return decision

    async def _stored_now(self, request: DecideRequest, policy: ActivePolicy, time_us: int) -> Stored:
        """Return what is stored. Monitors don't look at an application that is not recorded."""
        subject_id = request.application.applicant.subject_id
        account = await self._accounts.account(request, policy, time_us)
        if policy.reads_exposure:
            await self._exposures.refresh(subject_id)
        await self._freshen_totals(is_needed=bool(policy.totals_read))
        line = await self._exposures.settled_line(subject_id)
        return stored_for(policy, line.state, account, self._commitments.known)

    async def _attempt(self, asked: _Asked) -> Recorded:
        policy, time_us = asked.policy, _now_us()
        account = await self._accounts.watched_account(asked.request, policy, time_us)
        await self._freshen_totals(is_needed=asked.reads_totals)
        line = self._exposures.line(asked.subject_id) or await self._exposures.settled_line(asked.subject_id)
        decided = self._decided(asked, time_us, line.state, account)
        added = b""
        if asked.arm is not None:
            known = account.evidence or await self._accounts.account(asked.request, asked.arm.account_reader, time_us)
            added = _added(
                asked.arm,
                _case(asked, decided, time_us),
                lambda reader: stored_for(reader, line.state, known, self._commitments.known),
            )
        entry = self._entry_of(decided, asked, time_us, line.state, account, added)
        reserves = decided.facts.facility if decided.facts is not None else None
        is_recorded = False
        if reserves is not None:
            line.advance(reserves, time_us)
            if policy.totals_read:
                self._commitments.advance(reserves)
        try:
            recorded = await self._ledger.commit(entry)
            is_recorded = not recorded.is_replay
        finally:
            if not is_recorded:
                self._exposures.forget(asked.subject_id, line)
            if reserves is not None and policy.totals_read:
                self._commitments.settle(reserves, is_recorded=is_recorded)
        return recorded

    async def _freshen_totals(self, *, is_needed: bool) -> None:
        if is_needed and self._commitments.is_old(now_s := time.monotonic()):
            await self._commitments.refresh(now_s)

    def _made_in_turn(self, connection: Connection, asked: _Asked) -> Entry:
        """Decide by what the database holds. Called in the writer's thread."""
        policy, time_us = asked.policy, _now_us()
        exposure = self._exposures.as_stored(asked.subject_id, connection)
        account = self._accounts.watched_in_turn(asked.request, policy, time_us, connection)

        def stored(reader: ActivePolicy, known: AccountEvidence | None) -> Stored:
            return stored_for(reader, exposure, known, lambda: self._commitments.as_stored(connection))

        bound, stored_now = asked.bound, stored(policy, account.evidence)
        decided = decide(asked.request, policy, time_of(time_us), asked.decision_id, bound, stored_now)
        added = b""
        if asked.arm is not None:
            known = account.evidence or self._accounts.account_in_turn(asked.request, asked.arm.account_reader, time_us)
            added = _added(asked.arm, _case(asked, decided, time_us), lambda reader: stored(reader, known))
        return self._entry_of(decided, asked, time_us, exposure, account, added)

    def _decided(self, asked: _Asked, time_us: int, exposure: ExposureState, account: AccountKnown) -> Decided:
        """Decide by what is known; turn nobody down for what others reserve but have not recorded yet.

        Raises _TotalsUnsettled if it depends on that.
        """
        request, _, policy, bound, decision_id, _ = asked
        stored, now = stored_for(policy, exposure, account.evidence, self._commitments.known), time_of(time_us)
        decided = decide(request, policy, now, decision_id, bound, stored)
        if decided.facts is not None or not (policy.totals_read and self._commitments.is_ahead):
            return decided
        stored = stored_for(policy, exposure, account.evidence, self._commitments.as_read)
        decided = decide(request, policy, now, decision_id, bound, stored)
        if decided.facts is not None:
            raise _TotalsUnsettled
        return decided

    def _entry_of(
        self,
        decided: Decided,
        asked: _Asked,
        time_us: int,
        exposure: ExposureState,
        account: AccountKnown,
        added: bytes,
    ) -> Entry:
        """Return what is recorded; `added` is what a rollout adds to the evidence."""
        policy = asked.policy
        if decided.problems:
            self._log.error(
                "evaluation failed", policy=policy.name, decision=decided.decision.name, problems=decided.problems
            )
        decision, evidence = decided.decision, decided.evidence
        return Entry(
            kind=EntryKind.DECISION,
            entry_id=decision.name.removeprefix("decisions/"),
            request_id=asked.request.request_id,
            subject_id=asked.subject_id,
            subject=account.new_subject,
            product=asked.request.product,
            outcome=decision.outcome,
            policy_version=policy.version,
            time_us=time_us,
            request=asked.received,
            answer=decision.SerializeToString(),
            evidence=evidence.SerializeToString() + added,
            facts=decided.facts.SerializeToString() if decided.facts is not None else b"",
            # A decision that went by nothing that is stored holds whatever is stored.
            expected_version=exposure.version if evidence.HasField("exposure") else None,
            companion=account.event,
        )


class _TotalsUnsettled(Exception):
    """Whether there is room under caps depends on reservations that are being recorded."""


def _case(asked: _Asked, decided: Decided, time_us: int) -> DecidedCase:
    return DecidedCase(asked.request, asked.decision_id, time_of(time_us), decided.evidence)


def _added(arm: Arm, case: DecidedCase, stored_for: StoredFor) -> bytes:
    """Return what a rollout adds to the evidence, serialised: what follows a message's bytes is merged into it."""
    added: bytes = beside(case, arm, stored_for).SerializeToString()
    return added


def time_of(microseconds: int) -> datetime:
    """Return the moment that is so many microseconds after 1970 in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def _now_us() -> int:
    return time.time_ns() // 1000
