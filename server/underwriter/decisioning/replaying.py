"""Decides again on a recorded request: on what was stored then, and on what the models said then.

Floating-point sums may differ in their last bits between processors and versions of the runtime. So the models are run
again, and what they said then stands if they say nearly the same now.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from underwriter.decisioning.active_policy import ActivePolicy
from underwriter.decisioning.decide import Question, answer
from underwriter.decisioning.models import ScoredBy
from underwriter.decisioning.stored import Stored, without
from underwriter.policy import ModelOutput, Trace
from underwriter.policy.policy import CallModel
from underwriter.policy.stored_inputs import ACCOUNT, ALERTS, EXPOSURE
from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import Evidence, ModelEvidence, RecordFacts

PROBABILITY_TOLERANCE = 1e-6
"""How far a model's probability may be from the recorded one."""

POINTS_TOLERANCE = 1
"""How far its points may be then: they are rounded, and the probability may lie on the edge."""


class ModelDifference(NamedTuple):
    """A model, in the same version, that does not say what it said: both as evidence."""

    recorded: ModelEvidence
    replayed: ModelEvidence


class DecidedAgain(NamedTuple):
    """A decision made again. Its evidence tells what the rules went by: recorded outputs where the models agree."""

    decision: Decision
    evidence: Evidence
    facts: RecordFacts | None
    model_differences: tuple[ModelDifference, ...]


def decide_again(
    request: DecideRequest,
    policy: ActivePolicy,
    evidence: Evidence,
    now: datetime,
    decision_id: str,
    trace: Trace | None = None,
) -> DecidedAgain:
    """Decide on a recorded request at the recorded time, by the policy that decided or by another. Never raises.

    A model that the evidence has in the same version gives what it gave then if it agrees within
    `PROBABILITY_TOLERANCE`; else it gives what it gives now, and the difference is told. The reasons for a score are
    always those of now. An exposure or account that the evidence does not hold is not known: null. With a `trace` to
    record in, every step is in the decision's trace.
    """
    recorded = {(entry.model.name, entry.model.version): entry for entry in evidence.models}
    differences: list[ModelDifference] = []
    calls = [
        call
        if (entry := recorded.get((model.name, model.version))) is None
        else _recorded_call(call, entry, differences)
        for call, model in zip(policy.calls, policy.models.values(), strict=True)
    ]
    knows_exposure, knows_account = evidence.HasField("exposure"), evidence.HasField("account")
    unknown = [*([] if knows_exposure else [EXPOSURE]), *([] if knows_account else [ACCOUNT, ALERTS])]
    if any(path[0] in unknown for path in policy.stored_paths):
        policy = replace(policy, read_stored=without(unknown, policy.read_stored, policy.stored_paths))
    stored = Stored(
        evidence.exposure if knows_exposure else None,
        evidence.funders,
        evidence.guarantees,
        evidence.concentrations,
        evidence.account if knows_account else None,
    )
    decided = answer(Question(request, policy, now, decision_id, stored, calls), trace)
    if not knows_exposure:
        decided.evidence.ClearField("exposure")
    if not knows_account:
        decided.evidence.ClearField("account")
    return DecidedAgain(decided.decision, decided.evidence, decided.facts, tuple(differences))


def _recorded_call(call: CallModel, recorded: ModelEvidence, differences: list[ModelDifference]) -> CallModel:
    """Return a call of the model that gives the recorded output if the model agrees, and notes it if not."""

    def call_again(features: Sequence[Decimal | None]) -> ModelOutput:
        output = call(features)
        if output.probability is None or output.score is None:
            replayed = ModelEvidence(model=recorded.model, failed=True)
        else:
            replayed = ModelEvidence(
                model=recorded.model, probability=float(output.probability), points=int(output.score)
            )
        if not _agree(recorded, replayed):
            differences.append(ModelDifference(recorded, replayed))
            return output
        return output if recorded.failed else _with_recorded(output, recorded)

    return call_again


def _agree(recorded: ModelEvidence, replayed: ModelEvidence) -> bool:
    return (
        recorded.failed == replayed.failed
        and abs(recorded.probability - replayed.probability) <= PROBABILITY_TOLERANCE
        and abs(recorded.points - replayed.points) <= POINTS_TOLERANCE
    )


def _with_recorded(output: ModelOutput, recorded: ModelEvidence) -> ModelOutput:
    detail = output.detail
    if isinstance(detail, ScoredBy):
        score = detail.score._replace(probability=recorded.probability, points=recorded.points)
        detail = detail._replace(score=score)
    return output._replace(
        probability=Decimal(repr(recorded.probability)), score=Decimal(recorded.points), detail=detail
    )
