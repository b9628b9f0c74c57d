"""What a built-in function is: one entry with its FEEL name, signatures, text for authors and an example."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from underwriter.feel.types import ANY, NULL, ContextType, FunctionType, ListType, Type, conforms
from underwriter.feel.values import Value

Result: TypeAlias = Type | Callable[[Sequence[Type]], Type]
"""A result's type, or how it follows from the types of the arguments."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter. Null for one that does not take null gives null at once. Optional ones stand last."""

    name: str
    type: Type = ANY
    takes_null: bool = False
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a built-in.

    `implementation` takes the arguments by place, already of their types; it may raise `Fault`. With `is_variadic` the
    last parameter takes any number of arguments. `is_total` promises a non-null, finite result that never fails, for
    arguments that are not null; `template` is then Python text for it, `{0}` the first argument.
    """

    parameters: tuple[Parameter, ...]
    result: Result
    implementation: Callable[..., Value]
    is_variadic: bool = False
    is_total: bool = False
    template: str | None = None

    def result_type(self, arguments: Sequence[Type]) -> Type:
        """Return the type of the result for arguments of these types."""
        return self.result if isinstance(self.result, Type) else self.result(arguments)

    def parameter(self, position: int) -> Parameter:
        """Return the parameter that takes the argument at a position."""
        return self.parameters[min(position, len(self.parameters) - 1)]

    def order(self, names: Sequence[str | None]) -> list[int | None] | None:
        """Return which argument each parameter takes, None for one left out; None if they don't fit in number or name.

        `names` are the arguments' names, None for one given by place.
        """
        required = sum(not parameter.is_optional for parameter in self.parameters)
        if all(name is None for name in names):
            if len(names) < required or (len(names) > len(self.parameters) and not self.is_variadic):
                return None
            return list(range(len(names)))
        known = [parameter.name for parameter in self.parameters]
        if not set(names) <= set(known) or len(set(names)) < len(names):
            return None
        order = [names.index(name) if name in names else None for name in known]
        while order and order[-1] is None:
            order.pop()
        return order if len(order) >= required and None not in order[:required] else None

    def __str__(self) -> str:
        texts = (f"{parameter.name}: {parameter.type}" for parameter in self.parameters)
        optional = (parameter.is_optional for parameter in self.parameters)
        inner = ", ".join(f"[{text}]" if left_out else text for text, left_out in zip(texts, optional, strict=True))
        return f"({inner}{', ...' if self.is_variadic else ''})"


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function of the language or of the domain. `example` is a FEEL expression that is true; it runs as a test."""

    name: str
    doc: str
    example: str
    signatures: tuple[Signature, ...]

    @property
    def parameter_names(self) -> list[str]:
        """The names that an argument may be given by, over all signatures."""
        names = (parameter.name for signature in self.signatures for parameter in signature.parameters)
        return list(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class Selection:
    """The signature that a call uses. With `is_sure` the arguments' types are known to fit and need no check."""

    signature: Signature
    order: tuple[int | None, ...]
    is_sure: bool


def select(builtin: Builtin, types: Sequence[Type], names: Sequence[str | None]) -> Selection | None:
    """Return the first signature that arguments of these types and names may fit; None if there is none."""
    for signature in builtin.signatures:
        order = signature.order(names)
        if order is not None and _may_fit(signature, types, order):
            return Selection(signature, tuple(order), _surely_fits(signature, types, order))
    return None


def _may_fit(signature: Signature, types: Sequence[Type], order: Sequence[int | None]) -> bool:
    return all(
        index is None or is_acceptable(types[index], signature.parameter(position).type)
        for position, index in enumerate(order)
    )


def _surely_fits(signature: Signature, types: Sequence[Type], order: Sequence[int | None]) -> bool:
    return all(
        index is None or surely_conforms(types[index], signature.parameter(position).type)
        for position, index in enumerate(order)
    )


def is_acceptable(given: Type, wanted: Type) -> bool:
    """Tell whether an argument's type conforms, lists of one item and single values being taken for each other."""
    if conforms(given, wanted):
        return True
    if isinstance(wanted, ListType):
        return conforms(given, wanted.item)
    return isinstance(given, ListType) and conforms(given.item, wanted)


def surely_conforms(given: Type, wanted: Type) -> bool:
    """Tell whether every value of the given type is of the wanted one: unlike `conforms`, Any is not taken on trust."""
    if wanted == ANY or given == NULL:
        return True
    if isinstance(given, ListType) and isinstance(wanted, ListType):
        return surely_conforms(given.item, wanted.item)
    if isinstance(given, ContextType) and isinstance(wanted, ContextType):
        return not wanted.fields
    if isinstance(given, FunctionType) and isinstance(wanted, FunctionType):
        return True
    return given == wanted or given.name == wanted.name == "string"


Builtins: TypeAlias = Mapping[str, Builtin]
