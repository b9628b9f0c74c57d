"""API messages as authors write them in tests: their fields, with what the protos say of them and allow."""

from functools import cache

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from underwriter.editor.grammar.values import (
    PLAIN,
    Anything,
    Choice,
    Either,
    Items,
    Keys,
    Named,
    Nothing,
    Number,
    Single,
    Truth,
    Value,
)
from underwriter.policy.constraints import limits_of
from underwriter.policy.inputs import FieldKind, choices, is_map, kind_of_field
from underwriter.policy.shapes import Shape
from underwriter.v1.comments import COMMENTS

_MONEY = r"[+-]?[0-9]+(\.[0-9]+)? [A-Z]{3}"
_NUMBER_TEXT = r"[+-]?[0-9]+(\.[0-9]+)?"


@cache
def message_keys(message: Descriptor) -> Keys:
    """Return the fields of a message by their proto names. Null is the same as not given."""
    fields = {field.name: COMMENTS.get(field.full_name, "") for field in message.fields}
    return Keys(
        Shape(message.name, {}, fields),
        {field.name: Either((field_value(field), Nothing())) for field in message.fields},
    )


def field_value(field: FieldDescriptor) -> Value:
    """Return what one value of a field, or the list of a repeated one, is written as."""
    if is_map(field):
        return Named(Anything())
    item = _item(field)
    return Items(item) if field.is_repeated else item


def enum_choice(enum: EnumDescriptor) -> Choice:
    """Return an enum's values as rules write them, each with its comment."""
    names = {value.number: f"{enum.full_name}.{value.name}" for value in enum.values}
    return Choice({text: COMMENTS.get(names[number], "") for number, text in choices(enum).items()})


def _item(field: FieldDescriptor) -> Value:
    kind = kind_of_field(field)
    match kind:
        case FieldKind.MESSAGE:
            return message_keys(field.message_type)
        case FieldKind.STRUCT:
            return Anything()
        case FieldKind.CHOICE:
            prefix = field.enum_type.values[0].name.removesuffix("UNSPECIFIED")
            return Either((enum_choice(field.enum_type), Single(pattern=f"{prefix}[A-Z0-9_]+")))
        case FieldKind.BOOLEAN:
            return Truth()
        case FieldKind.TEXT | FieldKind.DATE | FieldKind.MOMENT:
            return PLAIN
    return _number(field, kind)


def _number(field: FieldDescriptor, kind: FieldKind) -> Value:
    limits = limits_of(field)
    minimum, maximum = (None if bound is None else float(bound) for bound in (limits.minimum, limits.maximum))
    number = Number(minimum, maximum, is_whole=kind is FieldKind.INTEGER)
    texts = {FieldKind.MONEY: _MONEY, FieldKind.DECIMAL: _NUMBER_TEXT}
    return Either((number, Single(pattern=texts[kind]))) if kind in texts else number
