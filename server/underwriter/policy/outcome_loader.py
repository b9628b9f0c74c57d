"""Reads how a policy's answer is put together: its outcome, with what it offers."""

from collections.abc import Iterator

from underwriter.feel.source import Source
from underwriter.policy import findings, shapes
from underwriter.policy.definitions import (
    CounterOfferDefinition,
    LineChangeDefinition,
    OfferDefinition,
    OutcomeDefinition,
)
from underwriter.policy.documents import Data, Fields, Items
from underwriter.policy.evaluation import COUNTER_OFFER_BOUNDS
from underwriter.policy.reading import Reading
from underwriter.policy.shapes import Shape


def load_outcome(reading: Reading, data: Data | None) -> OutcomeDefinition | None:
    """Read an outcome; None where it can't be understood, which `reading` then tells."""
    fields = reading.fields(data, shapes.OUTCOME, data.source) if data else None
    if fields is None:
        return None
    listed = fields.get("rules")
    if isinstance(listed, Items) and not listed.items:
        reading.diagnostics.append(findings.outcome_without_rules(fields.source))
    rules = [reading.source(item, "a decision's name") for item in reading.items(listed, "rules")]
    caps = _part(reading, fields, "caps", shapes.CAPS)
    return OutcomeDefinition(
        tuple(name for name in rules if name),
        reading.source(fields.get("grade"), "grade"),
        reading.source(fields.get("user_group"), "user_group"),
        reading.source(fields.get("score"), "score"),
        _offer(reading, fields),
        _line_change(reading, fields),
        _counter_offer(reading, fields),
        _sources(reading, caps, shapes.CAPS) if caps else {},
        fields.source,
    )


def _offer(reading: Reading, outcome: Fields) -> OfferDefinition | None:
    fields = _part(reading, outcome, "offer", shapes.OFFER)
    if fields is None:
        return None
    listed = fields.get("each")
    each, terms = _each(reading, listed) if listed else None, _sources(reading, fields, shapes.OFFER)
    is_readable = each is not None or listed is None  # else nobody knows what names the terms may read
    return OfferDefinition(each, terms if is_readable else {}, fields.source)


def _each(reading: Reading, data: Data) -> tuple[Source, Source] | None:
    fields = reading.mapping(data, "each", data.source)
    if fields is None:
        return None
    if len(fields.entries) != 1:
        mend = "such as each: {term: [3, 6, 9, 12]}"
        reading.report("offer-each", "each takes exactly one name and list", fields.source, mend)
        return None
    name, value = fields.entries[0]
    return name.source, value.source


def _line_change(reading: Reading, outcome: Fields) -> LineChangeDefinition | None:
    fields = _part(reading, outcome, "line_change", shapes.LINE_CHANGE)
    return LineChangeDefinition(_sources(reading, fields, shapes.LINE_CHANGE), fields.source) if fields else None


def _counter_offer(reading: Reading, outcome: Fields) -> CounterOfferDefinition | None:
    fields = _part(reading, outcome, "counter_offer", shapes.COUNTER_OFFER)
    if fields is None:
        return None
    if not fields.entries:
        mend = "such as amount: {least: 1000, step: 100}"
        reading.report("empty-counter-offer", "the counter-offer says nothing to try", fields.source, mend)
    return CounterOfferDefinition(dict(_bounds(reading, fields)), fields.source)


def _bounds(reading: Reading, fields: Fields) -> Iterator[tuple[str, Source]]:
    """Yield the formulas of the bounds by their names in `COUNTER_OFFER_BOUNDS`."""
    for part, shape in (("amount", shapes.COUNTER_AMOUNT), ("term_months", shapes.COUNTER_TERM)):
        bounds = _part(reading, fields, part, shape)
        for name, source in _sources(reading, bounds, shape).items() if bounds else ():
            yield COUNTER_OFFER_BOUNDS[part, name], source


def _part(reading: Reading, fields: Fields, key: str, shape: Shape) -> Fields | None:
    data = fields.get(key)
    return reading.fields(data, shape, fields.source) if data else None


def _sources(reading: Reading, fields: Fields, shape: Shape) -> dict[str, Source]:
    """Return the formulas that stand under keys of a shape, but for `each`, which is none."""
    entries = [(key.text, value) for key, value in fields if key.text in shape.keys and key.text != "each"]
    return {key: source for key, value in entries if (source := reading.source(value, key))}
