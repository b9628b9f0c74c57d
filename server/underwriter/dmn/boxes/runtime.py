"""What generated code calls for boxed expressions, where these ask for more than FEEL's own forms (10.2.1.8 to .10)."""

from collections.abc import Callable

from underwriter.feel.bounds import spend
from underwriter.feel.faults import Place, Warnings, note
from underwriter.feel.iteration import domain, every, some
from underwriter.feel.values import Value, kind_of

Body = Callable[[Value], Value]


def iterated(value: Value, body: Body, warnings: Warnings, place: Place) -> Value:
    """Return what the body gives for each item; null for no list."""
    items = domain(value, warnings, place)
    if items is None:
        return None
    spend(items)
    return [body(item) for item in items]


def iterated_with_partial(
    value: Value, body: Callable[[Value, Value], Value], warnings: Warnings, place: Place
) -> Value:
    """Return what the body gives for each item and the list of the results before it (10.3.2.14)."""
    items = domain(value, warnings, place)
    if items is None:
        return None
    results: list[Value] = []
    for item in items:
        spend(results)
        results.append(body(item, list(results)))
    return results


def boxed_some(value: Value, body: Body, warnings: Warnings, place: Place) -> Value:
    """Tell whether any item satisfies the body; unlike FEEL's `some`, null if the body is no boolean for any item."""
    outcomes = _conditions(value, body, warnings, place)
    return None if outcomes is None else some(outcomes)


def boxed_every(value: Value, body: Body, warnings: Warnings, place: Place) -> Value:
    """Tell whether all items satisfy the body; null if the body is no boolean for any item."""
    outcomes = _conditions(value, body, warnings, place)
    return None if outcomes is None else every(outcomes)


def boxed_filter(value: Value, body: Body, warnings: Warnings, place: Place) -> Value:
    """Return the items that satisfy the body. Unlike in FEEL's filters a number is no position, but an error."""
    items = [] if value is None else value if isinstance(value, list) else [value]
    outcomes = _conditions(items, body, warnings, place)
    if value is None or outcomes is None:
        return None
    return [item for item, outcome in zip(items, outcomes, strict=True) if outcome is True]


def is_condition(value: Value, warnings: Warnings, place: Place) -> bool:
    """Tell whether a value may be a condition, which null may; note if not."""
    if value is None or isinstance(value, bool):
        return True
    note(warnings, place, "type-mismatch", "a condition must be a boolean, this is a {}", kind_of(value).name)
    return False


def _conditions(value: Value, body: Body, warnings: Warnings, place: Place) -> list[Value] | None:
    """Return what the body gives for each item; null, with a warning, if any of it is no condition."""
    items = domain(value, warnings, place)
    if items is None:
        return None
    spend(items)
    outcomes = [body(item) for item in items]
    return outcomes if all(is_condition(outcome, warnings, place) for outcome in outcomes) else None
