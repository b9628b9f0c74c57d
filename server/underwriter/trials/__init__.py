"""Compares the versions of a rollout by the decisions that are recorded of it."""

from underwriter.trials.comparison import ArmTally, Comparison
from underwriter.trials.reading import RolloutChoice, RolloutUnknown, compare_rollout

__all__ = ["ArmTally", "Comparison", "RolloutChoice", "RolloutUnknown", "compare_rollout"]
