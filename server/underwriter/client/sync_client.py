"""The client for code without an event loop."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import cycle
from typing import Self, TypeVar

import grpc
from google.protobuf.message import Message

from underwriter.client.answers import Answer, Backlog
from underwriter.client.channel import channel_options, decision_stub, ledger_stub, policy_stub
from underwriter.client.errors import error_of_call, is_interruption
from underwriter.client.limits import DEFAULT_TIMEOUT_SECONDS, FRUITLESS_STREAMS_ALLOWED, STREAM_TIMEOUT_SECONDS
from underwriter.client.requests import decide_request, erase_request, list_request, validate_request
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
)
from underwriter.v1.ledger_service_pb2 import EraseSubjectResponse, ExportSubjectRequest, SubjectRecord
from underwriter.v1.policy_service_pb2 import GetPolicyRequest, ListPoliciesRequest, Policy, ValidatePolicyResponse

ResponseT = TypeVar("ResponseT")


class UnderwriterClient:
    """Calls an underwriter server. Use it in a `with` block; it may be shared between threads.

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
        self._decisions = cycle([decision_stub(channel) for channel in self._channels])
        self._ledger = ledger_stub(self._channels[0])
        self._policies = policy_stub(self._channels[0])
        self._timeout = timeout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections. Calls in flight are cancelled."""
        for channel in self._channels:
            channel.close()

    def decide(
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
        decision: Decision = _told(next(self._decisions).Decide, request, timeout or self._timeout)
        return decision

    def decide_many(
        self, requests: Iterable[DecideRequest], *, timeout: float = STREAM_TIMEOUT_SECONDS
    ) -> Iterator[Answer]:
        """Yield the answers to requests as they come, not always in order; `Answer.request_id` tells which is which.

        A request in error is answered by its error, and the others go on. If the connection ends early, what is not
        answered is sent again over a new one. `timeout` bounds each connection.
        """
        backlog = Backlog(requests)
        fruitless = 0
        while True:
            stream = next(self._decisions).DecideStream(backlog.requests(), timeout=timeout)
            try:
                for response in stream:
                    fruitless = 0
                    yield backlog.take(response)
                return
            except grpc.RpcError as error:
                fruitless += 1
                if fruitless > FRUITLESS_STREAMS_ALLOWED or not is_interruption(error):
                    raise error_of_call(error) from None
            finally:
                stream.cancel()

    def get_decision(self, name: str) -> Decision:
        """Return the decision of that name, `decisions/{uuid}`."""
        decision: Decision = _told(next(self._decisions).GetDecision, GetDecisionRequest(name=name), self._timeout)
        return decision

    def list_decisions(
        self,
        *,
        product: str = "",
        outcome: Outcome = Outcome.OUTCOME_UNSPECIFIED,
        subject_id: str = "",
        start_time: datetime | None = None,
        end_time: datetime | None = None,
        page_size: int = 100,
    ) -> Iterator[Decision]:
        """Yield the decisions for which all that is given holds, newest first; start_time <= decide time < end_time."""
        request = list_request(
            product=product,
            outcome=outcome,
            subject_id=subject_id,
            start_time=start_time,
            end_time=end_time,
            page_size=page_size,
        )
        while True:
            page = _told(next(self._decisions).ListDecisions, request, self._timeout)
            yield from page.decisions
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def explain_decision(self, name: str) -> ExplainDecisionResponse:
        """Return every step of a recorded decision's evaluation, done again, and whether it came out the same."""
        explained: ExplainDecisionResponse = _told(
            next(self._decisions).ExplainDecision, ExplainDecisionRequest(name=name), self._timeout
        )
        return explained

    def evaluate_model(self, request: EvaluateModelRequest) -> EvaluateModelResponse:
        """Return the decisions of a DMN model of the server's rules. Nothing is recorded."""
        evaluated: EvaluateModelResponse = _told(next(self._decisions).EvaluateModel, request, self._timeout)
        return evaluated

    def export_subject(self, subject_id: str, *, page_size: int = 100) -> Iterator[SubjectRecord]:
        """Yield all that is recorded on a subject, oldest first."""
        request = ExportSubjectRequest(subject_id=subject_id, page_size=page_size)
        while True:
            page = _told(self._ledger.ExportSubject, request, self._timeout)
            yield from page.records
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def erase_subject(self, subject_id: str, *, request_id: str | None = None) -> EraseSubjectResponse:
        """Make all that is recorded on a subject unreadable, for good; the same `request_id` gets the same answer."""
        erased: EraseSubjectResponse = _told(
            self._ledger.EraseSubject, erase_request(subject_id, request_id), self._timeout
        )
        return erased

    def list_policies(self) -> Iterator[Policy]:
        """Yield the active policies, by name, without their sources."""
        request = ListPoliciesRequest()
        while True:
            page = _told(self._policies.ListPolicies, request, self._timeout)
            yield from page.policies
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def get_policy(self, name: str) -> Policy:
        """Return the policy of that name, `policies/{policy}`, with its sources."""
        policy: Policy = _told(self._policies.GetPolicy, GetPolicyRequest(name=name), self._timeout)
        return policy

    def validate_policy(self, files: Mapping[str, str], *, timeout: float = 30.0) -> ValidatePolicyResponse:
        """Return all that is found wrong with rule files, given as text by path below the rules folder."""
        findings: ValidatePolicyResponse = _told(self._policies.ValidatePolicy, validate_request(files), timeout)
        return findings


def _channel(target: str, credentials: grpc.ChannelCredentials | None) -> grpc.Channel:
    options = channel_options()
    if credentials is None:
        return grpc.insecure_channel(target, options)
    return grpc.secure_channel(target, credentials, options)


def _told(method: Callable[..., ResponseT], request: Message, timeout: float) -> ResponseT:
    """Call, and turn a failure into UnderwriterError."""
    try:
        return method(request, timeout=timeout)
    except grpc.RpcError as error:
        raise error_of_call(error) from None
