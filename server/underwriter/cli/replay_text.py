"""What a replay came to, as lines of text and as JSON."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from underwriter import credit
from underwriter.cli.layout import columns
from underwriter.cli.output import console
from underwriter.cli.table_text import table_lines
from underwriter.decisioning import ENGINE_VERSION
from underwriter.impact.tables import MOVED, in_order, outcome_matrix, swap_set
from underwriter.replay import Summary
from underwriter.replay.summary import Approved, Example, Movement
from underwriter.v1.decision_pb2 import Outcome

_NONE = "-"


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
            _movement_fields(movement, approved) for movement, approved in in_order(summary.movements)
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
    for table in (outcome_matrix(summary), swap_set(summary)):
        yield from table_lines(table, console.width)
    was, now = (f"{summary.approved(side) / summary.replayed:.2%}" for side in (0, 1))
    yield f"approval rate: {was} recorded, {now} now"
    yield ""


def _movement_fields(movement: Movement, approved: Approved) -> dict[str, object]:
    fields: dict[str, object] = {
        "approval": MOVED[movement.was_approved, movement.is_approved],
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


def _counts(what: str, counts: Counter[str]) -> Iterator[str]:
    for name, count in counts.most_common():
        yield f"  {count:,} {what} {name}"
