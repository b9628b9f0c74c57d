"""Takes out of an application the inputs that a policy reads, as FEEL values.

For each policy one Python function is generated from the paths that it reads: it visits every sub-message once and
touches no other field. What was not sent is null, never zero (proto3 `optional`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message_factory import GetMessageClass

from underwriter.decisioning.requests.field_expressions import AttributeReader, value_expression
from underwriter.decisioning.requests.generated_function import GeneratedFunction
from underwriter.feel.types import Type
from underwriter.feel.values import Value
from underwriter.policy.inputs import ATTRIBUTES, FieldKind, kind_of_field
from underwriter.v1.application_pb2 import Application

Path: TypeAlias = tuple[str, ...]
Members: TypeAlias = Mapping[Path, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Binder:
    """Binds the inputs at `paths`. The application must have passed `request_faults`."""

    paths: tuple[Path, ...]
    bind: Callable[[Application], tuple[Value, ...]] = field(repr=False)
    """Returns the values in the order of `paths`."""


def compile_binder(paths: Sequence[Path], members: Members, attributes: Mapping[str, Type]) -> Binder:
    """Return the binder for the paths that a policy reads.

    A path is a chain of proto field names from the application. One that ends at a message gives a context, one that
    ends at a list gives a list, and one that leads through a list gives a list with the rest's value for each item, or
    with a position from 1 after the list, ("behaviour", "statements", "1", "billed"), the value of that item alone.
    `members` narrows the contexts at a path, those in lists too, to the entries named. `("attributes", name)` is a
    declared attribute. A list in a message that was not sent is null; in one that was, it is the items sent, if any.
    Raises ValueError for a path that leads nowhere, and for an attribute that is not declared.
    """
    return Binder(tuple(paths), _FunctionWriter("bind(application)", members, attributes).binder(paths))


@dataclass(slots=True)
class _Step:
    """What is read of one message: the value at this step itself (`targets`), and at the steps beyond it."""

    targets: list[str] = field(default_factory=list)
    beyond: dict[str, "_Step"] = field(default_factory=dict)

    def add(self, path: Path, target: str) -> None:
        """Note that the value at the end of a path goes to a variable."""
        step = self
        for name in path:
            step = step.beyond.setdefault(name, _Step())
        step.targets.append(target)

    def all_targets(self) -> list[str]:
        """Return the variables of this step and of all beyond it."""
        return self.targets + [target for step in self.beyond.values() for target in step.all_targets()]


class _FunctionWriter:
    """Writes the function of a binder, and those that make the contexts in what it binds."""

    def __init__(self, signature: str, members: Members, attributes: Mapping[str, Type]) -> None:
        self._members = members
        self._attributes = attributes
        self._function = GeneratedFunction(signature)

    def binder(self, paths: Sequence[Path]) -> Callable[[Application], tuple[Value, ...]]:
        """Return the function that takes the values at the paths out of an application."""
        root = _Step()
        targets = [self._function.local("v") for _ in paths]
        for path, target in zip(paths, targets, strict=True):
            root.add(path, target)
        self._steps(Application.DESCRIPTOR, root, "application", ())
        self._function.line(f"return ({''.join(f'{target}, ' for target in targets)})")
        return self._function.make()

    def context_reader(self, message: Descriptor, path: Path) -> Callable[[object], dict[str, Value]]:
        """Return the function that makes a context of a message at a path, with the members that are read."""
        names = self._members.get(path)
        entries = [
            f'"{field.name}": {self._whole(field, "message", (*path, field.name))}'
            for field in message.fields
            if names is None or field.name in names
        ]
        self._function.line(f"return {{{', '.join(entries)}}}")
        return self._function.make()

    def _steps(self, message: Descriptor, step: _Step, owner: str, prefix: Path) -> None:
        """Write the assignments of all targets beyond a step; `owner` is the variable of its message."""
        for name, beyond in step.beyond.items():
            path = (*prefix, name)
            if path == (ATTRIBUTES,):
                self._read_attributes(beyond, owner)
            else:
                self._step(_field(message, name, path), beyond, owner, path)

    def _step(self, field: FieldDescriptor, step: _Step, owner: str, path: Path) -> None:
        if step.targets:
            self._assign(step.targets, self._whole(field, owner, path))
        if not step.beyond:
            return
        if kind_of_field(field) is not FieldKind.MESSAGE:
            raise ValueError(f"{'.'.join(path)} has no members: {'.'.join((*path, *step.beyond))} leads nowhere")
        if not field.is_repeated:
            self._submessage(field, step, owner, path)
            return
        items = {name: beyond for name, beyond in step.beyond.items() if name.isdecimal()}
        columns = {name: beyond for name, beyond in step.beyond.items() if name not in items}
        if items:
            self._items(field, items, owner, path)
        if columns:
            self._columns(field, _Step(beyond=columns), owner, path)

    def _submessage(self, field: FieldDescriptor, step: _Step, owner: str, path: Path) -> None:
        inner = self._function.local("m")
        with self._function.block(f"if {self._presence(field, owner)}:"):
            self._function.line(f"{inner} = {owner}.{field.name}")
            self._steps(field.message_type, step, inner, path)
        with self._function.block("else:"):
            self._assign([target for beyond in step.beyond.values() for target in beyond.all_targets()], "None")

    def _items(self, field: FieldDescriptor, items: Mapping[str, _Step], owner: str, path: Path) -> None:
        """Write the reading of single items of a list, by their positions from 1; null where the list is shorter."""
        listed = self._function.local("l")
        self._function.line(f"{listed} = {owner}.{field.name}[:]")
        for position, step in sorted(items.items(), key=lambda item: int(item[0])):
            item = self._function.local("m")
            with self._function.block(f"if len({listed}) >= {position}:"):
                self._function.line(f"{item} = {listed}[{int(position) - 1}]")
                self._assign(step.targets, self._present(field, item, path))
                self._steps(field.message_type, step, item, path)
            with self._function.block("else:"):
                self._assign(step.all_targets(), "None")

    def _columns(self, field: FieldDescriptor, step: _Step, owner: str, path: Path) -> None:
        """Write one loop over a list that fills all columns read of it."""
        item = self._function.local("m")
        columns = [target for beyond in step.beyond.values() for target in beyond.all_targets()]
        cells = {column: self._function.local("c") for column in columns}
        for column in columns:
            self._function.line(f"{column} = []")
        with self._function.block(f"for {item} in {owner}.{field.name}[:]:"):
            self._steps(field.message_type, _renamed(step, cells), item, path)
            for column, cell in cells.items():
                self._function.line(f"{column}.append({cell})")

    def _read_attributes(self, step: _Step, owner: str) -> None:
        readers = {name: AttributeReader(name, type_) for name, type_ in self._attributes.items()}
        entries = self._function.local("m")
        self._function.line(f"{entries} = {owner}.{ATTRIBUTES}")
        if step.targets:
            every = self._function.constant(tuple(readers.values()))
            self._assign(step.targets, f"{{reader.name: reader({entries}) for reader in {every}}}")
        for name, beyond in step.beyond.items():
            if name not in readers or beyond.beyond:
                raise ValueError(f"{'.'.join((ATTRIBUTES, name, *beyond.beyond))} is not a declared attribute")
            self._assign(beyond.targets, f"{self._function.constant(readers[name])}({entries})")

    def _whole(self, field: FieldDescriptor, owner: str, path: Path) -> str:
        """Return the expression of a field's whole value: a scalar, a context, or a list of either."""
        if field.is_repeated:
            item = self._function.local("x")
            return f"[{self._present(field, item, path)} for {item} in {owner}.{field.name}[:]]"
        if kind_of_field(field) is FieldKind.MESSAGE:
            return f"{self._present(field, f'{owner}.{field.name}', path)} if {self._presence(field, owner)} else None"
        has = self._presence(field, owner) if field.has_presence else ""
        return value_expression(field, f"{owner}.{field.name}", has, self._function.constant)

    def _present(self, field: FieldDescriptor, value: str, path: Path) -> str:
        """Return the expression of a value that is there, such as a list's item."""
        if kind_of_field(field) is not FieldKind.MESSAGE:
            return value_expression(field, value, "", self._function.constant)
        writer = _FunctionWriter("context(message)", self._members, self._attributes)
        return f"{self._function.constant(writer.context_reader(field.message_type, path))}({value})"

    def _presence(self, field: FieldDescriptor, owner: str) -> str:
        has = self._function.constant(GetMessageClass(field.containing_type).HasField)
        return f'{has}({owner}, "{field.name}")'

    def _assign(self, targets: list[str], expression: str) -> None:
        if targets:
            self._function.line(f"{' = '.join(targets)} = {expression}")


def _field(message: Descriptor, name: str, path: Path) -> FieldDescriptor:
    field = message.fields_by_name.get(name)
    if field is None:
        raise ValueError(f"{'.'.join(path)} leads nowhere: {message.name} has no field {name}")
    return field


def _renamed(step: _Step, names: Mapping[str, str]) -> _Step:
    return _Step(
        [names[target] for target in step.targets if target in names],
        {name: _renamed(beyond, names) for name, beyond in step.beyond.items()},
    )
