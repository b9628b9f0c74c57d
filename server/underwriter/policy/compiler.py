"""Turns a checked policy into one Python function, and into its twin that records every step.

The function takes the bound inputs and the models and returns an `Evaluation`'s fields. Decisions that only the offer
needs are computed only where there is an offer to make.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, cast

from underwriter.dmn.boxes.checked_boxes import CheckedBox, CheckedFunction
from underwriter.dmn.boxes.codegen import BOXED_RUNTIME, BoxedWriter
from underwriter.dmn.code import Code
from underwriter.dmn.graph import reachable
from underwriter.dmn.tables.runtime import TABLE_RUNTIME
from underwriter.feel import MOMENT, Environment, Frame, Generator, Variable
from underwriter.feel.faults import Place
from underwriter.feel.source import Source
from underwriter.feel.types import ANY, NUMBER, ContextType, ListType, Type
from underwriter.policy.checked import CheckedPolicy, Path
from underwriter.policy.definitions import RuleDefinition, RulesLogic, ScorecardLogic
from underwriter.policy.element_writer import ElementWriter
from underwriter.policy.evaluation import CounterOfferBounds, LineChangeTerms, OfferTerms
from underwriter.policy.model_interface import MODEL_OUTPUTS
from underwriter.policy.outcome import Outcome
from underwriter.policy.stored_inputs import STORED_INPUTS

_CAPS = {"credit_limit_cap": "credit_limit", "effective_annual_rate_cap": "effective_annual_rate"}


Compiled: TypeAlias = Callable[..., tuple[object, ...]]
"""A function of the values at the input paths that a policy reads, the calls of its models, and a list for warnings."""


@dataclass(frozen=True, eq=False)
class CompiledPolicy:
    """A policy as Python functions, and the input paths whose values they take, in their order.

    `counter_offer_bounds` is there if the policy makes counter-offers, `environment` is the language that the rules are
    written in. The twin of `evaluate` that traces is made when it is first asked for: it takes as long to compile, and
    many a process never explains a decision.
    """

    evaluate: Compiled
    counter_offer_bounds: Compiled | None
    reads: tuple[Path, ...]
    environment: Environment
    _text: str
    _checked: CheckedPolicy

    @cached_property
    def evaluate_traced(self) -> Compiled:
        """The twin of `evaluate`, which takes a trace to record in as well."""
        return self._twin[0]

    @cached_property
    def python(self) -> str:
        """The text of all functions. Those without a trace and the one with it are modules of their own."""
        return f"{self._text}\n\n{self._twin[1]}"

    @cached_property
    def branches(self) -> tuple[Place, ...]:
        """Every `if` of the policy, by the numbers under which traces tell of its arms."""
        return self._twin[2]

    @cached_property
    def _twin(self) -> tuple[Compiled, str, tuple[Place, ...]]:
        """The tracing function, its text, its `if`s. Threads that ask for it at once may each make one: all alike."""
        generator = self.environment.generator(is_tracing=True)
        text = _PolicyWriter(self._checked, generator, self.reads, is_traced=True).write()
        return _functions(self._checked, generator, text)["evaluate_traced"], text, generator.branches


def compile_policy(checked: CheckedPolicy, environment: Environment) -> CompiledPolicy:
    """Generate and compile a policy, and what gives the bounds of its counter-offers."""
    generator = environment.generator()
    reads = _paths_read(checked)
    text = _PolicyWriter(checked, generator, reads, is_traced=False).write()
    if checked.definition.outcome.counter_offer:
        text += "\n\n" + _PolicyWriter(checked, generator, reads, is_traced=False).write_counter_offer_bounds()
    functions = _functions(checked, generator, text)
    evaluate, bounds = functions["evaluate"], functions.get("counter_offer_bounds")
    return CompiledPolicy(evaluate, bounds, reads, environment, text, checked)


def _functions(checked: CheckedPolicy, generator: Generator, text: str) -> dict[str, Compiled]:
    """Return what the text defines, by name.

    It is taken out of its own globals: functions that hold each other would outlive their policy until a collection.
    """
    namespace: dict[str, object] = {**generator.namespace(), **TABLE_RUNTIME, **BOXED_RUNTIME}
    exec(compile(text, f"<policy {checked.definition.id.text}>", "exec"), namespace)  # noqa: S102 - our own text
    own = [name for name, value in namespace.items() if getattr(value, "__globals__", None) is namespace]
    return {name: cast(Compiled, namespace.pop(name)) for name in own}


def rules_in_order(checked: CheckedPolicy) -> list[tuple[str, RuleDefinition]]:
    """Return the rules that decide, by the numbers under which the generated code reports them."""
    return list(checked.definition.rules())


def _paths_read(checked: CheckedPolicy) -> tuple[Path, ...]:
    """Return the paths read: into the application, into what is stored, `now` and `today`, then dated parameters."""
    return tuple(sorted(checked.paths_read, key=lambda path: (_origin(path, checked), path)))


def _origin(path: Path, checked: CheckedPolicy) -> int:
    """Return the place of what a path leads into: 0 the application, 1 what is stored, 2 the time, 3 what is dated."""
    if path[0] in STORED_INPUTS:
        return 1
    if path[0] in checked.dated_parameters:
        return 3
    return 0 if isinstance(checked.input_type.fields[path[0]], ContextType | ListType) else 2


class _PolicyWriter:
    def __init__(
        self, checked: CheckedPolicy, generator: Generator, reads: tuple[Path, ...], *, is_traced: bool
    ) -> None:
        self._checked = checked
        self._generator = generator
        self._reads = reads
        self._code = Code(is_traced=is_traced, first_number=len(checked.order))
        self._numbers = {name: number for number, name in enumerate(checked.order)}
        self._rule_numbers = {id(rule): number for number, (_, rule) in enumerate(rules_in_order(checked))}
        self._variables: dict[Path, Variable] = {
            **{path: Variable(f"i{n}", checked.input_type_at(path)) for n, path in enumerate(reads)},
            **{
                (parameter.name.text,): Variable(
                    generator.constant(_feel_value(parameter.value)), checked.types[parameter.name.text], nullable=False
                )
                for parameter in checked.definition.parameters
            },
        }
        if ("now",) in self._variables:
            self._variables[(MOMENT,)] = self._variables[("now",)]
        tables = {id(table): number for number, (_, table) in checked.tables.items()}
        self._boxes = BoxedWriter(self._code, generator, tables, range(len(checked.order)))
        self._elements = ElementWriter(checked, self._boxes, self._numbers, self._variables)

    def write(self) -> str:
        name, last = ("evaluate_traced", ", trace") if self._code.is_traced else ("evaluate", "")
        always = reachable(self._checked.always(), self._checked.requires)
        for_offer = reachable(self._checked.nodes_read(self._checked.approval_sources()), self._checked.requires)
        with self._code.block(f"def {name}(inputs, models, warnings{last}):"):
            self._write_begin()
            self._code.line("blocked = False")
            for model in self._checked.models:
                if model not in always:
                    self._code.line(f"m{self._numbers[model]} = None")
            self._write_nodes(always)
            self._write_grade()
            self._code.line("user_group = line_change = None")
            outcome = self._checked.definition.outcome
            if outcome.offer or outcome.line_change:
                with self._code.block("if not (blocked or undetermined or failures):"):
                    self._write_nodes(for_offer - always)
                    self._write_offers()
                    self._write_line_change()
                    self._write_user_group()
            outputs = _tuple([f"m{self._numbers[name]}" for name in self._checked.models])
            parts = "fired, undetermined, failures, grade, user_group, offers, line_change, scorecards"
            self._code.line(f"return {parts}, {outputs}")
        return str(self._code)

    def write_counter_offer_bounds(self) -> str:
        sources = list(self._checked.counter_offer_sources())
        needed = reachable(self._checked.nodes_read(sources), self._checked.requires)
        counter = self._checked.definition.outcome.counter_offer
        with self._code.block("def counter_offer_bounds(inputs, models, warnings):"):
            self._write_begin()
            self._write_nodes(needed)
            bounds = [counter.bounds.get(field) if counter else None for field in CounterOfferBounds._fields]
            self._code.line(f"return {_tuple([self._expression(bound) if bound else 'None' for bound in bounds])}")
        return str(self._code)

    def _write_begin(self) -> None:
        if self._reads:
            self._code.line(f"{', '.join(f'i{n}' for n in range(len(self._reads)))}, = inputs")
        self._code.line("fired, undetermined, failures, offers, scorecards = [], [], [], [], {}")

    def _write_nodes(self, names: Iterable[str]) -> None:
        for name in self._checked.order:
            if name in names:
                self._write_node(name)

    def _write_node(self, name: str) -> None:
        number = self._numbers[name]
        if name in self._checked.included.nodes:
            self._elements.write(name)
            return
        match self._checked.decisions[name].logic if name in self._checked.decisions else None:
            case None:
                self._write_model(name, number)
            case RulesLogic() as logic:
                self._write_rules(logic)
                return
            case ScorecardLogic() as logic:
                self._write_scorecard(name, logic, number)
            case _:
                self._write_box(name, self._checked.boxes[name], number)
                return
        self._trace(name)

    def _write_box(self, name: str, box: CheckedBox, number: int) -> None:
        if isinstance(box, CheckedFunction):
            function, frame = f"f{number}", self._frame()
            self._boxes.write_function(
                function, box.parameters, lambda given: self._boxes.value(box.body, frame.nested(given))
            )
            self._variables[(name,)] = self._boxes.function(function, box.type)
            return
        places = self._boxes.write(box, self._frame(), f"d{number}")
        self._variables.update({(name, *path): variable for path, variable in places.items()})
        self._trace(name)

    def _trace(self, name: str) -> None:
        self._code.trace(f"trace.decision({self._numbers[name]}, {self._variables[(name,)].code})")

    def _write_model(self, name: str, number: int) -> None:
        target = f"m{number}"
        features = [self._expression(source) for _, source in self._checked.models[name].features]
        index = list(self._checked.models).index(name)
        self._code.line(f"{target} = models[{index}]({_tuple(features)})")
        self._code.line(f"{target}_probability, {target}_score, {target}_missing = {target}[:3]")
        with self._code.block(f"if {target}_probability is None:"):
            self._code.line(f"failures.append({number})")
        places = {output: f"{target}_{output}" for output in MODEL_OUTPUTS.fields}
        self._variables.update({(name, output): Variable(place, NUMBER) for output, place in places.items()})
        self._variables[(name,)] = _whole(places, MODEL_OUTPUTS)

    def _write_scorecard(self, name: str, logic: ScorecardLogic, number: int) -> None:
        points = [f"d{number}_{index}" for index in range(len(logic.attributes))]
        for index, attribute in enumerate(logic.attributes):
            value = Variable(f"{points[index]}_value", self._checked.formula(attribute.value).type)
            self._code.line(f"{value.code} = {self._expression(attribute.value)}", attribute.value)
            branch = "if"
            for position, bin_ in enumerate(attribute.bins):
                test = self._generator.test(self._checked.formula(bin_.when), self._frame(), value)
                with self._code.block(f"{branch} {value.code} is not None and ({test}):", bin_.when):
                    self._code.line(f"{points[index]} = {self._generator.constant(bin_.points)}")
                    self._code.trace(f"trace.bin({number}, {index}, {position})")
                branch = "elif"
            with self._code.block("else:"):
                self._code.line(f"{points[index]} = {self._generator.constant(attribute.missing)}")
                self._code.trace(f"trace.bin({number}, {index}, None)")
        total = f"d{number}_points"
        self._code.line(f"{total} = {' + '.join([self._generator.constant(logic.base), *points])}")
        self._code.line(f"scorecards[{name!r}] = {_tuple(points)}")
        self._variables[(name, "points")] = Variable(total, NUMBER, nullable=False)
        self._variables[(name,)] = _whole({"points": total}, ContextType(fields={"points": NUMBER}))

    def _write_rules(self, logic: RulesLogic) -> None:
        for rule in logic.rules:
            number = self._rule_numbers.get(id(rule))
            if number is not None:
                self._write_rule(rule, number)

    def _write_rule(self, rule: RuleDefinition, number: int) -> None:
        formula = self._checked.formula(rule.when)
        if rule.if_unknown is None and not self._code.is_traced:
            with self._code.block(f"if {self._generator.truth(formula, self._frame())}:", rule.when):
                self._write_fired(rule, number)
            return
        self._code.line(f"c = {self._generator.expression(formula, self._frame())}", rule.when)
        self._code.trace(f"trace.rule({number}, c)")
        with self._code.block("if c is not False:"):
            with self._code.block("if c is True:"):
                self._write_fired(rule, number)
            if rule.if_unknown is not None:
                with self._code.block("else:"):
                    self._code.line(f"undetermined.append({number})")

    def _write_fired(self, rule: RuleDefinition, number: int) -> None:
        self._code.line(f"fired.append({number})")
        if rule.then is not Outcome.APPROVE:
            self._code.line("blocked = True")

    def _write_grade(self) -> None:
        grade = self._checked.definition.outcome.grade
        self._code.line(f"grade = {self._expression(grade) if grade else None}")

    def _write_user_group(self) -> None:
        group = self._checked.definition.outcome.user_group
        if group:
            self._code.line(f"user_group = {self._expression(group)}", group)

    def _write_offers(self) -> None:
        offer = self._checked.definition.outcome.offer
        if offer is None:
            return
        if offer.each is None:
            self._write_offer(self._frame())
            return
        name, source = offer.each
        with self._code.block(f"for each in {self._expression(source)} or ():", source):
            self._write_offer(self._frame().nested({name.text: Variable("each", self._each_type(source))}))

    def _each_type(self, source: Source) -> Type:
        type_ = self._checked.formula(source).type
        return type_.item if isinstance(type_, ListType) else ANY

    def _write_offer(self, frame: Frame) -> None:
        offer = self._checked.definition.outcome.offer
        terms = self._terms(OfferTerms._fields, offer.terms if offer else {}, frame)
        self._code.line(f"offers.append({terms})")

    def _write_line_change(self) -> None:
        change = self._checked.definition.outcome.line_change
        if change is not None:
            self._code.line(f"line_change = {self._terms(LineChangeTerms._fields, change.terms, self._frame())}")

    def _terms(self, fields: Iterable[str], terms: Mapping[str, Source], frame: Frame) -> str:
        """Write the terms of an offer or a line's change with the caps, and return the text of them all."""
        for field in fields:
            source = self._checked.definition.outcome.caps.get(_CAPS[field]) if field in _CAPS else terms.get(field)
            term = self._generator.expression(self._checked.formula(source), frame) if source else None
            self._code.line(f"o_{field} = {term}", source)
            if source is not None:
                self._code.trace(f"trace.offer({field!r}, o_{field})")
        return _tuple([f"o_{field}" for field in fields])

    def _expression(self, source: Source) -> str:
        return self._generator.expression(self._checked.formula(source), self._frame())

    def _frame(self) -> Frame:
        return Frame(self._variables)


def _whole(places: dict[str, str], type_: ContextType) -> Variable:
    inner = ", ".join(f"{key!r}: {place}" for key, place in places.items())
    return Variable("{" + inner + "}", type_, nullable=False)


def _tuple(texts: Sequence[str]) -> str:
    return f"({''.join(f'{text}, ' for text in texts)})"


def _feel_value(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
