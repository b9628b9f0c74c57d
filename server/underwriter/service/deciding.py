"""Decides and records: anew if what the decision was made from has changed when its record is to be written."""

import time
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection
from uuid_utils import uuid7

from underwriter.accounts import ChangedTooOften, Commitments, Exposures, ExposureState
from underwriter.decisioning import ActivePolicy, Decided, Stored, decide, explain
from underwriter.decisioning.requests.binding import Values
from underwriter.ledger import Entry, EntryKind, Ledger, ProjectionRefused, Recorded, SubjectChanged
from underwriter.service.stored_totals import stored_for
from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.decision_service_pb2 import EXPLAIN_TRACE, DecideRequest

MOST_ATTEMPTS = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class DecisionMaker:
    """Makes decisions from what the worker knows of exposures; the commit finds out whether that was right."""

    def __init__(self, ledger: Ledger, exposures: Exposures, commitments: Commitments) -> None:
        self._ledger = ledger
        self._exposures = exposures
        self._commitments = commitments
        self._log = structlog.get_logger()

    async def decide(
        self, request: DecideRequest, received: bytes, policy: ActivePolicy, bound: Values | None
    ) -> Recorded:
        """Return the decision once its record is durable. Gives the request an id if it has none.

        Where others change the subject's exposure, or use up what a cap allows, it is decided again, the last time
        while nobody else can write. Raises ChangedTooOften if it is refused even then, and what `Ledger.commit` raises.
        """
        decision_id = str(uuid7())
        request.request_id = request.request_id or decision_id
        subject_id = request.application.applicant.subject_id
        for _ in range(MOST_ATTEMPTS - 1):
            try:
                return await self._attempt(request, received, policy, bound, decision_id)
            except SubjectChanged:
                await self._exposures.refresh(subject_id)
            except ProjectionRefused:
                await self._exposures.refresh(subject_id)
                await self._commitments.refresh(time.monotonic())
            except _TotalsUnsettled:
                self._commitments.outdate()
                break
        try:
            return await self._ledger.commit_in_turn(
                lambda connection: self._made_in_turn(connection, request, received, policy, bound, decision_id)
            )
        except (SubjectChanged, ProjectionRefused) as error:
            raise ChangedTooOften(MOST_ATTEMPTS) from error

    async def unrecorded(self, request: DecideRequest, policy: ActivePolicy) -> Decision:
        """Return what would be decided now, without a name: it is not recorded and binds nobody."""
        stored = await self._stored_now(request, policy)
        step = explain if request.explain == EXPLAIN_TRACE else decide
        decision: Decision = step(request, policy, time_of(_now_us()), "", stored=stored).decision
        decision.ClearField("name")
        return decision

    async def _stored_now(self, request: DecideRequest, policy: ActivePolicy) -> Stored:
        subject_id = request.application.applicant.subject_id
        if policy.reads_exposure:
            await self._exposures.refresh(subject_id)
        await self._freshen_totals(policy)
        line = await self._exposures.settled_line(subject_id)
        return stored_for(policy, line.state, self._commitments.known)

    async def _attempt(
        self, request: DecideRequest, received: bytes, policy: ActivePolicy, bound: Values | None, decision_id: str
    ) -> Recorded:
        subject_id = request.application.applicant.subject_id
        await self._freshen_totals(policy)
        line = self._exposures.line(subject_id) or await self._exposures.settled_line(subject_id)
        time_us = _now_us()
        decided = self._decided(request, policy, time_us, decision_id, bound, line.state)
        entry = self._entry_of(decided, request, received, policy, time_us, line.state)
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
                self._exposures.forget(subject_id, line)
            if reserves is not None and policy.totals_read:
                self._commitments.settle(reserves, is_recorded=is_recorded)
        return recorded

    async def _freshen_totals(self, policy: ActivePolicy) -> None:
        if policy.totals_read and self._commitments.is_old(now_s := time.monotonic()):
            await self._commitments.refresh(now_s)

    def _made_in_turn(
        self,
        connection: Connection,
        request: DecideRequest,
        received: bytes,
        policy: ActivePolicy,
        bound: Values | None,
        decision_id: str,
    ) -> Entry:
        """Decide by what the database holds. Called in the writer's thread."""
        exposure = self._exposures.as_stored(request.application.applicant.subject_id, connection)
        stored = stored_for(policy, exposure, lambda: self._commitments.as_stored(connection))
        time_us = _now_us()
        decided = decide(request, policy, time_of(time_us), decision_id, bound, stored)
        return self._entry_of(decided, request, received, policy, time_us, exposure)

    def _decided(
        self,
        request: DecideRequest,
        policy: ActivePolicy,
        time_us: int,
        decision_id: str,
        bound: Values | None,
        exposure: ExposureState,
    ) -> Decided:
        """Decide by what is known; turn nobody down for what others reserve but have not recorded yet.

        Raises _TotalsUnsettled if it depends on that.
        """
        stored, now = stored_for(policy, exposure, self._commitments.known), time_of(time_us)
        decided = decide(request, policy, now, decision_id, bound, stored)
        if decided.facts is not None or not (policy.totals_read and self._commitments.is_ahead):
            return decided
        stored = stored_for(policy, exposure, self._commitments.as_read)
        decided = decide(request, policy, now, decision_id, bound, stored)
        if decided.facts is not None:
            raise _TotalsUnsettled
        return decided

    def _entry_of(
        self,
        decided: Decided,
        request: DecideRequest,
        received: bytes,
        policy: ActivePolicy,
        time_us: int,
        exposure: ExposureState,
    ) -> Entry:
        if decided.problems:
            self._log.error(
                "evaluation failed", policy=policy.name, decision=decided.decision.name, problems=decided.problems
            )
        decision, evidence = decided.decision, decided.evidence
        return Entry(
            kind=EntryKind.DECISION,
            entry_id=decision.name.removeprefix("decisions/"),
            request_id=request.request_id,
            subject_id=request.application.applicant.subject_id,
            subject=b"",
            product=request.product,
            outcome=decision.outcome,
            policy_version=policy.version,
            time_us=time_us,
            request=received,
            answer=decision.SerializeToString(),
            evidence=evidence.SerializeToString(),
            facts=decided.facts.SerializeToString() if decided.facts is not None else b"",
            # A decision that went by nothing that is stored holds whatever is stored.
            expected_version=exposure.version if evidence.HasField("exposure") else None,
        )


class _TotalsUnsettled(Exception):
    """Whether there is room under caps depends on reservations that are being recorded."""


def time_of(microseconds: int) -> datetime:
    """Return the moment that is so many microseconds after 1970 in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def _now_us() -> int:
    return time.time_ns() // 1000
