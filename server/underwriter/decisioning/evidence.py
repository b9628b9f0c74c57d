"""What an evaluation went by besides the request and the policy, for the record and for making the decision again."""

from underwriter.decisioning.active_policy import ActivePolicy
from underwriter.decisioning.stored import Stored
from underwriter.policy import Evaluation
from underwriter.policy.stored_inputs import CONCENTRATIONS, FUNDERS, GUARANTEES
from underwriter.v1.record_pb2 import Evidence


def evidence_of(policy: ActivePolicy, evaluation: Evaluation, stored: Stored, *, has_offers: bool) -> Evidence:
    """Return the evidence. What is stored belongs to it if the policy reads it, or if the answer offers something."""
    evidence = Evidence()
    evidence.CopyFrom(policy.evidence)
    _tell_models(evidence, evaluation)
    tell_stored(evidence, policy, stored, has_offers=has_offers)
    return evidence


def tell_stored(evidence: Evidence, policy: ActivePolicy, stored: Stored, *, has_offers: bool) -> None:
    """Add what is stored to evidence, as far as it is not there yet and belongs there."""
    if (policy.reads_exposure or has_offers) and not evidence.HasField("exposure"):
        evidence.exposure.SetInParent()
        if stored.exposure is not None:
            evidence.exposure.CopyFrom(stored.exposure)
    if policy.reads_account and not evidence.HasField("account"):
        evidence.account.SetInParent()
        if stored.account is not None:
            evidence.account.CopyFrom(stored.account)
    read = policy.totals_read
    if stored.funders and (has_offers or FUNDERS in read) and not evidence.funders:
        evidence.funders.extend(stored.funders)
    if stored.guarantees and (has_offers or GUARANTEES in read) and not evidence.guarantees:
        evidence.guarantees.extend(stored.guarantees)
    if stored.concentrations and (has_offers or CONCENTRATIONS in read) and not evidence.concentrations:
        evidence.concentrations.extend(stored.concentrations)


def _tell_models(evidence: Evidence, evaluation: Evaluation) -> None:
    """Fill in what the models said, and take out those that were not run."""
    ran = [output for output in evaluation.models if output is not None]
    if len(ran) < len(evidence.models):
        kept = [entry for entry, output in zip(evidence.models, evaluation.models, strict=False) if output is not None]
        del evidence.models[:]
        evidence.models.extend(kept)
    for place, output in enumerate(ran):
        entry = evidence.models[place]
        if output.probability is None or output.score is None:
            entry.failed = True
        else:
            entry.probability, entry.points = float(output.probability), int(output.score)
