"""What changed from the rules that decided last to the new ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from underwriter.decisioning import Desk, KeptPolicies, PolicyUnusable, RulesRefused
from underwriter.impact.tally import Version
from underwriter.workbench.comparison import Change, compare_policies


@dataclass(frozen=True, slots=True)
class RuleChanges:
    """Changes with the products whose rules have them; `unknown` products have rules that can't be read any more."""

    changes: Mapping[Change, tuple[str, ...]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def rule_changes(newest: Mapping[str, Version], kept: KeptPolicies, desk: Desk) -> RuleChanges:
    """Compare for each product the version that made its newest decision with the policy that is to decide."""
    found: dict[Change, tuple[str, ...]] = {}
    unknown = []
    for product, (_, version) in sorted(newest.items()):
        new = desk.policy_for(product)
        try:
            old = new if version == new.version else kept.get(version)
        except (PolicyUnusable, RulesRefused):
            unknown.append(product)
            continue
        for change in compare_policies(old.policy, new.policy):
            found[change] = (*found.get(change, ()), product)
    return RuleChanges(found, tuple(unknown))
