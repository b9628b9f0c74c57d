"""Gives parameters other values than their files say, written as constants in FEEL."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from underwriter.feel import Environment, nearest
from underwriter.feel.nodes import BooleanLiteral, Expression, ListLiteral, Negation, NumberLiteral, StringLiteral
from underwriter.feel.source import Source
from underwriter.feel.types import ListType, Type
from underwriter.policy.definitions import (
    ParameterDefinition,
    ParameterValue,
    PolicyDefinition,
    Scalar,
    type_of_value,
    value_text,
)

_CONSTANTS = "a constant: a number, a string in quotes, true, false, or a list of these"


class OverrideFault(NamedTuple):
    """Why a parameter can't be given a value. `is_of_name` tells that it can't be given any."""

    name: str
    found: str
    allowed: str
    is_of_name: bool


def override_faults(
    definition: PolicyDefinition, overrides: Mapping[str, str], environment: Environment
) -> list[OverrideFault]:
    """Return what keeps parameters from having these values (FEEL text by name); nothing if nothing does."""
    return [
        fault for name, text in overrides.items() if (fault := _fault(definition, name, text, environment)) is not None
    ]


def overridden(
    definition: PolicyDefinition, overrides: Mapping[str, str], environment: Environment
) -> PolicyDefinition:
    """Return a policy with other values of parameters, none of which has a fault."""
    values = {name: constant(text, environment) for name, text in overrides.items()}
    parameters = (_with_value(parameter, values.get(parameter.name.text)) for parameter in definition.parameters)
    return replace(definition, parameters=tuple(parameters))


def constant(text: str, environment: Environment) -> ParameterValue | None:
    """Return the value of a FEEL text that is a constant, None for any other."""
    tree = environment.parse(Source(text, "value"), ()).tree
    if isinstance(tree, ListLiteral):
        items = list(map(_scalar, tree.items))
        values = tuple(item for item in items if item is not None)
        return values if len(values) == len(items) else None
    return None if tree is None else _scalar(tree)


def constant_text(text: str, environment: Environment) -> str:
    """Return a FEEL text that is a constant in the one way in which all that say the same are written."""
    value = constant(text, environment)
    return text if value is None else value_text(value)


def _scalar(tree: Expression) -> Scalar | None:
    match tree:
        case NumberLiteral() | StringLiteral() | BooleanLiteral():
            return tree.value
        case Negation(operand=NumberLiteral() as number):
            return number.value.copy_negate()
        case _:
            return None


def _fault(definition: PolicyDefinition, name: str, text: str, environment: Environment) -> OverrideFault | None:
    parameter = next((known for known in definition.parameters if known.name.text == name), None)
    if parameter is None:
        return _name_fault(definition, name)
    value, type_ = constant(text, environment), _file_type(parameter)
    if value is None:
        return OverrideFault(name, "no constant", _CONSTANTS, is_of_name=False)
    if not _is_of_type(value, type_):
        return OverrideFault(name, f"a {type_of_value(value)}", f"a {type_}, as in the files", is_of_name=False)
    return None


def _name_fault(definition: PolicyDefinition, name: str) -> OverrideFault:
    if any(name == dated.name.text for dated in definition.dated_parameters):
        allowed = "a parameter without a history: what a dated one is from when on stands in the files"
        return OverrideFault(name, "a dated parameter", allowed, is_of_name=True)
    known = [parameter.name.text for parameter in definition.parameters]
    hint = nearest(name, known)
    allowed = f"a parameter of the policy; {hint}" if hint else f"one of {', '.join(known) or 'none'}"
    return OverrideFault(name, "no parameter of the policy", allowed, is_of_name=True)


def _file_type(parameter: ParameterDefinition) -> Type:
    return type_of_value(parameter.value if parameter.file_value is None else parameter.file_value)


def _is_of_type(value: ParameterValue, type_: Type) -> bool:
    return type_of_value(value) == type_ or (value == () and isinstance(type_, ListType))


def _with_value(parameter: ParameterDefinition, value: ParameterValue | None) -> ParameterDefinition:
    return parameter if value is None else replace(parameter, value=value, file_value=parameter.value)
