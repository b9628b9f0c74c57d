"""Conditions of monitors that can never be true: told of all events that the API admits, whatever is null in them.

What a step's condition reads is known better where the step compares: a field that is the same as the trigger's has a
value that the trigger's condition admits, and neither it nor one that differs is null.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import localcontext
from functools import partial
from itertools import islice

from underwriter.analysis.domains.domain import UNKNOWN, Domain
from underwriter.analysis.domains.expression_domains import domain_of_node
from underwriter.analysis.domains.making import without_null
from underwriter.analysis.domains.names import Names
from underwriter.analysis.domains.narrowing import shared_domain, where_true
from underwriter.analysis.regions.condition_examples import assignments, known_terms
from underwriter.analysis.regions.conditions import Condition as Regions
from underwriter.analysis.regions.conditions import Readable, read_condition
from underwriter.analysis.regions.regions import TooTangled
from underwriter.feel import FEEL_CONTEXT, Checked, Environment
from underwriter.feel.diagnostics import Diagnostic, in_file_order
from underwriter.feel.nodes import Expression
from underwriter.monitoring import findings
from underwriter.monitoring.checker import KEY_FIELDS
from underwriter.monitoring.condition_compiler import ConditionCompiler
from underwriter.monitoring.conditions import Condition
from underwriter.monitoring.definitions import Absence, EventPattern, Monitor, MonitorRule, Step
from underwriter.monitoring.event_domains import event_domains
from underwriter.monitoring.event_kinds import ACCOUNT, KINDS
from underwriter.policy.checked import Path

_MOST_TRIED = 32

_Domains = Mapping[str, Domain]


def analyse_monitors(monitors: Iterable[Monitor], environment: Environment) -> list[Diagnostic]:
    """Return what is found in monitors without errors: warnings, each at a condition that no event meets.

    Of a condition with too many cases to tell nothing is said.
    """
    return in_file_order([found for monitor in monitors for found in _MonitorAnalysis(monitor, environment).findings()])


class _MonitorAnalysis:
    def __init__(self, monitor: Monitor, environment: Environment) -> None:
        self._monitor = monitor
        self._compiler = ConditionCompiler(environment, monitor.currency)

    def findings(self) -> Iterator[Diagnostic]:
        for rule in self._monitor.rules:
            yield from self._findings(rule)

    def _findings(self, rule: MonitorRule) -> Iterator[Diagnostic]:
        trigger = self._own_domains(rule.trigger)
        of_trigger = list(self._look(rule.trigger, trigger, f"the trigger of rule {rule.id.text}", "the rule"))
        yield from of_trigger
        if not of_trigger:
            trigger = self._where_true(rule.trigger, trigger)
        for step in rule.steps:
            what = f"step '{step.name}'" if step.name else "a step"
            domains = _known(self._compared_domains(step, trigger), (step.each,))
            yield from self._look(step.pattern, domains, f"{what} of rule {rule.id.text}", "the rule")
        for key, absences in (("unless", rule.unless), ("unless followed by", rule.unless_followed)):
            for absence in absences:
                what = f"an event under '{key}' of rule {rule.id.text}"
                yield from self._look(absence.pattern, self._compared_domains(absence, trigger), what, "the entry")

    def _own_domains(self, pattern: EventPattern) -> _Domains:
        return _known(event_domains(pattern.kind), (KEY_FIELDS[self._monitor.key],))

    def _compared_domains(self, part: Step | Absence, trigger: _Domains) -> _Domains:
        """Return the domains of an event that compares with a trigger of these domains."""
        own = self._own_domains(part.pattern)
        same = {name: shared_domain(own[name], trigger[name]) for name in part.same if name != ACCOUNT}
        return _known({**own, **same}, (*part.same, *part.different))

    def _where_true(self, pattern: EventPattern, domains: _Domains) -> _Domains:
        """Return the domains where a pattern's condition is true."""
        if pattern.where is None:
            return domains
        formula = self._formula(pattern, pattern.where)
        names = Names(domains.get)
        with localcontext(FEEL_CONTEXT):
            narrowed = where_true(formula.tree, lambda node: domain_of_node(formula, node, names))
        return {**domains, **{steps[0]: domain for steps, domain in narrowed.items() if len(steps) == 1}}

    def _look(self, pattern: EventPattern, domains: _Domains, what: str, part: str) -> Iterator[Diagnostic]:
        """Tell of a condition that is not true of any event whose fields are in these domains."""
        if pattern.where is None:
            return
        formula = self._formula(pattern, pattern.where)
        try:
            regions = read_condition(formula, Readable(partial(_domain_of, domains)))
        except TooTangled:
            return
        if regions.ways.true or _is_met(pattern.where, regions):
            return
        known = [*known_terms(regions), *_reasons(pattern.kind, formula, domains)]
        yield findings.never_matches(pattern.where.source, what, known, part)

    def _formula(self, pattern: EventPattern, condition: Condition) -> Checked[Expression]:
        formula, found = self._compiler.check(condition.source, KINDS[pattern.kind])
        if formula is None:
            raise ValueError(f"a monitor with errors can't be analysed: {found}")
        return formula


def _domain_of(domains: _Domains, path: Path) -> Domain:
    """Return the domain of a field; of a part of one, such as the year of a date, nothing is known."""
    return domains[path[0]] if len(path) == 1 else UNKNOWN


def _is_met(condition: Condition, regions: Regions) -> bool:
    """Tell whether any of some examples meets a condition, by the code that matches events."""
    for example in islice(assignments(regions), _MOST_TRIED):
        if condition.holds({path[0]: value for path, value in example.items() if len(path) == 1}):
            return True
    return False


def _reasons(kind: int, formula: Checked[Expression], domains: _Domains) -> Iterator[str]:
    """Yield why more is known of the fields that a condition reads than the API tells of them."""
    for name in sorted(path[0] for path in formula.references):
        own = event_domains(kind)[name]
        if domains[name] == without_null(own) != own:
            yield f"{name} is not null here"
        elif domains[name] != own:
            yield f"{name} is the same as the trigger's"


def _known(domains: _Domains, names: Iterable[str]) -> _Domains:
    """Return the domains where these fields are not null."""
    return {**domains, **{name: without_null(domains[name]) for name in names if name in domains}}
