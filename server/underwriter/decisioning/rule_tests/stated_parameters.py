"""Lets a test state what dated parameters are, whatever their history says."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from underwriter.decisioning.active_policy import ActivePolicy
from underwriter.decisioning.requests import faults, given_values
from underwriter.decisioning.requests.faults import FieldFault
from underwriter.decisioning.requests.given import GivenRefused
from underwriter.decisioning.rule_tests.files import PARAMETERS
from underwriter.feel.temporal import Date
from underwriter.policy.definitions import type_of_value


def with_stated_parameters(policy: ActivePolicy, given: Mapping[str, object]) -> ActivePolicy:
    """Return the policy with the dated parameters that a test gives. Others can't be given: theirs never change.

    Raises GivenRefused with all faults.
    """
    stated = given.get(PARAMETERS)
    if stated is None:
        return policy
    if not isinstance(stated, Mapping):
        fault = faults.wrong_kind(PARAMETERS, given_values.described(stated), "a mapping of names to values")
        raise GivenRefused([fault])
    if found := list(_faults(policy, stated)):
        raise GivenRefused(found)
    read_dated = policy.read_dated
    if read_dated is None:
        return policy
    names = [path[0] for path in policy.policy.reads if path[0] in policy.policy.checked.dated_parameters]

    def read(day: Date) -> tuple[object, ...]:
        return tuple([stated.get(name, value) for name, value in zip(names, read_dated(day), strict=True)])

    return replace(policy, read_dated=read)


def _faults(policy: ActivePolicy, stated: Mapping[str, object]) -> Iterator[FieldFault]:
    dated = policy.policy.checked.dated_parameters
    undated = {parameter.name.text for parameter in policy.policy.checked.definition.parameters}
    for name, value in stated.items():
        path = f"{PARAMETERS}.{faults.shown(name)}"
        if name in undated:
            yield FieldFault(path, "a parameter without a history", "dated parameters only")
        elif name not in dated:
            yield FieldFault(path, "an unknown parameter", faults.with_nearest(_names(dated), name, dated))
        elif not isinstance(value, Decimal | str | bool) or type_of_value(value) != dated[name].type:
            yield faults.wrong_kind(path, given_values.described(value, show_text=True), f"a {dated[name].type}")


def _names(dated: Mapping[str, object]) -> str:
    return f"dated parameters: {', '.join(dated) or 'none'}"
