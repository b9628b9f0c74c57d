"""Hill-climbing: changes one input after the other, or two at once, and keeps what brings a trial nearer to a goal."""

from collections.abc import Sequence
from itertools import combinations

from underwriter.workbench.suggesting.goals import Goal
from underwriter.workbench.suggesting.moves import Moves
from underwriter.workbench.suggesting.trial import Trial, Trials

MOST_TRIALS = 1500
"""How many evaluations one goal may cost."""

_STARTS = 3


def search(goal: Goal, starts: Sequence[Trial], moves: Moves, trials: Trials) -> Trial | None:
    """Return a trial that is at the goal, looked for from the nearest of the starts on; None if none was found.

    Where no change of one variable leads nearer, two are changed at once: rows that only both together reach.
    """
    end = trials.count + MOST_TRIALS
    nearest = sorted(((goal.distance(trial), number) for number, trial in enumerate(starts)))
    stuck: list[tuple[float, int, Trial]] = []
    for _, number in nearest[:_STARTS]:
        reached, distance = _climb(goal, starts[number], moves, trials, end)
        if distance == 0:
            return reached
        stuck.append((distance, number, reached))
    for away, _, trial in sorted(stuck, key=lambda found: found[:2]):
        while away > 0 and (both := _better_by_two(goal, trial, away, moves, trials, end)) is not None:
            trial, away = _climb(goal, both, moves, trials, end)
        if away == 0:
            return trial
    return None


def _climb(goal: Goal, start: Trial, moves: Moves, trials: Trials, end: int) -> tuple[Trial, float]:
    """Return the trial from which no change of one variable leads nearer, and how far it is."""
    best, distance = start, goal.distance(start)
    while distance > 0:
        trials.begin_at(best.givens)
        better = _better(goal, best, distance, moves, trials, end)
        if better is None:
            break
        best, distance = better
    return best, distance


def _better(
    goal: Goal, trial: Trial, distance: float, moves: Moves, trials: Trials, end: int
) -> tuple[Trial, float] | None:
    """Return the nearest trial that a change of one variable leads to: of the first variable that leads nearer."""
    for variable in goal.variables(trial):
        best: tuple[Trial, float] | None = None
        for givens in moves.changes(trial.givens, variable):
            if trials.count >= end:
                return None
            other = trials.run(givens)
            away = goal.distance(other) if other is not None else distance
            if other is not None and away < (best[1] if best else distance):
                best = (other, away)
                if away == 0:
                    return best
        if best is not None:
            return best
    return None


def _better_by_two(goal: Goal, trial: Trial, distance: float, moves: Moves, trials: Trials, end: int) -> Trial | None:
    """Return a nearer trial that changes of two variables lead to; pairs with the fewest values are tried first."""
    trials.begin_at(trial.givens)
    counts = {variable: sum(1 for _ in moves.changes(trial.givens, variable)) for variable in goal.variables(trial)}
    for first, second in sorted(combinations(counts, 2), key=lambda pair: counts[pair[0]] * counts[pair[1]]):
        for changed in moves.changes(trial.givens, first):
            for givens in moves.changes(changed, second):
                if trials.count >= end:
                    return None
                other = trials.run(givens)
                if other is not None and goal.distance(other) < distance:
                    return other
    return None
