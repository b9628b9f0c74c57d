"""What a replay came to, as lines of text and as JSON."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from underwriter import credit
from underwriter.cli.layout import columns
from underwriter.decisioning import ENGINE_VERSION
from underwriter.replay import Summary
from underwriter.replay.summary import Approved, Example, Movement
from underwriter.v1.decision_pb2 import Outcome

_NONE = "-"
_MOVED = {
    (True, True): "approved as before",
    (False, True): "newly approved",
    (True, False): "no longer approved",
    (False, False): "not approved as before",
}


def summary_lines(summary: Summary, *, is_what_if: bool) -> Iterator[str]:
    """Yield what a replay came to; what if another policy had decided tells of outcomes and amounts first."""
    for example in summary.examples:
        yield from _example_lines(example)
    hidden = summary.differing + summary.not_replayed.total() - len(summary.examples)
    if hidden > 0:
        yield f"... and {hidden} more that differ; --limit-differences shows more"
    if summary.examples or hidden > 0:
        yield ""
    if is_what_if and summary.replayed:
        yield from _what_if_lines(summary)
    if summary.fields:
        yield "decisions that differ, by field"
        rows = [(f"  {name}", f"{count:,}") for name, count in summary.fields.most_common()]
        yield from columns(rows, right={1})
        yield ""
    yield (
        f"{summary.replayed:,} decisions made again by engine {ENGINE_VERSION}: "
        f"{summary.reproduced:,} the same, {summary.differing:,} different"
    )
    yield from _counts("made by engine", summary.engines)
    yield from _counts("can't be made again:", summary.not_replayed)
    yield from _counts("skipped:", Counter({str(reason): count for reason, count in summary.skipped.items()}))


def summary_fields(summary: Summary, *, is_what_if: bool) -> dict[str, object]:
    """Return what a replay came to as JSON. Amounts are texts in the currency's units."""
    fields: dict[str, object] = {
        "engine_version": ENGINE_VERSION,
        "replayed": summary.replayed,
        "reproduced": summary.reproduced,
        "differing": summary.differing,
        "not_replayed": dict(summary.not_replayed),
        "skipped": {str(reason): count for reason, count in summary.skipped.items()},
        "recorded_engine_versions": dict(summary.engines),
        "fields": dict(summary.fields.most_common()),
        "differences": [_example_fields(example) for example in summary.examples],
    }
    if is_what_if:
        fields["outcomes"] = [
            {"recorded": Outcome.Name(was), "replayed": Outcome.Name(now), "count": count}
            for (was, now), count in sorted(summary.outcomes.items())
        ]
        fields["approvals"] = [
            _movement_fields(movement, approved) for movement, approved in _in_order(summary.movements)
        ]
    return fields


def _example_lines(example: Example) -> Iterator[str]:
    yield f"decisions/{example.entry_id}"
    if example.reason:
        yield f"  can't be made again: {example.reason}"
    for difference in example.differences:
        yield f"  {difference.path}: {difference.recorded or _NONE} -> {difference.replayed or _NONE}"


def _example_fields(example: Example) -> dict[str, object]:
    fields: dict[str, object] = {"name": f"decisions/{example.entry_id}"}
    if example.reason:
        return fields | {"not_replayed": example.reason}
    return fields | {"differences": [difference._asdict() for difference in example.differences]}


def _what_if_lines(summary: Summary) -> Iterator[str]:
    """Yield the outcomes then and now, and who is approved anew or no longer, with amounts and default risk."""
    was = sorted({pair[0] for pair in summary.outcomes})
    now = sorted({pair[1] for pair in summary.outcomes})
    yield "outcomes: recorded, down, and now, across"
    rows = [["", *map(_outcome, now), "all"]]
    for one in was:
        counts = [summary.outcomes[one, other] for other in now]
        rows.append([f"  {_outcome(one)}", *(f"{count:,}" for count in (*counts, sum(counts)))])
    totals = [sum(summary.outcomes[one, other] for one in was) for other in now]
    rows.append(["  all", *(f"{count:,}" for count in (*totals, sum(totals)))])
    yield from columns(rows, right=range(1, len(rows[0])))
    yield ""
    yield "approvals, by what is set aside for their largest offers"
    table = [["", "decisions", "recorded", "now", "change", "currency", "default risk"]]
    table += [_movement_cells(movement, approved) for movement, approved in _in_order(summary.movements)]
    yield from columns(table, right={1, 2, 3, 4, 6})
    yield f"approval rate: {_rate(summary, 0)} recorded, {_rate(summary, 1)} now"
    yield ""


def _movement_cells(movement: Movement, approved: Approved) -> list[str]:
    fields = _movement_fields(movement, approved)
    amounts = (
        [f"{_amount(amount, movement.currency):,}" for amount in _amounts(approved)] if movement.currency else ["-"] * 3
    )
    risk = fields["mean_probability"]
    return [
        f"  {fields['approval']}",
        f"{approved.count:,}",
        *amounts,
        movement.currency or _NONE,
        f"{risk:.2%}" if isinstance(risk, float) else _NONE,
    ]


def _movement_fields(movement: Movement, approved: Approved) -> dict[str, object]:
    fields: dict[str, object] = {
        "approval": _MOVED[movement.was_approved, movement.is_approved],
        "count": approved.count,
        "mean_probability": approved.probability / approved.scored if approved.scored else None,
    }
    if movement.currency:
        amounts = [str(_amount(amount, movement.currency)) for amount in _amounts(approved)]
        fields |= {"currency": movement.currency, **dict(zip(("recorded", "replayed", "change"), amounts, strict=True))}
    return fields


def _amounts(approved: Approved) -> tuple[int, int, int]:
    return approved.recorded, approved.replayed, approved.replayed - approved.recorded


def _amount(minor_units: int, currency: str) -> Decimal:
    return credit.amount_of(minor_units, credit.minor_unit_exponent(currency))


def _in_order(movements: dict[Movement, Approved]) -> list[tuple[Movement, Approved]]:
    places = list(_MOVED)
    return sorted(movements.items(), key=lambda item: (places.index((item[0][0], item[0][1])), item[0].currency))


def _rate(summary: Summary, side: int) -> str:
    approved = sum(count for pair, count in summary.outcomes.items() if pair[side] == Outcome.OUTCOME_APPROVE)
    return f"{approved / summary.replayed:.2%}"


def _outcome(number: int) -> str:
    return str(Outcome.Name(number)).removeprefix("OUTCOME_")


def _counts(what: str, counts: Counter[str]) -> Iterator[str]:
    for name, count in counts.most_common():
        yield f"  {count:,} {what} {name}"
