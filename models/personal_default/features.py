"""The features of both versions: each one's FEEL expression and, beside it, the same in numpy for training.

Every direction is monotone and can be said to a customer without blush. Left out on purpose, though they would raise
the AUC by about .002: whether the newest bill was paid in full, and whether the balance fell, since both would count
against the customer in these data.

Months are counted from the newest, 1. A feature that needs a month which the application doesn't hold is null: FEEL's
arithmetic, `max` and `min` give null when a part is null.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from training.features import FeatureDefinition, Vector


@dataclass(frozen=True, slots=True)
class Behaviour:
    """The behaviour of many customers: limits [n], and statements [n, 6], newest first."""

    credit_limit: Vector
    billed: Vector
    paid: Vector
    days_late: Vector


def _each(field: str, months: Sequence[int], separator: str) -> str:
    """Name a field of several months one by one: the compiler reads each straight from the application."""
    return separator.join(f"behaviour.statements[{month}].{field}" for month in months)


FEATURES = (
    FeatureDefinition(
        name="days_late_now",
        expression="behaviour.statements[1].days_late",
        compute=lambda of: of.days_late[:, 0],
        unit="days",
        direction="increasing",
        reason="MONTHS_LATE_RECENT",
    ),
    FeatureDefinition(
        name="days_late_before",
        expression=_each("days_late", range(2, 7), " + "),
        compute=lambda of: of.days_late[:, 1:].sum(axis=1),
        unit="days, over the five months before the newest",
        direction="increasing",
        reason="MONTHS_LATE_HISTORY",
    ),
    FeatureDefinition(
        name="worst_days_late",
        expression=f"max({_each('days_late', range(1, 7), ', ')})",
        compute=lambda of: of.days_late.max(axis=1),
        unit="days, in the worst of six months",
        direction="increasing",
        reason="MONTHS_LATE_HISTORY",
    ),
    FeatureDefinition(
        name="largest_bill",
        expression=f"max({_each('billed', range(1, 7), ', ')})",
        compute=lambda of: of.billed.max(axis=1),
        unit="currency, in the highest of six months",
        direction="decreasing",
        reason="LOW_CREDIT_LIMIT",
    ),
    FeatureDefinition(
        name="unused_limit",
        expression="behaviour.credit_limit - behaviour.statements[1].billed",
        compute=lambda of: of.credit_limit - of.billed[:, 0],
        unit="currency",
        direction="decreasing",
        reason="HIGH_UTILISATION",
    ),
    FeatureDefinition(
        name="peak_utilisation",
        expression=f"max({_each('billed', range(1, 7), ', ')}) / behaviour.credit_limit",
        compute=lambda of: of.billed.max(axis=1) / of.credit_limit,
        unit="share of the limit, in the highest of six months",
        direction="increasing",
        reason="HIGH_UTILISATION",
    ),
    FeatureDefinition(
        name="paid_3m",
        expression=_each("paid", range(1, 4), " + "),
        compute=lambda of: of.paid[:, :3].sum(axis=1),
        unit="currency, over three months",
        direction="decreasing",
        reason="LOW_REPAYMENT_SHARE",
    ),
    FeatureDefinition(
        name="smallest_payment",
        expression=f"min({_each('paid', range(1, 7), ', ')}) / behaviour.credit_limit",
        compute=lambda of: of.paid.min(axis=1) / of.credit_limit,
        unit="share of the limit, in the lowest of six months",
        direction="decreasing",
        reason="IRREGULAR_REPAYMENT",
    ),
    FeatureDefinition(
        name="paid_6m",
        expression=_each("paid", range(1, 7), " + "),
        compute=lambda of: of.paid.sum(axis=1),
        unit="currency, over six months",
        direction="decreasing",
        reason="LOW_REPAYMENT_SHARE",
    ),
    FeatureDefinition(
        name="turnover_6m",
        expression=(
            "(behaviour.statements[1].billed - behaviour.statements[6].billed"
            f" + {_each('paid', range(1, 6), ' + ')}) / behaviour.credit_limit"
        ),
        compute=lambda of: (of.billed[:, 0] - of.billed[:, 5] + of.paid[:, :5].sum(axis=1)) / of.credit_limit,
        unit="spending as a share of the limit, over five months",
        direction="decreasing",
        reason="SHORT_HISTORY",
    ),
    FeatureDefinition(
        name="spending_3m",
        expression=(
            f"behaviour.statements[1].billed - behaviour.statements[4].billed + {_each('paid', range(1, 4), ' + ')}"
        ),
        compute=lambda of: of.billed[:, 0] - of.billed[:, 3] + of.paid[:, :3].sum(axis=1),
        unit="currency, over three months",
        direction="decreasing",
        reason="SHORT_HISTORY",
    ),
)


def read_behaviour(applications: Sequence[dict[str, Any]]) -> Behaviour:
    """The behaviour of applicants, as taiwan.to_application tells it."""
    behaviours = [application["behaviour"] for application in applications]
    return Behaviour(
        credit_limit=np.array([float(each["credit_limit"]) for each in behaviours]),
        billed=_column(behaviours, "billed"),
        paid=_column(behaviours, "paid"),
        days_late=_column(behaviours, "days_late"),
    )


def _column(behaviours: Sequence[dict[str, Any]], field: str) -> Vector:
    return np.array([[float(statement[field]) for statement in each["statements"]] for each in behaviours])
