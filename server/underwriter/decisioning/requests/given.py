"""Makes applications of plain data, as people write them in tests beside rules and in files for the command line."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from underwriter.decisioning.requests import faults, given_values
from underwriter.decisioning.requests.attributes import NO_ATTRIBUTES, described
from underwriter.decisioning.requests.faults import FieldFault
from underwriter.decisioning.requests.given_values import WrongKind
from underwriter.feel.types import BOOLEAN, DATE, NUMBER, STRING, ListType, Type
from underwriter.policy.inputs import FieldKind, is_map, kind_of_field
from underwriter.v1.application_pb2 import Application, AttributeValue, NumberList, TextList


class GivenRefused(ValueError):
    """Plain data that is no application. `faults` holds every one of its faults."""

    def __init__(self, found: list[FieldFault]) -> None:
        super().__init__("\n".join(str(fault) for fault in found))
        self.faults = tuple(found)


class FilledBase(NamedTuple):
    """Plain data that several applications have in common, and the application that it describes."""

    given: Mapping[str, object]
    application: Application


def application_from(
    given: Mapping[str, object],
    *,
    currency: str | None = None,
    attributes: Mapping[str, Type] = NO_ATTRIBUTES,
    base: FilledBase | None = None,
) -> Application:
    """Return the application that plain data describes, by the fields' proto names; null is the same as not given.

    Enums are named with or without their prefix. Money is a text such as `20000 CNY` or a number in `currency`. Days
    and times are dates or ISO 8601 text. Attributes are plain values of the types that the policy declares. Each
    message may also be given as protobuf writes it in JSON. Constraints are not checked: see `request_faults`. With a
    `base`, values that are the very objects of its data are copied from its application.
    Raises GivenRefused with all faults.
    """
    application = Application()
    reader = _GivenReader(currency, attributes)
    if base is None:
        reader.fill(application, given, "")
    else:
        application.CopyFrom(base.application)
        reader.fill_over(application, base.given, given, "")
    if reader.faults:
        raise GivenRefused(reader.faults)
    return application


def edited(
    application: Application,
    edits: Mapping[str, object],
    *,
    currency: str,
    attributes: Mapping[str, Type] = NO_ATTRIBUTES,
) -> Application:
    """Return an application with some fields as plain data says, the others as they are; null takes a field away.

    Raises GivenRefused with all faults.
    """
    changed = Application()
    changed.CopyFrom(application)
    reader = _GivenReader(currency, attributes)
    reader.edit(changed, edits, "")
    if reader.faults:
        raise GivenRefused(reader.faults)
    return changed


def fill_message(message: Message, given: object, path: str, currency: str) -> list[FieldFault]:
    """Set all fields of a message that plain data gives in the same way, at a path; return all faults."""
    reader = _GivenReader(currency, NO_ATTRIBUTES)
    reader.fill(message, given, path)
    return reader.faults


class _GivenReader:
    """Fills messages, and gathers what it can't use."""

    def __init__(self, currency: str | None, attributes: Mapping[str, Type]) -> None:
        self.faults: list[FieldFault] = []
        self._currency = currency
        self._attributes = attributes
        self._converters: Mapping[FieldKind, Callable[[object], object]] = {
            FieldKind.DOUBLE: given_values.double,
            FieldKind.BOOLEAN: given_values.boolean,
            FieldKind.TEXT: given_values.text,
            FieldKind.MONEY: self._money,
            FieldKind.DECIMAL: given_values.decimal,
            FieldKind.DATE: given_values.date,
            FieldKind.MOMENT: given_values.moment,
        }

    def fill(self, message: Any, given: object, path: str) -> None:
        """Set all fields that are given of a message."""
        if not isinstance(given, Mapping):
            self._refuse(path, given_values.described(given), "a mapping of field names to values")
            return
        message.SetInParent()
        for key, value in given.items():
            self._fill_field(message, key, value, path)

    def fill_over(self, message: Any, base: Mapping[str, object], given: Mapping[str, object], path: str) -> None:
        """Change a message that holds the fields of `base` to hold those of `given`."""
        for key in base.keys() - given.keys():
            self._clear(message, key)
        for key, value in given.items():
            before = base.get(key)
            if value is before and key in base:
                continue
            field = _field(message.DESCRIPTOR, str(key))
            are_messages = field is not None and _is_single_message(field)
            if are_messages and isinstance(before, Mapping) and isinstance(value, Mapping):
                self.fill_over(getattr(message, str(key)), before, value, f"{path}.{key}".removeprefix("."))
            else:
                self._clear(message, key)
                self._fill_field(message, key, value, path)

    def edit(self, message: Any, edits: Mapping[str, object], path: str) -> None:
        """Change the fields that are named, within messages; lists and attributes are replaced as they are written."""
        for key, value in edits.items():
            field = _field(message.DESCRIPTOR, str(key))
            if field is not None and _is_single_message(field) and isinstance(value, Mapping):
                self.edit(getattr(message, field.name), value, f"{path}.{field.name}" if path else field.name)
            else:
                self._clear(message, key)
                self._fill_field(message, key, value, path)

    def _clear(self, message: Any, key: str) -> None:
        field = _field(message.DESCRIPTOR, str(key))
        if field is not None:
            message.ClearField(field.name)

    def _fill_field(self, message: Any, key: str, value: object, path: str) -> None:
        field = _field(message.DESCRIPTOR, str(key))
        name = faults.shown(str(key)) if field is None else field.name
        below = f"{path}.{name}" if path else name
        if field is None:
            known = [known.name for known in message.DESCRIPTOR.fields]
            self.faults.append(faults.unknown_field(below, str(key), known))
        elif value is not None:
            self._set(message, field, value, below)

    def _set(self, message: Any, field: FieldDescriptor, value: object, path: str) -> None:
        if is_map(field):
            self._set_attributes(getattr(message, field.name), value, path)
        elif field.is_repeated:
            self._set_items(getattr(message, field.name), field, value, path)
        elif self._is_plain_message(field, value):
            self.fill(getattr(message, field.name), value, path)
        else:
            converted = self._converted(field, value, path)
            if field.message_type is None and converted is not None:
                setattr(message, field.name, converted)
            elif converted is not None:
                getattr(message, field.name).CopyFrom(converted)

    def _set_items(self, items: Any, field: FieldDescriptor, value: object, path: str) -> None:
        if not isinstance(value, list | tuple):
            self._refuse(path, given_values.described(value), "a list")
            return
        for index, item in enumerate(value):
            if self._is_plain_message(field, item):
                self.fill(items.add(), item, f"{path}[{index}]")
            elif (converted := self._converted(field, item, f"{path}[{index}]")) is not None:
                items.append(converted)

    def _set_attributes(self, entries: Any, value: object, path: str) -> None:
        if not isinstance(value, Mapping):
            self._refuse(path, given_values.described(value), "a mapping of attribute names to values")
            return
        for name, plain in value.items():
            entry, type_ = faults.entry_path(path, name), self._attributes.get(name)
            if type_ is None:
                self.faults.append(faults.undeclared_attribute(entry, str(name), self._attributes))
            elif isinstance(plain, Mapping):
                self.fill(entries[name], plain, entry)
            elif plain is not None:
                self._set_attribute(entries[name], type_, plain, entry)

    def _set_attribute(self, attribute: Any, type_: Type, value: object, path: str) -> None:
        try:
            attribute.CopyFrom(self._attribute(type_, value))
        except WrongKind as wrong:
            self._refuse(path, wrong.found, described(type_))

    def _attribute(self, type_: Type, value: object) -> AttributeValue:
        if isinstance(type_, ListType) and not isinstance(value, list | tuple):
            raise WrongKind(given_values.described(value), "a list")
        if type_ == NUMBER and isinstance(value, str):
            return AttributeValue(money=self._money(value))
        return _ATTRIBUTES[type_](value)

    def _converted(self, field: FieldDescriptor, value: object, path: str) -> object:
        """Return a field's value; None, with a fault noted, if there is none."""
        try:
            return self._value(field, kind_of_field(field), value)
        except WrongKind as wrong:
            self._refuse(path, wrong.found, wrong.allowed)
            return None

    def _value(self, field: FieldDescriptor, kind: FieldKind, value: object) -> object:
        if kind is FieldKind.CHOICE:
            return given_values.choice(value, field.enum_type)
        if kind is FieldKind.INTEGER:
            return given_values.integer(value, 32 if field.cpp_type == FieldDescriptor.CPPTYPE_INT32 else 64)
        return self._converters[kind](value)

    def _money(self, value: object) -> object:
        return given_values.money(value, self._currency)

    def _is_plain_message(self, field: FieldDescriptor, value: object) -> bool:
        """Tell whether a value fills a message field by field: any message may be given so, and most must."""
        is_message = field.message_type is not None
        return is_message and (kind_of_field(field) is FieldKind.MESSAGE or isinstance(value, Mapping))

    def _refuse(self, path: str, found: str, allowed: str) -> None:
        self.faults.append(faults.wrong_kind(path, found, allowed))


_ATTRIBUTES: Mapping[Type, Callable[[Any], AttributeValue]] = {
    NUMBER: lambda value: AttributeValue(number=given_values.decimal(value)),
    STRING: lambda value: AttributeValue(text=given_values.text(value)),
    BOOLEAN: lambda value: AttributeValue(flag=given_values.boolean(value)),
    DATE: lambda value: AttributeValue(date=given_values.date(value)),
    ListType(item=STRING): lambda value: AttributeValue(texts=TextList(values=map(given_values.text, value))),
    ListType(item=NUMBER): lambda value: AttributeValue(numbers=NumberList(values=map(given_values.decimal, value))),
}


def _is_single_message(field: FieldDescriptor) -> bool:
    return field.message_type is not None and not field.is_repeated


def _field(message: Descriptor, name: str) -> FieldDescriptor | None:
    """Return a field by its proto name or the name that protobuf gives it in JSON."""
    field: FieldDescriptor | None = message.fields_by_name.get(name) or message.fields_by_camelcase_name.get(name)
    return field
