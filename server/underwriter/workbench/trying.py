"""Shows what a decision went by: beside each step of its trace, the values that it read, and what other edits change.

All is worked out from the decision's trace and the policy that made it, so a recorded decision is shown like a new one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import localcontext
from typing import Any

from underwriter.dmn.tables.checked_table import CheckedTable
from underwriter.feel import FEEL_CONTEXT, Checked, Environment, Value, feel_text
from underwriter.policy import Policy
from underwriter.policy.checked import Path, path_text
from underwriter.v1 import decision_pb2
from underwriter.v1.decision_pb2 import Trace, TraceStep
from underwriter.workbench.computed_values import ComputedValues, FormulaParts, NotComputed

_INPUT, _RULE, _ROW, _BIN = (
    decision_pb2.TRACE_STEP_KIND_INPUT,
    decision_pb2.TRACE_STEP_KIND_RULE,
    decision_pb2.TRACE_STEP_KIND_ROW,
    decision_pb2.TRACE_STEP_KIND_BIN,
)
_VALUED = (decision_pb2.TRACE_STEP_KIND_DECISION, decision_pb2.TRACE_STEP_KIND_MODEL)
_MOST_NEAR = 3
# What is temporal, outside of strings, which are found first.
_TEMPORAL = re.compile(
    r'"(?:[^"\\]|\\.)*"|(?<![\w.])(-?\d{4,}-\d\d-\d\d(?:T[^\s,\]}]+)?|\d\d:\d\d:\d\d[^\s,\]}]*|-?P\d[0-9YMDTHS.]*|-?PT\d[0-9HMS.]*)'
)


@dataclass(frozen=True, slots=True)
class NearRow:
    """A row that all inputs but one match: the number of the row, and the cell that does not."""

    row: int
    column: str
    cell: str


@dataclass(frozen=True, slots=True)
class StepNote:
    """What a step went by: names with their values as FEEL, the cells that matched, and rows that nearly did."""

    read: Mapping[str, str]
    cells: Mapping[str, str]
    near: Sequence[NearRow] = ()


@dataclass(frozen=True, slots=True)
class ChangedStep:
    """A step of which the value differs between two decisions; None where it was not taken."""

    name: str
    before: str | None
    after: str | None


def notes_on(policy: Policy, trace: Trace) -> dict[int, StepNote]:
    """Return notes on steps of a trace, by their places in it: on rules, rows, table defaults and bins.

    `policy` must be the one that made the trace.
    """
    return _Notes(policy, trace).all()


def changed_steps(before: Trace, after: Trace) -> list[ChangedStep]:
    """Return the steps in which two traces differ, in the order of the second, then those that it has no more."""
    was, now = _values(before), _values(after)
    changed = [ChangedStep(name, was.get(name), value) for name, value in now.items() if was.get(name) != value]
    return changed + [ChangedStep(name, value, None) for name, value in was.items() if name not in now]


def _values(trace: Trace) -> dict[str, str]:
    """Return the values of steps by name, of contexts those of their members; a row or bin that was hit says so."""
    environment = Environment()
    values: dict[str, str] = {}
    for step in trace.steps:
        value = _value(environment, step.value) if step.value.startswith("{") else None
        members = value if isinstance(value, dict) else {}
        values |= {f"{step.name}.{member}": feel_text(inner) for member, inner in members.items()}
        if not members:
            values[step.name] = step.value or "hit"
    return values


class _Notes:
    def __init__(self, policy: Policy, trace: Trace) -> None:
        self._policy = policy
        self._trace = trace
        self._parts = FormulaParts(policy)
        self._values = _values_of(policy, trace)
        self._rules = {f"{decision}/{rule.id.text}": rule for decision, rule in policy.rules}
        self._rows = {
            row.row.source.location(0): (checked, row.row.number)
            for _, checked in policy.checked.tables.values()
            for row in checked.rows
        }
        self._defaults = {
            checked.defaults[0].source.location(0): checked
            for _, checked in policy.checked.tables.values()
            if checked.defaults
        }

    def all(self) -> dict[int, StepNote]:
        """Return a note for each step that there is something to tell of."""
        noted = ((place, self._note(step)) for place, step in enumerate(self._trace.steps))
        return {place: note for place, note in noted if note is not None}

    def _note(self, step: TraceStep) -> StepNote | None:
        if step.kind == _RULE and step.name in self._rules:
            return StepNote(self._read(self._policy.checked.formula(self._rules[step.name].when)), {})
        if step.kind == _ROW and step.source in self._rows:
            return self._of_row(*self._rows[step.source])
        if step.kind == _ROW and step.source in self._defaults:
            table = self._defaults[step.source]
            return StepNote(self._subjects(table), {}, self._near(table))
        if step.kind == _BIN:
            return self._of_bin(step)
        return None

    def _of_row(self, table: CheckedTable, number: int) -> StepNote:
        row = next(row for row in table.rows if row.row.number == number)
        texts = (column.expression.source.text for column in table.columns)
        cells = {text: test.source.text for text, test in zip(texts, row.tests, strict=True)}
        return StepNote(self._subjects(table), cells, self._near(table))

    def _of_bin(self, step: TraceStep) -> StepNote | None:
        name, attribute, _ = step.name.split("/")
        scorecard = self._policy.scorecard(name)
        found = scorecard and next((a for a in scorecard.attributes if a.name.text == attribute), None)
        return StepNote(self._read(self._policy.checked.formula(found.value)), {}) if found else None

    def _read(self, formula: Checked[Any]) -> dict[str, str]:
        """Return the names that a formula reads with what they stood for."""
        return {path_text(path): text for path in sorted(formula.references) if (text := self._text_at(path))}

    def _text_at(self, path: Path) -> str | None:
        try:
            return feel_text(self._values.at(path))
        except NotComputed:
            return None

    def _subjects(self, table: CheckedTable) -> dict[str, str]:
        return {column.expression.source.text: feel_text(self._subject(column.expression)) for column in table.columns}

    def _subject(self, formula: Checked[Any]) -> Value:
        try:
            return self._parts.value(formula, formula.tree, self._values)
        except NotComputed:
            return None

    def _near(self, table: CheckedTable) -> list[NearRow]:
        subjects = [self._subject(column.expression) for column in table.columns]
        return list(self._near_rows(table, subjects))[:_MOST_NEAR] if len(subjects) > 1 else []

    def _near_rows(self, table: CheckedTable, subjects: Sequence[Value]) -> Iterator[NearRow]:
        for row in table.rows:
            wrong = [n for n, test in enumerate(row.tests) if not self._accepts(test, subjects[n])]
            if len(wrong) == 1:
                column = table.columns[wrong[0]].expression.source.text
                yield NearRow(row.row.number, column, row.tests[wrong[0]].source.text)

    def _accepts(self, test: Checked[Any], subject: Value) -> bool:
        try:
            return self._parts.accepts(test, subject, self._values)
        except NotComputed:
            return False


def _values_of(policy: Policy, trace: Trace) -> ComputedValues:
    """Return the values of a trace, read again from the FEEL texts in which it tells them."""
    environment = policy.compiled.environment
    paths = {path_text(path): path for path in policy.reads}
    inputs = {paths[s.name]: _value(environment, s.value) for s in trace.steps if s.kind == _INPUT and s.name in paths}
    decisions = {s.name: _value(environment, s.value) for s in trace.steps if s.kind in _VALUED}
    return ComputedValues(policy, inputs, decisions)


def _value(environment: Environment, text: str) -> Value:
    """Return the value that a trace tells as FEEL text, in which days, times and durations stand as they are."""
    literal = _TEMPORAL.sub(lambda found: found[0] if found[1] is None else f'@"{found[1]}"', text)
    with localcontext(FEEL_CONTEXT):
        return environment.evaluate(literal).value
