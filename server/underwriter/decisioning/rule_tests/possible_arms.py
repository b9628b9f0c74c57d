"""Tells which arms of each `if` some input can reach, by what analysis knows of the condition."""

from collections.abc import Iterator
from typing import Any

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.domains import Domains
from underwriter.dmn.boxes.checked_boxes import CheckedContext, CheckedLiteral, boxes_in
from underwriter.feel import Checked
from underwriter.feel.nodes import If
from underwriter.feel.traversal import descendants
from underwriter.policy import Policy


def possible_arms(policy: Policy) -> set[tuple[int, bool]]:
    """Return the arms, as traces tell of them, but for those that surely no input reaches."""
    places = {(place.source.location(0), place.span): number for number, place in enumerate(policy.compiled.branches)}
    arms = {(number, is_true) for number in places.values() for is_true in (True, False)}
    domains = Domains(policy.checked)
    for owner, formula, node in _ifs(policy):
        number = places.get((formula.source.location(0), node.span))
        if number is not None:
            found = domains.of_part(formula, node.condition, owner)
            arms -= {(number, is_true) for is_true in (True, False) if not _may_be(found, is_true)}
    return arms


def _may_be(condition: Domain, is_true: bool) -> bool:
    """Tell whether a condition may come out so that an arm is taken; null takes the `else`."""
    if condition.values is None:
        return True
    return is_true in condition.values or (not is_true and condition.can_be_null)


def _ifs(policy: Policy) -> Iterator[tuple[str | None, Checked[Any], If]]:
    """Yield each `if` with the formula that it stands in, and the decision whose steps it may read."""
    for name, box in policy.checked.boxes.items():
        inner = [part.checked for part in boxes_in(box) if isinstance(part, CheckedLiteral)]
        owner = name if isinstance(box, CheckedContext) else None
        yield from ((owner, formula, node) for formula in inner for node in _within(formula))
    for formula in policy.checked.formulas.values():
        yield from ((None, formula, node) for node in _within(formula))


def _within(formula: Checked[Any]) -> Iterator[If]:
    yield from (node for node in descendants(formula.tree) if isinstance(node, If))
