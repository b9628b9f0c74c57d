"""What was ordered of the rules in force, folded from all changes in their order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from underwriter.v1 import policy_service_pb2 as v1
from underwriter.v1.policy_service_pb2 import PolicyChange, Rollout


class SetValue(NamedTuple):
    """A parameter's value as FEEL text, with the change that set it."""

    text: str
    change: PolicyChange


@dataclass(frozen=True, slots=True)
class PolicyOrders:
    """What was ordered of one policy: the version to hold it at, values of parameters by name, a rollout.

    Without a version to hold, it follows the rule files, with these values; a held one has been made with them already.
    `version` is the one that the newest change brought into force.
    """

    version: str = ""
    held: str = ""
    values: Mapping[str, SetValue] = field(default_factory=dict)
    rollout: Rollout | None = None

    @property
    def overrides(self) -> dict[str, str]:
        """The values as FEEL text by name."""
        return {name: value.text for name, value in self.values.items()}

    def after(self, change: PolicyChange) -> "PolicyOrders":
        """Return what is ordered after a change."""
        return replace(self._ordered_by(change), version=change.version_after)

    def _ordered_by(self, change: PolicyChange) -> "PolicyOrders":
        match change.kind:
            case v1.POLICY_CHANGE_KIND_FOLLOWED:
                return replace(self, held="")
            case v1.POLICY_CHANGE_KIND_HELD:
                return replace(self, held=change.version_after, values=_set(change))
            case v1.POLICY_CHANGE_KIND_PARAMETERS_SET:
                named = {setting.name for setting in change.parameters}
                kept = {name: value for name, value in self.values.items() if name not in named}
                held = change.version_after if self.held else ""
                return replace(self, held=held, values={**kept, **_set(change)})
            case v1.POLICY_CHANGE_KIND_ROLLOUT_SET:
                return replace(self, rollout=change.rollout if is_any(change.rollout) else None)
            case _:
                return self


_NOTHING = PolicyOrders()


@dataclass(frozen=True, slots=True)
class StandingOrders:
    """What all changes up to number `sequence` come to, by the policies' names."""

    sequence: int = 0
    by_policy: Mapping[str, PolicyOrders] = field(default_factory=dict)

    def of(self, policy: str) -> PolicyOrders:
        """Return what is ordered of a policy, `policies/{policy}`."""
        return self.by_policy.get(policy, _NOTHING)

    def after(self, changes: Iterable[PolicyChange]) -> "StandingOrders":
        """Return what is ordered after further changes, in their order."""
        sequence, by_policy = self.sequence, dict(self.by_policy)
        for change in changes:
            by_policy[change.policy] = by_policy.get(change.policy, _NOTHING).after(change)
            sequence = change.sequence
        return StandingOrders(sequence, by_policy)


def is_any(rollout: Rollout) -> bool:
    """Tell whether a rollout has any version besides the champion; one without ends the rollout that is set."""
    return bool(rollout.challengers or rollout.shadows)


def _set(change: PolicyChange) -> dict[str, SetValue]:
    return {setting.name: SetValue(setting.value, change) for setting in change.parameters if setting.value}
