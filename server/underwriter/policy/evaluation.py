"""What comes out of evaluating a policy on one application."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple


class OfferTerms(NamedTuple):
    """An offer's terms as the rules give them; None for a term that is not stated, or that came out null."""

    credit_limit: Decimal | None
    annual_rate: Decimal | None
    term_months: Decimal | None
    repayment_method: str | None
    principal: Decimal | None
    fee_rate: Decimal | None
    valid_days: Decimal | None
    funding: list[dict[str, object]] | None
    cover: list[dict[str, object]] | None
    concentrations: list[dict[str, object]] | None
    grace_months: Decimal | None
    expected_loss: Decimal | None
    credit_limit_cap: Decimal | None
    effective_annual_rate_cap: Decimal | None


class LineChangeTerms(NamedTuple):
    """The terms of a line's change as the rules give them, with the caps; None for what is null or not stated."""

    action: str | None
    credit_limit: Decimal | None
    annual_rate: Decimal | None
    notice_days: Decimal | None
    credit_limit_cap: Decimal | None
    effective_annual_rate_cap: Decimal | None


class CounterOfferBounds(NamedTuple):
    """Between what a counter-offer is looked for, as the rules say it; None for what is null or not stated."""

    least_amount: Decimal | None
    amount_step: Decimal | None
    least_term_months: Decimal | None
    most_term_months: Decimal | None


COUNTER_OFFER_BOUNDS = {
    ("amount", "least"): "least_amount",
    ("amount", "step"): "amount_step",
    ("term_months", "least"): "least_term_months",
    ("term_months", "most"): "most_term_months",
}
"""The names of the bounds, by where they stand in `counter_offer`."""


class ModelOutput(NamedTuple):
    """What a model says: default probability, points, and how many features were missing. All None: it failed.

    `detail` is the scoring package's own result, for reasons and contributions.
    """

    probability: Decimal | None
    score: Decimal | None
    missing: Decimal | None
    detail: object


class Evaluation(NamedTuple):
    """The rules that fired and those that could not be determined, by number, and what was computed beside them.

    `line_change` has the `LineChangeTerms` of an approval by a policy that reviews lines. `failures` are the numbers of
    decisions whose table broke its hit policy, or whose model failed. `models` has a place for each of the policy's
    models, None for one that was not needed. A `user_group` is told beside offers only.
    """

    fired: list[int]
    undetermined: list[int]
    failures: list[int]
    grade: str | None
    user_group: str | None
    offers: list[Sequence[object]]
    line_change: Sequence[object] | None
    scorecards: dict[str, tuple[Decimal, ...]]
    models: tuple[ModelOutput | None, ...]
