"""Rules that can never fire, and rules that always do: told of all values that their conditions may meet, null too."""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice

from underwriter.analysis import rule_wording as wording
from underwriter.analysis.domains.domains import Domains
from underwriter.analysis.looks import Look
from underwriter.analysis.regions.cell_text import literal_text
from underwriter.analysis.regions.condition_examples import assignments, known_terms
from underwriter.analysis.regions.condition_runs import ConditionRuns
from underwriter.analysis.regions.conditions import Condition, Readable, read_condition
from underwriter.analysis.regions.parameter_values import parameter_values
from underwriter.analysis.regions.regions import TooTangled, Work, size, uncovered
from underwriter.analysis.scorecards import scorecard_findings
from underwriter.dmn.boxes.checked_boxes import CheckedLiteral
from underwriter.feel import Checked, Diagnostic, Environment, Value
from underwriter.feel.nodes import Expression
from underwriter.feel.types import BOOLEAN, plain
from underwriter.policy.checked import CheckedPolicy, Path, path_text
from underwriter.policy.definitions import RuleDefinition, RulesLogic, ScorecardLogic

MOST_WORK = 200_000
"""How many looks at a way in which a condition is true the proof that it always is may take."""

_MOST_TRIED = 32
_MOST_EXPLAINED = 3


def looks_at_rules(checked: CheckedPolicy, domains: Domains, environment: Environment) -> Iterator[Look]:
    """Yield what is found in each rule and each scorecard of a policy."""
    names = parameter_values(checked.definition)
    rules = _RuleAnalysis(checked, domains, names, environment)

    def of_scorecard(logic: ScorecardLogic) -> list[Diagnostic]:
        return list(scorecard_findings(logic, checked, domains, names, environment))

    for decision in checked.definition.decisions:
        match decision.logic:
            case RulesLogic(rules=listed):
                yield from (domains.look_at_rule(rule, partial(rules.findings, rule)) for rule in listed)
            case ScorecardLogic() as logic:
                yield domains.look_at_node(decision.name.text, partial(of_scorecard, logic))


class _RuleAnalysis:
    def __init__(
        self, checked: CheckedPolicy, domains: Domains, names: Mapping[str, Value], environment: Environment
    ) -> None:
        self._checked = checked
        self._names = names
        self._readable = Readable(domains.of_path, names, _own_conditions(checked), checked.dated_parameters.keys())
        self._runs = ConditionRuns(checked, domains, names, environment)

    def findings(self, rule: RuleDefinition) -> list[Diagnostic]:
        """Return what is found in a rule."""
        return list(self._findings(rule))

    def _findings(self, rule: RuleDefinition) -> Iterator[Diagnostic]:
        formula = self._checked.formula(rule.when)
        try:
            condition = read_condition(formula, self._readable)
            is_always = uncovered(condition.whole, condition.ways.true, Work(MOST_WORK)) is None
        except TooTangled:
            yield wording.rule_too_tangled(rule)
            return
        if not size(condition.whole):
            return
        if not condition.ways.true and all(value is not True for value in self._tried(formula, condition)):
            yield wording.rule_never_fires(rule, self._known_text(formula, condition))
        elif is_always and all(value is True for value in self._tried(formula, condition)):
            yield wording.rule_always_fires(rule, _example_text(next(assignments(condition))))

    def _tried(self, formula: Checked[Expression], condition: Condition) -> Iterator[Value]:
        """Run a condition on examples, and yield what it comes to."""
        yield from (self._runs.value(formula, given) for given in islice(assignments(condition), _MOST_TRIED))

    def _known_text(self, formula: Checked[Expression], condition: Condition) -> str:
        """Return what is known of the terms, where that is more than their type, and the parameters' values."""
        read = {name for name, *_ in formula.references}
        constants = [f"{name} is {literal_text(value)}" for name, value in self._names.items() if name in read]
        return "; ".join([*known_terms(condition), *constants][:_MOST_EXPLAINED])


def _own_conditions(checked: CheckedPolicy) -> dict[str, Checked[Expression]]:
    """Return the decisions that are conditions, but for those of included models, by name."""
    return {
        name: box.checked
        for name, box in checked.boxes.items()
        if isinstance(box, CheckedLiteral) and plain(box.type) == BOOLEAN and name not in checked.included.nodes
    }


def _example_text(example: Mapping[Path, Value]) -> str:
    return ", ".join(f"{path_text(path)} = {literal_text(value)}" for path, value in example.items())
