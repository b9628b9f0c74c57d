"""Tells what changed in meaning from one rules folder to another, and who is decided on differently."""

from underwriter.workbench.comparison.changes import Change, ChangeKind, FieldChange
from underwriter.workbench.comparison.folders import FolderComparison, PolicyChange, Side, compare_folders
from underwriter.workbench.comparison.neighbours import Edit
from underwriter.workbench.comparison.policies import compare_policies
from underwriter.workbench.comparison.trials import DecidedOtherwise, Trials

__all__ = [
    "Change",
    "ChangeKind",
    "DecidedOtherwise",
    "Edit",
    "FieldChange",
    "FolderComparison",
    "PolicyChange",
    "Side",
    "Trials",
    "compare_folders",
    "compare_policies",
]
