"""Turns the FEEL after `where` into conditions: checked against the fields of an event's kind, and compiled."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import getcontext, setcontext
from itertools import pairwise

from underwriter.feel import MOMENT, Checked, Environment, Scope, Variable
from underwriter.feel.diagnostics import Diagnostic, has_errors
from underwriter.feel.nodes import Expression
from underwriter.feel.parsing.lexer import tokenize
from underwriter.feel.parsing.tokens import Kind
from underwriter.feel.source import Source
from underwriter.feel.types import BOOLEAN
from underwriter.feel.values import FEEL_CONTEXT, Value
from underwriter.monitoring import findings
from underwriter.monitoring.conditions import Condition
from underwriter.monitoring.event_kinds import KindOfEvent

_CURRENCY = re.compile("[A-Z]{3}")


class ConditionCompiler:
    """Compiles the conditions of one monitor, whose amounts are in one currency."""

    def __init__(self, environment: Environment, currency: str) -> None:
        self._environment = environment
        self._currency = currency

    def check(self, source: Source, kind: KindOfEvent) -> tuple[Checked[Expression] | None, list[Diagnostic]]:
        """Return the FEEL of a condition on events of a kind, None if it has errors, and what is wrong with it."""
        without_currencies, found = self._without_currencies(source)
        parse = self._environment.parse(without_currencies, kind.types)
        found += parse.diagnostics
        if parse.tree is None:
            return None, found
        checked = self._environment.check(parse.tree, without_currencies, Scope(kind.types), BOOLEAN)
        found += checked.diagnostics
        if (MOMENT,) in checked.references:
            found.append(findings.reads_the_clock(source))
        return None if has_errors(found) else checked, found

    def compile(self, source: Source, kind: KindOfEvent) -> tuple[Condition | None, list[Diagnostic]]:
        """Return a condition on events of a kind, None if it has errors, and what is wrong with it."""
        checked, found = self.check(source, kind)
        return (None if checked is None else self._condition(source, checked, kind)), found

    def _condition(self, source: Source, checked: Checked[Expression], kind: KindOfEvent) -> Condition:
        names = sorted({path[0] for path in checked.references})
        variables = {name: Variable(f"v{index}", kind.types[name]) for index, name in enumerate(names)}
        evaluate = self._environment.compile(checked, variables)

        def holds(values: Mapping[str, Value]) -> bool:
            outside = getcontext()
            setcontext(FEEL_CONTEXT)  # a `localcontext` copies it first, which takes longer than the condition
            try:
                return evaluate(*map(values.get, names), []) is True
            finally:
                setcontext(outside)

        return Condition(source, holds)

    def _without_currencies(self, source: Source) -> tuple[Source, list[Diagnostic]]:
        """Return the text with the currencies after numbers blanked out, so that all else keeps its place."""
        text, found = source.text, []
        tokens = tokenize(text)
        for number, unit in pairwise(tokens):
            if number.kind is Kind.NUMBER and unit.kind is Kind.NAME and _CURRENCY.fullmatch(unit.text):
                text = f"{text[: unit.start]}{' ' * len(unit.text)}{text[unit.end :]}"
                if unit.text != self._currency:
                    found.append(findings.other_currency(source.part(unit.start, unit.end), self._currency))
        return replace(source, text=text), found
