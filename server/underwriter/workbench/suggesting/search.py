"""Hill-climbing: changes one input after the other, and keeps what brings the evaluation nearer to a goal."""

from collections.abc import Sequence

from underwriter.workbench.suggesting.goals import Goal
from underwriter.workbench.suggesting.moves import Moves
from underwriter.workbench.suggesting.trial import Trial, Trials

MOST_TRIALS = 1500
"""How many evaluations one goal may cost."""

_STARTS = 3


def search(goal: Goal, starts: Sequence[Trial], moves: Moves, trials: Trials) -> Trial | None:
    """Return a trial that is at the goal, looked for from the nearest of the starts on; None if none was found."""
    end = trials.count + MOST_TRIALS
    nearest = sorted(((goal.distance(trial), number) for number, trial in enumerate(starts)))
    for _, number in nearest[:_STARTS]:
        found = _climb(goal, starts[number], moves, trials, end)
        if found is not None:
            return found
    return None


def _climb(goal: Goal, start: Trial, moves: Moves, trials: Trials, end: int) -> Trial | None:
    best, distance = start, goal.distance(start)
    while distance > 0:
        trials.begin_at(best.givens)
        better = _better(goal, best, distance, moves, trials, end)
        if better is None:
            return None
        best, distance = better
    return best


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
