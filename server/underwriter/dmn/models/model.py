"""The facade of DMN models: read, linked, checked, and ready to evaluate any of their decisions and services."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import getcontext, setcontext
from itertools import groupby
from threading import Lock
from typing import Any

from underwriter.dmn.boxes.checker import place_of
from underwriter.dmn.elements import Decision, DecisionService, Definitions, InputData, KnowledgeModel
from underwriter.dmn.models.checker import CheckedModel, check_model
from underwriter.dmn.models.compiler import CompiledModel, ModelCompiler
from underwriter.dmn.models.evaluation import ModelEvaluation, ModelTrace, TableHits
from underwriter.dmn.models.files import read_files
from underwriter.dmn.models.linking import Element, Key, LinkedModel, link
from underwriter.feel import FEEL_CONTEXT, Environment, EvaluationWarning, FunctionType, Type, Value
from underwriter.feel.diagnostics import Diagnostic, in_file_order
from underwriter.feel.faults import note
from underwriter.feel.temporal import DateTime

MAXIMUM_COMPILED = 256
"""How many sets of decisions a model keeps compiled: each set that is asked for is compiled once."""


@dataclass(frozen=True, slots=True)
class _Task:
    """What was asked for before: how it is computed, and the names of the inputs that this takes."""

    compiled: CompiledModel
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelRefused:
    """A model whose main file can't be read, and why."""

    diagnostics: tuple[Diagnostic, ...]


def load_model(main: str, files: Mapping[str, str], environment: Environment) -> "Model | ModelRefused":
    """Load the model in the file with the path `main`, and what it imports, from texts by path.

    A model with findings loads too: what has no meaning gives null, with a warning, when it is evaluated.

    Raises:
        KeyError: if there is no file of the path `main`.
    """
    found = read_files(main, files)
    if found.main is None:
        return ModelRefused(found.diagnostics)
    return model_of(found.main, found.by_namespace, environment, found.diagnostics)


def model_of(
    main: Definitions,
    files: Mapping[str, Definitions],
    environment: Environment,
    found: Collection[Diagnostic] = (),
) -> "Model":
    """Return the model of a file that has been read, with those that it imports by namespace."""
    linked, link_findings = link(main, files)
    checked, check_findings = check_model(linked, environment)
    return Model(checked, environment, in_file_order([*found, *link_findings, *check_findings]))


class Model:
    """A DMN model. Its decisions, inputs, services and knowledge models are those of the main file, by name.

    `paths` are those of all its files. Inputs of imported files are there too, under their names, or where names clash
    as `namespace#name`. Immutable but for what it has compiled so far.
    """

    def __init__(self, checked: CheckedModel, environment: Environment, diagnostics: Collection[Diagnostic]) -> None:
        linked = checked.linked
        self.name = linked.main.name.text
        self.namespace = linked.main.namespace
        self.diagnostics = tuple(diagnostics)
        self.paths = tuple(sorted({file.source.name for file in (linked.main, *linked.files.values())}))
        self._checked = checked
        self._compiler = ModelCompiler(checked, environment)
        self._tasks: dict[tuple[tuple[str, ...] | str | None, bool], _Task] = {}
        self._compiling = Lock()  # evaluations may come from several threads
        self._decisions = linked.of_main(Decision)
        self._services = linked.of_main(DecisionService)
        self._input_names = _names_of(linked, InputData)
        self.inputs: Mapping[str, Type] = {name: checked.types[key] for key, name in self._input_names.items()}
        self._input_names |= _names_of(linked, Decision)
        self.decisions: Mapping[str, Type] = {name: checked.types[key] for name, key in self._decisions.items()}
        self.services: Mapping[str, Type] = {name: checked.types[key] for name, key in self._services.items()}
        self.knowledge_models: Mapping[str, Type] = {
            name: checked.types[key] for name, key in linked.of_main(KnowledgeModel).items()
        }

    def parameters_of(self, service: str) -> Mapping[str, Type]:
        """Return what a decision service takes, by name.

        Raises:
            KeyError: if there is no service of that name.
        """
        type_ = self.services[service]
        return dict(type_.parameters or ()) if isinstance(type_, FunctionType) else {}

    def evaluate(
        self,
        inputs: Mapping[str, Value],
        decisions: Collection[str] | None = None,
        *,
        moment: DateTime,
        is_traced: bool = False,
    ) -> ModelEvaluation:
        """Evaluate decisions, all if none are named. `moment` is the time that `now()` gives.

        An input that is missing is null with a warning, and so is one that can't be made of its type.

        Raises:
            KeyError: if there is no decision of a name.
        """
        task = self._task(None if decisions is None else tuple(decisions), is_traced)
        trace = ModelTrace() if is_traced else None
        values, warnings = self._run(task, inputs, moment, trace)
        if values is None:  # past a bound
            values = dict.fromkeys(self._decisions if decisions is None else decisions)
        return self._evaluation(values, warnings, trace)

    def evaluate_service(
        self, name: str, inputs: Mapping[str, Value], *, moment: DateTime, is_traced: bool = False
    ) -> ModelEvaluation:
        """Evaluate a decision service. The values are those of its output decisions, `moment` as above.

        Raises:
            KeyError: if there is no service of that name.
        """
        task = self._task(name, is_traced)
        trace = ModelTrace() if is_traced else None
        result, warnings = self._run(task, inputs, moment, trace)
        outputs = self._outputs_of(name)
        if len(outputs) == 1:
            return self._evaluation({outputs[0]: result}, warnings, trace)
        entries = result if isinstance(result, dict) else {}
        return self._evaluation({output: entries.get(output) for output in outputs}, warnings, trace)

    def _outputs_of(self, service: str) -> list[str]:
        linked = self._checked.linked
        outputs = linked.services[self._services[service]].outputs
        return [linked.elements[output].element.name.text for output in outputs]

    def python(self, decisions: Collection[str] | None = None) -> str:
        """Return the text of the Python function that gives the values of decisions, of all if none are named."""
        return self._task(None if decisions is None else tuple(decisions), is_traced=False).compiled.python

    def _task(self, asked: tuple[str, ...] | str | None, is_traced: bool) -> _Task:
        """Return what is to be done for decisions, for all of them (None), or for a service."""
        found = self._tasks.get((asked, is_traced))
        if found is not None:
            return found
        with self._compiling:
            compiled = self._compile(asked, is_traced)
            task = _Task(compiled, tuple(self._input_names[key] for key in compiled.inputs))
            if len(self._tasks) >= MAXIMUM_COMPILED:
                self._tasks.clear()
            self._tasks[asked, is_traced] = task
        return task

    def _compile(self, asked: tuple[str, ...] | str | None, is_traced: bool) -> CompiledModel:
        if isinstance(asked, str):
            return self._compiler.compile_service(self._services[asked], is_traced=is_traced)
        names = self._decisions if asked is None else dict.fromkeys(asked)
        return self._compiler.compile(tuple(self._decisions[name] for name in names), is_traced=is_traced)

    def _run(
        self, task: _Task, inputs: Mapping[str, Value], moment: DateTime, trace: ModelTrace | None
    ) -> tuple[Any, list[EvaluationWarning]]:
        warnings: list[EvaluationWarning] = []
        try:
            values = [inputs[name] for name in task.inputs]
        except KeyError:
            values = [inputs.get(name) for name in task.inputs]
            self._note_missing(task, inputs, warnings)
        outside = getcontext()
        setcontext(FEEL_CONTEXT)  # `localcontext` would copy it on each call; nothing reads its flags
        try:
            if trace is None:
                return task.compiled.evaluate(values, moment, warnings), warnings
            return task.compiled.evaluate(values, moment, warnings, trace), warnings
        except RecursionError:  # values that hold each other more deeply than Python calls
            note(warnings, place_of(self._checked.linked.main.name), "too-deep", "values are nested too deeply")
            return None, warnings
        finally:
            setcontext(outside)

    def _note_missing(self, task: _Task, inputs: Mapping[str, Value], warnings: list[EvaluationWarning]) -> None:
        for key, name in zip(task.compiled.inputs, task.inputs, strict=True):
            if name not in inputs:
                place = place_of(self._checked.linked.elements[key].element.name)
                note(warnings, place, "missing-input", "there is no value for the input '{}'", name)

    def _evaluation(
        self, values: Mapping[str, Value], warnings: list[EvaluationWarning], trace: ModelTrace | None
    ) -> ModelEvaluation:
        if trace is None:
            return ModelEvaluation(values, tuple(warnings))
        elements = self._checked.linked.elements
        keys = self._compiler.decisions
        computed = {elements[keys[number]].element.name.text: value for number, value in trace.decisions.items()}
        return ModelEvaluation(values, tuple(warnings), computed, tuple(self._hits(trace)))

    def _hits(self, trace: ModelTrace) -> Iterator[TableHits]:
        for number, rows in groupby(trace.rows, key=lambda hit: hit[0]):
            element = self._checked.linked.elements[self._compiler.tables[number]].element
            yield TableHits(element.name.text, tuple(row for _, row in rows))


def _names_of(linked: LinkedModel, kind: type[Element]) -> dict[Key, str]:
    """Return the names of a kind of elements: the main file's go first, others add their namespace to a known one."""
    keys = [key for key, element in linked.elements.items() if isinstance(element.element, kind)]
    keys.sort(key=lambda key: linked.elements[key].file is not linked.main)
    names: dict[Key, str] = {}
    taken: set[str] = set()
    for key in keys:
        name = linked.elements[key].element.name.text
        names[key] = f"{linked.elements[key].file.namespace}#{name}" if name in taken else name
        taken.add(names[key])
    return names
