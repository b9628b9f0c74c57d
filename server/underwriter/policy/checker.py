"""Checks a policy as a whole: names, types, the graph, reasons. All findings are gathered, none stops the others."""

import re
from collections.abc import Iterable, Iterator, Mapping, Set

from underwriter.dmn.boxes.checked_boxes import CheckedBox, CheckedText, NoValue, texts_in
from underwriter.dmn.boxes.checker import BoxedChecker
from underwriter.dmn.boxes.expressions import BoxedContext, BoxedExpression, FunctionDefinition
from underwriter.dmn.boxes.parts import boxes_within, names_read
from underwriter.dmn.formulas import Formulas, names_in
from underwriter.dmn.graph import CircularDecisions, evaluation_order, reachable
from underwriter.dmn.tables.checked_table import CheckedTable
from underwriter.dmn.tables.decision_table import DecisionTable
from underwriter.dmn.tables.findings import output_type_findings
from underwriter.feel import Environment, Scope
from underwriter.feel.diagnostics import Diagnostic, has_errors
from underwriter.feel.source import Source
from underwriter.feel.types import ANY, BOOLEAN, NUMBER, ContextType, Type
from underwriter.policy import findings
from underwriter.policy.checked import CheckedPolicy, Path, nodes_at, paths_read
from underwriter.policy.definitions import (
    DecisionDefinition,
    Logic,
    PolicyDefinition,
    RulesLogic,
    ScorecardLogic,
    formulas_of,
)
from underwriter.policy.included_models import IncludedDecision, check_models
from underwriter.policy.kept_formulas import KeptFormulas
from underwriter.policy.model_inputs import BoundInputs
from underwriter.policy.model_interface import MODEL_OUTPUTS, ModelInterface
from underwriter.policy.named_types import NamedTypes
from underwriter.policy.outcome_checker import (
    cap_findings,
    check_outcome_formulas,
    counter_offer_findings,
    outcome_findings,
)
from underwriter.policy.shared_checks import DecisionCheck, NamesLookedUp, SharedChecks

POLICY_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ON_NAMES = frozenset({"unknown-name", "unknown-function", "unknown-decision", "undeclared-words", "unbound-input"})
"""Findings that may come of a part that was left out."""

_SCORECARD = ContextType(fields={"points": NUMBER})


def check_policy(
    definition: PolicyDefinition,
    environment: Environment,
    input_type: ContextType,
    models: Mapping[str, ModelInterface],
    reasons: Iterable[str],
    shared: SharedChecks | None = None,
) -> tuple[CheckedPolicy | None, list[Diagnostic]]:
    """Check a policy against the inputs, models and reasons that there are. None if anything is wrong.

    Of a policy of which something was left out, the rest is checked: what was left out may be anything.
    `shared` has what was found for policies before it, in the same environment.
    """
    checker = _PolicyChecker(definition, environment, input_type, models, shared or SharedChecks())
    checker.check_names()
    checker.check_rules(set(reasons))
    checker.check_outcome()
    checked = checker.check_decisions()
    return checked, checker.told


class _PolicyChecker:
    def __init__(
        self,
        definition: PolicyDefinition,
        environment: Environment,
        input_type: ContextType,
        models: Mapping[str, ModelInterface],
        shared: SharedChecks,
    ) -> None:
        self._definition = definition
        self._left_out = definition.left_out.names if definition.left_out else ()
        self._shared = shared
        self._known: dict[str, DecisionCheck] = {}
        self._parsed: set[str] = set()
        self._sent = self._with_attributes(input_type)
        dated = {parameter.name.text: parameter.type for parameter in definition.dated_parameters}
        self._inputs = ContextType(fields={**dated, **self._sent.fields})
        self._known_models = models
        self._models = {m.name.text: models[m.model.text] for m in definition.models if m.model.text in models}
        self._logic: dict[str, Logic] = {d.name.text: d.logic for d in definition.decisions}
        self._types: dict[str, Type] = {
            **dict.fromkeys(self._left_out, ANY),
            **self._inputs.fields,
            **{parameter.name.text: parameter.type for parameter in definition.parameters},
            **{model.name.text: MODEL_OUTPUTS for model in definition.models},
        }
        self._included, self._found = check_models(definition.included, environment, self._types)
        self._types = {**self._included.types, **self._types}
        self._formulas = Formulas(environment, self._all_names())
        self._boxed = BoxedChecker(self._formulas, NamedTypes())
        self._kept = KeptFormulas(self._formulas)
        self._boxes: dict[str, CheckedBox] = {}
        self._decisions: dict[str, DecisionDefinition | IncludedDecision] = {
            **self._included.decisions,
            **{decision.name.text: decision for decision in definition.decisions},
        }
        self._paths: dict[Path, str] = {
            **{path: self._included.node_names[key] for path, key in self._included.names.items()},
            **{(parameter.name.text,): parameter.name.text for parameter in definition.parameters},
            **{(name,): name for name in (*self._models, *self._logic) if not self._is_rules(name)},
        }

    @property
    def diagnostics(self) -> list[Diagnostic]:
        return self._found + self._formulas.diagnostics

    @property
    def told(self) -> list[Diagnostic]:
        """The findings that are told: none on unknown names where parts with names of their own were left out."""
        left_out = self._definition.left_out
        is_sure = left_out is None or not left_out.is_more
        return [finding for finding in self.diagnostics if is_sure or finding.code not in _ON_NAMES]

    def check_names(self) -> None:
        """Every name stands for one thing; models exist; the id can be part of a resource name."""
        taken = dict.fromkeys(self._sent.fields, findings.Taker("an input"))
        parts = (
            ("a parameter", [p.name for p in self._definition.parameters]),
            ("a parameter", [p.name for p in self._definition.dated_parameters]),
            ("a model", [m.name for m in self._definition.models]),
            ("a decision", [d.name for d in self._definition.decisions]),
        )
        for what, names in parts:
            for name in names:
                if name.text in taken:
                    self._found.append(findings.duplicate_name(name, taken[name.text]))
                taken.setdefault(name.text, findings.Taker(what, name))
        self._found += self._included.clashes(taken)
        for model in self._definition.models:
            if model.model.text not in self._known_models:
                self._found.append(findings.unknown_model(model.model, self._known_models))
        if not POLICY_ID.fullmatch(self._definition.id.text):
            self._found.append(findings.bad_policy_id(self._definition.id))

    def check_rules(self, reasons: set[str]) -> None:
        """Rule ids are unique, and what explains a rule is there.

        Reasons are in the catalogue; where that could not be read, it has findings of its own.
        """
        if reasons:
            self._check_reasons(reasons)
        ids: dict[str, Source] = {}
        explainers = [*self._model_names, *self._named(ScorecardLogic), *self._left_out]
        for logic in self._logic.values():
            for rule in logic.rules if isinstance(logic, RulesLogic) else ():
                if rule.id.text in ids:
                    self._found.append(findings.duplicate_rule_id(rule.id, ids[rule.id.text]))
                ids.setdefault(rule.id.text, rule.id)
                if rule.explained_by and rule.explained_by.text not in explainers:
                    wanted = "a model or a scorecard of this policy"
                    self._found.append(findings.unknown_decision(rule.explained_by, wanted, explainers))

    def _check_reasons(self, reasons: set[str]) -> None:
        for reason in (reason for logic in self._logic.values() for reason in _reasons_of(logic)):
            if reason.text not in reasons:
                self._found.append(findings.unknown_reason(reason, reasons))
        for model in self._definition.models:
            known = self._known_models.get(model.model.text)
            missing = [code for code in known.reason_codes if code not in reasons] if known else []
            self._found += [findings.unknown_model_reason(model.model, code) for code in missing]

    def check_outcome(self) -> None:
        """The outcome names decisions that are rules, and a model that is there; its parts go together."""
        rules, models = [*self._named(RulesLogic), *self._left_out], [*self._model_names, *self._left_out]
        self._found += outcome_findings(self._definition.outcome, rules, models)

    def check_decisions(self) -> CheckedPolicy | None:
        """Check every formula, each decision after those that it requires."""
        order = self._order(self._requirements())
        for name in order:
            self._check_node(name)
        self._found += check_outcome_formulas(self._definition.outcome, self._kept, self._types)
        bound = BoundInputs(self._included, self._types, self._inputs.fields)
        is_sound = self._definition.left_out is None and not has_errors(self.diagnostics)
        checked = self._result(order, bound) if is_sound else None
        self._found += bound.findings(checked.order if checked else self._included.own_nodes)
        if checked:
            self._found += counter_offer_findings(self._definition.outcome, checked.paths_read)
            self._found += cap_findings(checked)
        return None if has_errors(self.diagnostics) else checked

    def _requirements(self) -> dict[str, set[str]]:
        """Return for each node the nodes whose names it may read."""
        readable: dict[str, set[str]] = {}
        for path, node in self._paths.items():
            readable.setdefault(path[0], set()).add(node)
        requires: dict[str, set[str]] = {}
        for name, logic in self._logic.items():
            read = self._shared.names_read(logic, self._formulas.declared)
            if read is None:
                read = self._names_read(logic)
                self._parsed.add(name)
            requires[name] = _explainers(logic).union(*(readable.get(first, ()) for first in read))
        requires.update({model: set() for model in self._models})
        included = {name: self._included.required_before(key) for name, key in self._included.nodes.items()}
        return {**requires, **included}

    def _names_read(self, logic: Logic) -> Set[str]:
        before = len(self._formulas.diagnostics)
        names = self._names_in(logic)
        if len(self._formulas.diagnostics) == before:
            self._shared.keep_names(logic, self._formulas.declared, names)
        return names

    def _names_in(self, logic: Logic) -> set[str]:
        if not isinstance(logic, RulesLogic | ScorecardLogic):
            return names_read(logic, self._formulas)
        trees = [
            self._formulas.tests(source) if is_test else self._formulas.expression(source)
            for source, is_test in formulas_of(logic)
        ]
        return {name for tree in trees for name in names_in(tree)}

    def _order(self, requires: dict[str, set[str]]) -> tuple[str, ...]:
        """Return an order in which all can be checked; circles are reported, then opened at their first decision."""
        while True:
            try:
                return tuple(evaluation_order(requires))
            except CircularDecisions as error:
                first, second = error.circle[:2]
                place = self._decisions[first].name
                self._found.append(findings.circular_decisions(error.circle, place))
                requires[first] = requires[first] - {second}
                self._types[second] = ANY

    def _result(self, order: tuple[str, ...], bound: BoundInputs) -> CheckedPolicy:
        """Return the policy; elements of models that an included one imports are left out if nothing reads them."""
        texts = {name: self._known[name].texts if name in self._known else tuple(self._texts(name)) for name in order}
        paths = {
            name: self._known[name].paths if name in self._known else _paths_of(read) for name, read in texts.items()
        }
        requires = {name: frozenset(self._required(name, paths[name])) for name in order}
        inputs = {
            name: bound.paths_read(name) if name in self._included.nodes else self._input_paths(paths[name])
            for name in order
        }
        kept = reachable([*self._models, *self._logic, *self._included.own_nodes], requires)
        return CheckedPolicy(
            self._definition,
            self._inputs,
            self._models,
            self._included,
            self._decisions,
            tuple(name for name in order if name in kept),
            {**self._types, **{name: self._included.checked.types[key] for name, key in self._included.nodes.items()}},
            self._paths,
            {**self._boxes, **self._included.boxes},
            texts,
            requires,
            inputs,
            self._kept.by_source,
        )

    def _texts(self, name: str) -> Iterator[CheckedText]:
        if name in self._included.nodes:
            yield from self._included.texts(self._included.nodes[name])
        elif name in self._models:
            yield from (self._kept.by_source[id(source)] for _, source in self._models[name].features)
        elif name in self._boxes:
            yield from texts_in(self._boxes[name])
        elif isinstance(logic := self._logic[name], RulesLogic | ScorecardLogic):
            yield from (self._kept.by_source[id(source)] for source, _ in formulas_of(logic))

    def _required(self, name: str, paths: Iterable[Path]) -> set[str]:
        """Return the nodes and parameters that a node reads."""
        if name in self._included.nodes:
            return self._included.required(self._included.nodes[name]) - set(self._inputs.fields)
        return {node for path in paths for node in nodes_at(path, self._paths)} | _explainers(self._logic.get(name))

    def _input_paths(self, paths: Iterable[Path]) -> frozenset[Path]:
        return frozenset(path for path in paths if path[0] in self._inputs.fields)

    def _check_node(self, name: str) -> None:
        if name in self._included.nodes:
            return
        if name in self._models:
            for _, source in self._models[name].features:
                self._kept.check(source, Scope(self._sent.fields), NUMBER)
            return
        type_ = self._check_decision(name, self._logic[name])
        if type_ is not None and name not in self._inputs.fields:
            self._types[name] = type_

    def _check_decision(self, name: str, logic: Logic) -> Type | None:
        """Check a decision, or take over how it was checked in another policy; return the type of its value."""
        declared = self._formulas.declared
        known = self._shared.find(logic, declared, self._types)
        if known is None:
            before = len(self._formulas.diagnostics)
            if name not in self._parsed:  # its names were known, and no text of it has been parsed here
                self._names_in(logic)
            names = NamesLookedUp(self._types)
            type_ = self._check_logic(name, logic, Scope(names))
            is_readable = self._shared.names_read(logic, declared) is not None
            if not is_readable or not names.is_each_known or len(self._formulas.diagnostics) > before:
                return type_
            known = self._decision_check(name, logic, names, type_)
            self._shared.keep(known, declared)
        self._known[name] = known
        self._kept.by_source.update(known.formulas)
        if known.box is not None:
            self._boxes[name] = known.box
        return known.type

    def _decision_check(self, name: str, logic: Logic, names: NamesLookedUp, type_: Type | None) -> DecisionCheck:
        sources = [source for source, _ in formulas_of(logic)] if isinstance(logic, RulesLogic | ScorecardLogic) else []
        formulas = {id(source): self._kept.by_source[id(source)] for source in sources}
        texts = tuple(self._texts(name))
        return DecisionCheck(logic, names.found, self._boxes.get(name), type_, formulas, texts, _paths_of(texts))

    def _check_logic(self, name: str, logic: Logic, scope: Scope) -> Type | None:
        match logic:
            case ScorecardLogic():
                self._check_scorecard(logic, scope)
                return _SCORECARD
            case RulesLogic():
                for rule in logic.rules:
                    self._kept.check(rule.when, scope, BOOLEAN)
                return None
        before = len(self._formulas.diagnostics)
        box = self._boxes[name] = self._boxed.check(logic, scope)
        if isinstance(box, CheckedTable):
            self._formulas.diagnostics += output_type_findings(box)
        is_unsure = isinstance(logic, DecisionTable) and len(self._formulas.diagnostics) > before
        return ANY if is_unsure or isinstance(box, NoValue) else box.type

    def _check_scorecard(self, logic: ScorecardLogic, scope: Scope) -> None:
        for attribute in logic.attributes:
            type_ = self._kept.check(attribute.value, scope)
            for bin_ in attribute.bins:
                self._kept.check_tests(bin_.when, scope, type_)

    @property
    def _model_names(self) -> list[str]:
        return [model.name.text for model in self._definition.models]

    def _named(self, kind: type[Logic]) -> list[str]:
        return [name for name, logic in self._logic.items() if isinstance(logic, kind)]

    def _with_attributes(self, input_type: ContextType) -> ContextType:
        attributes = {attribute.name.text: attribute.type for attribute in self._definition.attributes}
        left_out = self._definition.left_out
        type_ = ANY if left_out is not None and left_out.is_more else ContextType(fields=attributes)
        return ContextType(fields={**input_type.fields, "attributes": type_})

    def _all_names(self) -> set[str]:
        names = {*self._types, *self._logic, *(a.name.text for a in self._definition.attributes)}
        if self._definition.outcome.offer and self._definition.outcome.offer.each:
            names.add(self._definition.outcome.offer.each[0].text)
        for logic in self._logic.values():
            if not isinstance(logic, RulesLogic | ScorecardLogic):
                names.update(_names_declared(logic))
        return names | self._included.declared_names

    def _is_rules(self, name: str) -> bool:
        return isinstance(self._logic.get(name), RulesLogic)


def _paths_of(texts: Iterable[CheckedText]) -> frozenset[Path]:
    return frozenset().union(*map(paths_read, texts))


def _names_declared(root: BoxedExpression) -> Iterator[str]:
    """Yield the names that a box and those in it give: steps, parameters and outputs."""
    for box in boxes_within(root):
        match box:
            case BoxedContext():
                yield from (entry.name.text for entry in box.entries if entry.name)
            case FunctionDefinition():
                yield from (parameter.name.text for parameter in box.parameters)
            case DecisionTable():
                yield from (clause.name.text for clause in box.outputs)


def _reasons_of(logic: Logic) -> Iterator[Source]:
    if isinstance(logic, RulesLogic):
        yield from (rule.reason for rule in logic.rules)
    elif isinstance(logic, ScorecardLogic):
        yield from (attribute.reason for attribute in logic.attributes)


def _explainers(logic: Logic | None) -> set[str]:
    if not isinstance(logic, RulesLogic):
        return set()
    return {rule.explained_by.text for rule in logic.rules if rule.explained_by}
