"""Turns a checked model into one Python function for a set of decisions, or for a decision service.

The function computes what the decisions need, each decision once, and those that only one branch needs within that
branch. Knowledge models and decision services become Python functions within it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from underwriter.dmn.boxes.checked_boxes import CheckedFunction, CheckedParameter, boxes_in
from underwriter.dmn.boxes.checker import place_of
from underwriter.dmn.boxes.codegen import BOXED_RUNTIME, BoxedWriter, Places
from underwriter.dmn.code import Code
from underwriter.dmn.elements import Decision, InputData
from underwriter.dmn.graph import Branch, branch_homes
from underwriter.dmn.models.checker import CheckedModel
from underwriter.dmn.models.linking import Key
from underwriter.dmn.tables.checked_table import CheckedTable
from underwriter.dmn.tables.runtime import TABLE_RUNTIME
from underwriter.feel import DATE_TIME, MOMENT, Environment, Frame, Variable
from underwriter.feel.types import ANY, ContextType, FunctionType, surely_conforms


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A Python function of the inputs' values, the moment, a list for warnings and, if traced, a trace; and its text.

    It returns the value of each decision that was asked for, or the one value of a service.
    """

    evaluate: Callable[..., Sequence[object]]
    python: str
    inputs: tuple[Key, ...]


class ModelCompiler:
    """Compiles a model. Traces tell decisions by their place in `decisions`, and tables by their place in `tables`.

    `tables` gives the element that each table stands in.
    """

    def __init__(self, checked: CheckedModel, environment: Environment) -> None:
        self._checked = checked
        self._environment = environment
        self.decisions = tuple(key for key in checked.order if checked.is_a(key, Decision))
        tables = [(key, box) for key in checked.logic for box in boxes_in(checked.logic[key])]
        tables = [(key, box) for key, box in tables if isinstance(box, CheckedTable)]
        self.tables = tuple(key for key, _ in tables)
        self._table_numbers = {id(table): number for number, (_, table) in enumerate(tables)}

    def compile(self, decisions: Sequence[Key], *, is_traced: bool = False) -> CompiledModel:
        """Compile what gives the values of decisions."""
        inputs = self._inputs_of(self._checked.needed(decisions))
        return self._compiled(inputs, decisions, lambda writer: writer.write_decisions(decisions), is_traced)

    def compile_service(self, service: Key, *, is_traced: bool = False) -> CompiledModel:
        """Compile what gives a service's value; its input decisions are inputs too."""
        parts = self._checked.linked.services[service]
        inputs = (*parts.parameters, *self._inputs_of(self._checked.needed([service])))
        return self._compiled(
            tuple(dict.fromkeys(inputs)), [service], lambda writer: [writer.service_call(service)], is_traced
        )

    def _inputs_of(self, needed: Iterable[Key]) -> tuple[Key, ...]:
        return tuple(key for key in needed if self._checked.is_a(key, InputData))

    def _compiled(
        self,
        inputs: tuple[Key, ...],
        roots: Sequence[Key],
        write: Callable[["_FunctionWriter"], Sequence[str]],
        is_traced: bool,
    ) -> CompiledModel:
        generator = self._environment.generator()
        code = Code(is_traced=is_traced)
        with code.block(f"def evaluate(inputs, moment, warnings{', trace' if is_traced else ''}):"):
            code.trace("failures = []")
            boxes = BoxedWriter(code, generator, self._table_numbers if is_traced else {})
            writer = _FunctionWriter(self._checked, boxes, self._numbers())
            writer.write_inputs(inputs)
            writer.write_functions(roots)
            code.line(f"return ({''.join(f'{result}, ' for result in write(writer))})")
        python = str(code)
        namespace = {**generator.namespace(), **TABLE_RUNTIME, **BOXED_RUNTIME}
        exec(compile(python, "<model>", "exec"), namespace)  # noqa: S102 - the text is our own, of checked parts
        return CompiledModel(cast(Callable[..., Sequence[object]], namespace["evaluate"]), python, inputs)

    def _numbers(self) -> dict[Key, int]:
        return {key: number for number, key in enumerate(self.decisions)}


class _FunctionWriter:
    """Writes decisions, and the functions that they call, into one Python function.

    `numbers` are those of the decisions that are traced. Within a service that a decision calls there are none: a
    decision has one value in a trace, its own.
    """

    def __init__(
        self,
        checked: CheckedModel,
        boxes: BoxedWriter,
        numbers: Mapping[Key, int],
        places: Mapping[Key, Places] = MappingProxyType({}),
    ) -> None:
        self._checked = checked
        self._boxes = boxes
        self._code = boxes.code
        self._numbers = numbers
        self._places = dict(places)

    def write_inputs(self, inputs: Sequence[Key]) -> None:
        """Write what takes the inputs and makes each one of its type."""
        names = [f"i{index}" for index in range(len(inputs))]
        if names:
            self._code.line(f"{', '.join(names)}, = inputs")
        for key, name in zip(inputs, names, strict=True):
            type_ = self._checked.types[key]
            if not surely_conforms(ANY, type_):
                self._boxes.coerce(name, type_, place_of(self._checked.linked.elements[key].element.name))
            self._places[key] = {(): Variable(name, type_)}

    def write_functions(self, roots: Sequence[Key]) -> None:
        """Write the functions that the roots need. They may call each other in any order."""
        functions = {key: self._code.name("f") for key in self._checked.needed(roots) if self._checked.is_function(key)}
        for key, name in functions.items():
            self._places[key] = {(): self._boxes.function(name, self._checked.types[key])}
        for key, name in functions.items():
            self._write_function(key, name, roots)

    def write_decisions(self, roots: Sequence[Key], given: Mapping[Key, Places] | None = None) -> list[str]:
        """Write decisions and what they need; return expressions for their values."""
        self._places.update(given or {})
        needed = [key for key in self._checked.needed(roots, given or {}) if self._checked.is_a(key, Decision)]
        uses = {key: self._checked.uses(key) for key in needed}
        homes = branch_homes(needed, uses, roots)
        within: dict[Branch | None, list[Key]] = {}
        for key in needed:
            within.setdefault(homes.get(key), []).append(key)
        for key in within.get(None, ()):
            self._write_decision(key, within)
        return [self._places[key][()].code for key in roots]

    def service_call(self, service: Key) -> str:
        """Return a call of a service whose parameters are inputs."""
        arguments = [self._places[key][()].code for key in self._checked.linked.services[service].parameters]
        return f"{self._places[service][()].called}({', '.join(arguments)})"

    def _write_decision(self, key: Key, within: Mapping[Branch | None, Sequence[Key]]) -> None:
        """Write a decision; `within` are the decisions that stand in a branch of another, in order."""

        def frame_of(branch: int) -> Frame:
            for inner in within.get((key, branch), ()):
                self._write_decision(inner, within)
            return self._frame(key)

        target = self._code.name("d")
        self._places[key] = self._boxes.write(self._checked.logic[key], self._frame(key), target, frame_of)
        if key in self._numbers:
            self._code.trace(f"trace.decision({self._numbers[key]}, {self._places[key][()].code})")

    def _write_function(self, key: Key, name: str, roots: Sequence[Key]) -> None:
        logic = self._checked.logic.get(key)
        if isinstance(logic, CheckedFunction):
            frame = self._frame(key)
            body = logic.body
            self._boxes.write_function(
                name, logic.parameters, lambda given: self._boxes.value(body, frame.nested(given))
            )
        else:
            self._write_service(key, name, roots)

    def _write_service(self, service: Key, name: str, roots: Sequence[Key]) -> None:
        """Write a service as a function: within it, its parameters stand for its inputs and input decisions (10.4)."""
        parts = self._checked.linked.services[service]
        elements = {key: self._checked.linked.elements[key].element for key in parts.parameters}
        parameters = [
            CheckedParameter(element.name.text, self._checked.types[key], place_of(element.name))
            for key, element in elements.items()
        ]

        def body(given: Mapping[str, Variable]) -> str:
            inner = _FunctionWriter(self._checked, self._boxes, self._numbers if service in roots else {}, self._places)
            bound: dict[Key, Places] = {key: {(): given[element.name.text]} for key, element in elements.items()}
            return self._service_result(service, inner.write_decisions(parts.outputs, bound))

        self._boxes.write_function(name, parameters, body)

    def _service_result(self, service: Key, values: Sequence[str]) -> str:
        """Write what makes a service's result one of its type, and return an expression for it."""
        parts = self._checked.linked.services[service]
        names = [self._checked.linked.elements[key].element.name for key in parts.outputs]
        types = [self._checked.types[key] for key in parts.outputs]
        entries = ", ".join(f"{name.text!r}: {value}" for name, value in zip(names, values, strict=True))
        whole = values[0] if len(values) == 1 else f"{{{entries}}}"
        fields = {name.text: type_ for name, type_ in zip(names, types, strict=True)}
        given = types[0] if len(types) == 1 else ContextType(fields=fields)
        wanted = self._checked.types[service]
        if not isinstance(wanted, FunctionType) or surely_conforms(given, wanted.result):
            return whole
        result = self._code.name("r")
        self._code.line(f"{result} = {whole}")
        self._boxes.coerce(result, wanted.result, place_of(self._checked.linked.elements[service].element.name))
        return result

    def _frame(self, key: Key) -> Frame:
        """Return where an element's texts find what they read; the members of an import also as a whole."""
        variables: dict[tuple[str, ...], Variable] = {(MOMENT,): Variable("moment", DATE_TIME, nullable=False)}
        wholes: dict[str, dict[str, Variable]] = {}
        for path, required in self._checked.linked.elements[key].visible.items():
            places = self._places.get(required, {})
            variables.update({(*path, *members): variable for members, variable in places.items()})
            if len(path) > 1 and places:
                wholes.setdefault(path[0], {})[path[1]] = places[()]
        for name, members in wholes.items():
            text = ", ".join(f"{member!r}: {variable.code}" for member, variable in members.items())
            type_ = ContextType(fields={member: variable.type for member, variable in members.items()})
            variables.setdefault((name,), Variable(f"{{{text}}}", type_, nullable=False))
        return Frame(variables)
