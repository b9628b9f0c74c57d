"""The logic of decisions as elements: formulas by their place in it, and each table with its rows."""

from collections.abc import Iterator

from underwriter.dmn.boxes.checked_boxes import (
    CheckedBox,
    CheckedConditional,
    CheckedContext,
    CheckedFilter,
    CheckedFunction,
    CheckedInvocation,
    CheckedIterator,
    CheckedList,
    CheckedLiteral,
    CheckedRelation,
    Coerced,
    NoValue,
)
from underwriter.dmn.tables.checked_table import CheckedRow, CheckedTable
from underwriter.dmn.tables.hit_policy import Aggregation, HitPolicy, HitRule
from underwriter.workbench.comparison.elements import Element, Row, Said, of_formula, of_text

_DECISION = "decision"
_VALUE = "value"


def box_elements(name: str, box: CheckedBox, place: str) -> Iterator[Element]:
    """Yield the elements of a decision's logic: the decision itself, and each table that stands within it."""
    fields: dict[str, Said] = {}
    for path, part in _leaves((), box):
        if not isinstance(part, CheckedTable):
            fields[".".join(path) or _VALUE] = part
        elif path:
            fields[".".join(path)] = of_text("a table")
            yield _table(".".join((name, *path)), part, part.table.source.location(0))
        else:
            yield _table(name, part, place)
            return
    yield Element(_DECISION, name, fields, place)


def _leaves(path: tuple[str, ...], box: CheckedBox) -> Iterator[tuple[tuple[str, ...], Said | CheckedTable]]:
    """Yield what stands in a box, each with the way to it."""
    match box:
        case CheckedLiteral():
            yield path, of_formula(box.checked)
        case CheckedTable():
            yield path, box
        case NoValue():
            yield path, of_text(f"no value: {box.template.format(*box.values)}")
        case Coerced():
            yield (*path, "type"), of_text(str(box.type))
            yield from _leaves(path, box.box)
        case CheckedFunction():
            parameters = (f"{parameter.name}: {parameter.type}" for parameter in box.parameters)
            yield (*path, "parameters"), of_text(", ".join(parameters))
            yield from _leaves(path, box.body)
        case CheckedIterator():
            yield (*path, "loop"), of_text(f"{box.kind.value} {box.variable}")
            yield from _named_leaves(path, box)
        case _:
            yield from _named_leaves(path, box)


def _named_leaves(path: tuple[str, ...], box: CheckedBox) -> Iterator[tuple[tuple[str, ...], Said | CheckedTable]]:
    for name, part in _parts(box):
        yield from _leaves((*path, name), part)


def _parts(box: CheckedBox) -> Iterator[tuple[str, CheckedBox]]:
    """Yield the boxes directly in a box, by what they are in it."""
    match box:
        case CheckedContext():
            yield from ((name or "result", value) for name, value in box.entries)
        case CheckedList():
            yield from ((f"item {number}", item) for number, item in enumerate(box.items, 1))
        case CheckedRelation():
            for number, row in enumerate(box.rows, 1):
                yield from ((f"{number} {column}", cell) for column, cell in zip(box.columns, row, strict=True))
        case CheckedInvocation():
            yield from (("call of", box.function), *zip(box.names, box.arguments, strict=False))
        case CheckedConditional():
            yield from (("if", box.condition), ("then", box.consequent), ("else", box.alternative))
        case CheckedFilter():
            yield from (("of", box.operand), ("those with", box.condition))
        case CheckedIterator():
            yield from (("in", box.domain), ("gives", box.body))


def _table(name: str, checked: CheckedTable, place: str) -> Element:
    table = checked.table
    fields = {"hit policy": of_text(_hit_rule_text(table.hit_rule))}
    heads = [of_formula(column.expression).text for column in checked.columns]
    for head, column in zip(heads, checked.columns, strict=True):
        fields[f"column {head}"] = of_formula(column.allowed) if column.allowed else of_text("any value")
    for result in checked.results:
        allowed = [of_formula(value) for value in result.allowed]
        text = ", ".join(value.text for value in allowed) or "any value"
        fields[f"output {result.name}".rstrip()] = Said(text, tuple(value.meaning for value in allowed))
    for result, default in zip(checked.results, checked.defaults, strict=False):
        fields[f"else {result.name}".rstrip()] = of_formula(default)
    rows = tuple(_row(heads, checked.output_names, row) for row in checked.rows)
    return Element(_DECISION, name, fields, place, rows=rows, in_order=_is_in_order(table.hit_rule))


def _row(heads: list[str], names: tuple[str, ...], row: CheckedRow) -> Row:
    tests = {head: of_formula(test) for head, test in zip(heads, row.tests, strict=True)}
    answers = {name or _VALUE: of_formula(output) for name, output in zip(names, row.outputs, strict=True)}
    stated = {head: said for head, said in tests.items() if not said.is_anything}
    return Row(stated, answers, row.row.source.location(0))


def _is_in_order(rule: HitRule) -> bool:
    """Tell whether the order of a table's rows may change its answer."""
    is_list = rule.policy is HitPolicy.COLLECT and rule.aggregation is Aggregation.LIST
    return is_list or rule.policy in (HitPolicy.FIRST, HitPolicy.RULE_ORDER)


def _hit_rule_text(rule: HitRule) -> str:
    is_plain = rule.aggregation is Aggregation.LIST
    return rule.policy.value if is_plain else f"{rule.policy.value} {rule.aggregation.value}"
