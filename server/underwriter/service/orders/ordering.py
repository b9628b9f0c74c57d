"""What all orders have in common: the policy that they are for, and what is kept of them."""

from collections.abc import Mapping, Sequence

from underwriter.decisioning import ActivePolicy
from underwriter.decisioning.requests.validation import FieldFault
from underwriter.service.errors import OtherVersionInForce, refuse_faults
from underwriter.service.orders.checks import Order
from underwriter.service.policies_in_force import PoliciesInForce
from underwriter.v1 import policy_service_pb2 as v1


def policy_meant(policies: PoliciesInForce, order: Order, faults: Sequence[FieldFault]) -> ActivePolicy:
    """Return the policy in force that an order is for, which may have `faults` already.

    Raises RequestInvalid with these if there is no such policy, and NothingFound if there are none.
    """
    if order.name not in policies.by_name():
        refuse_faults(faults)
    return policies.named(order.name)


def refuse_other_version(policy: ActivePolicy, order: Order) -> None:
    """Raise OtherVersionInForce if an order is meant for another version of its policy than the one in force."""
    if order.expected_version not in ("", policy.version):
        raise OtherVersionInForce(policy.name, policy.version)


def change_by(order: Order, kind: v1.PolicyChangeKind, policy: str = "") -> v1.PolicyChange:
    """Return the change of a policy, of the one that the order names if none is said, by whom and why it says."""
    return v1.PolicyChange(policy=policy or order.name, kind=kind, actor=order.actor, reason=order.reason)


def settings_message(values: Mapping[str, str]) -> list[v1.ParameterSetting]:
    """Return values of parameters by name, sorted."""
    return [v1.ParameterSetting(name=name, value=values[name]) for name in sorted(values)]
