"""What an approval sets aside: the facility that its largest offer opens."""

from collections.abc import Iterator, Sequence

from underwriter.decisioning.active_policy import ActivePolicy
from underwriter.decisioning.offers import MadeOffer
from underwriter.policy import Evaluation
from underwriter.v1.application_pb2 import Application
from underwriter.v1.record_pb2 import (
    TOTAL_KIND_CONCENTRATION,
    TOTAL_KIND_GUARANTOR,
    CountedShare,
    RecordFacts,
)

_MICROSECONDS = 1_000_000


def reserved(
    policy: ActivePolicy,
    evaluation: Evaluation,
    application: Application,
    made: Sequence[MadeOffer],
    decision_id: str,
) -> RecordFacts | None:
    """Return that the largest offer's amount is set aside (of equal ones the first's); None without an offer."""
    if not made:
        return None
    largest = max(made, key=lambda offer: offer.amount) if len(made) > 1 else made[0]
    facts = RecordFacts()
    facts.CopyFrom(policy.reserving)
    event, price = facts.facility, largest.price
    event.facility_id = decision_id
    if largest.parts is None:
        event.parts[0].amount = largest.amount
    else:
        del event.parts[:]
        for part in largest.parts:
            event.parts.add(funder=part.funder, amount=part.amount, cap=part.cap)
    if largest.cover or largest.concentrations:
        event.counted.extend(_counted(largest))
    terms = event.terms
    terms.purpose = application.request.purpose
    terms.term_months = price.term_months
    if evaluation.user_group is not None:
        terms.user_group = evaluation.user_group
    if evaluation.grade is not None:
        terms.grade = evaluation.grade
    terms.annual_rate = price.annual_rate
    terms.expire_time_us = largest.expire_time * _MICROSECONDS
    if largest.expected_loss is not None:
        terms.expected_loss = largest.expected_loss
    return facts


def _counted(made: MadeOffer) -> Iterator[CountedShare]:
    for part in made.cover:
        share = format(part.coverage, "f")
        yield CountedShare(kind=TOTAL_KIND_GUARANTOR, name=part.guarantor, share=share, cap=part.cap)
    for name, share_of_it, cap in made.concentrations:
        yield CountedShare(kind=TOTAL_KIND_CONCENTRATION, name=name, share=format(share_of_it, "f"), cap=cap)
