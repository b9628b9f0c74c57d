"""Compares two rules folders as wholes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from underwriter.decisioning import ActivePolicy, Desk, load_desk
from underwriter.decisioning.desk import desk_of, surroundings_of
from underwriter.decisioning.dmn_models import ENDING
from underwriter.monitoring.monitor_set import read_monitors
from underwriter.policy import read_rule_files
from underwriter.policy.reason_catalogue import load_reasons
from underwriter.workbench.comparison.changes import Change
from underwriter.workbench.comparison.elements import Element
from underwriter.workbench.comparison.folder_elements import dmn_elements, monitor_elements
from underwriter.workbench.comparison.policies import compare_elements, compare_policies
from underwriter.workbench.comparison.policy_elements import reason_elements
from underwriter.workbench.comparison.trials import MOST_TRIALS, Trials, tests_of, try_both

OnProgress = Callable[[str, int, int], None]
"""Is told which policy is at work, and how many of how many applications at most were tried."""


@dataclass(frozen=True, slots=True)
class Side:
    """A rules folder with the models that its policies run."""

    rules: Path
    models: Path


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """What changed of a policy that is on both sides."""

    policy: str
    changes: Sequence[Change]
    trials: Trials


@dataclass(frozen=True, slots=True)
class FolderComparison:
    """What changed from one rules folder to another.

    `policies` are those on both sides whose content is not the same, `unchanged` the others. `common` are changes of
    reasons, monitors and DMN models.
    """

    added: Sequence[str]
    removed: Sequence[str]
    policies: Sequence[PolicyChange]
    unchanged: Sequence[str]
    common: Sequence[Change]

    def by_policies(self) -> list[tuple[tuple[str, ...], list[Change]]]:
        """Return the changes of policies, each once, together with others of the same policies."""
        owners: dict[Change, tuple[str, ...]] = {}
        for policy in self.policies:
            for change in policy.changes:
                owners[change] = (*owners.get(change, ()), policy.policy)
        found: dict[tuple[str, ...], list[Change]] = {}
        for change, policies in owners.items():
            found.setdefault(policies, []).append(change)
        return list(found.items())

    @property
    def is_same(self) -> bool:
        """Whether both mean the same, and no application was decided differently."""
        differs = any(policy.changes or policy.trials.differing for policy in self.policies)
        return not (self.added or self.removed or self.common or differs)


def compare_folders(
    old: Side,
    new: Side,
    most_trials: int = MOST_TRIALS,
    on_progress: OnProgress = lambda _policy, _done, _total: None,
) -> FolderComparison:
    """Compare two rules folders, and try at most so many applications with each policy that is not the same.

    Raises:
        RulesRefused: when the rules or models of a side have errors.
        OSError: when a folder can't be read.
        UnicodeDecodeError: when a rule file is not UTF-8.
    """
    old_desk = load_desk(old.rules, old.models)
    new_desk = desk_of(read_rule_files(new.rules), new.models, old_desk)
    was, now = _by_id(old_desk), _by_id(new_desk)
    changed = []
    for policy_id in sorted(was.keys() & now.keys()):
        before, after = was[policy_id], now[policy_id]
        if before.version != after.version:
            changed.append(_policy_change(policy_id, (old, before), (new, after), most_trials, on_progress))
    return FolderComparison(
        added=sorted(now.keys() - was.keys()),
        removed=sorted(was.keys() - now.keys()),
        policies=changed,
        unchanged=[name for name in sorted(was.keys() & now.keys()) if was[name].version == now[name].version],
        common=compare_elements(_common_elements(old.rules, old_desk), _common_elements(new.rules, new_desk)),
    )


def _policy_change(
    policy_id: str,
    old: tuple[Side, ActivePolicy],
    new: tuple[Side, ActivePolicy],
    most_trials: int,
    on_progress: OnProgress,
) -> PolicyChange:
    (before_side, before), (after_side, after) = old, new
    changes = compare_policies(before.policy, after.policy)
    tests = tests_of([(after_side.rules, after), (before_side.rules, before)])
    trials = try_both(
        before, after, tests, changes, most_trials, lambda done, total: on_progress(policy_id, done, total)
    )
    return PolicyChange(policy_id, changes, trials)


def _by_id(desk: Desk) -> dict[str, ActivePolicy]:
    return {policy.policy.id: policy for policy in desk.policies.values()}


def _common_elements(rules: Path, desk: Desk) -> list[Element]:
    """Return the parts of a rules folder that are of none of its policies, which have loaded: it has no errors."""
    files = desk.files
    reasons, _ = load_reasons(files)
    environment = surroundings_of({}).environment
    elements = [*reason_elements(reasons), *monitor_elements(read_monitors(rules))]
    used = {path for policy in desk.policies.values() for path in policy.policy.files.texts}
    for path in sorted(path for path in files.texts if path.endswith(ENDING) and path not in used):
        elements += dmn_elements(files, path, environment)
    return elements
