"""The logic of a decision as Markdown: what its author wrote, with nothing left out."""

from collections.abc import Iterator, Sequence

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
from underwriter.dmn.elements import DecisionService
from underwriter.dmn.tables.decision_table import DecisionTable
from underwriter.feel import feel_text
from underwriter.pages.markdown import cell, code, table
from underwriter.policy.definitions import RuleDefinition, RulesLogic, ScorecardLogic

# What stands in a cell for a box that is shown below.
_BELOW = "*(below)*"

_Named = Sequence[tuple[str, BoxedExpression]]


def logic_lines(logic: BoxedExpression | RulesLogic | ScorecardLogic | DecisionService | None) -> list[str]:
    """Return the lines of a decision's logic."""
    match logic:
        case RulesLogic():
            return rules_table(logic.rules)
        case ScorecardLogic():
            return _scorecard(logic)
        case DecisionService():
            return ["A decision service of the included DMN model.", ""]
        case None:
            return ["It has no logic.", ""]
    return list(_box_lines(logic))


def rules_table(rules: Sequence[RuleDefinition]) -> list[str]:
    """Return rules as a table: what each says, when, and what it says if that can't be told."""
    rows = [
        (
            rule.id.text,
            code(rule.when.text),
            rule.then.name.lower(),
            rule.if_unknown.name.lower() if rule.if_unknown else "pass",
            f"[{rule.reason.text}](#{rule.reason.text.lower()})",
        )
        for rule in rules
    ]
    return table(("rule", "when", "then", "if unknown", "reason"), rows)


def _scorecard(logic: ScorecardLogic) -> list[str]:
    rows = []
    for attribute in logic.attributes:
        name, value = attribute.name.text, code(attribute.value.text)
        for bin_ in attribute.bins:
            rows.append((name, value, code(bin_.when.text), feel_text(bin_.points)))
            name = value = ""
        rows.append(("", "", "missing", feel_text(attribute.missing)))
    return [f"Points, from {feel_text(logic.base)}:", "", *table(("attribute", "value", "if", "points"), rows)]


def _box_lines(box: BoxedExpression) -> Iterator[str]:
    if isinstance(box, LiteralExpression):
        yield from ("```text", *(line.rstrip() for line in box.text.text.strip().splitlines()), "```", "")
    elif isinstance(box, DecisionTable):
        yield from _decision_table(box)
    elif isinstance(box, FunctionDefinition):
        yield f"A function of {', '.join(parameter.name.text for parameter in box.parameters) or 'nothing'}:"
        yield ""
        yield from _box_lines(box.body) if box.body else ()
    elif isinstance(box, Relation):
        cells = [[_in_cell(each) for each in row] for row in box.rows]
        yield from table([cell(column.text) for column in box.columns], cells)
    else:
        yield from _parts(_named_parts(box))


def _parts(parts: _Named) -> Iterator[str]:
    """Yield named parts as a table, followed by those that are too large for a cell."""
    yield from table(("part", "value"), [(cell(name), _in_cell(part)) for name, part in parts])
    for name, part in parts:
        if not isinstance(part, LiteralExpression):
            yield f"*{name}:*"
            yield ""
            yield from _box_lines(part)


def _in_cell(box: BoxedExpression) -> str:
    return code(box.text.text) if isinstance(box, LiteralExpression) else _BELOW


def _named_parts(box: BoxedExpression) -> _Named:
    """Return the parts of a box by what they are in it."""
    match box:
        case BoxedContext():
            return [(entry.name.text if entry.name else "result", entry.value) for entry in box.entries]
        case BoxedList():
            return [(f"item {number}", item) for number, item in enumerate(box.items, 1)]
        case Invocation():
            arguments = [(binding.parameter.text, binding.value) for binding in box.bindings]
            return [("call of", box.function), *arguments]
        case Conditional():
            return [("if", box.condition), ("then", box.consequent), ("else", box.alternative)]
        case BoxedFilter():
            return [("of", box.operand), ("those with", box.condition)]
        case BoxedIterator():
            return [(f"{box.kind.value} {box.variable.text} in", box.domain), ("gives", box.body)]
    raise TypeError(f"a {type(box).__name__} has no named parts")


def _decision_table(logic: DecisionTable) -> Iterator[str]:
    policy, aggregation = logic.hit_rule.policy.value, logic.hit_rule.aggregation.value
    defaults = f"; else {', '.join(code(each.text) for each in logic.defaults)}" if logic.defaults else ""
    yield f"Hit policy {policy}{'' if aggregation == 'list' else f' {aggregation}'}{defaults}."
    yield ""
    has_notes = any(row.note for row in logic.rows)
    heads = [code(clause.expression.text) for clause in logic.inputs]
    heads += [f"**{cell(clause.name.text or 'value')}**" for clause in logic.outputs]
    rows = [
        [
            *(code(test.text) for test in row.tests),
            *(code(output.text) for output in row.outputs),
            *([cell(row.note)] if has_notes else []),
        ]
        for row in logic.rows
    ]
    yield from table([*heads, *(["note"] if has_notes else [])], rows)
