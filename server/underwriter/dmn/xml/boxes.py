"""Reads boxed expressions (DMN 1.5, 7.3 and 10.2.1)."""

from collections.abc import Callable

from underwriter.dmn.boxes.expressions import (
    Binding,
    BoxedContext,
    BoxedEntry,
    BoxedExpression,
    BoxedFilter,
    BoxedIterator,
    BoxedList,
    Conditional,
    FormalParameter,
    FunctionDefinition,
    FunctionKind,
    Invocation,
    IteratorKind,
    LiteralExpression,
    Relation,
)
from underwriter.dmn.xml import faults
from underwriter.dmn.xml.grammar import EXPRESSIONS
from underwriter.dmn.xml.reading import Reading, null_at
from underwriter.dmn.xml.tables import read_table
from underwriter.dmn.xml.tree import Element
from underwriter.feel.source import Source

_KINDS = {kind.value: kind for kind in FunctionKind}


def find_expression(parent: Element, what: str, reading: Reading) -> BoxedExpression | None:
    """Return the expression among the children of an element, None if there is none."""
    expressions = list(parent.named(*EXPRESSIONS))
    for second in expressions[1:]:
        reading.report(faults.second_expression(second.source, what))
    return _expression(expressions[0], reading) if expressions else None


def read_function(element: Element, reading: Reading) -> FunctionDefinition:
    """Read a <functionDefinition> or the <encapsulatedLogic> of a business knowledge model."""
    parameters = tuple(
        FormalParameter(reading.name(child, "parameter"), reading.type_of(child))
        for child in element.named("formalParameter")
    )
    kind = reading.choice(element, "kind", _KINDS, FunctionKind.FEEL)
    body = find_expression(element, "function", reading)
    return FunctionDefinition(parameters, body, element.source, kind, reading.type_of(element))


def _needed(parent: Element, what: str, reading: Reading) -> BoxedExpression:
    """Return the expression that must be among the children of an element; null if it is not."""
    found = find_expression(parent, what, reading)
    if found is None:
        reading.report(faults.missing_expression(parent.source, what))
    return found or LiteralExpression(null_at(parent))


def _part(parent: Element, name: str, reading: Reading) -> BoxedExpression:
    """Return the expression within a child of this name, such as <if>; null if it is not there."""
    child = reading.child(parent, name, parent.name)
    return LiteralExpression(null_at(parent)) if child is None else _needed(child, name, reading)


def _expression(element: Element, reading: Reading) -> BoxedExpression:
    return _READERS[element.name](element, reading)


def _literal(element: Element, reading: Reading) -> LiteralExpression:
    language = reading.foreign_language(element)
    text = reading.formula(element, "literal expression")
    return LiteralExpression(text, reading.type_of(element), language)


def _context(element: Element, reading: Reading) -> BoxedContext:
    entries = tuple(_entry(child, reading) for child in element.named("contextEntry"))
    return BoxedContext(entries, element.source, reading.type_of(element))


def _entry(element: Element, reading: Reading) -> BoxedEntry:
    variable = element.first("variable")
    name = reading.name(variable, "variable of a context entry") if variable else None
    return BoxedEntry(name, _needed(element, "context entry", reading), reading.variable_type(element))


def _items(element: Element, reading: Reading) -> tuple[BoxedExpression, ...]:
    return tuple(_expression(child, reading) for child in element.named(*EXPRESSIONS))


def _list(element: Element, reading: Reading) -> BoxedList:
    return BoxedList(_items(element, reading), element.source, reading.type_of(element))


def _relation(element: Element, reading: Reading) -> Relation:
    columns = tuple(reading.name(child, "column") for child in element.named("column"))
    rows: list[tuple[BoxedExpression, ...]] = []
    for child in element.named("row"):
        row = _items(child, reading)
        if len(row) == len(columns):
            rows.append(row)
        else:
            reading.report(faults.relation_shape(child.source, len(row), len(columns)))
    return Relation(columns, tuple(rows), element.source, reading.type_of(element))


def _invocation(element: Element, reading: Reading) -> Invocation:
    function = _needed(element, "invocation", reading)
    bindings = tuple(_binding(child, reading) for child in element.named("binding"))
    return Invocation(function, bindings, element.source, reading.type_of(element))


def _binding(element: Element, reading: Reading) -> Binding:
    parameter = reading.child(element, "parameter", "binding")
    value = find_expression(element, "binding", reading) or LiteralExpression(null_at(element))
    if parameter is None:
        return Binding(element.source.part(0, 0), value)
    return Binding(reading.name(parameter, "parameter"), value, reading.type_of(parameter))


def _conditional(element: Element, reading: Reading) -> Conditional:
    condition, consequent, alternative = (_part(element, name, reading) for name in ("if", "then", "else"))
    return Conditional(condition, consequent, alternative, element.source, reading.type_of(element))


def _filter(element: Element, reading: Reading) -> BoxedFilter:
    operand, condition = (_part(element, name, reading) for name in ("in", "match"))
    return BoxedFilter(operand, condition, element.source, reading.type_of(element))


def _iterator(element: Element, reading: Reading) -> BoxedIterator:
    kind = IteratorKind(element.name)
    variable: Source = reading.named_by(element, "iteratorVariable", element.name)
    domain = _part(element, "in", reading)
    body = _part(element, "return" if kind is IteratorKind.FOR else "satisfies", reading)
    return BoxedIterator(kind, variable, domain, body, element.source, reading.type_of(element))


_READERS: dict[str, Callable[[Element, Reading], BoxedExpression]] = {
    "literalExpression": _literal,
    "decisionTable": read_table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": read_function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iterator,
    "some": _iterator,
    "every": _iterator,
}
