"""Tells which policies' tests must run again after files of a rules folder have changed."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from underwriter.decisioning import ActivePolicy
from underwriter.decisioning.rule_tests.files import TEST_FOLDER
from underwriter.policy.rule_files import MONITOR_FOLDER


def are_tests_alone(changed: Collection[Path], rules: Path) -> bool:
    """Tell whether only tests changed, so that the policies are what they were."""
    whole = rules.resolve()
    places = [path.resolve() for path in changed]
    return all(place.is_relative_to(whole) and TEST_FOLDER in place.relative_to(whole).parts for place in places)


def concerned(
    policies: Iterable[ActivePolicy], tested: Mapping[str, str], changed: Collection[Path], rules: Path
) -> list[ActivePolicy]:
    """Return the policies that are not as they were tested, and those with tests among the files that changed.

    `tested` are the versions of policies by their ids. A version covers all that a policy is made of: the parts that
    it includes, its models, the catalogue of reasons.
    """
    return [
        policy
        for policy in policies
        if tested.get(policy.policy.id) != policy.version
        or _is_any_below(changed, (rules / policy.policy.path).parent / TEST_FOLDER)
    ]


def are_monitors_concerned(changed: Collection[Path], rules: Path) -> bool:
    """Tell whether a monitor or one of its tests changed."""
    return _is_any_below(changed, rules / MONITOR_FOLDER)


def _is_any_below(changed: Iterable[Path], folder: Path) -> bool:
    whole = folder.resolve()
    return any(path.resolve().is_relative_to(whole) for path in changed)
