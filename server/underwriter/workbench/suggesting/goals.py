"""What a search is after, how far a trial is from it, and what may be changed to come nearer."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from underwriter.decisioning.rule_tests.coverage import ArmSpot, BinSpot, RowSpot, RuleSpot, Spot
from underwriter.dmn.graph import reachable
from underwriter.dmn.tables.checked_table import CheckedTable
from underwriter.feel import Checked, Value
from underwriter.feel.nodes import If
from underwriter.feel.source import Source
from underwriter.feel.traversal import descendants
from underwriter.policy import Policy, StepKind
from underwriter.policy.checked import Path
from underwriter.workbench.computed_values import NotComputed
from underwriter.workbench.suggesting.conditions import ConditionDistances
from underwriter.workbench.suggesting.moves import Moves
from underwriter.workbench.suggesting.trial import Trial

_FAR = 1000.0
_MISSING = 0.01


class Goal(ABC):
    """Something to be reached. `distance` is 0 where a trial is there."""

    def __init__(self, policy: Policy, distances: ConditionDistances, moves: Moves) -> None:
        self._policy = policy
        self._checked = policy.checked
        self._distances = distances
        self._moves = moves

    @abstractmethod
    def distance(self, trial: Trial) -> float:
        """Return how far a trial is from the goal."""

    @abstractmethod
    def variables(self, trial: Trial) -> list[Path]:
        """Return what may be changed to come nearer, the most promising first."""

    def blocked(self, trial: Trial) -> float:
        """Return how far the rules that fired, or are undetermined, are from letting the application be approved."""
        return sum(self._blocked_by(number, trial) for number in trial.blocking)

    def variables_in_the_way(self, trial: Trial) -> list[Path]:
        """Return what the rules read that stand against an approval."""
        return self.variables_of([self._policy.rules[number][1].when for number in trial.blocking])

    def variables_of(self, sources: Iterable[Source]) -> list[Path]:
        """Return what formulas read, themselves or through decisions."""
        found: list[Path] = []
        for source in sources:
            nodes = reachable(self._checked.nodes_read([source]), self._checked.requires)
            found += self._moves.variables(self._checked.inputs_of_formula(source), nodes)
        return list(dict.fromkeys(found))

    def variables_of_node(self, name: str) -> list[Path]:
        """Return what a decision reads, itself or through others."""
        return self._moves.variables(self._checked.inputs_of([name]), reachable([name], self._checked.requires))

    def condition(self, number: int, wanted: bool, trial: Trial) -> float:
        """Return how far a rule's condition is from being true, or false."""
        formula = self._checked.formula(self._policy.rules[number][1].when)
        return self._distances.of(formula, formula.tree, wanted, trial.values)

    def _blocked_by(self, number: int, trial: Trial) -> float:
        if trial.conditions[number] is True:
            return 1 + self.condition(number, False, trial)
        read = self._policy.inputs_of_rules[number]
        return 1 + _MISSING * sum(trial.inputs.get(path) is None for path in read)


class Approval(Goal):
    """An application that no rule stands against."""

    def distance(self, trial: Trial) -> float:  # noqa: D102 - see Goal
        return self.blocked(trial)

    def variables(self, trial: Trial) -> list[Path]:  # noqa: D102 - see Goal
        return self.variables_in_the_way(trial)


class SpotGoal(Goal):
    """One spot of the coverage."""

    def __init__(self, spot: Any, policy: Policy, distances: ConditionDistances, moves: Moves) -> None:
        super().__init__(policy, distances, moves)
        self.spot = spot

    def distance(self, trial: Trial) -> float:  # noqa: D102 - see Goal
        return 0.0 if self.spot in trial.reached else max(self._away(trial), _MISSING)

    @abstractmethod
    def _away(self, trial: Trial) -> float:
        """Return how far a trial is that is not there."""


class RuleGoal(SpotGoal):
    """A rule's condition that comes out true, false or null."""

    spot: RuleSpot

    def variables(self, _trial: Trial) -> list[Path]:  # noqa: D102 - see Goal
        return self.variables_of([self._policy.rules[self.spot.number][1].when])

    def _away(self, trial: Trial) -> float:
        if self.spot.value is None:
            formula = self._checked.formula(self._policy.rules[self.spot.number][1].when)
            return self._distances.of_null(formula, formula.tree, trial.values)
        return self.condition(self.spot.number, self.spot.value, trial)


class _InNode(SpotGoal):
    """A spot within a decision, which may not be needed: what only an offer reads is computed for approvals alone."""

    def __init__(self, spot: Spot, name: str, policy: Policy, distances: ConditionDistances, moves: Moves) -> None:
        super().__init__(spot, policy, distances, moves)
        self._name = name
        self._number = policy.checked.order.index(name) if name in policy.checked.order else None

    def variables(self, trial: Trial) -> list[Path]:
        if not self._is_computed(trial):
            return self.variables_in_the_way(trial)
        own = self._own_variables(trial)
        return list(dict.fromkeys([*own, *(self.variables_of_node(self._name) if self._number is not None else [])]))

    def _away(self, trial: Trial) -> float:
        return self._within(trial) if self._is_computed(trial) else _FAR + self.blocked(trial)

    def _is_computed(self, trial: Trial) -> bool:
        if self._number is None or not self._is_for_offers:
            return not trial.blocking or not self._is_for_offers
        return self._name in trial.values.decisions

    @property
    def _is_for_offers(self) -> bool:
        always = reachable(self._checked.always(), self._checked.requires)
        return self._name not in always

    def _own_variables(self, _trial: Trial) -> list[Path]:
        """Return what the spot itself reads, before the rest of its decision."""
        return []

    @abstractmethod
    def _within(self, trial: Trial) -> float:
        """Return how far a trial is that computed the decision."""


class RowGoal(_InNode):
    """A row that matches, or a table's default that answers."""

    spot: RowSpot

    @property
    def _table(self) -> CheckedTable:
        return self._checked.tables[self.spot.table][1]

    def _own_variables(self, trial: Trial) -> list[Path]:
        away = self._cells(trial)
        columns = [column for column, far in zip(self._table.columns, away, strict=False) if far]
        return self._of_formulas([column.expression for column in columns])

    def _of_formulas(self, formulas: Sequence[Checked[Any]]) -> list[Path]:
        paths = {path for formula in formulas for path in formula.references}
        nodes = {node for path in paths if (node := self._node_at(path)) is not None}
        inputs = {path for path in paths if path in self._policy.reads} | self._checked.inputs_of(nodes)
        return self._moves.variables(inputs, reachable(nodes, self._checked.requires))

    def _node_at(self, path: Path) -> str | None:
        heads = (path[:end] for end in range(len(path), 0, -1))
        return next((node for head in heads if (node := self._checked.paths.get(head)) in self._checked.requires), None)

    def _within(self, trial: Trial) -> float:
        away = sum(self._cells(trial))
        return away or 0.5

    def _cells(self, trial: Trial) -> list[float]:
        row = self._row
        if row is None:
            return []
        return [
            self._distances.of_test(test, _subject(self._distances, column.expression, trial), trial.values)
            for column, test in zip(self._table.columns, self._table.rows[row].tests, strict=True)
        ]

    @property
    def _row(self) -> int | None:
        numbers = [row.row.number for row in self._table.rows]
        return numbers.index(self.spot.row) if self.spot.row is not None else None


class BinGoal(_InNode):
    """A bin of a scorecard that is taken."""

    spot: BinSpot

    def _own_variables(self, _trial: Trial) -> list[Path]:
        return self.variables_of([self._attribute.value])

    @property
    def _attribute(self) -> Any:
        scorecard = self._policy.scorecard(self._name)
        return scorecard.attributes[self.spot.attribute] if scorecard else None

    def _is_computed(self, trial: Trial) -> bool:
        steps = (step for step in trial.trace.steps if step.kind is StepKind.BIN)
        return any(step.number == self.spot.scorecard for step in steps)

    def _within(self, trial: Trial) -> float:
        formula = self._checked.formula(self._attribute.value)
        test = self._checked.formula(self._attribute.bins[self.spot.position].when)
        return self._distances.of_test(test, _subject(self._distances, formula, trial), trial.values) or 0.5


class ArmGoal(_InNode):
    """An arm of an `if` that is taken."""

    spot: ArmSpot

    def _within(self, trial: Trial) -> float:
        is_other_taken = ArmSpot(self.spot.branch, not self.spot.is_true) in trial.reached
        found = self._if
        if found is None:
            return 1.0 if is_other_taken else 5.0
        formula, node = found
        away = self._distances.of(formula, node.condition, self.spot.is_true, trial.values)
        return away if is_other_taken else 5.0 + away

    @property
    def _if(self) -> tuple[Checked[Any], If] | None:
        place = self._policy.compiled.branches[self.spot.branch]
        for formula in self._formulas():
            if formula.source.location(0) == place.source.location(0):
                nodes = (node for node in descendants(formula.tree) if isinstance(node, If))
                return next(((formula, node) for node in nodes if node.span == place.span), None)
        return None

    def _formulas(self) -> Iterator[Checked[Any]]:
        yield from self._checked.formulas.values()
        for text in self._checked.texts.get(self._name, ()):
            if isinstance(text, Checked):
                yield text


def goal_of(spot: Any, policy: Policy, distances: ConditionDistances, moves: Moves) -> SpotGoal:
    """Return the goal of reaching a spot."""
    match spot:
        case RuleSpot():
            return RuleGoal(spot, policy, distances, moves)
        case RowSpot(table=table):
            return RowGoal(spot, policy.checked.tables[table][0], policy, distances, moves)
        case BinSpot(scorecard=number):
            return BinGoal(spot, policy.checked.order[number], policy, distances, moves)
    return ArmGoal(spot, policy.owner_of_branch(spot.branch), policy, distances, moves)


def _subject(distances: ConditionDistances, formula: Checked[Any], trial: Trial) -> Value:
    try:
        return distances.parts.value(formula, formula.tree, trial.values)
    except NotComputed:
        return None
