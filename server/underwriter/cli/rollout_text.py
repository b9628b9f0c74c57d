"""What the arms of a rollout came to, as lines of text and as JSON."""

from collections.abc import Iterator
from decimal import Decimal

from underwriter import credit
from underwriter.cli.layout import GAP, columns
from underwriter.cli.orders_text import short
from underwriter.trials.comparison import ArmKey, ArmKind, ArmTally, Comparison, ReasonShift, reason_shifts
from underwriter.trials.intervals import difference_interval, share_interval
from underwriter.v1.decision_pb2 import Outcome

MOST_REASONS = 5
_NONE = "-"


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """Yield the arms side by side, then for each what differs from what it is compared with."""
    yield f"rollout {comparison.rollout_id}"
    arms = comparison.in_order()
    if not arms:
        yield "nothing is recorded of it"
        return
    yield from columns(_table(comparison), right=range(1, len(arms) + 1))
    for key, tally in arms:
        beside = comparison.beside(key)
        if beside is not None:
            yield ""
            yield from _difference_lines(key, tally, beside)
    if comparison.unreadable:
        yield f"\n{comparison.unreadable:,} records could not be read: erased, archived or damaged"


def comparison_fields(comparison: Comparison) -> dict[str, object]:
    """Return the same as JSON. Shares are fractions, amounts texts in the currency's units."""
    return {
        "rollout_id": comparison.rollout_id,
        "currency": comparison.currency,
        "unreadable": comparison.unreadable,
        "arms": [_arm_fields(comparison, key, tally) for key, tally in comparison.in_order()],
    }


def _title(key: ArmKey) -> str:
    return key.kind.value if key.kind is ArmKind.CHAMPION else f"{key.kind.value} {short(key.version)}"


def _outcomes(comparison: Comparison) -> list[int]:
    return sorted({outcome for tally in comparison.arms.values() for outcome in tally.outcomes})


def _table(comparison: Comparison) -> list[list[str]]:
    arms = comparison.in_order()
    rows = [["", *(_title(key) for key, _ in arms)]]
    rows.append(["decisions", *(f"{tally.decisions:,}" for _, tally in arms)])
    for outcome in _outcomes(comparison):
        shares = (_percent(tally.outcomes[outcome], tally.decisions) for _, tally in arms)
        rows.append([f"{GAP}{_name(outcome)}", *shares])
    currency = f", {comparison.currency}" if comparison.currency else ""
    rows.append([f"approved{currency}", *(f"{_amount(tally.amount, comparison):,}" for _, tally in arms)])
    rows.append(["mean annual rate", *(_rate(tally) for _, tally in arms)])
    losses = (f"{_amount(tally.expected_loss, comparison):,}" if tally.expected else _NONE for _, tally in arms)
    rows.append([f"expected loss{currency}", *losses])
    rows.append(["mean default risk", *(_risk(tally) for _, tally in arms)])
    if any(tally.failures for _, tally in arms):
        rows.append(["failures", *(f"{tally.failures:,}" for _, tally in arms)])
    return rows


def _difference_lines(key: ArmKey, tally: ArmTally, beside: ArmTally) -> Iterator[str]:
    against = "the champion" if key.kind is ArmKind.CHALLENGER else "what was answered"
    yield f"{_title(key)} against {against}"
    if key.kind is ArmKind.CHALLENGER:
        low, high = difference_interval(tally.approved, tally.decisions, beside.approved, beside.decisions)
        yield f"{GAP}approvals differ by {low:+.2%} to {high:+.2%} of the applicants (95 %)"
    else:
        yield from (f"{GAP}{line}" for line in _matrix(tally))
    for shift in reason_shifts(tally, beside, MOST_REASONS):
        yield f"{GAP}{shift.code}: {shift.share:.2%}, not {shift.other_share:.2%}"


def _matrix(tally: ArmTally) -> Iterator[str]:
    """Yield what was answered, down, and what the shadow would have, across."""
    rows = sorted({pair[0] for pair in tally.answered})
    across = sorted({pair[1] for pair in tally.answered})
    yield "answered, down, and by the shadow, across"
    table = [["", *map(_name, across)]]
    table += [[f"{GAP}{_name(one)}", *(f"{tally.answered[one, other]:,}" for other in across)] for one in rows]
    yield from columns(table, right=range(1, len(across) + 1))


def _arm_fields(comparison: Comparison, key: ArmKey, tally: ArmTally) -> dict[str, object]:
    fields: dict[str, object] = {
        "kind": key.kind.value,
        "versions": dict(tally.versions.most_common()),
        "decisions": tally.decisions,
        "outcomes": [_outcome_fields(outcome, tally) for outcome in sorted(tally.outcomes)],
        "approved_amount": str(_amount(tally.amount, comparison)),
        "mean_annual_rate": None if tally.mean_rate is None else str(round(tally.mean_rate, 6)),
        "expected_loss": str(_amount(tally.expected_loss, comparison)) if tally.expected else None,
        "mean_probability": tally.mean_probability,
        "failures": tally.failures,
    }
    beside = comparison.beside(key)
    if beside is None:
        return fields
    if key.kind is ArmKind.CHALLENGER:
        interval = difference_interval(tally.approved, tally.decisions, beside.approved, beside.decisions)
        fields["approval_difference"] = interval._asdict()
    else:
        fields["answered"] = [
            {"answered": Outcome.Name(one), "shadow": Outcome.Name(other), "count": count}
            for (one, other), count in sorted(tally.answered.items())
        ]
    return fields | {"reasons": [_reason_fields(shift) for shift in reason_shifts(tally, beside, MOST_REASONS)]}


def _outcome_fields(outcome: int, tally: ArmTally) -> dict[str, object]:
    low, high = share_interval(tally.outcomes[outcome], tally.decisions)
    count = tally.outcomes[outcome]
    share = count / tally.decisions
    return {"outcome": Outcome.Name(outcome), "count": count, "share": share, "low": low, "high": high}


def _reason_fields(shift: ReasonShift) -> dict[str, object]:
    return {"code": shift.code, "share": shift.share, "compared_with": shift.other_share}


def _name(outcome: int) -> str:
    return str(Outcome.Name(outcome)).removeprefix("OUTCOME_")


def _percent(count: int, total: int) -> str:
    """Return a share with its interval."""
    if not total:
        return _NONE
    low, high = share_interval(count, total)
    return f"{count / total:.2%} ({low:.2%} to {high:.2%})"


def _rate(tally: ArmTally) -> str:
    return _NONE if tally.mean_rate is None else f"{tally.mean_rate:.2%}"


def _risk(tally: ArmTally) -> str:
    return _NONE if tally.mean_probability is None else f"{tally.mean_probability:.2%}"


def _amount(minor_units: int, comparison: Comparison) -> Decimal:
    if not comparison.currency:
        return Decimal(0)
    return credit.amount_of(minor_units, credit.minor_unit_exponent(comparison.currency))
