"""What all orders have in common: the policy that they are for, and what is kept of them."""

from collections.abc import Mapping

from underwriter.decisioning import ActivePolicy
from underwriter.service.errors import NothingFound, OtherVersionInForce
from underwriter.service.orders.checks import Order
from underwriter.service.policies_in_force import PoliciesInForce
from underwriter.v1 import policy_service_pb2 as v1


def policy_meant(policies: PoliciesInForce, order: Order) -> ActivePolicy:
    """Return the policy in force that an order is for.

    Raises NothingFound, and OtherVersionInForce if it is meant for another version.
    """
    policy = policies.by_name().get(order.name)
    if policy is None:
        raise NothingFound("Policy", order.name)
    if order.expected_version not in ("", policy.version):
        raise OtherVersionInForce(policy.name, policy.version)
    return policy


def change_by(order: Order, kind: v1.PolicyChangeKind, policy: str = "") -> v1.PolicyChange:
    """Return the change of a policy, of the one that the order names if none is said, by whom and why it says."""
    return v1.PolicyChange(policy=policy or order.name, kind=kind, actor=order.actor, reason=order.reason)


def settings_message(values: Mapping[str, str]) -> list[v1.ParameterSetting]:
    """Return values of parameters by name, sorted."""
    return [v1.ParameterSetting(name=name, value=values[name]) for name in sorted(values)]
