"""Types of a model: item definitions as FEEL types (DMN 1.5, 7.3.2 to 7.3.4), by the names that a file gives them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from underwriter.dmn import findings
from underwriter.dmn.elements import Definitions, FunctionItem, ItemDefinition
from underwriter.feel import Environment, Frame, Scope, Variable
from underwriter.feel.checking.written_types import BUILT_IN
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.nodes import StringLiteral, UnaryTests, ValueTest
from underwriter.feel.source import Source
from underwriter.feel.types import (
    ANY,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    STRING,
    ChoiceType,
    ConstrainedType,
    ContextType,
    FunctionType,
    ListType,
    Type,
    plain,
)

_OTHER_NAMES = {
    "dateTime": DATE_TIME,
    "dayTimeDuration": DAYS_DURATION,
    "yearMonthDuration": MONTHS_DURATION,
    "any": ANY,
}
"""Names of FEEL's types in type references (DMN 1.5, table 23 and the schema's older spellings)."""

MAXIMUM_DEPTH = 50
"""How many types may refer to each other in a row."""


class ItemTypes:
    """The types of all files of a model. A type that contains itself is Any where it does: its depth has no end."""

    def __init__(self, files: Mapping[str, Definitions], environment: Environment) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._files = files
        self._environment = environment
        self._items = {(file.namespace, item.name.text): (item, file) for file in files.values() for item in file.items}
        self._keys_by_file = {file.namespace: self._keys(file) for file in files.values()}
        self._types: dict[tuple[str, str], Type] = {}
        self._open: dict[tuple[str, str], bool] = {}  # types being made, with whether a component is being made

    def of(self, reference: Source | None, file: Definitions) -> Type:
        """Return the type that a reference in a file names, Any for none. One that leads nowhere is reported."""
        if reference is None:
            return ANY
        found = self.named(reference.text, file)
        if found is None:
            self.diagnostics.append(findings.unknown_type(reference, self._keys_by_file[file.namespace]))
        return found or ANY

    def in_file(self, file: Definitions) -> dict[str, Type]:
        """Return the types of item definitions that a file's FEEL texts may name, those of imports by `import.name`.

        They are without their allowed values: FEEL asks for the type alone (10.3.2.9.3).
        """
        return {name: _bare(self._made(key)) for name, key in self._keys_by_file[file.namespace].items()}

    def _keys(self, file: Definitions) -> dict[str, tuple[str, str]]:
        keys = {item.name.text: (file.namespace, item.name.text) for item in file.items}
        for import_ in file.imports:
            imported = self._files.get(import_.namespace)
            prefix = f"{import_.name.text}." if import_.name.text else ""
            for item in imported.items if imported else ():
                keys.setdefault(f"{prefix}{item.name.text}", (import_.namespace, item.name.text))
        return keys

    def named(self, name: str, file: Definitions) -> Type | None:
        """Return the type that a name stands for in a file; None if there is none."""
        name = " ".join(name.split())
        key = self._keys_by_file[file.namespace].get(name)
        return _feel_type(name) if key is None else self._made(key)

    def _made(self, key: tuple[str, str]) -> Type:
        if key in self._types:
            return self._types[key]
        item, file = self._items[key]
        if key in self._open:
            circle = list(self._open)[list(self._open).index(key) :]
            if not any(self._open[other] for other in circle):
                self.diagnostics.append(findings.circular_type(item.name))
            return ANY
        if len(self._open) >= MAXIMUM_DEPTH:
            self.diagnostics.append(findings.type_too_deep(item.name, MAXIMUM_DEPTH))
            return ANY
        self._open[key] = bool(item.components) or item.function is not None
        prefix = f"{file.name.text}." if len(self._files) > 1 else ""
        self._types[key] = self._type(item, file, f"{prefix}{item.name.text}")
        del self._open[key]
        return self._types[key]

    def _type(self, item: ItemDefinition, file: Definitions, path: str) -> Type:
        """Return an item's type. `path` tells it from all others: types of one name and base count as the same."""
        type_ = self._base(item, file, path)
        if item.allowed_values is not None:
            type_ = self._constrained(type_, item.allowed_values, path)
        if item.is_collection:
            type_ = ListType(item=type_)
        return type_ if item.type_constraint is None else self._constrained(type_, item.type_constraint, path)

    def _base(self, item: ItemDefinition, file: Definitions, path: str) -> Type:
        if item.components:
            parts = {part.name.text: self._type(part, file, f"{path}.{part.name.text}") for part in item.components}
            return ContextType(fields=parts)
        if item.function is not None:
            return self._function(item.function, file)
        return self.of(item.type_name, file)

    def _function(self, function: FunctionItem, file: Definitions) -> FunctionType:
        parameters = tuple((name.text, self.of(type_name, file)) for name, type_name in function.parameters)
        return FunctionType(parameters=parameters, result=self.of(function.result, file))

    def _constrained(self, base: Type, allowed: Source, path: str) -> Type:
        """Return the type of the base's values that unary tests accept; strings of stated values are a choice."""
        parsed = self._environment.parse_unary_tests(allowed, ())
        self.diagnostics += parsed.diagnostics
        if parsed.tree is None:
            return base
        strings = _strings(parsed.tree)
        if strings and base == STRING:
            return ChoiceType(values=strings)
        return ConstrainedType(path, base, self._accepts(parsed.tree, allowed, base))

    def _accepts(self, tests: UnaryTests, source: Source, base: Type) -> Callable[[object], bool]:
        """Compile unary tests to a Python function, to be called under FEEL's number context as all generated code."""
        checked = self._environment.check_unary_tests(tests, source, Scope({}), base)
        self.diagnostics += checked.diagnostics
        generator = self._environment.generator()
        test = generator.test(checked, Frame({}), Variable("value", base))
        text = f"def accepts(value):\n    warnings = []\n    return bool({test})\n"
        namespace = generator.namespace()
        exec(compile(text, source.name, "exec"), namespace)  # noqa: S102 - the text is our own, of checked parts
        return cast(Callable[[object], bool], namespace.pop("accepts"))  # so that they don't hold each other


@dataclass(frozen=True, slots=True)
class FileTypes:
    """The types that one file may name."""

    types: ItemTypes
    file: Definitions

    def of(self, reference: Source | None) -> Type:
        """Return the type that a reference names, Any for none. One that leads nowhere is reported."""
        return self.types.of(reference, self.file)

    def named(self, name: str) -> Type | None:
        """Return the type that a name stands for; None if there is none."""
        return self.types.named(name, self.file)


def _feel_type(name: str) -> Type | None:
    """Return FEEL's own type of a name, which may carry a namespace prefix such as `feel:`."""
    local = name.rpartition(":")[2]
    return _OTHER_NAMES.get(local) or BUILT_IN.get(local)


def _bare(type_: Type) -> Type:
    """Return a type without what it, or any part of it, says of allowed values."""
    match plain(type_):
        case ListType(item=item):
            return ListType(item=_bare(item))
        case ContextType(fields=fields) as context:
            return replace(context, fields={name: _bare(inner) for name, inner in fields.items()})
        case FunctionType(parameters=parameters, result=result) as function:
            bare = None if parameters is None else tuple((name, _bare(inner)) for name, inner in parameters)
            return replace(function, parameters=bare, result=_bare(result))
    return plain(type_)


def _strings(tests: UnaryTests) -> tuple[str, ...]:
    """Return the values of tests that are strings alone, without any other test."""
    if tests.is_negated:
        return ()
    values = [test.value for test in tests.tests if isinstance(test, ValueTest)]
    strings = tuple(value.value for value in values if isinstance(value, StringLiteral))
    return strings if len(strings) == len(tests.tests) else ()
