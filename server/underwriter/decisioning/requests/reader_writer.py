"""Writes the functions that read the values at some paths out of a message, with all nested messages written in place.

A function that checks visits every field, asks the screen of its check, and returns None at the first value that does
not pass. One that does not check visits only what is read.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message_factory import GetMessageClass

from underwriter.decisioning.requests.attributes import attribute_faults
from underwriter.decisioning.requests.field_checks import value_check
from underwriter.decisioning.requests.field_expressions import (
    AttributeReader,
    screened_expression,
    value_expression,
)
from underwriter.decisioning.requests.generated_function import GeneratedFunction
from underwriter.decisioning.requests.path_tree import Path, Step
from underwriter.decisioning.requests.validation import request_faults
from underwriter.feel.types import Type
from underwriter.policy.constraints import limits_of
from underwriter.policy.inputs import FieldKind, is_map, kind_of_field

Members: TypeAlias = Mapping[Path, frozenset[str]]
"""The entries that contexts at a path are narrowed to."""

_NOTHING_READ = Step()


class ReaderWriter:
    """Writes one function of a message from which `start` leads to the application.

    Paths, those of `members` too, count from the application.
    """

    def __init__(
        self, signature: str, start: Path, members: Members, attributes: Mapping[str, Type], *, checks: bool
    ) -> None:
        self._start = start
        self._members = members
        self._attributes = attributes
        self._checks = checks
        self._function = GeneratedFunction(signature)

    def reader(self, message: Descriptor, owner: str, paths: Sequence[Path]) -> Callable[..., Any]:
        """Return the function of a message, its parameter `owner`. It returns the values at the paths as a tuple."""
        root = Step()
        targets = [self._function.local("v") for _ in paths]
        for path, target in zip(paths, targets, strict=True):
            root.at((*self._start, *path)).targets.append(target)
        self._message(message, root, owner, ())
        self._function.line(f"return ({''.join(f'{target}, ' for target in targets)})")
        return self._function.make()

    def _message(self, message: Descriptor, step: Step, owner: str, path: Path) -> None:
        """Write the reading of all that is read of a message; `owner` is its variable."""
        entries = self._entries(message, step, path) if step.targets else {}
        for name in step.beyond:
            if name not in message.fields_by_name:
                raise ValueError(f"{'.'.join((*path, name))} leads nowhere: {message.name} has no field {name}")
        for field in message.fields:
            if self._checks or field.name in step.beyond:
                self._field(field, step.beyond.get(field.name, _NOTHING_READ), owner, (*path, field.name))
        self._assign(step.targets, f"{{{', '.join(f'{name!r}: {place}' for name, place in entries.items())}}}")

    def _entries(self, message: Descriptor, step: Step, path: Path) -> dict[str, str]:
        """Return the entries of a message's context with the variables that hold them."""
        names = self._members.get(path[len(self._start) :])
        entries = {}
        for field in message.fields:
            if names is None or field.name in names:
                beyond = step.at((field.name,))
                if not beyond.targets:
                    beyond.targets.append(self._function.local("c"))
                entries[field.name] = beyond.targets[0]
        return entries

    def _field(self, field: FieldDescriptor, step: Step, owner: str, path: Path) -> None:
        if is_map(field):
            self._map(field, step, owner)
        elif field.is_repeated:
            self._list(field, step, owner, path)
        elif kind_of_field(field) is FieldKind.MESSAGE:
            self._submessage(field, step, owner, path)
        else:
            self._scalar(field, step, owner, path)

    def _scalar(self, field: FieldDescriptor, step: Step, owner: str, path: Path) -> None:
        _refuse_members(step, path)
        if not self._checks:
            has = self._presence(field, owner) if field.has_presence else ""
            expression = value_expression(field, f"{owner}.{field.name}", has, self._function.constant)
            self._assign(step.targets, expression)
        elif field.message_type is not None:
            self._checked_message(field, step, owner)
        else:
            self._checked_scalar(field, step, owner)

    def _checked_message(self, field: FieldDescriptor, step: Step, owner: str) -> None:
        """Write the reading of an amount, a day or another value that is a message of its own."""
        with self._function.block(f"if {self._presence(field, owner)}:"):
            self._present(field, step.targets, f"{owner}.{field.name}")
        self._otherwise(field, step)

    def _checked_scalar(self, field: FieldDescriptor, step: Step, owner: str) -> None:
        screen = value_check(field).screen(self._function.constant)
        has = self._presence(field, owner) if field.has_presence else ""
        is_required = limits_of(field).required
        if not (screen or step.targets or is_required):
            return
        self._function.line(f"v = {owner}.{field.name}")
        if is_required:
            self._refuse_if(f"not v and not {has}" if has else "not v")
        if screen:
            self._refuse_if(f"not ({screen}) and {f'(v or {has})' if has else 'v'}")
        self._assign(step.targets, value_expression(field, "v", has, self._function.constant))

    def _present(self, field: FieldDescriptor, targets: Sequence[str], value: str) -> None:
        """Write the reading of one value that is there and no plain message."""
        self._function.line(f"v = {value}")
        screen = value_check(field).screen(self._function.constant) if self._checks else ""
        if screen:
            self._refuse_if(f"not ({screen})")
        expression = screened_expression if screen else value_expression
        self._assign(targets, expression(field, "v", "", self._function.constant))

    def _submessage(self, field: FieldDescriptor, step: Step, owner: str, path: Path) -> None:
        inner = self._function.local("m")
        with self._function.block(f"if {self._presence(field, owner)}:"):
            self._function.line(f"{inner} = {owner}.{field.name}")
            self._message(field.message_type, step, inner, path)
        self._otherwise(field, step)

    def _otherwise(self, field: FieldDescriptor, step: Step) -> None:
        """Write what a field comes to that was not sent."""
        if self._checks and limits_of(field).required:
            with self._function.block("else:"):
                self._function.line("return None")
        elif targets := step.all_targets():
            with self._function.block("else:"):
                self._assign(targets, "None")

    def _list(self, field: FieldDescriptor, step: Step, owner: str, path: Path) -> None:
        """Write one loop over a list that fills a column for each path read of its items."""
        items, size, item = (self._function.local(stem) for stem in ("items", "size", "m"))
        read = Step()
        columns = {below: self._function.local("l") for below in dict.fromkeys(_of_items(step))}
        cells = {below: self._function.local("c") for below in columns}
        for below, cell in cells.items():
            read.at(below).targets.append(cell)
        self._function.line(f"{size} = len({items} := {owner}.{field.name})")
        if self._checks:
            self._refuse_if(f"{size} > {limits_of(field).max_items}")
            if limits_of(field).required:
                self._refuse_if(f"not {size}")
        for column in columns.values():
            self._function.line(f"{column} = []")
        with self._function.block(f"if {size}:"), self._function.block(f"for {item} in {items}[:]:"):
            self._item(field, read, item, path)
            for below, column in columns.items():
                self._function.line(f"{column}.append({cells[below]})")
        self._take_columns(step, columns, size)

    def _item(self, field: FieldDescriptor, step: Step, item: str, path: Path) -> None:
        if kind_of_field(field) is FieldKind.MESSAGE:
            self._message(field.message_type, step, item, path)
        else:
            _refuse_members(step, path)
            self._present(field, step.targets, item)

    def _take_columns(self, step: Step, columns: Mapping[Path, str], size: str) -> None:
        """Write the assignments from whole columns, and from their items by position; null where a list is shorter."""
        for below, target in step.flat():
            if not _is_position(below):
                self._assign([target], columns[below])
        for position, at_position in step.beyond.items():
            if _is_position((position,)):
                with self._function.block(f"if {size} >= {position}:"):
                    for below, target in at_position.flat():
                        self._assign([target], f"{columns[below]}[{int(position) - 1}]")
                with self._function.block("else:"):
                    self._assign(at_position.all_targets(), "None")

    def _map(self, field: FieldDescriptor, step: Step, owner: str) -> None:
        """Write the reading of the attributes, the only map that there is."""
        entries = self._function.local("m")
        self._function.line(f"{entries} = {owner}.{field.name}")
        if self._checks:
            fine = self._function.constant(partial(_are_fine, self._attributes, limits_of(field).max_items))
            self._refuse_if(f"{entries} and not {fine}({entries}, currency)")
        readers = {name: AttributeReader(name, type_) for name, type_ in self._attributes.items()}
        if step.targets:
            every = self._function.constant(tuple(readers.values()))
            self._assign(step.targets, f"{{reader.name: reader({entries}) for reader in {every}}}")
        for name, beyond in step.beyond.items():
            if name not in readers or beyond.beyond:
                raise ValueError(f"{'.'.join((field.name, name, *beyond.beyond))} is not a declared attribute")
            self._assign(beyond.targets, f"{self._function.constant(readers[name])}({entries})")

    def _presence(self, field: FieldDescriptor, owner: str) -> str:
        """Return the expression that tells whether a field was sent: the class's own method, found once."""
        has = self._function.constant(GetMessageClass(field.containing_type).HasField)
        return f'{has}({owner}, "{field.name}")'

    def _refuse_if(self, condition: str) -> None:
        with self._function.block(f"if {condition}:"):
            self._function.line("return None")

    def _assign(self, targets: Sequence[str], expression: str) -> None:
        if targets:
            self._function.line(f"{' = '.join(targets)} = {expression}")


def _is_position(below: Path) -> bool:
    return below[:1] != () and below[0].isdecimal()


def _of_items(step: Step) -> Iterator[Path]:
    """Yield the paths that are read of a list's items, whether of all or of the one at a position."""
    for below, _ in step.flat():
        yield below[1:] if _is_position(below) else below


def _refuse_members(step: Step, path: Path) -> None:
    if step.beyond:
        raise ValueError(f"{'.'.join(path)} has no members: {'.'.join((*path, *step.beyond))} leads nowhere")


def _are_fine(declared: Mapping[str, Type], limit: int, entries: Mapping[str, Any], currency: str) -> bool:
    """Tell whether the attributes sent have no faults."""
    return len(entries) <= limit and not any(
        attribute_faults("", name, value, declared) or request_faults(value, currency)
        for name, value in entries.items()
    )
