"""Checks formulas one by one and keeps what came of each, for the code generator."""

from typing import Any

from underwriter.dmn.formulas import Formulas
from underwriter.feel import Checked, Scope
from underwriter.feel.source import Source
from underwriter.feel.types import ANY, Type


class KeptFormulas:
    """Checks formulas and keeps them in `by_source`, by the identity of their sources. Findings stay in `formulas`."""

    def __init__(self, formulas: Formulas) -> None:
        self.by_source: dict[int, Checked[Any]] = {}
        self._formulas = formulas

    def check(self, source: Source, scope: Scope, expected: Type | None = None) -> Type:
        """Check an expression and return its type, Any where it has errors."""
        return self._keep(source, self._formulas.check(source, scope, expected))

    def check_tests(self, source: Source, scope: Scope, tested: Type) -> None:
        """Check the unary tests of a cell on a value of a type."""
        self._keep(source, self._formulas.check_tests(source, scope, tested))

    def _keep(self, source: Source, checked: Checked[Any] | None) -> Type:
        if checked is None:
            return ANY
        self.by_source[id(source)] = checked
        return checked.type
