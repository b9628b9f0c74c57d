"""What is in force and what was changed of it, as lines of text."""

from collections.abc import Iterator
from datetime import UTC

from google.protobuf.timestamp_pb2 import Timestamp

from underwriter.cli.layout import GAP, columns
from underwriter.v1 import policy_service_pb2 as v1
from underwriter.v1.policy_service_pb2 import PolicyChangeKind

SHOWN_OF_VERSION = 12
"""How much of a version is shown where it is not meant to be typed again."""

_KINDS = {
    v1.POLICY_CHANGE_KIND_FOLLOWED: "follows the rules folder",
    v1.POLICY_CHANGE_KIND_HELD: "held at a version",
    v1.POLICY_CHANGE_KIND_PARAMETERS_SET: "parameters set",
    v1.POLICY_CHANGE_KIND_ROLLOUT_SET: "rollout set",
}


def short(version: str) -> str:
    """Return the beginning of a version, which tells it from others for people."""
    return version[:SHOWN_OF_VERSION] or "-"


def shown_time(moment: Timestamp) -> str:
    """Return a time as people write it, in UTC."""
    return f"{moment.ToDatetime(UTC):%Y-%m-%d %H:%M:%S}"


def policy_line(policy: v1.Policy) -> str:
    """Return which version of a policy is in force, and how it came to be."""
    how = ["held"] if policy.held else []
    set_values = [p for p in policy.parameters if p.HasField("override")]
    how += [f"{p.name} set to {p.value} instead of {p.override.file_value}" for p in set_values]
    return f"{policy.name} {policy.version}" + (f" ({', '.join(how)})" if how else "")


def settings_lines(policy: v1.Policy, *, only_checked: bool) -> Iterator[str]:
    """Yield the warnings that set values cause, and what came of them."""
    for found in policy.diagnostics:
        yield f"{found.rendered}\n"
    yield f"{'would be in force: ' if only_checked else ''}{policy_line(policy)}"


def activation_lines(activated: v1.ActivatePolicyResponse, *, only_checked: bool) -> Iterator[str]:
    """Yield what came of an activation."""
    for found in activated.diagnostics:
        yield f"{found.rendered}\n"
    for failed in activated.failed_tests:
        yield f"{failed.source}: failed test of {failed.policy or 'monitoring'}: {failed.name}"
        yield from (f"{GAP}{failure}" for failure in failed.failures)
    if not activated.activated:
        yield "what was in force stays"
    elif not activated.policies:
        yield "no policy has another version" if not only_checked else "no policy would have another version"
    for policy in activated.policies:
        yield f"{'would be in force' if only_checked else 'in force'}: {policy_line(policy)}"


def check_lines(checked: v1.ValidatePolicyResponse) -> Iterator[str]:
    """Yield what a check found, and the versions that are kept."""
    for found in checked.diagnostics:
        yield f"{found.rendered}\n"
    if not checked.valid:
        yield "nothing is kept"
    elif not checked.policies:
        yield "the files change no policy"
    for policy in checked.policies:
        yield f"kept: {policy.name} {policy.version}"


def change_lines(change: v1.PolicyChange) -> Iterator[str]:
    """Yield a change: what, when, by whom and why, and the version after it, which `policy activate` takes."""
    kind = _KINDS.get(change.kind, PolicyChangeKind.Name(change.kind))
    if change.kind == v1.POLICY_CHANGE_KIND_ROLLOUT_SET and not change.rollout.rollout_id:
        kind = "rollout ended"
    yield f"{change.sequence}  {shown_time(change.change_time)}  {change.policy}  {kind}, by {change.actor}"
    yield f"{GAP * 2}{change.reason}"
    for setting in change.parameters:
        yield f"{GAP * 2}{setting.name} = {setting.value or 'what the files say'}"
    yield from (f"{GAP * 2}{line}" for line in rollout_lines(change.rollout))
    if change.version_before == change.version_after:
        yield f"{GAP * 2}version {change.version_after}"
    else:
        yield f"{GAP * 2}version {change.version_after or '-'}, before {short(change.version_before)}"


def rollout_lines(rollout: v1.Rollout) -> Iterator[str]:
    """Yield who decides beside the champion, and when; nothing if nobody does."""
    if rollout.rollout_id:
        times = [
            f"{word} {shown_time(getattr(rollout, field))}"
            for word, field in (("from", "start_time"), ("until", "end_time"))
            if rollout.HasField(field)
        ]
        yield " ".join([f"rollout {rollout.rollout_id}", *times])
    for challenger in rollout.challengers:
        yield f"{GAP}challenger {challenger.policy_version} for {float(challenger.share.value):.4g} of the applicants"
    for shadow in rollout.shadows:
        yield f"{GAP}shadow     {shadow.policy_version}"


def status_lines(status: v1.RulesStatus) -> Iterator[str]:
    """Yield what each worker decides by, and how the last reload ended."""
    names = sorted({policy.name for worker in status.workers for policy in worker.policies})
    rows = [["", *(f"worker {worker.worker}" for worker in status.workers)]]
    rows.append(["rule files", *(f"generation {worker.generation}" for worker in status.workers)])
    rows.append(["taken up", *(shown_time(worker.load_time) for worker in status.workers)])
    rows.append(["last change", *(str(worker.change_sequence) for worker in status.workers)])
    versions = [{policy.name: policy.version for policy in worker.policies} for worker in status.workers]
    rows += [[name, *(short(of_worker.get(name, "")) for of_worker in versions)] for name in names]
    yield from columns(rows)
    yield from _unmet_lines(status)
    if status.HasField("last_reload"):
        reload = status.last_reload
        ended = "in force" if reload.succeeded else "refused; the rules from before stay in force"
        yield f"last reload: {shown_time(reload.end_time)}, {reload.cause}: {ended}"
        yield from (f"{GAP}{found.rendered}" for found in reload.diagnostics)
        yield from (f"{GAP}{failed.source}: failed test {failed.name}" for failed in reload.failed_tests)
        if reload.problem:
            yield f"{GAP}{reload.problem}"


def _unmet_lines(status: v1.RulesStatus) -> Iterator[str]:
    """Yield what was ordered and is not in force, once for all workers, with the time of the first."""
    told: dict[tuple[str, ...], list[tuple[int, v1.UnmetOrder]]] = {}
    for worker in status.workers:
        for order in worker.unmet_orders:
            key = (order.policy, PolicyChangeKind.Name(order.kind), order.subject, order.why)
            told.setdefault(key, []).append((worker.worker, order))
    for found in told.values():
        order = min((order for _, order in found), key=lambda order: order.since_time.ToNanoseconds())
        workers = ", ".join(str(worker) for worker, _ in found)
        what = f"{order.policy}, {_KINDS[order.kind]}: {order.subject}" if order.policy else "what was ordered last"
        yield f"not in force on worker {workers} since {shown_time(order.since_time)}: {what}"
        yield f"{GAP}{order.why}"
