"""The names of members that a model declares, which its texts may read after a point: `loan.annual rate`."""

from collections.abc import Iterator

from underwriter.dmn.boxes.expressions import BoxedContext, BoxedExpression, Relation
from underwriter.dmn.boxes.parts import boxes_within
from underwriter.dmn.elements import Definitions, ItemDefinition
from underwriter.dmn.tables.decision_table import DecisionTable


def member_names(file: Definitions) -> Iterator[str]:
    """Yield the names of components, of contexts' entries, of relations' columns and of tables' outputs."""
    for item in file.items:
        yield from _components(item)
    for decision in file.decisions:
        if decision.logic is not None:
            yield from _in_box(decision.logic)
    for knowledge in file.knowledge_models:
        if knowledge.function is not None:
            yield from _in_box(knowledge.function)
    for service in file.services:
        yield from (decision.name.text for decision in file.decisions if len(service.output_decisions) > 1)


def _components(item: ItemDefinition) -> Iterator[str]:
    for part in item.components:
        yield part.name.text
        yield from _components(part)


def _in_box(root: BoxedExpression) -> Iterator[str]:
    for box in boxes_within(root):
        match box:
            case BoxedContext():
                yield from (entry.name.text for entry in box.entries if entry.name is not None)
            case Relation():
                yield from (column.text for column in box.columns)
            case DecisionTable():
                yield from (clause.name.text for clause in box.outputs)
