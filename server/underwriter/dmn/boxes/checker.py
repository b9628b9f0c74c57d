"""Checks boxed expressions: every text in them, the types that are stated, and what each box asks of its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, assert_never

from underwriter.dmn import findings
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
    CheckedParameter,
    CheckedRelation,
    Coerced,
    NoValue,
    item_type,
)
from underwriter.dmn.boxes.expressions import (
    Binding,
    BoxedContext,
    BoxedExpression,
    BoxedFilter,
    BoxedIterator,
    BoxedList,
    Conditional,
    FunctionDefinition,
    FunctionKind,
    Invocation,
    IteratorKind,
    LiteralExpression,
    Relation,
)
from underwriter.dmn.formulas import Formulas
from underwriter.dmn.tables.checker import check_table
from underwriter.dmn.tables.decision_table import DecisionTable
from underwriter.feel import Scope
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.faults import Place
from underwriter.feel.source import Source
from underwriter.feel.types import ANY, BOOLEAN, FunctionType, ListType, Type, conforms, is_acceptable, surely_conforms

MAXIMUM_DEPTH = 24
"""How deep boxes may stand in each other: Python takes no more than 100 levels of indentation."""


class Types(Protocol):
    """The types that texts of a file may name."""

    def of(self, reference: Source | None) -> Type:
        """Return the type that a reference names, Any for none; report one that leads nowhere."""

    def named(self, name: str) -> Type | None:
        """Return the type of a name, None if there is none."""


@dataclass(frozen=True, slots=True)
class BoxedChecker:
    """Checks the boxes of one element. Findings are left in `formulas`; a box is checked whatever is wrong in it."""

    formulas: Formulas
    types: Types

    def check(self, box: BoxedExpression, scope: Scope, depth: int = 0) -> CheckedBox:
        """Return a box as checked, its value made one of the type that is stated for it."""
        if depth > MAXIMUM_DEPTH:
            source = _source(box)
            self.report(findings.too_deep(source, MAXIMUM_DEPTH))
            return NoValue(place_of(source), "too-deep", "boxes stand in each other too deep")
        return self.coerced(self._box(box, scope, depth + 1), box.type_name, _source(box))

    def coerced(self, box: CheckedBox, type_name: Source | None, source: Source) -> CheckedBox:
        """Return a box whose value is made one of the type that a reference names."""
        return box if type_name is None else self.of_type(box, self.types.of(type_name), source)

    def of_type(self, box: CheckedBox, wanted: Type, source: Source) -> CheckedBox:
        """Return a box whose value is made one of a type, which is left out where it surely is."""
        if surely_conforms(box.type, wanted):
            return box
        if not is_acceptable(box.type, wanted):
            self.report(findings.wrong_type(source, str(box.type), str(wanted)))
        return Coerced(box, wanted, place_of(source))

    def function(self, function: FunctionDefinition, scope: Scope, depth: int = 0) -> CheckedFunction:
        """Return a function as checked; one without a body, or not in FEEL, gives null for all arguments."""
        parameters = tuple(
            CheckedParameter(parameter.name.text, self.types.of(parameter.type_name), place_of(parameter.name))
            for parameter in function.parameters
        )
        self._report_twice([parameter.name for parameter in function.parameters])
        types = {parameter.name: parameter.type for parameter in parameters}
        return CheckedFunction(parameters, self._body(function, scope.nested(types), depth))

    def report(self, finding: Diagnostic) -> None:
        """Add a finding."""
        self.formulas.diagnostics.append(finding)

    def _box(self, box: BoxedExpression, scope: Scope, depth: int) -> CheckedBox:
        match box:
            case LiteralExpression():
                return self._literal(box, scope)
            case DecisionTable():
                return check_table(box, self.formulas, scope, self.types.named)
            case BoxedContext():
                return self._context(box, scope, depth)
            case BoxedList():
                return CheckedList(tuple(self.check(item, scope, depth) for item in box.items))
            case Relation():
                self._report_twice(box.columns)
                rows = tuple(tuple(self.check(cell, scope, depth) for cell in row) for row in box.rows)
                return CheckedRelation(tuple(column.text for column in box.columns), rows)
            case Invocation():
                return self._invocation(box, scope, depth)
            case FunctionDefinition():
                return self.function(box, scope, depth)
            case Conditional():
                condition = self._condition(box.condition, scope, depth)
                branches = (self.check(box.consequent, scope, depth), self.check(box.alternative, scope, depth))
                return CheckedConditional(condition, *branches, place_of(box.source))
            case BoxedFilter():
                operand = self.check(box.operand, scope, depth)
                condition = self._condition(box.condition, scope.filtering(item_type(operand.type)), depth)
                return CheckedFilter(operand, condition, place_of(box.source))
            case BoxedIterator():
                return self._iterator(box, scope, depth)
        assert_never(box)

    def _literal(self, box: LiteralExpression, scope: Scope) -> CheckedBox:
        if box.language is not None:
            self.report(findings.unsupported_language(box.text, box.language))
            return NoValue(place_of(box.text), "unsupported-language", "expressions in {} are not run", (box.language,))
        checked = self.formulas.check(box.text, scope)
        return (
            NoValue(place_of(box.text), "bad-syntax", "the text can't be read")
            if checked is None
            else CheckedLiteral(checked)
        )

    def _context(self, box: BoxedContext, scope: Scope, depth: int) -> CheckedContext:
        entries: list[tuple[str | None, CheckedBox]] = []
        steps: dict[str, Type] = {}
        self._report_twice([entry.name for entry in box.entries if entry.name is not None])
        for entry in box.entries:
            inner = self.check(entry.value, scope.nested(dict(steps)), depth)
            value = self.coerced(inner, entry.type_name, _source(entry.value))
            if entry.name is not None:
                steps[entry.name.text] = value.type
            elif entry is not box.entries[-1]:
                self.report(findings.misplaced_result(_source(entry.value)))
                continue
            entries.append((entry.name.text if entry.name else None, value))
        return CheckedContext(tuple(entries))

    def _invocation(self, box: Invocation, scope: Scope, depth: int) -> CheckedBox:
        function = self.check(box.function, scope, depth)
        bound = {binding.parameter.text: self._argument(binding, scope, depth) for binding in box.bindings}
        self._report_twice([binding.parameter for binding in box.bindings])
        place = place_of(box.source)
        if not conforms(function.type, FunctionType()):
            self.report(findings.not_a_function(box.source, str(function.type)))
        parameters = function.type.parameters if isinstance(function.type, FunctionType) else None
        if parameters is None:
            return CheckedInvocation(function, tuple(bound), tuple(bound.values()), place, is_in_order=False)
        names = tuple(name for name, _ in parameters)
        if self._report_misfit(box, names):
            return NoValue(place, "wrong-argument-count", "the function takes ({})", (", ".join(names),))
        for name, type_ in parameters:
            if not is_acceptable(bound[name].type, type_):
                self.report(findings.wrong_type(box.source, str(bound[name].type), str(type_)))
        return CheckedInvocation(function, names, tuple(bound[name] for name in names), place, is_in_order=True)

    def _argument(self, binding: Binding, scope: Scope, depth: int) -> CheckedBox:
        value = self.check(binding.value, scope, depth)
        return self.coerced(value, binding.type_name, binding.parameter)

    def _report_misfit(self, box: Invocation, names: Sequence[str]) -> bool:
        """Report bindings to parameters that are not there, and parameters that are not bound."""
        bound = [binding.parameter for binding in box.bindings]
        unknown = [parameter for parameter in bound if parameter.text not in names]
        missing = [name for name in names if name not in {parameter.text for parameter in bound}]
        for parameter in unknown:
            self.report(findings.unknown_argument(parameter, names))
        for name in missing:
            self.report(findings.missing_argument(box.source, name))
        return bool(unknown or missing)

    def _iterator(self, box: BoxedIterator, scope: Scope, depth: int) -> CheckedIterator:
        domain = self.check(box.domain, scope, depth)
        is_loop = box.kind is IteratorKind.FOR
        inner = scope.nested({"partial": ListType()}) if is_loop else scope
        inner = inner.nested({box.variable.text: item_type(domain.type)})
        body = self.check(box.body, inner, depth) if is_loop else self._condition(box.body, inner, depth)
        return CheckedIterator(box.kind, box.variable.text, domain, body, place_of(box.source))

    def _condition(self, box: BoxedExpression, scope: Scope, depth: int) -> CheckedBox:
        checked = self.check(box, scope, depth)
        if not conforms(checked.type, BOOLEAN):
            self.report(findings.not_a_condition(_source(box), str(checked.type)))
        return checked

    def _body(self, function: FunctionDefinition, scope: Scope, depth: int) -> CheckedBox:
        place = place_of(function.source)
        if function.kind is not FunctionKind.FEEL:
            self.report(findings.unsupported_language(function.source, function.kind))
            return NoValue(place, "unsupported-language", "functions in {} are not run", (function.kind.value,), ANY)
        if function.body is None:
            self.report(findings.missing_logic(function.source))
            return NoValue(place, "missing-logic", "the function has no body")
        return self.check(function.body, scope, depth)

    def _report_twice(self, names: Sequence[Source]) -> None:
        seen: set[str] = set()
        for name in names:
            if name.text in seen:
                self.report(findings.duplicate_entry(name))
            seen.add(name.text)


def _source(box: BoxedExpression) -> Source:
    return box.text if isinstance(box, LiteralExpression) else box.source


def place_of(source: Source) -> Place:
    """Return a whole text as a place."""
    return Place(source, source.whole)
