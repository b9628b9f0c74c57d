"""Tells clients of policies in force, and of what a check finds."""

from underwriter.decisioning import ActivePolicy, policy_message
from underwriter.feel.diagnostics import Diagnostic, Severity
from underwriter.service.ordered_desk import has_ended
from underwriter.service.policies_in_force import PoliciesInForce
from underwriter.service.standing_orders import PolicyOrders
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


def diagnostic_message(diagnostic: Diagnostic, rules: str) -> v1.Diagnostic:
    """Return a finding for a client, who knows the files by their paths below the rules folder only."""
    is_error = diagnostic.severity is Severity.ERROR
    folder = f"{rules}/"
    return v1.Diagnostic(
        code=diagnostic.code,
        severity=v1.DIAGNOSTIC_SEVERITY_ERROR if is_error else v1.DIAGNOSTIC_SEVERITY_WARNING,
        message=diagnostic.message,
        help=diagnostic.help,
        path=diagnostic.source.name.removeprefix(folder),
        line=diagnostic.position.line + 1,
        column=diagnostic.position.column + 1,
        rendered=diagnostic.render().removeprefix(folder),
    )
