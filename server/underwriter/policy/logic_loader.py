"""Reads the logic of a decision: expression, rules, table, scorecard, context or function."""

from decimal import Decimal

from underwriter.dmn.boxes.expressions import (
    BoxedContext,
    BoxedEntry,
    FormalParameter,
    FunctionDefinition,
    LiteralExpression,
)
from underwriter.dmn.tables.decision_table import DecisionTable, InputClause, OutputClause, TableRow
from underwriter.dmn.tables.grid import Grid, Line, read_bars, read_csv
from underwriter.dmn.tables.hit_policy import HIT_RULES
from underwriter.feel.diagnostics import nearest
from underwriter.feel.source import Source
from underwriter.feel.types import ANY, Type
from underwriter.policy import shapes
from underwriter.policy.definitions import (
    Bin,
    Logic,
    RuleDefinition,
    RulesLogic,
    ScorecardAttribute,
    ScorecardLogic,
)
from underwriter.policy.documents import Data, Items, Text
from underwriter.policy.named_types import TYPES
from underwriter.policy.outcome import Outcome
from underwriter.policy.reading import Reading
from underwriter.policy.rule_files import RuleFiles, resolve

KINDS = ("expression", "rules", "table", "scorecard", "context", "function")
OUTCOMES = {outcome.name.lower(): outcome for outcome in Outcome}
LET_THROUGH = "pass"
CSV_TAG = "!csv"
"""Marks the path of a file as the rows of a table."""


class LogicLoader:
    """Reads decisions out of one file. `used` gathers the paths of the tables kept in files of their own."""

    def __init__(self, reading: Reading, files: RuleFiles, path: str) -> None:
        self.used: list[str] = []
        self._reading = reading
        self._files = files
        self._path = path

    def logic(self, data: Data, place: Source) -> Logic | None:
        """Read a decision's logic; None with a finding if it is not exactly one of the known kinds."""
        fields = self._reading.fields(data, shapes.DECISION, place)
        if fields is None:
            return None
        kinds = [(key.text, value) for key, value in fields if key.text in KINDS]
        if len(kinds) != 1:
            mend = f"write exactly one of {', '.join(KINDS)}"
            found = f"more than one logic: {', '.join(kind for kind, _ in kinds)}" if kinds else "no logic"
            self._reading.report("decision-kind", f"this decision has {found}", place, mend)
            return None
        kind, value = kinds[0]
        readers = {
            "expression": self._expression,
            "rules": self._rules,
            "table": self._table,
            "scorecard": self._scorecard,
            "context": self._context,
            "function": self._function,
        }
        return readers[kind](value, place)

    def type_named(self, data: Data | None, what: str) -> Type:
        """Return the type that a text names; Any with a finding if there is none of that name."""
        return TYPES.get(self._reading.choice(data, what, TYPES) or "", ANY)

    def _expression(self, data: Data, _place: Source) -> LiteralExpression | None:
        source = self._reading.source(data, "an expression")
        return LiteralExpression(source) if source else None

    def _rules(self, data: Data, place: Source) -> RulesLogic:
        rules = [self._rule(item, place) for item in self._filled("rules", data, place)]
        return RulesLogic(tuple(rule for rule in rules if rule))

    def _filled(self, what: str, data: Data | None, place: Source) -> tuple[Data, ...]:
        """Return the items of a list, with a finding if there are none."""
        items = self._reading.items(data, what)
        if isinstance(data, Items) and not items:
            self._reading.report("empty-list", f"there are no {what} in this list", place, "add one, or take it away")
        return items

    def _rule(self, data: Data, place: Source) -> RuleDefinition | None:
        reading = self._reading
        fields = reading.fields(data, shapes.RULE, place)
        if fields is None:
            return None
        rule_id, when, reason = (reading.source(fields.get(key), key) for key in ("id", "when", "reason"))
        then = reading.choice(fields.get("then"), "then", OUTCOMES)
        unknown = fields.get("if unknown")
        if_unknown = (
            reading.choice(unknown, "if unknown", (LET_THROUGH, "refer", "verify", "decline")) if unknown else "refer"
        )
        ask_for = reading.text(fields.get("ask for"), "ask for")
        if rule_id is None or when is None or reason is None:
            return None
        return RuleDefinition(
            rule_id,
            when,
            OUTCOMES.get(then or "", Outcome.REFER),  # what can't be understood is told, and the rest still checked
            reason,
            OUTCOMES.get(if_unknown or ""),
            ask_for.text if ask_for else "",
            reading.source(fields.get("explained by"), "explained by"),
            fields.source,
        )

    def _table(self, data: Data, place: Source) -> DecisionTable | None:
        reading = self._reading
        fields = reading.fields(data, shapes.TABLE, place)
        if fields is None:
            return None
        hit_policy = reading.choice(fields.get("hit policy"), "hit policy", HIT_RULES)
        grid = self._grid(fields.get("rows"))
        if grid is None or hit_policy is None:
            return None
        outputs = self._outputs(grid.header, fields.get("output values"))
        if outputs is None:
            return None
        return DecisionTable(
            fields.source,
            HIT_RULES[hit_policy],
            tuple(InputClause(cell) for cell in grid.header.groups[0]),
            outputs,
            tuple(_row(number, line) for number, line in enumerate(grid.rows, 1)),
            self._defaults(outputs, fields.get("default")),
        )

    def _grid(self, data: Data | None) -> Grid | None:
        rows = self._reading.text(data, "rows")
        if rows is None:
            return None
        if rows.tag != CSV_TAG:
            grid, findings = read_bars(rows.source)
        else:
            path = resolve(self._path, rows.text)
            if path is None or path not in self._files.texts:
                near = nearest(rows.text, self._files.seen_from(self._path))
                mend = " ".join(filter(None, (near, "the path counts from this file's folder")))
                self._reading.report("missing-file", f"there is no file {rows.text}", rows.source, mend)
                return None
            self.used.append(path)
            grid, findings = read_csv(Source(self._files.texts[path], self._files.shown(path)))
        self._reading.diagnostics += findings
        return None if findings else grid

    def _outputs(self, header: Line, data: Data | None) -> tuple[OutputClause, ...] | None:
        """Return the outputs with their values; None with a finding if values are those of no output."""
        values: dict[str, tuple[Source, ...]] = {}
        names = [cell.text for cell in header.groups[1]]
        if data is not None and (fields := self._reading.mapping(data, "output values", data.source)):
            for key, items in fields:
                if key.text not in names:
                    mend = f"outputs: {', '.join(names)}"
                    self._reading.report("unknown-column", f"no output is named '{key.text}'", key.source, mend)
                listed = self._reading.items(items, "output values")
                values[key.text] = tuple(item.source for item in listed if isinstance(item, Text))
        if not values.keys() <= set(names):
            return None
        return tuple(OutputClause(cell, values.get(cell.text, ())) for cell in header.groups[1])

    def _defaults(self, outputs: tuple[OutputClause, ...], data: Data | None) -> tuple[Source, ...]:
        if data is None:
            return ()
        if isinstance(data, Text) and len(outputs) == 1:
            return (data.source,)
        fields = self._reading.mapping(data, "default", data.source)
        found = [self._reading.source(fields.get(clause.name.text), "default") for clause in outputs] if fields else []
        if None in found or not found:
            mend = f"give one for each of {', '.join(clause.name.text for clause in outputs)}"
            self._reading.report("missing-key", "a default must give every output", data.source, mend)
        return tuple(source for source in found if source)

    def _scorecard(self, data: Data, place: Source) -> ScorecardLogic | None:
        fields = self._reading.fields(data, shapes.SCORECARD, place)
        if fields is None:
            return None
        base = fields.get("base")
        listed = self._filled("attributes", fields.get("attributes"), fields.source)
        attributes = [self._attribute(item, place) for item in listed]
        start = self._reading.number(base, "base") if base else None
        return ScorecardLogic(start or Decimal(0), tuple(attribute for attribute in attributes if attribute))

    def _attribute(self, data: Data, place: Source) -> ScorecardAttribute | None:
        reading = self._reading
        fields = reading.fields(data, shapes.SCORECARD_ATTRIBUTE, place)
        if fields is None:
            return None
        name, value, reason = (reading.source(fields.get(key), key) for key in ("name", "value", "reason"))
        missing = reading.number(fields.get("missing"), "missing")
        bins = [self._bin(item, place) for item in self._filled("bins", fields.get("bins"), fields.source)]
        found = tuple(bin_ for bin_ in bins if bin_)
        if name is None or value is None or reason is None or missing is None or not found:
            return None
        return ScorecardAttribute(name, value, reason, missing, found)

    def _bin(self, data: Data, place: Source) -> Bin | None:
        fields = self._reading.fields(data, shapes.BIN, place)
        if fields is None:
            return None
        when = self._reading.source(fields.get("when"), "when")
        points = self._reading.number(fields.get("points"), "points")
        return Bin(when, points) if when and points is not None else None

    def _context(self, data: Data, place: Source) -> BoxedContext | None:
        fields = self._reading.mapping(data, "context", place)
        if fields is None:
            return None
        steps = [(key.source, self._reading.source(value, "a step")) for key, value in fields]
        entries = tuple(BoxedEntry(key, LiteralExpression(value)) for key, value in steps if value)
        return BoxedContext(entries, fields.source) if len(entries) == len(steps) else None

    def _function(self, data: Data, place: Source) -> FunctionDefinition | None:
        fields = self._reading.fields(data, shapes.FUNCTION, place)
        if fields is None:
            return None
        listed = fields.get("parameters")
        parameters = self._reading.mapping(listed, "parameters", fields.source) if listed else None
        body = self._reading.source(fields.get("expression"), "expression")
        if parameters is None or body is None:
            return None
        formal = tuple(self._parameter(key, value) for key, value in parameters)
        return FunctionDefinition(formal, LiteralExpression(body), fields.source)

    def _parameter(self, key: Text, data: Data) -> FormalParameter:
        name = self._reading.choice(data, "a type", TYPES)
        return FormalParameter(key.source, data.source if name else None)


def _row(number: int, line: Line) -> TableRow:
    tests, outputs, *notes = line.groups
    note = " ".join(cell.text for cell in notes[0]) if notes else ""
    return TableRow(number, tests, outputs, line.source, note)
