"""DecisionService: decides, records, and tells about decisions made.

`decide` is the hot path: it takes the request's bytes, which go into the record as they came, and returns bytes.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import structlog
from google.protobuf.timestamp_pb2 import Timestamp
from uuid_utils import uuid7

from underwriter.decisioning import ActivePolicy, decide, explain
from underwriter.decisioning.requests.field_values import moment
from underwriter.decisioning.requests.validation import FieldFault, request_faults
from underwriter.ledger import Entry, EntryFilter, Ledger, Recorded, RequestIdReused
from underwriter.service.calls import CallGate, parse
from underwriter.service.decision_stream import AnswerStream, Stop
from underwriter.service.errors import NothingFound, PolicyVersionUnknown, RequestInvalid
from underwriter.service.policy_versions import PolicyVersions
from underwriter.service.resources import decision_id_of
from underwriter.service.wire import decision_with_position, stream_answer
from underwriter.v1.decision_pb2 import Decision, Trace
from underwriter.v1.decision_service_pb2 import (
    EXPLAIN_NONE,
    EXPLAIN_TRACE,
    DecideRequest,
    DecideStreamResponse,
    EvaluateModelRequest,
    EvaluateModelResponse,
    ExplainDecisionRequest,
    ExplainDecisionResponse,
    GetDecisionRequest,
    ListDecisionsRequest,
    ListDecisionsResponse,
)

DEFAULT_PAGE_SIZE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class DecisionService:
    """The methods of underwriter.v1.DecisionService. Errors are raised; `CallGate` turns them into statuses."""

    def __init__(
        self, policies: PolicyVersions, ledger: Ledger, gate: CallGate, stop: Stop, stream_in_flight: int
    ) -> None:
        self._policies = policies
        self._ledger = ledger
        self._gate = gate
        self._stop = stop
        self._stream_in_flight = stream_in_flight
        self._log = structlog.get_logger()

    async def decide(self, received: bytes) -> bytes:
        """Decide on one application; the answer is there once its record is durable."""
        return await self._decide(parse(DecideRequest, received), received)

    async def decide_stream(self, requests: AsyncIterator[bytes], write: Callable[[bytes], Awaitable[None]]) -> None:
        """Decide on each application of a stream, in any order."""
        await AnswerStream(self._stream_item, write, self._stream_in_flight, self._stop).run(requests)

    async def get_decision(self, received: bytes) -> bytes:
        """Return a decision as it was given."""
        request = parse(GetDecisionRequest, received)
        return decision_with_position(await self._find(request.name))

    async def list_decisions(self, request: ListDecisionsRequest) -> ListDecisionsResponse:
        """Return a page of decisions, newest first."""
        _refuse_faults(request_faults(request))
        page = await self._ledger.list_entries(
            _filter_of(request), request.page_size or DEFAULT_PAGE_SIZE, request.page_token
        )
        response = ListDecisionsResponse(next_page_token=page.next_page_token)
        for recorded in page.entries:
            response.decisions.add().MergeFromString(decision_with_position(recorded))
        return response

    async def explain_decision(self, request: ExplainDecisionRequest) -> ExplainDecisionResponse:
        """Evaluate a recorded request again and return every step."""
        recorded = await self._find(request.name)
        again = await self._evaluate_again(recorded)
        trace = Trace()
        trace.CopyFrom(again.trace)
        again.ClearField("trace")
        return ExplainDecisionResponse(
            decision=Decision.FromString(decision_with_position(recorded)),
            trace=trace,
            reproduced=again == Decision.FromString(recorded.entry.decision),
        )

    async def evaluate_model(self, request: EvaluateModelRequest) -> EvaluateModelResponse:
        """Evaluate a DMN model, in a thread since it may take long, so that other calls go on."""
        _refuse_faults(request_faults(request))
        model = self._policies.desk.dmn_model(request.model)
        if not request.HasField("evaluate_time"):
            request.evaluate_time.FromNanoseconds(time.time_ns())
        response = await asyncio.to_thread(model.evaluate, request, moment(request.evaluate_time))
        response.evaluate_time.CopyFrom(request.evaluate_time)
        return response

    async def _stream_item(self, received: bytes) -> bytes:
        """Return the serialised answer to one item of a stream; an error is an answer too."""
        start = time.perf_counter()
        request = DecideRequest()
        try:
            request = parse(DecideRequest, received)
            decision = await self._decide(request, received)
            return stream_answer(request.request_id, decision)
        except Exception as error:  # noqa: BLE001 - the item's boundary: every error becomes its status
            status = self._gate.told("DecideStream", error, start)
            refusal: bytes = DecideStreamResponse(request_id=request.request_id, error=status).SerializeToString()
            return refusal

    async def _decide(self, request: DecideRequest, received: bytes) -> bytes:
        """Check, decide, record, answer. Gives the request an id if it has none."""
        policy = await self._policy_for(request)
        bound = policy.read(request)
        if bound is None:
            _refuse_faults(request_faults(request, policy.currency, policy.attributes))
        if request.validate_only:
            return _unrecorded(request, policy)
        decision_id = str(uuid7())
        request.request_id = request.request_id or decision_id
        decide_time_us = time.time_ns() // 1000
        decided = decide(request, policy, _time_of(decide_time_us), decision_id, bound)
        if decided.problems:
            self._log.error("evaluation failed", policy=policy.name, decision=decision_id, problems=decided.problems)
        entry = Entry(
            decision_id=decision_id,
            request_id=request.request_id,
            request_digest=sha256(received).digest(),
            subject_id=request.application.applicant.subject_id,
            product=request.product,
            outcome=decided.decision.outcome,
            policy_version=policy.version,
            decide_time_us=decide_time_us,
            request=received,
            decision=decided.decision.SerializeToString(),
            evidence=b"",
        )
        recorded = await self._record(entry, request)
        answer = decision_with_position(recorded)
        if request.explain == EXPLAIN_TRACE:
            answer += Decision(trace=(await self._evaluate_again(recorded)).trace).SerializeToString()
        return _without_texts(answer) if request.explain == EXPLAIN_NONE else answer

    async def _policy_for(self, request: DecideRequest) -> ActivePolicy:
        """Return the active policy for the request's product, or the version that it pins."""
        if not request.product:
            _refuse_faults(request_faults(request))
        active = self._policies.desk.policy_for(request.product)
        if request.policy_version in ("", active.version):
            return active
        pinned = await self._policies.find(request.policy_version)
        if pinned is None or pinned.product != request.product:
            _refuse_faults(request_faults(request, active.currency, active.attributes))
            raise PolicyVersionUnknown(request.product, request.policy_version)
        return pinned

    async def _record(self, entry: Entry, request: DecideRequest) -> Recorded:
        """Commit the entry, or return the record of an earlier request with the same id and content.

        The digest is over the bytes received, which is cheap and nearly always enough. Where only the encoding differs,
        such as the order of a map's keys, or how much explanation is asked for, the messages are compared.
        """
        try:
            return await self._ledger.commit(entry)
        except RequestIdReused:
            earlier = await self._ledger.find_by_request_id(entry.request_id)
            if earlier is None or _content(DecideRequest.FromString(earlier.entry.request)) != _content(request):
                raise
            return earlier

    async def _find(self, name: str) -> Recorded:
        recorded = await self._ledger.find(decision_id_of(name))
        if recorded is None:
            raise NothingFound("Decision", name)
        return recorded

    async def _evaluate_again(self, recorded: Recorded) -> Decision:
        """Return what the record's request is decided on under the record's policy and time, with the trace."""
        entry = recorded.entry
        policy = await self._policies.find(entry.policy_version)
        if policy is None:
            raise PolicyVersionUnknown(entry.product, entry.policy_version)
        request = DecideRequest.FromString(entry.request)
        request.request_id = entry.request_id
        decision: Decision = explain(request, policy, _time_of(entry.decide_time_us), entry.decision_id).decision
        return decision


def _refuse_faults(faults: list[FieldFault]) -> None:
    if faults:
        raise RequestInvalid(faults)


def _time_of(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def _microseconds(moment: Timestamp) -> int:
    microseconds: int = moment.ToMicroseconds()
    return microseconds


def _filter_of(request: ListDecisionsRequest) -> EntryFilter:
    return EntryFilter(
        subject_id=request.subject_id or None,
        product=request.product or None,
        outcome=request.outcome or None,
        request_id=request.request_id or None,
        start_time_us=_microseconds(request.start_time) if request.HasField("start_time") else None,
        end_time_us=_microseconds(request.end_time) if request.HasField("end_time") else None,
    )


def _unrecorded(request: DecideRequest, policy: ActivePolicy) -> bytes:
    """Return what would be decided, without a name: it is not recorded and binds nobody."""
    step = explain if request.explain == EXPLAIN_TRACE else decide
    decision = step(request, policy, _time_of(time.time_ns() // 1000), "").decision
    decision.ClearField("name")
    answer: bytes = decision.SerializeToString()
    return _without_texts(answer) if request.explain == EXPLAIN_NONE else answer


def _without_texts(answer: bytes) -> bytes:
    """Return the serialised decision with its reasons' codes but not their texts."""
    decision = Decision.FromString(answer)
    for reason in decision.reasons:
        reason.ClearField("text")
        reason.ClearField("guidance")
    shortened: bytes = decision.SerializeToString()
    return shortened


def _content(request: DecideRequest) -> DecideRequest:
    """Return a copy of the request without what does not bear on the decision."""
    content = DecideRequest()
    content.CopyFrom(request)
    content.ClearField("request_id")
    content.ClearField("explain")
    return content
