"""The open attributes of an application: which members of `AttributeValue` hold a value of a declared type."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from underwriter.decisioning.requests import faults
from underwriter.decisioning.requests.faults import FieldFault
from underwriter.feel.types import BOOLEAN, DATE, NUMBER, STRING, ListType, Type

NO_ATTRIBUTES: Mapping[str, Type] = MappingProxyType({})

_MEMBERS: Mapping[Type, tuple[str, ...]] = {
    NUMBER: ("number", "money"),
    STRING: ("text",),
    BOOLEAN: ("flag",),
    DATE: ("date",),
    ListType(item=STRING): ("texts",),
    ListType(item=NUMBER): ("numbers",),
}

_FOUND = {
    None: "no value",
    "number": "a number",
    "money": "an amount of money",
    "text": "a text",
    "flag": "true or false",
    "date": "a date",
    "texts": "several texts",
    "numbers": "several numbers",
}


def members_for(type_: Type) -> tuple[str, ...]:
    """Return the members of `AttributeValue` that hold a value of a type. Raises TypeError if none does."""
    members = _MEMBERS.get(type_)
    if members is None:
        raise TypeError(f"an attribute can't be declared as {type_}")
    return members


def described(type_: Type) -> str:
    """Return what an attribute of a type must be, with the members to send."""
    return " or ".join(f"{_FOUND[member]} (`{member}`)" for member in members_for(type_))


def attribute_faults(path: str, name: str, value: Any, declared: Mapping[str, Type]) -> list[FieldFault]:
    """Return the fault of an attribute that the policy does not declare, or declares as another kind."""
    type_ = declared.get(name)
    if type_ is None:
        return [faults.undeclared_attribute(path, name, declared)]
    member = value.WhichOneof("value")
    if member in members_for(type_):
        return []
    return [faults.wrong_attribute_kind(path, _FOUND[member], described(type_))]
