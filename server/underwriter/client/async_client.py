"""The client for asyncio."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from itertools import cycle
from typing import Self

import grpc
from google.type.money_pb2 import Money

from underwriter.client.answers import Answer, Backlog
from underwriter.client.async_accounts import AsyncAccountCalls
from underwriter.client.async_calls import pages, told
from underwriter.client.async_policies import AsyncPolicyCalls
from underwriter.client.channel import (
    account_stub,
    channel_options,
    decision_stub,
    facility_stub,
    ledger_stub,
    policy_stub,
    portfolio_stub,
)
from underwriter.client.limits import (
    DEFAULT_TIMEOUT_SECONDS,
    LONG_TIMEOUT_SECONDS,
    STREAM_TIMEOUT_SECONDS,
)
from underwriter.client.requests import (
    decide_request,
    drawdown_request,
    erase_request,
    list_request,
    release_request,
    repayment_request,
    summarize_request,
    warnings_request,
)
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision, Outcome
from underwriter.v1.decision_service_pb2 import (
    DecideRequest,
    EvaluateModelRequest,
    EvaluateModelResponse,
    Explain,
    ExplainDecisionRequest,
    ExplainDecisionResponse,
    GetDecisionRequest,
    ReplayDecisionRequest,
    ReplayDecisionResponse,
)
from underwriter.v1.facility_service_pb2 import Exposure, Facility, GetExposureRequest, GetFacilityRequest
from underwriter.v1.ledger_service_pb2 import (
    Checkpoint,
    ConsistencyProof,
    EraseSubjectResponse,
    ExportSubjectRequest,
    GetCheckpointRequest,
    GetConsistencyProofRequest,
    GetInclusionProofRequest,
    InclusionProof,
    SubjectRecord,
)
from underwriter.v1.portfolio_service_pb2 import LendingDimension, SummarizeLendingResponse, SummarizeWarningsResponse


class AsyncUnderwriterClient(AsyncAccountCalls, AsyncPolicyCalls):
    """Calls an underwriter server from asyncio. Make and use it in an `async with` block, within one event loop.

    `target` is the server's address, such as "127.0.0.1:50051". A connection stays with one worker of the server, so
    a busy client sets `channels` to a few times the number of workers; calls take them in turn. With `credentials`
    the channels use TLS. Every method raises UnderwriterError; timeouts are in seconds.
    """

    def __init__(
        self,
        target: str = "127.0.0.1:50051",
        *,
        channels: int = 1,
        timeout: float = DEFAULT_TIMEOUT_SECONDS,
        credentials: grpc.ChannelCredentials | None = None,
    ) -> None:
        self._channels = [_channel(target, credentials) for _ in range(channels)]
        self._accounts = cycle([account_stub(channel) for channel in self._channels])
        self._decisions = cycle([decision_stub(channel) for channel in self._channels])
        self._facilities = cycle([facility_stub(channel) for channel in self._channels])
        self._ledger = ledger_stub(self._channels[0])
        self._policies = policy_stub(self._channels[0])
        self._portfolio = portfolio_stub(self._channels[0])
        self._timeout = timeout

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections. Calls in flight are cancelled."""
        for channel in self._channels:
            await channel.close()

    async def decide(
        self,
        application: Application,
        *,
        product: str,
        request_id: str | None = None,
        explain: Explain = Explain.EXPLAIN_REASONS,
        policy_version: str = "",
        validate_only: bool = False,
        timeout: float | None = None,
    ) -> Decision:
        """Return the decision on an application, which is recorded by then.

        The same `request_id` with the same content gives the same decision again, so give one if you may call again
        yourself; without it the call gets a new one, under which UNAVAILABLE is tried again a few times.
        """
        request = decide_request(
            application,
            product=product,
            request_id=request_id,
            explain=explain,
            policy_version=policy_version,
            validate_only=validate_only,
        )
        decision: Decision = await told(next(self._decisions).Decide, request, timeout or self._timeout)
        return decision

    async def decide_many(
        self, requests: Iterable[DecideRequest], *, timeout: float = STREAM_TIMEOUT_SECONDS
    ) -> AsyncIterator[Answer]:
        """Yield the answers to requests as they come, not always in order; `Answer.request_id` tells which is which.

        A request in error is answered by its error, and the others go on. If the connection ends early, what is not
        answered is sent again over a new one. `timeout` bounds each connection.
        """
        backlog = Backlog(requests)
        while True:
            stream = next(self._decisions).DecideStream(backlog.requests(), timeout=timeout)
            try:
                async for response in stream:
                    yield backlog.take(response)
                return
            except grpc.RpcError as error:
                await asyncio.sleep(backlog.break_off(error))
            finally:
                stream.cancel()

    async def get_decision(self, name: str) -> Decision:
        """Return the decision of that name, `decisions/{uuid}`."""
        decision: Decision = await told(next(self._decisions).GetDecision, GetDecisionRequest(name=name), self._timeout)
        return decision

    async def list_decisions(
        self,
        *,
        product: str = "",
        outcome: Outcome = Outcome.OUTCOME_UNSPECIFIED,
        subject_id: str = "",
        start_time: datetime | None = None,
        end_time: datetime | None = None,
        page_size: int = 100,
    ) -> AsyncIterator[Decision]:
        """Yield the decisions for which all that is given holds, newest first; start_time <= decide time < end_time."""
        request = list_request(
            product=product,
            outcome=outcome,
            subject_id=subject_id,
            start_time=start_time,
            end_time=end_time,
            page_size=page_size,
        )
        async for page in pages(next(self._decisions).ListDecisions, request, self._timeout):
            for decision in page.decisions:
                yield decision

    async def replay_decision(self, name: str, *, policy_version: str = "") -> ReplayDecisionResponse:
        """Return a recorded decision made again, by its own or another version of the policy, and what differs."""
        replayed: ReplayDecisionResponse = await told(
            next(self._decisions).ReplayDecision,
            ReplayDecisionRequest(name=name, policy_version=policy_version),
            self._timeout,
        )
        return replayed

    async def evaluate_model(self, request: EvaluateModelRequest) -> EvaluateModelResponse:
        """Return the decisions of a DMN model of the server's rules. Nothing is recorded."""
        evaluated: EvaluateModelResponse = await told(next(self._decisions).EvaluateModel, request, self._timeout)
        return evaluated

    async def explain_decision(self, name: str) -> ExplainDecisionResponse:
        """Return every step of a recorded decision's evaluation, done again, and whether it came out the same."""
        explained: ExplainDecisionResponse = await told(
            next(self._decisions).ExplainDecision, ExplainDecisionRequest(name=name), self._timeout
        )
        return explained

    async def confirm_drawdown(self, facility: str, amount: Money, *, request_id: str | None = None) -> Facility:
        """Draw on a facility, `facilities/{uuid}` with the decision's UUID; return it as it is right after.

        The same `request_id` draws once only. Without it the call gets a new one, under which UNAVAILABLE is tried
        again a few times; give one if you may call again yourself.
        """
        drawn: Facility = await told(
            next(self._facilities).ConfirmDrawdown, drawdown_request(facility, amount, request_id), self._timeout
        )
        return drawn

    async def release_reservation(self, facility: str, *, request_id: str | None = None) -> Facility:
        """Give up what is not drawn of a facility; return it as it is right after. `request_id` as for a drawdown."""
        released: Facility = await told(
            next(self._facilities).ReleaseReservation, release_request(facility, request_id), self._timeout
        )
        return released

    async def record_repayment(self, facility: str, principal: Money, *, request_id: str | None = None) -> Facility:
        """Record repaid principal; return the facility as it is right after. `request_id` as for a drawdown."""
        repaid: Facility = await told(
            next(self._facilities).RecordRepayment, repayment_request(facility, principal, request_id), self._timeout
        )
        return repaid

    async def get_facility(self, name: str) -> Facility:
        """Return the facility of that name, `facilities/{uuid}`."""
        facility: Facility = await told(
            next(self._facilities).GetFacility, GetFacilityRequest(name=name), self._timeout
        )
        return facility

    async def get_exposure(self, subject_id: str, *, currency: str = "") -> Exposure:
        """Return what a subject owes and may still draw, in a currency; the server's default is CNY."""
        exposure: Exposure = await told(
            next(self._facilities).GetExposure,
            GetExposureRequest(subject_id=subject_id, currency=currency),
            self._timeout,
        )
        return exposure

    async def summarize_lending(
        self,
        group_by: Iterable[LendingDimension] = (),
        *,
        product: str = "",
        start_time: datetime | None = None,
        end_time: datetime | None = None,
        timeout: float = LONG_TIMEOUT_SECONDS,
    ) -> SummarizeLendingResponse:
        """Return the totals of what is lent now, of facilities approved from start_time until before end_time."""
        request = summarize_request(group_by, product=product, start_time=start_time, end_time=end_time)
        totals: SummarizeLendingResponse = await told(self._portfolio.SummarizeLending, request, timeout)
        return totals

    async def summarize_warnings(
        self, *, start_time: datetime | None = None, timeout: float = LONG_TIMEOUT_SECONDS
    ) -> SummarizeWarningsResponse:
        """Return the accounts by grade of early warning, and the moves since start_time, by default 30 days ago."""
        request = warnings_request(start_time)
        totals: SummarizeWarningsResponse = await told(self._portfolio.SummarizeWarnings, request, timeout)
        return totals

    async def get_checkpoint(self, *, log: str = "") -> Checkpoint:
        """Return a signed checkpoint that covers every record made so far. Keep it where the server can't reach."""
        checkpoint: Checkpoint = await told(self._ledger.GetCheckpoint, GetCheckpointRequest(log=log), self._timeout)
        return checkpoint

    async def get_inclusion_proof(self, name: str) -> InclusionProof:
        """Return the proof that a record stands in the log: `decisions/{uuid}` or `records/{uuid}`."""
        proof: InclusionProof = await told(
            self._ledger.GetInclusionProof, GetInclusionProofRequest(name=name), self._timeout
        )
        return proof

    async def get_consistency_proof(self, first_size: int, second_size: int = 0, *, log: str = "") -> ConsistencyProof:
        """Return the proof that the log of first_size is the beginning of that of second_size, by default the newest.

        A second size must be that of a signed checkpoint.
        """
        proof: ConsistencyProof = await told(
            self._ledger.GetConsistencyProof,
            GetConsistencyProofRequest(log=log, first_size=first_size, second_size=second_size),
            self._timeout,
        )
        return proof

    async def export_subject(self, subject_id: str, *, page_size: int = 100) -> AsyncIterator[SubjectRecord]:
        """Yield all that is recorded on a subject, oldest first."""
        request = ExportSubjectRequest(subject_id=subject_id, page_size=page_size)
        async for page in pages(self._ledger.ExportSubject, request, self._timeout):
            for record in page.records:
                yield record

    async def erase_subject(
        self, subject_id: str, *, request_id: str | None = None, timeout: float = LONG_TIMEOUT_SECONDS
    ) -> EraseSubjectResponse:
        """Make all that is recorded on a subject unreadable, for good; the same `request_id` gets the same answer."""
        erased: EraseSubjectResponse = await told(
            self._ledger.EraseSubject, erase_request(subject_id, request_id), timeout
        )
        return erased


def _channel(target: str, credentials: grpc.ChannelCredentials | None) -> grpc.aio.Channel:
    options = channel_options()
    if credentials is None:
        return grpc.aio.insecure_channel(target, options)
    return grpc.aio.secure_channel(target, credentials, options)
