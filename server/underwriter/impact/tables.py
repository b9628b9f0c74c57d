"""What new rules would have made of recorded decisions, in tables for people."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from underwriter import credit
from underwriter.impact.rule_changes import RuleChanges
from underwriter.impact.statistics import FOUR_FIFTHS, impact_ratios, mean, quantiles
from underwriter.impact.tally import Dimension, ImpactTally, Segment, SegmentCounts, Spread
from underwriter.replay.record import moment_of
from underwriter.replay.summary import Approved, Movement, Summary
from underwriter.v1.decision_pb2 import Outcome
from underwriter.workbench.comparison.wording import line

NONE = "-"
MOVED = {
    (True, True): "approved as before",
    (False, True): "newly approved",
    (True, False): "no longer approved",
    (False, False): "not approved as before",
}
SHARES = {"least": Fraction(0), "10 %": Fraction(1, 10), "25 %": Fraction(1, 4), "median": Fraction(1, 2)}
SHARES |= {"75 %": Fraction(3, 4), "90 %": Fraction(9, 10), "most": Fraction(1)}
_MOST_REASONS = 15

Text = Callable[[Decimal], str]


class Table(NamedTuple):
    """A table: its title, the heads of its columns, rows of texts, and a line that says how to read it.

    The first `words` columns hold words, the others figures. `key` names it among others.
    """

    key: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    words: int = 1


def impact_tables(tally: ImpactTally, changes: RuleChanges) -> list[Table]:
    """Return all tables that have rows, in the order in which they are read."""
    tables = [
        _changes(changes),
        outcome_matrix(tally.summary),
        swap_set(tally.summary),
        _products(tally),
        _limits(tally),
        _rates(tally),
        _losses(tally),
        _grades(tally),
        _fairness(tally),
        _reasons(tally),
        _examples(tally),
        _left_out(tally),
    ]
    return [table for table in tables if table.rows]


def conclusion(tally: ImpactTally) -> str:
    """Return in a line what it comes to."""
    summary = tally.summary
    was, now = (summary.approved(side) for side in (0, 1))
    if not summary.replayed:
        return "no decision was made again"
    return (
        f"{summary.replayed:,} decisions made again: {summary.differing:,} differ; "
        f"approved {was:,} ({_share(was, summary.replayed)}) on record, {now:,} ({_share(now, summary.replayed)}) now"
    )


def period(tally: ImpactTally) -> str:
    """Return in words when the decisions were made, as days in UTC; nothing if there are none."""
    if tally.times is None:
        return ""
    first, last = (moment_of(time_us).date().isoformat() for time_us in tally.times)
    return f"Decisions of {first}" if first == last else f"Decisions from {first} to {last}"


def outcome_matrix(summary: Summary) -> Table:
    """Return how many decisions went from each outcome to each."""
    outcomes = summary.outcomes
    was, now = (sorted({pair[side] for pair in outcomes}) for side in (0, 1))
    rows = [
        [outcome_text(one), *(f"{outcomes[one, other]:,}" for other in now), f"{sum(outcomes[one, o] for o in now):,}"]
        for one in was
    ]
    if rows:
        rows.append(
            [
                "all",
                *(f"{sum(outcomes[one, other] for one in was):,}" for other in now),
                f"{outcomes.total():,}",
            ]
        )
    heads = ["", *map(outcome_text, now), "all"]
    return Table("outcomes", "Outcomes", heads, rows, "recorded, down, and now, across")


def swap_set(summary: Summary) -> Table:
    """Return who is approved anew and no longer, with amounts set aside and the mean default risk."""
    rows = []
    for movement, approved in in_order(summary.movements):
        risk = f"{approved.probability / approved.scored:.2%}" if approved.scored else NONE
        amounts = (approved.recorded, approved.replayed, approved.replayed - approved.recorded)
        texts = [money(amount, movement.currency) for amount in amounts] if movement.currency else [NONE] * 3
        name = MOVED[movement.was_approved, movement.is_approved]
        rows.append([name, f"{approved.count:,}", *texts, movement.currency or NONE, risk])
    heads = ("", "decisions", "recorded", "now", "change", "currency", "default risk")
    return Table("swaps", "Who is approved", heads, rows, "amounts are those of the largest offers")


def outcome_text(number: int) -> str:
    """Return an outcome by its name."""
    return str(Outcome.Name(number)).removeprefix("OUTCOME_")


def money(minor_units: int, currency: str) -> str:
    """Return an amount of minor units in the currency's units."""
    return f"{credit.amount_of(minor_units, credit.minor_unit_exponent(currency)):,}"


def segment_name(segment: Segment) -> str:
    """Return the name of a segment of a product; what has none is not known."""
    return segment.name or "not known"


def approval_rates(items: Sequence[tuple[Segment, SegmentCounts]]) -> dict[str, tuple[float, float]]:
    """Return the approval rates on record and now, by segment."""
    return {
        segment_name(segment): (counts.recorded.approved / counts.decided, counts.now.approved / counts.decided)
        for segment, counts in items
    }


def by_product(
    tally: ImpactTally, dimension: Dimension
) -> Iterator[tuple[str, Sequence[tuple[Segment, SegmentCounts]]]]:
    """Yield the segments of a dimension for each product."""
    items = tally.of_dimension(dimension)
    for product in dict.fromkeys(segment.product for segment, _ in items):
        yield product, [item for item in items if item[0].product == product]


def _changes(changes: RuleChanges) -> Table:
    rows = [[line(change), ", ".join(products)] for change, products in changes.changes.items()]
    note = "from the rules that made each product's newest decision"
    if changes.unknown:
        note += f"; those of {', '.join(changes.unknown)} can't be read any more"
    return Table("changes", "What changes in the rules", ("change", "products"), rows, note, words=2)


def _products(tally: ImpactTally) -> Table:
    rows = [_approvals([segment.product], counts) for segment, counts in tally.of_dimension(Dimension.PRODUCT)]
    return Table("products", "Approvals by product", _approval_heads("product"), rows)


def _grades(tally: ImpactTally) -> Table:
    items = [item for item in tally.of_dimension(Dimension.GRADE) if item[0].name]
    rows = [_approvals([segment.product, segment.name], counts) for segment, counts in items]
    return Table("grades", "Approvals by recorded grade", _approval_heads("product", "grade"), rows, words=2)


def _approval_heads(*names: str) -> tuple[str, ...]:
    return (*names, "decisions", "approved", "now", "change", "rate", "rate now")


def _approvals(names: list[str], counts: SegmentCounts) -> list[str]:
    was, now = counts.recorded.approved, counts.now.approved
    shares = (_share(approved, counts.decided) for approved in (was, now))
    return [*names, f"{counts.decided:,}", f"{was:,}", f"{now:,}", _change(now - was), *shares]


def _limits(tally: ImpactTally) -> Table:
    rows: list[list[str]] = []
    for product, spread in sorted(tally.limits.items()):
        currency = tally.currencies[product]
        rows += _spread_rows(f"{product}, {currency}", spread, partial(_limit_text, currency))
    return Table("limits", "Limits of the largest offers", _spread_heads(), rows, _SPREAD_NOTE, words=2)


def _limit_text(currency: str, limit: Decimal) -> str:
    rounded = credit.round_money(limit, credit.minor_unit_exponent(currency))
    return f"{int(rounded) if rounded == int(rounded) else rounded:,}"


def _rates(tally: ImpactTally) -> Table:
    rows: list[list[str]] = []
    for product, spread in sorted(tally.rates.items()):
        rows += _spread_rows(product, spread, lambda value: f"{value:.2%}")
    return Table("rates", "Annual rates of the largest offers", _spread_heads(), rows, _SPREAD_NOTE, words=2)


_SPREAD_NOTE = "of approvals; the mean change is that of those approved both times"


def _spread_heads() -> tuple[str, ...]:
    return ("product", "", "approved", *SHARES, "mean", "rise", "fall", "mean change")


def _spread_rows(name: str, spread: Spread, text: Text) -> Iterator[list[str]]:
    for what, counts in (("recorded", spread.recorded), ("now", spread.now)):
        figures = [NONE] * (len(SHARES) + 1)
        if counts:
            figures = [*map(text, quantiles(counts, list(SHARES.values()))), text(mean(counts))]
        moves = ["", "", ""]
        if what == "now" and spread.mean_change is not None:
            moves = [f"{spread.rose:,}", f"{spread.fell:,}", text(spread.mean_change)]
        yield [name if what == "recorded" else "", what, f"{counts.total():,}", *figures, *moves]


def _losses(tally: ImpactTally) -> Table:
    rows = []
    for segment, counts in tally.of_dimension(Dimension.PRODUCT):
        was, now = counts.recorded, counts.now
        if was.with_loss or now.with_loss:
            currency = tally.currencies[segment.product]
            amounts = (money(amount, currency) for amount in (was.loss, now.loss, now.loss - was.loss))
            shares = (_share(side.loss, side.amount) for side in (was, now))
            rows.append([f"{segment.product}, {currency}", *amounts, *shares])
    heads = ("product", "recorded", "now", "change", "share", "share now")
    return Table(
        "losses",
        "Expected loss",
        heads,
        rows,
        "of products whose rules tell it; the share is that of what is set aside",
    )


def _fairness(tally: ImpactTally) -> Table:
    rows = []
    for product, items in by_product(tally, Dimension.USER_GROUP):
        rates = approval_rates(items)
        ratios = [impact_ratios({name: pair[side] for name, pair in rates.items()}) for side in (0, 1)]
        for segment, counts in items:
            name = segment_name(segment)
            told = [_ratio_text(ratio.get(name)) for ratio in ratios]
            rows.append([*_approvals([product, name], counts), *told])
    note = (
        "the ratio is a group's approval rate over that of the group with the highest; below four fifths (*) it is "
        "taken as a sign of adverse impact (29 CFR 1607.4 D). Information only: groups differ in more than the rules"
    )
    heads = (*_approval_heads("product", "user group"), "ratio", "ratio now")
    return Table("groups", "Approvals by user group", heads, rows if any(row[1] != "not known" for row in rows) else [],
                 note, words=2)  # fmt: skip


def _ratio_text(ratio: float | None) -> str:
    if ratio is None:
        return NONE
    return f"{ratio:.2f}{'*' if ratio < FOUR_FIFTHS else ''}"


def _reasons(tally: ImpactTally) -> Table:
    reasons = tally.reasons
    moved = sorted(reasons.gained.keys() | reasons.lost.keys(), key=lambda c: (-reasons.gained[c] - reasons.lost[c], c))
    rows = [
        [
            code,
            *(f"{counter[code]:,}" for counter in (reasons.recorded, reasons.now)),
            _change(reasons.gained[code]),
            _change(-reasons.lost[code]),
        ]
        for code in moved[:_MOST_REASONS]
    ]
    note = f"the {_MOST_REASONS} that move most of {len(moved)}" if len(moved) > _MOST_REASONS else ""
    return Table("reasons", "Reasons gained and lost", ("reason", "recorded", "now", "gained", "lost"), rows, note)


def _examples(tally: ImpactTally) -> Table:
    rows = [[swap.value, f"decisions/{id_}"] for swap, ids in sorted(tally.examples.items()) for id_ in ids]
    note = "`underwriter explain` shows what led to one"
    return Table("examples", "Some of those decided differently", ("what", "record"), rows, note, words=2)


def _left_out(tally: ImpactTally) -> Table:
    summary = tally.summary
    rows = [[f"can't be made again: {reason}", f"{count:,}"] for reason, count in summary.not_replayed.most_common()]
    rows += [[reason.value, f"{count:,}"] for reason, count in summary.skipped.most_common()]
    return Table("left-out", "Records left out", ("why", "records"), rows)


def in_order(movements: Mapping[Movement, Approved]) -> list[tuple[Movement, Approved]]:
    """Return movements in the order in which they are told."""
    places = list(MOVED)
    return sorted(movements.items(), key=lambda item: (places.index((item[0][0], item[0][1])), item[0].currency))


def _change(number: int) -> str:
    return f"{number:+,}" if number else "0"


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.2%}" if whole else NONE
