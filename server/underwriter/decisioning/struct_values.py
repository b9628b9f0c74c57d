"""`google.protobuf.Struct` as plain values, and FEEL values as a Struct.

A Struct has doubles where FEEL has 34 digits. A number that a double can't hold goes in and out as text.
"""

from collections.abc import Mapping
from decimal import Decimal

from google.protobuf.struct_pb2 import NULL_VALUE, Struct
from google.protobuf.struct_pb2 import Value as StructValue

from underwriter.feel import Value, feel_text


def plain_values(struct: Struct) -> dict[str, object]:
    """Return the entries of a Struct: None, bool, float, str, lists and dicts of them."""
    return {name: _plain(value) for name, value in struct.fields.items()}


def struct_of(values: Mapping[str, Value]) -> Struct:
    """Return FEEL values as a Struct. What it has no form for, such as dates and ranges, is FEEL text."""
    struct = Struct()
    for name, value in values.items():
        _put(value, struct.fields[name])
    return struct


def _plain(value: StructValue) -> object:
    match value.WhichOneof("kind"):
        case "number_value":
            return value.number_value
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case "struct_value":
            return plain_values(value.struct_value)
        case "list_value":
            return [_plain(item) for item in value.list_value.values]
    return None


def _put(value: Value, place: StructValue) -> None:
    match value:
        case None:
            place.null_value = NULL_VALUE
        case bool():
            place.bool_value = value
        case Decimal():
            _put_number(value, place)
        case str():
            place.string_value = value
        case list():
            place.list_value.SetInParent()
            for item in value:
                _put(item, place.list_value.values.add())
        case dict():
            place.struct_value.CopyFrom(struct_of({str(name): entry for name, entry in value.items()}))
        case _:
            place.string_value = feel_text(value)


def _put_number(number: Decimal, place: StructValue) -> None:
    """Put a number as a double if the double's shortest text is the number again, else as text."""
    if Decimal(repr(float(number))) == number:
        place.number_value = float(number)
    else:
        place.string_value = feel_text(number)
