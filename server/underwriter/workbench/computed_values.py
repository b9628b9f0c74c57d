"""What names stood for in one evaluation of a policy, and what parts of its formulas come to on that."""

from collections.abc import Callable, Mapping, Sequence
from decimal import localcontext
from typing import Any

from underwriter.analysis.regions.parameter_values import parameter_values
from underwriter.feel import FEEL_CONTEXT, Checked, Frame, Value, Variable
from underwriter.feel.nodes import Expression, UnaryTests
from underwriter.feel.types import ANY
from underwriter.policy import Policy
from underwriter.policy.checked import Path


class NotComputed(LookupError):
    """A name that has no value in an evaluation: a decision that was not needed, or a step within another."""


class ComputedValues:
    """The values of the names that a policy's formulas read, in one evaluation."""

    def __init__(self, policy: Policy, inputs: Mapping[Path, Value], decisions: Mapping[str, Value]) -> None:
        """Take a policy, its inputs by their paths, and the values of the decisions and models that were computed."""
        self.decisions = decisions
        self._inputs = inputs
        self._paths = policy.checked.paths
        self._parameters = parameter_values(policy.checked.definition)

    def at(self, path: Path) -> Value:
        """Return what a path stood for.

        Raises:
            NotComputed: when it stood for nothing.
        """
        for end in range(len(path), 0, -1):
            head, rest = path[:end], path[end:]
            if head in self._inputs:
                return _member(self._inputs[head], rest)
            if head[0] in self._parameters and end == 1:
                return _member(self._parameters[head[0]], rest)
            node = self._paths.get(head)
            if node is not None and node in self.decisions:
                return _member(self.decisions[node], rest)
        raise NotComputed(".".join(path))


class FormulaParts:
    """Computes parts of a policy's formulas, by the code that decides; each is compiled once."""

    def __init__(self, policy: Policy) -> None:
        self._environment = policy.compiled.environment
        self._compiled: dict[int, tuple[object, tuple[Path, ...], Callable[..., Any]]] = {}

    def value(self, formula: Checked[Any], node: Expression, values: ComputedValues) -> Value:
        """Return what a part of a formula comes to.

        Raises:
            NotComputed: when it reads what has no value.
        """
        run, paths = self._expression(formula, node)
        with localcontext(FEEL_CONTEXT):
            result: Value = run(*map(values.at, paths), [])
        return result

    def accepts(self, test: Checked[UnaryTests], subject: Value, values: ComputedValues) -> bool:
        """Tell whether the unary tests of a cell or a bin accept a value.

        Raises:
            NotComputed: when they read what has no value.
        """
        run, paths = self._tests(test)
        with localcontext(FEEL_CONTEXT):
            return bool(run(*map(values.at, paths), [], subject))

    def _expression(self, formula: Checked[Any], node: Expression) -> tuple[Callable[..., Any], Sequence[Path]]:
        if id(node) not in self._compiled:
            part = Checked(
                node,
                formula.source,
                formula.type,
                (),
                formula.references,
                formula.types,
                formula.calls,
                formula.written_types,
                formula.called,
            )
            paths, variables = _variables(part)
            generator = self._environment.generator()
            text = generator.expression(part, Frame(variables))
            used = tuple(path for path in paths if variables[path].code in text)
            self._keep(node, generator.namespace(), [variables[path].code for path in used], text, used)
        _, paths, run = self._compiled[id(node)]
        return run, paths

    def _tests(self, test: Checked[UnaryTests]) -> tuple[Callable[..., Any], Sequence[Path]]:
        if id(test) not in self._compiled:
            paths, variables = _variables(test)
            generator = self._environment.generator()
            text = generator.test(test, Frame(variables), Variable("subject", ANY))
            names = [variables[path].code for path in paths]
            self._keep(test, generator.namespace(), names, text, paths, "subject")
        _, paths, run = self._compiled[id(test)]
        return run, paths

    def _keep(
        self,
        key: object,
        namespace: dict[str, Any],
        names: Sequence[str],
        text: str,
        paths: tuple[Path, ...],
        *more: str,
    ) -> None:
        parameters = ", ".join((*names, "warnings", *more))
        exec(compile(f"def run({parameters}):\n    return {text}\n", "<part>", "exec"), namespace)  # noqa: S102 - our own text, of checked parts
        self._compiled[id(key)] = (key, paths, namespace["run"])


def _variables(formula: Checked[Any]) -> tuple[tuple[Path, ...], dict[Path, Variable]]:
    paths = tuple(sorted(formula.references))
    return paths, {path: Variable(f"value_{number}_", ANY) for number, path in enumerate(paths)}


def _member(value: Value, rest: Path) -> Value:
    """Return the value at members of a value; of a list, that of each of its items."""
    for step in rest:
        if isinstance(value, list):
            value = [item.get(step) if isinstance(item, dict) else None for item in value]
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    return value
