"""Reads decision tables (DMN 1.5, chapter 8)."""

from collections.abc import Sequence

from underwriter.dmn.tables.decision_table import DecisionTable, InputClause, OutputClause, TableRow
from underwriter.dmn.tables.hit_policy import Aggregation, HitPolicy, HitRule
from underwriter.dmn.xml import faults
from underwriter.dmn.xml.reading import Reading, null_at
from underwriter.dmn.xml.tree import Element
from underwriter.feel.source import Source

_POLICIES = {policy.value.upper(): policy for policy in HitPolicy}
_AGGREGATIONS = {
    aggregation.value.upper(): aggregation for aggregation in Aggregation if aggregation is not Aggregation.LIST
}


def read_table(element: Element, reading: Reading) -> DecisionTable:
    """Read a <decisionTable>; rows that do not fit its columns are left out."""
    inputs = tuple(_input(child, reading) for child in element.named("input"))
    outputs = list(element.named("output"))
    if not outputs:
        reading.child(element, "output", "decision table")
    rows = [
        _row(number, rule, reading)
        for number, rule in enumerate(element.named("rule"), start=1)
        if _fits(rule, len(inputs), len(outputs), reading)
    ]
    return DecisionTable(
        element.source,
        _hit_rule(element, reading),
        inputs,
        tuple(_output(child, len(outputs), reading) for child in outputs),
        tuple(rows),
        _defaults(outputs, reading),
        reading.type_of(element),
    )


def _hit_rule(element: Element, reading: Reading) -> HitRule:
    policy = reading.choice(element, "hitPolicy", _POLICIES, HitPolicy.UNIQUE)
    aggregation = reading.choice(element, "aggregation", _AGGREGATIONS, Aggregation.LIST)
    written = element.attribute("aggregation")
    if policy is HitPolicy.COLLECT or written is None:
        return HitRule(policy, aggregation)
    reading.report(faults.useless_aggregation(written, policy.value))
    return HitRule(policy)


def _input(element: Element, reading: Reading) -> InputClause:
    expression = reading.child(element, "inputExpression", "input column")
    values = reading.tests(element.first("inputValues"))
    if expression is None:
        return InputClause(null_at(element), None, values)
    return InputClause(reading.formula(expression, "input expression"), reading.type_of(expression), values)


def _output(element: Element, count: int, reading: Reading) -> OutputClause:
    """Read an output column. A single one needs no name: the table's answer is then its value."""
    is_named = count > 1 or element.attributes.get("name", "").strip()
    name = reading.name(element, "output column") if is_named else element.source.part(0, 0)
    values = reading.tests(element.first("outputValues"))
    return OutputClause(name, (values,) if values else (), reading.type_of(element))


def _defaults(outputs: Sequence[Element], reading: Reading) -> tuple[Source, ...]:
    """Return an output entry for each column, null for those without; nothing if no column has a default."""
    entries = [output.first("defaultOutputEntry") for output in outputs]
    if not any(entries):
        return ()
    return tuple(
        reading.formula(entry, "default output entry") if entry else null_at(output)
        for entry, output in zip(entries, outputs, strict=True)
    )


def _fits(rule: Element, inputs: int, outputs: int, reading: Reading) -> bool:
    wanted = {"input": inputs, "output": outputs}
    found = {what: len(list(rule.named(f"{what}Entry"))) for what in wanted}
    wrong = [what for what in wanted if found[what] != wanted[what]]
    for what in wrong:
        reading.report(faults.row_shape(rule.source, what, found[what], wanted[what]))
    return not wrong


def _row(number: int, rule: Element, reading: Reading) -> TableRow:
    tests = tuple(_test(entry, reading) for entry in rule.named("inputEntry"))
    outputs = tuple(_answer(entry, reading) for entry in rule.named("outputEntry"))
    return TableRow(number, tests, outputs, rule.source, _note(rule))


def _test(entry: Element, reading: Reading) -> Source:
    """Return the tests of an input cell; an empty one accepts anything, as `-` does."""
    tests = reading.tests(entry)
    if tests is not None:
        return tests
    tag = entry.source
    return Source("-", tag.name, tag.host, tag.anchors)


def _answer(entry: Element, reading: Reading) -> Source:
    """Return the expression of an output cell; an empty one gives null."""
    text = reading.tests(entry)
    if text is not None or entry.first("importedValues") is not None:
        return text or reading.formula(entry, "output entry")
    reading.report(faults.empty_output(entry.source))
    return null_at(entry)


def _note(rule: Element) -> str:
    """Return the rule's annotations, or where there are none its description."""
    notes = [text.text.text for entry in rule.named("annotationEntry") for text in entry.named("text")]
    notes = [note for note in notes if note] or [text.text.text for text in rule.named("description")]
    return "; ".join(notes)
