"""Decides on one recorded request again, and compares what comes out with what was recorded."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from google.protobuf.message import DecodeError, Message

from underwriter.decisioning import ActivePolicy, DecidedAgain, decide_again
from underwriter.decisioning.requests.validation import request_faults
from underwriter.ledger import Payload, Sealed
from underwriter.policy import Trace
from underwriter.replay.differences import Difference, differences
from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import Evidence, RecordFacts

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class NotReplayable(Exception):
    """A record that can't be replayed."""


class ContentUnreadable(NotReplayable):
    """The content of a record is nothing that this version can read."""


class RequestUnfit(NotReplayable):
    """Another policy would not take the record's request. The text names no value of it."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision made again.

    `request` and `evidence` are what it was made from, `policy` made it again. `recorded` is the decision on record,
    `decision` that of now. `recorded_facts` and `facts` tell what was set aside and what would be now; None is nothing.
    Under another policy than the recorded one, the policy's own name and version are no difference.
    """

    sealed: Sealed
    request: DecideRequest = field(repr=False)
    evidence: Evidence = field(repr=False)
    policy: ActivePolicy = field(repr=False)
    recorded: Decision
    decision: Decision
    recorded_facts: RecordFacts | None
    facts: RecordFacts | None
    differences: tuple[Difference, ...]

    @property
    def engine_version(self) -> str:
        """The version of the engine that made the decision."""
        return self.evidence.engine_version

    @property
    def is_reproduced(self) -> bool:
        """Whether it came out the same in every field."""
        return not self.differences


def replay_record(sealed: Sealed, payload: Payload, policy: ActivePolicy, *, traced: bool = False) -> Replayed:
    """Decide again on a decision's record, as of its time, by the policy that decided or by another.

    With `traced`, the decision has its trace, which is not compared. Raises NotReplayable.
    """
    return replay_read(sealed, payload, evidence_of(payload), policy, traced=traced)


def evidence_of(payload: Payload) -> Evidence:
    """Return what a decision's record holds of what it was made from. Raises ContentUnreadable."""
    evidence = Evidence()
    _read(evidence, payload.evidence, "evidence")
    return evidence


def replay_read(
    sealed: Sealed, payload: Payload, evidence: Evidence, policy: ActivePolicy, *, traced: bool = False
) -> Replayed:
    """Do the same with evidence that was read before."""
    is_own = policy.version == sealed.policy_version
    request = _request_of(sealed, payload)
    if not is_own:
        _refuse_faults(request, policy)
    again = decide_again(
        request, policy, evidence, moment_of(sealed.time_us), sealed.entry_id, Trace() if traced else None
    )
    recorded, recorded_facts = _recorded_decision(payload, again), _facts_of(sealed)
    found = tuple(_differences(recorded, evidence, again, recorded_facts, is_own=is_own))
    return Replayed(sealed, request, evidence, policy, recorded, again.decision, recorded_facts, again.facts, found)


def moment_of(time_us: int) -> datetime:
    """Return the moment that is so many microseconds after 1970 in UTC. Raises ContentUnreadable outside all time."""
    try:
        return _EPOCH + timedelta(microseconds=time_us)
    except OverflowError:
        raise ContentUnreadable(f"its time, {time_us} us after 1970, is outside all time") from None


def _request_of(sealed: Sealed, payload: Payload) -> DecideRequest:
    request = DecideRequest()
    _read(request, payload.request, "request")
    # The bytes are those received; an id that the server gave stands beside them.
    request.request_id = sealed.request_id
    return request


def _refuse_faults(request: DecideRequest, policy: ActivePolicy) -> None:
    """Refuse a request that another policy would not take: one in another currency, with attributes of other types."""
    if policy.read(request) is None and (faults := request_faults(request, policy.currency, policy.attributes)):
        raise RequestUnfit(f"{policy.name} does not take its request: {faults[0].path} is not as it must be")


def _recorded_decision(payload: Payload, again: DecidedAgain) -> Decision:
    """Return the decision on record. Nearly always its bytes are those of now, which is told quickly."""
    if again.decision.SerializeToString() == payload.answer:
        return again.decision
    decision = Decision()
    _read(decision, payload.answer, "decision")
    return decision


def _facts_of(sealed: Sealed) -> RecordFacts | None:
    if not sealed.facts:
        return None
    facts = RecordFacts()
    _read(facts, sealed.facts, "facts")
    return facts


def _differences(
    recorded: Decision,
    evidence: Evidence,
    again: DecidedAgain,
    recorded_facts: RecordFacts | None,
    *,
    is_own: bool,
) -> Iterator[Difference]:
    if recorded is not again.decision:
        yield from differences(recorded, again.decision, leaving_out=("trace",) if is_own else ("trace", "policy"))
    yield from differences(recorded_facts, again.facts, "facts")
    for said, says in again.model_differences:
        yield from differences(said, says, f"models[{said.model.name}]")
    if is_own and len(evidence.models) != len(again.evidence.models):
        yield from _runs_differences(evidence, again.evidence)


def _read(message: Message, content: bytes, name: str) -> None:
    try:
        message.ParseFromString(content)
    except DecodeError:
        raise ContentUnreadable(f"its {name} can't be read") from None


def _runs_differences(recorded: Evidence, replayed: Evidence) -> Iterator[Difference]:
    """Yield what only one of the evaluations asked a model for."""
    was, now = ({entry.model.name: entry for entry in evidence.models} for evidence in (recorded, replayed))
    for name in sorted(was.keys() ^ now.keys()):
        yield from differences(was.get(name), now.get(name), f"models[{name}]")
