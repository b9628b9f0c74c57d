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
KEPT_VERSION = "a version that was active, or that ValidatePolicy kept"

Order = v1.ActivatePolicyRequest | v1.SetParametersRequest | v1.SetRolloutRequest
FoundVersions = Mapping[str, ActivePolicy | None]
"""Policies by their versions; None for a version that is not kept."""


def refuse_activation(request: v1.ActivatePolicyRequest) -> None:
    """Raise RequestInvalid if an activation is at fault in itself."""
    faults = list(_faults(request))
    if request.name == ALL_POLICIES:
        for field in ("policy_version", "expected_version"):
            if getattr(request, field):
                faults.append(FieldFault(field, "a version, for all policies", "nothing, or the name of one policy"))
    refuse(faults)


def refuse_settings(request: v1.SetParametersRequest) -> None:
    """Raise RequestInvalid if settings of parameters are at fault in themselves."""
    refuse([*_faults(request), *_repeated(request)])


def refuse_rollout(request: v1.SetRolloutRequest, now_us: int) -> None:
    """Raise RequestInvalid if a rollout is at fault in itself, whatever its versions are."""
    refuse([*_faults(request), *_share_faults(request.rollout), *_time_faults(request.rollout, now_us)])


def values_of_version(version: ActivePolicy | None, policy: ActivePolicy) -> Mapping[str, str]:
    """Return the values of parameters that a version was made with.

    Raises RequestInvalid if it is none that can be held in the place of a policy.
    """
    if version is None:
        raise _wrong_version("a version that is not kept", KEPT_VERSION)
    if version.name != policy.name:
        raise _wrong_version(f"a version of {version.name}", f"one of {policy.name}")
    if (version.product, version.currency) != (policy.product, policy.currency):
        found = f"a version for {version.product} in {version.currency}"
        raise _wrong_version(found, f"one for {policy.product} in {policy.currency}")
    return version.policy.overrides


def _wrong_version(found: str, allowed: str) -> RequestInvalid:
    return RequestInvalid([FieldFault("policy_version", found, allowed)])


def refuse_values(request: v1.SetParametersRequest, policy: ActivePolicy, set_before: Iterable[str]) -> None:
    """Raise RequestInvalid if parameters of a policy can't have the values that are to be set."""
    values = {setting.name: setting.value for setting in request.parameters if setting.value}
    # To take back what was set of a parameter, its name must be known, from the files or from having been set.
    values |= {name: "0" for name in _taken_back(request) if name not in set_before}
    faults = {fault.name: fault for fault in parameter_faults(policy, values)}
    refuse(
        FieldFault(f"parameters[{index}].{'name' if fault.is_of_name else 'value'}", fault.found, fault.allowed)
        for index, setting in enumerate(request.parameters)
        if (fault := faults.get(setting.name)) is not None and (setting.value or fault.is_of_name)
    )


def refuse_versions(request: v1.SetRolloutRequest, champion: ActivePolicy, found: FoundVersions) -> None:
    """Raise RequestInvalid if versions of a rollout are not kept, or can't decide beside a policy."""
    refuse(_version_faults(request.rollout, champion, found))


def versions_of(rollout: v1.Rollout) -> Iterator[tuple[str, str]]:
    """Yield the versions of a rollout, each after the path of its field."""
    for kind in ("challengers", "shadows"):
        for index, entry in enumerate(getattr(rollout, kind)):
            yield f"rollout.{kind}[{index}].policy_version", entry.policy_version


def refuse(faults: Iterable[FieldFault]) -> None:
    """Raise RequestInvalid if there are faults."""
    if found := list(faults):
        raise RequestInvalid(found)


def _faults(request: Order) -> Iterator[FieldFault]:
    yield from request_faults(request)
    takes_all = isinstance(request, v1.ActivatePolicyRequest) and request.name == ALL_POLICIES
    if request.name and not takes_all and not is_policy_name(request.name):
        yield FieldFault("name", "another form", POLICY_FORM)


def _repeated(request: v1.SetParametersRequest) -> Iterator[FieldFault]:
    counts = Counter(setting.name for setting in request.parameters)
    for index, setting in enumerate(request.parameters):
        if setting.name and counts[setting.name] > 1:
            yield FieldFault(f"parameters[{index}].name", "a parameter given twice", "each parameter once")


def _taken_back(request: v1.SetParametersRequest) -> list[str]:
    return [setting.name for setting in request.parameters if not setting.value]


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


def _version_faults(rollout: v1.Rollout, champion: ActivePolicy, found: FoundVersions) -> Iterator[FieldFault]:
    counts = Counter(version for _, version in versions_of(rollout))
    for path, version in versions_of(rollout):
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
