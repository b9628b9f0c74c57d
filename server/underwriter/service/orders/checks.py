"""What is wrong with an order: every fault of its fields at once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from underwriter.decisioning import ActivePolicy
from underwriter.decisioning.desk import parameter_faults
from underwriter.decisioning.requests.validation import FieldFault, request_faults
from underwriter.service.errors import RequestInvalid
from underwriter.service.orders.ordered_desk import has_ended
from underwriter.service.orders.rollout_fit import misfits
from underwriter.service.resources import POLICY_FORM, is_policy_name
from underwriter.v1 import policy_service_pb2 as v1

ALL_POLICIES = "policies/-"
KEPT_VERSION = "all 64 digits of a version that was active, or that ValidatePolicy kept"

Order = v1.ActivatePolicyRequest | v1.SetParametersRequest | v1.SetRolloutRequest
FoundVersions = Mapping[str, ActivePolicy | None]
"""Policies by their versions; None for a version that is not kept."""


def activation_faults(request: v1.ActivatePolicyRequest) -> list[FieldFault]:
    """Return what is wrong with an activation in itself."""
    faults = list(_faults(request))
    if request.name == ALL_POLICIES:
        for field in ("policy_version", "expected_version"):
            if getattr(request, field):
                faults.append(FieldFault(field, "a version, for all policies", "nothing, or the name of one policy"))
    return faults


def version_to_hold(
    request: v1.ActivatePolicyRequest, version: ActivePolicy | None, policy: ActivePolicy
) -> ActivePolicy:
    """Return the version that was found for an activation.

    Raises RequestInvalid, with every fault of the activation, if it has any or the version can't be held.
    """
    faults, fault = activation_faults(request), _held_fault(version, policy)
    if fault is not None and not _is_told(fault.path, _told(request)):
        faults.append(fault)
    if version is None or faults:
        raise RequestInvalid(faults)
    return version


def settings_faults(request: v1.SetParametersRequest) -> list[FieldFault]:
    """Return what is wrong with settings of parameters in themselves."""
    return [*_faults(request), *_repeated(request)]


def value_faults(
    request: v1.SetParametersRequest, policy: ActivePolicy, set_before: Iterable[str]
) -> Iterator[FieldFault]:
    """Yield what keeps parameters of a policy from having the values that are to be set."""
    told = {fault.path for fault in settings_faults(request)}
    settings = {
        index: setting
        for index, setting in enumerate(request.parameters)
        if not (_is_told(f"parameters[{index}].name", told) or _is_told(f"parameters[{index}].value", told))
    }
    values = {setting.name: setting.value for setting in settings.values() if setting.value}
    # To take back what was set of a parameter, its name must be known, from the files or from having been set.
    taken_back = {setting.name for setting in settings.values() if not setting.value}
    values |= dict.fromkeys(taken_back - set(set_before), "0")
    faults = {fault.name: fault for fault in parameter_faults(policy, values)}
    for index, setting in settings.items():
        fault = faults.get(setting.name)
        if fault is not None and (setting.value or fault.is_of_name):
            path = f"parameters[{index}].{'name' if fault.is_of_name else 'value'}"
            yield FieldFault(path, fault.found, fault.allowed)


def rollout_faults(request: v1.SetRolloutRequest, now_us: int) -> list[FieldFault]:
    """Return what is wrong with a rollout in itself, whatever its versions are."""
    return [*_faults(request), *_share_faults(request.rollout), *_time_faults(request.rollout, now_us)]


def versions_of(request: v1.SetRolloutRequest) -> list[tuple[str, str]]:
    """Return the versions of a rollout that are not at fault in themselves, each after the path of its field."""
    rollout, told = request.rollout, _told(request)
    return [
        (path, entry.policy_version)
        for kind in ("challengers", "shadows")
        for index, entry in enumerate(getattr(rollout, kind))
        if not _is_told(path := f"rollout.{kind}[{index}].policy_version", told)
    ]


def version_faults(request: v1.SetRolloutRequest, champion: ActivePolicy, found: FoundVersions) -> Iterator[FieldFault]:
    """Yield why versions of a rollout, which were looked for, can't decide beside a policy."""
    versions = versions_of(request)
    counts = Counter(version for _, version in versions)
    for path, version in versions:
        policy = found[version]
        if policy is None:
            yield FieldFault(path, "a version that is not kept", KEPT_VERSION)
        elif version == champion.version:
            yield FieldFault(path, "the version in force", "another version")
        elif counts[version] > 1:
            yield FieldFault(path, "a version given twice", "each version once")
        else:
            allowed = f"a version that takes what {champion.name} takes"
            yield from (FieldFault(path, why, allowed) for why in misfits(policy, champion))


def _held_fault(version: ActivePolicy | None, policy: ActivePolicy) -> FieldFault | None:
    if version is None:
        return FieldFault("policy_version", "a version that is not kept", KEPT_VERSION)
    if version.name != policy.name:
        return FieldFault("policy_version", f"a version of {version.name}", f"one of {policy.name}")
    if (version.product, version.currency) != (policy.product, policy.currency):
        found = f"a version for {version.product} in {version.currency}"
        return FieldFault("policy_version", found, f"one for {policy.product} in {policy.currency}")
    return None


def _told(request: Order) -> set[str]:
    """Return the paths of the fields that break their own constraints."""
    return {fault.path for fault in request_faults(request)}


def _is_told(path: str, told: set[str]) -> bool:
    """Tell whether a field is told already, or a list that it stands in, which is over its size."""
    return path in told or path.partition("[")[0] in told


def _faults(request: Order) -> Iterator[FieldFault]:
    yield from request_faults(request)
    takes_all = isinstance(request, v1.ActivatePolicyRequest) and request.name == ALL_POLICIES
    if request.name and not takes_all and not is_policy_name(request.name):
        yield FieldFault("name", "another form", POLICY_FORM)


def _repeated(request: v1.SetParametersRequest) -> Iterator[FieldFault]:
    counts, told = Counter(setting.name for setting in request.parameters), _told(request)
    for index, setting in enumerate(request.parameters):
        path = f"parameters[{index}].name"
        if counts[setting.name] > 1 and not _is_told(path, told):
            yield FieldFault(path, "a parameter given twice", "each parameter once")


def _share_faults(rollout: v1.Rollout) -> Iterator[FieldFault]:
    shares = [_share(challenger) for challenger in rollout.challengers]
    for index, share in enumerate(shares):
        if share is not None and not 0 < share <= 1:
            yield FieldFault(f"rollout.challengers[{index}].share", f"{share:f}"[:40], "above 0, at most 1")
    total = sum(share for share in shares if share is not None)
    if len(shares) > 1 and total > 1:
        yield FieldFault("rollout.challengers", f"shares that come to {total:f}"[:60], "at most 1 in all")


def _share(challenger: v1.Challenger) -> Decimal | None:
    """Return a share, None for one that is no number, which is a fault already."""
    try:
        share = Decimal(challenger.share.value)
    except ArithmeticError:
        return None
    return share if share.is_finite() else None


def _time_faults(rollout: v1.Rollout, now_us: int) -> Iterator[FieldFault]:
    if has_ended(rollout, now_us):
        yield FieldFault("rollout.end_time", "a time that has passed", "a time to come, or nothing")
    elif rollout.HasField("start_time") and has_ended(rollout, rollout.start_time.ToMicroseconds()):
        yield FieldFault("rollout.end_time", "a time not after start_time", "a later time, or nothing")
