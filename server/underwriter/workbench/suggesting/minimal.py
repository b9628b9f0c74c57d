"""Takes from a test case what it does not need."""

from collections.abc import Hashable
from dataclasses import replace

from underwriter.workbench.suggesting.givens import Givens, Plain, difference, leaves, value_at, with_value
from underwriter.workbench.suggesting.trial import Trial, Trials


def minimal(trial: Trial, base: Plain, spot: Hashable, trials: Trials) -> Trial:
    """Return a trial that reaches the same spot and differs from the base givens in no more than it must.

    Whole groups of fields are put back first, then single fields.
    """
    trials.begin_at(trial.givens)
    for depth in (1, None):
        changed = difference(base, trial.givens.given)
        for path in dict.fromkeys(path[:depth] for path in leaves(changed)):
            given = with_value(trial.givens.given, path, value_at(base, path))
            trial = _kept(trial, replace(trial.givens, given=given), spot, trials)
    return trial


def _kept(trial: Trial, givens: Givens, spot: Hashable, trials: Trials) -> Trial:
    """Return the trial of other givens if it still reaches the spot, else the one that there was."""
    other = trials.run(givens)
    return other if other is not None and spot in other.reached else trial
