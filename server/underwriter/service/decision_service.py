"""DecisionService: decides, records, and tells about decisions made.

`decide` is the hot path: it takes the request's bytes, which go into the record as they came, and returns bytes.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from google.protobuf.timestamp_pb2 import Timestamp

from underwriter.decisioning import ENGINE_VERSION, ActivePolicy, Desk
from underwriter.decisioning.requests.binding import Values
from underwriter.decisioning.requests.field_values import moment
from underwriter.decisioning.requests.validation import request_faults
from underwriter.decisioning.rollout import Arm
from underwriter.ledger import EntryFilter, EntryKind, Ledger, Payload, Recorded, RequestIdReused
from underwriter.replay import Replayed, replay_record
from underwriter.service.calls import CallGate, parse
from underwriter.service.deciding import DecisionMaker
from underwriter.service.decision_stream import AnswerStream, Stop
from underwriter.service.errors import NothingFound, PolicyVersionUnknown, RecordArchived, RecordErased, refuse_faults
from underwriter.service.policies_in_force import PoliciesInForce
from underwriter.service.resources import decision_id_of
from underwriter.service.wire import decision_with_position, listed_decision, stream_answer
from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.decision_service_pb2 import (
    EXPLAIN_NONE,
    EXPLAIN_TRACE,
    DecideRequest,
    DecideStreamResponse,
    Difference,
    EvaluateModelRequest,
    EvaluateModelResponse,
    ExplainDecisionRequest,
    ExplainDecisionResponse,
    GetDecisionRequest,
    ListDecisionsRequest,
    ListDecisionsResponse,
    ReplayDecisionRequest,
    ReplayDecisionResponse,
)

DEFAULT_PAGE_SIZE = 50


class DecisionService:
    """The methods of underwriter.v1.DecisionService. Errors are raised; `CallGate` turns them into statuses."""

    def __init__(
        self,
        policies: PoliciesInForce,
        ledger: Ledger,
        maker: DecisionMaker,
        gate: CallGate,
        stop: Stop,
        stream_in_flight: int,
    ) -> None:
        self._policies = policies
        self._ledger = ledger
        self._maker = maker
        self._gate = gate
        self._stop = stop
        self._stream_in_flight = stream_in_flight

    async def decide(self, received: bytes) -> bytes:
        """Decide on one application; the answer is there once its record is durable."""
        request = parse(DecideRequest, received)
        return await self.decided(request, received, *await self._chosen_for(request))

    async def decided(self, request: DecideRequest, received: bytes, policy: ActivePolicy, arm: Arm | None) -> bytes:
        """Check, decide by a policy, record, and return the serialised decision. A request without an id gets one.

        `received` is the request as it goes into the record; `arm` is there if a rollout chose the policy.
        """
        bound = policy.read(request)
        if bound is None:
            refuse_faults(request_faults(request, policy.currency, policy.attributes))
        if request.validate_only:
            return _as_asked(request, await self._maker.unrecorded(request, policy))
        recorded = await self._recorded(request, received, policy, bound, arm)
        answer = decision_with_position(recorded)
        if request.explain == EXPLAIN_TRACE and recorded.payload is not None:
            replayed = await self._explained(recorded, recorded.payload)
            answer += Decision(trace=replayed.decision.trace).SerializeToString()
        return _without_texts(answer) if request.explain == EXPLAIN_NONE else answer

    async def decide_stream(self, requests: AsyncIterator[bytes], write: Callable[[bytes], Awaitable[None]]) -> None:
        """Decide on each application of a stream, in any order."""
        await AnswerStream(self._stream_item, write, self._stream_in_flight, self._stop).run(requests)

    async def get_decision(self, received: bytes) -> bytes:
        """Return a decision as it was given."""
        request = parse(GetDecisionRequest, received)
        recorded, _ = await self._find(request.name)
        return decision_with_position(recorded)

    async def list_decisions(self, request: ListDecisionsRequest) -> ListDecisionsResponse:
        """Return a page of decisions, newest first."""
        refuse_faults(request_faults(request))
        page = await self._ledger.list_entries(
            _filter_of(request), request.page_size or DEFAULT_PAGE_SIZE, request.page_token
        )
        response = ListDecisionsResponse(next_page_token=page.next_page_token)
        for recorded in page.entries:
            response.decisions.add().MergeFromString(listed_decision(recorded))
        return response

    async def explain_decision(self, request: ExplainDecisionRequest) -> ExplainDecisionResponse:
        """Evaluate a recorded request again and return every step."""
        recorded, payload = await self._find(request.name)
        replayed = await self._explained(recorded, payload)
        return ExplainDecisionResponse(
            decision=Decision.FromString(decision_with_position(recorded)),
            trace=replayed.decision.trace,
            reproduced=replayed.is_reproduced,
        )

    async def replay_decision(self, request: ReplayDecisionRequest) -> ReplayDecisionResponse:
        """Decide on a recorded request again, by its own or another policy version, and return every difference."""
        refuse_faults(request_faults(request))
        recorded, payload = await self._find(request.name)
        policy = await self._policy_of(recorded, request.policy_version)
        replayed = replay_record(recorded.sealed, payload, policy)
        return ReplayDecisionResponse(
            reproduced=replayed.is_reproduced,
            differences=[Difference(**difference._asdict()) for difference in replayed.differences],
            replayed=replayed.decision,
            recorded_engine_version=replayed.engine_version,
            engine_version=ENGINE_VERSION,
        )

    async def evaluate_model(self, request: EvaluateModelRequest) -> EvaluateModelResponse:
        """Evaluate a DMN model, in a thread since it may take long, so that other calls go on."""
        refuse_faults(request_faults(request))
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
            decision = await self.decided(request, received, *await self._chosen_for(request))
            return stream_answer(request.request_id, decision)
        except Exception as error:  # noqa: BLE001 - the item's boundary: every error becomes its status
            status = self._gate.told("DecideStream", error, start)
            refusal: bytes = DecideStreamResponse(request_id=request.request_id, error=status).SerializeToString()
            return refusal

    async def _chosen_for(self, request: DecideRequest) -> tuple[ActivePolicy, Arm | None]:
        """Return the policy that decides on the request: the one in force, its rollout's choice, or the pinned one."""
        if not request.product:
            refuse_faults(request_faults(request))
        desk = self._policies.desk
        active = desk.policy_for(request.product)
        if not request.policy_version:
            return chosen(desk, active, request)
        if request.policy_version == active.version:
            return active, None
        pinned = await self._policies.find(request.policy_version)
        if pinned is None or pinned.product != request.product:
            refuse_faults(request_faults(request, active.currency, active.attributes))
            raise PolicyVersionUnknown(request.product, request.policy_version)
        return pinned, None

    async def _recorded(
        self,
        request: DecideRequest,
        received: bytes,
        policy: ActivePolicy,
        bound: Values | None,
        arm: Arm | None,
    ) -> Recorded:
        """Decide and record, or return the record of an earlier request with the same id and content.

        The ledger compares the bytes received, which is cheap and nearly always enough. Where only the encoding
        differs, such as the order of a map's keys, or how much explanation is asked for, the messages are compared.
        """
        try:
            return await self._maker.decide(request, received, policy, bound, arm)
        except RequestIdReused:
            earlier = await self._ledger.find_by_request_id(EntryKind.DECISION, request.request_id)
            if earlier is None or earlier.payload is None:
                raise
            if content_of(DecideRequest.FromString(earlier.payload.request)) != content_of(request):
                raise
            return earlier

    async def _find(self, name: str) -> tuple[Recorded, Payload]:
        """Return a decision's record with its content. Raises NothingFound, RecordErased and RecordArchived."""
        recorded = await self._ledger.find(decision_id_of(name))
        if recorded is None or recorded.sealed.kind != EntryKind.DECISION:
            raise NothingFound("Decision", name)
        if recorded.payload is None:
            raise RecordErased(name) if recorded.is_erased else RecordArchived(name)
        return recorded, recorded.payload

    async def _explained(self, recorded: Recorded, payload: Payload) -> Replayed:
        """Return the decision made again from all that was read then, with the trace."""
        policy = await self._policy_of(recorded)
        return replay_record(recorded.sealed, payload, policy, traced=True)

    async def _policy_of(self, recorded: Recorded, version: str = "") -> ActivePolicy:
        """Return the policy that decided, or another version of it. Raises PolicyVersionUnknown."""
        product = recorded.sealed.product
        version = version or recorded.sealed.policy_version
        policy = await self._policies.find(version)
        if policy is None or policy.product != product:
            raise PolicyVersionUnknown(product, version)
        return policy


def chosen(desk: Desk, policy: ActivePolicy, request: DecideRequest) -> tuple[ActivePolicy, Arm | None]:
    """Return what decides on a request for the product of a desk's policy: this one, or what a rollout chooses."""
    if not desk.rollouts:
        return policy, None
    arm = desk.arm_for(policy.product, request.application.applicant.subject_id, time.time_ns() // 1000)
    return (policy, None) if arm is None else (arm.policy, arm)


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


def _as_asked(request: DecideRequest, decision: Decision) -> bytes:
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


def content_of(request: DecideRequest) -> DecideRequest:
    """Return a copy of the request without what does not bear on the decision."""
    content = DecideRequest()
    content.CopyFrom(request)
    content.ClearField("request_id")
    content.ClearField("explain")
    return content
