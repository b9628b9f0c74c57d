"""Turns a checked model into one Python function for a set of decisions, or for a decision service.

The function computes what the decisions need, each decision once, and those that only one branch needs within that
branch. Knowledge models and decision services become Python functions within it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from underwriter.dmn.boxes.checked_boxes import CheckedFunction, CheckedParameter, boxes_in, texts_in
from underwriter.dmn.boxes.checker import place_of
from underwriter.dmn.boxes.codegen import BOXED_RUNTIME, BoxedWriter, Places
from underwriter.dmn.code import Code
from underwriter.dmn.elements import Decision, InputData
from underwriter.dmn.formulas import NamePath
from underwriter.dmn.graph import Branch, branch_homes
from underwriter.dmn.models.checker import CheckedModel
from underwriter.dmn.models.linking import Key
from underwriter.dmn.tables.checked_table import CheckedTable
from underwriter.dmn.tables.runtime import TABLE_RUNTIME
from underwriter.feel import DATE_TIME, MOMENT, Environment, Frame, Variable
from underwriter.feel.bounds import bounded
from underwriter.feel.faults import Place, Warnings
from underwriter.feel.temporal import DateTime
from underwriter.feel.types import ANY, ContextType, FunctionType, surely_conforms

_MOMENT = Variable("moment", DATE_TIME, nullable=False)
_SHORT_TEXT = 20
"""Expressions of no more characters than this do little."""

_UNCOUNTED_TEXTS = 200
"""In a model of more expressions than this, the work of all of them counts together."""


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A Python function of the inputs' values, the moment, a list for warnings and, if traced, a trace; and its text.

    It returns the values of the decisions that were asked for, by name, or the one value of a service.
    """

    evaluate: Callable[..., object]
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
        texts = (text.source.text for box in checked.logic.values() for text in texts_in(box))
        self._is_large = sum(len(text) > _SHORT_TEXT for text in texts) > _UNCOUNTED_TEXTS
        self._table_numbers = {id(table): number for number, (_, table) in enumerate(tables)}

    def compile(self, decisions: Sequence[Key], *, is_traced: bool = False) -> CompiledModel:
        """Compile what gives the values of decisions."""
        inputs = self._inputs_of(self._checked.needed(decisions))
        names = [self._checked.linked.elements[key].element.name.text for key in decisions]

        def write(writer: FunctionWriter) -> str:
            values = zip(names, writer.write_decisions(decisions), strict=True)
            return f"{{{', '.join(f'{name!r}: {value}' for name, value in values)}}}"

        return self._compiled(inputs, decisions, write, is_traced)

    def compile_service(self, service: Key, *, is_traced: bool = False) -> CompiledModel:
        """Compile what gives a service's value; its input decisions are inputs too."""
        parts = self._checked.linked.services[service]
        inputs = (*parts.parameters, *self._inputs_of(self._checked.needed([service])))
        inputs = tuple(dict.fromkeys(inputs))
        return self._compiled(inputs, [service], lambda writer: writer.service_call(service), is_traced)

    def _inputs_of(self, needed: Iterable[Key]) -> tuple[Key, ...]:
        return tuple(key for key in needed if self._checked.is_a(key, InputData))

    def _compiled(
        self,
        inputs: tuple[Key, ...],
        roots: Sequence[Key],
        write: Callable[["FunctionWriter"], str],
        is_traced: bool,
    ) -> CompiledModel:
        generator = self._environment.generator(is_counting=self._is_large)
        code = Code(is_traced=is_traced)
        with code.block(f"def evaluate(inputs, moment, warnings{', trace' if is_traced else ''}):"):
            code.trace("failures = []")
            boxes = BoxedWriter(code, generator, self._table_numbers if is_traced else {})
            writer = FunctionWriter(self._checked, boxes, self._numbers(), _MOMENT)
            writer.write_inputs(inputs)
            writer.write_functions(roots)
            code.line(f"return {write(writer)}")
        python = str(code)
        namespace = {**generator.namespace(), **TABLE_RUNTIME, **BOXED_RUNTIME}
        exec(compile(python, "<model>", "exec"), namespace)  # noqa: S102 - the text is our own, of checked parts
        evaluate = cast(Callable[..., object], namespace.pop("evaluate"))  # so that they don't hold each other
        if self._is_large:
            evaluate = _as_one_evaluation(evaluate, place_of(self._checked.linked.main.name))
        return CompiledModel(evaluate, python, inputs)

    def _numbers(self) -> dict[Key, int]:
        return {key: number for number, key in enumerate(self.decisions)}


def _as_one_evaluation(evaluate: Callable[..., object], place: Place) -> Callable[..., object]:
    """Return the function of a model so that all its work counts together; past the bound it gives null."""

    def run(inputs: Sequence[object], moment: DateTime, warnings: Warnings, *trace: object) -> object:
        return bounded(lambda: evaluate(inputs, moment, warnings, *trace), warnings, place)

    return run


class FunctionWriter:
    """Writes decisions, and the functions that they call, into one Python function.

    `numbers` are those of the decisions that are traced. Within a service that a decision calls there are none: a
    decision has one value in a trace, its own. `places` tells where elements live so far; `moment` is the variable of
    the time that `now()` gives, None if nothing asks for it.
    """

    def __init__(
        self,
        checked: CheckedModel,
        boxes: BoxedWriter,
        numbers: Mapping[Key, int],
        moment: Variable | None,
        places: Mapping[Key, Places] = MappingProxyType({}),
    ) -> None:
        self._checked = checked
        self._boxes = boxes
        self._code = boxes.code
        self._numbers = numbers
        self._moment = moment
        self.places = dict(places)
        self._functions: dict[Key, str] = {}

    def write_inputs(self, inputs: Sequence[Key]) -> None:
        """Write what takes the inputs and makes each one of its type."""
        names = [f"i{index}" for index in range(len(inputs))]
        if names:
            self._code.line(f"{', '.join(names)}, = inputs")
        for key, name in zip(inputs, names, strict=True):
            type_ = self._checked.types[key]
            if not surely_conforms(ANY, type_):
                self._boxes.coerce(name, type_, place_of(self._checked.linked.elements[key].element.name))
            self.places[key] = {(): Variable(name, type_)}

    def write_functions(self, roots: Sequence[Key]) -> None:
        """Write the functions that the roots need. They may call each other in any order."""
        functions = [key for key in self._checked.needed(roots) if self._checked.is_function(key)]
        self.name_functions(functions)
        for key in functions:
            self.write_function(key, is_traced=key in roots)

    def name_functions(self, functions: Iterable[Key]) -> None:
        """Give functions their names, by which what is written from now on may call them."""
        self._functions.update({key: self._code.name("f") for key in functions})
        for key, name in self._functions.items():
            self.places[key] = {(): self._boxes.function(name, self._checked.types[key])}

    def write_function(self, key: Key, *, is_traced: bool) -> None:
        """Write a function that has a name; with `is_traced` the decisions within a service are traced."""
        name = self._functions[key]
        logic = self._checked.logic.get(key)
        if isinstance(logic, CheckedFunction):
            frame = self._frame(key)
            body = logic.body
            self._boxes.write_function(
                name, logic.parameters, lambda given: self._boxes.value(body, frame.nested(given))
            )
        else:
            self._write_service(key, name, self._numbers if is_traced else {})

    def write_decisions(self, roots: Sequence[Key], given: Mapping[Key, Places] | None = None) -> list[str]:
        """Write decisions and what they need; return expressions for their values."""
        self.places.update(given or {})
        needed = [key for key in self._checked.needed(roots, given or {}) if self._checked.is_a(key, Decision)]
        uses = {key: self._checked.uses(key) for key in needed}
        homes = branch_homes(needed, uses, roots)
        within: dict[Branch | None, list[Key]] = {}
        for key in needed:
            within.setdefault(homes.get(key), []).append(key)
        for key in within.get(None, ()):
            self._write_decision(key, within)
        return [self.places[key][()].code for key in roots]

    def service_call(self, service: Key) -> str:
        """Return a call of a service whose parameters are inputs."""
        arguments = [self.places[key][()].code for key in self._checked.linked.services[service].parameters]
        return f"{self.places[service][()].called}({', '.join(arguments)})"

    def _write_decision(self, key: Key, within: Mapping[Branch | None, Sequence[Key]]) -> None:
        """Write a decision; `within` are the decisions that stand in a branch of another, in order."""

        def frame_of(branch: int) -> Frame:
            for inner in within.get((key, branch), ()):
                self._write_decision(inner, within)
            return self._frame(key)

        target = self._code.name("d")
        self.places[key] = self._boxes.write(self._checked.logic[key], self._frame(key), target, frame_of)
        if key in self._numbers:
            self._code.trace(f"trace.decision({self._numbers[key]}, {self.places[key][()].code})")

    def _write_service(self, service: Key, name: str, numbers: Mapping[Key, int]) -> None:
        """Write a service as a function: within it, its parameters stand for its inputs and input decisions (10.4)."""
        parts = self._checked.linked.services[service]
        elements = {key: self._checked.linked.elements[key].element for key in parts.parameters}
        parameters = [
            CheckedParameter(element.name.text, self._checked.types[key], place_of(element.name))
            for key, element in elements.items()
        ]

        def body(given: Mapping[str, Variable]) -> str:
            inner = FunctionWriter(self._checked, self._boxes, numbers, self._moment, self.places)
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
        variables: dict[NamePath, Variable] = {(MOMENT,): self._moment} if self._moment else {}
        wholes: dict[str, dict[str, Variable]] = {}
        for path, required in self._checked.linked.elements[key].visible.items():
            places = self.places.get(required, {})
            variables.update({(*path, *members): variable for members, variable in places.items()})
            if len(path) > 1 and () in places:
                wholes.setdefault(path[0], {})[path[1]] = places[()]
        for name, members in wholes.items():
            text = ", ".join(f"{member!r}: {variable.code}" for member, variable in members.items())
            type_ = ContextType(fields={member: variable.type for member, variable in members.items()})
            variables.setdefault((name,), Variable(f"{{{text}}}", type_, nullable=False))
        return Frame(variables)
