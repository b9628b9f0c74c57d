"""What stands in a boxed expression as written: the boxes in it, and the names that it reads from outside."""

from collections.abc import Iterator

from underwriter.dmn.boxes.expressions import (
    BoxedContext,
    BoxedExpression,
    BoxedFilter,
    BoxedIterator,
    BoxedList,
    Conditional,
    FunctionDefinition,
    Invocation,
    LiteralExpression,
    Relation,
)
from underwriter.dmn.formulas import Formulas, free_names_of_steps, names_in
from underwriter.dmn.tables.decision_table import DecisionTable
from underwriter.feel.source import Source


def boxes_within(root: BoxedExpression) -> Iterator[BoxedExpression]:
    """Yield a box and all that stand in it. Not recursive: they may stand deeper than Python's stack."""
    waiting = [root]
    while waiting:
        box = waiting.pop()
        yield box
        waiting += parts_of(box)


def parts_of(box: BoxedExpression) -> list[BoxedExpression]:
    """Return the boxes that stand directly in a box."""
    match box:
        case BoxedContext():
            return [entry.value for entry in box.entries]
        case BoxedList():
            return list(box.items)
        case Relation():
            return [cell for row in box.rows for cell in row]
        case Invocation():
            return [box.function, *(binding.value for binding in box.bindings)]
        case FunctionDefinition():
            return [] if box.body is None else [box.body]
        case Conditional():
            return [box.condition, box.consequent, box.alternative]
        case BoxedFilter():
            return [box.operand, box.condition]
        case BoxedIterator():
            return [box.domain, box.body]
    return []


def names_read(box: BoxedExpression, formulas: Formulas) -> set[str]:
    """Return every name that a box may read from outside: those that it binds itself are left out."""
    match box:
        case LiteralExpression():
            return names_in(formulas.expression(box.text))
        case DecisionTable():
            expressions = {name for source in _expressions(box) for name in names_in(formulas.expression(source))}
            return expressions.union(*(names_in(formulas.tests(cell)) for cell in _tests(box)))
        case BoxedContext():
            entries = [(names_read(entry.value, formulas), entry.name) for entry in box.entries]
            return free_names_of_steps((names, name.text if name else "") for names, name in entries)
        case FunctionDefinition():
            return _names_of_parts(box, formulas) - {parameter.name.text for parameter in box.parameters}
        case BoxedIterator():
            inner = names_read(box.body, formulas) - {box.variable.text, "partial"}
            return names_read(box.domain, formulas) | inner
    return _names_of_parts(box, formulas)


def _names_of_parts(box: BoxedExpression, formulas: Formulas) -> set[str]:
    return {name for part in parts_of(box) for name in names_read(part, formulas)}


def _expressions(table: DecisionTable) -> Iterator[Source]:
    yield from (clause.expression for clause in table.inputs)
    yield from table.defaults
    for row in table.rows:
        yield from row.outputs


def _tests(table: DecisionTable) -> Iterator[Source]:
    yield from (clause.values for clause in table.inputs if clause.values)
    for clause in table.outputs:
        yield from clause.values
    for row in table.rows:
        yield from row.tests
