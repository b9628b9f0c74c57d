"""The domains of everything that a policy computes, each from those of what it reads, in the order of the graph."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from decimal import Decimal
from functools import cached_property, partial
from operator import eq
from typing import Any

from underwriter.analysis.domains.bases import Bases
from underwriter.analysis.domains.box_domains import BoxReader, SeenTexts
from underwriter.analysis.domains.comparisons import Answers
from underwriter.analysis.domains.domain import UNKNOWN, Domain
from underwriter.analysis.domains.expression_domains import (
    answers_of_cell,
    domain_of_node,
    domain_of_text,
    member_domain,
)
from underwriter.analysis.domains.input_domains import application_domains, stored_domains
from underwriter.analysis.domains.making import constant, hull, numbers, whole, with_null
from underwriter.analysis.domains.names import Names
from underwriter.analysis.domains.narrowing import Narrowed
from underwriter.analysis.domains.shared_work import Found, SharedWork
from underwriter.analysis.domains.structures import ContextDomain, ListDomain
from underwriter.analysis.looks import Look
from underwriter.dmn.graph import reachable
from underwriter.feel import Checked
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.nodes import Expression
from underwriter.feel.source import Source
from underwriter.feel.types import Type
from underwriter.policy.checked import CheckedPolicy, Path, paths_read
from underwriter.policy.definitions import (
    Bin,
    DatedParameter,
    ParameterDefinition,
    RuleDefinition,
    ScorecardAttribute,
    ScorecardLogic,
)
from underwriter.policy.model_interface import MODEL_OUTPUTS, ModelInterface


class Domains:
    """What each name and each formula of a policy may come to, whatever is sent and stored.

    Nodes are worked out when they are asked for, each after those that it reads; `known` are worked out already.
    """

    def __init__(
        self, checked: CheckedPolicy, shared: SharedWork | None = None, known: Mapping[str, Domain] | None = None
    ) -> None:
        self.checked = checked
        self.shared = shared or SharedWork()
        self._seen = SeenTexts()
        self._reading: dict[Path, set[str]] = {}
        self._domains: dict[str, Domain] = {**self._given(), **self._parameters()} if known is None else dict(known)
        self._open = dict.fromkeys(name for name in checked.own_values if name not in self._domains)

    def known(self) -> Mapping[str, Domain]:
        """Return the domains of all names, every node worked out."""
        self._work_out(list(self._open))
        return self._domains

    def work_out(self, nodes: Collection[str]) -> None:
        """Work out nodes and all that they read, at once: one by one each would be looked up in the graph."""
        needed = reachable(nodes, {name: self.checked.requires[name] for name in self._open})
        self._work_out([name for name in self._open if name in needed])

    def of(self, formula: Checked[Any]) -> Domain:
        """Return what a formula of the policy may come to; of one in a table or a step, where it stands there.

        Of what is not looked into, such as the elements of included DMN models, only the type is known.
        """
        known = self._seen.domains.get(id(formula))
        if known is not None:
            return known
        if id(formula) not in self.checked.free_formulas:
            self._work_out(list(self._open))
            return self._seen.domains.get(id(formula)) or whole(formula.type)
        names = self._offer_names if id(formula) in self.checked.offer_formulas else self._names
        read = [names.find(name) for name in sorted({path[0] for path in formula.references})]
        found = self.shared.find(formula.source, read, lambda: Found(domain_of_text(formula, names)))
        self._seen.add(formula, found.domain)
        return found.domain

    def of_part(self, checked: Checked[Any], node: Expression, step_of: str | None = None) -> Domain:
        """Return what a part of a formula may come to: of a decision's step, where it may read the steps before."""
        steps = self._find(step_of) if step_of is not None else None
        members = steps.members if isinstance(steps, ContextDomain) else {}
        names = self._offer_names if id(checked) in self.checked.offer_formulas else self._names
        return domain_of_node(checked, node, names.nested(members) if members else names)

    def of_path(self, path: Path) -> Domain:
        """Return what an input, a parameter or a decision may come to, or a part of it: `("bureau", "loans", "1")`."""
        domain = self._find(path[0]) or UNKNOWN
        for step in path[1:]:
            domain = _step(domain, step)
        return domain

    def of_where(self, formula: Checked[Any], narrowed: Narrowed) -> Domain:
        """Return what a formula may come to where more is known of paths that it reads itself."""
        return domain_of_text(formula, self._names.where(narrowed))

    def nodes_reading(self, path: Path) -> Set[str]:
        """Return the nodes that read an input, or a part of it, themselves or through others but models."""
        found = self._reading.get(path)
        if found is None:
            found = self._reading[path] = self.readers(path)
            for name in self.checked.order if found else ():
                if not found.isdisjoint(self.checked.requires[name]) and name not in self.checked.models:
                    found.add(name)
        return found

    def readers(self, path: Path) -> set[str]:
        """Return the nodes that read an input, or a part of it, themselves. A model says something whatever it gets."""
        readers = self._readers.get(path[0], {})
        return set().union(*(nodes for other, nodes in readers.items() if all(map(eq, path, other))))

    @cached_property
    def _readers(self) -> dict[str, dict[Path, set[str]]]:
        """The nodes that read each path themselves, by the input that it leads into."""
        readers: dict[str, dict[Path, set[str]]] = {}
        for name in self.checked.order:
            if name not in self.checked.models:
                for path in self.checked.inputs[name]:
                    readers.setdefault(path[0], {}).setdefault(path, set()).add(name)
        return readers

    def _find(self, name: str) -> Domain | None:
        if name in self._open:
            self.work_out([name])
        return self._domains.get(name)

    def _work_out(self, names: Sequence[str]) -> None:
        """Work out nodes that stand in the order of the graph."""
        for name in names:
            del self._open[name]
            self._add(name)

    def look_at_node(self, name: str, find: Callable[[], Sequence[Diagnostic]]) -> Look:
        """Return what is found in a node, which no policy looks at twice that has it alike."""
        written = self.checked.decisions[name].name
        return self._look(written, self.checked.requires[name], self.checked.inputs[name], find)

    def look_at_rule(self, rule: RuleDefinition, find: Callable[[], Sequence[Diagnostic]]) -> Look:
        """Return what is found in a rule, likewise."""
        paths = paths_read(self.checked.formula(rule.when))
        inputs = [path for path in paths if path[0] in self.checked.input_type.fields]
        return self._look(rule.when, self.checked.nodes_read([rule.when]), inputs, find)

    def _look(
        self, written: Source, required: Set[str], paths: Iterable[Path], find: Callable[[], Sequence[Diagnostic]]
    ) -> Look:
        basis = self._bases.of_part(written, required, paths)
        return Look(written, self.shared.look(basis, find))

    @cached_property
    def _bases(self) -> Bases:
        return Bases(self.checked, self.shared, self._domains.get)

    @property
    def _names(self) -> Names:
        """The names of the policy. They are not kept: the two would hold each other until a collection."""
        return Names(self._find)

    @property
    def _offer_names(self) -> Names:
        """The names that the terms of an offer may read: one more, if an offer is made for each item of a list."""
        offer = self.checked.definition.outcome.offer
        if offer is None or offer.each is None:
            return self._names
        name, source = offer.each
        items = self.of(self.checked.formula(source))
        return self._names.nested({name.text: items.item if isinstance(items, ListDomain) else UNKNOWN})

    def _given(self) -> dict[str, Domain]:
        """Return the domains of the inputs; of the elements of included models only the types are known."""
        sent, stored, checked = application_domains(), stored_domains(), self.checked
        others = {name: type_ for name, type_ in checked.input_type.fields.items() if name not in sent | stored}
        return {
            **{name: self.shared.same(whole(type_)) for name, type_ in checked.included.types.items()},
            **{name: self.shared.same(whole(type_, can_be_null=False)) for name, type_ in others.items()},
            **sent,
            **stored,
        }

    def _parameters(self) -> dict[str, Domain]:
        """Return the domains of parameters and of models, which share their files with other policies."""
        definition, models = self.checked.definition, self.checked.models
        parameters = {
            **{parameter.name: partial(_parameter, parameter) for parameter in definition.parameters},
            **{dated.name: partial(_dated, dated) for dated in definition.dated_parameters},
            **{model.name: partial(_model, models[model.name.text]) for model in definition.models},
        }
        return {name.text: self.shared.find(name, (), work_out).domain for name, work_out in parameters.items()}

    def _add(self, name: str) -> None:
        """Add what a node of the graph comes to."""
        required, inputs = self.checked.requires[name], {path[0] for path in self.checked.inputs[name]}
        read = [self._find(other) for other in (*sorted(required), *sorted(inputs))]
        found = self.shared.find(self.checked.decisions[name].name, read, lambda: self._worked_out(name))
        self._domains[name] = found.domain
        for text, domain in zip(self.checked.texts[name], found.texts, strict=False):
            if domain is not None:
                self._seen.domains[id(text)] = domain

    def _worked_out(self, name: str) -> Found:
        logic = self.checked.decisions[name].logic
        if isinstance(logic, ScorecardLogic):
            return Found(self._scorecard(logic, self.checked.types[name]))
        seen = SeenTexts()
        domain = BoxReader(seen).domain(self.checked.boxes[name], self._names)
        return Found(domain, [seen.domains.get(id(text)) for text in self.checked.texts[name]])

    def _scorecard(self, logic: ScorecardLogic, type_: Type) -> Domain:
        """Return the points of a scorecard: the sum of the least and of the most that each attribute can give."""
        given = [self._points(attribute) for attribute in logic.attributes]
        low = sum((min(points) for points in given), logic.base)
        high = sum((max(points) for points in given), logic.base)
        is_whole = all(points == int(points) for points in (logic.base, *(p for points in given for p in points)))
        members = {"points": numbers(low, high, is_whole=is_whole)}
        return ContextDomain(type_, can_be_null=False, members=members)

    def _points(self, attribute: ScorecardAttribute) -> list[Decimal]:
        """Return the points that an attribute may give: of the bins that may fit, or those of a missing value."""
        value = self.of(self.checked.formula(attribute.value))
        found = [bin_.points for bin_ in attribute.bins if True in self._bin_answers(bin_, value)]
        return [*found, attribute.missing]

    def _bin_answers(self, bin_: Bin, value: Domain) -> Answers:
        return answers_of_cell(self.checked.formula(bin_.when), value, self._names)


def _parameter(parameter: ParameterDefinition) -> Found:
    value = parameter.value
    return Found(constant(list(value) if isinstance(value, tuple) else value))


def _dated(parameter: DatedParameter) -> Found:
    """Return the values of a parameter that changes with the days: null before the first of them.

    Its whole history counts: backtests, and impact reports on recorded decisions, decide on past days with these rules,
    and what is found must not change with the day of the check.
    """
    return Found(with_null(hull(constant(value) for _, value in parameter.history)))


def _model(model: ModelInterface) -> Found:
    """Return what a model says: null if it fails."""
    members = {
        "probability": numbers(Decimal(0), Decimal(1), can_be_null=True),
        "score": numbers(model.least_score, model.most_score, can_be_null=True, is_whole=True),
        "missing": numbers(Decimal(0), Decimal(len(model.features)), can_be_null=True, is_whole=True),
    }
    return Found(ContextDomain(MODEL_OUTPUTS, can_be_null=False, members=members))


def _step(domain: Domain, step: str) -> Domain:
    if isinstance(domain, ListDomain) and step.isdecimal():
        return with_null(domain.item)
    found = member_domain(domain, step)
    return UNKNOWN if found is None else found
