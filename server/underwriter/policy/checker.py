"""Checks a policy as a whole: names, types, the graph, reasons. All findings are gathered, none stops the others."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from typing import Any

from underwriter.dmn.formulas import Formulas, names_in, names_in_steps
from underwriter.dmn.graph import CircularDecisions, evaluation_order
from underwriter.dmn.tables.checker import CheckedTable, check_table
from underwriter.feel import Checked, Environment, Scope
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.nodes import Node
from underwriter.feel.source import Source
from underwriter.feel.types import ANY, BOOLEAN, NUMBER, STRING, ContextType, FunctionType, ListType, Type, join
from underwriter.policy import findings
from underwriter.policy.checked import CheckedPolicy, Path, paths_read
from underwriter.policy.definitions import (
    ContextLogic,
    ExpressionLogic,
    FunctionLogic,
    Logic,
    ParameterValue,
    PolicyDefinition,
    RulesLogic,
    ScorecardLogic,
    TableLogic,
    formulas_of,
)
from underwriter.policy.model_interface import MODEL_OUTPUTS, ModelInterface

_POLICY_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SCORECARD = ContextType(fields={"points": NUMBER})


def check_policy(
    definition: PolicyDefinition,
    environment: Environment,
    input_type: ContextType,
    models: Mapping[str, ModelInterface],
    reasons: Iterable[str],
) -> tuple[CheckedPolicy | None, list[Diagnostic]]:
    """Check a policy against the inputs, models and reasons that there are. None if anything is wrong."""
    checker = _PolicyChecker(definition, environment, input_type, models)
    checker.check_names()
    checker.check_rules(set(reasons))
    checker.check_outcome()
    checked = checker.check_decisions()
    return checked, checker.diagnostics


class _PolicyChecker:
    def __init__(
        self,
        definition: PolicyDefinition,
        environment: Environment,
        input_type: ContextType,
        models: Mapping[str, ModelInterface],
    ) -> None:
        self._definition = definition
        self._inputs = self._with_attributes(input_type)
        self._known_models = models
        self._models = {m.name.text: models[m.model.text] for m in definition.models if m.model.text in models}
        self._logic: dict[str, Logic] = {d.name.text: d.logic for d in definition.decisions}
        self._types: dict[str, Type] = {
            **self._inputs.fields,
            **{parameter.name.text: _type_of(parameter.value) for parameter in definition.parameters},
            **{model.name.text: MODEL_OUTPUTS for model in definition.models},
        }
        self._formulas = Formulas(environment, self._all_names())
        self._checked: dict[int, Checked[Any]] = {}
        self._tables: dict[str, CheckedTable] = {}
        self._found: list[Diagnostic] = []

    @property
    def diagnostics(self) -> list[Diagnostic]:
        return self._found + self._formulas.diagnostics

    def check_names(self) -> None:
        """Every name stands for one thing; models exist; the id can be part of a resource name."""
        taken = dict.fromkeys(self._inputs.fields, "an input")
        parts = (
            ("a parameter", [p.name for p in self._definition.parameters]),
            ("a model", [m.name for m in self._definition.models]),
            ("a decision", [d.name for d in self._definition.decisions]),
        )
        for what, names in parts:
            for name in names:
                if name.text in taken:
                    self._found.append(findings.duplicate_name(name, taken[name.text]))
                taken.setdefault(name.text, f"{what} at {name.location(0)}")
        for model in self._definition.models:
            if model.model.text not in self._known_models:
                self._found.append(findings.unknown_model(model.model, self._known_models))
        if not _POLICY_ID.fullmatch(self._definition.id.text):
            self._found.append(findings.bad_policy_id(self._definition.id))

    def check_rules(self, reasons: set[str]) -> None:
        """Rule ids are unique, and what explains a rule is there.

        Reasons are in the catalogue; where that could not be read, it has findings of its own.
        """
        if reasons:
            self._check_reasons(reasons)
        ids: dict[str, Source] = {}
        explainers = [*self._model_names, *self._named(ScorecardLogic)]
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
        """The outcome names decisions that are rules, and a model that is there."""
        outcome = self._definition.outcome
        if not outcome.rules:
            self._found.append(findings.outcome_without_rules(outcome.source))
        known = self._named(RulesLogic)
        for name in outcome.rules:
            if name.text not in known:
                self._found.append(findings.unknown_decision(name, "a decision with rules", known))
        if outcome.score and outcome.score.text not in self._model_names:
            self._found.append(findings.unknown_decision(outcome.score, "a model of this policy", self._model_names))

    def check_decisions(self) -> CheckedPolicy | None:
        """Check every formula, each decision after those that it requires."""
        order = self._order(self._requirements())
        for name in order:
            self._check_node(name)
        self._check_offer()
        return None if self.diagnostics else self._result(order)

    def _requirements(self) -> dict[str, set[str]]:
        """Return for each decision and model the decisions and models whose names it may read."""
        nodes = {name for name, logic in self._logic.items() if not isinstance(logic, RulesLogic)} | set(self._models)
        requires = {name: (self._names_read(logic) & nodes) | _explainers(logic) for name, logic in self._logic.items()}
        return {**requires, **{model: set() for model in self._models}}

    def _names_read(self, logic: Logic) -> set[str]:
        if isinstance(logic, ContextLogic):
            return names_in_steps((self._formulas.expression(source), key.text) for key, source in logic.entries)
        names = {name for tree in self._trees(logic) for name in names_in(tree)}
        return names - {key.text for key, _ in logic.parameters} if isinstance(logic, FunctionLogic) else names

    def _trees(self, logic: Logic) -> Iterator[Node | None]:
        for source, is_test in formulas_of(logic):
            yield self._formulas.tests(source) if is_test else self._formulas.expression(source)

    def _order(self, requires: dict[str, set[str]]) -> tuple[str, ...]:
        """Return an order in which all can be checked; circles are reported, then opened at their first decision."""
        while True:
            try:
                return tuple(evaluation_order(requires))
            except CircularDecisions as error:
                first, second = error.circle[:2]
                place = next(decision.name for decision in self._definition.decisions if decision.name.text == first)
                self._found.append(findings.circular_decisions(error.circle, place))
                requires[first] = requires[first] - {second}
                self._types[second] = ANY

    def _result(self, order: tuple[str, ...]) -> CheckedPolicy:
        read = {name: self._references(self._sources(name)) for name in order}
        nodes = set(self._types) - set(self._inputs.fields)
        requires = {name: {path[0] for path in read[name]} & nodes for name in order}
        for name, logic in self._logic.items():
            requires[name] |= _explainers(logic)
        return CheckedPolicy(
            self._definition,
            self._inputs,
            self._models,
            order,
            self._types,
            self._tables,
            {name: frozenset(names) for name, names in requires.items()},
            {name: frozenset(path for path in read[name] if path[0] in self._inputs.fields) for name in order},
            self._checked,
        )

    def _sources(self, name: str) -> Iterator[Source]:
        if name in self._models:
            yield from (source for _, source in self._models[name].features)
        else:
            yield from (source for source, _ in formulas_of(self._logic[name]))

    def _references(self, sources: Iterable[Source]) -> set[Path]:
        return {path for source in sources for path in paths_read(self._checked[id(source)]) if path[0] in self._types}

    def _check_node(self, name: str) -> None:
        if name in self._models:
            for _, source in self._models[name].features:
                self._check(source, Scope(self._inputs.fields), NUMBER)
            return
        type_ = self._check_logic(name, self._logic[name])
        if type_ is not None and name not in self._inputs.fields:
            self._types[name] = type_

    def _check_logic(self, name: str, logic: Logic) -> Type | None:
        scope = Scope(self._types)
        match logic:
            case ExpressionLogic():
                return self._check(logic.expression, scope)
            case TableLogic():
                return self._check_table(name, logic, scope)
            case ContextLogic():
                return self._check_context(logic, scope)
            case FunctionLogic():
                parameters = {parameter.text: type_ for parameter, type_ in logic.parameters}
                result = self._check(logic.expression, scope.nested(parameters))
                return FunctionType(parameters=tuple(parameters.items()), result=result)
            case ScorecardLogic():
                self._check_scorecard(logic, scope)
                return _SCORECARD
            case RulesLogic():
                for rule in logic.rules:
                    self._check(rule.when, scope, BOOLEAN)
        return None

    def _check_table(self, name: str, logic: TableLogic, scope: Scope) -> Type:
        checked = check_table(logic.table, self._formulas, scope)
        if checked is None:
            return ANY
        self._tables[name] = checked
        cells: list[Checked[Any]] = [*checked.inputs, *checked.defaults]
        for row in checked.rows:
            cells += [*row.tests, *row.outputs]
        self._checked.update({id(cell.source): cell for cell in cells})
        return checked.type

    def _check_context(self, logic: ContextLogic, scope: Scope) -> ContextType:
        steps: dict[str, Type] = {}
        for key, source in logic.entries:
            steps[key.text] = self._check(source, scope.nested(steps))
        return ContextType(fields=steps)

    def _check_scorecard(self, logic: ScorecardLogic, scope: Scope) -> None:
        for attribute in logic.attributes:
            type_ = self._check(attribute.value, scope)
            for bin_ in attribute.bins:
                self._keep(bin_.when, self._formulas.check_tests(bin_.when, scope, type_))

    def _check_offer(self) -> None:
        outcome = self._definition.outcome
        scope = Scope(self._types)
        if outcome.grade:
            self._check(outcome.grade, scope, STRING)
        if outcome.offer and outcome.offer.each:
            name, source = outcome.offer.each
            each = self._check(source, scope, ListType())
            scope = scope.nested({name.text: each.item if isinstance(each, ListType) else ANY})
        for term, source in outcome.offer.terms.items() if outcome.offer else ():
            self._check(source, scope, STRING if term == "repayment_method" else NUMBER)
        for source in outcome.caps.values():
            self._check(source, scope, NUMBER)

    def _check(self, source: Source, scope: Scope, expected: Type | None = None) -> Type:
        return self._keep(source, self._formulas.check(source, scope, expected))

    def _keep(self, source: Source, checked: Checked[Any] | None) -> Type:
        if checked is None:
            return ANY
        self._checked[id(source)] = checked
        return checked.type

    @property
    def _model_names(self) -> list[str]:
        return [model.name.text for model in self._definition.models]

    def _named(self, kind: type[Logic]) -> list[str]:
        return [name for name, logic in self._logic.items() if isinstance(logic, kind)]

    def _with_attributes(self, input_type: ContextType) -> ContextType:
        attributes = {attribute.name.text: attribute.type for attribute in self._definition.attributes}
        return ContextType(fields={**input_type.fields, "attributes": ContextType(fields=attributes)})

    def _all_names(self) -> set[str]:
        names = {*self._types, *self._logic, *(a.name.text for a in self._definition.attributes)}
        if self._definition.outcome.offer and self._definition.outcome.offer.each:
            names.add(self._definition.outcome.offer.each[0].text)
        for logic in self._logic.values():
            if isinstance(logic, ContextLogic):
                names |= {key.text for key, _ in logic.entries}
            elif isinstance(logic, FunctionLogic):
                names |= {parameter.text for parameter, _ in logic.parameters}
            elif isinstance(logic, TableLogic):
                names |= {clause.name.text for clause in logic.table.outputs}
        return names


def _reasons_of(logic: Logic) -> Iterator[Source]:
    if isinstance(logic, RulesLogic):
        yield from (rule.reason for rule in logic.rules)
    elif isinstance(logic, ScorecardLogic):
        yield from (attribute.reason for attribute in logic.attributes)


def _explainers(logic: Logic) -> set[str]:
    if not isinstance(logic, RulesLogic):
        return set()
    return {rule.explained_by.text for rule in logic.rules if rule.explained_by}


def _type_of(value: ParameterValue) -> Type:
    if isinstance(value, tuple):
        return ListType(item=reduce(join, map(_type_of, value))) if value else ListType()
    if isinstance(value, bool):
        return BOOLEAN
    return STRING if isinstance(value, str) else NUMBER
