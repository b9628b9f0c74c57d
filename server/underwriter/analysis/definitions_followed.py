"""Follows names to what they stand for: from an offer's term to the decision or step that it is made of, and on."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from underwriter.analysis.domains.narrowing import steps_of
from underwriter.dmn.boxes.checked_boxes import CheckedBox, CheckedContext, CheckedLiteral
from underwriter.feel import Checked
from underwriter.feel.nodes import Expression, Name, NumberLiteral, Path
from underwriter.feel.source import Span
from underwriter.policy.checked import CheckedPolicy, uncoerced

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of a formula. With `step_of` it stands in a step of that decision and may read `visible` steps by name."""

    node: Expression
    checked: Checked[Any]
    step_of: str | None = None
    visible: tuple[str, ...] = ()

    def part(self, node: Expression) -> "Part":
        """Return a part of this part."""
        return Part(node, self.checked, self.step_of, self.visible)

    def number(self, value: int) -> "Part":
        """Return a number that stands where this part does."""
        return self.part(NumberLiteral(Decimal(value), span=Span(0, 0)))


class Definitions:
    """The decisions of a policy that are formulas or contexts of formulas, found by the names that formulas read."""

    def __init__(self, checked: CheckedPolicy) -> None:
        self._checked = checked

    def end_of(self, part: Part) -> Part:
        """Return what a part comes to when every name is followed that leads to one formula."""
        while (following := self._following(part)) is not None:
            part = following
        return part

    def key(self, part: Part) -> Key:
        """Return what tells whether two parts are the same thing: equal keys say that they are."""
        end = self.end_of(part)
        steps = steps_of(end.node)
        if steps is None:
            return (end.node, end.step_of)
        is_step = steps[0] in end.visible
        return (end.step_of, *steps) if is_step else (None, *steps)

    def _following(self, part: Part) -> Part | None:
        """Return what a name or a step's path stands for; None for anything else, and for what is no formula."""
        match part.node:
            case Name(name=name) if name in part.visible and part.step_of is not None:
                return self._step(part.step_of, name)
            case Name(name=name):
                box = self._box(name)
                return Part(box.checked.tree, box.checked) if isinstance(box, CheckedLiteral) else None
            case Path(operand=Name(name=name), member=member) if name not in part.visible:
                return self._step(name, member)
        return None

    def _box(self, name: str) -> CheckedBox | None:
        is_own = name in self._checked.boxes and name not in self._checked.included.nodes
        return uncoerced(self._checked.boxes[name]) if is_own else None

    def _step(self, decision: str, member: str) -> Part | None:
        box = self._box(decision)
        if not isinstance(box, CheckedContext) or any(name is None for name, _ in box.entries):
            return None
        before: list[str] = []
        for name, entry in box.entries:
            if name == member:
                return _of_step(entry, decision, before)
            before.append(name or "")
        return None


def _of_step(box: CheckedBox, decision: str, before: Sequence[str]) -> Part | None:
    return Part(box.checked.tree, box.checked, decision, tuple(before)) if isinstance(box, CheckedLiteral) else None
