"""What a policy may read of an application: the fields of the `Application` message as FEEL types.

Names are the fields' own names in the proto files. `attributes` is left out: each policy declares its own.
"""

from collections.abc import Mapping
from enum import Enum, auto
from functools import cache

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from underwriter.feel.types import BOOLEAN, DATE, DATE_TIME, NUMBER, STRING, ChoiceType, ContextType, ListType, Type
from underwriter.v1.application_pb2 import Application


class FieldKind(Enum):
    """What one value of a field is, whether the field holds one or many."""

    INTEGER = auto()
    DOUBLE = auto()
    BOOLEAN = auto()
    TEXT = auto()
    CHOICE = auto()
    MONEY = auto()
    DECIMAL = auto()
    DATE = auto()
    MOMENT = auto()
    STRUCT = auto()
    MESSAGE = auto()


_SCALARS = {
    FieldDescriptor.CPPTYPE_INT32: FieldKind.INTEGER,
    FieldDescriptor.CPPTYPE_INT64: FieldKind.INTEGER,
    FieldDescriptor.CPPTYPE_UINT32: FieldKind.INTEGER,
    FieldDescriptor.CPPTYPE_UINT64: FieldKind.INTEGER,
    FieldDescriptor.CPPTYPE_DOUBLE: FieldKind.DOUBLE,
    FieldDescriptor.CPPTYPE_BOOL: FieldKind.BOOLEAN,
    FieldDescriptor.CPPTYPE_STRING: FieldKind.TEXT,
    FieldDescriptor.CPPTYPE_ENUM: FieldKind.CHOICE,
}

_MESSAGES = {
    "google.type.Money": FieldKind.MONEY,
    "google.type.Decimal": FieldKind.DECIMAL,
    "google.type.Date": FieldKind.DATE,
    "google.protobuf.Timestamp": FieldKind.MOMENT,
    "google.protobuf.Struct": FieldKind.STRUCT,
}

_TYPES = {
    FieldKind.INTEGER: NUMBER,
    FieldKind.DOUBLE: NUMBER,
    FieldKind.BOOLEAN: BOOLEAN,
    FieldKind.TEXT: STRING,
    FieldKind.MONEY: NUMBER,
    FieldKind.DECIMAL: NUMBER,
    FieldKind.DATE: DATE,
    FieldKind.MOMENT: DATE_TIME,
}


def kind_of_field(field: FieldDescriptor) -> FieldKind:
    """Return what one value of the field is. Raises TypeError for a field of a kind that no API message uses."""
    if field.message_type is not None:
        return _MESSAGES.get(field.message_type.full_name, FieldKind.MESSAGE)
    if field.type == FieldDescriptor.TYPE_BYTES or field.cpp_type not in _SCALARS:
        raise TypeError(f"{field.full_name}: fields of this kind can't be checked or read by rules")
    return _SCALARS[field.cpp_type]


def is_map(field: FieldDescriptor) -> bool:
    """Tell whether the field is a map; its message type is then the map's entry, with a key and a value."""
    return field.message_type is not None and bool(field.message_type.GetOptions().map_entry)


def choices(enum: EnumDescriptor) -> Mapping[int, str]:
    """Return an enum's values by number as rules write them: without the enum's prefix, and without UNSPECIFIED."""
    prefix = enum.values[0].name.removesuffix("UNSPECIFIED")
    return {value.number: value.name.removeprefix(prefix) for value in enum.values if value.number}


@cache
def application_type() -> ContextType:
    """Return the FEEL type of an application: a context with an entry for each field but `attributes`."""
    return _context_type(Application.DESCRIPTOR)


def _context_type(message: Descriptor) -> ContextType:
    return ContextType(fields={field.name: field_type(field) for field in message.fields if not is_map(field)})


def field_type(field: FieldDescriptor) -> Type:
    """Return the FEEL type of a field of an API message; a list's, if the field is repeated."""
    item = _value_type(field)
    return ListType(item=item) if field.is_repeated else item


def _value_type(field: FieldDescriptor) -> Type:
    kind = kind_of_field(field)
    if kind is FieldKind.MESSAGE:
        return _context_type(field.message_type)
    if kind is FieldKind.CHOICE:
        return ChoiceType(values=tuple(choices(field.enum_type).values()))
    return _TYPES[kind]
