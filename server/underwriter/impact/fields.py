"""What new rules would have made of recorded decisions, for programs."""

from decimal import Decimal

from underwriter import credit
from underwriter.impact.rule_changes import RuleChanges
from underwriter.impact.statistics import impact_ratios, mean, quantiles
from underwriter.impact.tables import MOVED, SHARES, approval_rates, by_product, in_order, segment_name
from underwriter.impact.tally import Dimension, ImpactTally, SegmentCounts, Side, Spread
from underwriter.replay.summary import Approved, Movement
from underwriter.v1.decision_pb2 import Outcome
from underwriter.workbench.comparison.wording import line


def impact_fields(tally: ImpactTally, changes: RuleChanges) -> dict[str, object]:
    """Return all figures as JSON. Amounts and rates are texts, amounts in the currency's units."""
    summary = tally.summary
    return {
        "replayed": summary.replayed,
        "differing": summary.differing,
        "not_replayed": dict(summary.not_replayed),
        "skipped": {reason.value: count for reason, count in summary.skipped.items()},
        "rule_changes": [
            {"change": line(change), "products": list(products)} for change, products in changes.changes.items()
        ],
        "rules_unknown": list(changes.unknown),
        "outcomes": [
            {"recorded": Outcome.Name(was), "now": Outcome.Name(now), "count": count}
            for (was, now), count in sorted(summary.outcomes.items())
        ],
        "approvals": [_movement(movement, approved) for movement, approved in in_order(summary.movements)],
        "products": [
            {"product": segment.product, **_counts(counts, tally.currencies[segment.product])}
            for segment, counts in tally.of_dimension(Dimension.PRODUCT)
        ],
        "grades": _segments(tally, Dimension.GRADE, "grade"),
        "user_groups": _segments(tally, Dimension.USER_GROUP, "user_group"),
        "limits": [
            {"product": product, "currency": tally.currencies[product], **_spread(spread)}
            for product, spread in sorted(tally.limits.items())
        ],
        "rates": [{"product": product, **_spread(spread)} for product, spread in sorted(tally.rates.items())],
        "reasons": _reasons(tally),
        "examples": {swap.value: [f"decisions/{id_}" for id_ in ids] for swap, ids in sorted(tally.examples.items())},
    }


def _movement(movement: Movement, approved: Approved) -> dict[str, object]:
    fields: dict[str, object] = {
        "approval": MOVED[movement.was_approved, movement.is_approved],
        "count": approved.count,
        "mean_probability": approved.probability / approved.scored if approved.scored else None,
    }
    if movement.currency:
        amounts = (_amount(units, movement.currency) for units in (approved.recorded, approved.replayed))
        fields |= {"currency": movement.currency, **dict(zip(("recorded", "now"), amounts, strict=True))}
    return fields


def _segments(tally: ImpactTally, dimension: Dimension, name: str) -> list[dict[str, object]]:
    """Return the segments of a dimension, with the ratios of their approval rates to the highest of the product."""
    found: list[dict[str, object]] = []
    for product, items in by_product(tally, dimension):
        rates = approval_rates(items)
        was, now = (impact_ratios({group: pair[side] for group, pair in rates.items()}) for side in (0, 1))
        for segment, counts in items:
            group = segment_name(segment)
            ratios = {"recorded_ratio": was.get(group), "ratio_now": now.get(group)}
            currency = tally.currencies[product]
            found.append({"product": product, name: segment.name or None, **_counts(counts, currency), **ratios})
    return found


def _counts(counts: SegmentCounts, currency: str) -> dict[str, object]:
    return {
        "decisions": counts.decided,
        "recorded": _side(counts.recorded, currency),
        "now": _side(counts.now, currency),
    }


def _side(side: Side, currency: str) -> dict[str, object]:
    return {
        "approved": side.approved,
        "amount": _amount(side.amount, currency),
        "expected_loss": _amount(side.loss, currency) if side.with_loss else None,
    }


def _spread(spread: Spread) -> dict[str, object]:
    fields: dict[str, object] = {"rise": spread.rose, "fall": spread.fell, "same": spread.same}
    fields["mean_change"] = None if spread.mean_change is None else _short(spread.mean_change)
    for name, counts in (("recorded", spread.recorded), ("now", spread.now)):
        values = quantiles(counts, list(SHARES.values())) if counts else []
        told = {share: f"{value:f}" for share, value in zip(SHARES, values, strict=False)}
        fields[name] = {"count": counts.total(), **told, "mean": _short(mean(counts)) if counts else None}
    return fields


def _reasons(tally: ImpactTally) -> list[dict[str, object]]:
    reasons = tally.reasons
    return [
        {
            "code": code,
            "recorded": reasons.recorded[code],
            "now": reasons.now[code],
            "gained": reasons.gained[code],
            "lost": reasons.lost[code],
        }
        for code in sorted(reasons.recorded.keys() | reasons.now.keys())
    ]


def _short(figure: Decimal) -> str:
    """Return a mean with no more places than tell anything."""
    return f"{figure:.6f}"


def _amount(units: int, currency: str) -> str:
    return str(credit.amount_of(units, credit.minor_unit_exponent(currency)))
