"""Checks whole requests against the constraints of their fields, and names every fault at once.

For each message type one Python function is generated from the descriptor, with all nested messages written out in
place. On the way of a good request it only reads fields and compares; paths and words are made for faults alone.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from underwriter.decisioning.requests import faults
from underwriter.decisioning.requests.attributes import NO_ATTRIBUTES, attribute_faults
from underwriter.decisioning.requests.faults import FieldFault
from underwriter.decisioning.requests.field_checks import ValueCheck, value_check
from underwriter.decisioning.requests.generated_function import GeneratedFunction
from underwriter.feel.types import Type
from underwriter.policy.constraints import limits_of
from underwriter.policy.inputs import FieldKind, is_map, kind_of_field
from underwriter.v1.application_pb2 import AttributeValue

__all__ = ["FieldFault", "request_faults"]


class Validator(Protocol):
    """Returns all faults of one message of the type that it was made for."""

    def __call__(self, message: Message, currency: str | None, attributes: Mapping[str, Type], /) -> list[FieldFault]:
        """Check the message."""


def request_faults(
    request: Message, currency: str | None = None, attributes: Mapping[str, Type] = NO_ATTRIBUTES
) -> list[FieldFault]:
    """Return every field of a request that breaks its constraint, in the order of the fields; none when all is fine.

    Works for any request message, and for parts of one. All money must be in `currency`; without one, any ISO 4217
    code will do. `attributes` are those that the policy declares; others are faults. Fields that the API does not know
    are ignored. A list over its size is one fault, whatever its items.
    """
    message_class: Any = type(request)
    return validator_for(message_class)(request, currency, attributes)


@cache
def validator_for(message_class: Any) -> Validator:
    """Return the validator of a message type, made once. Raises TypeError for fields that can't be checked."""
    return _ValidatorWriter(message_class.DESCRIPTOR).validator()


class _ValidatorWriter:
    """Writes the validator of one message type."""

    def __init__(self, message: Descriptor) -> None:
        self._message = message
        self._open: list[Descriptor] = []
        self._function = GeneratedFunction("validate(message, currency, attributes)")

    def validator(self) -> Validator:
        """Return the compiled function."""
        self._function.line("found = []")
        self._fields(self._message, "message", "")
        self._function.line("return found")
        return self._function.make()

    def _fields(self, message: Descriptor, owner: str, prefix: str) -> None:
        """Write the checks of a message's fields. `owner` names the message; `prefix` starts the f-strings of paths."""
        if message in self._open:
            raise TypeError(f"{message.full_name} holds itself: such requests can't be checked")
        self._open.append(message)
        for field in message.fields:
            self._field(field, owner, f"{prefix}{field.name}")
        self._open.pop()

    def _field(self, field: FieldDescriptor, owner: str, path: str) -> None:
        if is_map(field):
            self._map(field, owner, path)
        elif field.is_repeated:
            self._list(field, owner, path)
        elif field.message_type is not None:
            self._submessage(field, owner, path)
        else:
            self._scalar(field, owner, path)

    def _scalar(self, field: FieldDescriptor, owner: str, path: str) -> None:
        check = value_check(field)
        screen = check.screen(self._function.constant)
        has = self._presence(field, owner) if field.has_presence else ""
        if limits_of(field).required:
            self._function.line(f"v = {owner}.{field.name}")
            self._branch(f"if not v and not {has}:" if has else "if not v:", self._missing(path, check.allowed))
            if screen:
                self._branch(f"elif not ({screen}):", self._refused(check, path))
        elif screen:
            self._function.line(f"v = {owner}.{field.name}")
            sent = f"(v or {has})" if has else "v"
            self._branch(f"if not ({screen}) and {sent}:", self._refused(check, path))

    def _submessage(self, field: FieldDescriptor, owner: str, path: str) -> None:
        with self._function.block(f"if {self._presence(field, owner)}:"):
            self._value(field, f"{owner}.{field.name}", path)
        if limits_of(field).required:
            is_plain = kind_of_field(field) is FieldKind.MESSAGE
            allowed = f"a message of type {field.message_type.name}" if is_plain else value_check(field).allowed
            self._branch("else:", self._missing(path, allowed))

    def _list(self, field: FieldDescriptor, owner: str, path: str) -> None:
        items, index, item = (self._function.local(stem) for stem in ("items", "i", "item"))
        self._sized(field, owner, path, items)
        with (
            self._function.block(f"elif {items}:"),
            self._function.block(f"for {index}, {item} in enumerate({items}[:]):"),
        ):
            self._value(field, item, f"{path}[{{{index}}}]")
        if limits_of(field).required:
            self._branch("else:", self._missing(path, "at least 1 item"))

    def _map(self, field: FieldDescriptor, owner: str, path: str) -> None:
        items, key, item, entry = (self._function.local(stem) for stem in ("items", "key", "item", "entry"))
        value = field.message_type.fields_by_name["value"]
        self._sized(field, owner, path, items)
        with (
            self._function.block(f"elif {items}:"),
            self._function.block(f"for {key}, {item} in {items}.items():"),
        ):
            path_of_entry = self._function.constant(faults.entry_path)
            self._function.line(f"{entry} = {path_of_entry}(f'{path}', {key})")
            if value.message_type is AttributeValue.DESCRIPTOR:
                self._attribute(value, key, item, entry)
            else:
                self._value(field.message_type.fields_by_name["key"], key, f"{{{entry}}}")
                self._value(value, item, f"{{{entry}}}")

    def _attribute(self, field: FieldDescriptor, key: str, item: str, entry: str) -> None:
        """Write the check of an attribute's kind; only an attribute of the declared kind is looked at further."""
        check = self._function.constant(attribute_faults)
        self._function.line(f"v = {check}({entry}, {key}, {item}, attributes)")
        self._branch("if v:", "found += v")
        with self._function.block("else:"):
            self._value(field, item, f"{{{entry}}}")

    def _sized(self, field: FieldDescriptor, owner: str, path: str, items: str) -> None:
        limit = limits_of(field).max_items
        too_many = self._function.constant(faults.too_many)
        self._function.line(f"{items} = {owner}.{field.name}")
        self._branch(f"if len({items}) > {limit}:", f"found.append({too_many}(f'{path}', len({items}), {limit}))")

    def _value(self, field: FieldDescriptor, value: str, path: str) -> None:
        """Write the check of one value, which is there."""
        if kind_of_field(field) is FieldKind.MESSAGE:
            owner = self._function.local("m")
            self._function.line(f"{owner} = {value}")
            self._fields(field.message_type, owner, f"{path}.")
            return
        check = value_check(field)
        screen = check.screen(self._function.constant)
        if screen:
            self._function.line(f"v = {value}")
            self._branch(f"if not ({screen}):", self._refused(check, path))

    def _presence(self, field: FieldDescriptor, owner: str) -> str:
        """Return the expression that tells whether a field was sent: the class's own method, found once."""
        has = self._function.constant(GetMessageClass(field.containing_type).HasField)
        return f'{has}({owner}, "{field.name}")'

    def _missing(self, path: str, allowed: str) -> str:
        missing = self._function.constant(faults.missing)
        return f"found.append({missing}(f'{path}', {self._function.constant(allowed)}))"

    def _refused(self, check: ValueCheck, path: str) -> str:
        return f"found += {self._function.constant(check.faults)}(f'{path}', v, currency)"

    def _branch(self, head: str, line: str) -> None:
        with self._function.block(head):
            self._function.line(line)
