"""Runs conditions on the values of examples, by the code that decides with them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import localcontext
from typing import Any

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.domains import Domains
from underwriter.analysis.regions.value_space import ValueSpace
from underwriter.dmn.boxes.checked_boxes import CheckedLiteral
from underwriter.feel import FEEL_CONTEXT, Checked, Environment, Frame, Type, Value, Variable
from underwriter.feel.nodes import Expression
from underwriter.feel.temporal import moment_of
from underwriter.feel.types import ANY, DATE_TIME, ContextType, ListType, unconstrained
from underwriter.policy.checked import CheckedPolicy, Path

_MOMENT = moment_of(datetime(2026, 1, 1, tzinfo=UTC))


class ConditionRuns:
    """Runs the conditions of one policy."""

    def __init__(
        self, checked: CheckedPolicy, domains: Domains, names: Mapping[str, Value], environment: Environment
    ) -> None:
        """Take a policy, the domains of what it reads, and the values of its parameters by name."""
        self._checked = checked
        self._domains = domains
        self._names = names
        self._environment = environment

    def value(self, formula: Checked[Expression], given: Mapping[Path, Value]) -> Value:
        """Return what a condition comes to where some of its paths have these values.

        Decisions that are read and not given are computed if they are literal expressions; any other path has a value
        that it may have.
        """
        generator = self._environment.generator()
        paths = sorted(formula.references)
        variables = {path: Variable(f"v{number}", self._type(path)) for number, path in enumerate(paths)}
        text = generator.expression(formula, Frame(variables))
        parameters = ", ".join((*(variable.code for variable in variables.values()), "warnings"))
        namespace: dict[str, Any] = generator.namespace()
        exec(compile(f"def run({parameters}):\n    return {text}\n", "<condition>", "exec"), namespace)  # noqa: S102 - the text is our own, of checked parts
        values = [self._value(path, given) for path in paths]
        with localcontext(FEEL_CONTEXT):
            return namespace["run"](*values, [])

    def _value(self, path: Path, given: Mapping[Path, Value]) -> Value:
        if path in given:
            return given[path]
        if path[0] in self._names:
            return self._names[path[0]]
        box = self._checked.boxes.get(path[0])
        if len(path) == 1 and isinstance(box, CheckedLiteral) and path[0] not in self._checked.included.nodes:
            return self.value(box.checked, given)
        return _some_value(self._type(path), self._domains.of_path(path))

    def _type(self, path: Path) -> Type:
        if path[0] in self._checked.input_type.fields:
            return self._checked.input_type_at(path)
        type_ = self._checked.types.get(path[0], DATE_TIME)  # what is no name is the moment that `now()` tells
        for member in path[1:]:
            type_ = unconstrained(type_)
            type_ = type_.fields.get(member, ANY) if isinstance(type_, ContextType) else ANY
        return type_


def _some_value(type_: Type, domain: Domain) -> Value:
    """Return a value that lies in a domain, null if none is known."""
    match unconstrained(type_):
        case ListType():
            return []
        case type_ if type_ == DATE_TIME:
            return _MOMENT
    space = ValueSpace(type_, domain, ())
    return next((value for _, value in space.examples(space.possible)), None)
