"""Tells clients of policies in force, with what is ordered of them."""

from underwriter.decisioning import ActivePolicy, policy_message
from underwriter.service.orders.ordered_desk import has_ended
from underwriter.service.orders.standing_orders import PolicyOrders
from underwriter.service.policies_in_force import PoliciesInForce
from underwriter.v1 import policy_service_pb2 as v1


def policy_in_force(
    policies: PoliciesInForce, policy: ActivePolicy, now_us: int, *, with_files: bool = False
) -> v1.Policy:
    """Return a policy of the desk with what is ordered of it."""
    message = described(policy, policies.orders.of(policy.name), now_us, with_files=with_files)
    message.load_time.FromMicroseconds(policies.load_time_of(policy))
    return message


def described(policy: ActivePolicy, ordered: PolicyOrders, now_us: int, *, with_files: bool = False) -> v1.Policy:
    """Return a policy with what is ordered of it, without the time when it was loaded."""
    message = policy_message(policy, with_files=with_files)
    message.held = bool(ordered.held)
    if ordered.rollout is not None and not has_ended(ordered.rollout, now_us):
        message.rollout.CopyFrom(ordered.rollout)
    for parameter in message.parameters:
        value = ordered.values.get(parameter.name)
        if value is not None and parameter.HasField("override"):
            parameter.override.actor, parameter.override.reason = value.change.actor, value.change.reason
            parameter.override.set_time.CopyFrom(value.change.change_time)
    return message
